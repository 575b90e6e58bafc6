"""Which column of a table of words is which, its numbers, and where in the file a cell stands."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from effleurage.errors import Finding, short
from effleurage.files.table.delimited import number_of, plain_name
from effleurage.protocol.tables import shipped_table

if TYPE_CHECKING:
    import pandas as pd

_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}", re.ASCII)


@cache
def names_in(part: str) -> dict[str, tuple[str, ...]]:
    """A part of ``columns.toml``: field -> plain names that people give to its column."""
    return _names()[part]


@cache
def _names() -> dict[str, dict[str, tuple[str, ...]]]:
    return shipped_table(dict[str, dict[str, tuple[str, ...]]], __package__, "columns.toml")


def numbers_of(
    table: pd.DataFrame, column: str, most: float = math.inf
) -> tuple[pd.Series, list[Finding], tuple[str, ...]]:
    """A column as floats (NaN where missing), a finding for every cell that is no number, and notes.

    A number that lies further from 0 than ``most`` is a finding too.

    A comma is read as the decimal mark, and that is said. Where fields are separated by commas and every comma in
    the column stands before three digits (``1,250``), it may be a thousands separator as well: that is a finding.
    """
    import pandas as pd

    values, findings = [], []
    for line, cell in zip(table.index, table[column], strict=True):
        try:
            values.append(number_of(cell))
            if abs(values[-1]) > most:
                what = f"{short(cell)} lies beyond all that can be here"
                findings.append(Finding(at(table, line, column), what, f"Mend it: at most {most:,g} either way."))
        except ValueError as fault:
            values.append(math.nan)
            findings.append(Finding(at(table, line, column), str(fault), "Write a number, or leave the cell empty."))
    commas = [(line, cell) for line, cell in zip(table.index, table[column], strict=True) if "," in cell]
    notes: tuple[str, ...] = ()
    if commas and table.attrs.get("delimiter") == "," and all(_THOUSANDS.fullmatch(cell) for _, cell in commas):
        line, cell = commas[0]
        what = f"'{short(cell)}' may be a decimal or a thousand"
        findings.append(
            Finding(at(table, line, column), what, "Write decimals with a point and no thousands separator.")
        )
    elif commas:
        notes = (f"column '{written(table, column)}': a comma is read as the decimal mark",)
    return pd.Series(values, index=table.index, name=column, dtype=float), findings, notes


def columns_of(
    table: pd.DataFrame, known: Mapping[str, Sequence[str]], required: Iterable[str] = ()
) -> tuple[dict[str, str], list[Finding]]:
    """Which column holds which field: ``known`` maps a field to names that people give it.

    A column with the field's own name comes first. A finding for a required field without a column, and for a field
    that two columns claim.
    """
    found: dict[str, str] = {}
    findings = []
    source = str(table.attrs.get("source", ""))
    for field, names in known.items():
        plain = {plain_name(name) for name in names}
        here = [field] if field in table.columns else [column for column in table.columns if column in plain]
        if len(here) > 1:
            both = " and ".join(f"'{written(table, column)}'" for column in here[:3])
            findings.append(Finding(source, f"columns {both} both say '{field}'", "Keep one of them."))
        if here:
            found[field] = here[0]
        elif field in required:
            there = ", ".join(short(written(table, str(column)), 20) for column in table.columns[:12])
            what = f"no column for '{field}' among {there}"
            findings.append(Finding(source, what, f"Name it one of: {', '.join(dict.fromkeys((field, *names)))}."))
    return found, findings


def at(table: pd.DataFrame, line: int, column: str = "") -> str:
    """``diary.csv, line 7, column 'Bedtime'``: where a finding stands."""
    where = f"{table.attrs.get('source', 'table')}, line {line}"
    return f"{where}, column '{written(table, column)}'" if column else where


def written(table: pd.DataFrame, column: str) -> str:
    """A column's name as it stands in the file."""
    return short(table.attrs.get("headers", {}).get(column) or column)
