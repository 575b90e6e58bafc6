"""Work for the few: what only some persons of a block need is done for NARROW of them at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

NARROW = 16
"""Lanes in which a step is taken again: few persons cross in the same step, and the others need not wait."""

Array = jax.Array


def _columns(array: Array, lanes: Array) -> Array:
    """Columns of an array, taken row by row: XLA lays out whole columns so that no vector instruction can read them."""
    return jnp.take_along_axis(array, jnp.broadcast_to(lanes, (len(array), len(lanes))), axis=1)


def _turns(waiting: Array) -> Array:
    """How many lanes are waiting up to each; by rows, because XLA adds up anew for every place of a running sum."""
    within = jnp.cumsum(waiting.reshape(-1, NARROW).astype(jnp.int32), axis=1)
    before = jnp.cumsum(within[:, -1]) - within[:, -1]
    return (within + before[:, None]).ravel()


def by_few(waiting: Array, work: Callable[..., Any], given: tuple[Any, ...], whole: tuple[Array, ...]) -> Any:
    """What ``work`` finds for the waiting lanes, NARROW at a time; ``whole`` for the others.

    ``waiting`` (L,), where L is a multiple of NARROW. Of the arrays ``given`` (rows, L), or tuples of such, ``work``
    takes the columns of NARROW lanes, a seat each; what it returns, and ``whole``, have lanes on their last axis. Spare
    seats repeat.
    """
    counted = _turns(waiting)

    def some(state: tuple[Array, tuple[Array, ...]]) -> tuple[Array, tuple[Array, ...]]:
        served, whole = state
        seats = jnp.minimum(served + jnp.arange(1, NARROW + 1), counted[-1])
        lanes = jnp.searchsorted(counted, seats, method="scan_unrolled")
        done = work(*jax.tree.map(lambda array: _columns(array, lanes), given))

        def put(seat: Array, whole: tuple[Array, ...]) -> tuple[Array, ...]:
            return tuple(
                jax.lax.dynamic_update_index_in_dim(f, jnp.take(d, seat, axis=-1), lanes[seat], axis=-1)
                for d, f in zip(done, whole, strict=True)
            )

        return served + NARROW, jax.lax.fori_loop(0, NARROW, put, whole)

    return jax.lax.while_loop(lambda state: state[0] < counted[-1], some, (jnp.int32(0), whole))[1]
