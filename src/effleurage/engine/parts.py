"""A step taken again in parts: up to an event found inside it and then the rest, or all of it evenly.

An event is found on the cubic Hermite interpolant of its step. The parts are taken for a few lanes at a time.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp

from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.step import whole_step
from effleurage.engine.weights import Weights, tabled

_QUARTERS = (1, 1, 2)
"""What is left of a step after an event is taken in these quarters: a person who has just woken changes fast."""
_SIZES = (0, 1, 1, 2)
"""Which of three sizes each part has around an event: what leads up to it, a quarter of what is left, and two."""
_BISECTIONS = 32

Array = jax.Array


def again(
    model: Model,
    u: Array,
    t: Array,
    h: Array,
    equal: Array,
    y: Array,
    n0: Array,
    whole: Array,
    was: Array,
    crossing: Array,
    since: Array,
    k: Array,
    c: Constants,
) -> tuple[Array, Array, Array]:
    """Take a step again in so many ``equal`` parts or, where that is 0, up to its first crossing and then the rest.

    The step leads from ``y`` (S, L), with flow ``n0``, to ``whole`` in ``h`` minutes; ``was`` (E, L) stood at its
    begin, and ``crossing`` (E, L) holds only at its end. ``since`` (1, L) are the minutes since the last event inside
    a step, and ``k`` (S, L) the decays. Returns states, standing triggers, and the minutes since the last event.

    Both ways, and the look at the slope behind a crossing, share one loop: each copy of the flow takes seconds to
    compile.
    """
    around = equal == 0
    part = h / jnp.maximum(equal, 1).astype(h.dtype)

    def turn(number: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
        theta, first, standing, _ = state
        looks = number == 0
        sizes, begins = _laid(jnp.where(around, theta * h, part), h)
        weights = tabled(k, sizes, jnp.where(looks, 0, jnp.where(around, len(sizes), 1)))

        def one(i: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
            point, standing, _ = state
            place = jnp.where(around, jnp.asarray(_SIZES)[jnp.minimum(i, 3)], 0)
            moment = t + jnp.where(looks, h, jnp.where(around, begins[jnp.minimum(i, 3)], i.astype(h.dtype) * part))
            own = Weights(*(table[place] for table in weights))
            reached, slope, _ = whole_step(model, point, c, u, moment, sizes[place], own, jnp.where(looks, 1, 4))
            lands = around & ~looks & (i == 0)
            after = moment + sizes[place]
            reached, standing = jax.lax.cond(
                lands, partial(_landed, model), lambda y, *rest: (y, rest[1]), reached, first, standing, c, u, after
            )
            return reached, standing, slope

        count = jnp.where(looks, 1, jnp.where(around, len(_SIZES), equal))
        given = jnp.where(looks, whole, y), standing, y
        reached, standing, slope = jax.lax.fori_loop(0, count, one, given)
        bisections = jnp.where(looks, _BISECTIONS, 0)
        slopes = (n0 - k * y) * h, (slope - k * whole) * h
        found = crossing_of(model, (y, whole), slopes, crossing, c, u, t, h, bisections)
        return jnp.where(looks, found[0], theta), jnp.where(looks, found[1], first), standing, reached

    state = jnp.zeros_like(y[0]), crossing, was, y
    theta, _, standing, states = jax.lax.fori_loop(jnp.where(around, 0, 1), 2, turn, state)
    now = model.holds(states, c, u, t + h)
    states, stands = model.at_once(states, jnp.where(around, standing & now, was), c, u, t + h)
    fires = (now & ~was).any(axis=0)
    return states, stands, jnp.where(around, h - theta * h, jnp.where(fires, 0, since[0] + h))


def _laid(first: Array, h: Array) -> tuple[Array, Array]:
    """The three sizes of parts around an event (3, L), of which the first leads up to it, and when each part begins."""
    quarter = (h - first) / sum(_QUARTERS)
    sizes = jnp.stack([first, quarter, 2 * quarter])
    parts = sizes[jnp.asarray(_SIZES)]
    return sizes, jnp.cumsum(parts, axis=0) - parts


def _landed(model: Model, y: Array, first: Array, was: Array, c: Constants, u: Array, t: Array) -> tuple[Array, Array]:
    """States after the events ``first`` (E, L) at the end of the part that leads up to them, and what stands then."""
    fired = model.fire(y, first, c, u, t)
    return fired, model.holds(fired, c, u, t) & was | first


def crossing_of(
    model: Model,
    ends: tuple[Array, Array],
    slopes: tuple[Array, Array],
    crossing: Array,
    c: Constants,
    u: Array,
    t: Array,
    h: Array,
    bisections: int | Array = _BISECTIONS,
) -> tuple[Array, Array]:
    """The share of the step (L,) at which the first event is crossed, and which events those are (E, L).

    The step of ``h`` minutes leads from the first of the ``ends`` (S, L) to the second, with these ``slopes`` a step;
    ``crossing`` (E, L) holds at its end and did not at its begin.
    """
    (y, whole), (slope0, slope1) = ends, slopes

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
    _, theta, first = jax.lax.fori_loop(0, bisections, narrow, (low, low + 1, crossing))
    return theta, first
