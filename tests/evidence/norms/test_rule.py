"""The rule is frozen, and does what it says."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import effleurage.evidence.norms.rule as rule

HOME = Path(rule.__file__)


def test_the_rule_is_the_one_that_was_fixed_before_calibration() -> None:
    fixed = HOME.with_name("rule.sha256").read_text().strip()
    assert hashlib.sha256(HOME.read_bytes()).hexdigest() == fixed


@pytest.mark.parametrize(
    ("apart", "fold", "orders", "expected"),
    [(1.9, 1.5, True, "green"), (1.9, 1.5, False, "red"), (2.0, 1.9, True, "yellow"), (2.0, 2.1, True, "red")],
)
def test_status(apart: float, fold: float, orders: bool, expected: str) -> None:
    assert rule.status(apart, fold, orders) == expected


def test_one_laboratory_or_a_change_of_sign_is_assumed() -> None:
    assert rule.tau([3.0], [0.1]) == (rule.ASSUMED_TAU, False)
    assert rule.tau([3.0, -1.0], [0.1, 0.1]) == (rule.ASSUMED_TAU, False)


def test_laboratories_that_agree_do_not_prove_that_all_do() -> None:
    assert rule.tau([3.0, 3.0], [0.1, 0.1]) == (rule.ASSUMED_TAU / 3, True)


def test_tau_is_found_again_from_many_laboratories() -> None:
    luck = np.random.Generator(np.random.Philox(7))
    values = np.exp(0.4 * luck.standard_normal(400) + 0.1 * luck.standard_normal(400))
    found, measured = rule.tau(values.tolist(), (0.1 * values).tolist())
    assert measured
    assert found == pytest.approx(0.4, abs=0.05)


positive = st.floats(1e-3, 1e3)


@given(positive, positive, st.floats(0, 0.5), st.floats(0, 0.5))
def test_fold_and_distance_do_not_care_who_is_who(a: float, b: float, ra: float, rb: float) -> None:
    assert rule.fold(a, b) == pytest.approx(rule.fold(b, a))
    assert rule.fold(a, b) >= 1
    there = rule.distance(a, ra * a, b, rb * b, 0.15)
    assert there == pytest.approx(rule.distance(b, rb * b, a, ra * a, 0.15))


@given(positive, st.floats(0.01, 0.5))
def test_more_doubt_never_brings_values_further_apart(value: float, doubt: float) -> None:
    assert rule.distance(value, doubt * value, 1.3 * value, 0, 0.15) <= rule.distance(value, 0, 1.3 * value, 0, 0.15)


def test_opposite_signs_are_infinitely_far() -> None:
    assert rule.fold(-3.0, 0.1) == float("inf")
    assert rule.distance(-3.0, 0.0, -3.0, 0.0, 0.0) == 0.0
