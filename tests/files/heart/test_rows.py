"""Lines become intervals, and the unit of a file is decided or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from effleurage.errors import DataError
from effleurage.files.heart.beat_clock import Beats
from effleurage.files.heart.layout import Layout
from effleurage.files.heart.rows import RowReader, Unit, offset_in
from effleurage.files.heart.rr_cells import Findings
from effleurage.files.table.text_stream import Block


def reader(width: int = 1, **said: Any) -> RowReader:
    return RowReader(Layout(first=1, width=width, between=",", rr=0, **said), "a.csv", Findings())


def unit(asked: str = "auto", written: str = "") -> Unit:
    return Unit(asked, written, "a.csv", Findings())


def refusal(findings: Findings) -> str:
    with pytest.raises(DataError) as refused:
        findings.refuse()
    return str(refused.value)


def test_comments_and_blank_lines_between_rows_are_passed_over_and_counted() -> None:
    rows = reader(2, lost=1)
    beats = rows.read(Block(1, b"800,0\n\n# a comment\n810,1\n\n"))
    np.testing.assert_array_equal(beats.rr, [800, 810])
    np.testing.assert_array_equal(beats.line, [1, 4])
    assert rows.notes() == ("comments between rows, skipped: 1", "blank lines between rows, skipped: 1")


def test_a_row_of_another_width_is_a_finding_with_its_line() -> None:
    rows = reader(2)
    assert list(rows.read(Block(7, b"800,1\n790\n810,1,5\n")).rr) == [800]
    said = refusal(rows.findings)
    assert "a.csv, line 8: number of fields is 1, not 2" in said and "line 9: number of fields is 3, not 2" in said


def test_intervals_that_follow_each_other_in_a_row_are_one_after_the_other() -> None:
    beats = reader(3, several=(0, 1, 2)).read(Block(1, b"800,810,\n790,,\n"))
    np.testing.assert_array_equal(beats.rr, [800, 810, 790])
    np.testing.assert_array_equal(beats.line, [1, 1, 2])


@pytest.mark.parametrize(("values", "found"), [((800, 810, 790), "ms"), ((0.8, 0.81, 0.79), "s")])
def test_a_unit_that_nobody_says_is_that_of_the_typical_interval(values: tuple[float, ...], found: str) -> None:
    one = unit()
    assert found in one.decide(np.array(values)) and one.found == found
    ms = one.milliseconds(Beats(np.array(values), np.arange(3)))
    np.testing.assert_allclose(ms, [800, 810, 790])


@pytest.mark.parametrize(
    ("asked", "written", "values", "words"),
    [
        ("auto", "", (72, 75, 71), "neither an RR interval in s .* it may be a pulse"),
        ("auto", "ms", (0.8, 0.8, 0.8), "the header says ms, but the median of 0.8 looks like s"),
        ("auto", "256", (800, 810, 790), "may be a clock's"),
    ],
)
def test_what_is_in_no_unit_is_refused(asked: str, written: str, values: tuple[float, ...], words: str) -> None:
    with pytest.raises(DataError, match=words):
        unit(asked, written).decide(np.array(values, dtype=float))


def test_whoever_says_the_unit_is_believed_and_told_what_it_looks_like() -> None:
    one = unit("s")
    assert "as asked, though the median of 800 looks like ms" in one.decide(np.array([800.0, 800.0]))
    assert one.is_said and one.found == "s"


def test_negative_and_mixed_values_are_findings() -> None:
    one = unit()
    one.decide(np.array([800.0, 810, 790]))
    one.milliseconds(Beats(np.array([800.0, -5, 0.9]), np.array([1, 2, 3])))
    said = refusal(one._findings)
    assert "line 2: a negative RR interval (-5)" in said and "line 3: 0.9 looks like s in a file of ms" in said


@pytest.mark.parametrize(
    ("first", "asked", "dropped"),
    [(800.0, None, 0), (60_000.0, None, 1), (60_000.0, False, 0), (800.0, True, 1), (0.0, True, 0)],
)
def test_a_first_value_that_no_interval_can_be_is_an_offset(first: float, asked: bool | None, dropped: int) -> None:
    count, note = offset_in(Beats(np.array([first, 800.0]), np.array([1, 2])), 1.0, asked)
    assert count == dropped and bool(note) is bool(dropped)
