"""When to measure: what an outcome needs at each hour of the day, in the same lives looked at around the clock.

An outcome that is measured right after the session moves with the session, which is a life of its own for each hour.
One that is measured on another day is looked at in the same lives at every hour.
"""

from __future__ import annotations

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
    if measure.after == 0:
        return [
            found
            for hour in range(EARLIEST + 1, LATEST, SESSION_STEP)
            if not design.asleep(60.0 * hour) and not design.asleep(60.0 * hour + arm.minutes + measure.minutes_after)
            for found in _looked(design.model_copy(update={"time": 60.0 * hour}), [measure], arm, other, seed, people)
        ]
    moved = [
        measure.model_copy(update={"time": 60.0 * hour})
        for hour in range(EARLIEST, LATEST + 1, STEP)
        if not design.asleep(60.0 * hour)
    ]
    return _looked(design, moved, arm, other, seed, people)


def best(found: list[Hour]) -> Hour | None:
    """The hour that needs the fewest people; None where none needs a number that can be."""
    able = [one for one in found if one.need.analysed is not None]
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
