"""Which column of a file of RR intervals holds what."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import DataError, Finding, short
from effleurage.files.heart.beat_times import column_of, scale_of
from effleurage.files.heart.rr_cells import clock_of
from effleurage.files.heart.units import bare, ms_in
from effleurage.files.table.delimited import is_missing, number_of, plain_name

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
_HELD = RR_NAMES | {"time", "hrv", "hrv_time"}
_NUMBERED = re.compile(r"(.*?)_?\d{1,2}", re.ASCII)
_NO_BEAT = ("65535", "65.535", "65,535")  # what FIT files write where no interval is
_LISTED = 12
_NAME_IT = (
    "Say which column holds the RR intervals, by name or number (column=2, --column 2); "
    "where a row's intervals go on from column to column, write one in a line."
)


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


def typical(intervals: Floats) -> float:
    """The median of intervals (n,), the lower of two in the middle: one gap in three rows should not decide."""
    return float(np.sort(intervals)[(len(intervals) - 1) // 2]) if len(intervals) else math.nan


def seconds_of(intervals: Floats, unit: str = "") -> Floats:
    """Intervals (n,) in seconds, in a ``unit`` or in whichever they seem to be; NaN where they seem to be in none."""
    median = typical(intervals[intervals > 0])
    known = (ms_in(unit) / 1000,) if math.isfinite(ms_in(unit)) else (1.0, 1e-3)
    for scale in known:
        if SECONDS_RR[0] <= median * scale <= SECONDS_RR[1] or unit:
            return np.where(intervals > 0, intervals * scale, math.nan)
    return np.full(len(intervals), math.nan)


def side_by_side(titles: Sequence[str], grid: Sequence[Sequence[str]]) -> list[int]:
    """Places of columns that hold the intervals of a row one after the other, as FIT files do; none where they do not.

    Such rows end where their intervals do, and others hold more; columns with titles are numbered (``time_0``).
    """
    stems = [match[1] if (match := _NUMBERED.fullmatch(plain_name(title))) else "" for title in titles]
    stems = [re.sub(r"_m?s$", "", stem) for stem in stems]
    places = [place for place, stem in enumerate(stems) if stem in _HELD] if any(titles) else list(range(len(titles)))
    if len(places) < 2 or len({stems[place] for place in places}) > 1:
        return []
    rows = [[cells[place] for place in places] for cells in padded(grid, len(titles))]
    held = [sum(not is_no_beat(cell) for cell in cells) for cells in rows]
    goes_on = any(few < many for few, many in pairwise(held))  # more in a later row: what was empty was no end of all
    if not goes_on or not all(map(_filled_first, rows)):
        return []
    values = np.array(
        [value for cells in rows for value in column_of([[cell] for cell in cells if not is_no_beat(cell)], 0)]
    )
    return (
        places
        if len(values) and np.isfinite(values).all() and (values > 0).all() and np.isfinite(seconds_of(values)).any()
        else []
    )


def is_no_beat(cell: str) -> bool:
    """Whether a cell of a row of several intervals holds none."""
    return is_missing(cell) or cell.strip() in _NO_BEAT


def padded(grid: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Rows of cells, each with as many empty ones behind as make it ``width`` wide."""
    return [[*cells, *[""] * (width - len(cells))] for cells in grid]


def _filled_first(cells: Sequence[str]) -> bool:
    """Whether no cell is filled behind an empty one."""
    gone = [is_no_beat(cell) for cell in cells]
    return gone == sorted(gone)


def called(title: str, place: int) -> str:
    """A column as a person would call it."""
    return f"'{short(title, 30)}'" if title else f"column {place + 1}"


def _asked_for(column: str | int, titles: Sequence[str], name: str) -> int:
    wanted = str(column).strip()
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 and 1 <= int(wanted) <= len(titles):
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
