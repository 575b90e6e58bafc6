"""How the constants that move do so in many persons: knots from day to day, and luck from hour to hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.flowing import INTERVALS, PER_DAYS, Flowing, Knots
from effleurage.engine.luck import Pulses, Wander, counters_of, pulsing, wandering
from effleurage.engine.program import Program
from effleurage.engine.spline import REACH

_DAILY = INTERVALS // PER_DAYS + REACH
_HOURLY = INTERVALS + REACH - 1
"""Knots that a call takes."""

Array = jax.Array
Process = Wander | Pulses


@dataclass(frozen=True)
class Hourly:
    """How one constant moves from hour to hour: by what process, under which key (2,), how far, and between what ends.

    ``spread`` is the SD of its logarithm, or of what is added to it where it moves linearly.
    """

    process: Process
    key: NDArray[np.uint32]
    spread: float
    low: float
    high: float


@dataclass(frozen=True)
class Varying:
    """Of N ``persons``: ``daily`` knots (M, names, N), whose last is kept for ever, and the ``hourly`` luck, if any.

    ``names`` are those of the program's flowing constants; ``phases`` (2, N), by how much of an interval the knots of
    each person are ahead, daily ones and hourly ones.
    """

    flowing: Flowing
    daily: Floats
    hourly: tuple[Hourly, ...]
    persons: NDArray[np.int64]
    phases: Floats

    @classmethod
    def still(cls, program: Program, constants: Floats) -> Varying:
        """Persons with constants (C, N) in whom nothing moves."""
        flowing, number = program.flowing, constants.shape[1]
        rows = [program.constants.index(name) for name in flowing.names]
        return cls(flowing, constants[rows][None], (), np.zeros(number, np.int64), np.zeros((2, number)))

    def of_block(self, block: slice, lanes: int) -> Varying:
        """The same of some persons, the last of them repeated until they are as many as ``lanes``."""
        daily, persons, phases = (pad(part[..., block], lanes) for part in (self.daily, self.persons, self.phases))
        return replace(self, daily=daily, persons=persons, phases=phases)

    def knots(self, first: int, kind: Any) -> Knots:
        """Knots for the intervals from the ``first`` on, in numbers of a kind."""
        begin = first // PER_DAYS
        daily = self.daily[np.minimum(np.arange(begin, begin + _DAILY), len(self.daily) - 1)]
        lanes = len(self.persons)
        rows = range(len(self.flowing.hourly))
        ends = [[one.low for one in self.hourly] or [-np.inf for _ in rows]]
        ends += [[one.high for one in self.hourly] or [np.inf for _ in rows]]
        return Knots(
            jnp.asarray(daily, kind),
            self._hourly(first, lanes).astype(kind),
            jnp.broadcast_to(jnp.asarray(ends, kind)[:, :, None], (2, len(rows), lanes)),
            jnp.asarray(self.phases, kind),
            jnp.asarray(first, jnp.int64),
        )

    def _hourly(self, first: int, lanes: int) -> Array:
        linear = tuple(name in self.flowing.linear for name in self.flowing.hourly)
        if not self.hourly:
            still = jnp.asarray([0.0 if one else 1.0 for one in linear])
            return jnp.broadcast_to(still[:, None], (_HOURLY, len(linear), lanes))
        processes = tuple(one.process for one in self.hourly)
        keys, spreads = (jnp.asarray([getattr(one, name) for one in self.hourly]) for name in ("key", "spread"))
        return jnp.asarray(_drawn(processes, linear, keys, spreads, counters_of(self.persons), first))


@partial(jax.jit, static_argnames=("processes", "linear"))
def _drawn(
    processes: Sequence[Process], linear: Sequence[bool], keys: Array, spreads: Array, who: Array, first: Array
) -> Array:
    """Hourly knots (_HOURLY, rows, L): what multiplies a constant or, where linear, is added to it."""
    rows = []
    for place, process in enumerate(processes):
        if isinstance(process, Wander):
            found = wandering(keys[place], who, jnp.asarray(process.taps()), first, _HOURLY)
        else:
            mean, spread = process.moments()
            found = (pulsing(keys[place], who, jnp.asarray(process.every), first, _HOURLY) - mean) / spread
        moved = spreads[place] * found
        rows.append(moved if linear[place] else jnp.exp(moved))
    return jnp.stack(rows, axis=1)


def pad(values: Any, lanes: int) -> Any:
    """Persons on the last axis, the last one repeated until they are as many as ``lanes``."""
    short = lanes - values.shape[-1]
    return np.concatenate([values, np.repeat(values[..., -1:], short, axis=-1)], axis=-1) if short else values
