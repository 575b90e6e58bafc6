"""A column of times or lengths in a hypnogram, read as seconds: stamps, times of day, or numbers in some unit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from effleurage.errors import Finding
from effleurage.files.table.cells import at, written
from effleurage.files.table.delimited import is_missing, number_of
from effleurage.files.table.stamps import clock_of, order_of, says_date, stamp_of
from effleurage.lab.night.nights import NOON, Moment

if TYPE_CHECKING:
    import pandas as pd

UNITS = (
    dict.fromkeys(("s", "sec", "seconds", "sekunden"), 1.0)
    | dict.fromkeys(("min", "minutes", "minuten"), 60.0)
    | dict.fromkeys(("ms", "msec", "milliseconds"), 1e-3)
)
"""Ending of a column's name -> seconds in its unit."""
DAY = 86_400.0
"""Seconds."""

_ENDING = re.compile(rf"(.+)_({'|'.join(UNITS)})")
_WRITE = "Write it as 2024-03-31 23:15:30, as 23:15:30, or as seconds since the start."


@dataclass
class TimedColumn:
    """Times or lengths of a column (rows,), in seconds; whether they are clock times of any kind, and the unit said."""

    name: str
    shown: str
    values: list[float]
    clocks: bool
    unit: float | None
    first: Moment | None
    findings: list[Finding]

    @classmethod
    def of(cls, table: pd.DataFrame, name: str) -> TimedColumn:
        """Read a column: its first cell says what the others must be."""
        cells = list(table[name])
        match = _ENDING.fullmatch(name)
        unit = UNITS[match[2]] if match else UNITS.get(name)
        made = cls(name, written(table, name), [], False, unit, None, [])
        kind = _kind(next((cell for cell in cells if not is_missing(cell)), ""))
        made.clocks = kind != "number"
        if kind == "number":
            made._read(table, cells, number_of)
            made.values = [value * (unit or 1.0) for value in made.values]
        elif kind == "clock":
            made._read(table, cells, clock_of)
            made._past_midnight()
        else:
            made._stamps(table, cells)
        return made

    def _read(self, table: pd.DataFrame, cells: Sequence[str], reader: Callable[[str], float]) -> None:
        for line, cell in zip(table.index, cells, strict=True):
            try:
                value = reader(cell)
                fault = "" if math.isfinite(value) else "there is no time"
            except ValueError as error:
                value, fault = math.nan, str(error)
            self.values.append(value)
            if fault:
                self.findings.append(Finding(at(table, line, self.name), fault, _WRITE))

    def _past_midnight(self) -> None:
        """Minutes after midnight become seconds that go on; the first is kept as it stands on the night's clock."""
        minutes = self.values
        if self.findings or not minutes:
            return
        self.first = minutes[0] if minutes[0] >= NOON else minutes[0] + DAY / 60
        since = [0.0]
        for early, late in pairwise(minutes):
            since.append(since[-1] + round((late - early) * 60, 6) % DAY)
        self.values = since

    def _stamps(self, table: pd.DataFrame, cells: Sequence[str]) -> None:
        order = order_of(cells)
        stamps: list[datetime] = []
        for line, cell in zip(table.index, cells, strict=True):
            try:
                stamp = stamp_of(cell, order)
                fault = "" if stamp else "there is no time"
            except ValueError as error:
                stamp, fault = None, str(error)
            if stamp:
                stamps.append(stamp)
            else:
                self.findings.append(Finding(at(table, line, self.name), fault, _WRITE))
        if len({stamp.tzinfo is None for stamp in stamps}) > 1:
            what = "some times have an offset and some have none"
            self.findings.append(Finding(str(table.attrs["source"]), what, "Write all of them alike."))
        if not self.findings:
            self.first = stamps[0]
            self.values = [(stamp - stamps[0]).total_seconds() for stamp in stamps]


def _kind(cell: str) -> str:
    try:
        number_of(cell)
    except ValueError:
        return "stamp" if says_date(cell) or ":" not in cell else "clock"
    return "number"
