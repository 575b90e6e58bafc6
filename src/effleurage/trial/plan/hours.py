"""When to measure: what an outcome needs at each hour of the day, in the same lives looked at around the clock.

An outcome that is measured right after the session moves with the session, which is a life of its own for each hour.
One that is measured on another day is looked at in the same lives at every hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives.bank import FEW, NOBODY, Bank, instrument_named, lived
from effleurage.trial.plan.moments import attended, moments

EARLIEST, LATEST, STEP = 7, 22, 1
SESSION_STEP = 3
"""Hours between sessions that are tried."""


@dataclass(frozen=True)
class Hour:
    """Both measurements at this hour, ``after`` days from the last session: effect in the outcome's unit, and size.

    ``after`` 0: the session is at this hour, and the measurement right after it.
    """

    hour: int
    after: int
    effect: float
    r: float
    need: Size


def hours(design: Design, measure: Measure, arm: Arm, other: Arm, seed: int = 1, people: int = FEW) -> list[Hour]:
    """What each hour of the day needs, in the order of the clock; hours in bed are left out."""
    return hours_of_each(design, [measure], arm, other, seed, people)[0]


def hours_of_each(
    design: Design, measures: Sequence[Measure], arm: Arm, other: Arm, seed: int = 1, people: int = FEW
) -> list[list[Hour]]:
    """The same of several outcomes, looked at in the same lives."""
    found: dict[Measure, list[Hour]] = {measure: [] for measure in measures}
    for hour in range(EARLIEST + 1, LATEST, SESSION_STEP):
        start = 60.0 * hour
        shown = [
            one for one in measures if not one.after and _up(design, start, start + arm.minutes + one.minutes_after)
        ]
        if shown:
            at_hour = design.model_copy(update={"time": start})
            for measure, told in zip(shown, _looked(at_hour, shown, arm, other, seed, people), strict=True):
                found[measure].append(told)
    later = [
        (measure, 60.0 * hour)
        for measure in measures
        for hour in range(EARLIEST, LATEST + 1, STEP)
        if measure.after and _up(design, 60.0 * hour)
    ]
    if later:
        moved = [measure.model_copy(update={"time": at}) for measure, at in later]
        for (measure, _), told in zip(later, _looked(design, moved, arm, other, seed, people), strict=True):
            found[measure].append(told)
    return list(found.values())


def _up(design: Design, *minutes: float) -> bool:
    """Whether people are out of bed at every one of these clock times."""
    return not any(design.asleep(minute) for minute in minutes)


def best(hours: list[Hour]) -> Hour | None:
    """The hour that needs the fewest people; None where none needs a number that can be."""
    able = [one for one in hours if one.need.analysed is not None]
    return min(able, key=lambda one: one.need.analysed or 0) if able else None


def _looked(design: Design, moved: list[Measure], arm: Arm, other: Arm, seed: int, people: int) -> list[Hour]:
    """The measures of one set of lives."""
    whole = design.model_copy(update={"arms": (arm, other), "outcomes": tuple(moved)})
    instruments = tuple(instrument_named(one) for one in moved)
    looks = [whole.looks(one) for one in moved]
    worlds = [arm, other]
    if attended(whole) < 1 or whole.layout == "crossover":
        worlds.append(NOBODY)
    first, second, _ = lived([whole.protocol(one) for one in worlds], instruments, looks, people, seed)
    lives = Bank(whole, instruments, first, second)
    found = []
    for place, one in enumerate(moved):
        known = moments(lives, place)
        hour = int((one.time if one.after else design.time) // 60)
        needed = known.contrast.size(known.effect)
        found.append(Hour(hour, one.after, known.in_unit(known.effect), known.r, needed))
    return found
