from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.lab.saliva import response

TIMES = np.array([0.0, 15.0, 32.0, 45.0])
COURSE = np.array([4.0, 6.0, 11.0, 9.0])

courses = st.lists(st.floats(0.01, 100), min_size=4, max_size=4).map(np.array)


def test_indices_of_a_course_that_can_be_done_by_hand() -> None:
    ground = 15 * 5.0 + 17 * 8.5 + 13 * 10.0
    assert response.area_ground(TIMES, COURSE) == pytest.approx(ground)
    assert response.area_increase(TIMES, COURSE) == pytest.approx(ground - 4 * 45)
    assert response.mean_increase(COURSE) == pytest.approx(26 / 3 - 4)
    assert response.greatest_increase(COURSE) == 7.0
    assert response.peak_minute(TIMES, COURSE) == 32.0
    assert response.slope_between(TIMES, COURSE, 0, 2) == pytest.approx(7 / 32)


def test_a_falling_course_has_a_negative_increase_that_is_not_clipped() -> None:
    falling = COURSE[::-1].copy()
    assert response.area_increase(TIMES, falling) < 0
    assert response.greatest_increase(np.array([9.0, 5.0, 4.0])) == -4.0
    assert response.peak_minute(TIMES, np.array([9.0, 8.0, 7.0, 6.0])) == 0.0


@given(courses)
def test_areas_are_those_of_numpy_and_ignore_where_time_starts(course: np.ndarray) -> None:
    assert response.area_ground(TIMES, course) == pytest.approx(np.trapezoid(course, TIMES), rel=1e-12)
    assert response.area_increase(TIMES + 99, course) == pytest.approx(
        np.trapezoid(course - course[0], TIMES), abs=1e-9
    )


@given(courses, st.floats(-5, 5))
def test_increases_ignore_the_level(course: np.ndarray, level: float) -> None:
    for index in (response.mean_increase, response.greatest_increase):
        assert index(course + level) == pytest.approx(index(course), abs=1e-9)


def test_a_missing_sample_makes_only_its_own_course_missing() -> None:
    table = np.stack([COURSE, np.where(COURSE == 11, np.nan, COURSE)])
    times = np.stack([TIMES, TIMES])
    for found in (
        response.area_ground(times, table),
        response.area_increase(times, table),
        response.mean_increase(table),
        response.greatest_increase(table),
        response.peak_minute(times, table),
    ):
        assert np.isfinite(found[0]) and np.isnan(found[1])


def test_a_result_with_a_fault_is_missing_and_says_why() -> None:
    held = response.Result.held("x", "nmol/L", np.array([1.0, 2.0]), np.zeros(2), ["", "no tube"], ["late", "late"])
    assert held.values[0] == 1.0 and np.isnan(held.values[1])
    assert held.reasons == ["late", "no tube"]
