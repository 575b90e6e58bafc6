"""What changes without any massage: of lives that are made up, so that every change is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.trial.lives.bank import Bank, instrument_named
from effleurage.trial.plan.drift import by_the_clock, drift, untreated
from effleurage.trial.plan.needs import need

STRESS = Measure(outcome="stress")
ARMS = (Arm(name="massage"), Arm(name="rest", kind="rest"))


def lives(arms: tuple[Arm, ...] = ARMS) -> Bank:
    """From 50: by the clock to 45, with rest to 40, with massage to 30."""
    design = Design(title="x", arms=arms, outcomes=(STRESS,))
    first = np.array([[40.0, 50.0, 60.0]])
    ends = [first - 20, first - 10, first - 5] if len(arms) > 1 else [first - 20, first - 5]
    return Bank(design, (instrument_named(STRESS),), first, np.stack(ends))


def test_changes_are_in_per_cent_of_the_first_level_and_add_up() -> None:
    bank = lives()
    found = drift(bank, 0, need(bank.design, bank, 0, STRESS, None), 1)
    assert [found.massage, found.control, found.clock] == pytest.approx([-40, -20, -10])
    assert found.added == pytest.approx(found.massage - (found.control or 0))  # of the first level
    assert found.added_low == found.added == found.added_high
    assert by_the_clock(bank, 0) == found.clock


def test_the_range_of_the_effect_is_that_of_what_massage_adds() -> None:
    bank = lives()
    known = replace(need(bank.design, bank, 0, STRESS, None), effect_low=-15.0, effect_high=-5.0)
    found = drift(bank, 0, known, 1)
    assert [found.added_low, found.added, found.added_high] == pytest.approx([-30, -20, -10])


def test_without_a_control_the_visit_itself_is_what_is_added() -> None:
    bank = lives(ARMS[:1])
    found = drift(bank, 0, need(bank.design, bank, 0, STRESS, None), None)
    assert found.control is None and found.clock == pytest.approx(-10)
    assert found.added == found.added_low == found.added_high == pytest.approx(-30)


def test_a_questionnaire_of_everybody_stays_and_of_those_who_are_taken_in_falls_back() -> None:
    pss = endpoint_of("PSS")
    for intake in (None, 20.0, 26.0):
        asked = Measure(outcome="PSS", intake=intake)
        design = Design(title="x", arms=ARMS, outcomes=(asked,), sessions=4)
        excess = pss.intake(intake).first - pss.mean
        assert (excess > 4) is (intake is not None)
        assert untreated(design, asked) == pytest.approx(-(1 - pss.retest) * excess)
