"""A step taken again in parts: up to an event found inside it and then the rest, or all of it evenly.

An event is found on the cubic Hermite interpolant of its step. The parts are taken for a few lanes at a time.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.step import looped_step
from effleurage.engine.weights import Weights, phis_of, weights_of

_SMALLEST = 4
_AFTER = (1, 1, 2)
"""What is left of a step after an event is taken in these eighths: a person who has just woken changes fast."""
_BISECTIONS = 32

Array = jax.Array


def crossing_of(
    model: Model,
    y: Array,
    n0: Array,
    whole: Array,
    crossing: Array,
    k: Array,
    c: Constants,
    u: Array,
    t: Array,
    h: Array,
) -> tuple[Array, Array]:
    """The share of the step (L,) at which the first event is crossed, and which events those are (E, L).

    The step leads from ``y`` (S, L), with flow ``n0``, to ``whole`` in ``h`` minutes; ``crossing`` (E, L) holds at its
    end and did not at its beginning. ``k`` (S, L) are the decays.
    """
    slope0 = (n0 - k * y) * h
    slope1 = (model.flow(whole, c, u, t + h) - k * whole) * h

    def between(theta: Array) -> list[Array]:
        rest = 1 - theta
        from_y, from_slope0 = (1 + 2 * theta) * rest**2, theta * rest**2
        from_whole, from_slope1 = theta**2 * (3 - 2 * theta), -(theta**2) * rest
        rows = list(y)
        for r in model.watched:
            rows[r] = from_y * y[r] + from_slope0 * slope0[r] + from_whole * whole[r] + from_slope1 * slope1[r]
        return rows

    def narrow(_: int, bracket: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        low, high, first = bracket
        middle = (low + high) / 2
        over = model.holds(between(middle), c, u, t + middle * h) & crossing
        some = over.any(axis=0)
        return jnp.where(some, low, middle), jnp.where(some, middle, high), jnp.where(some, over, first)

    low = jnp.zeros_like(y[0])
    _, theta, first = jax.lax.fori_loop(0, _BISECTIONS, narrow, (low, low + 1, crossing))
    return theta, first


def in_parts(
    model: Model,
    u: Array,
    t: Array,
    h: Array,
    y: Array,
    n0: Array,
    whole: Array,
    was: Array,
    crossing: Array,
    k: Array,
    c: Constants,
) -> tuple[Array, Array, Array]:
    """Take the step again, up to the first crossing, where its events fire, and then the rest in parts.

    Returns states, standing triggers, and the minutes of the step that were left after the event.
    """
    theta, first = crossing_of(model, y, n0, whole, crossing, k, c, u, t, h)
    left = h - theta * h
    eighth = left / _SMALLEST
    sizes = [theta * h, *(share * eighth for share in _AFTER)]
    halves = {1: jax.lax.optimization_barrier(phis_of(-k * eighth / 2))}
    for share in (1, 2):
        halves[2 * share] = halves[share].doubled()
    weights = [weights_of(jax.lax.optimization_barrier(phis_of(-k * sizes[0] / 2)), sizes[0])]
    weights += [weights_of(halves[share], size) for share, size in zip(_AFTER, sizes[1:], strict=True)]
    tables = Weights(*map(jnp.stack, zip(*weights, strict=True)))
    parts = jnp.stack(sizes)
    begins = jnp.cumsum(parts, axis=0) - parts

    def part(i: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
        point, standing = state
        moment, after = t + begins[i], t + begins[i] + parts[i]
        reached, _ = looped_step(model, point, c, u, moment, parts[i], Weights(*(table[i] for table in tables)))
        fired = model.fire(reached, first, c, u, after)
        stands = model.holds(fired, c, u, after) & (was | first)
        return jnp.where(i == 0, fired, reached), jnp.where(i == 0, stands | first, standing)

    states, standing = jax.lax.fori_loop(0, len(sizes), part, (y, was))
    return *model.at_once(states, standing & model.holds(states, c, u, t + h), c, u, t + h), left


def evenly(
    model: Model, u: Array, t: Array, h: Array, parts: Array, y: Array, was: Array, since: Array, k: Array, c: Constants
) -> tuple[Array, Array, Array]:
    """Take the step again in so many equal ``parts``. Returns a carry: what crosses now fires at the end.

    ``since`` (1, L) are the minutes since the last event inside a step.
    """
    part = h / parts.astype(h.dtype)
    weights = weights_of(jax.lax.optimization_barrier(phis_of(-k * part / 2)), part)
    y = jax.lax.fori_loop(
        0, parts, lambda i, y: looped_step(model, y, c, u, t + i.astype(h.dtype) * part, part, weights)[0], y
    )
    fires = (model.holds(y, c, u, t + h) & ~was).any(axis=0)
    return *model.at_once(y, was, c, u, t + h), jnp.where(fires, 0, since[0] + h)
