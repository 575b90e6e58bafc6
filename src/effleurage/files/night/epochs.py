"""When the rows of a hypnogram begin and how long each lasts: stamps, times of day, numbers, columns of lengths."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING

from effleurage.errors import DataError, Finding, short
from effleurage.files.night.timed_columns import DAY, UNITS, TimedColumn
from effleurage.files.table.cells import at, names_in, written
from effleurage.files.table.delimited import is_missing, number_of, refuse
from effleurage.lab.night.hypnograms import LONGEST_STAGE
from effleurage.lab.night.nights import Moment

if TYPE_CHECKING:
    import pandas as pd

USUAL = (10.0, 15.0, 20.0, 30.0, 60.0)
"""Seconds of an epoch as scorers use them: steps that numbers without a unit may have (ours)."""
SHORTEST_NIGHT = 1200.0
"""Seconds; rows that add up to less, in numbers without a unit, may as well be minutes (ours)."""
SAME = 0.5
"""Seconds by which two times that say the same may differ (ours: devices write whole seconds)."""
_SAY_UNIT = "Say the unit in the column's name: '{0} (s)' or '{0} (min)'."


@dataclass(frozen=True)
class Spans:
    """Seconds that each row lasts (one for all, or rows,; ``None`` where nothing tells), the first row's ``start``."""

    seconds: float | list[float] | None = None
    start: Moment | None = None
    notes: tuple[str, ...] = ()


def spans_of(table: pd.DataFrame, stage: str, epoch: float | None) -> Spans:
    """Start and lengths of the rows of a hypnogram; ``epoch`` (s) is what the caller says of an epoch's length.

    Raises ``DataError`` naming rows for times that cannot be read, gaps and overlaps, unequal steps without a column of
    lengths, numbers whose unit cannot be told, and an ``epoch`` that the file contradicts.
    """
    found = _columns(table, stage)
    used = {stage, *found.values()}
    rest = [written(table, column) for column in table.columns if column not in used]
    notes = (f"columns not used: {short(', '.join(rest), 200)}",) if rest else ()
    if not found:
        return Spans(epoch, None, notes)
    begins = TimedColumn.of(table, found["time"]) if "time" in found else None
    ends = TimedColumn.of(table, found["end"]) if "end" in found else None
    lengths = TimedColumn.of(table, found["duration"]) if "duration" in found else None
    refuse([finding for one in (begins, ends, lengths) if one for finding in one.findings])
    start = begins.first if begins else None
    if lengths or ends:
        lasts = _lengths(table, begins, ends, lengths)
        _against(table, found, lasts, epoch)
        by = " and ".join(f"'{written(table, found[name])}'" for name in ("duration", "end") if name in found)
        return Spans(lasts, start, (*notes, f"how long each row lasts is taken from {by}"))
    seconds = _even(table, begins, epoch) if begins else epoch
    if begins and len(table) > 1:
        notes = (*notes, f"an epoch is {seconds:g} s by '{begins.shown}'")
    return Spans(seconds, start, notes)


def known_names() -> dict[str, tuple[str, ...]]:
    """Fields of a hypnogram -> plain names of their columns, with the endings that say a unit."""
    names = names_in("hypnogram")
    timed = {
        field: (*every, *(f"{one}_{unit}" for one in (field, *every) for unit in UNITS))
        for field, every in names.items()
        if field != "stage"
    }
    return names | timed


def _columns(table: pd.DataFrame, stage: str) -> dict[str, str]:
    """The columns of times and lengths by name; where none is named so, the one that can hold nothing but times."""
    found: dict[str, str] = {}
    findings = []
    for field, names in known_names().items():
        if field == "stage":
            continue
        here = [column for column in table.columns if column != stage and column in (field, *names)]
        if len(here) > 1:
            both = " and ".join(f"'{written(table, column)}'" for column in here[:3])
            findings.append(
                Finding(str(table.attrs["source"]), f"columns {both} both say '{field}'", "Keep one of them.")
            )
        found |= {field: here[0]} if here else {}
    rest = [column for column in table.columns if column != stage and column not in found.values()]
    for column in rest:
        if re.search(r"durat|dauer|length|laenge", column):
            fix = "Name it 'duration (s)' or 'duration (min)', or delete it if it is not how long a row lasts."
            findings.append(
                Finding(f"{table.attrs['source']}, column '{written(table, column)}'", "is not understood", fix)
            )
    refuse(findings)
    if "time" not in found and "end" not in found:
        like = [column for column in rest if _is_time(list(table[column]))]
        if len(like) > 1:
            both = " and ".join(f"'{written(table, column)}'" for column in like[:3])
            what = f"columns {both} may both be when a row begins"
            refuse([Finding(str(table.attrs["source"]), what, "Call one of them 'time'.")])
        found |= {"time": like[0]} if like else {}
    return found


