"""What would have happened anyway: the second measurement to expect of a person whom nobody treats.

Virtual people live through the same clock times, untreated, and are measured by the same instrument. How their second
number follows from their first holds the clock, the hours between, regression to the mean, days that differ, and the
noise of two readings. What the body has not is foretold by its published course.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from effleurage.arrays import Floats
from effleurage.engine.threads import Progress
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.bank import Bank
from effleurage.lab.untreated.by_course import ByCourse
from effleurage.lab.untreated.comparable import course_for
from effleurage.lab.untreated.foretold import Expected, Foretold
from effleurage.lab.untreated.hours import Hours, World

Wanted = tuple[Instrument, Hours, tuple[str, ...]]
"""An instrument, when it is read, and what is said of those who are measured, by the names in ``bank.TRAITS``."""


class Foretells(Protocol):
    """What foretells second numbers of an outcome: virtual people who lived those days, or a published course."""

    @property
    def middle(self) -> float:
        """Mean first number, on the instrument's scale."""

    def slope(self, x: float) -> float:
        """How far the second number goes with the first near ``x``."""

    def foretell(
        self,
        before: Floats,
        steps: Floats | None = None,
        usual: Sequence[Mapping[str, float]] | None = None,
        who: Sequence[str] | None = None,
    ) -> Foretold:
        """What is foretold after first numbers (n,) of one group; as ``Expected.foretell``."""


def expected(
    wanted: Iterable[Wanted], bank: Bank | None = None, progress: Progress | None = None
) -> dict[Wanted, Foretells]:
    """What to expect of untreated people, each way that is wanted; days that nobody has lived yet are lived."""
    kept, asked = bank or Bank(), list(dict.fromkeys(wanted))
    lived = [
        (world, group)
        for one, hours, traits in asked
        if one.lived
        for group in kept.beside(one, traits)
        for world in (hours.world, *([World(hours.up, hours.lights_out)] if traits else []))
    ]
    kept.live(lived, progress)
    return {one: _foretelling(one, kept) for one in asked}


def _foretelling(wanted: Wanted, bank: Bank) -> Foretells:
    instrument, hours, _ = wanted
    course = course_for(instrument)
    return ByCourse(instrument, course, hours) if course else Expected(instrument, bank.pairs(*wanted))
