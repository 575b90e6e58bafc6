from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.report.numbers import human, interval, typeset, unit_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-8.7576, "−8.76"),
        (0.0, "0"),
        (0.012345, "0.0123"),
        (1234.5, "1230"),
        (100.0, "100"),
        (4.26e-5, "0.0000426"),
        (math.nan, "–"),
        (9.999, "10.00"),
    ],
)
def test_three_figures_and_no_exponent(value: float, text: str) -> None:
    assert human(value) == text


@given(st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6))
def test_what_is_said_is_near_what_is_meant(value: float) -> None:
    assert float(human(value).replace("−", "-")) == pytest.approx(value, rel=0.006)


def test_signs_intervals_and_units() -> None:
    assert human(2.0, signed=True) == "+2.00"
    assert interval(-2.0, 3.0) == "−2.00 to 3.00"
    assert interval(math.nan, 3.0) == "–"
    assert unit_of("nmol_per_L") == "nmol/L"


def test_mere_rounding_beside_a_level_is_nothing_and_a_small_difference_is_not() -> None:
    assert human(-1.1e-17, signed=True, level=1.32) == "0" and human(-1.1e-6, level=1.32) != "0"
    assert interval(-3e-15, 5e-15, 1.3) == "0" and interval(-3e-15, 0.5, 1.3) == "0 to 0.500"


def test_signs_that_a_keyboard_lacks_are_set() -> None:
    assert typeset("women >=60 y, 61.9 +/- 8.9, <=-3") == "women ≥60 y, 61.9 ± 8.9, ≤−3"