def _is_time(cells: Sequence[str]) -> bool:
    """Whether cells are stamps, times of day with a colon, or seconds that rise evenly by a usual epoch."""
    filled = [cell for cell in cells if not is_missing(cell)]
    if len(filled) < 2:
        return False
    if all(":" in cell for cell in filled):
        return True
    try:
        steps = {round(late - early, 6) for early, late in pairwise(map(number_of, filled))}
    except ValueError:
        return False
    return len(steps) == 1 and steps.pop() in USUAL


def _even(table: pd.DataFrame, begins: TimedColumn, epoch: float | None) -> float | None:
    """The length of an epoch (s) from times that rise evenly."""
    steps = [late - early for early, late in pairwise(begins.values)]
    if not steps:
        return epoch
    source, usual = str(table.attrs["source"]), sorted(steps)[(len(steps) - 1) // 2]
    if begins.clocks and 0 in steps and all(step % 60 < SAME for step in steps):
        what = f"several rows have the same time in '{begins.shown}': whole minutes do not tell the length of an epoch"
        fix = "Write times with seconds; or delete the column and say the length (--epoch 30)."
        raise DataError(Finding(source, what, fix))
    if usual == 0:
        what = f"most rows have the same time in '{begins.shown}'"
        raise DataError(Finding(source, what, "Give each row its own time, or delete that column."))
    refuse(
        [
            Finding(at(table, line, begins.name), *_uneven(step, usual))
            for line, step in zip(table.index[1:], steps, strict=True)
            if step <= 0 or abs(step - usual) > SAME
        ]
    )
    usual = round((begins.values[-1] - begins.values[0]) / len(steps), 3)
    if not begins.clocks and begins.unit is None and usual not in USUAL:
        what = f"numbers in '{begins.shown}' rise by {usual:g}, which is no usual epoch in seconds"
        raise DataError(Finding(source, what, f"{_SAY_UNIT.format(begins.shown)} If they only count, call it 'epoch'."))
    if epoch is not None and abs(epoch - usual) > SAME:
        what = f"rows start {usual:g} s apart by '{begins.shown}', and an epoch is said to be {epoch:g} s"
        raise DataError(Finding(source, what, "Leave the length out (--epoch), or mend or delete that column."))
    return usual


def _uneven(step: float, usual: float) -> tuple[str, str]:
    """What is wrong with a step (s) of a row where others are ``usual``, and the fix."""
    if step <= 0:
        return f"starts {-step:g} s before the row above", "Put the rows in order, each with its own time."
    gone = round(step / usual) - 1
    rows = "a row '?' for an epoch nobody scored"
    if gone > 1 and abs(step - (gone + 1) * usual) <= SAME:
        rows = f"{gone} rows '?', each with its own time, for the {gone} epochs nobody scored"
    fix = f"Write {rows}, or say in a column 'duration (s)' how long each row lasts."
    return f"starts {step:g} s after the row above, where others start {usual:g} s after", fix


def _lengths(
    table: pd.DataFrame, begins: TimedColumn | None, ends: TimedColumn | None, lengths: TimedColumn | None
) -> list[float]:
    """How long each row lasts, s (rows,), so that no row leaves a gap or overlaps the next."""
    reach = _reach(table, begins, ends) if ends else []
    lasts = _scaled(table, begins, lengths) if lengths else reach
    name = lengths.name if lengths else ends.name if ends else ""
    findings = []
    for turn, line in enumerate(table.index):
        away = begins.values[turn] - begins.values[turn - 1] - lasts[turn - 1] if begins and turn else 0.0
        if not 0 < lasts[turn] <= LONGEST_STAGE:
            what = f"a row of {lasts[turn]:g} s"
            findings.append(Finding(at(table, line, name), what, "Give how long the stage lasts, or delete the row."))
        elif reach and abs(reach[turn] - lasts[turn]) > SAME:
            what = f"lasts {lasts[turn]:g} s, and its end is {reach[turn]:g} s after its beginning"
            findings.append(Finding(at(table, line, name), what, "Mend it, or delete one of the columns."))
        elif begins and abs(away) > SAME:
            how = "after the row above ends" if away > 0 else "before the row above ends"
            fix = "Mend the times: one stage at a time."
            if away > 0:
                fix = f"Write a row '?' that lasts {away:g} s for what nobody scored."
            findings.append(Finding(at(table, line, begins.name), f"begins {abs(away):g} s {how}", fix))
    refuse(findings)
    return lasts


def _reach(table: pd.DataFrame, begins: TimedColumn | None, ends: TimedColumn) -> list[float]:
    """Seconds from each row's beginning to its end (rows,)."""
    source = str(table.attrs["source"])
    if begins is None:
        what = f"'{ends.shown}' says when rows end, and nothing says when they begin"
        raise DataError(Finding(source, what, "Add a column 'time'."))
    if type(begins.first) is not type(ends.first) or begins.unit != ends.unit:
        what = f"'{begins.shown}' and '{ends.shown}' are written in different ways"
        raise DataError(Finding(source, what, "Write both alike."))
    ahead = 0.0
    if isinstance(begins.first, datetime) and isinstance(ends.first, datetime):
        if (begins.first.tzinfo is None) != (ends.first.tzinfo is None):
            raise DataError(Finding(source, "some times have an offset and some have none", "Write all of them alike."))
        ahead = (ends.first - begins.first).total_seconds()
    elif isinstance(begins.first, float) and isinstance(ends.first, float):
        ahead = (ends.first - begins.first) * 60 % DAY
    lasts = [end + ahead - begin for begin, end in zip(begins.values, ends.values, strict=True)]
    if not begins.clocks and begins.unit is None and sum(lasts) < SHORTEST_NIGHT:
        raise DataError(Finding(source, _unclear(begins, sum(lasts)), _SAY_UNIT.format(begins.shown)))
    return lasts


def _scaled(table: pd.DataFrame, begins: TimedColumn | None, lengths: TimedColumn) -> list[float]:
    """Lengths in seconds: in the unit that their column says, else the one in which rows meet, else seconds.

    ``begins`` without a unit are brought to that of the lengths.
    """
    source = str(table.attrs["source"])
    if lengths.clocks:
        fix = "Give lengths as numbers, in a column 'duration (s)'."
        raise DataError(Finding(source, f"'{lengths.shown}' holds no numbers", fix))
    if begins and not begins.clocks and begins.unit is None and lengths.unit not in (None, 1.0):
        if not _meet(begins.values, lengths.values):
            begins.values = [lengths.unit * value for value in begins.values]
    elif begins and lengths.unit is None and (begins.clocks or begins.unit is not None):
        units = [
            unit
            for unit in dict.fromkeys(UNITS.values())
            if _meet(begins.values, [unit * one for one in lengths.values])
        ]
        return [(units[0] if units else 1.0) * one for one in lengths.values]
    if lengths.unit is None and sum(lengths.values) < SHORTEST_NIGHT:
        fix = _SAY_UNIT.format(lengths.shown)
        fix += f" Say that of '{begins.shown}' as well." if begins else ""
        raise DataError(Finding(source, _unclear(lengths, sum(lengths.values)), fix))
    return lengths.values


def _meet(begins: Sequence[float], lasts: Sequence[float]) -> bool:
    """Whether most rows end where the next begins."""
    steps = [late - early for early, late in pairwise(begins)]
    meets = [abs(step - one) <= SAME for step, one in zip(steps, lasts, strict=False)]
    return sum(meets) * 2 > len(meets)


def _unclear(column: TimedColumn, total: float) -> str:
    return f"'{column.shown}' makes a night of {total:g}: seconds or minutes cannot be told"


def _against(table: pd.DataFrame, columns: Mapping[str, str], seconds: Sequence[float], epoch: float | None) -> None:
    """A finding where a length of epochs is said that rows are no multiples of."""
    if epoch is None or not epoch > 0:
        return
    odd = [one for one in seconds if abs(one / epoch - round(one / epoch)) * epoch > SAME]
    if odd:
        name = columns.get("duration") or columns["end"]
        what = f"a row lasts {odd[0]:g} s by '{written(table, name)}', which is no multiple of an epoch of {epoch:g} s"
        raise DataError(Finding(str(table.attrs["source"]), what, "Leave the length of an epoch out (--epoch)."))
