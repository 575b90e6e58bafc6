"""What many persons have in common, without holding them: summaries of parts of a cohort that can be merged.

Mean and spread are merged by the formula of Chan, Golub and LeVeque (1983), whose rounding depends on the order:
merge in one order and the bits are the same. Quantiles come from counts in logarithmic bins, as in DDSketch
(Masson, Rim and Lee, 2019); counts are whole numbers, so their order does not matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from effleurage.arrays import Floats, Ints

ERROR = 0.01
"""A value that stands for its bin is at most this share of itself away from every value in the bin."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_GROWTH = np.log((1 + ERROR) / (1 - ERROR))
_HALF = 40_000
"""Bins of one sign, at most: all that a double can hold. Positive bins are numbered around +_HALF, negative ones
around -_HALF, in the order of the values; 0 is the bin of zero."""
_SPAN = 4 * _HALF


@dataclass(frozen=True)
class Summary:
    """Persons summed up in cells, such as one a time and quantity; all arrays are (cells,) but the bins.

    ``n`` persons counted and ``lost`` persons left out, because their value is not finite; ``mean``; ``m2``, the sum
    of squares around it; ``low`` and ``high``, the extremes. ``bins`` (B,) ascending, each ``cell * _SPAN`` and the
    number of the bin in it, and ``counts`` (B,), persons in each. A cell without persons has a mean of 0 and NaN
    for extremes.
    """

    n: Ints
    lost: Ints
    mean: Floats
    m2: Floats
    low: Floats
    high: Floats
    bins: Ints
    counts: Ints

    @classmethod
    def of(cls, parts: Iterable[Floats]) -> Summary:
        """The summary of values (cells, persons), one such array after another, each with cells of its own."""
        return cls.side_by_side([_summed_up(part) for part in parts])

    @classmethod
    def side_by_side(cls, parts: Sequence[Summary]) -> Summary:
        """Summaries of different cells as one, in the order given."""
        before = np.cumsum([0, *(len(part.n) for part in parts)])[:-1] * _SPAN
        plain = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _PLAIN}
        bins = np.concatenate([part.bins + first for part, first in zip(parts, before, strict=True)])
        return cls(**plain, bins=bins, counts=np.concatenate([part.counts for part in parts]))

    @classmethod
    def from_cells(cls, *, ends: Ints, bins: Ints, **rest: NDArray[np.generic]) -> Summary:
        """What ``by_cell`` took apart, put together again; ``rest`` are the other arrays by name."""
        first = np.repeat(np.arange(len(ends) - 1) * _SPAN, np.diff(ends))
        return cls(bins=first + bins, **rest)  # type: ignore[arg-type]

    def by_cell(self) -> tuple[Ints, Ints]:
        """Where each cell's bins begin and the last one's end (cells + 1,), and the numbers of the bins (B,)."""
        cell = (self.bins + 2 * _HALF) // _SPAN
        return np.searchsorted(cell, np.arange(len(self.n) + 1)), self.bins - cell * _SPAN

    def merged(self, other: Summary) -> Summary:
        """The summary of these persons and of others, who come after them in the order of merging."""
        n = self.n + other.n
        share = other.n / np.maximum(n, 1)
        apart = other.mean - self.mean
        bins, counts = np.concatenate([self.bins, other.bins]), np.concatenate([self.counts, other.counts])
        order = np.argsort(bins, kind="stable")
        bins, counts = bins[order], counts[order]
        begins = np.flatnonzero(np.diff(bins, prepend=-_SPAN))
        return Summary(
            n=n,
            lost=self.lost + other.lost,
            mean=np.where(self.n > 0, self.mean + apart * share, other.mean),
            m2=self.m2 + other.m2 + apart * apart * self.n * share,
            low=np.fmin(self.low, other.low),
            high=np.fmax(self.high, other.high),
            bins=bins[begins],
            counts=np.add.reduceat(counts, begins) if len(begins) else counts,
        )

    @property
    def average(self) -> Floats:
        """Mean over persons (cells,); NaN where there is none."""
        return np.where(self.n > 0, self.mean, np.nan)

    @property
    def sd(self) -> Floats:
        """Standard deviation between persons (cells,); NaN below two of them."""
        return np.sqrt(np.where(self.n > 1, self.m2, np.nan) / np.maximum(self.n - 1, 1))

    def quantiles(self, wanted: Sequence[float] = QUANTILES) -> Floats:
        """Quantiles (wanted, cells) of the persons: linear between the two nearest persons, each known to ``ERROR``."""
        found = np.full((len(wanted), len(self.n)), np.nan)
        cells, rank = np.flatnonzero(self.n), np.cumsum(self.counts)
        before = (np.cumsum(self.n) - self.n)[cells]
        for row, share in zip(found, wanted, strict=True):
            place = share * (self.n[cells] - 1)
            lower = np.floor(place).astype(np.int64)
            upper = np.minimum(lower + 1, self.n[cells] - 1)
            below, above = (self._standing(np.searchsorted(rank, before + who, side="right")) for who in (lower, upper))
            value = below + (place - lower) * (above - below)
            row[cells] = np.clip(value, self.low[cells], self.high[cells])
        return found

    def _standing(self, places: Ints) -> Floats:
        """The values that stand for bins."""
        number = self.by_cell()[1][places]
        size = np.exp((np.abs(number) - _HALF) * _GROWTH) * (1 - ERROR)
        return np.where(number == 0, 0.0, np.sign(number) * size)


