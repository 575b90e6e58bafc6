"""A measured change, held against what would have happened without treatment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.engine.grid import DAY
from effleurage.errors import Finding, RequestError
from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.untreated.arms import contrasts
from effleurage.lab.untreated.change_words import methods, notes
from effleurage.lab.untreated.expected import FARTHEST, LONGEST_REST, Hours, Key, expected, key_of
from effleurage.lab.untreated.foretold import SHARE, Expected, Foretold
from effleurage.lab.untreated.means import WHERE, Visit, means
from effleurage.lab.untreated.pair import LONGEST_APART, Pair
from effleurage.protocol.stimuli import catalogue
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

UP, LIGHTS_OUT = 420.0, 1380.0
"""Usual hours of getting up and of lights out, minutes since midnight, where nothing else is said."""
ROUND = 15.0
"""Clock times are rounded to so many minutes, so that few worlds serve many people (ours); a shorter gap is kept."""
AWAKENING = 90.0
"""Minutes after getting up in which cortisol still answers to awakening (ours)."""
SHORT_NIGHT = 390.0
"""Minutes in bed after which nearly all virtual people sleep until they are woken, as tubes from awakening suppose."""
ROUND_UP = 60.0
"""Hours of getting up likewise; what is measured keeps its distance from getting up."""
POSTURES = ("seated", "supine")
"""Postures that are both held possible where a visit's posture is not said and matters; the second is the usual one."""
UNREACHED = "hardly any of the virtual people begins there: nothing is expected"
UNFIT = "the control in the file changed otherwise than virtual people"
UNFIT_FEW = "the control in the file, too few people to judge by, changed otherwise than virtual people"


@dataclass(frozen=True)
class Compared(Shown):
    """Pairs beside what untreated people show.

    ``table``: a row a pair. ``groups``: a row an outcome and condition (``means``). ``contrasts``: a row an outcome and
    treated arm, against the controls. ``notes``, ``methods`` and ``parameters`` as in ``Measured``.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    contrasts: pd.DataFrame
    notes: tuple[str, ...]
    methods: str
    parameters: dict[str, Any]


def compare(
    pairs: Sequence[Pair],
    *,
    resting: bool | None = None,
    up: float = UP,
    lights_out: float = LIGHTS_OUT,
    age: float | None = None,
    seed: int = 1,
    people: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Compared:
    """Hold pairs of measurements against what untreated people would show at the same hours.

    ``resting``: untreated people rest quietly between the two measurements; by default where both are made on one
    day within four hours and a condition is named, because people then came for something. ``up`` and ``lights_out``
    in minutes since midnight, ``age`` in years, for all who say nothing else. Pairs of one participant, outcome and
    condition are visits of one person; a pair without a participant is another person's.

    Raises ``RequestError`` for an outcome without a simulated counterpart, for numbers that are no readings, and for
    times that cannot be.
    """
    chosen = _chosen(pairs)
    hours = [_hours(pair, one, resting, up, lights_out) for pair, one in zip(pairs, chosen, strict=True)]
    keys = [tuple(key_of(one, when) for when in either) for one, either in zip(chosen, hours, strict=True)]
    wanted = [(one, when) for one, either in zip(chosen, hours, strict=True) for when in either]
    settings = {} if age is None else {"age": age}
    extra = {} if people is None else {"people": people}
    begin = {key: np.array([pairs[i].before for i in own]) for side in _sides(keys) for key, own in side.items()}
    found = expected(list(dict.fromkeys(wanted)), seed, settings=settings, progress=progress, begin=begin, **extra)
    likely = [_foretold(pairs, side, found) for side in _sides(keys)]
    visits = _visits(pairs, chosen)
    groups = means(visits, likely)
    unfit = {
        (row["outcome"], row["instrument"]): UNFIT_FEW if row["few"] else UNFIT
        for row in sorted(groups.to_dict("records"), key=lambda row: not row["few"])
        if row["unfit"]
    }
    rests = [either[0].resting for either in hours]
    table = _table(pairs, chosen, rests, likely, unfit)
    unsaid = sum(len(set(either)) > 1 for either in hours)
    return Compared(table, groups, contrasts(table), notes(pairs, table, rests, unsaid), methods(any(rests), found), {
        "resting": resting, "up": up, "lights_out": lights_out, "age": age, "seed": seed, "share": SHARE,
    })  # fmt: skip


def _chosen(pairs: Sequence[Pair]) -> list[Instrument]:
    findings, chosen = [], []
    for pair in pairs:
        place = pair.where or pair.participant
        try:
            one = instrument_of(pair.outcome, pair.instrument)
        except RequestError as error:
            findings += [replace(found, where=f"{pair.where}, {found.where}".strip(", ")) for found in error.findings]
        else:
            chosen.append(one)
            wrong = (one.impossible(pair.before), one.impossible(pair.after))
            findings += [Finding(place, what, "Mend the value, or its unit.") for what in wrong if what]
            findings += [Finding(place, what, fix) for what, fix in _impossible_times(pair, one)]
        posture = pair.posture.strip().casefold()
        if posture and posture not in catalogue().postures:
            fix = f"Say one of: {', '.join(catalogue().postures)}."
            findings.append(Finding(place, f"'{pair.posture[:40]}' is no posture", fix))
    if findings:
        raise RequestError(findings)
    if not pairs:
        raise RequestError(Finding("", "no pair of measurements", "Give at least one person measured twice."))
    return chosen


def _impossible_times(pair: Pair, instrument: Instrument) -> list[tuple[str, str]]:
    """What is wrong with the times of a pair, and the fix."""
    gap = pair.clock_after - pair.clock_before
    if not np.isfinite(gap):
        return [("no time of day", "Give the minutes since midnight of both.")]
    apart = "Give the days between them in a column 'days_apart' (or 'day', in a row a measurement)"
    if not 0 <= pair.days_apart <= LONGEST_APART:
        return [(f"{pair.days_apart:g} days apart", f"Put the earlier one first; {LONGEST_APART} days are the most.")]
    if pair.days_apart > 0:
        return []
    if instrument.nightly:
        return [(f"two values of {instrument.outcome} of one night", f"{apart}: 1 or more.")]
    if gap < 0:
        return [("the second measurement is before the first", f"{apart}, or mend the times.")]
    if gap == 0:
        return [("both measurements are of one minute of one day", f"{apart}, or the time of each.")]
    return []


def _hours(pair: Pair, instrument: Instrument, resting: bool | None, up: float, lights_out: float) -> tuple[Hours, ...]:
    """The hours of a pair for each of ``POSTURES``; both are the same unless the posture is unsaid and matters."""
    own = pair.up if np.isfinite(pair.up) else up
    rose = float(np.round(own / ROUND_UP) * ROUND_UP) if np.isfinite(pair.up) else own
    before, after = _times(pair, rose - own)
    near = pair.days_apart == 0 and pair.clock_after - pair.clock_before <= LONGEST_REST
    rests = near and (bool(pair.condition) if resting is None else resting)
    woken = np.isfinite(pair.up) and 0 <= pair.clock_before - pair.up <= AWAKENING
    out = rose - SHORT_NIGHT if woken else lights_out + (rose - up)
    said = pair.posture.strip().casefold()
    usual = said or POSTURES[-1]
    either = POSTURES if instrument.posture and not said else (usual, usual)
    hours = Hours(before, after, min(pair.days_apart, FARTHEST), rose, float(out % DAY), rests)
    return tuple(replace(hours, posture=posture if rests else "") for posture in either)


def _times(pair: Pair, shift: float) -> tuple[float, float]:
    """Minutes since midnight of both measurements as simulated: two of one day are never of one minute."""
    before, after = pair.clock_before + shift, pair.clock_after + shift
    gap = after - before
    if not np.isfinite(pair.up):
        before, after = float(np.round(before / ROUND) * ROUND), float(np.round(after / ROUND) * ROUND)
        if pair.days_apart == 0:
            after = before + (float(np.round(gap / ROUND) * ROUND) if gap >= ROUND else float(np.round(gap)))
    return before, after if pair.days_apart else max(after, before + 1.0)


def _sides(keys: Sequence[tuple[Key, ...]]) -> list[dict[Key, list[int]]]:
    """For each of ``POSTURES``, places of the pairs that one expectation serves."""
    sides: list[dict[Key, list[int]]] = [{} for _ in POSTURES]
    for i, either in enumerate(keys):
        for side, key in zip(sides, either, strict=True):
            side.setdefault(key, []).append(i)
    return sides


def _foretold(pairs: Sequence[Pair], side: Mapping[Key, list[int]], expected: Mapping[Key, Expected]) -> Foretold:
    """What is foretold of every pair, on its instrument's scale, under one posture."""
    rows = np.full((5, len(pairs)), np.nan)
    for key, own in side.items():
        steps = np.array([pairs[i].step for i in own])
        one = expected[key].foretell(np.array([pairs[i].before for i in own]), steps)
        rows[:, own] = one.centre, one.low, one.high, one.spread, one.doubt
    return Foretold(*rows)


