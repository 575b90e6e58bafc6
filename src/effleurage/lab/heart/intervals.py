"""Intervals of many records, one after the other in flat arrays: neighbours, running quantiles and time of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Bools, Floats, Ints
from effleurage.errors import DataError, Finding, one_screen

LONGEST_STEP = 2.0
"""Times of corrected beats that run ahead of their intervals by more than this are a gap, s (ours): the longest one."""
SMALLEST_HOLE = 0.15
"""Seconds between a beat and the next interval that count as missing (ours): half the shortest interval, 0.3 s."""


@dataclass(frozen=True)
class Intervals:
    """Usable intervals ``rr`` in ms (K,), the ``row`` of the record each is from (K,), rising, and where it begins.

    ``fresh`` where no interval is directly before (K,); ``begin`` is the time in s at which a fresh interval begins,
    NaN where there is no clock (K,).
    """

    rr: Floats
    row: Ints
    fresh: Bools
    begin: Floats

    @classmethod
    def of(cls, table: Floats, clock: Floats | None = None) -> Intervals:
        """All that is finite and positive in a ``table`` in ms (rows, N), with the times in s at which each ends.

        Raises ``DataError`` where the clock runs backwards.
        """
        usable = np.isfinite(table) & (table > 0)
        if clock is not None:
            usable &= np.isfinite(clock)
        row, column = np.nonzero(usable)
        rr = table[usable]
        fresh = np.ones(len(rr), dtype=bool)
        fresh[1:] = (np.diff(row) != 0) | (np.diff(column) != 1)
        if clock is None:
            return cls(rr, row, fresh, np.full(len(rr), np.nan))
        time = clock[usable]
        ahead = np.diff(time)
        _refuse_backwards(column[1:][(ahead < 0) & (np.diff(row) == 0)])
        fresh[1:] |= ahead - rr[1:] / 1000 > SMALLEST_HOLE
        return cls(rr, row, fresh, time - rr / 1000)

    def before(self, series: NDArray[Any]) -> NDArray[Any]:
        """The value of the interval before, zero where none is directly before (K,)."""
        moved = np.zeros_like(series)
        moved[1:] = series[:-1]
        moved[self.fresh] = 0
        return moved

    def after(self, series: NDArray[Any]) -> NDArray[Any]:
        """The value of the interval after, zero where none is directly after (K,)."""
        moved = np.zeros_like(series)
        moved[:-1] = series[1:]
        moved[:-1][self.fresh[1:]] = 0
        return moved

    def sizes(self) -> Ints:
        """Intervals of each row (rows,)."""
        return np.bincount(self.row)

    def time(self) -> Floats:
        """When the beat comes that ends each interval, s (K,).

        By the clock at the start of each stretch and the intervals from there; without a clock from zero at the start
        of each row, as if nothing were missing between stretches.
        """
        total = np.cumsum(self.rr) / 1000
        timed = len(total) > 0 and bool(np.isfinite(self.begin[0]))
        start = np.flatnonzero(self.fresh if timed else np.diff(self.row, prepend=-1))
        anchor = self.begin[start] if timed else np.zeros(len(start))
        before = total[start] - self.rr[start] / 1000
        return np.asarray(total + np.repeat(anchor - before, np.diff(start, append=len(total))))

    def quantile(self, series: Floats, width: int, share: float) -> Floats:
        """Quantile of the ``width`` (odd) values around each, within its row (K,).

        Near the ends of a row the outermost full window counts; a row shorter than that is one window.
        """
        from scipy.ndimage import rank_filter

        sizes = self.sizes()
        found = np.zeros(len(series))
        if (sizes >= width).any():
            stop, half, rank = np.cumsum(sizes), width // 2, share * (width - 1)
            found = rank_filter(series, int(rank), width)
            if rank != int(rank):
                found = (found + rank_filter(series, int(rank) + 1, width)) / 2
            # a window that reaches into the next row is not read
            first, last = (stop - sizes)[self.row] + half, np.maximum(stop - half - 1, 0)[self.row]
            found = found[np.minimum(np.clip(np.arange(len(series)), first, last), len(series) - 1)]
        if ((sizes > 0) & (sizes < width)).any():
            short = (sizes < width)[self.row]
            found[short] = _quantile_of_rows(series[short], self.row[short], width, share)
        return found


def _quantile_of_rows(series: Floats, row: Ints, width: int, share: float) -> Floats:
    """Quantile over all of each row, none longer than ``width``, at every interval (K,)."""
    sizes = np.bincount(row)
    table = np.full((len(sizes), width), np.inf)
    table[row, np.arange(len(row)) - (np.cumsum(sizes) - sizes)[row]] = series
    table.sort(axis=1)
    rank = share * np.maximum(sizes - 1, 0)
    low = rank.astype(np.int64)
    rows = np.arange(len(sizes))
    below, above = table[rows, low], table[rows, np.minimum(low + 1, np.maximum(sizes - 1, 0))]
    with np.errstate(invalid="ignore"):  # rows without intervals: inf - inf, read by nobody
        return np.asarray((below + (rank - low) * (above - below))[row])


def _refuse_backwards(at: Ints) -> None:
    """Raise for the intervals (counted from zero) whose beat comes before the one before it."""
    if not len(at):
        return
    fix = "Was the clock set back, or are two records in one? Split the record there."
    findings = [Finding(f"beat {place + 1}", "its time is before that of the beat above", fix) for place in at]
    raise DataError(one_screen(findings))
