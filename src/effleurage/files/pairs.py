"""Two measurements of each person, from a table: columns before and after, or a row a measurement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike

import numpy as np

from effleurage.asked import asked
from effleurage.errors import RequestError
from effleurage.files.table.cells import at, columns_of, names_in
from effleurage.files.table.delimited import read_table, refuse
from effleurage.files.table.sheet import Sheet
from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.saliva.assay import UNITS, convert, unit_named
from effleurage.lab.scales.rating import NOT_SAID, factor, is_rating, range_said, ranges, top
from effleurage.lab.untreated.pair import LONGEST_APART, Pair

_ANALYTES = {"cortisol": "cortisol", "sIgA concentration": "sIgA"}
_WIDE = ("outcome", "before", "after", "clock_before", "clock_after")
_LONG = ("participant", "outcome", "value", "clock")
_TIMED = "Write the time of day as 14:30."
_TWO = "Give two, before and after; where somebody came several times, say which visit in a column 'visit'."


@dataclass(frozen=True)
class _Two:
    """Two cells of numbers: the rows they stand in, their fields and clocks, and the days between."""

    turns: tuple[int, int]
    fields: tuple[str, str]
    clocks: tuple[str, str]
    values: tuple[float, float]
    apart: float


@asked
def read_pairs(path: str | PathLike[str]) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pairs of measurements, and notes.

    Wide: columns ``outcome``, ``before``, ``after``, ``clock_before``, ``clock_after``. Long: a row a measurement
    with ``participant``, ``outcome``, ``value``, ``clock``; the two rows of a person, condition and outcome, by ``day``
    and clock, are a pair, and so are two rows of each ``visit`` (or ``day``) where there are more. Also read:
    ``instrument``, ``unit``, ``condition``, ``posture``, ``up``, ``days_apart``, ``day`` or ``date``. Other names of
    the columns stand in ``columns.toml``. Raises ``DataError`` naming line, column and fix.

    Example
    -------
    >>> import effleurage as ef
    >>> pairs, notes = ef.read_pairs(ef.example("two-visits"))
    >>> pairs[0].outcome, pairs[0].before, pairs[0].after
    ('cortisol', 6.1, 3.9)
    """
    table, notes = read_table(path)
    known = names_in("who") | names_in("pairs")
    wide = "before" in columns_of(table, {"before": known["before"]})[0]
    if wide:
        known.pop("date")
    found, findings = columns_of(table, known, _WIDE if wide else _LONG)
    refuse(findings)
    sheet = Sheet(table, found)
    twos = _wide(sheet) if wide else _long(sheet)
    instruments = [_instrument(sheet, two.turns[0]) for two in twos]
    given = _ranges(sheet, twos, instruments)
    pairs = [_pair(sheet, two, one, given) for two, one in zip(twos, instruments, strict=True)]
    refuse(list(dict.fromkeys(sheet.findings)))
    sheet.notes += _conversions(sheet, twos, instruments, given)
    pairs = _with_steps(pairs, [_sizes(sheet, two, one, given) for two, one in zip(twos, instruments, strict=True)])
    return tuple(pairs), (*notes, *sheet.notes, *sheet.unused())


def _wide(sheet: Sheet) -> list[_Two]:
    before, after = sheet.numbers("before"), sheet.numbers("after")
    apart = sheet.numbers("days_apart") if "days_apart" in sheet.found else [0.0] * len(before)
    fields, clocks = ("before", "after"), ("clock_before", "clock_after")
    return [_Two((turn, turn), fields, clocks, (before[turn], after[turn]), apart[turn]) for turn in range(len(before))]


def _long(sheet: Sheet) -> list[_Two]:
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
            first, second = sorted(part, key=lambda turn: (days[turn], sheet.clock(turn, "clock")))
            both = (values[first], values[second])
            twos.append(_Two((first, second), ("value",) * 2, ("clock",) * 2, both, days[second] - days[first]))
    return twos


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
        return instrument_of(sheet.cell(turn, "outcome"), sheet.cell(turn, "instrument"))
    except RequestError as error:
        field = "instrument" if any(finding.where == "instrument" for finding in error.findings) else "outcome"
        sheet.fault(turn, field if field in sheet.found else "outcome", error.findings[0].what, error.findings[0].fix)
        return None


def _ranges(sheet: Sheet, twos: Sequence[_Two], instruments: Sequence[Instrument | None]) -> Mapping[str, str]:
    """Outcome -> the range of ratings whose cell of the unit names none; "" where it must be asked.

    A scale of 0-100 whose numbers stay at 10 or below may be one of 0-10 as well.
    """
    found: dict[str, str] = {}
    for one in {one.outcome: one for one in instruments if one and is_rating(one)}.values():
        own = [
            two
            for two, other in zip(twos, instruments, strict=True)
            if other == one and sheet.cell(two.turns[0], "unit").casefold() in NOT_SAID
        ]
        most = max((value for two in own for value in two.values if not math.isnan(value)), default=0.0)
        shorter = [name for name in ranges(one) if top(name) < one.high and 0 < most <= top(name)]
        found[one.outcome] = "" if shorter else ranges(one)[0]
        if shorter:
            answers = " or ".join((*shorter, ranges(one)[0]))
            what = f"{one.outcome} of {most:g} at most: the range of the scale is not said"
            asked = f"Is that of {top(shorter[0]):g} or of {one.high:g}? "
            _ask(sheet, own[0].turns[0], what, answers, asked)
    return found


