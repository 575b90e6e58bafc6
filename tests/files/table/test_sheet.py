"""Cells of known columns, and the faults that are kept until all have been seen."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path

from effleurage.files.table.delimited import read_table
from effleurage.files.table.sheet import Sheet

TEXT = """who,day,bed,score,colour
A,2026-03-01,23:15,7,red
,2026-13-45,late,x,blue
B,,NA,,
"""


def sheet(folder: Path, text: str = TEXT) -> Sheet:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    return Sheet(read_table(path)[0], {"participant": "who", "date": "day", "clock": "bed", "score": "score"})


def test_cells_are_what_stands_there_and_nothing_where_nothing_does(tmp_path: Path) -> None:
    found = sheet(tmp_path)
    assert [found.cell(turn, "clock") for turn in range(3)] == ["23:15", "late", ""]
    assert found.cell(0, "session") == "" and found.findings == []


def test_dates_clocks_and_numbers_are_read_and_faults_kept_with_their_lines(tmp_path: Path) -> None:
    found = sheet(tmp_path)
    days = [found.date(turn, "date") for turn in range(3)]
    clocks = [found.clock(turn, "clock") for turn in range(3)]
    numbers = found.numbers("score")
    assert (days[0], clocks[0], numbers[0]) == (date(2026, 3, 1).toordinal(), 23 * 60 + 15, 7)
    assert all(math.isnan(values[turn]) for values in (days, clocks, numbers) for turn in (1, 2))
    assert [finding.where for finding in found.findings] == [
        "table.csv, line 3, column 'day'",
        "table.csv, line 3, column 'bed'",
        "table.csv, line 3, column 'score'",
    ]


def test_a_date_and_time_in_one_cell(tmp_path: Path) -> None:
    found = sheet(tmp_path, "who,day,bed,score\nA,2026-03-01 23:15,1,1\nA,soon,1,1\n")
    assert found.stamp(0, "date") == datetime(2026, 3, 1, 23, 15)
    assert found.stamp(1, "date") is None and len(found.findings) == 1


def test_a_row_of_nobody_is_a_fault_and_keeps_its_other_words(tmp_path: Path) -> None:
    found = sheet(tmp_path)
    assert found.who(0)["participant"] == "A" and found.findings == []
    assert found.who(1)["participant"] == "" and "line 3, column 'who'" in found.findings[0].where


def test_columns_that_nobody_reads_are_told(tmp_path: Path) -> None:
    assert sheet(tmp_path).unused() == ("columns not used: colour",)
