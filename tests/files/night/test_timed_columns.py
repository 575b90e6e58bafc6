"""One column of a hypnogram as seconds, however it is written."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from effleurage.files.night.timed_columns import TimedColumn


def column(name: str, *cells: str) -> TimedColumn:
    table = pd.DataFrame({name: cells}, index=range(2, 2 + len(cells)))
    table.attrs.update(source="night.csv", written={name: name})
    return TimedColumn.of(table, name)


@pytest.mark.parametrize(
    ("name", "second"), [("time", 90.0), ("time_s", 90.0), ("time_min", 5400.0), ("time_ms", 0.09)]
)
def test_numbers_are_in_the_unit_of_their_name(name: str, second: float) -> None:
    read = column(name, "0", "90")
    assert read.values == pytest.approx([0.0, second])
    assert not read.clocks
    assert (read.unit is None) == (name == "time")


def test_times_of_day_go_on_past_midnight_and_the_first_stands_on_the_night_s_clock() -> None:
    read = column("time", "23:59:30", "00:00:00", "00:00:30")
    assert read.values == [0.0, 30.0, 60.0]
    assert read.first == 1439.5
    assert column("time", "00:10:00", "00:10:30").first == 1450.0


def test_stamps_count_from_the_first() -> None:
    read = column("time", "2024-03-12 23:59:30", "2024-03-13 00:00:30")
    assert (read.values, read.first, read.clocks) == ([0.0, 60.0], datetime(2024, 3, 12, 23, 59, 30), True)


@pytest.mark.parametrize(
    ("cells", "line"), [(("0", "?", "60"), 3), (("23:00:00", "25:00:00"), 3), (("2024-03-12 23:00", "", "x"), 3)]
)
def test_a_cell_that_is_no_time_is_named_by_its_line(cells: tuple[str, ...], line: int) -> None:
    read = column("time", *cells)
    assert f"line {line}" in str(read.findings[0])
    assert all(finding.fix for finding in read.findings)


def test_offsets_are_written_by_all_or_none() -> None:
    read = column("time", "2024-03-12 23:00:00", "2024-03-12T23:00:30+01:00")
    assert [finding.what for finding in read.findings] == ["some times have an offset and some have none"]
