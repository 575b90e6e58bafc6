"""When a tube was taken: clock times, minutes and plans of a saliva table, brought to minutes from one zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.errors import Finding
from effleurage.files.saliva.clocks import ClockReader, Moments
from effleurage.files.saliva.headings import SINCE_AWAKENING
from effleurage.files.table.cells import numbers_of, written

if TYPE_CHECKING:
    import pandas as pd


HALF_DAY = 720.0
"""Minutes back by which a clock time means the next day (ours)."""
MOST_MINUTES = 366 * DAY
"""Minutes from its zero to a tube (ours): a year; what is more is a slip of the pen, or a clock in other units."""
SAME = 1.0
"""Minutes by which two columns that say the same may differ (ours: clocks are written to the minute)."""
SAME_FOR_ALL = 3
"""Courses with the very same minutes from which these are a plan rather than a record (ours)."""


@dataclass
class Times:
    """Of every row of a table: minutes from its ``zero``, whether they were recorded, plan and clock (NaN unknown)."""

    minutes: Floats
    zero: NDArray[np.object_]
    timing: str
    planned: Floats
    clock: Floats
    notes: list[str]
    findings: list[Finding]


def times_of(
    table: pd.DataFrame,
    fields: Mapping[str, str],
    course: NDArray[np.int64],
    order: Floats,
    *,
    zero: str | None,
    zone: ZoneInfo | None,
) -> Times:
    """The times of a long table.

    ``fields`` maps a field to its column; ``course`` and ``order`` (rows,) say which course a row belongs to and which
    place it has there; ``zero`` is what minutes count from, where the user says it.
    """
    rows = len(table)
    found = Times(np.full(rows, np.nan), np.full(rows, "start", object), "recorded", *_nans(rows), [], [])
    in_time = np.lexsort((order, course))
    said = _minutes(table, fields, found)
    clocks = ClockReader(found.findings, zone)
    taken = clocks.read(table, _clock_field(table, fields))
    woke = clocks.read(table, fields.get("awakening"))
    scheduled = clocks.read(table, fields.get("scheduled"))
    found.clock = taken.clock % DAY
    from_clock = np.isfinite(taken.clock).any()
    if from_clock:
        _from_clocks(found, taken, woke, course, in_time, use_awakening=zero != "start")
        found.notes += clocks.changes()
        _compare(found, said, fields, table, course, in_time)
    if not from_clock or not np.isfinite(found.minutes).any():
        found.minutes = said
        _name_zero(found, fields, table, course, in_time, zero)
        _recorded_or_planned(found, course, order)
    elif zero is not None and zero != "start":
        found.zero[found.zero == "start"] = "first tube"
    _plan(found, table, fields, scheduled, woke, course, in_time)
    return found


def _nans(rows: int) -> tuple[Floats, Floats]:
    return np.full(rows, np.nan), np.full(rows, np.nan)


def _clock_field(table: pd.DataFrame, fields: Mapping[str, str]) -> str | None:
    """The column of clock times; a column called ``time`` is one where its cells have a colon."""
    if "clock" in fields:
        return fields["clock"]
    when = fields.get("when")
    return when if when is not None and _like_clocks(table, when) else None


def _like_clocks(table: pd.DataFrame, column: str) -> bool:
    return any(":" in cell for cell in table[column])


def _minutes(table: pd.DataFrame, fields: Mapping[str, str], times: Times) -> Floats:
    """The column of minutes (or hours) as it stands, NaN where there is none."""
    for field, factor in (("when", 1.0), ("hours", 60.0)):
        column = fields.get(field)
        if column is None or (field == "when" and _like_clocks(table, column)):
            continue
        values, findings, notes = numbers_of(table, column, MOST_MINUTES / factor)
        times.findings += findings
        times.notes += notes
        return np.asarray(values.to_numpy(float) * factor)
    return np.full(len(table), np.nan)


def _from_clocks(
    times: Times,
    taken: Moments,
    woke: Moments,
    course: NDArray[np.int64],
    in_time: NDArray[np.intp],
    *,
    use_awakening: bool,
) -> None:
    """Minutes from awakening where it is known, else from the first tube of the course that has a time."""
    nights = 0
    for rows in _grouped(course, in_time):
        start = next((row for row in rows if np.isfinite(woke.clock[row])), None) if use_awakening else None
        dated = np.isfinite(taken.even[rows]).all() and (start is None or np.isfinite(woke.even[start]))
        if dated:
            minutes = taken.even[rows] - (taken.even[rows[0]] if start is None else woke.even[start])
        else:
            minutes = taken.clock[rows].copy()
            before = woke.clock[start] if start is not None else math.nan
            for place, one in enumerate(minutes):
                if one - before < -HALF_DAY:
                    minutes[place] += DAY
                    nights += 1
                before = minutes[place] if np.isfinite(one) else before
            timed = minutes[np.isfinite(minutes)]
            minutes -= woke.clock[start] if start is not None else (timed[0] if len(timed) else math.nan)
        times.minutes[rows] = minutes
        times.zero[rows] = "awakening" if start is not None else "start"
    if (times.zero == "awakening").any():
        times.zero[times.zero == "start"] = "first tube"
    if nights:
        times.notes.append(f"{nights} clock times are taken to be of the next day, after midnight")


def _grouped(course: NDArray[np.int64], in_time: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    ends = np.flatnonzero(np.diff(course[in_time])) + 1
    return [rows for rows in np.split(in_time, ends) if len(rows)]


def _compare(
    times: Times,
    planned: Floats,
    fields: Mapping[str, str],
    table: pd.DataFrame,
    course: NDArray[np.int64],
    in_time: NDArray[np.intp],
) -> None:
    """Say where minutes and clock times differ; a course without any clock time keeps its minutes."""
    if not np.isfinite(planned).any():
        return
    column_name = fields["when"] if "when" in fields else fields["hours"]
    column = written(table, column_name)
    both = np.isfinite(times.minutes) & np.isfinite(planned)
    differ = both & (np.abs(times.minutes - planned) > SAME)
    from_first = [_constant(times.minutes[rows] - planned[rows]) for rows in _grouped(course, in_time)]
    if differ.any() and all(from_first):
        times.notes.append(f"column '{column}' counts from the first tube; the clock times since awakening are used")
    elif differ.any():
        times.notes.append(
            f"column '{column}' differs from the clock times in {int(differ.sum())} of {int(both.sum())} rows; "
            "the clock times are used"
        )
    kept = 0
    for rows in _grouped(course, in_time):
        if np.isnan(times.minutes[rows]).all() and np.isfinite(planned[rows]).any():
            times.minutes[rows] = planned[rows]
            if (times.zero == "awakening").any():
                times.zero[rows] = "awakening" if SINCE_AWAKENING.search(column_name) else "first tube"
            kept += 1
    if kept:
        times.notes.append(f"{kept} courses without clock times are timed by '{column}'")


def _constant(differences: Floats) -> bool:
    """Whether two columns of a course differ by one number throughout, or cannot be compared."""
    known = differences[np.isfinite(differences)]
    return not len(known) or bool(np.ptp(known) <= SAME)


def _name_zero(
    times: Times,
    fields: Mapping[str, str],
    table: pd.DataFrame,
    course: NDArray[np.int64],
    in_time: NDArray[np.intp],
    zero: str | None,
) -> None:
    """What minutes without a clock count from: as the user or the column's name says, else the start."""
    column = fields.get("when") or fields.get("hours")
    if zero is None:
        named = column is not None and SINCE_AWAKENING.search(column) is not None
        zero = "awakening" if named else "start"
        if column is not None and not named:
            times.notes.append(
                f"minutes in '{written(table, column)}' are taken to count from the start of the course, "
                "not from an awakening (say so if they do)"
            )
    firsts = np.array([times.minutes[rows[0]] for rows in _grouped(course, in_time)])
    later = times.minutes[np.isfinite(times.minutes) & (times.minutes != 0)]
    if (
        zero == "awakening"
        and len(firsts) >= SAME_FOR_ALL
        and (firsts == 0).all()
        and len(np.unique(later)) > len(firsts)
    ):
        times.notes.append(
            "the first tube is at minute 0 in every course while the others vary: its delay is not known"
        )
        zero = "first tube"
    times.zero[:] = zero


