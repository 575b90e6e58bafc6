"""Dates and times as people write them; two readings of one text are refused."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.files.table.stamps import clock_of, date_of, order_of, says_date, stamp_of


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("23:15", 1395),
        ("7:05", 425),
        ("23.15", 1395),
        ("7.30 Uhr", 450),
        ("00.25", 25),
        ("2315", 1395),
        ("23h15", 1395),
        ("11:15 pm", 1395),
        ("12 am", 0),
        ("12:30 p.m.", 750),
        ("24:00", 1440),
        ("23:15:30", 1395.5),
    ],
)
def test_clock(cell: str, minutes: float) -> None:
    assert clock_of(cell) == minutes


@pytest.mark.parametrize(
    "cell", ["25:00", "24:01", "10:75", "7", "730", "0.25", "0.9583", "13 pm", "0 am", "soon", "-1:00"]
)
def test_what_is_no_time_of_day_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="time of day|in a day"):
        clock_of(cell)


def test_missing_is_missing() -> None:
    assert math.isnan(clock_of("")) and date_of("NA") is None and stamp_of(" - ") is None


@given(st.times())
def test_iso_times_are_read_to_the_second(time: object) -> None:
    text = f"{time:%H:%M:%S}"
    hours, minutes, seconds = map(int, text.split(":"))
    assert clock_of(text) == pytest.approx(hours * 60 + minutes + seconds / 60)


@pytest.mark.parametrize("cell", ["2024-03-31", "2024/3/31", "31.3.2024", "31.03.2024", "31/03/2024", "03/31/2024"])
def test_dates(cell: str) -> None:
    assert date_of(cell) == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("03/04/2024", "day first or month first"),
        ("31.3.24", "four digits"),
        ("2024-02-30", "in the calendar"),
        ("0024-02-20", "not in the years"),
        ("tomorrow", "not a date"),
        ("31/31/2024", "in the calendar"),
    ],
)
def test_what_is_no_single_date_is_refused(cell: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        date_of(cell)


def test_the_order_of_a_column_decides_its_dates() -> None:
    assert order_of(["03/04/2024", "13/04/2024"]) is True and order_of(["03/04/2024 23:00", "03/14/2024"]) is False
    assert order_of(["03/04/2024"]) is None and order_of(["13/04/2024", "04/13/2024"]) is None
    assert order_of(["13.04.2024", "2024-04-13", ""]) is None
    assert date_of("03/04/2024", True) == date(2024, 4, 3) and date_of("03/04/2024", False) == date(2024, 3, 4)
    assert date_of("04.03.2024", False) == date(2024, 3, 4)


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31)),
    st.none() | st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    st.sampled_from("T "),
)
def test_iso_stamps_are_read_back(stamp: datetime, place: timezone | None, between: str) -> None:
    stamp = stamp.replace(microsecond=0, tzinfo=place)
    found = stamp_of(stamp.isoformat(between))
    assert found is not None and found == stamp
    assert found.utcoffset() == stamp.utcoffset()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("31.3.2024 23:15", datetime(2024, 3, 31, 23, 15)),
        ("31/03/2024 11:15 pm", datetime(2024, 3, 31, 23, 15)),
        ("2024-03-31T24:00", datetime(2024, 4, 1)),
        ("2024-03-31T23:15:00Z", datetime(2024, 3, 31, 23, 15, tzinfo=timezone.utc)),  # noqa: UP017
        ("2024-03-31 23:15 +0200", datetime(2024, 3, 31, 23, 15, tzinfo=timezone(timedelta(hours=2)))),
        ("2024-03-31 23:15−03:30", datetime(2024, 3, 31, 23, 15, tzinfo=timezone(-timedelta(hours=3, minutes=30)))),
    ],
)
def test_other_stamps(cell: str, expected: datetime) -> None:
    assert stamp_of(cell) == expected


@pytest.mark.parametrize("cell", ["2024-03-31", "23:15", "2024-03-31 25:00", "2024-03-31 10:00+15:00", "x 10:00"])
def test_what_is_no_stamp_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="'"):
        stamp_of(cell)


def test_a_date_is_told_from_a_time() -> None:
    assert says_date("2024-03-31 23:15") and says_date("31.3.2024 23:15")
    assert not any(map(says_date, ("23:15", "23.15", "2315", "", "11 pm")))


@given(st.text(max_size=24) | st.text("0123456789:./-+TZ apmUhr", max_size=24))
def test_any_text_is_read_or_refused(cell: str) -> None:
    for read in (clock_of, date_of, stamp_of):
        try:
            read(cell)
        except ValueError as fault:
            assert str(fault)
    assert order_of([cell]) in (True, False, None)
