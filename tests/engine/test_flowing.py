"""Constants that move: what they are at a moment, from the knots of two splines."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.flowing import DAYS, INTERVALS, KNOT, PER_DAYS, Flowing, Knots
from effleurage.engine.spline import REACH

NAMES = ("still", "slow", "by factor", "by sum")
FLOWING = Flowing(("slow", "by factor", "by sum"), ("by factor", "by sum"), ("by sum",))
LANES = 3


def straight(first: int = 0, low: float = -np.inf, high: float = np.inf) -> Knots:
    """Knots on straight lines: from day to day 2 a knot, from hour to hour 0.1 a knot; phases 0, 0.5 and 0.9."""
    days, hours = (np.arange(count, dtype=float) for count in (INTERVALS // PER_DAYS + REACH, INTERVALS + REACH - 1))
    return Knots(
        jnp.asarray(np.tile((2 * (days + first // PER_DAYS))[:, None, None], (1, 3, LANES))),
        jnp.asarray(np.tile((0.1 * (hours + first))[:, None, None], (1, 2, LANES))),
        jnp.broadcast_to(jnp.asarray([low, high])[:, None, None], (2, 2, LANES)),
        jnp.asarray([[0.0, 0.5, 0.9]] * 2),
        jnp.asarray(first),
    )


@pytest.mark.parametrize("first", [0, 5, 40])
@pytest.mark.parametrize("minute", [0.0, 7.5, 14.9, 200.0, 1000.0])
def test_each_is_its_splines_at_the_moment(first: int, minute: float) -> None:
    t = first * KNOT + minute
    fixed = jnp.full((4, LANES), 7.0)
    c = FLOWING.within(fixed, straight(first), jnp.asarray(int(minute // KNOT)))
    still, slow, product, total = (np.asarray(row) for row in FLOWING.at(NAMES, c, jnp.asarray(t)))
    phases = np.array([0.0, 0.5, 0.9])
    days, hours = 2 * (t / DAYS + phases + 1), 0.1 * (t / KNOT + phases + 1)
    assert (still == 7.0).all()
    np.testing.assert_allclose(slow, days, rtol=1e-12)
    np.testing.assert_allclose(product, days * hours, rtol=1e-12)
    np.testing.assert_allclose(total, days + hours, rtol=1e-12)


def test_what_moves_from_hour_to_hour_is_held_to_its_bounds() -> None:
    c = FLOWING.within(jnp.zeros((4, LANES)), straight(low=0.3, high=0.4), jnp.asarray(0))
    rows = FLOWING.at(NAMES, c, jnp.asarray(3.0))
    assert all(((row >= 0.3) & (row <= 0.4)).all() for row in rows[2:])
    assert (rows[1] > 0.4).all()


def test_nothing_flows_where_nothing_is_named() -> None:
    none = Flowing()
    fixed = jnp.ones((4, LANES))
    c = none.within(fixed, straight(), jnp.asarray(2))
    assert len(c.moving) == 0
    assert all((row == 1).all() for row in none.at(NAMES, c, jnp.asarray(40.0)))