def _recorded_or_planned(times: Times, course: NDArray[np.int64], order: Floats) -> None:
    """Minutes that are the same in every course are a plan."""
    known = np.isfinite(times.minutes)
    if len(np.unique(course)) < SAME_FOR_ALL or not known.any():
        return
    for place in np.unique(order[known]):
        if len(np.unique(times.minutes[known & (order == place)])) > 1:
            return
    times.timing = "planned"
    times.notes.append("every course has the same minutes: they are taken as planned, not as recorded")


def _plan(
    times: Times,
    table: pd.DataFrame,
    fields: Mapping[str, str],
    scheduled: Moments,
    woke: Moments,
    course: NDArray[np.int64],
    in_time: NDArray[np.intp],
) -> None:
    """Planned minutes: a column of minutes, clock times, or intervals from the tube before."""
    if "planned" in fields:
        values, findings, notes = numbers_of(table, fields["planned"], MOST_MINUTES)
        times.planned = values.to_numpy(float)
        times.findings += findings
        times.notes += notes
        return
    if "interval" in fields:
        values, findings, notes = numbers_of(table, fields["interval"], MOST_MINUTES)
        steps = values.to_numpy(float)
        for rows in _grouped(course, in_time):
            times.planned[rows] = np.cumsum(steps[rows])
        times.findings += findings
        times.notes += notes
    dated = scheduled.even - woke.even
    plain = (scheduled.clock - woke.clock) % DAY
    fixed = np.where(np.isfinite(dated), dated, plain)
    times.planned = np.where(np.isnan(times.planned), fixed, times.planned)
