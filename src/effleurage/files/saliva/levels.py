"""The concentrations of a saliva table: their columns, their unit, and what stands in place of a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.errors import DataError, Finding, nearest, short
from effleurage.files.saliva.headings import Heading, concentration_of
from effleurage.files.table.cells import at, numbers_of, written
from effleurage.lab.saliva import assay

if TYPE_CHECKING:
    import pandas as pd


def chosen_columns(
    table: pd.DataFrame, headings: dict[str, Heading], levels: list[str], analyte: str | None, notes: list[str]
) -> tuple[list[str], str]:
    """The concentration columns to read (two where determined twice) and their analyte."""
    named = list(dict.fromkeys(headings[c].analyte for c in levels))
    name = analyte or next((one for one in assay.UNITS if one in named), "cortisol")
    columns = [c for c in levels if headings[c].analyte == name] or [c for c in levels if headings[c].analyte == ""]
    if levels and not columns:
        other = ", ".join(f"'{written(table, c)}'" for c in levels)
        raise DataError(Finding(table.attrs["source"], f"holds no {name}, but {other}", "Ask for what it holds."))
    if len(columns) > 2:
        many = ", ".join(f"'{written(table, c)}'" for c in columns[:6])
        raise DataError(
            Finding(table.attrs["source"], f"columns {many} all say {name}", "Keep one, or two duplicates.")
        )
    if columns and headings[columns[0]].analyte == "" and analyte is None:
        notes.append(f"column '{written(table, columns[0])}' is taken to be cortisol")
    return columns, name


def concentrations(
    table: pd.DataFrame, column: str, findings: list[Finding], notes: list[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], list[str]]:
    """Values, detection limits and reasons of a column."""
    cells = []
    for line, cell in zip(table.index, table[column], strict=True):
        try:
            cells.append(concentration_of(cell))
        except ValueError as fault:
            cells.append((np.nan, np.nan, ""))
            findings.append(Finding(at(table, line, column), str(fault), "Write a number, or why there is none."))
    numeric = table[[column]].where(table[column].str.contains(r"^[-+−\d.,eE\s]+$", regex=True), "")
    numeric.attrs = table.attrs
    _, ambiguous, said = numbers_of(numeric, column)
    findings += ambiguous
    notes += said
    values, limits, reasons = zip(*cells, strict=True)
    return np.array(values, dtype=float), np.array(limits, dtype=float), list(reasons)


def units_of(
    table: pd.DataFrame,
    fields: dict[str, str],
    headings: dict[str, Heading],
    columns: list[str],
    analyte: str,
    wanted: str | None,
    fluid: str,
    values: NDArray[np.float64],
    findings: list[Finding],
) -> NDArray[np.object_]:
    """The unit of every row: of its cell, of the heading, or what the caller says; they must agree."""
    name = table.attrs["source"]
    said = {assay.unit_named(headings[c].unit, analyte) or headings[c].unit for c in columns} - {""}
    if len(said) > 1:
        findings.append(Finding(name, f"headings name the units {' and '.join(sorted(said))}", "Use one unit."))
    if wanted is not None:
        own = assay.unit_named(wanted, analyte)
        if not own:
            findings.append(
                Finding("unit", f"'{wanted}' is no unit of {analyte}", nearest(wanted, assay.UNITS[analyte]))
            )
        said = said or {own}
        if said != {own}:
            findings.append(Finding(name, f"the heading says {sorted(said)[0]}, not {wanted}", "Leave the unit out."))
    unit = next(iter(said), "")
    if unit and unit not in assay.UNITS[analyte]:
        findings.append(Finding(name, f"'{unit}' is no unit of {analyte}", nearest(unit, assay.UNITS[analyte])))
    if "unit" in fields:
        return _units_by_row(table, fields["unit"], analyte, unit, findings)
    if not unit and columns:
        likely = _likely(values, analyte, fluid)
        fix = f"Write it in the heading ('{analyte} ({next(iter(assay.UNITS[analyte]))})'), or give it as the unit."
        findings.append(Finding(name, f"the unit of {analyte} is not given{likely}", fix))
    return np.full(len(table), unit or next(iter(assay.UNITS[analyte])), dtype=object)


def _units_by_row(
    table: pd.DataFrame, column: str, analyte: str, unit: str, findings: list[Finding]
) -> NDArray[np.object_]:
    cells = {cell: assay.unit_named(cell, analyte) for cell in dict.fromkeys(table[column])}
    known = [found for cell, found in cells.items() if found]
    usual = unit or (max(known, key=lambda one: sum(cells[c] == one for c in table[column])) if known else "")
    for line, cell in zip(table.index, table[column], strict=True):
        own = cells[cell] or (usual if not cell else "")
        if not own:
            fix = nearest(cell[:40], assay.UNITS[analyte]) if cell else "Give the unit in every row."
            findings.append(Finding(at(table, line, column), f"'{short(cell)}' is no unit of {analyte}", fix))
        elif own != usual:
            what = f"the unit is {own}, where others have {usual}"
            findings.append(Finding(at(table, line, column), what, "Convert the values to one unit."))
    return np.full(len(table), usual, dtype=object)


def _likely(values: NDArray[np.float64], analyte: str, fluid: str) -> str:
    if analyte not in assay.FLUIDS[fluid]:
        return ""
    seen = values[np.isfinite(values) & (values > 0)]
    fits = [unit for unit in assay.UNITS[analyte] if len(seen) and not assay.doubtful_unit(seen, analyte, unit, fluid)]
    return f" (the median, {np.median(seen):.3g}, would be usual in {' or '.join(fits)})" if fits else ""
