"""What would have happened anyway: the second measurement to expect of a person whom nobody treats.

Virtual people live through the same clock times, untreated, and are measured by the same instrument. How their second
number follows from their first holds the clock, the hours between, regression to the mean, days that differ, and the
noise of two readings: a straight line (ordinary least squares) and what scatters around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.lab.instruments import Instrument
from effleurage.lab.reading import looks_of, read
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import simulate
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol
from effleurage.protocol.times import time_of_day

if TYPE_CHECKING:
    import xarray as xr

PEOPLE = 192
"""Virtual people behind a band: three blocks of lanes."""
REPEATS = 4
"""Days on which each of them is measured twice; 192 people then give 768 pairs."""
FARTHEST = 14
"""Days apart that are simulated; what differs between days here is as different after two weeks as after a year."""
LONGEST_REST = 240.0
"""Longest visit of quiet rest, minutes (protocol/stimuli.toml)."""
DOUBT = 0.15
"""SD of ln by which the expected mean change itself may be off (assumed, as between laboratories on the scoreboard)."""
DOUBT_LINEAR = 0.3
"""The same on a linear scale, as a share of the scatter between people (assumed): many people do not make us surer."""
SHARE = 0.9
"""Share of untreated people that a band should hold."""
DAY = 1440.0

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Hours:
    """When two measurements were made: minutes since midnight, days apart, and the habits around them.

    ``resting``: quiet rest, lying or seated as ``posture`` says, from the first measurement to the second.
    """

    before: float
    after: float
    days_apart: int = 0
    up: float = 420.0
    lights_out: float = 1380.0
    resting: bool = False
    posture: str = ""

    @property
    def first_day(self) -> int:
        """The day of the first measurement, counted from 1; one whole day has settled before it."""
        return 2

    @property
    def apart(self) -> int:
        """Days apart as simulated."""
        return min(self.days_apart, FARTHEST)

    def starts(self) -> tuple[float, ...]:
        """Midnights of the days on which the first measurement is made, minutes since midnight of day 1."""
        return tuple((self.first_day - 1 + repeat) * DAY for repeat in range(REPEATS))

    def protocol(self, minutes: Sequence[float]) -> Protocol:
        """These days, ordinary but for the rest, sampled at ``minutes``."""
        days = self.first_day + REPEATS + self.apart
        lines = [
            "title: nobody is treated",
            f"days: {days}",
            f"habits: {{lights out: '{time_of_day(self.lights_out)}', up: '{time_of_day(self.up)}'}}",
        ]
        if self.resting:
            posture = self.posture or "supine"
            minutes_long = min(max(self.after - self.before, 1.0), LONGEST_REST)
            first = f"day {self.first_day} {time_of_day(self.before)}"
            lines += [
                "timeline:",
                f"  - every 1 days from {first}, {REPEATS} times: rest, {posture}, {minutes_long:g} min",
            ]
        return parse_protocol("\n".join(lines) + "\n", "untreated").only_at(minutes)


@dataclass(frozen=True)
class Expected:
    """The line from a first to a second number of untreated people, on the instrument's scale.

    ``scatter`` (M,) are the residuals around ``level + slope*first``; ``first`` (M,) the first numbers themselves.
    """

    instrument: Instrument
    level: float
    slope: float
    scatter: Floats
    first: Floats

    def band(self, before: Floats, share: float = SHARE) -> tuple[Floats, Floats, Floats]:
        """Expected second numbers and the ends of the band (n,), (n,), (n,), for first numbers (n,) of one group.

        The level of the laboratory is learnt from the group: its offset has a prior with the SD that laboratories
        show, so many people move it and one hardly does; what stays unknown of it widens the band.
        """
        x = self.instrument.transformed(before)
        offset, unsure = self._laboratory(x)
        centre = offset + self.level + self.slope * (x - offset)
        widen = np.sqrt(1 + ((1 - self.slope) * unsure) ** 2 / max(float(self.scatter.var()), 1e-12))
        low, high = np.quantile(self.scatter, [(1 - share) / 2, (1 + share) / 2]) * widen
        back = self.instrument.back
        return back(centre), back(centre + low), back(centre + high)

    def mean_change(self, before: Floats) -> tuple[float, float, float]:
        """Expected mean change of a group (transformed scale), its standard error, and what more people do not mend.

        The third is how far the virtual people's own mean, and the level of the laboratory, may be off.
        """
        x = self.instrument.transformed(before)
        x = x[np.isfinite(x)]
        offset, unsure = self._laboratory(x)
        change = float((offset + self.level + self.slope * (x - offset) - x).mean())
        spread = float(self.scatter.std())
        doubt = DOUBT if self.instrument.scale == "log" else DOUBT_LINEAR * spread
        return change, spread / float(np.sqrt(len(x))), float(np.hypot((1 - self.slope) * unsure, doubt))

    def outside(self, before: Floats) -> NDArray[np.bool_]:
        """Whether first numbers (n,) lie beyond the virtual people's, where the line is only prolonged."""
        x = self.instrument.transformed(before)
        offset, _ = self._laboratory(x)
        return np.asarray((x - offset < self.first.min()) | (x - offset > self.first.max()))

    def _laboratory(self, x: Floats) -> tuple[float, float]:
        x = x[np.isfinite(x)]
        prior = self.instrument.laboratories**2
        if not len(x) or prior == 0:
            return 0.0, 0.0
        weight = prior / (prior + float(self.first.var()) / len(x))
        return weight * float(x.mean() - self.first.mean()), float(np.sqrt(prior * (1 - weight)))


