"""What therapists who share an arm cost: against simulated trials and plain tests."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from effleurage.statistics.clusters import design_effect, power_shared, shared_df
from effleurage.statistics.sizes import per_arm, power_of


def test_a_therapist_for_several_persons_inflates_the_variance_of_the_massage_arm() -> None:
    """Means of simulated arms scatter as the formula says, and so does what the first measurement leaves."""
    luck = np.random.default_rng(33)
    m, therapists, icc, r, trials = 8, 5, 0.1, 0.6, 40_000
    first = luck.normal(size=(trials, therapists, m))
    therapist = np.sqrt(icc) * luck.normal(size=(trials, therapists, 1))
    own = np.sqrt(1 - icc - r**2) * luck.normal(size=first.shape)
    whole, left = r * first + therapist + own, therapist + own
    assert whole.mean(axis=(1, 2)).var() * m * therapists == pytest.approx(float(design_effect(m, icc)), rel=0.03)
    share = left.mean(axis=(1, 2)).var() * m * therapists / (1 - r**2)
    assert share == pytest.approx(float(design_effect(m, icc, r=r)), rel=0.03)


def test_design_effects() -> None:
    assert design_effect([1, 11, 21], 0.05) == pytest.approx([1.0, 1.5, 2.0])
    assert design_effect(30, 0) == 1.0
    assert per_arm(0.3, r=0.5, design_effect=1.0) == 133
    assert per_arm(0.3, r=0.5, design_effect=2.0) == 198  # 132 * (1 + 2) / 2, before the chance imbalance
    assert per_arm(0.3, r=0.5, design_effect=2.0, ratio=2.0) == 132  # twice the variance, twice the people


@pytest.mark.parametrize("teams", [(4, 0), (0, 4), (8, 0), (6, 6), (4, 9)])
@pytest.mark.parametrize(("n", "between"), [(24, 0.5), (60, 0.2)])
def test_power_with_shared_therapists_is_that_of_many_trials(teams: tuple[int, int], n: int, between: float) -> None:
    """Welch's test of therapists' means and persons, drawn, against the closed form."""
    luck, d, many = np.random.default_rng(5), 1.2, 20_000
    sides = []
    for team, shift in zip(teams, (d, 0.0), strict=True):
        seen = np.full(team or n, n // (team or n)) + (np.arange(team or n) < n % (team or n))
        spread = np.sqrt(bool(team) * between**2 + 1 / seen)
        units = shift + spread * luck.normal(size=(many, team or n))
        sides.append((units.mean(axis=1), units.var(axis=1, ddof=1), team or n))
    (one, first, some), (other, second, others) = sides
    squared, shared = (first / some, second / others), (teams[0] > 0, teams[1] > 0)
    df = shared_df(*squared, np.array(float(some)), np.array(float(others)), shared)
    error = np.sqrt(sum(squared) if not all(shared) or some != others else (first + second) / some)
    found = (2 * stats.t.sf(np.abs(one - other) / error, df) < 0.05).mean()
    assert power_shared(n, d, between=between, teams=teams) == pytest.approx(found, abs=0.035)


def test_shared_degrees_of_freedom_are_those_of_the_therapists() -> None:
    assert float(shared_df(1.0, 1e-9, 4, 1000, (True, False))) == pytest.approx(3.0)
    assert float(shared_df(1e-9, 1.0, 1000, 4, (False, True))) == pytest.approx(3.0)
    assert float(shared_df(0.3, 0.2, 5, 5, (True, True))) == 8.0
    assert float(shared_df(0.3, 0.01, 2, 200, (True, False))) == 1.0
    assert 3.0 < float(shared_df(0.3, 0.2, 4, 50, (True, False))) < 6.0


def test_without_therapists_who_differ_nothing_changes() -> None:
    for ancova, r in ((True, 0.0), (False, None)):
        plain = float(power_of(40, 0.6, r=r))
        shared = power_shared(40, 0.6, between=0.0, teams=(0, 0), ancova=ancova)
        assert shared == pytest.approx(plain, abs=1e-3), r
    assert power_shared(6, 1.9, between=0.0, teams=(0, 0)) < power_shared(6, 1.9, between=0, teams=(0, 0), ancova=False)