_PLAIN = ("n", "lost", "mean", "m2", "low", "high")


def _summed_up(values: Floats) -> Summary:
    """The summary of values (cells, persons)."""
    finite = np.isfinite(values)
    n = finite.sum(axis=-1)
    known = np.where(finite, values, 0.0)
    mean = known.sum(axis=-1) / np.maximum(n, 1)
    m2 = (np.where(finite, values - mean[:, None], 0.0) ** 2).sum(axis=-1)
    low, high = (np.where(n > 0, edge, np.nan) for edge in _extremes(values, finite))
    bins, counts = _binned(known, finite)
    return Summary(n, values.shape[-1] - n, mean, m2, low, high, bins, counts)


def _extremes(values: Floats, finite: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    return (
        np.where(finite, values, np.inf).min(axis=-1, initial=np.inf),
        np.where(finite, values, -np.inf).max(axis=-1, initial=-np.inf),
    )


def _binned(known: Floats, finite: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Bins of all cells, ascending, and how many finite values of (cells, persons) are in each."""
    nothing = known == 0
    size = np.ceil(np.log(np.abs(np.where(nothing, 1.0, known))) / _GROWTH)
    number = np.where(nothing, 0, np.sign(known) * (size + _HALF)).astype(np.int32)
    number = np.sort(np.where(finite, number, 2 * _HALF - 1), axis=-1)
    begins = np.diff(number, axis=-1, prepend=-2 * _HALF) != 0
    cell, person = np.nonzero(begins)
    held = number[cell, person]
    counts = np.diff(np.flatnonzero(begins), append=number.size)
    kept = held < 2 * _HALF - 1
    return (cell * _SPAN + held)[kept], counts[kept]


def summary_of(world: xr.Dataset) -> pd.DataFrame:
    """A trajectory (time, person) summed up: a row a quantity, in the quantity's own unit.

    ``mean`` over people and time; ``spread``, the standard deviation between people's own means over time; ``low`` and
    ``high``, the extremes of anybody at any time; and ``meaning`` in words. Times that a person was not seen are left
    out.

    >>> about = {"ledger_unit": "nmol_per_L", "long_name": "cortisol in saliva"}
    >>> world = xr.Dataset({"cortisol": (("time", "person"), [[4.0, 8.0], [6.0, 10.0]], about)})
    >>> summary_of(world)[["quantity", "mean", "spread", "low", "high"]]
       quantity  mean  spread  low  high
    0  cortisol   7.0     2.0  4.0  10.0
    """
    rows = []
    for name, values in world.data_vars.items():
        own = values.mean("time", skipna=True)
        rows.append(
            {
                "quantity": name,
                "unit": values.attrs["ledger_unit"],
                "mean": float(own.mean()),
                "spread": float(own.std()),
                "low": float(values.min()),
                "high": float(values.max()),
                "meaning": values.attrs["long_name"],
            }
        )
    return pd.DataFrame(rows)