def _sizes(sheet: Sheet, two: _Two, instrument: Instrument | None, given: Mapping[str, str]) -> tuple[float, float]:
    """How many of the instrument's units one unit of each of the two rows is."""
    if instrument is None:
        return 1.0, 1.0
    first, second = (_size(sheet, turn, instrument, given) for turn in two.turns)
    return first, second


def _conversions(
    sheet: Sheet, twos: Sequence[_Two], instruments: Sequence[Instrument | None], given: Mapping[str, str]
) -> list[str]:
    """A note for every outcome and unit in which the file does not give what is told."""
    found = []
    for two, one in zip(twos, instruments, strict=True):
        for turn in two.turns:
            if one is None or (size := _size(sheet, turn, one, given)) == 1.0:
                continue
            said = sheet.cell(turn, "unit")
            if is_rating(one):
                said = given[one.outcome] if said.casefold() in NOT_SAID else range_said(said, one)
            found.append(f"{one.outcome} given in {said} is told in {one.told}: 1 of the file is {size:g}")
    return list(dict.fromkeys(found))


def _with_steps(pairs: Sequence[Pair], sizes: Sequence[tuple[float, float]]) -> list[Pair]:
    """The pairs with the step in which ratings on a shorter scale were put down: a whole point where all are whole."""
    shorter = [(pair, max(size)) for pair, size in zip(pairs, sizes, strict=True) if _is_shorter(pair, max(size))]
    whole: dict[str, bool] = {}
    for pair, size in shorter:
        every = all(math.isnan(x) or abs(x / size - round(x / size)) < 1e-6 for x in (pair.before, pair.after))
        whole[pair.outcome] = whole.get(pair.outcome, True) and every
    return [
        replace(pair, step=max(size)) if _is_shorter(pair, max(size)) and whole[pair.outcome] else pair
        for pair, size in zip(pairs, sizes, strict=True)
    ]


def _is_shorter(pair: Pair, size: float) -> bool:
    """Whether a rating was put down on a scale of fewer points than the instrument's."""
    return size > 1 and is_rating(instrument_of(pair.outcome, pair.instrument))


def _ask(sheet: Sheet, turn: int, what: str, answers: str, asked: str = "") -> None:
    """A finding that asks for a unit, on the cell of the unit where there is such a column."""
    if "unit" in sheet.found:
        sheet.fault(turn, "unit", what, f"{asked}Write {answers} there.")
    else:
        sheet.fault(turn, "outcome", what, f"{asked}Add a column 'unit' with {answers}.")


def _pair(sheet: Sheet, two: _Two, instrument: Instrument | None, given: Mapping[str, str]) -> Pair:
    first, second = two.turns
    who = sheet.who(first)
    times = []
    for turn, name in zip(two.turns, two.clocks, strict=True):
        minutes = sheet.clock(turn, name)
        if math.isnan(minutes):
            sheet.fault(turn, name, "no time of day", _TIMED)
        times.append(minutes)
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
        _converted(sheet, turn, field, instrument, value, given)
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
    )


def _converted(
    sheet: Sheet, turn: int, field: str, instrument: Instrument | None, value: float, given: Mapping[str, str]
) -> float:
    """A value in the instrument's unit; a unit that does not fit, and a value that cannot be, is a finding."""
    if instrument is None:
        return value
    if instrument.scale == "log" and value <= 0:
        sheet.fault(
            turn,
            field,
            f"{value:g} {instrument.unit} of {instrument.outcome}",
            "Give a value above 0, or leave it empty.",
        )
        return math.nan
    size = _size(sheet, turn, instrument, given)
    if math.isnan(size):
        return math.nan
    if wrong := instrument.impossible(value * size):
        bare = is_rating(instrument) and sheet.cell(turn, "unit").casefold() in NOT_SAID
        longer = [name for name in ranges(instrument) if bare and top(name) > instrument.high and value <= top(name)]
        fix = f"Mend the value, or say its range in a column 'unit': {longer[0]}." if longer else "Mend the value."
        sheet.fault(turn, field, wrong, fix)
        return math.nan
    return value * size


def _size(sheet: Sheet, turn: int, instrument: Instrument, given: Mapping[str, str]) -> float:
    """How many of the instrument's units are one of the row's; NaN where that cannot be told, which is a finding."""
    said, analyte = sheet.cell(turn, "unit"), _ANALYTES.get(instrument.outcome, "")
    if analyte:
        unit = unit_named(said, analyte)
        if not said:
            _ask(sheet, turn, f"no unit of {instrument.outcome}", " or ".join(UNITS[analyte]))
        elif not unit:
            sheet.fault(
                turn, "unit", f"'{said}' is no unit of {instrument.outcome}", f"Say {', '.join(UNITS[analyte])}."
            )
        return float(convert(np.array([1.0]), analyte, unit, instrument.unit)[0]) if unit else math.nan
    if is_rating(instrument):
        own = given[instrument.outcome] if said.casefold() in NOT_SAID else range_said(said, instrument)
        if not own and said.casefold() not in NOT_SAID:
            sheet.fault(
                turn, "unit", f"'{said}' is no range of {instrument.outcome}", f"Say {' or '.join(ranges(instrument))}."
            )
        return factor(instrument, own) if own else math.nan
    spelt = said.replace("µ", "u").casefold()
    if spelt and spelt not in (instrument.unit.casefold(), *instrument.units):
        sheet.fault(turn, "unit", f"'{said}' is not the unit of {instrument.outcome}", f"Give it in {instrument.unit}.")
        return math.nan
    return 1.0
