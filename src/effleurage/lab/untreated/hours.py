"""When somebody was measured twice, and the days that untreated people live for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY

if TYPE_CHECKING:
    from effleurage.protocol.model import Protocol

DAYS = (2, 3, 5, 9)
"""Ordinary days that are looked at, counted from 1; one whole day has settled before them."""
FARTHEST = 7
"""Days apart that are lived; what differs between days here is as different after a week as after a year."""
LONGEST_REST = 240.0
"""Longest visit of quiet rest, minutes (protocol/stimuli.toml)."""
RESTED = 15.0
"""Minutes that somebody has rested before the first measurement, where no more than that is said (ours)."""
_EVERY, _EVERY_AT_REST = 15.0, 5.0
"""Minutes between two looks at ordinary days and at rest; between them a state is read off the straight line."""
ABOUT = "up and about"
"""What stands for the posture of ordinary life, as of a recorder that somebody wears all day."""
_WAKING = 90.0
"""Minutes after getting up in which it is looked at as often as at rest: cortisol waits ten of them and then bends."""
_ROUND_MIDNIGHT = 120.0
"""Minutes before and after a day in which it is looked at as well."""
_LATE = 15.0
"""Minutes after the last measurement in which a tube may still be taken."""


@dataclass(frozen=True)
class World:
    """Days that people live whom nobody treats: ordinary ones, or quiet rest from a minute of day 2 on in a posture.

    Whoever is looked at on ordinary days sits, but where the posture is ``ABOUT``: then it is walked, stood and sat.
    """

    up: float
    lights_out: float
    rest_from: float | None = None
    posture: str = ""

    @property
    def days(self) -> int:
        """Days that it takes."""
        return int(np.ceil(self.minutes()[-1] / DAY))

    def minutes(self) -> Floats:
        """When it is looked at, minutes since midnight of day 1."""
        if self.rest_from is not None:
            return DAY + self.rest_from + np.arange(0.0, LONGEST_REST + _LATE + 1, _EVERY_AT_REST)
        usual = np.arange(-_ROUND_MIDNIGHT, DAY + _ROUND_MIDNIGHT + 1, _EVERY)
        day = np.concatenate([usual, self.up + np.arange(0.0, _WAKING + 1, _EVERY_AT_REST)])
        return np.unique([(number - 1) * DAY + day for number in DAYS])

    def protocol(self) -> Protocol:
        """These days, written down."""
        from effleurage.protocol.reading import parse_protocol
        from effleurage.protocol.times import time_of_day

        lines = [
            "title: nobody is treated",
            f"days: {self.days}",
            f"habits: {{lights out: '{time_of_day(self.lights_out)}', up: '{time_of_day(self.up)}'}}",
        ]
        if self.rest_from is not None:
            posture = self.posture or "supine"
            visit = f"day 2 {time_of_day(self.rest_from)}: rest, {posture}, {LONGEST_REST:g} min"
            lines += ["timeline:", f"  - {visit}"]
        elif self.posture == ABOUT:
            awake = (self.lights_out - self.up) % DAY or DAY
            days = self.days - (self.up + awake > DAY)
            when = f"every 1 day from day 1 {time_of_day(self.up)}, {days} times"
            lines += ["timeline:", f"  - {when}: {ABOUT}, {awake:g} min"]
        return parse_protocol("\n".join(lines) + "\n", "untreated").only_at([float(at) for at in self.minutes()])


@dataclass(frozen=True)
class Hours:
    """When two measurements were made: minutes since midnight, days apart, and the habits around them.

    ``resting``: quiet rest, lying or seated as ``posture`` says, from the first measurement to the second, or from
    ``rested`` minutes before the first.
    """

    before: float
    after: float
    days_apart: int = 0
    up: float = 420.0
    lights_out: float = 1380.0
    resting: bool = False
    posture: str = ""
    rested: float = 0.0

    @property
    def world(self) -> World:
        """The days that hold both measurements: ordinary ones serve any clock times."""
        if not self.resting:
            return World(self.up, self.lights_out, posture=self.posture)
        rested = min(self.rested, LONGEST_REST - (self.after - self.before))
        return World(self.up, self.lights_out, self.before - rested, self.posture)

    def looks(self) -> list[tuple[float, float]]:
        """Minutes of the two measurements, since midnight of day 1, as often as these days hold both."""
        if self.resting:
            return [(DAY + self.before, DAY + self.after)]
        gaps = {later - day for day in DAYS for later in DAYS if later > day}
        near = min(gaps, key=lambda gap: (abs(gap - self.days_apart), gap)) if self.days_apart else 0
        starts = [day for day in DAYS if day + near in DAYS]
        return [((day - 1) * DAY + self.before, (day + near - 1) * DAY + self.after) for day in starts]
