"""Luck within a person: noise that flows, drawn by name for any stretch of time without what came before it.

Each row and person has random numbers of its own, one a knot, by a counter (Threefry: Salmon 2011, SC '11, doi
10.1145/2063384.2063405): which people, days or workers stand beside makes no difference. A row wanders or comes in
pulses; splines make it smooth (``spline``). Both have mean 0 and SD 1 over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from struct import unpack

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.random import threefry_2x32
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.flowing import KNOT
from effleurage.engine.spline import SQUARES

TAPS = 24
"""Random numbers behind one knot: what wanders for up to an hour and a half has forgotten the last of them."""
WIDTH = 10.0
"""SD in minutes of a pulse, as a bell, before the spline spreads it: half of it then comes within 18 minutes (ours)."""
JITTER = 0.6
"""How far a pulse may stand from the middle of its place, as a share of the distance between two places: pulses 80
minutes apart come 80 (SD 20) minutes after each other (ours; 72, SD 35, in a patient: Bangsgaard2017 of the ledger)."""
SIZES = (0.25, 1.75)
"""Ends between which the size of a pulse is uniform, of a mean of 1 (ours)."""
_BEYOND = (-1, 0, 1)
_WORDS = 2.0**32

Array = jax.Array
Keys = NDArray[np.uint32]


@dataclass(frozen=True)
class Wander:
    """Noise that is correlated with itself by exp(-t / ``time``), in minutes, but smooth within a few knots."""

    time: float

    def kept(self, knot: float = KNOT) -> float:
        """What is left of the correlation after a knot's distance."""
        return float(np.exp(-knot / self.time))

    def taps(self, knot: float = KNOT) -> Floats:
        """How much each of TAPS random numbers of SD 1 counts in a knot (TAPS,), for an SD of 1 over time.

        >>> taps = Wander(time=40).taps()
        >>> round(float(taps[1] / taps[0]), 3)  # exp(-15 / 40)
        0.687
        """
        taps = self.kept(knot) ** np.arange(TAPS)
        lags = [float(taps[: TAPS - lag] @ taps[lag:]) for lag in range(len(SQUARES))]
        return np.asarray(taps / np.sqrt(_over_time(lags)))


@dataclass(frozen=True)
class Pulses:
    """Pulses of random size, one in about ``every`` minutes."""

    every: float

    def moments(self) -> tuple[float, float]:
        """Mean of a knot, and its SD over time as the spline shows it, for pulses of mean size 1 and height 1."""
        mean = WIDTH * np.sqrt(2 * np.pi) / self.every
        lags = [self._product(lag * KNOT) for lag in range(len(SQUARES))]
        return float(mean), float(np.sqrt(_over_time(lags) - mean**2))

    def _product(self, lag: float) -> float:
        """Mean product of two values so many minutes apart: of one pulse with itself, and of each with the others."""

        def shared(apart: Floats) -> Floats:
            return np.asarray(WIDTH * np.sqrt(np.pi) / self.every * np.exp(-((apart / (2 * WIDTH)) ** 2)))

        low, high = SIZES
        square = (low**2 + low * high + high**2) / 3
        off = np.linspace(-1, 1, 401)
        chance = (1 - np.abs(off)) / (1 - np.abs(off)).sum()
        others = [shared((place + JITTER * off) * self.every + lag) @ chance for place in range(-9, 10) if place]
        return float(square * shared(np.array(lag)) + sum(others))


def _over_time(lags: list[float]) -> float:
    """Variance over time of a spline whose knots have products of these means at lags of 0, 1, 2 … knots."""
    return lags[0] * SQUARES[0] + 2 * sum(lag * square for lag, square in zip(lags[1:], SQUARES[1:], strict=True))


def key_of(seed: int, purpose: str) -> Keys:
    """The key (2,) of a row's random numbers."""
    return np.array(unpack("<2I", sha256(f"{seed}|{purpose}".encode()).digest()[:8]), np.uint32)


def words(key: Array, who: Array, places: Array) -> Array:
    """Random whole numbers below 2^32, two (2, …) for each place of each person; ``who`` and ``places`` broadcast."""
    who, places = jnp.broadcast_arrays(who, places)
    drawn = threefry_2x32(key, jnp.concatenate([places.ravel(), who.ravel()]).astype(jnp.uint32))
    return jnp.asarray(drawn).reshape(2, *who.shape)


def phases(seed: int, persons: NDArray[np.int64], purpose: str) -> Floats:
    """A number for each person (persons,), uniform from 0 to 1."""
    drawn = words(jnp.asarray(key_of(seed, purpose)), counters_of(persons), jnp.zeros(len(persons), jnp.uint32))
    return np.asarray(drawn[0], float) / _WORDS


def counters_of(persons: NDArray[np.int64]) -> Array:
    """Persons' numbers (persons,) as a counter holds them: modulo 2^32."""
    return jnp.asarray((persons % 2**32).astype(np.uint32))


@partial(jax.jit, static_argnames="count")
def wandering(key: Array, who: Array, taps: Array, first: Array, count: int) -> Array:
    """``count`` knots from the ``first`` on of what wanders (count, L), for persons ``who`` (L,)."""
    pairs = first // 2 + jnp.arange((count + TAPS) // 2 + 1)
    drawn = words(key, who[None, :], pairs[:, None])
    own = jnp.stack([drawn[0], drawn[1]], axis=1).reshape(-1, len(who))
    own = jax.lax.dynamic_slice_in_dim(own, first % 2, count + TAPS - 1)
    uniform = (own.astype(jnp.float64) / _WORDS - 0.5) * np.sqrt(12)
    knots = jnp.zeros((count, len(who)))
    for place in range(TAPS):
        knots += taps[place] * uniform[place : place + count]
    return knots


@partial(jax.jit, static_argnames="count")
def pulsing(key: Array, who: Array, every: Array, first: Array, count: int) -> Array:
    """``count`` knots from the ``first`` on of pulses of height 1 (count, L), before their mean is taken off."""
    begins = words(key, who, jnp.zeros_like(who) - 1)[0].astype(jnp.float64) / _WORDS
    place = (first + jnp.arange(count))[:, None] * KNOT / every + begins + len(_BEYOND)
    total = jnp.zeros(place.shape)
    for beyond in _BEYOND:
        slot = jnp.floor(place) + beyond
        moved, size = words(key, who, slot.astype(jnp.uint32)).astype(jnp.float64) / _WORDS
        apart = (place - slot - 0.5 - JITTER * (moved - 0.5)) * every / WIDTH
        total += (SIZES[0] + (SIZES[1] - SIZES[0]) * size) * jnp.exp(-(apart**2) / 2)
    return total
