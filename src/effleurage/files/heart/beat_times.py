"""The column of times of an RR file: what reads it, its unit, and whether its times are those of the beats."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import DataError, Finding
from effleurage.files.heart.rr_cells import clock_of, stamps
from effleurage.files.heart.units import ms_in
from effleurage.files.table.delimited import number_of

NEAR = 0.1
"""s by which the time of a beat may miss its interval (ours): rounding, and the hurry of a phone."""
A_BEAT = 0.2
"""s that a missing beat takes at least (ours): less than the shortest interval, 0.3 s, by as much as ``NEAR``."""
CLOSE = 0.02
"""s by which times of beats miss their intervals in the middle, in a column that nothing calls times (ours)."""
EARLY, BETWEEN = 0.02, 0.1
"""Share of rows that may come before their interval is over, and of those neither near nor a beat away (ours)."""
COARSE = 0.5
"""s; times in steps of this or more are no times of beats."""

_SCALES = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 86_400.0)  # s, ms, µs, ns, minutes, days
_FITS = (1 / 3, 3.0)  # a typical step of time over a typical interval: packets hold one or two
_ALIKE = 0.1  # of an interval, for times that are beats
_SOME = 0.25  # share of rows that must be alike: beats may be missing between the others
_POLAR = 1024 / 1000  # of an interval in ms over one in 1/1024 s read as ms
_OFF = 0.005


@dataclass(frozen=True)
class TimeColumn:
    """What makes seconds of a cell: ``reader`` and ``scale``.

    ``marks`` is "end" or "start" where the times are those of the beats that end or begin the intervals, "" where they
    only show when rows came.
    """

    reader: Callable[[str], float]
    scale: float = 1.0
    marks: str = ""


def time_column(
    grid: Sequence[Sequence[str]], place: int, intervals: Floats, *, named: bool, unit: str = ""
) -> TimeColumn | None:
    """How a column is read as times; ``None`` where it is not understood.

    ``intervals`` (n,) are those of the same rows in seconds, ``unit`` is what the title says. A column that is not
    ``named`` as times must add up.
    """
    reader = next((found for cells in grid if (found := clock_of(cells[place]))), None)
    if reader is None:
        return None
    scale = 1.0
    if reader is number_of:
        scale = scale_of(column_of(grid, place), intervals, exact=not named, unit=unit)
        if not math.isfinite(scale):
            return None
    times = stamps([cells[place] for cells in grid], reader, scale)
    return TimeColumn(reader, scale, marked(times, intervals))


def beats_column(grid: Sequence[Sequence[str]], places: Sequence[int], intervals: Floats) -> int | None:
    """The one of the columns at ``places`` that holds the times of the beats, whatever it is called; ``None``: none.

    ``intervals`` (n,) are those of the same rows in seconds, which the times must follow to some milliseconds.
    """
    found = {}
    for place in places:
        clock = time_column(grid, place, intervals, named=False)
        if clock and clock.marks:
            times = stamps([cells[place] for cells in grid], clock.reader, clock.scale)
            off = abs(np.diff(times) - (intervals[1:] if clock.marks == "end" else intervals[:-1]))
            found[place] = float(np.nanmedian(off[off <= NEAR])) if (off <= NEAR).any() else NEAR
    best = min(found, key=lambda place: found[place], default=None)
    return best if best is not None and found[best] <= CLOSE else None


def scale_of(times: Floats, intervals: Floats, *, exact: bool, unit: str = "") -> float:
    """Seconds in a unit of ``times`` (n,), from intervals in seconds (n,); NaN where none fits.

    ``unit`` is tried first. ``exact`` asks that times never fall and that some of their steps are the interval before
    or after, within a tenth; so must those of a unit that is none of the usual ones, such as a clock of 1/250 s.
    """
    good = np.isfinite(times) & np.isfinite(intervals)
    times, intervals = times[good], intervals[good]
    steps = np.diff(times)
    rising = steps[steps > 0]
    if not len(rising) or (exact and (steps < 0).any()):
        return math.nan
    typical = float(np.median(intervals))
    said = [ms_in(unit) / 1000] if math.isfinite(ms_in(unit)) else []
    for scale in (*said, *_SCALES):
        if _FITS[0] < float(np.median(rising)) * scale / typical < _FITS[1] and (
            not exact or _alike(steps * scale, intervals)
        ):
            return scale
    if exact or (steps < 0).any():
        return math.nan
    own = min(_own_scale(steps, reach) for reach in (intervals[1:], intervals[:-1]))[1]
    return own if _alike(steps * own, intervals) else math.nan


def marked(times: Floats, intervals: Floats) -> str:
    """``end``, ``start`` or "": whether ``times`` (n,) are those of the beats that end or begin ``intervals`` (n,), s.

    A beat is never there before its interval is over; where one is missing, the next comes a beat later. Packets of a
    strap come as they like.
    """
    good = np.isfinite(times) & (intervals > 0)
    times, intervals = times[good], intervals[good]
    steps = np.diff(times)
    if len(steps) < 2 or _coarse(times, intervals):
        return ""
    fits = {}
    for mark, reach in (("end", intervals[1:]), ("start", intervals[:-1])):
        off = steps - reach
        if np.mean(off < -NEAR) <= EARLY and np.mean((off > NEAR) & (off < A_BEAT)) <= BETWEEN:
            fits[mark] = float(np.minimum(abs(off), NEAR).mean())
    return min(fits, key=lambda mark: fits[mark]) if fits else ""


def refuse_other_unit(times: Floats, intervals: Floats, name: str, unit: str = "ms") -> None:
    """Raise where times of beats (n,) rise as if ``intervals`` (n,), both in s, were in 1/1024 s and not in ms.

    ``unit`` is what they seem to be in: "ms" or "s".
    """
    steps = np.diff(times)
    near = np.isfinite(steps) & (abs(steps - intervals[1:]) <= NEAR)
    if near.sum() > 10 and abs(intervals[1:][near].sum() / steps[near].sum() - _POLAR) < _OFF:
        what = f"the times rise by less than the intervals in {unit}, as if these were in 1/1024 s"
        fix = "Say which (unit='1/1024' or 'ms', --unit 1/1024 or --unit ms)."
        if unit == "s":
            fix = "Mend the intervals or the times; or say that the intervals are right (unit='s', --unit s)."
        raise DataError(Finding(name, what, fix))


def column_of(grid: Sequence[Sequence[str]], place: int) -> Floats:
    """The numbers in a column (n,), NaN where there is none."""
    return stamps([cells[place] if place < len(cells) else "" for cells in grid], number_of, 1.0)


def _own_scale(steps: Floats, intervals: Floats) -> tuple[float, float]:
    """By how much steps (n,) in seconds miss intervals (n,) in s, and the seconds in their unit: a clock of 1/N s.

    Rows where beats are missing fall out.
    """
    scale = float(np.median(intervals) / np.median(steps[steps > 0]))
    for _ in range(5):
        near = abs(steps * scale - intervals) <= NEAR
        if near.any():
            scale = float(intervals[near].sum() / steps[near].sum())
    scale = 1 / round(1 / scale) if scale < 0.5 else scale
    off = abs(steps * scale - intervals)
    return float(off[off <= NEAR].mean()) if (off <= NEAR).any() else math.inf, scale


def _alike(steps: Floats, intervals: Floats) -> bool:
    off = np.minimum(abs(steps - intervals[1:]), abs(steps - intervals[:-1]))
    return bool(np.quantile(off, _SOME) < _ALIKE * np.median(intervals))


def _coarse(times: Floats, intervals: Floats) -> bool:
    """Whether times are written in steps too large for beats, though the intervals are not."""
    whole, fine = (abs(one / COARSE - np.round(one / COARSE)) < 1e-6 for one in (times, intervals))
    return bool(whole.all() and not fine.all())
