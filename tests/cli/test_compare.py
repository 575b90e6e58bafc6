"""``compare``, as an analyst says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]
CASES = Path(__file__).parents[3] / "shared" / "cases"
PAIRS = """participant,condition,outcome,instrument,unit,before,after,clock_before,clock_after
A,massage,systolic pressure,cuff,mmHg,121,118,10:00,10:45
B,massage,systolic pressure,cuff,mmHg,118,117,10:00,10:45
"""
NASTY = ("[p01]", "[/b]", "[red]x\\", "[bold", "a[/]b")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "pairs.csv").write_text(PAIRS)
    return tmp_path


def test_compare_says_it_in_words_and_writes_the_page(files: Path, say: Say) -> None:
    done = say("compare", "pairs.csv", "--html", "page.html")
    assert done.exit_code == 0, done.stderr
    assert "2 of 2 people changed" in " ".join(done.stdout.split())
    assert "no control in the file" in done.stdout
    assert "<svg" in (files / "page.html").read_text(encoding="utf-8")


def test_compare_names_row_and_fix(files: Path, say: Say) -> None:
    (files / "pairs.csv").write_text(PAIRS.replace("121", "much"))
    done = say("compare", "pairs.csv")
    assert done.exit_code == 2
    assert "line 2, column 'before'" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["nmol/L", "ug/dL"])
@pytest.mark.parametrize("odd", ["1e308", "1e30", "1e400", "inf", "-5", "1e-320", "9" * 5000, "5²", "٥"])
def test_what_no_laboratory_reads_is_named_and_no_number_is_infinite(
    odd: str, unit: str, files: Path, say: Say
) -> None:
    """1e308 µg/dL once came out as 'Infinity', which is no JSON."""
    (files / "pairs.csv").write_text(
        f"{PAIRS.splitlines()[0]}\nA,massage,cortisol,saliva,{unit},10,{odd},10:00,11:15\n"
    )
    done = say("compare", "pairs.csv", "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "pairs.csv, line 2, column 'after'" in done.stderr


@pytest.mark.parametrize("name", ["ov.csv", "fuzz_pairs_207d623e.txt"])
def test_pairs_of_an_attack_are_refused_by_line(name: str, say: Say) -> None:
    file = CASES / "attack" / name
    if not file.exists():
        pytest.skip("the attack's files are beside the clone, in ../shared")
    done = say("compare", file, "--json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "lies outside what" in done.stderr


def test_names_with_brackets_are_printed_as_they_are(files: Path, say: Say) -> None:
    rows = "".join(f'"{name}","{name}",pain NRS,,,7,2,18:00,19:15\n' for name in NASTY)
    (files / "[b]pairs.csv").write_text(PAIRS.splitlines()[0] + "\n" + rows)
    done = say("compare", "[b]pairs.csv")
    assert done.exit_code == 0, done.stderr
    assert all(done.stdout.count(name) >= 3 for name in NASTY)


shared = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside the project")


@shared
def test_improvers_in_pain_are_lower_than_expected(files: Path, say: Say) -> None:
    done = say("compare", str(CASES / "plan" / "pain.csv"), "--json")
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert "lower than expected" in told["sentences"][0]
    assert sum(row["where"] == "below" for row in told["pairs"]) >= 4
    assert not any(row["where"] == "above" for row in told["pairs"])
    (group,) = told["groups"]
    assert group["expected"] == pytest.approx(-0.8, abs=0.35)


@shared
def test_eight_visits_of_one_client_are_visits_of_one_person(files: Path, say: Say) -> None:
    done = say("compare", str(CASES / "plan" / "nof1.csv"))
    said = " ".join(done.stdout.split())
    assert "visits of one person" in said
    assert "4 against 4 people" not in said and "lowered" not in said


@shared
@pytest.mark.slow
def test_a_control_arm_that_hardly_changed_teaches_the_band(files: Path, say: Say) -> None:
    done = say("compare", str(CASES / "files" / "p08_rmssd_24.csv"), "--json")
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert told["sentences"][0].startswith("massage raised RMSSD (heartbeats) compared with rest (12 against 12 people")
    assert any("posture of 24 of 24 pairs is not said" in note for note in told["notes"])
    assert any("control in the file (12 people) counts" in note and "moved by" in note for note in told["notes"])
    for group in told["groups"]:
        assert group["expected_low"] < 1.0 < group["expected_high"] < 1.3
    assert not any("would be expected anyway" in line for line in told["sentences"])


def test_a_file_whose_name_is_no_text_is_compared(tmp_path: Path, say: Say) -> None:
    file = tmp_path / b"\xff.csv".decode("utf-8", "surrogateescape")
    file.write_bytes((Path(__file__).parents[2] / "examples" / "two-visits.csv").read_bytes())
    done = say("compare", file.name, "--html", "page.html", "--json")
    assert done.exit_code == 0, done.stderr
    assert "\\udcff.csv" in (tmp_path / "page.html").read_text(encoding="utf-8")


TEN = """\
client,condition,outcome,instrument,unit,before,after,time_before,time_after,posture,days_apart,up,rested,usual_pain
calm,massage,STAI-S,,,42,35,18:00,19:00,,0,,,
tense,massage,STAI-S,,,58,47,18:00,19:00,,0,,,
athlete,massage,RMSSD,,ms,110,118,10:00,11:00,supine,0,,yes,
night worker,,cortisol,saliva,nmol/L,9,6,17:00,18:00,,0,15:00,,
poor sleeper,,TST,,min,240,262,,,,7,,,
high cortisol,massage,cortisol,saliva,nmol/L,12,7.5,18:00,19:00,,0,,,
high pressure,massage,systolic pressure,,mmHg,172,160,18:00,19:00,seated,0,,,
under strain,massage,VAS stress,,0-100,80,45,18:00,19:00,,0,,,
back pain,,pain NRS,,0-10,5,5,18:00,18:00,,7,,,
bad day,,pain NRS,,0-10,8,6,18:00,18:00,,7,,,6
"""
EXPECTED = {
    "calm": (28, 36), "tense": (42, 50), "athlete": (95, 125), "night worker": (5, 12), "poor sleeper": (210, 275),
    "high cortisol": (5, 9), "high pressure": (160, 172), "under strain": (45, 65), "back pain": (4.3, 5.5),
    "bad day": (6.3, 7.6),
}  # fmt: skip
"""Invented people, and between what their second value is expected: each goes back to what is usual of such people."""


@pytest.mark.slow
def test_ten_people_of_whom_none_changed_are_all_within_their_bands(files: Path, say: Say) -> None:
    (files / "ten.csv").write_text(TEN)
    done = say("compare", "ten.csv", "--json")
    told = {row["participant"]: row for row in json.loads(done.stdout, parse_constant=pytest.fail)["pairs"]}
    assert set(told) == set(EXPECTED)
    for name, (low, high) in EXPECTED.items():
        row = told[name]
        assert low <= row["expected"] <= high, name
        assert row["low"] < row["expected"] < row["high"] and row["where"] == "within", name
        assert row["people"] >= 50, name


def test_the_clinic_of_the_examples_fell_more_than_untreated_people(say: Say) -> None:
    done = say("compare", str(Path(__file__).parents[2] / "examples" / "clinic-pain.csv"), "--json")
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert "lower than expected" in told["sentences"][0]
    assert sum(row["where"] == "below" for row in told["pairs"]) in (4, 5)
    assert told["groups"][0]["expected"] == pytest.approx(-0.8, abs=0.2)


def test_what_is_said_of_everybody_narrows_whom_they_are_held_against(files: Path, say: Say) -> None:
    rows = "outcome,before,after,clock_before,clock_after,days_apart\npain NRS,7,6,18:00,18:00,7\n"
    (files / "pain.csv").write_text(rows)
    found = [json.loads(say("compare", "pain.csv", "--json", *more).stdout)["pairs"][0]["expected"]
             for more in ((), ("--pain", "4"), ("--pain", "7.5"))]  # fmt: skip
    assert found[1] < found[0] - 0.3 and found[2] > found[1] + 0.5
    done = say("compare", "pain.csv", "--pain", "70")
    assert done.exit_code == 2 and "usual pain of 70. Give 0 to 10" in done.stderr


STRESSED = """participant,condition,outcome,before,after,days_apart
A,massage,PSS,26,9,56
B,massage,PSS,24,21,56
C,massage,PSS,28,24,56
D,massage,ISI,18,12,84
"""


def test_perceived_stress_is_held_against_a_published_course(files: Path, say: Say) -> None:
    (files / "stress.csv").write_text(STRESSED)
    done = say("compare", "stress.csv", "--html", "page.html")
    assert done.exit_code == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert "2 of 3 people changed no more than what happens without treatment" in told
    assert "people with insomnia (no intervention)" in told and "adults (waiting list)" in told
    assert "13.1 to 31.8 points of 40" in told and "virtual people" not in told
    assert "held against people in studies" in (files / "page.html").read_text(encoding="utf-8")
    said = json.loads(say("compare", "stress.csv", "--json").stdout, parse_constant=pytest.fail)
    assert [row["where"] for row in said["pairs"]] == ["below", "within", "within", "within"]
    assert [row["people"] for row in said["pairs"]] == [None] * 4


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("26,9,56", "26,9,3", "line 2: two values of PSS 3 days apart, which asks about the past month"),
        ("26,9,56", "62,9,56", "line 2, column 'before': 62 points lies outside the scale, 0 to 40"),
        ("ISI", "STAI-T", "what happens to 'STAI-T' without treatment is not simulated"),
    ],
)
def test_a_questionnaire_that_cannot_be_is_refused_by_line(
    old: str, new: str, said: str, files: Path, say: Say
) -> None:
    text = STRESSED.replace(old, new).replace("days_apart", "days_apart,clock_before,clock_after")
    (files / "stress.csv").write_text(text.replace("56\n", "56,9:00,9:00\n").replace(",3\n", ",3,9:00,9:00\n"))
    done = say("compare", "stress.csv")
    assert done.exit_code == 2 and said in " ".join(done.stderr.split())
