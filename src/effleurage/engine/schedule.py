"""What is done to a person and when, in the only form the engine knows: inputs over intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Drive:
    """Input quantities held at a value over the half-open interval [start, stop).

    ``start`` and ``stop`` are minutes since midnight of day 1 (may be fractional).
    Where drives overlap, an input takes the largest of the values given.
    """

    start: float
    stop: float
    inputs: Mapping[str, float]


@dataclass(frozen=True)
class Schedule:
    """Everything done between minute 0 and ``stop``, and the minutes at which to look.

    ``drives`` may overlap. ``samples`` are minutes since midnight of day 1, ascending.
    An input that no drive sets stands at its resting value from the body's ledger.
    """

    stop: float
    drives: tuple[Drive, ...] = ()
    samples: tuple[float, ...] = field(default=())
