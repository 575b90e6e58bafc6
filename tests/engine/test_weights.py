"""The weights of a step against what is known exactly."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.weights import phis_of, step_weights, tabled


@settings(deadline=None)
@given(st.floats(1e-9, 5.0), st.floats(1e-3, 10.0))
def test_a_linear_decay_is_exact(rate: float, step: float) -> None:
    e_half, _, f1, f2, f3 = (float(w) for w in step_weights(jnp.asarray(rate), jnp.asarray(step)))
    assert e_half**2 == pytest.approx(np.exp(-rate * step), rel=1e-12)
    assert f1 + 2 * f2 + f3 == pytest.approx(-np.expm1(-rate * step) / rate, rel=1e-10)


def test_without_decay_the_step_is_classical_runge_kutta() -> None:
    half, p, f1, f2, f3 = (float(w) for w in step_weights(jnp.asarray(0.0), jnp.asarray(6.0)))
    assert (half, p) == (1.0, 3.0)
    assert (f1, f2, f3) == pytest.approx((1.0, 2.0, 1.0), rel=1e-14)


@settings(deadline=None)
@given(st.floats(-40.0, 0.1))
def test_doubling_gives_what_the_doubled_argument_gives(z: float) -> None:
    doubled, direct = phis_of(jnp.asarray(z)).doubled(), phis_of(jnp.asarray(2 * z))
    for name, ours, theirs in zip(direct._fields, doubled, direct, strict=True):
        assert float(ours) == pytest.approx(float(theirs), rel=1e-12, abs=1e-300), name


def test_a_table_holds_the_weights_of_each_size_and_nothing_behind_the_last() -> None:
    decay, sizes = jnp.asarray([[0.1, 0.2], [0.0, 3.0]]), jnp.asarray([1.0, 7.5, 15.0])
    tables = tabled(decay, sizes, 2, jnp.float32)
    for name, table in tables._asdict().items():
        assert table.dtype == jnp.float32, name
        for place, size in enumerate((1.0, 7.5)):
            expected = getattr(step_weights(decay, jnp.asarray(size)), name)
            np.testing.assert_allclose(table[place], expected, rtol=1e-6)
        assert not table[2].any(), name
