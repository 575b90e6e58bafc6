from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from effleurage.errors import RequestError
from effleurage.evidence.norms.distributions import (
    PROBABILITIES,
    crps,
    hold,
    shipped_distributions,
    smoothed,
    spread_misses,
)
from effleurage.evidence.norms.raw import individuals

DATA = Path(__file__).parents[4] / "shared" / "data"
GRID = norm.ppf((np.arange(2000) + 0.5) / 2000)


def test_crps_of_a_normal_is_the_closed_form() -> None:
    for y in (-1.0, 0.0, 2.0):
        closed = y * (2 * norm.cdf(y) - 1) + 2 * norm.pdf(y) - 1 / np.sqrt(np.pi)
        assert crps(GRID, np.array([y])) == pytest.approx(closed, abs=2e-3)


def test_no_other_ensemble_scores_better_than_the_truth() -> None:
    values = GRID[::20]
    assert crps(GRID, values) < crps(GRID + 0.5, values)
    assert crps(GRID, values) < crps(1.5 * GRID, values)
    assert smoothed(values).std() == pytest.approx(values.std(), rel=0.15)


def test_the_spread_of_the_virtual_people_is_that_of_individuals() -> None:
    table = hold(shipped_distributions()).set_index("id")
    assert (table["crps_ratio"] <= 1.25).all()
    held = table["chance"] >= 0.05
    assert set(table.index[~held]) <= set(spread_misses())
    assert held.sum() >= 7


def test_a_shifted_population_fails() -> None:
    (one,) = (d for d in shipped_distributions() if d.id == "Holter, heart rate at night")
    table = hold([one], {one.id: one.points + 25})
    assert table["status"].tolist() == ["red"]


@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_shipped_quantiles_are_those_of_the_individuals() -> None:
    real = individuals(DATA)
    for one in shipped_distributions():
        assert len(real[one.id]) == one.n
        assert np.quantile(real[one.id], PROBABILITIES) == pytest.approx(one.quantiles, rel=1e-3)


@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_every_individual_counts_where_the_data_are_at_hand() -> None:
    table = hold(shipped_distributions(), individuals(DATA)).set_index("id")
    assert table["individuals"].all()
    assert (table["crps_ratio"] <= 1.15).all()
    assert set(table.index[table["chance"] < 0.05]) <= set(spread_misses())


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="none of the known data sets"):
        individuals(tmp_path)
    (tmp_path / "hrv_nsr2db").mkdir()
    with pytest.raises(RequestError, match="SOURCE.md"):
        individuals(tmp_path)