def _visits(pairs: Sequence[Pair], chosen: Sequence[Instrument]) -> list[Visit]:
    """Every pair as a visit of somebody; without a name it is another person's."""
    found = []
    for number, (pair, one) in enumerate(zip(pairs, chosen, strict=True)):
        before, after = one.transformed(np.array([pair.before, pair.after]))
        person = pair.participant.strip().casefold() or f"row {number}"
        found.append(Visit(one, pair.condition, pair.is_control, person, float(before), float(after)))
    return found


def _table(
    pairs: Sequence[Pair],
    chosen: Sequence[Instrument],
    rests: Sequence[bool],
    likely: Sequence[Foretold],
    unfit: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """A row a pair; a band holds those of every posture that is possible."""
    import pandas as pd

    centre = np.mean([one.centre for one in likely], axis=0)
    low, high = np.min([one.low for one in likely], axis=0), np.max([one.high for one in likely], axis=0)
    rows = []
    for i, (pair, one) in enumerate(zip(pairs, chosen, strict=True)):
        ends = tuple(float(one.back(np.array([side[i]]))[0]) for side in (centre, low, high))
        reason = unfit.get((one.outcome, one.instrument), "")
        rows.append(_row(pair, one, rests[i], ends, reason))
    return pd.DataFrame(rows)


def _row(pair: Pair, instrument: Instrument, rests: bool, band: tuple[float, ...], reason: str) -> dict[str, Any]:
    centre, low, high = band
    if not (np.isfinite(pair.before) and np.isfinite(pair.after)):
        reason = "one of the two was not measured"
    elif not np.isfinite(centre):
        reason = UNREACHED
    side = "" if reason else WHERE[int(pair.after >= low) + int(pair.after > high)]
    return {
        "participant": pair.participant,
        "condition": pair.condition,
        "control": pair.is_control,
        "outcome": instrument.outcome,
        "instrument": instrument.instrument,
        "unit": instrument.told,
        "posture": pair.posture,
        "before": pair.before,
        "after": pair.after,
        "clock_before": pair.clock_before,
        "clock_after": pair.clock_after,
        "days_apart": pair.days_apart,
        "resting": rests,
        "expected": centre,
        "low": low,
        "high": high,
        "where": side,
        "reason": reason,
        "line": pair.where,
    }
