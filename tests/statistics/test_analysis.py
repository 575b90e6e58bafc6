"""The analyses of a trial, held against statsmodels and against what must hold."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.statistics.analysis import FEWEST, Estimates, ancova, change, paired

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]
Analysis = Callable[..., Estimates]
NUMBERS = ("estimate", "error", "df", "p", "low", "high")


def trials(seed: int, replicates: int = 12, persons: int = 30, missing: float = 0.15, each: bool = True) -> Arrays:
    """Replicates with an effect of 0.4, holes, and arms by lot: the same in every row, or not."""
    luck = np.random.default_rng(seed)
    arm = luck.integers(0, 2, (replicates, persons) if each else persons)
    first = 50 + luck.normal(size=(replicates, persons))
    second = 20 + 0.6 * first + 0.4 * arm + luck.normal(size=(replicates, persons))
    for values in (first, second):
        values[luck.random(values.shape) < missing] = np.nan
    return first, second, arm


def both_periods(first: Any, second: Any, arm: Any, **given: Any) -> Estimates:
    return paired(first, second, arm, period=True, **given)


def by_statsmodels(name: str, first: Any, second: Any, arm: Any, level: float) -> tuple[float, ...]:
    """One replicate, by ordinary least squares on a matrix."""
    from statsmodels.api import OLS

    there = np.isfinite(first) & np.isfinite(second)
    x, y, a = first[there], second[there], arm[there].astype(float)
    if len(y) < FEWEST or (name != "paired" and np.ptp(a) == 0):
        return (np.nan,) * len(NUMBERS)
    one = np.ones(len(y))
    outcome, columns = {
        "ancova": (y, (a, one, x)),
        "change": (y - x, (a, one)),
        "paired": ((x - y) * (2 * a - 1), (one,)),
        "both_periods": ((x - y) / 2, (a, one)),
    }[name]
    found = OLS(outcome, np.column_stack(columns)).fit()
    low, high = found.conf_int(1 - level)[0]
    return found.params[0], found.bse[0], found.df_resid, found.pvalues[0], low, high


ALL: dict[str, Analysis] = {
    "ancova": ancova,
    "change": change,
    "paired": paired,
    "both_periods": both_periods,
}
every_analysis = pytest.mark.parametrize("name", ALL)


@every_analysis
@pytest.mark.parametrize("each", [True, False], ids=["arms of each replicate", "arms of all"])
@pytest.mark.parametrize("missing", [0.0, 0.15, 0.5])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_every_analysis_agrees_with_statsmodels(name: str, each: bool, missing: float, level: float) -> None:
    first, second, arm = trials(7, missing=missing, each=each)
    found = ALL[name](first, second, arm, level=level)
    arms = np.broadcast_to(arm, first.shape)
    wanted = [by_statsmodels(name, *row, level) for row in zip(first, second, arms, strict=True)]
    assert np.isfinite(found.estimate).sum() >= 9
    for column, field in enumerate(NUMBERS):
        np.testing.assert_allclose(getattr(found, field), [row[column] for row in wanted], rtol=1e-8, atol=1e-10)
    assert found.level == level


@every_analysis
def test_replicates_do_not_touch_each_other(name: str) -> None:
    first, second, arm = trials(3)
    together = ALL[name](first, second, arm)
    alone = [ALL[name](first[row : row + 1], second[row : row + 1], arm[row]) for row in range(len(first))]
    for field in NUMBERS:
        np.testing.assert_array_equal(getattr(together, field), [getattr(found, field)[0] for found in alone])


@every_analysis
@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_swapped_arms_turn_the_sign_and_nothing_else(name: str, seed: int) -> None:
    first, second, arm = trials(seed, replicates=3, persons=14)
    found, other = ALL[name](first, second, arm), ALL[name](first, second, 1 - arm)
    np.testing.assert_allclose(other.estimate, -found.estimate, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(other.low, -found.high, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose([other.error, other.p], [found.error, found.p], rtol=1e-9)
    np.testing.assert_array_equal(other.df, found.df)


@every_analysis
@settings(deadline=None)
@given(st.integers(0, 10**6), st.floats(-1e3, 1e3), st.floats(0.01, 100))
def test_another_zero_changes_nothing_and_another_unit_only_the_unit(
    name: str, seed: int, zero: float, unit: float
) -> None:
    first, second, arm = trials(seed, replicates=3, persons=14)
    found = ALL[name](first, second, arm)
    other = ALL[name](unit * first + zero, unit * second + zero, arm)
    for field in ("estimate", "error", "low", "high"):
        np.testing.assert_allclose(getattr(other, field), unit * getattr(found, field), rtol=1e-6, atol=1e-8 * unit)
    np.testing.assert_allclose(other.p, found.p, rtol=1e-6, atol=1e-8)


@settings(deadline=None)
@given(st.integers(0, 10**6), st.floats(-1e3, 1e3), st.floats(-3, 3).filter(lambda slope: abs(slope) > 0.01))
def test_ancova_does_not_care_in_what_unit_the_first_is(seed: int, zero: float, unit: float) -> None:
    first, second, arm = trials(seed, replicates=3, persons=14)
    found, other = ancova(first, second, arm), ancova(unit * first + zero, second, arm)
    np.testing.assert_allclose(other.estimate, found.estimate, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(other.error, found.error, rtol=1e-6)


def test_ancova_finds_the_same_in_changes() -> None:
    first, second, arm = trials(8)
    found, other = ancova(first, second, arm), ancova(first, second - first, arm)
    for field in NUMBERS:
        np.testing.assert_allclose(getattr(other, field), getattr(found, field), rtol=1e-8, atol=1e-10)


def test_what_the_period_adds_does_not_reach_the_adjusted_crossover() -> None:
    first, second, arm = trials(5, missing=0.0)
    later = second + 3.0
    np.testing.assert_allclose(
        paired(first, later, arm, period=True).estimate, paired(first, second, arm, period=True).estimate
    )
    moved = paired(first, later, arm).estimate - paired(first, second, arm).estimate
    np.testing.assert_allclose(moved, 3.0 * (1 - 2 * arm.mean(axis=1)), atol=1e-12)


def degenerate() -> dict[str, Arrays]:
    """Replicates of twelve persons that nothing can be said of."""
    first, second, _ = trials(1, replicates=1, persons=12, missing=0.0)
    arm = np.tile([0, 1], 6)
    hole = np.full_like(first, np.nan)
    three = np.where(np.arange(12) < 3, first, np.nan)
    return {
        "nobody came": (hole, hole, arm),
        "three complete cases": (three, three + second, arm),
        "everyone the same": (np.full_like(first, 0.1), np.full_like(first, 0.1), arm),
        "no number large enough to square": (1e-200 * first, 1e-200 * second, arm),
        "numbers too large to square": (1e200 * first, 1e200 * second, arm),
    }


@every_analysis
@pytest.mark.parametrize("fault", degenerate())
def test_a_degenerate_replicate_is_no_number_and_no_noise(name: str, fault: str) -> None:
    first, second, arm = degenerate()[fault]
    sound_first, sound_second, _ = trials(2, replicates=1, persons=12, missing=0.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = ALL[name](np.vstack([first, sound_first]), np.vstack([second, sound_second]), arm)
    assert {field: np.isnan(getattr(found, field)).tolist() for field in NUMBERS} == {
        field: [True, False] for field in NUMBERS
    }


@pytest.mark.parametrize("name", ["ancova", "change", "both_periods"])
@pytest.mark.parametrize("arm", [0, 1])
def test_one_arm_alone_says_nothing(name: str, arm: int) -> None:
    first, second, _ = trials(4, missing=0.0)
    assert np.isnan(ALL[name](first, second, np.full(30, arm)).p).all()


def test_a_first_measurement_that_is_the_arm_or_all_the_second_says_nothing() -> None:
    first, second, _ = trials(4, missing=0.0)
    arm = np.tile([0, 1], 15)
    assert np.isnan(ancova(np.broadcast_to(0.1 + arm, first.shape), second, arm).estimate).all()
    assert np.isnan(ancova(first, 0.3 * first + arm, arm).estimate).all()
    assert np.isnan(change(first, first + 0.1, arm).estimate).all()


def test_ancova_says_wrongly_that_massage_works_in_five_trials_of_a_hundred() -> None:
    from scipy.stats import binomtest

    luck = np.random.default_rng(20)
    first = luck.normal(size=(10_000, 24))
    second = 0.5 * first + luck.normal(size=first.shape)
    found = ancova(first, second, np.tile([0, 1], 12))
    wrong = int((found.p < 0.05).sum())
    assert binomtest(wrong, len(first), 0.05).pvalue > 0.001
    assert wrong == int(((found.low > 0) | (found.high < 0)).sum())
    few = ancova(first, second, np.tile([0, 1], 12), level=0.9)
    assert binomtest(int((few.low > 0).sum()), len(first), 0.05).pvalue > 0.001


def test_the_error_is_how_far_estimates_scatter_and_ancova_scatters_least() -> None:
    luck = np.random.default_rng(21)
    first = luck.normal(size=(10_000, 40))
    second = 0.5 * first + np.sqrt(0.75) * luck.normal(size=first.shape)
    arm = np.tile([0, 1], 20)
    scatter = {}
    for name, found in {
        "ancova": ancova(first, second, arm),
        "change": change(first, second, arm),
        "second alone": change(np.zeros_like(first), second, arm),
    }.items():
        scatter[name] = found.estimate.std()
        assert np.sqrt((found.error**2).mean()) == pytest.approx(scatter[name], rel=0.03)
        assert abs(found.estimate.mean()) < 5 * scatter[name] / 100
    assert scatter["ancova"] < 0.9 * scatter["change"]
    assert scatter["ancova"] < 0.9 * scatter["second alone"]


def test_what_does_not_fit_is_refused_with_everything_at_once() -> None:
    with pytest.raises(RequestError) as caught:
        ancova(np.zeros((2, 5)), np.full((2, 4), np.inf), [0, 1, 2, 1], level=95)
    said = str(caught.value)
    assert "arm: has the shape (4,)" in said
    assert "second: has the shape (2, 4), the first (2, 5)" in said
    assert "second: holds an infinite value" in said
    assert "arm: is neither 0 nor 1" in said
    assert "level: 95" in said
    with pytest.raises(RequestError, match="first: has 1 dimensions"):
        change(np.zeros(5), np.zeros(5), np.zeros(5))
