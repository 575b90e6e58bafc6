"""Constants that flow: cubic B-splines in time, whose knots stand at another minute for each person.

A value at a moment is a mean of four neighbouring knots, so it lies between them, and it is smooth: neither it nor
its slope nor the change of its slope ever steps (de Boor 1978, A Practical Guide to Splines, chapter IX).
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

REACH = 5
"""Knots on which moments depend that lie between two of them or between these and the next."""
SQUARES = (2416 / 5040, 1191 / 5040, 120 / 5040, 1 / 5040)
"""Mean over time of the product of the weights of two knots that stand 0, 1, 2 and 3 intervals apart."""

Array = jax.Array


def rises(place: Array) -> list[Array]:
    """How far each knot after the first of REACH has come to count at ``place``, 0 to 1; in intervals, 0 to 2.

    A value there is the first knot and, of the rise from each knot to the next, that share.

    >>> [float(share) for share in rises(jnp.array(1.0))]  # after one interval: 1/6, 4/6 and 1/6 of three knots
    [1.0, 0.8333333333333334, 0.16666666666666666, 0.0]
    """
    shares = []
    for knot in range(1, REACH):
        x = jnp.clip(place - knot + 3, 0, 3)
        second, third = jnp.maximum(x - 1, 0), jnp.maximum(x - 2, 0)
        shares.append((x**3 - 3 * second**3 + 3 * third**3) / 6)
    return shares


def steps_of(knots: Array) -> Array:
    """The first of REACH knots (REACH, V, L) and the rises from each to the next, in the same shape."""
    return jnp.concatenate([knots[:1], jnp.diff(knots, axis=0)])


def value_at(steps: Array, place: Array) -> Array:
    """Values (V, L) of splines given by ``steps_of`` their knots, at ``place`` (L,), in intervals from the first."""
    value = steps[0]
    for share, rise in zip(rises(place), steps[1:], strict=True):
        value = value + share * rise
    return value
