"""A long record cut into windows of one length, one after the other, none reaching across missing time.

Ours, because NeuroKit2 and systole measure one window a call, and a day of a cohort has thousands.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Bools, Floats
from effleurage.errors import Finding, RequestError
from effleurage.lab.heart.artefacts import PLAUSIBLE, Corrected, find_artefacts
from effleurage.lab.heart.recording import Recording

SECONDS = 300.0
"""Length of a window: the five minutes of the short-term standard (Task Force 1996, doi 10.1161/01.CIR.93.5.1043)."""
SLACK = PLAUSIBLE[1] / 1000
"""A window may be this many seconds short: it ends with the last whole interval."""
REST = 0.01
"""Share of a window by which a record may be longer and still be one window (ours)."""
LEAST_COVERED = 0.8
"""Share of a window that intervals must cover (ours); what is missing may hide the movement that hid it."""


@dataclass(frozen=True)
class Windows:
    """Windows of a record, or one a row.

    ``beats`` (W, N); ``start`` in s from the start of the record (W,); nominal length ``seconds`` (W,); the share of it
    ``covered`` by intervals (W,); ``notes`` on what was left out.
    """

    beats: Corrected
    start: Floats
    seconds: Floats
    covered: Floats
    notes: tuple[str, ...] = ()

    @property
    def bare(self) -> Bools:
        """Which windows are covered too little to be measured, to the percent in which it is said (W,)."""
        return np.asarray(np.round(self.covered, 2) < LEAST_COVERED)

    def without_last(self, note: str) -> Windows:
        """All windows but the last, with a note why."""
        but = slice(-1)
        notes = (*self.notes, note)
        return Windows(self.beats.select(but), self.start[but], self.seconds[but], self.covered[but], notes)


def windows_of(
    record: ArrayLike | Recording | Corrected, seconds: float = SECONDS, times: ArrayLike | None = None
) -> Windows:
    """Windows of ``seconds`` of a record: intervals in ms (N,), with ``times`` of the beats in s (N,) or without.

    An interval belongs to the window in which it ends. A record shorter than a window, or hardly longer (``REST``), is
    one window of its own length; a rest that covers too little of a last window is left out, and so are windows
    without a beat, and the notes say so. Raises ``RequestError`` for a length that is none, ``DataError`` where time
    runs backwards.
    """
    if not (np.isfinite(seconds) and seconds > 0):
        raise RequestError(Finding("seconds", f"{seconds} is no length of a window", "Give a positive number."))
    beats = corrected(record, times)
    ends = np.flatnonzero(np.isfinite(beats.time))
    if np.isnan(beats.rr).all():
        return _no_window(seconds)
    zero = beats.time[ends[0]] - np.nan_to_num(beats.rr[ends[0]]) / 1000
    whole = float(beats.time[ends[-1]] - zero)
    seconds = whole if whole < seconds + max(SLACK, REST * seconds) else seconds
    # a hole goes with the beat behind it; one behind the last beat goes nowhere
    until = np.where(np.isfinite(beats.time), beats.time, np.inf)
    until = np.minimum.accumulate(until[::-1])[::-1][: ends[-1] + 1]
    last = max(int(np.ceil((whole - SLACK) / seconds)) - 1, 0)
    number = np.clip(np.floor((until - zero) / seconds), 0, last).astype(np.int64)
    windows, row = np.unique(number, return_inverse=True)
    held = beats.select(slice(len(row)))
    found = Corrected.in_rows(held.rr, held.time, held.accepted, held.kind, row, len(windows))
    start, notes = windows * seconds, []
    if len(windows) <= last:
        notes.append(f"{last + 1 - len(windows)} windows hold no beat and are left out")
    made = Windows(found, start, np.full(len(start), seconds), _covered(found, seconds), tuple(notes))
    rest = whole - start[-1]
    if len(start) > 1 and rest < seconds - SLACK and made.bare[-1]:
        return made.without_last(f"the last {rest:.0f} s fill no window and are left out")
    return made


def corrected(record: ArrayLike | Recording | Corrected, times: ArrayLike | None = None) -> Corrected:
    """The beats of one record (N,), artefacts found and corrected."""
    if isinstance(record, Corrected):
        return record
    if isinstance(record, Recording):
        return find_artefacts(record.rr, np.append(record.start[1:], record.stop)[: len(record.rr)])
    return find_artefacts(np.ravel(np.asarray(record, dtype=float)), times)


def window_rows(rr: ArrayLike | Corrected) -> Windows:
    """Windows that are already cut, one a row (W, N) of intervals in ms; each is as long as its beats last."""
    beats = rr if isinstance(rr, Corrected) else find_artefacts(np.atleast_2d(np.asarray(rr, float)))
    begin = np.where(np.isfinite(beats.time), beats.time - np.nan_to_num(beats.rr) / 1000, np.inf)
    end = np.where(np.isfinite(beats.time), beats.time, -np.inf)
    seconds = np.maximum(end.max(axis=1, initial=-np.inf) - begin.min(axis=1, initial=np.inf), 0.0)
    return Windows(beats, np.zeros(len(seconds)), seconds, _covered(beats, seconds))


def _covered(beats: Corrected, seconds: Floats | float) -> Floats:
    """Share of ``seconds`` that the intervals of each row fill (W,)."""
    return np.asarray(np.minimum(np.nansum(beats.rr, axis=1) / 1000 / np.maximum(seconds, 1e-9), 1.0))


def _no_window(seconds: float) -> Windows:
    """One window in which nothing was measured."""
    nothing = find_artefacts(np.zeros((1, 0)))
    return Windows(nothing, np.zeros(1), np.full(1, seconds), np.zeros(1), ("no usable interval",))
