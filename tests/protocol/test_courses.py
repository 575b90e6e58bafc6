"""A course fills the time of a stimulus, whatever the time, and says what it cannot be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import Unfit
from effleurage.protocol.courses import Course, Piece
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.tables import Number

COURSES = {name: kind.course for name, kind in catalogue().kinds.items() if kind.course}


def row(value: float) -> Number:
    return Number(value, "minute", "assumed", "D", "x")


def piece(meaning: str, level: float, **length: Number) -> Piece:
    return Piece(meaning, {"stressor": row(level)}, **length)


def lengths(course: Course, minutes: float) -> list[tuple[str, float]]:
    return [(one.meaning, round(end - begin, 6)) for begin, end, one in course.laid(minutes)]


BEFORE_A_TEST = Course((piece("wait", 0.5, share=row(1)), piece("test", 1, minutes=row(6))))
WEARING_OFF = Course((piece("rise", 1, minutes=row(2)), piece("after", 0.5, share=row(1))))
BLOCKS = Course((piece("work", 1, share=row(1)), piece("pause", 0, minutes=row(1))), turn=row(5))
SHARES = Course((piece("one", 1, share=row(1)), piece("three", 0.5, share=row(3))))


@pytest.mark.parametrize(
    ("course", "minutes", "laid"),
    [
        (BEFORE_A_TEST, 16, [("wait", 10), ("test", 6)]),
        (BEFORE_A_TEST, 6, [("test", 6)]),
        (BEFORE_A_TEST, 4, [("test", 4)]),
        (WEARING_OFF, 5, [("rise", 2), ("after", 3)]),
        (WEARING_OFF, 1.5, [("rise", 1.5)]),
        (BLOCKS, 4, [("work", 4)]),
        (BLOCKS, 9, [("work", 4), ("pause", 1), ("work", 4)]),
        (BLOCKS, 10, [("work", 4.5), ("pause", 1), ("work", 4.5)]),
        (BLOCKS, 1, [("work", 1)]),
        (SHARES, 8, [("one", 2), ("three", 6)]),
        (SHARES, 1, [("one", 0.2), ("three", 0.8)]),
    ],
)
def test_pieces_take_their_minutes_and_shares(course: Course, minutes: float, laid: list[tuple[str, float]]) -> None:
    assert lengths(course, minutes) == laid


def test_longer_work_has_more_blocks_and_always_ends_with_one() -> None:
    blocks = {minutes: [name for name, _ in lengths(BLOCKS, minutes)] for minutes in (5, 15, 30, 60)}
    assert [names.count("work") for names in blocks.values()] == [1, 3, 6, 12]
    assert all(names[-1] == "work" for names in blocks.values())


@given(st.sampled_from(sorted(COURSES)), st.floats(1, 120))
def test_a_shipped_course_fills_any_time_without_a_gap(name: str, minutes: float) -> None:
    laid = COURSES[name].laid(minutes)
    assert laid[0][0] == 0 and laid[-1][1] == minutes
    assert all(begin < end for begin, end, _ in laid)
    assert all(end == begin for (_, end, _), (begin, _, _) in pairwise(laid))


def test_what_a_course_sets_and_how_high() -> None:
    assert WEARING_OFF.inputs == ("stressor",) and WEARING_OFF.highest("stressor") == 1
    assert list(BEFORE_A_TEST.fixed()) == ["6 min test"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: piece("x", 1), "says minutes and share, or neither"),
        (lambda: piece("x", 1, minutes=row(1), share=row(1)), "says minutes and share, or neither"),
        (lambda: piece("x", 1, minutes=row(0)), "takes no time"),
        (lambda: Course(()), "none takes a share of the time"),
        (lambda: Course((piece("x", 1, minutes=row(1)),)), "none takes a share of the time"),
        (lambda: Course((piece("x", 1, share=row(1)),), turn=row(5)), "no pause of so many minutes ends the turn"),
    ],
)
def test_a_course_that_cannot_be_is_refused(make: object, said: str) -> None:
    assert callable(make)
    with pytest.raises(Unfit, match=said):
        make()
