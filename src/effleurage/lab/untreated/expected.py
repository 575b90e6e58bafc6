"""What would have happened anyway: the second measurement to expect of a person whom nobody treats.

Virtual people live through the same clock times, untreated, and are measured by the same instrument. How their second
number follows from their first holds the clock, the hours between, regression to the mean, days that differ, and the
noise of two readings. Where a measured person begins as ordinary people do not, kinds of clients are lived as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.instruments.read import looks_of, read
from effleurage.lab.untreated.clients import kinds
from effleurage.lab.untreated.foretold import Expected, Pairs
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import Worlds
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


Key = tuple[str, str, Hours]
"""Outcome, instrument, hours."""


def key_of(instrument: Instrument, hours: Hours) -> Key:
    """By what the expectation of an instrument at some hours is found."""
    return instrument.outcome, instrument.instrument, hours


def expected(
    wanted: Sequence[tuple[Instrument, Hours]],
    seed: int = 1,
    people: int = PEOPLE,
    settings: Mapping[str, Setting] | None = None,
    progress: Callable[[float], None] | None = None,
    begin: Mapping[Key, Floats] | None = None,
) -> dict[Key, Expected]:
    """What to expect of untreated people by ``key_of`` instrument and hours; each world of people is run once.

    ``begin``: first numbers that were measured, in the outcome's unit. Where one of them is not in the middle of
    where ordinary people begin, kinds of clients are lived as well. ``settings`` are said of everybody, and win over
    a kind's own.
    """
    report = progress or (lambda share: None)
    everybody = dict(settings or {})
    usual = _lived(wanted, Cohort.of(people, seed, everybody), lambda share: report(0.5 * share))
    found = {key_of(one, hours): Expected.of(one, usual[key_of(one, hours)]) for one, hours in wanted}
    asking = {key for key, first in (begin or {}).items() if found[key].asks_for_clients(first)}
    beyond = [(one, hours) for one, hours in dict.fromkeys(wanted) if key_of(one, hours) in asking]
    named = [kind for kind in kinds().values() if any(kind.name in one.clients for one, _ in beyond)]
    for number, kind in enumerate(named):
        indices = np.arange(people) + people * (1 + number)
        cohort = Cohort(indices, {**kind.people, **everybody}, seed, beyond=True)  # clients are far by their nature
        asked = [(one, hours) for one, hours in beyond if kind.name in one.clients]
        for key, own in _lived(asked, cohort, weight=kind.share).items():
            found[key] = replace(found[key], clients=(found[key].clients or usual[key]).and_of(own))
        report(0.5 + 0.5 * (number + 1) / len(named))
    report(1.0)
    return found


def _lived(
    wanted: Sequence[tuple[Instrument, Hours]],
    cohort: Cohort,
    progress: Callable[[float], None] | None = None,
    weight: float = 1.0,
) -> dict[Key, Pairs]:
    """Pairs of numbers of a cohort by ``key_of`` instrument and hours; who passes a limit of life is in none."""
    worlds: dict[Hours, list[tuple[Instrument, Hours]]] = {}
    for instrument, hours in wanted:
        worlds.setdefault(_world(hours), []).append((instrument, hours))
    found: dict[Key, Pairs] = {}
    for number, asked in enumerate(worlds.values()):
        minutes = sorted({m for one, hours in asked for m in _minutes(one, hours)})
        quantities = tuple(dict.fromkeys(name for one, _ in asked for name in one.reads()))
        (world,) = Worlds.of([asked[0][1].protocol(minutes)], keep=quantities).carry_out(cohort, warn=False)
        world = world.where(world["beyond"] == "")
        for one, hours in asked:
            first, second = (one.transformed(values) for values in pairs(world, one, hours, cohort))
            found[key_of(one, hours)] = Pairs.sound(first, second, np.tile(cohort.persons, REPEATS), weight)
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
