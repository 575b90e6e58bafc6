"""What an outcome needs: of published numbers, and of lives that are made up so that the answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.lab.instruments.instruments import Instrument
from effleurage.statistics.sizes import per_arm, power_of, power_pairs
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives.bank import Bank, instrument_named
from effleurage.trial.plan.moments import Doubt
from effleurage.trial.plan.needs import FARTHEST, Need, Size, need

MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")
PSS, STRESS, CORTISOL = (Measure(outcome=name) for name in ("PSS", "stress", "cortisol"))
PEOPLE = 64


def design(measure: Measure = PSS, arms: tuple[Arm, ...] = (MASSAGE, REST), **said: Any) -> Design:
    told: dict[str, Any] = {"title": "x", "arms": arms, "outcomes": (measure,), **said}
    return Design(**told)


def made_up(measure: Measure, moved: float = 0.0, **said: Any) -> Bank:
    """Lives of PEOPLE persons whose second measurement is ``moved`` by the massage, on the instrument's scale."""
    instrument: Instrument = instrument_named(measure)
    persons = np.linspace(-1, 1, PEOPLE)
    level = np.log(6.0) if instrument.scale == "log" else 50.0
    spread = 0.3 if instrument.scale == "log" else 10.0
    first = level + spread * persons
    rest = level + spread * np.roll(persons, 1)
    return Bank(design(measure, **said), (instrument,), first[None], np.stack([rest + moved, rest, rest])[:, None])


def test_published_numbers_are_sized_for_what_is_worth_having_alone() -> None:
    found = need(design(n=50), None, -1, Measure(outcome="PSS", worthwhile=3.0), None)
    assert (found.effect, found.expected, found.expected_curve, found.decisive) == (None, None, (), found.worth)
    assert found.worth is not None
    assert found.worth.analysed == per_arm(3.0 / found.sd, r=found.r)
    assert found.curve == found.worth_curve
    assert dict(found.worth_curve)[40] == pytest.approx(float(power_of(40, 3.0 / found.sd, r=found.r)))
    assert found.against == "rest" and "no counterpart" in found.warning
    assert 3.0 < (found.detectable or 0) < 3.5


def test_where_nothing_is_worth_having_there_is_no_curve_of_it() -> None:
    found = need(design(), None, -1, Measure(outcome="PSS", worthwhile=0.0), None)
    assert (found.worth, found.worth_curve, found.curve, found.decisive) == (None, (), (), None)


def test_power_of_what_is_worth_having_is_that_of_its_size() -> None:
    stress = Measure(outcome="stress", worthwhile=10.0)
    linear = need(design(stress), made_up(stress, -5.0), 0, stress, None)
    assert dict(linear.worth_curve)[40] == pytest.approx(float(power_of(40, 10 / linear.sd, r=linear.r)))
    halved = Measure(outcome="cortisol", worthwhile=50.0, worthwhile_unit="%")
    logs = need(design(halved), made_up(halved, -0.1), 0, halved, None)
    assert logs.worth_scale == pytest.approx(np.log(2))
    assert dict(logs.worth_curve)[40] == pytest.approx(float(power_of(40, np.log(2) / logs.sd, r=logs.r)))
    assert logs.worth is not None and logs.worth.analysed == per_arm(np.log(2) / logs.sd, r=logs.r)
    crossed = made_up(stress, -5.0, layout="crossover")
    found = need(crossed.design, crossed, 0, stress, None)
    apart = found.sd * np.sqrt(2 * (1 - found.r))
    assert dict(found.worth_curve)[20] == pytest.approx(power_pairs(20, 10 / apart))
    assert found.within == pytest.approx(apart / np.sqrt(2))


def test_what_is_expected_is_what_the_lives_show_with_its_range() -> None:
    lives = made_up(STRESS, -5.0)
    draws = Doubt(np.linspace(-8.0, -2.0, 101)[:, None], np.arange(101))
    found = need(lives.design, lives, 0, STRESS, draws)
    assert found.effect == pytest.approx(-5.0)
    assert [found.effect_low, found.effect_high] == pytest.approx([-7.4, -2.6])
    assert found.ranged and found.sign_sure and not found.alike
    assert found.at_best and found.expected and found.at_worst
    assert (found.at_best.analysed or 0) < (found.expected.analysed or 0) < (found.at_worst.analysed or 0)
    unsure = need(lives.design, lives, 0, STRESS, Doubt(draws.effects + 4.0, draws.draws))
    assert not unsure.sign_sure and unsure.at_worst == Size(None, None)
    assert not need(lives.design, lives, 0, STRESS, None).ranged


def test_arms_that_are_alike_are_beyond_reach_and_what_is_worth_having_is_not() -> None:
    lives = made_up(CORTISOL)
    found = need(lives.design, lives, 0, CORTISOL, None)
    assert found.alike and found.expected is not None and found.never(found.expected)
    assert found.worth is not None and not found.never(found.worth)
    assert found.worth.analysed == per_arm(found.worth_scale / found.sd, r=found.r)  # one number with its curve


def test_few_therapists_put_a_size_beyond_reach() -> None:
    team = Arm(name="massage", therapists=2)
    lives = made_up(STRESS, -2.0, arms=(team, REST), therapist_icc=0.2)
    found = need(lives.design, lives, 0, STRESS, None)
    assert found.expected == Size(None, None) and found.too_few_therapists(found.expected)
    far = made_up(STRESS, -0.01)
    tiny = need(far.design, far, 0, STRESS, None)
    assert tiny.expected is not None and not tiny.never(tiny.expected)  # more than FARTHEST, and not for therapists
    assert tiny.expected.analysed is None or tiny.expected.analysed <= FARTHEST


def test_one_arm_has_no_size_of_any_kind() -> None:
    lives = made_up(STRESS, -5.0)
    alone = design(STRESS, arms=(MASSAGE,), n=40)
    for found in (
        need(alone, Bank(alone, lives.instruments, lives.first, lives.second[[0, 2]]), 0, STRESS, None),
        need(alone, None, -1, PSS, None),
    ):
        assert isinstance(found, Need) and found.usual > 0
        assert (found.effect, found.expected, found.worth, found.detectable, found.curve) == (
            None,
            None,
            None,
            None,
            (),
        )
        assert found.against == "" and found.contrast is None


@settings(max_examples=25, deadline=None)
@given(st.floats(0.5, 30.0), st.floats(0.5, 30.0))
def test_a_larger_difference_never_needs_more_people(one: float, other: float) -> None:
    small, large = sorted((one, other))
    sizes = [need(design(), None, -1, Measure(outcome="PSS", worthwhile=worth), None) for worth in (small, large)]
    known = [found.worth.analysed if found.worth else None for found in sizes]
    assert known[1] is None or known[0] is None or known[0] >= known[1]
    assert all(found.cannot_be is (found.worth == Size(None, None)) for found in sizes)


def test_people_who_are_taken_in_are_sized_by_what_their_first_answer_leaves() -> None:
    everybody, taken = (
        need(design(), None, -1, Measure(outcome="PSS", worthwhile=3.0, intake=c), None) for c in (None, 20)
    )
    assert everybody.contrast and taken.contrast and everybody.worth and taken.worth
    assert taken.usual > 24 and taken.sd < everybody.sd and taken.r < everybody.r
    assert taken.contrast.scatter == pytest.approx(everybody.contrast.scatter)
    assert taken.worth.analysed == everybody.worth.analysed
