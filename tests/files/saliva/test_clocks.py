from __future__ import annotations

import math

import pandas as pd
import pytest

from effleurage.files.saliva.clocks import ClockReader, span_of
from effleurage.lab.wall_clock import zone_named


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("06:45", 405.0), ("0 days 06:45:30", 405.5), ("1 days 00:10:00", 1450.0), ("NaT", math.nan), ("", math.nan)],
)
def test_clock_times_and_spans_are_minutes(cell: str, minutes: float) -> None:
    assert span_of(cell) == pytest.approx(minutes, nan_ok=True)


@pytest.mark.parametrize("cell", ["noon", "9999 days 06:00:00", "25:00", "0 days"])
def test_other_words_are_no_times(cell: str) -> None:
    with pytest.raises(ValueError, match="."):
        span_of(cell)


def table(*cells: str) -> pd.DataFrame:
    made = pd.DataFrame({"time": cells}, index=range(2, 2 + len(cells)), dtype=object)
    made.attrs = {"source": "x.csv", "headers": {"time": "Time"}}
    return made


def test_a_change_of_the_clocks_takes_no_time_from_a_stamp_with_a_zone() -> None:
    read = ClockReader([], zone_named("Europe/Berlin")).read(table("2024-03-31 01:45", "2024-03-31 03:15"), "time")
    assert read.even[1] - read.even[0] == pytest.approx(30.0)
    assert read.clock.tolist() == [105.0, 195.0]


def test_a_time_that_did_not_happen_is_a_finding_with_its_row() -> None:
    reader = ClockReader([], zone_named("Europe/Berlin"))
    reader.read(table("2024-03-31 02:30"), "time")
    assert "x.csv, line 2, column 'Time'" in str(reader.findings[0]) and "did not happen" in str(reader.findings[0])


def test_dates_that_hold_a_change_are_noted_where_no_zone_is_given() -> None:
    reader = ClockReader([], None)
    reader.read(table("2024-03-30 06:00", "2024-04-02 06:00"), "time")
    assert "clocks changed in Europe/Berlin" in reader.changes()[0]
