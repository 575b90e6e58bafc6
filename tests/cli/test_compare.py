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
def test_a_control_arm_that_hardly_changed_is_told_first(files: Path, say: Say) -> None:
    done = say("compare", str(CASES / "files" / "p08_rmssd_24.csv"), "--json")
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert "rest itself changed by −1.92 % (12 people)" in told["sentences"][0]
    assert any("posture of 24 of 24 pairs is not said" in note for note in told["notes"])
    assert not any(row["where"] for row in told["pairs"])
    for group in told["groups"]:
        assert group["expected_low"] < 1.3 < 1.6 < group["expected_high"]


def test_a_file_whose_name_is_no_text_is_compared(tmp_path: Path, say: Say) -> None:
    file = tmp_path / b"\xff.csv".decode("utf-8", "surrogateescape")
    file.write_bytes((Path(__file__).parents[2] / "examples" / "two-visits.csv").read_bytes())
    done = say("compare", file.name, "--html", "page.html", "--json")
    assert done.exit_code == 0, done.stderr
    assert "\\udcff.csv" in (tmp_path / "page.html").read_text(encoding="utf-8")
