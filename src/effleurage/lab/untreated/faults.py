"""What is wrong with pairs of measurements, before anything is expected of them: the row, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from effleurage.errors import Finding, RequestError
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.scales.keys import looks_back
from effleurage.lab.untreated.bank import TRAITS
from effleurage.lab.untreated.comparable import comparable_of
from effleurage.lab.untreated.hours import ABOUT
from effleurage.lab.untreated.pair import LONGEST_APART, PARTS, Pair
from effleurage.protocol.stimuli import catalogue

WEEK = 7
"""Fewest days between two values of a questionnaire that asks about longer than a week (ours)."""


def instruments_of(
    pairs: Sequence[Pair], posture: str = "", usual: Mapping[str, float] | None = None
) -> list[Instrument]:
    """The instrument of every pair. Raises ``RequestError`` with all that is wrong, each thing once.

    ``posture`` and ``usual`` are said of everybody, beside what each pair says.
    """
    findings = [Finding("", what, fix) for what, fix in (*_posture(posture), *_traits(usual or {}))]
    chosen: list[Instrument] = []
    for pair in pairs:
        place = pair.where or pair.participant
        try:
            one = comparable_of(pair.outcome, pair.instrument)
        except RequestError as error:
            findings += [replace(found, where=f"{pair.where}, {found.where}".strip(", ")) for found in error.findings]
        else:
            chosen.append(one)
            wrong = dict.fromkeys((one.impossible(pair.before), one.impossible(pair.after)))
            findings += [Finding(place, what, "Mend the value, or its unit.") for what in wrong if what]
            findings += [Finding(place, what, fix) for what, fix in _times(pair, one)]
        findings += [Finding(place, what, fix) for what, fix in (*_posture(pair.posture), *_traits(pair.usual))]
    if findings:
        raise RequestError(list(dict.fromkeys(findings)))
    if not pairs:
        raise RequestError(Finding("", "no pair of measurements", "Give at least one person measured twice."))
    return chosen


def _posture(posture: str) -> list[tuple[str, str]]:
    """What is wrong with a posture, and the fix."""
    known = (*catalogue().postures, ABOUT)
    if not posture.strip() or posture.strip().casefold() in known:
        return []
    return [(f"'{posture[:40]}' is no posture", f"Say one of: {', '.join(known)}.")]


def _traits(usual: Mapping[str, float]) -> list[tuple[str, str]]:
    """What cannot be usual of anybody, and the fix."""
    found = []
    for name, value in usual.items():
        if name not in TRAITS:
            found.append((f"nothing is known of '{name[:40]}'", f"Say {', '.join(TRAITS)}."))
        elif not TRAITS[name][0] <= value <= TRAITS[name][1]:
            low, high = TRAITS[name]
            found.append((f"usual {name} of {value:g}", f"Give {low:g} to {high:g}."))
    return found


def _times(pair: Pair, instrument: Instrument) -> list[tuple[str, str]]:
    """What is wrong with the times of a pair, and the fix."""
    gap = pair.clock_after - pair.clock_before
    if not (np.isfinite(gap) or pair.part in PARTS):
        parts = ", ".join(PARTS)
        return [("no time of day", f"Give both times, or the part of the day ({parts}).")]
    apart = "Give the days between them in a column 'days_apart' (or 'day', in a row a measurement)"
    if not 0 <= pair.days_apart <= LONGEST_APART:
        return [(f"{pair.days_apart:g} days apart", f"Put the earlier one first; {LONGEST_APART} days are the most.")]
    about, least = _fewest(instrument)
    if pair.days_apart < least:
        far = (
            f"{pair.days_apart:g} days apart"
            if pair.days_apart
            else f"of one {'night' if instrument.nightly else 'day'}"
        )
        return [(f"two values of {instrument.outcome} {far}{about}", f"{apart}: {least} or more.")]
    if pair.days_apart > 0:
        return []
    if gap < 0:
        return [("the second measurement is before the first", f"{apart}, or mend the times.")]
    if gap == 0:
        return [("both measurements are of one minute of one day", f"{apart}, or the time of each.")]
    return []


def _fewest(instrument: Instrument) -> tuple[str, int]:
    """The fewest days between two values of an outcome, and why they are more than one."""
    if about := looks_back(instrument.id):
        return f", which asks about {about}", WEEK
    return "", 0 if instrument.clocked else 1
