from __future__ import annotations

import numpy as np
import pytest

from effleurage.arrays import Floats
from effleurage.engine.streams import normal_rows
from effleurage.statistics.memory import Course, autocorrelation, pooled, sd_of_change

TIMES = np.arange(0.0, 3000.0, 5.0)
LAGS = (5, 15, 30, 60)
PEOPLE = np.arange(40)


def wandering(time: float, purpose: str = "wandering") -> Floats:
    """An Ornstein-Uhlenbeck process of unit variance for each person (N, T), exact at every step."""
    luck = normal_rows(1, [f"{purpose} {at:g}" for at in TIMES], PEOPLE)
    stay = np.exp(-5 / time)
    for at in range(1, len(TIMES)):
        luck[at] = stay * luck[at - 1] + np.sqrt(1 - stay**2) * luck[at]
    return luck.T


def luck_of_people(people: int) -> Floats:
    return normal_rows(1, [f"again {again}" for again in range(400)], np.arange(people))


def test_a_process_of_known_memory_is_found_as_it_is() -> None:
    courses = [Course(TIMES, values) for values in wandering(20.0)]
    known = np.exp(-np.array(LAGS) / 20)
    own = [autocorrelation(course.about_own(), LAGS) for course in courses]
    assert np.mean(own, axis=0) == pytest.approx(known, abs=0.04)
    moved = pooled([sd_of_change(course, LAGS) for course in courses], luck_of_people(len(PEOPLE)), power=2)
    assert (abs(moved.centre - np.sqrt(2 * (1 - known))) < moved.high - moved.low).all()
    assert (moved.high - moved.low < 0.05 * moved.centre).all()


def test_gaps_take_pairs_and_nothing_else() -> None:
    whole = wandering(20.0)[0]
    holed = np.where(np.arange(len(TIMES)) % 3 == 0, np.nan, whole)
    kept = np.isfinite(holed)
    without, absent = Course(TIMES, holed), Course(TIMES[kept], holed[kept])
    np.testing.assert_array_equal(sd_of_change(without, LAGS), sd_of_change(absent, LAGS))
    assert autocorrelation(without, LAGS) == pytest.approx(autocorrelation(absent, LAGS))


def test_uneven_times_are_paired_within_a_tolerance() -> None:
    course = Course(np.array([0.0, 9.0, 20.0, 31.0, 40.0, 51.0, 60.0]), np.arange(7.0))
    assert np.isnan(sd_of_change(course, 10)).all()
    assert sd_of_change(course, 10, within=1.5) == pytest.approx(1)


def test_a_lag_without_a_pair_has_no_value() -> None:
    assert np.isnan(autocorrelation(Course(np.arange(8.0), np.arange(8.0)), [7, 8])).tolist() == [False, True]


def test_a_line_is_taken_off_whatever_the_units_of_time() -> None:
    for scale in (1e-3, 1.0, 1e4):
        course = Course(TIMES * scale + 3e6 * scale, 5 + 0.01 * TIMES).about_own(1)
        assert course.values == pytest.approx(0, abs=1e-6)


def test_people_together_are_as_uncertain_as_people_differ() -> None:
    own = normal_rows(1, ["own"], np.arange(400)).T
    found = pooled(own, luck_of_people(400))
    assert found.high - found.low == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.15)
    holed = np.vstack([own, [[np.nan]]])
    assert pooled(holed, luck_of_people(401)).centre == pytest.approx(found.centre)
