"""The course without treatment: closed forms against drawn people, and against arms that nobody treated."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.outcomes.codebook import codebook
from effleurage.lab.untreated.course import Course, Waited, course_of, courses, usual_course, waited
from effleurage.trial.design.people import spreads

PEOPLE = np.arange(40_000)
STRESS = course_of("stress-pss")
PAIN = course_of("pain-rating", "people in chronic pain")
NEW = course_of("pain-rating", "people with new back pain")

retests = st.floats(0.05, 0.95)
thresholds = st.floats(-2.0, 2.0).map(lambda z: STRESS.mean + z * STRESS.sd)
weeks = st.floats(0.5, 104.0)


def test_every_row_is_whole_and_of_the_codebook() -> None:
    for (id, _, _), row in courses().items():
        assert id in codebook() and codebook()[id].low <= row.mean <= codebook()[id].high
        assert row.sd > 0 and 0 < row.retest < 1 and row.source and row.grade and row.retest_source and row.retest_grade
        assert math.isnan(row.settled) == math.isnan(row.weeks) == (row.settled_source == "")
        assert (row.settled_grade is None) == math.isnan(row.settled)
        if "assumed" in row.retest_source or "remembered" in row.retest_source:
            assert row.retest_grade == "D"
    assert {(row.id, row.whom, row.control) for row in waited()} <= set(courses())


def test_a_row_without_numbers_has_those_of_the_codebook_and_no_other_row_says_them_again() -> None:
    for row in courses().values():
        norm = codebook()[row.id].norm
        if norm and row.whom == "adults":
            assert (row.mean, row.sd, row.retest, row.source) == (norm.mean, norm.sd, norm.retest, norm.source)
    assert STRESS.retest_source == codebook()["stress-pss"].norm.retest_source  # type: ignore[union-attr]


def test_chronic_pain_is_that_of_the_people_of_a_trial() -> None:
    people = spreads()["pain_load"]
    for control in ("waiting list", "usual care"):
        row = course_of("pain-rating", PAIN.whom, control)
        assert (row.sd, row.retest) == (people.published, people.retest)


def test_what_is_not_known_is_refused_with_what_is() -> None:
    with pytest.raises(RequestError, match="stress-pss, adults"):
        course_of("stress-pss", "adult")


@pytest.mark.parametrize("arm", waited(), ids=lambda arm: f"{arm.id} {arm.weeks:g}")
def test_arms_that_nobody_treated_fall_back_as_foretold(arm: Waited) -> None:
    """The way is right everywhere, the size within two-fold: so far does one row serve other people of the kind."""
    course, seen = course_of(arm.id, arm.whom, arm.control), arm.second - arm.first
    foretold = course.mean_change(arm.weeks, first=arm.first)
    assert np.sign(foretold) == np.sign(seen)
    assert abs(math.log(foretold / seen)) < (0.05 if arm.seen else math.log(2))
    if arm.threshold is not None:
        assert course.intake(arm.threshold).first == pytest.approx(arm.first, abs=0.1 * course.sd)


def test_people_in_pain_who_wait_change_by_as_much_and_as_differently_as_published() -> None:
    """Brinkhaus 2006: 64.8 (14.0) of 100 from 40 on, and 22.0 between the changes of those who wait; not set."""
    taken = PAIN.intake(4.0)
    assert taken.first == pytest.approx(6.48, abs=0.15) and taken.first_sd == pytest.approx(1.4, abs=0.25)
    assert PAIN.spread(4.0) == pytest.approx(2.2, rel=0.1)


def test_three_published_moments_of_new_and_of_persistent_back_pain() -> None:
    lasting = course_of("pain-rating", "people with back pain of three to twelve months")
    for course, published in ((NEW, (2.3, 1.2, 0.6)), (lasting, (3.3, 2.6, 2.3))):
        for week, mean in zip((6, 26, 52), published, strict=True):
            assert course.mean + course.recovered(week) == pytest.approx(mean, abs=0.6 if week == 26 else 0.1)


@given(retests, weeks)
def test_no_threshold_and_no_recovery_is_no_mean_change(r: float, week: float) -> None:
    course = replace(STRESS, retest=r)
    assert course.mean_change(week) == course.recovered(week) == 0
    assert course.spread() == pytest.approx(course.sd * math.sqrt(2 * (1 - r)))


@settings(deadline=None)
@given(retests, thresholds, st.floats(0.1, 5.0), weeks)
def test_who_is_taken_in_for_worse_falls_back_further_and_less_where_values_last(
    r: float, threshold: float, more: float, week: float
) -> None:
    course = replace(STRESS, retest=r)
    fallen = course.mean_change(week, threshold=threshold)
    assert course.mean_change(week, threshold=threshold + more) < fallen < 0
    assert fallen < replace(course, retest=r + 0.04).mean_change(week, threshold=threshold)
    assert fallen == pytest.approx(course.mean_change(week, first=course.intake(threshold).first))


@settings(deadline=None)
@given(thresholds, weeks)
def test_a_low_value_rises_as_a_high_one_falls(threshold: float, week: float) -> None:
    low = replace(STRESS, chosen="low")
    turned = 2 * STRESS.mean - threshold
    assert low.mean_change(week, threshold=turned) == pytest.approx(-STRESS.mean_change(week, threshold=threshold))


@given(weeks, weeks)
def test_recovery_only_goes_on_and_ends_where_people_settle(week: float, later: float) -> None:
    assert NEW.recovered(week + later) <= NEW.recovered(week) < NEW.recovered(0) == 0
    assert NEW.mean + NEW.recovered(1e4) == pytest.approx(NEW.settled)


@pytest.mark.parametrize("course", [STRESS, NEW, course_of("total-sleep-diary", "people with insomnia")])
@pytest.mark.parametrize("beyond", [None, 0.7])
def test_drawn_people_are_those_of_the_closed_forms(course: Course, beyond: float | None) -> None:
    threshold = None if beyond is None else course.mean + course.side * beyond * course.sd
    first, then, last = (course.values(3, PEOPLE, week, threshold) for week in (0.0, 6.0, 52.0))
    taken, off = course.intake(threshold), 5 * course.sd / math.sqrt(len(PEOPLE))
    assert first.mean() == pytest.approx(taken.first, abs=off)
    assert first.std() == pytest.approx(taken.first_sd, rel=0.02)
    for week, later in ((6.0, then), (52.0, last)):
        assert (later - first).mean() == pytest.approx(course.mean_change(week, threshold=threshold), abs=off)
        assert (later - first).std() == pytest.approx(course.spread(threshold), rel=0.02)
        assert later.std() == pytest.approx(taken.later_sd, rel=0.02)
        assert np.corrcoef(first, later)[0, 1] == pytest.approx(taken.r, abs=0.02)
    if threshold is not None:
        assert (course.side * (first - threshold)).min() >= -1e-9


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 9), st.floats(0, 60), st.lists(st.integers(0, 9000), min_size=1, max_size=5, unique=True))
def test_a_value_is_the_same_whatever_else_is_asked_for(seed: int, week: float, others: list[int]) -> None:
    people = np.array([7, *others])
    alone = STRESS.values(seed, np.array([7]), week, 20.0)
    assert STRESS.values(seed, people, week, 20.0)[0] == alone[0]


def test_taken_in_from_far_below_everybody_is_everybody() -> None:
    people = PEOPLE[:500]
    np.testing.assert_allclose(STRESS.values(1, people, 0.0, -60.0), STRESS.values(1, people, 0.0), rtol=1e-9)
    np.testing.assert_allclose(STRESS.values(1, people, 4.0, -60.0), STRESS.values(1, people, 4.0), rtol=1e-9)


def test_values_that_are_rounded_have_the_published_spread_and_retest() -> None:
    behind = STRESS.underlying(4.0)
    first, then = (np.round(behind.values(1, PEOPLE, week) / 4) * 4 for week in (0.0, 8.0))
    assert first.std() == pytest.approx(STRESS.sd, rel=0.015) and behind.sd < STRESS.sd
    assert np.corrcoef(first, then)[0, 1] == pytest.approx(STRESS.retest, abs=0.015)


def test_where_adults_have_no_course_the_first_of_others_is_usual() -> None:
    for id in dict.fromkeys(id for id, *_ in courses()):
        own = [row for row in courses().values() if row.id == id]
        usual = usual_course(id)
        assert usual is next((row for row in own if row.whom == "adults"), own[0])
    assert usual_course("stress-pss") is STRESS and usual_course("rmssd") is None
