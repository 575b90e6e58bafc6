from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.evidence.norms import raw
from effleurage.lab.saliva import assay


def test_a_microgram_a_decilitre_is_ten_over_the_molar_mass() -> None:
    assert pytest.approx(10_000 / 362.46, rel=1e-4) == assay.NMOL_PER_UG_DL
    assert vars(raw)["NMOL_PER_UG_DL"] == assay.NMOL_PER_UG_DL


def test_units_agree_with_each_other() -> None:
    ten = np.array([10.0])
    assert assay.convert(ten, "cortisol", "ug/dL", "nmol/L")[0] == pytest.approx(275.9)
    assert assay.convert(ten, "cortisol", "ng/mL", "ug/dL")[0] == pytest.approx(1.0)
    assert assay.convert(ten, "cortisol", "pg/mL", "ng/mL")[0] == pytest.approx(0.01)
    assert assay.convert(ten, "sIgA", "mg/dL", "ug/mL")[0] == pytest.approx(100.0)


@given(
    st.floats(0, 1e3),
    st.sampled_from(sorted(assay.UNITS["cortisol"])),
    st.sampled_from(sorted(assay.UNITS["cortisol"])),
)
def test_a_conversion_can_be_undone(value: float, one: str, other: str) -> None:
    there = assay.convert(np.array([value]), "cortisol", one, other)
    assert assay.convert(there, "cortisol", other, one)[0] == pytest.approx(value, rel=1e-12)


def test_another_unit_is_refused_by_name() -> None:
    with pytest.raises(RequestError, match="no unit 'mg/L'"):
        assay.convert(np.ones(1), "cortisol", "mg/L", "nmol/L")


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("nmol/l", "nmol/L"),
        ("nmol_l", "nmol/L"),
        ("nmol·L⁻¹", "nmol/L"),
        ("nmol L-1", "nmol/L"),
        ("µg/dl", "ug/dL"),
        ("μg/dL", "ug/dL"),
        ("mcg/dL", "ug/dL"),
        ("ng per mL", "ng/mL"),
        ("mg/L", ""),
        ("", ""),
    ],
)
def test_units_are_known_as_people_write_them(written: str, unit: str) -> None:
    assert assay.unit_named(written, "cortisol") == unit


def test_a_doubtful_unit_is_said_and_the_likely_one_named() -> None:
    in_ug = np.array([0.1, 0.3, 0.6])
    assert "would be usual in ug/dL" in assay.doubtful_unit(in_ug, "cortisol", "nmol/L")
    assert assay.doubtful_unit(in_ug, "cortisol", "ug/dL") == ""
    assert assay.doubtful_unit(in_ug * np.nan, "cortisol", "nmol/L") == ""


def test_below_the_limit_is_the_limit_over_root_two_or_missing() -> None:
    values, limits = np.array([0.1, 5.0, np.nan, np.nan]), np.array([0.5, 0.5, 0.5, np.nan])
    filled, under = assay.below_limit(values, limits, "lod/sqrt2")
    np.testing.assert_allclose(filled, [0.5 / np.sqrt(2), 5.0, 0.5 / np.sqrt(2), np.nan])
    assert under.tolist() == [True, False, True, False]
    gone, _ = assay.below_limit(values, limits, "missing")
    np.testing.assert_allclose(gone, [np.nan, 5.0, np.nan, np.nan])
    with pytest.raises(RequestError, match="no policy 'zero'"):
        assay.below_limit(values, limits, "zero")


def test_the_duplicate_cv_is_that_of_two_numbers_and_pools_by_squares() -> None:
    first, second = np.array([10.0, 8.0, np.nan, 0.0]), np.array([12.0, 8.0, 3.0, 0.0])
    each, pooled = assay.duplicate_cv(first, second)
    by_hand = float(100 * np.std([10.0, 12.0], ddof=1) / 11)
    np.testing.assert_allclose(each, [by_hand, 0.0, np.nan, np.nan])
    assert pooled == pytest.approx(by_hand / np.sqrt(2))
    assert np.isnan(assay.duplicate_cv(np.array([np.nan]), np.array([1.0]))[1])


def test_the_secretion_rate_is_concentration_times_flow() -> None:
    assert assay.secretion_rate(np.array([200.0]), np.array([0.4]))[0] == pytest.approx(80.0)
