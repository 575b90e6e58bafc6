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


def hashes(text: str) -> dict[str, str]:
    """Version -> the hash of its text: the second one begins at its heading and takes the first as it was."""
    first, heading, second = text.partition("\n\n# Version 2")
    parts = {"version 1": first, "version 2": heading + second}
    return {name: hashlib.sha256(part.encode()).hexdigest() for name, part in parts.items()}


def test_each_version_of_the_rule_is_the_one_that_was_fixed() -> None:
    fixed = [line.split("  ") for line in HOME.with_name("rule.sha256").read_text().splitlines()]
    assert hashes(HOME.read_text(encoding="utf-8")) == {name: known for known, name in fixed}


def test_version_1_is_as_it_was_before_calibration() -> None:
    before_any_calibration = "da99157175a06138dc5b638d020a1d70fa716ac022825aaebe6d93fd753acfc6"
    assert hashes(HOME.read_text(encoding="utf-8"))["version 1"] == before_any_calibration


def test_a_word_that_changes_in_either_version_would_be_seen() -> None:
    text = HOME.read_text(encoding="utf-8")
    for name, word in (("version 1", "COMPATIBLE = 1.959964"), ("version 2", "fold_error > TWO_FOLD else first")):
        assert text.count(word) == 1
        changed = hashes(text.replace(word, f"{word} "))
        assert {one for one, known in hashes(text).items() if changed[one] != known} == {name}


@pytest.mark.parametrize(
    ("apart", "fold", "orders", "expected"),
    [(1.9, 1.5, True, "green"), (1.9, 1.5, False, "red"), (2.0, 1.9, True, "yellow"), (2.0, 2.1, True, "red")],
)
def test_status(apart: float, fold: float, orders: bool, expected: str) -> None:
    assert rule.status(apart, fold, orders) == expected


@pytest.mark.parametrize(
    ("apart", "fold", "orders", "expected"),
    [
        (1.9, 2.0, True, "green"),
        (1.9, 2.1, True, "yellow"),
        (1.9, float("inf"), True, "yellow"),
        (1.9, 2.1, False, "red"),
        (2.0, 2.1, True, "red"),
    ],
)
def test_by_version_2_more_than_two_fold_off_is_never_green(
    apart: float, fold: float, orders: bool, expected: str
) -> None:
    assert rule.status_2(apart, fold, orders) == expected


@given(st.floats(0, 10), st.floats(1, 10), st.booleans())
def test_version_2_is_version_1_but_for_far_greens(apart: float, fold: float, orders: bool) -> None:
    first, second = rule.status(apart, fold, orders), rule.status_2(apart, fold, orders)
    assert first == second or (first, second, fold > rule.TWO_FOLD) == ("green", "yellow", True)


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
