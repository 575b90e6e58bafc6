"""Concentrations of a table: their columns, units and what stands where none is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from effleurage.errors import DataError, Finding
from effleurage.files.saliva.headings import heading_of
from effleurage.files.saliva.levels import chosen_columns, concentrations, units_of


def table_of(columns: dict[str, Sequence[str]]) -> pd.DataFrame:
    table = pd.DataFrame(columns, dtype=str)
    table.index = pd.Index(range(2, 2 + len(table)), name="line")
    table.attrs = {"source": "saliva.csv", "delimiter": ";", "headers": {name: name for name in columns}}
    return table


def units(
    columns: list[str], cells: dict[str, Sequence[str]], wanted: str | None = None
) -> tuple[list[str], list[Finding]]:
    table = table_of(cells)
    findings: list[Finding] = []
    headings = {column: heading_of(column) for column in columns}
    fields = {"unit": "unit"} if "unit" in cells else {}
    found = units_of(table, fields, headings, columns, "cortisol", wanted, "saliva", np.array([8.0, 12.0]), findings)
    return list(found), findings


def chosen(names: list[str], analyte: str | None = None) -> tuple[list[str], str, list[str]]:
    notes: list[str] = []
    headings = {name: heading_of(name) for name in names}
    columns, name = chosen_columns(table_of({name: ["1"] for name in names}), headings, names, analyte, notes)
    return columns, name, notes


def test_two_columns_of_one_analyte_are_duplicates_and_three_are_refused() -> None:
    columns, name, _ = chosen(["cortisol 1 (nmol/L)", "cortisol 2 (nmol/L)"])
    assert (len(columns), name) == (2, "cortisol")
    with pytest.raises(DataError, match="all say cortisol"):
        chosen(["cortisol 1 (nmol/L)", "cortisol 2 (nmol/L)", "cortisol 3 (nmol/L)"])


def test_what_is_asked_for_and_not_there_is_refused_with_what_is() -> None:
    with pytest.raises(DataError, match=r"holds no cortisol, but 'sIgA \(ug/mL\)'"):
        chosen(["sIgA (ug/mL)"], "cortisol")


def test_values_limits_and_reasons_stand_side_by_side() -> None:
    findings: list[Finding] = []
    table = table_of({"cortisol": ["8.5", "<0.5", "", "many"]})
    values, limits, reasons = concentrations(table, "cortisol", findings, [])
    np.testing.assert_array_equal(values, [8.5, np.nan, np.nan, np.nan])
    np.testing.assert_array_equal(limits, [np.nan, 0.5, np.nan, np.nan])
    assert len(reasons) == 4 and reasons[0] == ""
    assert [one.where for one in findings] == ["saliva.csv, line 5, column 'cortisol'"]


def test_a_unit_in_the_heading_is_that_of_every_row() -> None:
    found, findings = units(["cortisol (nmol/L)"], {"cortisol (nmol/L)": ["8", "12"]})
    assert (found, findings) == (["nmol/L"] * 2, [])


@pytest.mark.parametrize(
    ("columns", "cells", "wanted", "words"),
    [
        (["cortisol"], {"cortisol": ["8", "12"]}, None, "the unit of cortisol is not given"),
        (["cortisol (nmol/L)"], {"cortisol (nmol/L)": ["8", "12"]}, "ug/dL", "the heading says nmol/L, not ug/dL"),
        (["cortisol"], {"cortisol": ["8", "12"]}, "furlongs", "'furlongs' is no unit of cortisol"),
        (["cortisol"], {"cortisol": ["8", "12"], "unit": ["nmol/L", "ug/dL"]}, None, "where others have"),
        (["cortisol"], {"cortisol": ["8", "12"], "unit": ["nmol/L", "cups"]}, None, "'cups' is no unit of cortisol"),
    ],
)
def test_a_unit_that_cannot_be_is_a_finding(
    columns: list[str], cells: dict[str, Sequence[str]], wanted: str | None, words: str
) -> None:
    _, findings = units(columns, cells, wanted)
    assert words in findings[0].what and findings[0].fix


def test_an_empty_cell_has_the_unit_of_the_others() -> None:
    found, findings = units(["cortisol"], {"cortisol": ["8", "12"], "unit": ["nmol/L", ""]})
    assert (found, findings) == (["nmol/L"] * 2, [])
