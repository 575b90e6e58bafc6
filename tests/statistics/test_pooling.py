"""Pooling, held against metafor and against what must hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.statistics.pooling import pooled

BCG = [
    (4, 119, 11, 128),
    (6, 300, 29, 274),
    (3, 228, 11, 209),
    (62, 13536, 248, 12619),
    (33, 5036, 47, 5761),
    (180, 1361, 372, 1079),
    (8, 2537, 10, 619),
    (505, 87886, 499, 87892),
    (29, 7470, 45, 7232),
    (17, 1699, 65, 1600),
    (186, 50448, 141, 27197),
    (5, 2493, 3, 2338),
    (27, 16886, 29, 17825),
]
"""Tuberculosis and not, vaccinated and not, in 13 trials (Colditz 1994, JAMA 271:698)."""


def test_the_bcg_trials_come_out_as_in_metafor() -> None:
    counts = np.array(BCG, dtype=float).T
    ill, well, ill_without, well_without = counts
    effects = np.log(ill / (ill + well)) - np.log(ill_without / (ill_without + well_without))
    variances = 1 / ill - 1 / (ill + well) + 1 / ill_without - 1 / (ill_without + well_without)
    found = pooled(list(effects), list(variances))
    assert found.tau2 == pytest.approx(0.3132, abs=5e-5)
    assert 100 * found.i2 == pytest.approx(92.22, abs=0.005)
    assert (found.mean, found.low, found.high) == pytest.approx((-0.7145, -1.1084, -0.3206), abs=5e-5)
    assert found.p == pytest.approx(0.0019, abs=5e-5)
    assert (np.exp(found.next_low), np.exp(found.next_high)) == pytest.approx((0.14, 1.76), abs=0.005)


def test_studies_that_agree_leave_no_variance_between_them() -> None:
    found = pooled([0.3, 0.31, 0.29, 0.3], [0.04, 0.05, 0.04, 0.06])
    assert found.tau2 == 0.0
    assert (found.next_low, found.next_high) == (found.low, found.high)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=3, max_size=12),
    st.floats(0.1, 10),
    st.floats(-5, 5),
)
def test_another_unit_and_another_zero_change_nothing_else(
    studies: list[tuple[float, float]], unit: float, zero: float
) -> None:
    effects, variances = (np.array(part) for part in zip(*studies, strict=True))
    found = pooled(list(effects), list(variances))
    other = pooled(list(unit * effects + zero), list(unit**2 * variances))
    assert other.mean == pytest.approx(unit * found.mean + zero, abs=1e-4 * unit)
    assert other.high - other.low == pytest.approx(unit * (found.high - found.low), rel=1e-3, abs=1e-6)
    assert other.i2 == pytest.approx(found.i2, abs=1e-3)
    assert found.low <= found.mean <= found.high
    assert found.next_low <= found.low


def test_too_few_and_impossible_studies_are_refused_with_everything_at_once() -> None:
    with pytest.raises(RequestError) as caught:
        pooled([0.1, float("nan")], [0.1, -1.0, 0.2])
    assert "study 2: its effect" in str(caught.value)
    assert "study 2: its variance" in str(caught.value)
    assert "2 effects and 3 variances" in str(caught.value)
    assert "2 studies are too few" in str(caught.value)
