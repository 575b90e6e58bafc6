"""Clock times of saliva tables, with or without a date, and the spans that pandas writes for them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.errors import Finding, short
from effleurage.files.table.cells import at
from effleurage.files.table.delimited import is_missing
from effleurage.files.table.stamps import clock_of, order_of, says_date, stamp_of
from effleurage.lab.wall_clock import even_minutes, may_have_changed

if TYPE_CHECKING:
    import pandas as pd


_SPAN = re.compile(r"(-?\d+) days?,?\s+(\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)", re.ASCII)
_MOST_DAYS = 366


class ClockReader:
    """Reads columns of clock times, and remembers the stamps without an offset."""

    def __init__(self, findings: list[Finding], zone: ZoneInfo | None) -> None:
        self.findings, self.zone = findings, zone
        self.stamps: list[datetime] = []

    def read(self, table: pd.DataFrame, column: str | None) -> Moments:
        """A column's times; all unknown where there is no column."""
        clock, even = np.full(len(table), np.nan), np.full(len(table), np.nan)
        if column is None:
            return Moments(clock, even)
        day_first = order_of(table[column])
        for place, (line, cell) in enumerate(zip(table.index, table[column], strict=True)):
            try:
                if says_date(cell):
                    stamp = stamp_of(cell, day_first)
                    if stamp is not None:
                        clock[place], even[place] = self._stamped(stamp)
                else:
                    clock[place] = span_of(cell)
            except ValueError as fault:
                fix = "Write it as 06:45, or as 2024-03-31 06:45 with the date."
                self.findings.append(Finding(at(table, line, column), str(fault), fix))
        return Moments(clock, even)

    def changes(self) -> list[str]:
        """A note where the dates hold a change of the clocks that no zone settles."""
        place = may_have_changed(self.stamps) if self.zone is None else ""
        return [f"clocks changed in {place} within these dates: give the zone if a course crosses it"] if place else []

    def _stamped(self, stamp: datetime) -> tuple[float, float]:
        even, fault = even_minutes(stamp, self.zone)
        if fault:
            raise ValueError(fault)
        if stamp.tzinfo is None:
            self.stamps.append(stamp)
        return stamp.hour * 60 + stamp.minute + stamp.second / 60, even


@dataclass(frozen=True)
class Moments:
    """Minutes after midnight, and minutes on a clock that never jumps where a date was given (rows,)."""

    clock: Floats
    even: Floats


def span_of(cell: str) -> float:
    """Minutes since midnight of a time of day, or of a span such as ``0 days 06:00:00``; NaN where missing.

    Raises ``ValueError`` for anything else.
    """
    if is_missing(cell) or cell.strip().lower() == "nat":
        return math.nan
    if match := _SPAN.fullmatch(cell.strip()):
        if abs(int(match[1])) > _MOST_DAYS:
            raise ValueError(f"'{short(cell)}' is no time of day")
        return int(match[1]) * DAY + clock_of(match[2])
    return clock_of(cell)
