"""People who are chosen for something differ as such people do, in every place that looks at them."""

from __future__ import annotations

import numpy as np
import pytest

from effleurage.people.simulate import whole_body
from effleurage.trial.conduct.conduct import conduct
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.people import differing, spreads
from effleurage.trial.lives.bank import FEW, Bank, bank
from effleurage.trial.plan.moments import moments
from effleurage.trial.plan.plan import first_answer
from effleurage.trial.plan.replicates import trials
from effleurage.trial.sentence.sentence import read_sentence

PAIN = spreads()["pain_load"]
TEN = read_sentence("60 min weekly x 10 vs usual care in chronic back pain, pain")


def test_every_spread_is_of_a_ledger_row_and_has_a_source() -> None:
    for name, row in spreads().items():
        assert name in whole_body().parameters
        if row.ledger:
            assert whole_body().parameters[name].between > 0
            continue
        assert 0 < row.sd < row.published and 0 <= row.lasting <= 1 < row.weeks
        assert "doi" in row.published_source and row.retest_source
        assert {row.published_grade, row.retest_grade} <= set("ABCD")


def test_a_scale_leaves_less_room_near_its_ends() -> None:
    spread = [dict(differing({"pain_load": level})["pain_load"])["sd"] for level in (0.0, 1.0, 5.0, 7.0, 9.0)]  # type: ignore[arg-type]
    assert spread[0] == 0 and spread[2] == PAIN.sd
    assert spread[0] < spread[1] < spread[2] > spread[3] > spread[4]
    assert differing({"age": 66.0, "chronic_stress": 1.0}) == {"age": 66.0, "chronic_stress": 1.0}


@pytest.fixture(scope="module")
def courses() -> Bank:
    """Ten weekly massages against usual care."""
    return bank(TEN, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("level", [4.0, 5.0])
def test_people_in_pain_answer_as_far_apart_as_published(level: float) -> None:
    weeks = TEN.model_copy(update={"people": {"pain_load": level}, "sessions": int(PAIN.apart)})
    known = moments(bank(weeks, 256), 0)
    assert known.sd == pytest.approx(PAIN.published, rel=0.1)
    assert known.r == pytest.approx(PAIN.retest, abs=0.08)


@pytest.mark.slow
def test_a_week_apart_they_are_more_alike_than_ten_weeks_apart(courses: Bank) -> None:
    near = moments(bank(TEN.model_copy(update={"sessions": 2}), FEW), 0)
    assert near.r > moments(courses, 0).r + 0.15


@pytest.mark.slow
def test_chronic_back_pain_needs_as_many_people_as_published_spreads_say() -> None:
    found = first_answer(TEN).primary
    assert 1.9 < found.sd < 2.5
    assert found.worthwhile == 1 and found.worth is not None
    assert 47 <= (found.worth.analysed or 0) <= 60


@pytest.mark.slow
def test_whole_points_cost_people() -> None:
    found = first_answer(read_sentence("60 min vs quiet rest in adults with pain, pain")).primary
    assert found.expected is not None
    assert 18 <= (found.expected.analysed or 0) <= 24


@pytest.mark.slow
def test_simulated_trials_and_conducted_ones_have_the_same_people(courses: Bank) -> None:
    known = moments(courses, 0)
    drawn = trials(courses, 0, 2000, 1)
    for values in (drawn.first, drawn.second):
        assert set(np.unique(values)) <= set(range(11))
    control = drawn.second[0, drawn.arm == 0]
    assert control.std() == pytest.approx(known.sd, rel=0.05)
    assert np.corrcoef(drawn.first[0, drawn.arm == 0], control)[0, 1] == pytest.approx(known.r, abs=0.05)
    data = conduct(TEN, 128).data
    wide = data[data["arm"] == "usual care"].pivot(index="person", columns="occasion", values="value")
    assert set(wide["after"]) <= set(range(11))
    assert wide["after"].std() == pytest.approx(known.sd, rel=0.15)
    assert wide["after"].corr(wide["before"]) == pytest.approx(known.r, abs=0.18)


@pytest.mark.parametrize(("setting", "outcome"), [("systolic_rest", "systolic"), ("diastolic_rest", "diastolic")])
def test_people_chosen_for_their_pressure_differ_as_the_ledger_says(setting: str, outcome: str) -> None:
    chosen = {"systolic_rest": 140.0, "diastolic_rest": 88.0}
    arms = (Arm(name="massage"), Arm(name="rest", kind="rest"))
    design = Design(title="high", arms=arms, people=chosen, outcomes=(Measure(outcome=outcome),))
    known = moments(bank(design, 128), 0)
    assert known.sd > 0.9 * chosen[setting] * whole_body().parameters[setting].between
    assert known.usual == pytest.approx(chosen[setting], rel=0.03)
