"""A file that holds the times of beats instead of the intervals between them: they rise from row to row."""

from __future__ import annotations

import math

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import DataError, Finding
from effleurage.files.heart.beat_clock import Beats
from effleurage.files.heart.columns import typical
from effleurage.files.heart.rows import Unit
from effleurage.files.heart.rr_cells import Findings

FEWEST_RISING = 8
"""Rows that rise one after the other before they are taken for times (ours): 1 in 40,000 of intervals by chance."""
UNIX = {"s": 1e9, "ms": 1e12, "us": 1e15}
"""Unit -> what stamps since 1970 are above in it, since 2001; no count of samples is so large."""


def are_times(values: Floats) -> bool:
    """Whether the first rows of a column (n,) are times of beats: every one is later than the one above."""
    known = values[np.isfinite(values)]
    return len(known) >= FEWEST_RISING and bool((np.diff(known) > 0).all())


class Peaks:
    """Times of beats, from piece to piece, made intervals that end with them."""

    def __init__(self, name: str, unit: Unit, findings: Findings) -> None:
        self._name, self._unit, self._findings = name, unit, findings
        self._last = math.nan
        self._whole, self._first = True, math.nan

    def intervals(self, beats: Beats) -> Beats:
        """Intervals (m,) in the file's unit; the very first time ends none. A time that cannot be read ends none."""
        known = np.flatnonzero(np.isfinite(beats.rr))
        times, line = beats.rr[known], beats.line[known]
        if not len(times):
            return Beats(times, line)
        self._whole &= bool((times == np.round(times)).all())
        begins = math.isnan(self._last)
        self._first = float(times[0]) if begins else self._first
        steps = np.diff(times, prepend=times[0] if begins else self._last)
        self._last = float(times[-1])
        for place in np.flatnonzero(steps < 0):
            fix = "Put the times in order, or split the file where two recordings meet."
            what = "the time of this beat is before that of the one above"
            self._findings.add(Finding(f"{self._name}, line {line[place]}", what, fix), int(line[place]))
        return Beats(np.maximum(steps, 0.0), line).part(slice(int(begins), None))

    def decide(self, steps: Floats) -> str:
        """Decide the unit from steps (n,) and return the note on it.

        Raises ``DataError`` for whole numbers that may be milliseconds or samples.
        """
        if not self._unit.is_said:
            stamped = next((unit for unit, least in reversed(UNIX.items()) if self._first > least), "")
            if stamped:
                self._unit.write(stamped)
            elif self._whole:
                what = (
                    f"values rise from row to row, by {typical(steps):.4g}: are they times of beats in ms, or samples"
                )
                fix = "Say it: --unit ms, or --unit 1/250 for 250 samples a second (unit='1/250')."
                raise DataError(Finding(self._name, what, fix))
        return f"times of beats, whose differences are the intervals; {self._unit.decide(steps)}"
