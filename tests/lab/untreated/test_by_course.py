"""Second totals of questionnaires by a published course, against hand calculation and against drawn people."""

from __future__ import annotations

import math

import numpy as np
import pytest

from effleurage.arrays import Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.by_course import UNREACHED, ByCourse
from effleurage.lab.untreated.comparable import comparable_of, course_for
from effleurage.lab.untreated.hours import Hours

PEOPLE = np.arange(200_000)


def by_course(outcome: str, weeks: int = 8) -> ByCourse:
    one = comparable_of(outcome)
    course = course_for(one)
    assert course is not None
    return ByCourse(one, course, Hours(0.0, 0.0, 7 * weeks))


def test_stress_of_26_after_eight_weeks_is_that_of_the_hand() -> None:
    """15.84 + 0.65 (26 - 15.84) = 22.44; 1.645 x 7.51 x sqrt(1 - 0.65^2) = 9.39; nobody is known to recover."""
    told = by_course("PSS").foretell(np.array([26.0]))
    assert told.centre[0] == pytest.approx(22.444, abs=0.001)
    assert (told.low[0], told.high[0]) == (pytest.approx(13.06, abs=0.01), pytest.approx(31.83, abs=0.01))
    assert told.spread[0] == pytest.approx(5.707, abs=0.001) and told.reason[0] == ""
    later = by_course("PSS", weeks=26).foretell(np.array([26.0]))
    assert later.centre[0] == told.centre[0]


def test_insomnia_recovers_with_the_weeks() -> None:
    """13.7 + 0.7 (18 - 13.7) = 16.71, and of the 2.4 points to 11.3 a share 1 - exp(-12 / 30) = 0.33 is gone."""
    told = by_course("ISI", weeks=12).foretell(np.array([18.0]))
    assert told.centre[0] == pytest.approx(16.71 - 2.4 * (1 - math.exp(-0.4)), abs=1e-9)
    assert told.high[0] - told.low[0] == pytest.approx(2 * 1.644854 * 5.2 * math.sqrt(1 - 0.49), abs=1e-6)


def written(values: Floats, one: Instrument) -> Floats:
    """Totals as they are written down: whole points between the ends of the scale."""
    return np.clip(np.round(values), one.low, one.high)


@pytest.mark.parametrize(("outcome", "weeks"), [("PSS", 8), ("PSQI", 4), ("ISI", 12), ("ISI", 104)])
def test_of_drawn_people_nine_in_ten_lie_in_the_band_wherever_they_begin(outcome: str, weeks: int) -> None:
    told = by_course(outcome, weeks)
    first, free = (told.course.values(5, PEOPLE, week) for week in (0.0, float(weeks)))
    first, second = (written(values, told.instrument) for values in (first, free))
    inside = 0
    for x in np.unique(first):
        mine = first == x
        (low,), (high,), (centre,) = (getattr(told.foretell(np.array([x])), name) for name in ("low", "high", "centre"))
        if mine.sum() < 500 or np.isnan(centre):
            continue
        share = float(((second[mine] >= low) & (second[mine] <= high)).mean())
        whole = 1.2 / told.foretell(np.array([x])).spread[0] * 0.1  # a whole point more or less at each end
        cut = x == told.instrument.low or low == told.instrument.low or high == told.instrument.high
        assert 0.9 - whole - 0.02 < share < (1.0 if cut else 0.9 + whole + 0.02), (x, share)
        if told.instrument.low < x < told.instrument.high:
            off = 4 * told.course.sd / math.sqrt(mine.sum())
            assert free[mine].mean() == pytest.approx(centre, abs=0.05 + off)
        inside += 1
    assert inside > 12


def test_beyond_nearly_all_such_people_nothing_is_expected() -> None:
    stress = by_course("PSS")
    assert stress.ends == (-5.0, 37.0)  # 15.84 +- 2.807 x 7.51, in whole points
    told = stress.foretell(np.array([0.0, 37.0, 38.0, 40.0, np.nan]))
    assert np.isfinite(told.centre).tolist() == [True, True, False, False, False]
    assert told.reason.tolist() == ["", "", UNREACHED, UNREACHED, UNREACHED]
    for part in (told.low, told.high, told.spread, told.doubt, told.likely[:, 0]):
        assert np.isnan(part[2:]).all() and np.isfinite(part[:2]).all()


@pytest.mark.parametrize("outcome", ["PSS", "PSQI", "ISI"])
def test_every_band_holds_its_middle_and_ends_with_the_scale(outcome: str) -> None:
    told = by_course(outcome)
    x = np.arange(told.instrument.low, told.instrument.high + 1)
    found = told.foretell(x)
    known = np.isfinite(found.centre)
    assert known.sum() >= 15
    low, high, centre = (part[known] for part in (found.low, found.high, found.centre))
    assert (low < centre).all() and (centre < high).all()
    assert (low >= told.instrument.low).all() and (high <= told.instrument.high).all()
    assert (np.diff(centre) == pytest.approx(told.course.retest)) and (np.diff(low) >= 0).all()
    assert np.isnan(found.people).all()


def test_coarser_steps_widen_the_band_and_nothing_else_that_is_said_moves_it() -> None:
    stress, x = by_course("PSS"), np.array([20.0, 24.0])
    plain, coarse = stress.foretell(x), stress.foretell(x, np.array([5.0, 5.0]))
    assert (coarse.low < plain.low).all() and (coarse.high > plain.high).all()
    said = stress.foretell(x, None, [{"age": 70.0}, {"stress": 90.0}], ["a", "a"])
    np.testing.assert_array_equal(said.low, plain.low)
    np.testing.assert_array_equal(said.centre, plain.centre)


def test_what_is_as_likely_as_the_next_spreads_as_the_band_does() -> None:
    told = by_course("PSS").foretell(np.array([20.0]))
    low, high = np.quantile(told.likely[0], [0.05, 0.95])
    assert (low, high) == (pytest.approx(told.low[0], abs=0.3), pytest.approx(told.high[0], abs=0.3))
