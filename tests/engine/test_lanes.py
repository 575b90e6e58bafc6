"""Work done for a few lanes at a time gives what work on all of them would."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.engine.lanes import NARROW, by_few

LANES = 4 * NARROW


@pytest.mark.parametrize("waiting", [0, 1, NARROW - 1, NARROW, NARROW + 1, LANES])
def test_each_who_waits_is_served_and_nobody_else(waiting: int) -> None:
    who = np.zeros(LANES, bool)
    who[np.random.Generator(np.random.Philox(key=waiting)).permutation(LANES)[:waiting]] = True
    rows, before = jnp.arange(2.0 * LANES).reshape(2, LANES), (jnp.zeros((2, LANES)), jnp.full(LANES, -1.0))
    doubled, summed = by_few(jnp.asarray(who), lambda rows: (2 * rows, rows.sum(axis=0)), (rows,), before)
    assert np.array_equal(doubled, np.where(who, 2 * rows, 0.0))
    assert np.array_equal(summed, np.where(who, rows.sum(axis=0), -1.0))


def test_work_is_given_so_many_lanes_and_no_more() -> None:
    seen: list[tuple[int, ...]] = []

    def work(rows: jnp.ndarray) -> tuple[jnp.ndarray]:
        seen.append(rows.shape)
        return (rows,)

    by_few(jnp.ones(LANES, bool), work, (jnp.zeros((3, LANES)),), (jnp.zeros((3, LANES)),))
    assert set(seen) == {(3, NARROW)}
