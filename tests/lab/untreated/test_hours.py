from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.engine.grid import DAY
from effleurage.lab.untreated.hours import DAYS, FARTHEST, LONGEST_REST, Hours, World


def test_rest_between_is_a_visit_of_its_own() -> None:
    resting = Hours(600.0, 645.0, resting=True, posture="supine").world.protocol()
    assert len(resting.timeline) == 1 and not resting.sessions
    assert not Hours(600.0, 645.0).world.protocol().timeline


def test_ordinary_days_serve_any_clock_times_and_rest_any_gap() -> None:
    assert Hours(600.0, 645.0).world == Hours(1100.0, 1145.0, 3).world
    rests = {Hours(600.0, 600.0 + gap, resting=True, posture="seated").world for gap in (10.0, 60.0, LONGEST_REST)}
    assert len(rests) == 1


def test_who_has_rested_is_in_the_rest_of_an_earlier_hour() -> None:
    late = Hours(600.0, 660.0, resting=True, posture="supine", rested=15.0)
    assert late.world == Hours(585.0, 645.0, resting=True, posture="supine").world
    assert late.looks() == [(DAY + 600.0, DAY + 660.0)]


@given(
    st.floats(0, 1440), st.floats(1, 240), st.integers(0, FARTHEST), st.booleans(), st.sampled_from([0.0, 15.0, 60.0])
)
def test_every_reading_lies_within_what_is_looked_at(
    before: float, gap: float, apart: int, resting: bool, rested: float
) -> None:
    resting = resting and not apart
    hours = Hours(before, before + gap if not apart else before, apart, resting=resting, rested=rested * resting)
    looked = hours.world.minutes()
    for first, second in hours.looks():
        assert second >= first
        assert looked[0] <= first and (resting or first <= looked[-1])
        assert second <= looked[-1] + (0 if resting else 120)


@pytest.mark.parametrize(("apart", "near"), [(0, 0), (1, 1), (2, 2), (4, 4), (7, 7)])
def test_days_apart_are_days_apart(apart: int, near: int) -> None:
    looks = Hours(600.0, 600.0, apart).looks()
    assert looks and {(second - first) / DAY for first, second in looks} == {near}


def test_the_days_that_are_looked_at_are_whole() -> None:
    minutes = World(420.0, 1380.0).minutes()
    for day in DAYS:
        inside = minutes[(minutes >= (day - 1) * DAY) & (minutes <= day * DAY)]
        assert np.diff(inside).max() == 15
