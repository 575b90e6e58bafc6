"""What would have happened anyway: the second measurement to expect of a person whom nobody treats.

Virtual people live through the same clock times, untreated, and are measured by the same instrument. How their second
number follows from their first holds the clock, the hours between, regression to the mean, days that differ, and the
noise of two readings.
"""

from __future__ import annotations

from collections.abc import Iterable

from effleurage.engine.threads import Progress
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.bank import Bank
from effleurage.lab.untreated.foretold import Expected
from effleurage.lab.untreated.hours import Hours, World

Wanted = tuple[Instrument, Hours, tuple[str, ...]]
"""An instrument, when it is read, and what is said of those who are measured, by the names in ``bank.TRAITS``."""


def expected(
    wanted: Iterable[Wanted], bank: Bank | None = None, progress: Progress | None = None
) -> dict[Wanted, Expected]:
    """What to expect of untreated people, each way that is wanted; days that nobody has lived yet are lived."""
    kept, asked = bank or Bank(), list(dict.fromkeys(wanted))
    lived = [
        (world, group)
        for one, hours, traits in asked
        for group in kept.beside(one, traits)
        for world in (hours.world, *([World(hours.up, hours.lights_out)] if traits else []))
    ]
    kept.live(lived, progress)
    return {one: Expected(one[0], kept.pairs(*one)) for one in asked}
