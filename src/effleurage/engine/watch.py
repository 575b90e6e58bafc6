"""What is looked at while people are run: the samples of a record, and limits that nobody should pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import Grid

Limits = Mapping[str, tuple[float, float]]
"""Quantity -> the least and the most that it may come to."""
_SLACK = 1e-6
"""Share of its span by which a quantity may pass a limit: what a step's error may do."""


@dataclass(frozen=True)
class Beyond:
    """Of each person (persons,), the minute at which a limit was passed first (NaN: never), and which by what value.

    ``quantity`` is its place among the names of the limits, -1 for nobody's.
    """

    minute: Floats
    quantity: NDArray[np.int64]
    value: Floats

    @classmethod
    def nobody(cls, persons: int) -> Beyond:
        """Nobody has passed a limit."""
        return cls(np.full(persons, np.nan), np.full(persons, -1), np.full(persons, np.nan))

    def look(self, limits: Limits, minutes: Floats, values: Floats) -> None:
        """Hold ``values`` (looks, limits, persons) against the limits; who passed one before keeps the first."""
        if not values.size:
            return
        low, high = (np.array(ends)[:, None] for ends in zip(*limits.values(), strict=True))
        slack = _SLACK * (high - low)
        out = (values < low - slack) | (values > high + slack)
        new = np.flatnonzero(out.any(axis=(0, 1)) & (self.quantity < 0))
        looks = out[:, :, new].any(axis=1).argmax(axis=0)
        which = out[looks, :, new].argmax(axis=1)
        self.minute[new], self.quantity[new] = minutes[looks], which
        self.value[new] = values[looks, which, new]

    @classmethod
    def joined(cls, parts: Sequence[Beyond]) -> Beyond:
        """Blocks of persons side by side."""
        return cls(
            *(np.concatenate([getattr(part, name) for part in parts]) for name in ("minute", "quantity", "value"))
        )


@dataclass(frozen=True)
class Watch:
    """What is looked at: the ``rows`` of a grid, of which ``kept`` (rows,) are samples, and the names of quantities.

    The first ``recorded`` names are those of the record; ``watched`` are the places of those that have limits.
    """

    rows: NDArray[np.int64]
    kept: NDArray[np.bool_]
    names: tuple[str, ...]
    recorded: int
    watched: NDArray[np.int64]
    limits: Limits

    @classmethod
    def of(cls, grid: Grid, inputs: Floats, keep: Sequence[str], limits: Limits) -> Watch:
        """With limits, every hour and every change of inputs is looked at: steps begin there in any case."""
        names = (*keep, *(name for name in limits if name not in keep))
        rows = np.unique(grid.samples)
        if limits:
            changes = (np.diff(inputs, axis=0, prepend=inputs[:1]) != 0).any(axis=1)
            hours = np.diff(grid.hour, prepend=-1) != 0
            rows = np.union1d(rows, np.flatnonzero(changes | hours))
        places = np.array([names.index(name) for name in limits], dtype=np.int64)
        return cls(rows, np.isin(rows, grid.samples), names, len(keep), places, limits)
