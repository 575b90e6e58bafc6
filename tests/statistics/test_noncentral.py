"""Power of a t test at a noncentrality, and over errors that chance makes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from effleurage.statistics.noncentral import FAR, TTest, errors_of, power_at, power_in


def test_power_at_a_noncentrality_is_that_of_drawn_t() -> None:
    luck = np.random.default_rng(8)
    away, df = 2.0, 7.0
    drawn = (away + luck.normal(size=200_000)) / np.sqrt(luck.chisquare(df, 200_000) / df)
    share = (np.abs(drawn) > stats.t.isf(0.025, df)).mean()
    assert float(power_at(np.asarray(away), np.asarray(df), 0.05)) == pytest.approx(share, abs=0.004)
    assert float(power_at(np.asarray(away), np.asarray(0.0), 0.05)) == 0.0
    assert float(power_at(np.asarray(10 * FAR), np.asarray(1.0), 0.05)) == pytest.approx(1.0, abs=1e-3)


def test_errors_without_a_first_measurement_are_the_plain_one() -> None:
    error, weight = errors_of(np.array([0.04, 0.25]), np.array([0.04, 0.25]), np.array([8.0, 8.0]), ancova=False)
    assert error.tolist() == [[0.2], [0.5]] and weight.tolist() == [1.0]


@pytest.mark.parametrize("whole", [6.0, 20.0, 400.0])
def test_the_chance_imbalance_has_its_known_mean(whole: float) -> None:
    """t² of so many degrees has the mean whole / (whole - 2)."""
    error, weight = errors_of(np.array([0.1]), np.array([0.1]), np.array([whole]), ancova=True)
    assert weight.sum() == pytest.approx(1.0)
    assert float(error[0] ** 2 @ weight) == pytest.approx(0.1 * (1 + 1 / (whole - 2)), rel=2e-3)


def test_a_mean_over_errors_is_weighed() -> None:
    test = TTest(np.array([10.0]), np.array([[0.5, 1.0]]), np.array([0.25, 0.75]))
    alone = power_at(np.array([4.0, 2.0]), np.array([10.0]), 0.05)
    assert float(power_in(np.array([2.0]), test, 0.05)[0]) == pytest.approx(float(alone @ [0.25, 0.75]))
