"""``simulate``, as a user says it: what it answers, what it writes, and what it refuses before anything is run."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from effleurage.cli.settings import settings_of
from effleurage.errors import RequestError

ROOT = Path(__file__).parents[2]
WEEK = "title: x\ndays: 3\ntimeline:\n  - day 2 10:00: massage, swedish, moderate pressure, back, 30 min\n"
Say = Callable[..., Result]


@pytest.fixture
def week(tmp_path: Path) -> Path:
    (tmp_path / "week.yaml").write_text(WEEK)
    return tmp_path


def test_json_has_the_difference_both_intervals_and_the_unit(week: Path, say: Say) -> None:
    done = say("simulate", "week.yaml", "--against", "rest", "--people", "3", "--draws", "5", "--json")
    assert done.exit_code == 0, done.stderr
    rows = json.loads(done.stdout, parse_constant=pytest.fail)["quantities"]
    assert {"difference", "person_low", "person_high", "uncertain_low", "uncertain_high", "unit"} <= set(rows[0])
    flow = next(row for row in rows if (row["quantity"], row["window"]) == ("skin_flow", "end of session"))
    assert 0 < flow["uncertain_low"] < flow["uncertain_high"]


def test_the_table_against_a_control_has_a_row_an_outcome_by_way(week: Path, say: Say) -> None:
    shown = say("simulate", "week.yaml", "--against", "rest", "--people", "2", "--draws", "2").stdout
    assert shown.splitlines()[0].rstrip() == "x"
    flat = " ".join(shown.split())
    assert "control difference people differ numbers unsure in words" in flat
    assert "no medical advice" in flat and "at the end of a session muscle_tension " in flat


def test_a_run_alone_and_a_folder_of_it(week: Path, say: Say) -> None:
    done = say("simulate", "week.yaml", "--out", "run", "--json")
    assert done.exit_code == 0, done.stderr
    assert {row["quantity"] for row in json.loads(done.stdout)["quantities"]} >= {"cortisol", "heart_rate"}
    assert sorted(path.name for path in (week / "run").iterdir()) == ["run.json", "table.csv", "trajectory.parquet"]
    again = say("simulate", "week.yaml", "--out", "run")
    assert (again.exit_code, "not empty" in again.stderr) == (2, True)


BOMB = "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n"
LINE = WEEK.splitlines()[-1]
BAD_FILES = {
    "unknown stimulus": (WEEK.replace("massage", "massge"), "Did you mean 'massage'"),
    "negative minutes": (WEEK.replace("30 min", "-30 min"), "line 4"),
    "absurd minutes": (WEEK.replace("30 min", "3000 min"), "240"),
    "overlap": (f"{WEEK}{LINE.replace('10:00', '10:10')}\n", "overlap"),
    "before the start": (WEEK.replace("day 2", "day 0"), "day"),
    "wrong unit": (WEEK.replace("30 min", "30 kg"), "unit"),
    "unknown technique": (WEEK.replace("swedish", "swedisch"), "swedish"),
    "unknown person": (f"{WEEK}people: {{agee: 3}}\n", "age"),
    "empty": ("", "empty"),
    "bomb": (BOMB, "anchor"),
    "tag": ("title: !!python/object/apply:os.system [echo]\ndays: 3\n", "tag"),
    "huge": ("#" * 2_000_000, "1 MB"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_bad_protocol_is_refused_in_one_screen(case: str, tmp_path: Path, say: Say) -> None:
    text, said = BAD_FILES[case]
    (tmp_path / "bad.yaml").write_text(text)
    done = say("simulate", "bad.yaml", "--out", "run")
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) <= 25
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


ODD = ("inf", "nan", "1_0", "6²", "٤٠", "0x20", "4 0", "9" * 5 + "_0", "--5")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothere.yaml",), "effleurage: nothere.yaml: there is no such file. Check the path."),
        (("week.yaml", "--against", "sham"), "no control 'sham'"),
        (("week.yaml", "--set", "agee=3"), "Did you mean 'age'"),
        (("week.yaml", "--set", "age=old"), "NAME=VALUE"),
        (("week.yaml", "--set", "age=1000"), "18 to 90"),
        *((("week.yaml", "--set", f"age={odd}"), "Write NAME=VALUE") for odd in ODD),
        (("week.yaml", "--set", "age=1e999"), "Give a number"),
        (("week.yaml", "--set", "heart_intercept=1.2"), "Keep it within 80 to 180"),
        (("week.yaml", "--set", "heart_intercept=1.2", "--beyond"), "Keep it within 80 to 180"),
        (("week.yaml", "--people", "1000000000"), "1,000,000,000 persons take 5,000 GB of memory. Ask for 1 to 10,000"),
        (("week.yaml", "--people", "9999999"), "9,999,999 people take"),
        (("week.yaml", "--people", "9" * 23), "people: 99999999999999999999999 cannot be"),
        (("week.yaml", "--people", "9" * 5000), "--people"),
        (("week.yaml", "--against", "rest", "--draws", "1000000000"), "1,000,000,001 draws take"),
        (("week.yaml", "--people", "9", "--workers", "1000", "--out", "r"), "1,000 workers take 800 GB of memory"),
        (("week.yaml", "--people", "9000000", "--chunk", "9000000", "--out", "r"), "9,000,000 people in a chunk take"),
        (("week.yaml", "--without", "cortisol->moon"), "no arrow"),
        (("week.yaml", "--people", "0"), "0 persons"),
        (("week.yaml", "--draws", "-1"), "-1 draws"),
        (("week.yaml", "--draws", "9"), "one world alone has no draws"),
        (("week.yaml", "--bogus"), "No such option"),
        (("week.yaml", "--out", "."), "no name of a new folder"),
        (("week.yaml", "--out", "x" * 300), "no such name can be"),
        (("week.yaml", "--against", "x" * 300), "no control 'xxx"),
        (("week.yaml", "--against", "x" * 300 + ".yaml"), "cannot be read"),
    ],
)
def test_a_bad_request_is_refused(words: tuple[str, ...], said: str, week: Path, say: Say) -> None:
    done = say("simulate", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert [path.name for path in week.iterdir()] == ["week.yaml"]


def test_pain_may_be_none_at_all(week: Path, say: Say) -> None:
    """0 is the lower bound that the ledger writes; it was once refused."""
    done = say("simulate", "week.yaml", "--people", "2", "--set", "pain_load=0", "--json")
    assert done.exit_code == 0, done.stderr
    pain = next(row for row in json.loads(done.stdout)["quantities"] if row["quantity"] == "pain")
    assert 0 <= pain["low"] <= pain["high"] < 1e-3


def test_thousands_of_sampling_rules_are_refused_at_once(tmp_path: Path, say: Say) -> None:
    rules = "".join(f"  - every 0.{one % 9 + 1} min\n" for one in range(2000))
    (tmp_path / "rules.yaml").write_text(f"title: x\ndays: 2\nsample:\n{rules}")
    begun = time.perf_counter()
    done = say("simulate", "rules.yaml")
    assert time.perf_counter() - begun < 20
    assert "rules ask for 2" in done.stderr and "at most 200,000 in all" in done.stderr


def test_every_fault_of_the_settings_is_said_at_once() -> None:
    with pytest.raises(RequestError) as found:
        settings_of(["age", "agee=3", "=4", "age=1000"])
    told = [str(finding) for finding in found.value.findings]
    assert [text.split(". ")[0] for text in told[:2]] == ["--set: 'age'", "--set: '=4'"]
    assert len(told) == 4
    assert any("agee" in text for text in told) and any("18 to 90" in text for text in told)
    assert settings_of(["age = 60"]) == {"age": 60.0}


@pytest.mark.parametrize("example", sorted(path.name for path in (ROOT / "examples").glob("*.yaml")))
def test_every_example_runs(example: str, say: Say) -> None:
    done = say("simulate", ROOT / "examples" / example, "--people", "2", "--json")
    assert done.exit_code == 0, done.stderr
    assert all(row["mean"] == row["mean"] for row in json.loads(done.stdout)["quantities"])


@pytest.mark.parametrize("title", ["x [/b] y", "[p01]", ":smile:", "{x} %s"])
def test_a_title_is_a_word(title: str, week: Path, say: Say) -> None:
    (week / "week.yaml").write_text(WEEK.replace("title: x", f'title: "{title}"'))
    done = say("simulate", "week.yaml", "--people", "2", "--out", "run")
    assert done.exit_code == 0 and done.stdout.startswith(title)


ATTACK = ROOT.parent / "shared" / "cases" / "attack"


@pytest.mark.skipif(not ATTACK.is_dir(), reason="the inputs of the attack are not here")
def test_the_title_of_the_attack_is_a_word(say: Say) -> None:
    done = say("simulate", ATTACK / "mk_sim.yaml", "--people", "2")
    assert done.exit_code == 0 and done.stdout.startswith("x [/b] y")


def test_what_draws_pages_is_loaded_for_a_page_only() -> None:
    look = "import sys, effleurage.cli.simulate; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert "effleurage.people.simulate" in loaded
    assert {"altair", "effleurage.report.figures"} & {*loaded} == set()
