"""What a design should be warned of: amber notes, and a red one for a trial without a control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from effleurage.protocol.times import DAY
from effleurage.trial.design.design import Design
from effleurage.trial.design.endpoints import amount, endpoint_of
from effleurage.trial.design.therapists import team
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.drift import by_the_clock, untreated
from effleurage.trial.plan.moments import moments
from effleurage.trial.plan.needs import worth_at

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


def notes(design: Design, bank: Bank | None) -> list[Note]:
    """Every warning that a design earns, the red one first; without lives those that published numbers earn."""
    if bank is None:
        return list(_taken_in(design))
    found = [*_beyond_life(bank), *_no_control(design, bank), *_clock(design, bank), *_means(design, bank)]
    found += [*_taken_in(design), *_floor(design, bank)]
    found += [*_comparisons(design), *_therapists(design), *_same_day(design, bank)]
    return [*found, *_breathing(bank), *_small(design)]


def _beyond_chance(bank: Bank, measure: int) -> bool:
    """Whether the change without any visit is more than three of its standard errors."""
    change = bank.second[-1, measure] - bank.first[measure]
    many = np.isfinite(change).sum()
    return bool(abs(np.nanmean(change)) > 3 * np.nanstd(change, ddof=1) / np.sqrt(many))


def _signed(value: float, form: str) -> str:
    return format(value, f"+{form}").replace("-", "−")


def _beyond_life(bank: Bank) -> Iterator[Note]:
    if bank.beyond:
        yield Note("red" if "beyond the model" in bank.beyond else "amber", "limits of life", bank.beyond)


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
        moved = by_the_clock(bank, place)
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
        yield _falls_back(measure.outcome, moments(bank, place, 0, min(1, len(design.arms) - 1)).r)


def _taken_in(design: Design) -> Iterator[Note]:
    """The same of questionnaires that the body has not, from their course without treatment."""
    for measure in design.outcomes:
        outcome = endpoint_of(measure.outcome, measure.instrument)
        if outcome.simulated:
            continue
        if measure.intake is not None:
            first, change = outcome.intake(measure.intake).first, untreated(design, measure)
            text = (
                f"{outcome.outcome} is {measure.taken_in}, {first:.3g} on average. With or without massage it changes "
                f"by {_signed(change, '.2g')} {outcome.unit} until the second measurement (r = {outcome.retest:.2f} in "
                "all adults). Compare arms, never before and after."
            )
            yield Note("amber", "regression to the mean", text)
        elif design.people:
            yield _falls_back(outcome.outcome, outcome.retest)


def _falls_back(outcome: str, r: float) -> Note:
    text = (
        f"Who is chosen for a high {outcome} falls back by {100 * (1 - r):.0f} % of the excess at the "
        f"second measurement (r = {r:.2f}), with or without massage. Compare arms, never before and after."
    )
    return Note("amber", "regression to the mean", text)


def _floor(design: Design, bank: Bank) -> Iterator[Note]:
    """People who are too near the end of a scale for the difference that is worth having."""
    for place, measure in enumerate(bank.design.outcomes):
        known, outcome = moments(bank, place), endpoint_of(measure.outcome, measure.instrument)
        side, worth = known.effect or -1, worth_at(measure, known.usual)
        if worth > outcome.room(known.usual, side):
            away, way = ("to gain", "rise") if side > 0 else ("to lose", "fall")
            text = (
                f"Such people have too little {measure.outcome} {away}: the usual level is "
                f"{amount(f'{known.usual:.2g}', outcome.unit)}, so it cannot {way} by {worth:g}. "
                "Take in people who have more room, or measure something else."
            )
            yield Note("amber", "little to change", text)


def _therapists(design: Design) -> Iterator[Note]:
    several = len(design.arms) > 1
    alone = [arm for arm in design.arms if arm.therapists == 1]
    if several and alone:
        whom = " and ".join(f"every {arm.name}" for arm in alone)
        text = (
            f"One person gives {whom}: the trial tests that person, not massage. No number of people tells what the "
            "person does from what the arm does; several therapists do."
        )
        if len(alone) > 1:
            text = text.replace("One person gives", "One person each gives").replace("that person", "those persons")
        yield Note("amber", "one therapist", text)
    for arm in design.arms if several else ():
        if (many := team(arm)) and design.therapist_icc:
            yield Note("amber", "therapists", _shared(design, arm.name, many))


def _shared(design: Design, name: str, many: int) -> str:
    unsaid = "" if "therapist_icc" in design.model_fields_set else ", not said and assumed"
    text = (
        f"{many} therapists share the arm {name}, who differ (share of the variance {design.therapist_icc:g}{unsaid}). "
        f"They are counted, not their people: {many} therapists are {many} numbers, so more people help "
        "less and less, and more therapists help."
    )
    return f"{text} Two can hardly tell any difference from their own." if many == 2 else text


def multiplicity(design: Design) -> str:
    """What is done about several comparisons, in a sentence; empty where there is one."""
    many = len(design.arms) - 1
    if many < 2:
        return ""
    chance = 1 - (1 - design.alpha) ** many
    others = ", ".join(arm.name for arm in design.arms[1:])
    return (
        f"{design.arms[0].name} is compared with each of {others}, at a two-sided {100 * design.alpha:g} % level of "
        f"its own: nothing is adjusted for {many} comparisons, and where nothing differs up to {100 * chance:.0f} % of "
        "such trials find something. The other arms are not compared with each other. The largest of the numbers of "
        "people holds for every arm."
    )


def _comparisons(design: Design) -> Iterator[Note]:
    if text := multiplicity(design):
        yield Note("amber", "several comparisons", text)


def _same_day(design: Design, bank: Bank) -> Iterator[Note]:
    """A crossover whose difference from day to day is read from one day."""
    looks = [design.looks(measure) for measure in bank.design.outcomes]
    if design.layout == "crossover" and any(after - before < DAY for before, after in looks):
        text = (
            "How a person differs from period to period is taken from two looks at one day without a visit. Two days "
            "may differ more: measure it in a pilot."
        )
        yield Note("amber", "two periods", text)


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
