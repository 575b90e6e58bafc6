"""Sleep diaries and the nightly summaries of devices: a row a night, and no row ever borrows from the next.

Diaries are read by the items of the Consensus Sleep Diary (Carney 2012), whose date is that of the morning. The names
of columns that are understood stand in ``columns.toml``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from os import PathLike
from typing import Any, Literal

from effleurage.engine.grid import DAY
from effleurage.errors import Finding, short
from effleurage.files.night.hypnogram import read_hypnogram, shows_hypnogram
from effleurage.files.table.cells import at, columns_of, names_in, written
from effleurage.files.table.delimited import plain_name, read_table, refuse
from effleurage.files.table.sheet import Sheet
from effleurage.files.table.stamps import date_of, says_date
from effleurage.lab.night.nights import NOON, Moment, Night
from effleurage.lab.night.parts import SLACK

Dated = Literal["evening", "morning"]
Nights = tuple[tuple[Night, ...], tuple[str, ...]]


def read_nights(path: str | PathLike[str], *, dated: Dated | None = None, epoch_seconds: float | None = None) -> Nights:
    """The nights of a file that is a diary, a device's nightly summary or a hypnogram, by its columns; and notes.

    Raises ``DataError`` as the three readers do.
    """
    table, _ = read_table(path, header=False)
    first = {plain_name(cell) for cell in table.iloc[0]}
    if shows_hypnogram(table):
        return read_hypnogram(path, epoch_seconds=epoch_seconds)
    summary = names_in("summary") | names_in("summary_seconds")
    if all(first & {field, *summary[field]} for field in ("start", "end", "light", "deep")):
        return read_summary(path, instrument="wearable" if "bedtime_start" in first else "sleep_mat")
    return read_diary(path, dated=dated)


def read_diary(path: str | PathLike[str], *, dated: Dated | None = None, instrument: str = "diary") -> Nights:
    """The nights of a sleep diary, and notes.

    Times are clock times (``23:15``) or stamps; clock times cross midnight as a night does. A column ``evening`` or
    ``morning`` says which date it holds; of a plain ``date``, ``dated`` says it (default: the morning, as in the
    Consensus Sleep Diary). An empty row is a missing night. Raises ``DataError`` naming line, column and fix.
    """
    table, notes = read_table(path)
    times = _with_endings(names_in("times"), ("time", "hh_mm", "clock"))
    lengths = _with_endings(names_in("minutes"), ("min", "minutes", "minuten"))
    found, findings = columns_of(table, names_in("who") | names_in("dates") | times | lengths)
    for ends in (("into_bed", "lights_out"), ("final_awakening", "out_of_bed")):
        if not any(end in found for end in ends):
            there = ", ".join(written(table, column) for column in table.columns[:12])
            what = f"no column for {ends[0]} or {ends[1]} among {short(there, 200)}"
            names = ", ".join(name for end in ends for name in (end, *times[end][:3]))
            fix = f"Name one of them: {names}."
            if sum(bool(re.search(r"_(n|night|day)_?\d+$", column)) for column in table.columns) > 1:
                fix = f"Give one row a night: columns participant, evening (its date), {ends[0]} and the like. {fix}"
            findings.append(Finding(str(table.attrs["source"]), what, fix))
    refuse(findings)
    sheet = Sheet(table, found)
    minutes = {name: sheet.numbers(name) for name in lengths if name in found}
    nights = []
    for turn, line in enumerate(table.index):
        evening, morning = _evening(sheet, turn, dated or "morning")
        moments = _moments(sheet, turn, times, evening, morning)
        if morning and moments and isinstance(began := next(iter(moments.values())), datetime):
            evening = max(began.date(), morning - timedelta(days=1)) if _after_noon(began) else evening
        spans: dict[str, Any] = {name: values[turn] for name, values in minutes.items()}
        empty = not moments and not any(math.isfinite(span) for span in spans.values())
        about: dict[str, Any] = {**sheet.who(turn), **moments, **spans, "missing": "no entry" if empty else ""}
        nights.append(Night(**about, evening=evening, instrument=instrument, where=at(table, line)))
    refuse(sheet.findings)
    if dated is None and "date" in found and not {"evening", "morning"} & set(found):
        said = f"column '{written(table, found['date'])}' is read as the date of the morning (Carney 2012)"
        sheet.notes.append(said)
    return tuple(nights), (*notes, *sheet.notes, *sheet.unused())


def read_summary(path: str | PathLike[str], *, instrument: str = "sleep_mat") -> Nights:
    """The nights of a device's summary: start, end, and seconds of light, deep and REM sleep and of wake; and notes.

    Sleep is the sum of the device's stages. Where it gives the time to fall asleep and to rise, wake between them is
    WASO, and the start is the attempt to sleep. Where more than ``SLACK`` minutes have no stage, sleep and WASO are
    unknown; where stages are longer than the night, all is. Raises ``DataError`` naming line, column and fix.
    """
    table, notes = read_table(path)
    lengths = names_in("summary_seconds")
    known = names_in("who") | names_in("summary") | lengths
    found, findings = columns_of(table, known, required=("start", "end", "light", "deep", "awake"))
    refuse(findings)
    sheet = Sheet(table, found)
    seconds = {name: sheet.numbers(name) for name in lengths if name in found}
    nights, unstaged = [], 0.0
    for turn, line in enumerate(table.index):
        start, end = sheet.stamp(turn, "start"), sheet.stamp(turn, "end")
        spans = {name: seconds[name][turn] / 60 if name in seconds else math.nan for name in lengths}
        spans["asleep"] = spans["light"] + spans["deep"] + (spans["rem"] if "rem" in seconds else 0.0)
        about = sheet.who(turn) | {"where": at(table, line), "instrument": instrument}
        nights.append(_summed(start, end, spans, about))
        hole = abs(_minutes_between(start, end) - spans["asleep"] - spans["awake"])
        unstaged = max(unstaged, hole if hole <= SLACK else 0.0)
    refuse(sheet.findings)
    if unstaged:
        sheet.notes.append(f"a night may have up to {unstaged:g} min without a stage; they count as in bed only")
    sheet.notes.append("sleep is the sum of the device's own stages; its start is taken as the attempt to sleep")
    return tuple(nights), (*notes, *sheet.notes, *sheet.unused())


def _summed(start: datetime | None, end: datetime | None, spans: Mapping[str, float], about: dict[str, Any]) -> Night:
    """A night from a device's sums, in minutes."""
    if start is None and end is None and not math.isfinite(spans["asleep"]):
        return Night(**about, missing="no entry")
    staged = spans["asleep"] + spans["awake"]
    hole, missing = _minutes_between(start, end) - staged, ""
    if hole < -SLACK and _minutes_between(start, end) >= 0:
        missing = f"{about['where']}: stages add up to {staged:g} min, more than the {staged + hole:g} min in bed"
    unknown = f"{hole:g} min of the night have no stage" if hole > SLACK else ""
    asleep, awake = (math.nan, math.nan) if unknown else (spans["asleep"], spans["awake"])
    fell = "" if math.isfinite(spans["to_sleep"]) else "the device gives no time to fall asleep"
    rose = "" if abs(spans["to_rise"]) <= DAY else "the device gives no time to rise"
    why = {
        "minutes_asleep": unknown or "a stage has no number",
        "minutes_to_sleep": fell,
        "final_awakening": rose,
        "minutes_awake": fell or rose or unknown or "wake has no number",
    }
    return Night(
        **about,
        missing=missing,
        into_bed=start,
        lights_out=start,
        final_awakening=None if rose or end is None else end - timedelta(minutes=spans["to_rise"]),
        out_of_bed=end,
        minutes_to_sleep=spans["to_sleep"],
        minutes_awake=awake - spans["to_sleep"] - spans["to_rise"],
        minutes_asleep=asleep,
        why={name: reason for name, reason in why.items() if reason},
    )


