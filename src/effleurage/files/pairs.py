"""Two measurements of each person, from a table: columns before and after, or a row a measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from effleurage.asked import asked
from effleurage.errors import Finding, RequestError
from effleurage.files.pair_units import Two, conversions, converted, doubtful, ranges_given, sizes, with_steps
from effleurage.files.table.cells import at, columns_of, names_in
from effleurage.files.table.delimited import number_of, plain_name, read_table, refuse
from effleurage.files.table.sheet import Sheet
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.records import COLUMNS
from effleurage.lab.untreated.comparable import comparable, comparable_of
from effleurage.lab.untreated.hours import LONGEST_REST, RESTED
from effleurage.lab.untreated.pair import ALSO, LONGEST_APART, PARTS, Pair

if TYPE_CHECKING:
    import pandas as pd

_WIDE = ("outcome", "before", "after")
_LONG = ("participant", "outcome", "value")
_CLOCKS = {True: ("clock_before", "clock_after"), False: ("clock",)}
_WORDS = {"": 0.0, "no": 0.0, "nein": 0.0, "yes": RESTED, "ja": RESTED}
_MORNING = 540.0
"""When a night or some weeks are told of, where no time is said; it does not matter."""
_USUAL = {"age": "age", "usual_pain": "pain", "usual_stress": "stress", "usual_sleep": "sleep"}
_TIMED = f"Write the time of day as 14:30, or its part: {', '.join(PARTS)}."
_LABELS = {"before": 0, "pre": 0, "baseline": 0, "vorher": 0, "after": 1, "post": 1, "follow_up": 1, "nachher": 1}
"""Names of a visit that say which of two measurements is the first."""
_TWO = "Give two, before and after; where somebody came several times, say which visit in a column 'visit'."


@asked
def read_pairs(path: str | PathLike[str], part: str = "") -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pairs of measurements, and notes.

    Wide: columns ``outcome``, ``before``, ``after``, ``clock_before``, ``clock_after``. Long: a row a measurement
    with ``participant``, ``outcome``, ``value``, ``clock``; the two rows of a person, condition and outcome, by ``day``
    and clock, are a pair, and so are two rows of each ``visit`` (or ``day``) where there are more. What ``measure``
    writes is such a table. Also read: ``instrument``, ``unit``, ``condition``, ``posture``, ``up``, ``days_apart``,
    ``day`` or ``date``, ``rested`` (minutes before the first measurement), ``age``, and ``usual_pain``,
    ``usual_stress``, ``usual_sleep`` of the person. ``part``: of the day, where no clock is in the file. Other names of
    the columns stand in ``columns.toml``. Raises ``DataError`` naming line, column and fix.

    Example
    -------
    >>> import effleurage as ef
    >>> pairs, notes = ef.read_pairs(ef.example("two-visits"))
    >>> pairs[0].outcome, pairs[0].before, pairs[0].after
    ('cortisol', 6.1, 3.9)
    """
    if part and part not in PARTS:
        raise RequestError(Finding("part", f"'{part[:40]}' is no part of the day", f"Say {', '.join(PARTS)}."))
    table, notes = read_table(path)
    table, left = _measured(table)
    known = names_in("who") | names_in("pairs")
    wide = "before" in columns_of(table, {"before": known["before"]})[0]
    if wide:
        known.pop("date")
    if left:
        known.pop("clock")  # minutes from wherever the methods say
    if left and "day" in table.columns and "-" in "".join(table["day"]):
        known.pop("day")
        known["date"] = ("day",)
    required = _WIDE if wide else _LONG
    needs = () if part or _unclocked(table, known) else _CLOCKS[wide]
    found, findings = columns_of(table, known, (*required, *needs))
    refuse(_with_part(findings))
    sheet = Sheet(table, found)
    twos = _wide(sheet) if wide else _long(sheet)
    chosen = [_instrument(sheet, two.turns[0]) for two in twos]
    given = ranges_given(sheet, twos, chosen)
    pairs = [_pair(sheet, two, one, given, part) for two, one in zip(twos, chosen, strict=True)]
    refuse(list(dict.fromkeys(sheet.findings)))
    sheet.notes += [*conversions(sheet, twos, chosen, given), *doubtful(sheet, twos, chosen, given)]
    pairs = with_steps(pairs, [sizes(sheet, two, one, given) for two, one in zip(twos, chosen, strict=True)])
    return tuple(pairs), (*notes, *left, *sheet.notes, *(() if left else sheet.unused()))


