"""Which column of a file of RR intervals holds what, and how its times are to be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

import numpy as np

from effleurage.errors import DataError, Finding
from effleurage.io.delimited import number_of, plain_name, short
from effleurage.io.rr_cells import Floats, clock_of, stamps

_BETWEEN_BEATS = ("rr", "r_r", "nn", "pp", "beat", "inter_beat", "interbeat")
RR_NAMES = frozenset(
    {"rr", "rri", "rrs", "r_r", "ibi", "ibis", "nn", "nni", "ppi"}
    | {f"{beats}_{what}" for beats in _BETWEEN_BEATS for what in ("interval", "intervals")}
)
"""Plain names, without their unit, of a column of intervals between beats."""
TIME_NAMES = frozenset(
    {"time", "t", "timestamp", "time_stamp", "phone_timestamp", "date", "datetime", "date_time", "clock", "clock_time"}
    | {"elapsed", "elapsed_time", "time_offset", "since_start", "beat_time", "zeit", "uhrzeit", "zeitstempel"}
)
"""Plain names, without their unit, of a column of times."""
LOST_NAMES = frozenset(("offline",))
"""Plain names of a column that marks beats as lost; beside it Polar Flow calls the interval ``duration``."""
SECONDS_RR = (0.3, 2.0)
"""Interval between beats in seconds, 30 to 200 a minute (ours; the usual gate of HRV work): tells s from ms."""
UNIT = re.compile(r"(?:^|[\[(\s_,/]+)(ms|msec|msecs|milliseconds?|s|sec|secs|seconds?)[\])\s.]*$", re.IGNORECASE)
"""A unit of time at the end of a title."""

_SCALES = (1.0, 1e-3, 1e-6, 1e-9, 60.0, 86_400.0)  # s, ms, µs, ns, minutes, days
_FITS = (1 / 3, 3.0)  # a typical step of time over a typical interval: packets hold one or two
_ALIKE = 0.1  # of an interval, for times that are beats
_LISTED = 12
_NAME_IT = "Say which column holds the RR intervals, by name or number (column=2, --column 2)."


def rr_column(titles: Sequence[str], grid: Sequence[Sequence[str]], name: str, asked: str | int | None) -> int:
    """The place of the column of intervals: the one asked for (by name, or from 1), named so, or that fits alone.

    Raises ``DataError`` that lists the columns where that is none or several.
    """
    if asked is not None:
        return _asked_for(asked, titles, name)
    claims = rr_places(titles)
    if len(claims) == 1:
        return claims[0]
    if not claims:
        numeric = _numeric(grid, len(titles))
        if len(numeric) == 1 or len(titles) == 1:
            return numeric[0] if numeric else 0
        fits = [one for one in numeric if len(titles) == 2 and _adds_up(column_of(grid, 1 - one), column_of(grid, one))]
        if len(fits) == 1:
            return fits[0]
    what = "more than one column is named as RR intervals" if claims else "no column can be told to hold RR intervals"
    raise DataError(Finding(name, f"{what}; its columns: {_listed(titles)}", _NAME_IT))


def rr_places(titles: Sequence[str]) -> list[int]:
    """Places of titles that name intervals between beats."""
    claims = [place for place, title in enumerate(titles) if bare(title) in RR_NAMES]
    if not claims and any(plain_name(title) in LOST_NAMES for title in titles):
        claims = [place for place, title in enumerate(titles) if plain_name(title) == "duration"]
    return claims


def time_column(
    grid: Sequence[Sequence[str]], place: int, intervals: Floats, *, named: bool
) -> tuple[Callable[[str], float] | None, float]:
    """What reads the cells of a column as times, and seconds in its unit; ``None`` where they are not understood.

    ``intervals`` (n,) are those of the same rows in seconds. A column that is not ``named`` as times must add up.
    """
    reader = next((found for cells in grid if (found := clock_of(cells[place]))), None)
    if reader is not number_of:
        return reader, 1.0
    scale = scale_of(column_of(grid, place), intervals, exact=not named)
    return (reader, scale) if math.isfinite(scale) else (None, 1.0)


def scale_of(times: Floats, intervals: Floats, *, exact: bool) -> float:
    """Seconds in a unit of ``times`` (n,), from intervals in seconds (n,); NaN where none fits.

    ``exact`` asks that times never fall and that half of their steps are the interval before or after, within a tenth.
    """
    good = np.isfinite(times) & np.isfinite(intervals)
    times, intervals = times[good], intervals[good]
    steps = np.diff(times)
    rising = steps[steps > 0]
    if not len(rising) or (exact and (steps < 0).any()):
        return math.nan
    typical = float(np.median(intervals))
    for scale in _SCALES:
        if _FITS[0] < float(np.median(rising)) * scale / typical < _FITS[1]:
            off = np.minimum(abs(steps * scale - intervals[1:]), abs(steps * scale - intervals[:-1]))
            if not exact or np.median(off / typical) < _ALIKE:
                return scale
    return math.nan


def typical(intervals: Floats) -> float:
    """The median of intervals (n,), the lower of two in the middle: one gap in three rows should not decide."""
    return float(np.sort(intervals)[(len(intervals) - 1) // 2]) if len(intervals) else math.nan


def seconds_of(intervals: Floats) -> Floats:
    """Intervals (n,) in seconds, whichever unit they seem to be in; NaN where they seem to be in neither."""
    median = typical(intervals[intervals > 0])
    for scale in (1.0, 1e-3):
        if SECONDS_RR[0] <= median * scale <= SECONDS_RR[1]:
            return np.where(intervals > 0, intervals * scale, math.nan)
    return np.full(len(intervals), math.nan)


def column_of(grid: Sequence[Sequence[str]], place: int) -> Floats:
    """The numbers in a column (n,), NaN where there is none."""
    return stamps([cells[place] if place < len(cells) else "" for cells in grid], number_of, 1.0)


def bare(title: str) -> str:
    """A title as a plain name without its unit: ``RR-interval [ms]`` -> ``rr_interval``."""
    return plain_name(UNIT.sub("", title)) or plain_name(title)


def unit_of(title: str) -> str:
    """``ms``, ``s`` or "": the unit in a title or in a cell of units."""
    found = UNIT.search(title.strip())
    return "" if not found else ("ms" if found[1].lower().startswith("m") else "s")


def called(title: str, place: int) -> str:
    """A column as a person would call it."""
    return f"'{short(title, 30)}'" if title else f"column {place + 1}"


def _asked_for(column: str | int, titles: Sequence[str], name: str) -> int:
    wanted = str(column).strip()
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and 1 <= int(wanted) <= len(titles):
        return int(wanted) - 1
    same = [place for place, title in enumerate(titles) if title and plain_name(title) == plain_name(wanted)]
    if len(same) == 1:
        return same[0]
    what = f"{'more than one' if same else 'no'} column '{short(wanted)}'; its columns: {_listed(titles)}"
    raise DataError(Finding(name, what, _NAME_IT))


def _numeric(grid: Sequence[Sequence[str]], width: int) -> list[int]:
    """Places of columns whose first filled cell is a number."""
    first = [next((cells[place] for cells in grid if cells[place]), "") for place in range(width)]
    return [place for place, cell in enumerate(first) if clock_of(cell) is number_of]


def _adds_up(times: Floats, intervals: Floats) -> bool:
    return math.isfinite(scale_of(times, seconds_of(intervals), exact=True))


def _listed(titles: Sequence[str]) -> str:
    shown = [f"{place} ('{short(title, 30)}')" if title else f"{place}" for place, title in enumerate(titles, 1)]
    return ", ".join(shown[:_LISTED]) + (f" … {len(shown)}" if len(shown) > _LISTED else "")
