"""The folders of a trial from Python: whole, of the plan's own numbers, and never over somebody's files."""

from __future__ import annotations

import csv
import doctest
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from effleurage.errors import RequestError
from effleurage.report.trial import export
from effleurage.report.trial.export import export_plan, export_trial
from effleurage.trial.conduct.conduct import Conducted, conduct
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.design_file import read_design
from effleurage.trial.plan.plan import Plan, first_answer

PSS = Measure(outcome="PSS", worthwhile=3.0)
DESIGN = Design(title="x", arms=(Arm(name="massage"), Arm(name="rest", kind="rest")), outcomes=(PSS,))


@pytest.fixture(scope="module")
def planned() -> Plan:
    """Of published numbers alone: nothing is simulated."""
    return first_answer(DESIGN)


def test_a_plan_becomes_a_folder_of_its_own_numbers(planned: Plan, tmp_path: Path) -> None:
    files = export_plan(planned, tmp_path / "PLAN", start=date(2027, 3, 1), zone="Europe/Berlin", seed=3)
    assert set(files) == {path.name for path in (tmp_path / "PLAN").iterdir()} and len(files) == 7
    assert all(path.is_file() for path in files.values())
    listed = pd.read_csv(files["allocation.csv"])
    (numbers,) = planned.planned
    assert dict(listed["arm"].value_counts()) == {"massage": numbers.n_per_arm, "rest": numbers.n_per_arm}
    assert read_design(str(files["design.yaml"])) == DESIGN
    assert f"{numbers.n_per_arm} persons are to be allocated" in files["paper.md"].read_text(encoding="utf-8")
    assert "DTSTART:20270302T" in files["timetable.ics"].read_text(encoding="utf-8")
    compile(files["analysis.py"].read_text(encoding="utf-8"), "analysis.py", "exec")


def test_the_designs_own_number_is_allocated(tmp_path: Path) -> None:
    own = first_answer(DESIGN.model_copy(update={"n": 7}))
    assert len(pd.read_csv(export_plan(own, tmp_path / "PLAN")["allocation.csv"])) == 14


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"start": "tomorrow"}, "no date"),
        ({"start": "9999-12-31"}, "year 9999"),
        ({"zone": "Middle/Earth"}, "no time zone"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(
    planned: Plan, tmp_path: Path, said: dict[str, Any], fault: str
) -> None:
    with pytest.raises(RequestError, match=fault):
        export_plan(planned, tmp_path / "PLAN", **said)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def conducted() -> Conducted:
    return conduct(DESIGN, 5)


def test_a_conducted_trial_becomes_a_folder(conducted: Conducted, tmp_path: Path) -> None:
    files = export_trial(conducted, str(tmp_path / "TRIAL"))
    assert set(files) == {
        "data.csv",
        "persons.csv",
        "codebook.md",
        "design.yaml",
        "analysis.py",
        "consort.md",
        "SHA256SUMS",
    }
    assert len(pd.read_csv(files["persons.csv"])) == 10 and len(pd.read_csv(files["data.csv"])) == 20
    assert read_design(str(files["design.yaml"])) == DESIGN


def test_what_lies_there_already_is_left_alone(planned: Plan, conducted: Conducted, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(RequestError, match="not empty"):
        export_plan(planned, tmp_path)
    with pytest.raises(RequestError, match="not empty"):
        export_trial(conducted, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_example_of_the_docstring_is_true() -> None:
    tried = doctest.testmod(export)
    assert tried.attempted > 3 and tried.failed == 0


EVIL = ("=cmd|'/c calc'!A1", "-rest; @SUM(A1)")
MARKED = "<script>alert(1)</script> *[x](y)* | `z`"


@pytest.fixture(scope="module")
def evil() -> Design:
    """A design whose words would be formulas, mark-up and HTML."""
    arms = Arm(name=EVIL[0]), Arm(name=EVIL[1], kind="rest")
    return Design(title=MARKED, arms=arms, outcomes=(PSS,), n=6, analysis="change", reason=MARKED)


def test_no_table_holds_a_formula_and_its_analysis_still_finds_every_arm(evil: Design, tmp_path: Path) -> None:
    export_trial(conduct(evil, 6), tmp_path / "DATA")
    export_plan(first_answer(evil), tmp_path / "PLAN")
    tables = [*(tmp_path / "DATA").glob("*.csv"), *(tmp_path / "PLAN").glob("*.csv")]
    assert len(tables) == 4
    for table in tables:
        for row in csv.reader(table.open(encoding="utf-8", newline="")):
            for cell in (part.strip() for text in row for part in text.split(";")):
                assert not cell.startswith(("=", "+", "@", "-")) or cell.lstrip("+-").replace(".", "").isdigit(), cell
    assert set(pd.read_csv(tmp_path / "DATA" / "data.csv")["arm"]) == {"'=cmd|'/c calc'!A1", "'-rest; '@SUM(A1)"}
    subprocess.run([sys.executable, "analysis.py"], cwd=tmp_path / "DATA", capture_output=True, check=True)
    (result,) = pd.read_csv(tmp_path / "DATA" / "results.csv").to_dict("records")
    assert result["estimate"] == result["estimate"]


def test_markdown_shows_words_as_they_are(evil: Design, tmp_path: Path) -> None:
    files = export_plan(first_answer(evil), tmp_path / "PLAN") | export_trial(conduct(evil, 6), tmp_path / "DATA")
    for name in ("paper.md", "consort.md", "codebook.md"):
        text = files[name].read_text(encoding="utf-8")
        assert "<script" not in text and "[x](y)" not in text, name
    paper = files["paper.md"].read_text(encoding="utf-8")
    assert r"# &lt;script>alert(1)&lt;/script> \*\[x\](y)\* \| \`z\`" in paper and r"=cmd\|'/c calc'!A1" in paper
