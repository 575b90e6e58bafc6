"""The long tidy table that every laboratory fills: one row an outcome of one person at one time.

A value that means nothing is NaN and says why in ``reason``; a value that stands may carry a caution there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.errors import as_text
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "participant",
    "session",
    "day",
    "condition",
    "outcome",
    "instrument",
    "posture",
    "unit",
    "value",
    "time",
    "reason",
)
"""Columns of every table, in this order. ``time`` is in minutes, from what the methods say."""


@dataclass(frozen=True)
class Measured(Shown):
    """What a laboratory hands over: the ``table``, ``notes`` on this file, and a ``methods`` paragraph to paste.

    ``parameters`` holds every setting behind the numbers, by name.
    """

    table: pd.DataFrame
    notes: tuple[str, ...]
    methods: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


def tidy(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """The table of rows that name some or all of ``COLUMNS``; what a row leaves out is empty.

    Raises ``ValueError`` where a row names another column, or holds no value and no reason.
    """
    import pandas as pd

    table = pd.DataFrame([{name: _cell(cell) for name, cell in row.items()} for row in rows])
    if strange := sorted(set(table.columns) - set(COLUMNS)):
        raise ValueError(f"no column {', '.join(strange)}")
    table = table.reindex(columns=list(COLUMNS))
    numbers = ["value", "time"]
    table[numbers] = table[numbers].astype(float)
    words = [name for name in COLUMNS if name not in (*numbers, "session", "day")]
    table[words] = table[words].astype(object).fillna("").astype(str)
    silent = ~np.isfinite(table["value"].to_numpy()) & (table["reason"] == "").to_numpy()
    if silent.any():
        raise ValueError(f"{table.loc[silent, 'outcome'].iloc[0]}: no value, and no reason")
    return table


def _cell(cell: Any) -> Any:
    return as_text(cell) if isinstance(cell, str) else cell
