"""In what units and ranges pairs of measurements are given, and what they are in the instrument's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from effleurage.files.table.cells import at
from effleurage.files.table.sheet import Sheet
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.saliva.assay import UNITS, convert, unit_named
from effleurage.lab.scales.rating import NOT_SAID, factor, is_rating, range_said, ranges, top
from effleurage.lab.untreated.comparable import comparable_of
from effleurage.lab.untreated.pair import Pair

_ANALYTES = {"cortisol": "cortisol", "sIgA concentration": "sIgA"}
_HOURS = ("h", "hour", "hours", "hrs", "stunde", "stunden", "std")
_LONGEST_IN_HOURS = 16.0
"""Minutes of a night up to which hours are meant."""


@dataclass(frozen=True)
class Two:
    """Two cells of numbers: the rows they stand in, their fields and clocks, and the days between."""

    turns: tuple[int, int]
    fields: tuple[str, str]
    clocks: tuple[str, str]
    values: tuple[float, float]
    apart: float


def ranges_given(sheet: Sheet, twos: Sequence[Two], instruments: Sequence[Instrument | None]) -> Mapping[str, str]:
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


def sizes(sheet: Sheet, two: Two, instrument: Instrument | None, given: Mapping[str, str]) -> tuple[float, float]:
    """How many of the instrument's units one unit of each of the two rows is."""
    if instrument is None:
        return 1.0, 1.0
    first, second = (_size(sheet, turn, instrument, given) for turn in two.turns)
    return first, second


def conversions(
    sheet: Sheet, twos: Sequence[Two], instruments: Sequence[Instrument | None], given: Mapping[str, str]
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


def doubtful(
    sheet: Sheet, twos: Sequence[Two], instruments: Sequence[Instrument | None], given: Mapping[str, str]
) -> list[str]:
    """A note on each row that may be in a shorter range than the rest of its column: 7 and 4 among numbers of 100."""
    found = []
    for two, one in zip(twos, instruments, strict=True):
        if one is None or not is_rating(one) or sheet.cell(two.turns[0], "unit").casefold() not in NOT_SAID:
            continue
        if given[one.outcome] != ranges(one)[0]:
            continue
        shorter = [name for name in ranges(one) if top(name) < one.high and 0 < max(two.values) <= top(name)]
        if shorter:
            first, second = (f"{value:g}" for value in two.values)
            place = at(sheet.table, sheet.table.index[two.turns[0]])
            meant = f"{one.outcome} of {first} and {second} is taken as {one.told}"
            found.append(f"{place}: {meant}; where it is {shorter[0]}, write that in a column 'unit'")
    return found


def with_steps(pairs: Sequence[Pair], sizes: Sequence[tuple[float, float]]) -> list[Pair]:
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
    return size > 1 and is_rating(comparable_of(pair.outcome, pair.instrument))


def _ask(sheet: Sheet, turn: int, what: str, answers: str, asked: str = "") -> None:
    """A finding that asks for a unit, on the cell of the unit where there is such a column."""
    if "unit" in sheet.found:
        sheet.fault(turn, "unit", what, f"{asked}Write {answers} there.")
    else:
        sheet.fault(turn, "outcome", what, f"{asked}Add a column 'unit' with {answers}.")


def converted(
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
    if instrument.nightly and 0 < value * size <= _LONGEST_IN_HOURS:
        what = f"{value:g} {instrument.unit} of {instrument.outcome} looks like hours"
        sheet.fault(turn, field, what, f"Give minutes: {60 * value:g}.")
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
    if instrument.unit == "min" and spelt in _HOURS:
        return 60.0
    if spelt and spelt not in (instrument.unit.casefold(), *instrument.units):
        sheet.fault(turn, "unit", f"'{said}' is not the unit of {instrument.outcome}", f"Give it in {instrument.unit}.")
        return math.nan
    return 1.0
