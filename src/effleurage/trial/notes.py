"""What a design should be warned of: amber notes, and a red one for a trial without a control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from effleurage.evidence.sizes import design_effect
from effleurage.protocol.times import DAY
from effleurage.trial.bank import Bank
from effleurage.trial.design import Design
from effleurage.trial.moments import moments

SMALL = 12
"""Persons in an arm below which a pilot tells little of an effect (Julious 2005, Pharm Stat 4:287)."""
APART = 30.0
"""Minutes of clock time between two measurements from which the clock itself moves cortisol."""
HEARTBEATS = ("RMSSD", "SDNN")


@dataclass(frozen=True)
class Note:
    """``amber`` or ``red``, what it is about, and a sentence."""

    colour: Literal["amber", "red"]
    about: str
    text: str


def notes(design: Design, bank: Bank) -> list[Note]:
    """Every warning that a design earns, the red one first."""
    found = [*_no_control(design, bank), *_clock(design, bank), *_means(design, bank)]
    return [*found, *_therapists(design), *_breathing(bank), *_small(design)]


def drift(bank: Bank, measure: int) -> float:
    """Mean change without any visit, in percent of the first level (or of it in its unit): nobody was massaged."""
    instrument = bank.instruments[measure]
    first, second = (instrument.back(values) for values in (bank.first[measure], bank.second[-1, measure]))
    return float(100 * np.nanmean(second - first) / np.nanmean(first))


def _beyond_chance(bank: Bank, measure: int) -> bool:
    """Whether the change without any visit is more than three of its standard errors."""
    change = bank.second[-1, measure] - bank.first[measure]
    many = np.isfinite(change).sum()
    return bool(abs(np.nanmean(change)) > 3 * np.nanstd(change, ddof=1) / np.sqrt(many))


def _signed(value: float, form: str) -> str:
    return format(value, f"+{form}").replace("-", "−")


def _no_control(design: Design, bank: Bank) -> Iterator[Note]:
    if len(design.arms) > 1:
        return
    for place, measure in enumerate(bank.design.outcomes):
        instrument = bank.instruments[place]
        change = instrument.back(bank.second[0, place]) - instrument.back(bank.first[place])
        own = instrument.back(bank.second[0, place]) - instrument.back(bank.second[-1, place])
        whole, part = (_signed(float(np.nanmean(one)), ".3g") for one in (change, own))
        text = (
            f"There is no control. {measure.outcome} would change by {whole} {instrument.unit}, of which "
            f"the visit makes {part}; the rest is the clock, the day and chance."
        )
        yield Note("red", "no control", text)


def _clock(design: Design, bank: Bank) -> Iterator[Note]:
    for place, measure in enumerate(bank.design.outcomes):
        before, after = (minute % DAY for minute in design.looks(measure))
        moved = drift(bank, place)
        if abs(after - before) > APART and abs(moved) >= 1 and _beyond_chance(bank, place):
            text = (
                f"{measure.outcome} is measured at two clock times, {int(abs(after - before))} minutes apart. By the "
                f"clock alone it changes by {_signed(moved, '.0f')} %: without a control that would pass for an effect."
            )
            yield Note("amber", "the clock", text)


def _means(design: Design, bank: Bank) -> Iterator[Note]:
    if not design.people:
        return
    for place, measure in enumerate(bank.design.outcomes):
        r = moments(bank, place, 0, min(1, len(design.arms) - 1)).r
        text = (
            f"Who is chosen for a high {measure.outcome} falls back by {100 * (1 - r):.0f} % of the excess at the "
            f"second measurement (r = {r:.2f}), with or without massage. Compare arms, never before and after."
        )
        yield Note("amber", "regression to the mean", text)


def _therapists(design: Design) -> Iterator[Note]:
    many = design.arms[0].therapists
    if many == 1:
        yield Note(
            "amber", "one therapist", "One person gives every massage: the trial tests that person, not massage."
        )
    elif many > 1:
        n = design.n or 40
        cost = float(design_effect(max(n / many, 1), design.therapist_icc))
        text = (
            f"{many} therapists share the massage arm: with {n} people in it its variance counts {cost:.2f} times "
            f"(share between therapists {design.therapist_icc:g}, assumed)."
        )
        yield Note("amber", "therapists", text)


def _breathing(bank: Bank) -> Iterator[Note]:
    for one in bank.instruments:
        if one.outcome in HEARTBEATS:
            text = (
                f"{one.outcome} follows how people breathe: slower breathing moves it with the nerves unchanged. "
                "Measure breathing too, or pace it in both arms."
            )
            yield Note("amber", "breathing", text)


def _small(design: Design) -> Iterator[Note]:
    if design.n is not None and design.n < SMALL:
        text = f"{design.n} people in an arm: what such a trial finds is exaggerated whenever it is significant."
        yield Note("amber", "few people", text)
