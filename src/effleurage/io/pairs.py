"""Two measurements of each person, from a table: columns before and after, or a row a measurement."""

from __future__ import annotations

import math
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np

from effleurage.errors import RequestError
from effleurage.io.cells import at, columns_of, names_in
from effleurage.io.delimited import read_table, refuse
from effleurage.io.sheet import Sheet
from effleurage.lab.assay import UNITS, convert, unit_named
from effleurage.lab.change import Pair
from effleurage.lab.instruments import instrument_of

if TYPE_CHECKING:
    pass

_ANALYTES = {"cortisol": "cortisol", "sIgA concentration": "sIgA"}
_WIDE = ("outcome", "before", "after", "clock_before", "clock_after")
_LONG = ("participant", "outcome", "value", "clock")
_TIMED = "Write the time of day as 14:30."


def read_pairs(path: str | PathLike[str]) -> tuple[tuple[Pair, ...], tuple[str, ...]]:
    """Pairs of measurements, and notes.

    Wide: columns ``outcome``, ``before``, ``after``, ``clock_before``, ``clock_after``. Long: a row a measurement
    with ``participant``, ``outcome``, ``value``, ``clock``; the two rows of a person and outcome, by ``day`` and
    clock, are a pair. Also read: ``instrument``, ``unit``, ``condition``, ``posture``, ``up``, ``days_apart`` or
    ``day``. Other names of the columns stand in ``columns.toml``. Raises ``DataError`` naming line, column and fix.
    """
    table, notes = read_table(path)
    known = names_in("who") | names_in("pairs")
    wide = "before" in columns_of(table, {"before": known["before"]})[0]
    found, findings = columns_of(table, known, _WIDE if wide else _LONG)
    refuse(findings)
    sheet = Sheet(table, found)
    pairs = _wide(sheet) if wide else _long(sheet)
    refuse(sheet.findings)
    return tuple(pairs), (*notes, *sheet.notes, *sheet.unused())


def _wide(sheet: Sheet) -> list[Pair]:
    before, after = sheet.numbers("before"), sheet.numbers("after")
    apart = sheet.numbers("days_apart") if "days_apart" in sheet.found else [0.0] * len(before)
    return [
        _pair(sheet, turn, turn, (before[turn], after[turn]), ("clock_before", "clock_after"), apart[turn])
        for turn in range(len(sheet.table))
    ]


def _long(sheet: Sheet) -> list[Pair]:
    values = sheet.numbers("value")
    turns: dict[tuple[str, ...], list[int]] = {}
    days = sheet.numbers("day") if "day" in sheet.found else [1.0] * len(values)
    for turn in range(len(sheet.table)):
        who = tuple(sheet.cell(turn, name) for name in ("participant", "condition", "outcome", "instrument"))
        turns.setdefault(who, []).append(turn)
    pairs = []
    for key, rows in turns.items():
        if len(rows) != 2:
            what = f"{len(rows)} measurements of {key[2]} in {key[0] or 'somebody'}"
            sheet.fault(rows[-1], "outcome", what, "Give two: before and after.")
            continue
        first, second = sorted(rows, key=lambda turn: (days[turn], sheet.clock(turn, "clock")))
        gap = days[second] - days[first]
        pairs.append(_pair(sheet, first, second, (values[first], values[second]), ("clock", "clock"), gap))
    return pairs


def _pair(
    sheet: Sheet, first: int, second: int, values: tuple[float, float], clocks: tuple[str, str], apart: float
) -> Pair:
    who = sheet.who(first)
    times = []
    for turn, name in ((first, clocks[0]), (second, clocks[1])):
        minutes = sheet.clock(turn, name)
        if math.isnan(minutes):
            sheet.fault(turn, name, "no time of day", _TIMED)
        times.append(minutes)
    if not (math.isfinite(apart) and apart == int(apart) and apart >= 0):
        sheet.fault(second, "days_apart" if "days_apart" in sheet.found else "day", f"{apart} days apart",
                    "Give whole days, 0 or more.")  # fmt: skip
        apart = 0
    outcome, instrument = sheet.cell(first, "outcome"), sheet.cell(first, "instrument")
    up, up_later = (sheet.clock(turn, "up") if "up" in sheet.found else math.nan for turn in (first, second))
    if math.isfinite(up) and math.isfinite(up_later):
        times[1] -= up_later - up  # the second measurement keeps its distance from getting up on its own day
    return Pair(
        outcome=outcome,
        before=_converted(sheet, first, outcome, instrument, values[0]),
        after=_converted(sheet, second, outcome, instrument, values[1]),
        clock_before=times[0],
        clock_after=times[1],
        instrument=instrument,
        unit=sheet.cell(first, "unit"),
        days_apart=int(apart),
        participant=who["participant"],
        condition=who["condition"],
        posture=sheet.cell(first, "posture"),
        up=up,
        where=at(sheet.table, sheet.table.index[first]),
    )


def _converted(sheet: Sheet, turn: int, outcome: str, instrument: str, value: float) -> float:
    """A value in the instrument's unit; a unit that does not fit, and a value that cannot be, is a finding."""
    try:
        one = instrument_of(outcome, instrument)
    except RequestError as error:
        field = "instrument" if any(finding.where == "instrument" for finding in error.findings) else "outcome"
        place = field if field in sheet.found else "outcome"
        sheet.fault(turn, place, error.findings[0].what, error.findings[0].fix)
        return value
    if one.scale == "log" and value <= 0:
        sheet.fault(turn, "outcome", f"{value:g} {one.unit} of {outcome}", "Give a value above 0, or leave it empty.")
        return math.nan
    if not np.isnan(value) and not one.low <= value <= one.high:
        sheet.fault(
            turn, "outcome", f"{value:g} lies outside the scale, {one.low:g} to {one.high:g}", "Mend the value."
        )
    said = sheet.cell(turn, "unit")
    analyte = _ANALYTES.get(one.outcome, "")
    if not said:
        if analyte:
            units = ", ".join(UNITS[analyte])
            sheet.fault(turn, "outcome", f"no unit of {one.outcome}", f"Add a column 'unit': {units}.")
        return value
    if analyte:
        unit = unit_named(said, analyte)
        if not unit:
            sheet.fault(turn, "unit", f"'{said}' is no unit of {one.outcome}", f"Say {', '.join(UNITS[analyte])}.")
            return value
        return float(convert(np.array([value]), analyte, unit, one.unit)[0])
    if said.replace("µ", "u").casefold() != one.unit.casefold():
        sheet.fault(turn, "unit", f"'{said}' is not the unit of {one.outcome}", f"Give it in {one.unit}.")
    return value
