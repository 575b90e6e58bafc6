"""Splines against what is known of them: they hold straight lines, and never step."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.spline import REACH, SQUARES, steps_of, value_at

PLACES = np.linspace(0, 2, 41)


def curve(knots: list[float]) -> np.ndarray:
    """The spline of REACH knots at PLACES."""
    return np.asarray(value_at(steps_of(jnp.asarray(knots)[:, None, None]), jnp.asarray(PLACES))[0])


def test_knots_on_a_line_make_that_line() -> None:
    np.testing.assert_allclose(curve([3.0 + 2 * knot for knot in range(REACH)]), 3.0 + 2 * (PLACES + 1), rtol=1e-12)


@given(st.floats(-1e6, 1e6, allow_subnormal=False))
def test_equal_knots_are_kept_to_the_last_bit(value: float) -> None:
    assert (curve([value] * REACH) == value).all()


@given(st.lists(st.floats(-5, 5), min_size=REACH, max_size=REACH))
def test_a_spline_lies_between_its_knots(knots: list[float]) -> None:
    found = curve(knots)
    assert found.min() >= min(knots) - 1e-12
    assert found.max() <= max(knots) + 1e-12


@given(st.lists(st.floats(-1, 1), min_size=REACH + 1, max_size=REACH + 1))
def test_the_next_knots_go_on_where_these_end(knots: list[float]) -> None:
    here, further = curve(knots[:REACH]), curve(knots[1:])
    np.testing.assert_allclose(here[PLACES >= 1], further[PLACES <= 1], atol=1e-12)


def test_the_products_of_weights_are_those_of_the_spline() -> None:
    luck = np.random.default_rng(1).normal(size=40_000)
    lags = [1.0, 0.6, 0.2, -0.1]
    apart = np.abs(np.subtract.outer(np.arange(REACH), np.arange(REACH)))
    taps = np.linalg.cholesky(np.array([*lags, 0.0])[apart])
    knots = taps @ luck.reshape(REACH, -1)
    steps = steps_of(jnp.asarray(knots)[:, None])
    variance = np.mean([float(np.var(value_at(steps, jnp.full(knots.shape[1], place)))) for place in PLACES[:20]])
    wanted = lags[0] * SQUARES[0] + 2 * sum(lag * square for lag, square in zip(lags[1:], SQUARES[1:], strict=True))
    assert abs(variance / wanted - 1) < 0.03
