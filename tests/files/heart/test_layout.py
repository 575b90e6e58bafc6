"""Delimiters, decimal marks, headers and columns are told apart, or asked about."""

from __future__ import annotations

import pytest

from effleurage.errors import DataError
from effleurage.files.heart.layout import find_layout


@pytest.mark.parametrize(
    ("text", "between", "rr", "time", "first"),
    [
        ("800\n810", "", 0, None, 1),
        ("0,8\n0,81", "", 0, None, 1),
        ("800,5\n810,25", "", 0, None, 1),
        ("NaN\n0,8\nNaN", "", 0, None, 1),
        ("0.8,0.8\n1.61,0.81\n2.4,0.79", ",", 1, 0, 1),
        ("800,800\n1610,810\n2400,790", ",", 1, 0, 1),
        ("0,8 0,8\n1,61 0,81\n2,4 0,79", " ", 1, 0, 1),
        ("0,8;0,8\n1,61;0,81", ";", 1, 0, 1),
        ("Day 3\n\n# x\n800\n810", "", 0, None, 4),
        ("time rr\n0.8 0.8\n1.6 0.8", " ", 1, 0, 2),
        ("beat;RR-interval [ms];time\n1;800;x\n2;810;y", ";", 1, None, 2),
        ("sensor timestamp [ns];Phone timestamp;RR\n5;2026-01-31T12:00:00;800", ";", 2, 1, 2),
    ],
)
def test_rows_are_cut_where_they_should_be(text: str, between: str, rr: int, time: int | None, first: int) -> None:
    layout = find_layout(text.split("\n"), 1, "rr.txt")
    assert (layout.between, layout.rr, layout.time, layout.first) == (between, rr, time, first)


@pytest.mark.parametrize(
    ("head", "unit"), [("RR", ""), ("RR [ms]", "ms"), ("RR (s)", "s"), ("rr_ms", "ms"), ("RR interval, sec", "s")]
)
def test_the_unit_in_a_header_is_seen(head: str, unit: str) -> None:
    between = ";" if "," in head else ""
    text = [f"{head};x" if between else head, "800;1" if between else "800"]
    assert find_layout(text, 1, "rr.txt").unit == unit


@pytest.mark.parametrize(
    ("unit", "scale"), [("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9), ("min", 60), ("days", 86400)]
)
def test_the_unit_of_times_is_found_from_the_intervals(unit: str, scale: float) -> None:
    rows = [f"{beat * 0.8 / scale:.9f};800" for beat in range(1, 9)]
    layout = find_layout([f"time [{unit}];RR", *rows], 1, "rr.txt")
    assert layout.clock is not None and layout.clock.scale == scale


def test_times_that_cannot_be_understood_are_said() -> None:
    layout = find_layout(["time;RR", "early;800", "late;810"], 1, "rr.txt")
    assert layout.time is None
    assert "'time' is not understood as time" in layout.notes[-1]


def test_columns_that_fit_alike_are_asked_about() -> None:
    for text in ("800 810\n790 805", "800,810\n790,805", "RR a;RR [ms];RR [s]\n1;800;0.8"):
        with pytest.raises(DataError, match=r"its columns: 1.*column=2"):
            find_layout(text.split("\n"), 1, "rr.txt")
