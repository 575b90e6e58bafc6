from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.engine import kernel  # noqa: F401  (double precision)
from effleurage.engine.logarithm import log


@settings(deadline=None)
@given(st.lists(st.floats(2.3e-308, 1.7e308), min_size=1, max_size=20))
def test_it_is_the_logarithm_to_three_units_in_the_last_place(numbers: list[float]) -> None:
    x = np.array(numbers)
    assert (np.abs(np.asarray(log(jnp.asarray(x))) - np.log(x)) <= 3 * np.spacing(np.abs(np.log(x)))).all()


def test_it_is_as_good_near_one_and_at_every_power_of_two() -> None:
    x = np.concatenate(
        [1 + np.linspace(-0.4, 0.6, 100_001), 2.0 ** np.arange(-1000, 1000), np.geomspace(1e-9, 1e9, 9999)]
    )
    assert (np.abs(np.asarray(log(jnp.asarray(x))) - np.log(x)) <= 3 * np.spacing(np.abs(np.log(x)))).all()


def test_outside_its_range_it_says_what_a_logarithm_says() -> None:
    found = np.asarray(log(jnp.asarray([0.0, -1.0, np.inf, np.nan, 1.0])))
    assert found[0] == -np.inf
    assert np.isnan(found[[1, 3]]).all()
    assert found[2] == np.inf
    assert found[4] == 0.0


def test_its_slope_is_one_over_x() -> None:
    assert float(jax.grad(log)(4.0)) == pytest.approx(0.25, rel=1e-15)
