"""One trial conducted: a data set as a real one would have it, whose own script finds what is in it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from effleurage.errors import RequestError
from effleurage.trial.conduct import DROPPED, LOST_TUBE, PERSON_COLUMNS, Conducted, conduct
from effleurage.trial.design import Arm, Design, Measure
from effleurage.trial.script import DATA_COLUMNS, analysis_script

WORN = Design(
    title="worn",
    arms=(Arm(name="massage", therapists=2), Arm(name="usual care", kind="usual care")),
    outcomes=(Measure(outcome="VAS stress"), Measure(outcome="PSS")),
    adherence=0.8,
    dropout=0.15,
    missing=0.1,
)


@pytest.fixture(scope="module")
def worn() -> Conducted:
    return conduct(WORN, 64)


def test_columns_are_those_that_the_script_reads(worn: Conducted) -> None:
    assert tuple(worn.data.columns) == DATA_COLUMNS
    assert tuple(worn.persons.columns) == PERSON_COLUMNS
    assert len(worn.data) == 128 * 2 * 2


def test_every_gap_has_its_reason_and_every_reason_its_gap(worn: Conducted) -> None:
    data = worn.data
    assert (data["value"].isna() == (data["missing"] != "")).all()
    assert set(data["missing"]) == {"", DROPPED, LOST_TUBE}
    before = data[(data["occasion"] == "before") & (data["outcome"] == "VAS stress")]
    assert DROPPED not in set(before["missing"])


def test_numbers_are_as_the_instrument_reports_them(worn: Conducted) -> None:
    values = worn.data["value"].dropna()
    assert values.between(0, 100).all()
    assert (values == values.round()).all()


def test_persons_are_allocated_in_blocks_and_counted(worn: Conducted) -> None:
    assert worn.persons["arm"].value_counts().to_dict() == {"massage": 64, "usual care": 64}
    massaged = worn.persons[worn.persons["arm"] == "massage"]
    assert set(massaged["therapist"]) == {"massage 1", "massage 2"}
    assert set(worn.persons[worn.persons["arm"] == "usual care"]["sessions_attended"]) == {0}
    for arm, counts in worn.counts.items():
        assert counts["allocated"] == 64
        assert counts["analysed"] <= 64 - counts["dropped out"], arm


def test_the_same_seed_gives_the_same_trial(worn: Conducted) -> None:
    assert conduct(WORN, 64).data.equals(worn.data)
    assert not conduct(WORN, 64, seed=2).data.equals(worn.data)


def test_its_script_analyses_it(worn: Conducted, tmp_path: Path) -> None:
    worn.data.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "analysis.py").write_text(analysis_script(WORN), encoding="utf-8")
    done = subprocess.run([sys.executable, "analysis.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "VAS stress" in done.stdout
    assert (tmp_path / "results.csv").is_file()


def test_a_crossover_gives_everybody_both(tmp_path: Path) -> None:
    both = Design(
        title="both",
        arms=(Arm(name="massage"), Arm(name="rest", kind="rest")),
        outcomes=(Measure(outcome="VAS stress"),),
        layout="crossover",
    )
    found = conduct(both, 128)
    assert found.data.groupby("person")["arm"].nunique().eq(2).all()
    assert found.data.groupby("person")["period"].nunique().eq(2).all()
    assert set(found.persons["sequence"]) == {"massage > rest", "rest > massage"}


def test_one_person_is_refused() -> None:
    with pytest.raises(RequestError, match="one person has no spread"):
        conduct(WORN, 1)