def _minutes_between(start: datetime | None, end: datetime | None) -> float:
    """NaN where one is missing, or only one has an offset."""
    if start is None or end is None or (start.tzinfo is None) != (end.tzinfo is None):
        return math.nan
    return (end - start).total_seconds() / 60


def _after_noon(stamp: datetime) -> bool:
    return stamp.hour * 60 + stamp.minute >= NOON


def _evening(sheet: Sheet, turn: int, dated: Dated) -> tuple[date | None, date | None]:
    """The date of a row's evening, where a column says a date; and that of its morning, where the column says that."""
    for name, back in (("evening", False), ("morning", True), ("date", dated == "morning")):
        if words := sheet.cell(turn, name).split():
            try:
                day = date_of(words[0].partition("T")[0], sheet.order(name))
            except ValueError as fault:
                sheet.fault(turn, name, str(fault), "Write dates as 2024-03-31.")
                return None, None
            if day is None:
                return None, None
            return (day - timedelta(days=1), day) if back else (day, None)
    return None, None


def _moments(
    sheet: Sheet, turn: int, names: Iterable[str], evening: date | None, morning: date | None
) -> dict[str, Moment]:
    """The times of one row. A clock time lies within the day that follows the first time of the same row.

    Who gets up does so on the date of the ``morning``, whatever the hour: a day of sleep begins and ends on it.
    """
    moments = _placed(sheet, turn, names, evening)
    last = next((moments[name] for name in ("out_of_bed", "final_awakening") if name in moments), None)
    clocks = not any(says_date(sheet.cell(turn, name)) for name in names)
    if morning is None or not isinstance(last, datetime) or not clocks:
        return moments
    late = timedelta(days=(morning - last.date()).days)
    return {name: moment + late if isinstance(moment, datetime) else moment for name, moment in moments.items()}


def _placed(sheet: Sheet, turn: int, names: Iterable[str], evening: date | None) -> dict[str, Moment]:
    """The times of one row, the first on the date of the evening."""
    moments: dict[str, Moment] = {}
    first: tuple[Moment, float] | None = None
    for name in names:
        cell = sheet.cell(turn, name)
        if says_date(cell):
            if (stamp := sheet.stamp(turn, name)) is not None:
                moments[name] = stamp
                first = first or (stamp, stamp.hour * 60 + stamp.minute + stamp.second / 60)
        elif cell and math.isfinite(clock := sheet.clock(turn, name)):
            first = first or (_first(clock, evening), clock)
            moments[name] = _later(first[0], (clock - first[1]) % DAY)
    return moments


def _first(clock: float, evening: date | None) -> Moment:
    """The first time of a night: from noon on it is on the evening's date, before noon on the day after."""
    since = clock if clock >= NOON else clock + DAY
    return since if evening is None else _later(datetime.combine(evening, datetime.min.time()), since)


def _later(moment: Moment, minutes: float) -> Moment:
    return moment + timedelta(minutes=minutes) if isinstance(moment, datetime) else moment + minutes


def _with_endings(known: Mapping[str, tuple[str, ...]], endings: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The names, and each with an ending such as a unit."""
    return {
        name: (*names, *(f"{one}_{ending}" for one in (name, *names) for ending in endings))
        for name, names in known.items()
    }
