"""A table whose columns are known, read cell by cell; what is wrong with a cell is kept until all have been seen."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from effleurage.errors import Finding, short
from effleurage.files.table.cells import at, names_in, numbers_of, written
from effleurage.files.table.delimited import is_missing
from effleurage.files.table.stamps import clock_of, date_of, order_of, stamp_of

if TYPE_CHECKING:
    import pandas as pd


@dataclass
class Sheet:
    """``found`` says which column holds which field; ``findings`` and ``notes`` grow while cells are read."""

    table: pd.DataFrame
    found: Mapping[str, str]
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _orders: dict[str, bool | None] = field(default_factory=dict)
    _cells: dict[str, list[str]] = field(default_factory=dict)

    def cell(self, turn: int, name: str) -> str:
        """What a row holds of a field; "" where it holds nothing."""
        if name not in self.found:
            return ""
        if name not in self._cells:
            self._cells[name] = ["" if is_missing(text) else text for text in self.table[self.found[name]]]
        return self._cells[name][turn]

    def order(self, name: str) -> bool | None:
        """Whether the day comes first in the slashed dates of a field."""
        if name not in self._orders:
            self._orders[name] = order_of(self.table[self.found[name]])
        return self._orders[name]

    def fault(self, turn: int, name: str, what: str, fix: str) -> None:
        """Keep a finding on the cell of a field."""
        self.findings.append(Finding(at(self.table, self.table.index[turn], self.found[name]), what, fix))

    def who(self, turn: int) -> dict[str, Any]:
        """Participant, session, condition and day of a row; a column of participants has no gaps."""
        if "participant" in self.found and not self.cell(turn, "participant"):
            self.fault(turn, "participant", "is empty", "Say whose row it is.")
        return {name: self.cell(turn, name) for name in names_in("who")}

    def numbers(self, name: str) -> list[float]:
        """A field's numbers, NaN where missing."""
        values, findings, notes = numbers_of(self.table, self.found[name])
        self.findings += findings
        self.notes += notes
        return [float(value) for value in values]

    def stamp(self, turn: int, name: str) -> datetime | None:
        """The date and time in a cell."""
        try:
            return stamp_of(self.cell(turn, name), self.order(name))
        except ValueError as fault:
            self.fault(turn, name, str(fault), "Write it as 2024-03-31 23:15.")
            return None

    def date(self, turn: int, name: str) -> float:
        """The date in a cell as a number of days; NaN where there is none."""
        try:
            found = date_of(self.cell(turn, name), self.order(name))
        except ValueError as fault:
            self.fault(turn, name, str(fault), "Write it as 2024-03-31.")
            return math.nan
        return float(found.toordinal()) if found else math.nan

    def clock(self, turn: int, name: str) -> float:
        """Minutes since midnight of the time of day in a cell; NaN where there is none."""
        try:
            return clock_of(self.cell(turn, name))
        except ValueError as fault:
            self.fault(turn, name, str(fault), "Write it as 23:15, or leave it empty.")
            return math.nan

    def unused(self) -> tuple[str, ...]:
        """A note on columns that nobody read."""
        rest = [written(self.table, column) for column in self.table.columns if column not in self.found.values()]
        return (f"columns not used: {short(', '.join(rest), 200)}",) if rest else ()
