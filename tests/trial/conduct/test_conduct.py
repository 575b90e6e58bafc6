"""One trial conducted: a data set as a real one would have it, whose own script finds what is in it."""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
from contextlib import chdir, redirect_stdout
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr
from scipy.stats import binomtest

from effleurage.engine.streams import normals
from effleurage.errors import RequestError
from effleurage.report.trial.paper import consort_flow
from effleurage.report.trial.script import analysis_script
from effleurage.trial.conduct import conduct as conducting
from effleurage.trial.conduct.codebook import DATA_COLUMNS, codebook
from effleurage.trial.conduct.conduct import DROPPED, LOST_TUBE, Conducted, conduct
from effleurage.trial.conduct.consort import PERSON_COLUMNS
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.trial.lives.bank import bank
from effleurage.trial.plan.drift import untreated
from effleurage.trial.plan.moments import moments
from effleurage.trial.plan.plan import first_answer

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


def crossed(**said: object) -> Design:
    told: dict[str, object] = {
        "title": "two days",
        "arms": (Arm(name="massage"), Arm(name="rest", kind="rest")),
        "outcomes": (Measure(outcome="VAS stress"), Measure(outcome="systolic"), Measure(outcome="PSQI")),
        "layout": "crossover",
    }
    return Design(**{**told, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_periods_of_a_crossover_are_two_days_of_a_person(sessions: int) -> None:
    design = crossed(sessions=sessions)
    planned = {one.outcome.outcome: one for one in first_answer(design).needs}
    data = conduct(design, 150).data
    for outcome, need in planned.items():
        mine = data[data["outcome"] == outcome]
        for occasion in ("before", "after"):
            rows = mine[mine["occasion"] == occasion]
            rows = rows.assign(value=rows["value"] - rows.groupby("arm")["value"].transform("mean"))
            both = rows.pivot(index="person", columns="period", values="value")
            apart = (both[1] - both[2]).std() / np.sqrt(2)
            assert apart == pytest.approx(need.sd * np.sqrt(1 - need.r), rel=0.2), (outcome, occasion)
            if need.outcome.reader:
                assert apart > 1.2 * need.outcome.reader.error or outcome == "systolic pressure"


@pytest.mark.parametrize("name", ["PSQI", "PSS"])
def test_a_questionnaire_without_a_body_is_drawn_as_published_and_nothing_moves_it(name: str) -> None:
    arms = (Arm(name="massage"), Arm(name="usual care", kind="usual care"))
    data = conduct(Design(title="asked", arms=arms, outcomes=(Measure(outcome=name),)), 600).data
    row = endpoint_of(name)
    assert data["value"].notna().all() and (data["value"] == data["value"].round()).all()
    assert data["value"].between(row.low, row.high).all()
    wide = data.pivot(index=["person", "arm"], columns="occasion", values="value").reset_index()
    for occasion in ("before", "after"):
        assert wide[occasion].mean() == pytest.approx(row.mean, abs=0.12 * row.sd)
        assert wide[occasion].std() == pytest.approx(row.sd, rel=0.08)
    assert wide["before"].corr(wide["after"]) == pytest.approx(row.retest, abs=0.06)
    gap = wide.groupby("arm")["after"].mean()
    assert abs(gap["massage"] - gap["usual care"]) < 4 * row.sd * np.sqrt(2 / 600)
    book = codebook(Design(title="asked", arms=arms, outcomes=(Measure(outcome=name), Measure(outcome="pain"))))
    assert book.count("no effect is simulated") == 1 and f"published mean {row.mean:g}" in book


@pytest.mark.parametrize("intake", [None, 20.0])
def test_everybody_who_is_taken_in_falls_back_alike_in_every_arm_and_as_the_plan_says(intake: float | None) -> None:
    arms = (Arm(name="massage"), Arm(name="waiting list", kind="usual care"))
    asked = Measure(outcome="PSS", worthwhile=3.0, intake=intake)
    design = Design(title="taken in", arms=arms, outcomes=(asked,), sessions=8)
    data, (need,) = conduct(design, 1500).data, first_answer(design).needs
    wide = data.pivot(index=["person", "arm"], columns="occasion", values="value").reset_index()
    change = (wide["after"] - wide["before"]).groupby(wide["arm"]).mean()
    assert wide["before"].min() == (0 if intake is None else intake)
    assert wide["before"].mean() == pytest.approx(need.usual, abs=0.4)
    assert np.abs(change - untreated(design, asked)).max() < 0.5
    assert wide["after"].std() == pytest.approx(need.sd, rel=0.05)
    assert wide["before"].corr(wide["after"]) == pytest.approx(need.r, abs=0.05)
    assert ("of people who begin at 20 or more" in codebook(design)) is (intake is not None)
    notes = [note.text for note in first_answer(design).notes]
    assert len(notes) == (intake is not None) and all("changes by −3" in text for text in notes)


def test_the_script_of_a_plan_with_psqi_runs_on_its_trial(tmp_path: Path) -> None:
    arms = (Arm(name="massage", therapists=3), Arm(name="usual care", kind="usual care"))
    design = Design(title="sleep", arms=arms, outcomes=(Measure(outcome="PSQI"),), dropout=0.1, missing=0.1)
    conduct(design, 40).data.to_csv(tmp_path / "data.csv", index=False)
    (tmp_path / "analysis.py").write_text(analysis_script(design), encoding="utf-8")
    done = subprocess.run([sys.executable, "analysis.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "difference" in done.stdout and "clustered by therapist" in done.stdout


def test_adverse_events_are_unknown_and_never_none(worn: Conducted) -> None:
    assert set(worn.persons["adverse_event"]) == {"not simulated"}
    told = consort_flow(WORN, worn.persons, worn.data)
    (line,) = [line for line in told.splitlines() if line.startswith("| Adverse events")]
    assert line.count("not simulated; to be recorded") == 2 and "0" not in line


@pytest.mark.parametrize(("many", "layout"), [(3, "parallel"), (4, "crossover")])
def test_therapists_of_a_conducted_trial_see_as_many_people_as_each_other(many: int, layout: str) -> None:
    arms = (Arm(name="massage", therapists=many), Arm(name="rest", kind="rest"))
    design = Design(title="team", arms=arms, outcomes=(Measure(outcome="PSQI"),), layout=layout)  # type: ignore[arg-type]
    data = conduct(design, 24).data
    seen = data[(data["arm"] == "massage") & (data["occasion"] == "after")]["therapist"].value_counts()
    assert len(seen) == many and seen.max() - seen.min() <= 2


HURTING = Design(
    title="an hour in pain",
    arms=(Arm(name="massage"), Arm(name="rest", kind="rest")),
    outcomes=(Measure(outcome="pain"),),
    people={"pain_load": 5.0},
)
"""Whole points, in which a plan with another reading than the trial's shows most."""


def analysed(data: pd.DataFrame, folder: Path) -> dict[str, float]:
    """What the exported script of the design writes of a data set."""
    data.to_csv(folder / "data.csv", index=False)
    with chdir(folder), redirect_stdout(io.StringIO()), pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["analysis.py"])
        runpy.run_path("analysis.py", run_name="__main__")
    return dict(pd.read_csv(folder / "results.csv").iloc[0])


@pytest.mark.slow
def test_trials_of_the_planned_size_find_the_effect_as_often_as_the_plan_promises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """200 data sets from one set of lives, drawn with replacement, each analysed by the script of the plan."""
    many, people = 200, 256
    known = moments(bank(HURTING, people), 0)
    n = known.contrast.size(known.effect).analysed
    assert n is not None and n < people / 4
    promise = known.contrast.power(n, known.effect)
    (tmp_path / "analysis.py").write_text(analysis_script(HURTING), encoding="utf-8")
    lives = conducting._lives(HURTING, people, 1, None)
    found = []
    for trial in range(many):
        luck = normals(trial, "who is in a trial", np.arange(2 * n))
        drawn = (ndtr(luck) * people).astype(int)
        worlds = {name: world.isel(person=drawn) for name, world in lives.worlds.items()}
        mine = replace(lives, worlds=worlds, cohort=replace(lives.cohort, persons=np.arange(2 * n), seed=1000 + trial))
        monkeypatch.setattr(conducting, "_lives", lambda *_, own=mine: own)
        found.append(analysed(conduct(HURTING, n, seed=1000 + trial).data, tmp_path))
    told = pd.DataFrame(found)
    right = int(((told["p"] < 0.05) & (told["estimate"] * known.effect > 0)).sum())
    assert binomtest(right, many, promise).pvalue > 0.005, (right, promise)
    off = told["estimate"] - known.effect
    assert abs(off.mean()) < 3.5 * off.std() / np.sqrt(many)
    assert (told["se"] ** 2).mean() == pytest.approx(known.contrast.error(n) ** 2, rel=0.1)
    covered = int(((told["lower"] < known.effect) & (known.effect < told["upper"])).sum())
    assert binomtest(covered, many, 0.95).pvalue > 0.005, covered
