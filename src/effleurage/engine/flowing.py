"""Which constants of a program move with time in each person, and what they are at a moment.

Two splines make a constant (``spline``): one from day to day, its knots DAYS minutes apart, and for some another from
hour to hour, its knots KNOT minutes apart, which multiplies it or adds to it and is held to the bounds of its row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.export
import jax.numpy as jnp
import numpy as np

from effleurage.engine.spline import REACH, steps_of, value_at

KNOT = 15.0
DAYS = 240.0
"""Minutes between the knots of what moves from hour to hour, and of what moves from day to day."""
PER_DAYS = int(DAYS / KNOT)

INTERVALS = 96
"""Intervals of hourly knots, at most, in one call: a day."""

Array = jax.Array


class Knots(NamedTuple):
    """Knots of L persons for INTERVALS intervals between hourly knots, from the one that is number ``first`` on.

    ``daily`` (INTERVALS / 16 + REACH, names, L) and ``hourly`` (INTERVALS + REACH - 1, hourly, L), each from the first
    that counts; ``ends`` (2, hourly, L), the least and the most; ``phases`` (2, L), by how much of an interval each
    person's own are ahead, daily ones and hourly ones.
    """

    daily: Array
    hourly: Array
    ends: Array
    phases: Array
    first: Array


jax.export.register_namedtuple_serialization(Knots, serialized_name="effleurage.Knots")


class Constants(NamedTuple):
    """Constants of L persons: ``fixed`` (C, L), and how those that move do so in an interval, ``moving`` (rows, L)."""

    fixed: Array
    moving: Array


@dataclass(frozen=True)
class Flowing:
    """``names`` of constants that move; ``hourly`` are those that move from hour to hour, too, ``linear`` by adding.

    For an interval of KNOT minutes, in which the first hardly bends and is taken for straight, ``moving`` holds the
    first at the interval's begin, and its rise in it (names, L) each; the steps of the second's knots (REACH, hourly,
    L); the least and the most of those constants (2, hourly, L); when the interval begins (L,), in minutes; and each
    person's phase (L,).
    """

    names: tuple[str, ...] = ()
    hourly: tuple[str, ...] = ()
    linear: tuple[str, ...] = ()

    def within(self, fixed: Array, knots: Knots, interval: Array) -> Constants:
        """Constants ``fixed`` (C, L) and how they move in an interval, counted from the first of these knots."""
        if not self.names:
            return Constants(fixed, fixed[:0])
        now = knots.first + interval
        day, before = now // PER_DAYS, knots.first // PER_DAYS
        daily = steps_of(jax.lax.dynamic_slice_in_dim(knots.daily, day - before, REACH))
        place = (now - PER_DAYS * day) / PER_DAYS + knots.phases[0]
        begin, end = (value_at(daily, (place + further / PER_DAYS).astype(fixed.dtype)) for further in (0, 1))
        hourly = steps_of(jax.lax.dynamic_slice_in_dim(knots.hourly, interval, REACH))
        times = jnp.stack([jnp.broadcast_to(KNOT * now, fixed.shape[1:]), knots.phases[1]])
        parts = [begin, end - begin, hourly, knots.ends, times.astype(fixed.dtype)]
        some = [part.reshape(-1, *fixed.shape[1:]) for part in parts if part.size]
        return Constants(fixed, jnp.concatenate(some))

    def at(self, names: Sequence[str], c: Constants, t: Array) -> list[Array]:
        """All constants ``names`` (L,) at the time ``t`` within the interval."""
        rows = list(c.fixed)
        if not self.names:
            return rows
        v, h = len(self.names), len(self.hourly)
        begin, risen, hourly, ends, times = jnp.split(c.moving, np.cumsum([v, v, REACH * h, 2 * h]))
        share = (t - times[0]) / KNOT
        daily = begin + share * risen
        luck = value_at(hourly.reshape(REACH, h, c.fixed.shape[1]), share + times[1])
        own = dict(zip(self.names, daily, strict=True))
        for place, name in enumerate(self.hourly):
            moved = own[name] + luck[place] if name in self.linear else own[name] * luck[place]
            own[name] = jnp.clip(moved, ends[place], ends[h + place])
        for name, value in jax.lax.optimization_barrier(own).items():  # or each use would compute it again
            rows[names.index(name)] = value
        return rows
