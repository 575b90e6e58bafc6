from __future__ import annotations

import math

import pytest

from effleurage.files.saliva.headings import Heading, concentration_of, heading_of, signed_name


@pytest.mark.parametrize(
    ("written", "analyte", "unit"),
    [
        ("cortisol", "cortisol", ""),
        ("Cortisol (nmol/l)", "cortisol", "nmol/L"),
        ("cortisol [µg/dL]", "cortisol", "ug/dL"),
        ("cort_nmol_l", "cortisol", "nmol/L"),
        ("Kortisol (nmol/l)", "cortisol", "nmol/L"),
        ("sIgA (mg/L)", "sIgA", "mg/L"),
        ("siga_ug_ml", "sIgA", "ug/mL"),
        ("concentration", "", ""),
        ("cortisol b (nmol/l)", "cortisol", "nmol/L"),
    ],
)
def test_a_heading_says_what_was_measured_and_in_which_unit(written: str, analyte: str, unit: str) -> None:
    assert heading_of(written) == Heading(analyte, unit)


@pytest.mark.parametrize(
    ("written", "label", "number", "minutes"),
    [
        ("15", "15", 15, None),
        ("-10", "10", -10, True),
        ("+30", "30", 30, True),
        ("30 min", "30", 30, True),
        ("S10", "S10", 10, False),
        ("cort_S3", "S3", 3, False),
        ("cortisol_15min (nmol/l)", "15", 15, True),
        ("t0", "T0", 0, None),
        ("sample 2", "sample2", 2, False),
    ],
)
def test_a_heading_of_a_wide_table_names_a_tube_or_its_minute(
    written: str, label: str, number: float, minutes: bool | None
) -> None:
    found = heading_of(written)
    assert (found.is_tube, found.label, found.number, found.minutes) == (True, label, number, minutes)


@pytest.mark.parametrize("written", ["age", "cortisol plasma", "subject", "", "value 3", "2024-01-01", "x15y"])
def test_other_headings_are_neither(written: str) -> None:
    found = heading_of(written)
    assert found.analyte is None and not found.is_tube


def test_a_sign_makes_another_name() -> None:
    assert len({signed_name(written) for written in ("-15", "15", "+15")}) == 3


@pytest.mark.parametrize(
    ("cell", "value", "limit", "reason"),
    [
        ("5,3", 5.3, math.nan, ""),
        ("<0.3", math.nan, 0.3, ""),
        ("< 0,3", math.nan, 0.3, ""),
        ("No Sample", math.nan, math.nan, "no sample"),
        ("insufficient  volume", math.nan, math.nan, "insufficient volume"),
        ("empty", math.nan, math.nan, "empty tube"),
        ("< LOD", math.nan, math.nan, "below the detection limit"),
        ("NA", math.nan, math.nan, "'NA' in the table"),
        ("-", math.nan, math.nan, "'-' in the table"),
        ("", math.nan, math.nan, "nothing in the table"),
    ],
)
def test_a_cell_holds_a_number_a_limit_or_a_reason(cell: str, value: float, limit: float, reason: str) -> None:
    found = concentration_of(cell)
    assert found[2] == reason
    assert found[:2] == pytest.approx((value, limit), nan_ok=True)


@pytest.mark.parametrize("cell", ["high", "1.2.3", "<", "<x", "<-1", "inf", "1,234.5"])
def test_other_cells_are_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="."):
        concentration_of(cell)