def expected(
    wanted: Sequence[tuple[Instrument, Hours]],
    seed: int = 1,
    people: int = PEOPLE,
    settings: Mapping[str, Setting] | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[tuple[str, str, Hours], Expected]:
    """(outcome, instrument, hours) -> what to expect of untreated people; each world of people is run once."""
    worlds: dict[Hours, list[tuple[Instrument, Hours]]] = {}
    for instrument, hours in wanted:
        worlds.setdefault(_world(hours), []).append((instrument, hours))
    cohort = Cohort.of(people, seed, settings)
    found: dict[tuple[str, str, Hours], Expected] = {}
    for number, asked in enumerate(worlds.values()):
        minutes = sorted({m for one, hours in asked for m in _minutes(one, hours)})
        quantities = tuple(dict.fromkeys(name for one, _ in asked for name in one.reads()))
        world = simulate(asked[0][1].protocol(minutes), cohort, keep=quantities)
        for one, hours in asked:
            found[(one.outcome, one.instrument, hours)] = _line(one, *pairs(world, one, hours, cohort))
        if progress:
            progress((number + 1) / len(worlds))
    return found


def pairs(world: xr.Dataset, instrument: Instrument, hours: Hours, cohort: Cohort) -> tuple[Floats, Floats]:
    """First and second reported numbers of every person and day of a world (M,), (M,), in the outcome's unit."""
    first, second = [], []
    for start in hours.starts():
        first.append(read(world, instrument, start + hours.before, cohort))
        second.append(read(world, instrument, start + hours.apart * DAY + hours.after, cohort))
    return np.concatenate(first), np.concatenate(second)


def _line(instrument: Instrument, first: Floats, second: Floats) -> Expected:
    x, y = instrument.transformed(first), instrument.transformed(second)
    kept = np.isfinite(x) & np.isfinite(y)
    x, y = x[kept], y[kept]
    spread = float(((x - x.mean()) ** 2).sum())
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread if spread > 0 else 0.0
    level = float(y.mean() - slope * x.mean())
    return Expected(instrument, level, slope, y - level - slope * x, x)


def _world(hours: Hours) -> Hours:
    """The hours that need a world of their own: ordinary days serve any clock times."""
    return hours if hours.resting else Hours(0.0, 0.0, hours.days_apart, hours.up, hours.lights_out)


def _minutes(instrument: Instrument, hours: Hours) -> list[float]:
    return [
        minute
        for start in hours.starts()
        for at in (start + hours.before, start + hours.apart * DAY + hours.after)
        for minute in looks_of(instrument, at)
    ]