def _measured(table: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Of a table that ``measure`` wrote the rows that are known here, and a note; any other table as it is."""
    if not set(COLUMNS) <= set(table.columns):
        return table, ()
    named = list(zip(table["outcome"], table["instrument"], strict=True))
    known = {name for name in dict.fromkeys(named) if _is_known(*name)}
    kept = (table["value"] != "") & np.array([name in known for name in named])
    forms = {outcome for outcome, _ in known}
    others = ", ".join(
        dict.fromkeys(f"{what} ({way})" if what in forms else what for what, way in named if (what, way) not in known)
    )
    without = f"; nothing is known of what happens without treatment to {others}" if others else ""
    return (table[kept] if kept.any() else table), (
        f"a table that 'measure' wrote: {kept.sum()} rows are used{without}",
    )


def _is_known(outcome: str, instrument: str) -> bool:
    try:
        comparable_of(outcome, instrument)
    except RequestError as error:
        return any(finding.where == "instrument" for finding in error.findings)
    return True


def _unclocked(table: pd.DataFrame, known: Mapping[str, Sequence[str]]) -> bool:
    """Whether all that was measured is told of whole nights or of weeks."""
    column = columns_of(table, {"outcome": known["outcome"]})[0].get("outcome")
    unclocked = {one.outcome.casefold() for one in comparable().values() if not one.clocked}
    return bool(column) and bool(table[column].str.strip().str.casefold().isin(unclocked).all())


def _with_part(findings: Sequence[Finding]) -> list[Finding]:
    """Findings, of which one on a lacking clock says what else there is."""
    clocks = {f"'{name}'" for names in _CLOCKS.values() for name in names}
    also = f" Or say the part of the day: --when {'|'.join(PARTS)}."
    return [
        replace(one, fix=one.fix + also) if any(f"no column for {name}" in one.what for name in clocks) else one
        for one in findings
    ]


def _wide(sheet: Sheet) -> list[Two]:
    before, after = sheet.numbers("before"), sheet.numbers("after")
    apart = sheet.numbers("days_apart") if "days_apart" in sheet.found else [0.0] * len(before)
    fields, clocks = ("before", "after"), ("clock_before", "clock_after")
    return [Two((turn, turn), fields, clocks, (before[turn], after[turn]), apart[turn]) for turn in range(len(before))]


def _long(sheet: Sheet) -> list[Two]:
    values = sheet.numbers("value")
    days = _days(sheet, len(values))
    own = _grouped(sheet, range(len(values)), ("participant", "condition", "outcome", "instrument"))
    twos = []
    for key, rows in own.items():
        for part in _visits(sheet, rows):
            if len(part) != 2:
                many = "1 measurement" if len(part) == 1 else f"{len(part)} measurements"
                what = f"{many} of {key[2]} in {key[0] or 'somebody'}"
                sheet.fault(part[-1], "outcome", what, _TWO)
                continue
            first, second = _ordered(sheet, part, days)
            both = (values[first], values[second])
            twos.append(Two((first, second), ("value",) * 2, ("clock",) * 2, both, days[second] - days[first]))
    return twos


def _ordered(sheet: Sheet, rows: Sequence[int], days: Sequence[float]) -> tuple[int, int]:
    """The two rows of a pair in the order of their times; where their names say another one, that is a finding."""
    told = [_LABELS.get(plain_name(sheet.cell(turn, "session")), -1) for turn in rows]
    named = sorted(told) == [0, 1]
    timed = [(days[turn], _minutes(sheet, turn)) for turn in rows]
    order = sorted(range(2), key=lambda place: (timed[place][0], timed[place][1], told[place]))
    first, second = (rows[place] for place in order)
    if named and told[order[0]] == 1:
        line = at(sheet.table, sheet.table.index[first])
        what = f"'{sheet.cell(second, 'session')}' is later than '{sheet.cell(first, 'session')}' ({line})"
        sheet.fault(second, "clock" if "clock" in sheet.found else "session", what, "Mend the times, or the names.")
    return first, second


def _minutes(sheet: Sheet, turn: int) -> float:
    """Minutes since midnight by which rows of one day are ordered; 0 where only a part of the day is said."""
    said = sheet.cell(turn, "clock").casefold()
    minutes = math.nan if ALSO.get(said, said) in PARTS else sheet.clock(turn, "clock") if said else math.nan
    return 0.0 if math.isnan(minutes) else minutes


def _days(sheet: Sheet, rows: int) -> list[float]:
    """The day of every row: its number, or that of its date; the same for all where neither is said."""
    if "day" in sheet.found:
        return sheet.numbers("day")
    if "date" in sheet.found:
        return [sheet.date(turn, "date") for turn in range(rows)]
    return [1.0] * rows


def _visits(sheet: Sheet, rows: list[int]) -> list[list[int]]:
    """The rows of each visit: all of them where they are two, else those of one visit, else those of one day."""
    for name in ("session", "day", "date"):
        parts = list(_grouped(sheet, rows, (name,)).values())
        if len(rows) > 2 and any(len(part) == 2 for part in parts):
            return parts
    return [rows]


def _grouped(sheet: Sheet, rows: Iterable[int], names: tuple[str, ...]) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for turn in rows:
        found.setdefault(tuple(sheet.cell(turn, name) for name in names), []).append(turn)
    return found


def _instrument(sheet: Sheet, turn: int) -> Instrument | None:
    """The instrument of a row; what is wrong with its name is a finding."""
    try:
        return comparable_of(sheet.cell(turn, "outcome"), sheet.cell(turn, "instrument"))
    except RequestError as error:
        field = "instrument" if any(finding.where == "instrument" for finding in error.findings) else "outcome"
        sheet.fault(turn, field if field in sheet.found else "outcome", error.findings[0].what, error.findings[0].fix)
        return None


def _clocks(sheet: Sheet, two: Two, instrument: Instrument | None, part: str) -> tuple[list[float], str]:
    """Minutes since midnight of both measurements; NaN, and the part of the day, where that is all that is said."""
    times, parts = [], []
    for turn, name in zip(two.turns, two.clocks, strict=True):
        said = sheet.cell(turn, name).casefold()
        said = ALSO.get(said, said)
        unclocked = instrument is not None and not instrument.clocked
        if said in PARTS or (not said and part and not unclocked):
            times.append(math.nan)
            parts.append(said or part)
            continue
        minutes = sheet.clock(turn, name) if said else math.nan
        if not said and unclocked:
            minutes = _MORNING
        elif not said:
            sheet.fault(turn, name if name in sheet.found else "outcome", "no time of day", _TIMED)
        times.append(minutes)
    if len(set(parts)) > 1 or len(parts) == 1:
        sheet.fault(two.turns[1], two.clocks[1], "the times of a pair are not said alike", _TIMED)
    return times, parts[0] if parts else ""


def _number(sheet: Sheet, turn: int, field: str, fix: str) -> float:
    """The number in a cell; NaN where there is none, or what is no number, which is a finding."""
    try:
        return number_of(sheet.cell(turn, field))
    except ValueError as fault:
        sheet.fault(turn, field, str(fault), fix)
        return math.nan


def _rested(sheet: Sheet, turn: int) -> float:
    """Minutes that somebody has rested before the first measurement; 0 where nothing is said."""
    said = sheet.cell(turn, "rested").casefold()
    if said in _WORDS:
        return _WORDS[said]
    minutes = _number(sheet, turn, "rested", "Give minutes, or yes or no.")
    if not 0 <= minutes <= LONGEST_REST:
        if math.isfinite(minutes):
            sheet.fault(turn, "rested", f"{minutes:g} min of rest", f"Give 0 to {LONGEST_REST:g}.")
        return 0.0
    return minutes


def _usual(sheet: Sheet, turn: int) -> dict[str, float]:
    """What a row says is usual of its person."""
    found = {}
    for field, name in _USUAL.items():
        if sheet.cell(turn, field):
            found[name] = _number(sheet, turn, field, "Write a number, or leave it empty.")
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _pair(sheet: Sheet, two: Two, instrument: Instrument | None, given: Mapping[str, str], part: str) -> Pair:
    first, second = two.turns
    who = sheet.who(first)
    times, part = _clocks(sheet, two, instrument, part)
    apart = two.apart
    if not (math.isfinite(apart) and apart == int(apart) and 0 <= apart <= LONGEST_APART):
        said = f"{apart:g} days apart" if math.isfinite(apart) else "the days between are not said"
        field = next(name for name in ("days_apart", "day", "date", "outcome") if name in sheet.found)
        fix = "Give both dates, " if field == "date" else "Give whole days, "
        sheet.fault(second, field, said, f"{fix}0 to {LONGEST_APART}{' days apart' if field == 'date' else ''}.")
        apart = 0
    up, up_later = (sheet.clock(turn, "up") if "up" in sheet.found else math.nan for turn in two.turns)
    if math.isfinite(up) and math.isfinite(up_later):
        times[1] -= up_later - up  # the second measurement keeps its distance from getting up on its own day
    before, after = (
        converted(sheet, turn, field, instrument, value, given)
        for turn, field, value in zip(two.turns, two.fields, two.values, strict=True)
    )
    return Pair(
        outcome=sheet.cell(first, "outcome"),
        before=before,
        after=after,
        clock_before=times[0],
        clock_after=times[1],
        instrument=sheet.cell(first, "instrument"),
        unit=instrument.unit if instrument else "",
        days_apart=int(apart),
        participant=who["participant"],
        condition=who["condition"],
        posture=sheet.cell(first, "posture"),
        up=up,
        where=at(sheet.table, sheet.table.index[first]),
        part=part,
        rested=_rested(sheet, first),
        usual=_usual(sheet, first),
    )
