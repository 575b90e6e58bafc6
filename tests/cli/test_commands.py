"""The words a user can say, as a user says them: exit codes, what goes where, and nothing written on a refusal."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import time
from pathlib import Path

import pytest

from effleurage.cli.show import Told

ROOT = Path(__file__).parents[2]
WEEK = "title: x\ndays: 3\ntimeline:\n  - day 2 10:00: massage, swedish, moderate pressure, back, 30 min\n"


def say(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from effleurage.cli import main; main()", *words]
    return subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def week(tmp_path: Path) -> Path:
    (tmp_path / "week.yaml").write_text(WEEK)
    return tmp_path


def test_json_has_the_difference_both_intervals_and_the_unit(week: Path) -> None:
    done = say("simulate", "week.yaml", "--against", "rest", "--people", "3", "--draws", "5", "--json", at=week)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout, parse_constant=pytest.fail)["quantities"]
    assert {"difference", "person_low", "person_high", "uncertain_low", "uncertain_high", "unit"} <= set(rows[0])
    flow = next(row for row in rows if (row["quantity"], row["window"]) == ("skin_flow", "end of session"))
    assert 0 < flow["uncertain_low"] < flow["uncertain_high"]


def test_a_run_alone_and_a_folder_of_it(week: Path) -> None:
    done = say("simulate", "week.yaml", "--out", "run", "--json", at=week)
    assert done.returncode == 0, done.stderr
    assert {row["quantity"] for row in json.loads(done.stdout)["quantities"]} >= {"cortisol", "heart_rate"}
    assert sorted(path.name for path in (week / "run").iterdir()) == ["run.json", "table.csv", "trajectory.parquet"]
    again = say("simulate", "week.yaml", "--out", "run", at=week)
    assert (again.returncode, "not empty" in again.stderr) == (2, True)


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
def test_a_bad_protocol_is_refused_in_one_screen(case: str, tmp_path: Path) -> None:
    text, said = BAD_FILES[case]
    (tmp_path / "bad.yaml").write_text(text)
    done = say("simulate", "bad.yaml", "--out", "run", at=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 25
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["bad.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("simulate", "nothere.yaml"), "no such file"),
        (("simulate", "week.yaml", "--against", "sham"), "no control 'sham'"),
        (("simulate", "week.yaml", "--set", "agee=3"), "Did you mean 'age'"),
        (("simulate", "week.yaml", "--set", "age=old"), "NAME=VALUE"),
        (("simulate", "week.yaml", "--set", "age=1000"), "18 to 90"),
        (("simulate", "week.yaml", "--without", "cortisol->moon"), "no arrow"),
        (("simulate", "week.yaml", "--people", "0"), "0 persons"),
        (("simulate", "week.yaml", "--draws", "-1"), "-1 draws"),
        (("simulate", "week.yaml", "--bogus"), "No such option"),
        (("model", "cortisl"), "Did you mean 'cortisol'"),
        (("sensitivity", "cortisl"), "Did you mean 'cortisol'"),
        (("validate", "--ring", "nrom"), "Did you mean 'norm'"),
        (("validate", "--targets", "nothere.toml"), "no such file"),
        (("calibrate", "massage"), "never calibrated here"),
        (("export", "sbml", "nowhere/body.xml"), "no file can be written there"),
        (("export", "sbml", "x" * 300), "no such name can be"),
        (("demo", "--out", "nowhere/page.html"), "no file can be written there"),
        (("simulate", "week.yaml", "--out", "."), "no name of a new folder"),
        (("simulate", "week.yaml", "--out", "x" * 300), "no such name can be"),
        (("simulate", "week.yaml", "--against", "x" * 300), "no control 'xxx"),
        (("simulate", "week.yaml", "--against", "x" * 300 + ".yaml"), "cannot be read"),
        (("validate", "--targets", "/dev/zero"), "no plain file"),
        (("demo", "--people", "1"), "Say 2 or more"),
    ],
)
def test_a_bad_request_is_refused(words: tuple[str, ...], said: str, week: Path) -> None:
    done = say(*words, at=week)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in week.iterdir()] == ["week.yaml"]


def test_what_the_library_tells_is_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    teller, handler = logging.getLogger("effleurage.engine.kept"), Told()
    logging.getLogger("effleurage").addHandler(handler)
    try:
        teller.warning("a kept file was damaged and is made anew: %s", "settled/x.npy")
    finally:
        logging.getLogger("effleurage").removeHandler(handler)
    shown = capsys.readouterr()
    assert shown.err == "effleurage: a kept file was damaged and is made anew: settled/x.npy\n"
    assert shown.out == ""


def test_a_target_file_of_ones_own_is_carried_out(week: Path) -> None:
    (week / "mine.toml").write_text(
        '[[target]]\nid = "a"\nring = "norm"\nuse = "predict"\nquantity = "heart_rate"\nat = "day 2 10:00"\n'
        'value = 300\nunit = "/min"\npopulation = "p"\nstudy = "s"\nsource = "s"\nseen = "A"\n'
    )
    done = say("validate", "--targets", "mine.toml", "--json", "--html", "board.html", at=week)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["targets"][0]["status"] == "red"
    assert "Scoreboard" in (week / "board.html").read_text()


def test_the_model_explains_itself_and_leaves_the_house(week: Path) -> None:
    assert "d cortisol_own/dt" in say("model", "cortisol_own", at=week).stdout
    assert len(json.loads(say("model", "wiring", "--json", at=week).stdout)["arrows"]) > 200
    done = say("export", "sbml", "body.xml", "--protocol", "week.yaml", at=week)
    assert done.returncode == 0, done.stderr
    assert (week / "body.xml").read_text().startswith("<?xml")


@pytest.mark.parametrize("example", sorted(path.name for path in (ROOT / "examples").glob("*.yaml")))
def test_every_example_runs(example: str, tmp_path: Path) -> None:
    done = say("simulate", str(ROOT / "examples" / example), "--people", "2", "--json", at=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(row["mean"] == row["mean"] for row in json.loads(done.stdout)["quantities"])


def test_an_interruption_ends_the_run_soon_and_quietly(tmp_path: Path) -> None:
    (tmp_path / "long.yaml").write_text("title: long\ndays: 365\nsample: every 60 min\n")
    code = "from effleurage.cli import main; main()"
    command = [sys.executable, "-c", code, "simulate", "long.yaml", "--people", "500", "--out", "run"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as run:
        time.sleep(6)
        run.send_signal(2)
        began = time.monotonic()
        _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert time.monotonic() - began < 30
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["long.yaml"]
