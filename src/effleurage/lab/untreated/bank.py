"""The bank of lives: thousands of virtual people whom nobody treats, lived through once and kept.

Ordinary people and the kinds of ``clients.toml`` live ordinary days, which serve any clock times; a visit of quiet rest
is lived where somebody first asks for its hour. True states are kept; the noise of a reading is put on when it is read.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.engine.kept import keep, kept_array, look
from effleurage.engine.provenance import cpu, key
from effleurage.engine.threads import Progress
from effleurage.lab.instruments.instruments import Instrument, instruments
from effleurage.lab.instruments.read import looks_of, read
from effleurage.lab.untreated.clients import Kind, kinds
from effleurage.lab.untreated.hours import Hours, World
from effleurage.lab.untreated.nearby import Pairs
from effleurage.people.cohort import Cohort, Setting

if TYPE_CHECKING:
    import xarray as xr

ORDINARY, OF_A_KIND = 1024, 256
"""Virtual people who are ordinary, and of each kind of clients."""
TRAITS = {"age": (18.0, 90.0), "pain": (0.0, 10.0), "stress": (0.0, 100.0), "sleep": (0.0, 720.0)}
"""What may be said of a person, and its ends: years of age; pain, stress and minutes of sleep that are usual."""
_SHOWN = {"pain": "pain_rating", "stress": "stress_rating", "sleep": "total_sleep"}
"""In what quantity a trait shows itself on ordinary days."""
_AWAKE = 8 * 60.0, 22 * 60.0
"""Minutes of the day over which a trait is usual."""
_PERSON_DAYS = 1500.0
"""Days of one person that are lived in a second (measured on two busy cores), to say how long it takes."""
_ONCE = "{people:,} people whom nobody treats live through these hours first: about {seconds} s, once; they are kept"
_LOG = logging.getLogger(__name__)

Lives = Mapping[str, NDArray[np.float32]]
"""Of P people: ``age`` (P,), and each quantity that an instrument reads (looks, P); NaN for who passes a limit."""


@dataclass(frozen=True)
class Group:
    """People of one kind, or ordinary ones; ``weight`` is how much one of them counts beside an ordinary person."""

    kind: Kind | None
    cohort: Cohort

    @property
    def name(self) -> str:
        """That of the kind; "" for ordinary people."""
        return self.kind.name if self.kind else ""

    @property
    def weight(self) -> float:
        """The share of the kind, spread over those of it who are lived."""
        return self.kind.share * ORDINARY / OF_A_KIND if self.kind else 1.0


@dataclass(frozen=True)
class Bank:
    """The people of a seed. ``settings``: ledger rows that are said of everybody, and win over a kind's own."""

    seed: int = 1
    settings: Mapping[str, Setting] = field(default_factory=dict)
    _known: dict[tuple[World, str], Lives] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def groups(self) -> Mapping[str, Group]:
        """Name of a kind, or "" for ordinary people -> these people."""
        found = {"": Group(None, Cohort.of(ORDINARY, self.seed, dict(self.settings)))}
        for number, kind in enumerate(kinds().values()):
            indices = np.arange(OF_A_KIND) + ORDINARY + OF_A_KIND * number
            own = {**kind.people, **self.settings}
            found[kind.name] = Group(kind, Cohort(indices, own, self.seed, beyond=True))  # far by their nature
        return found

    def beside(self, instrument: Instrument, traits: Iterable[str] = ()) -> list[Group]:
        """Whom a person is held against: ordinary people, and kinds who differ in what is measured or said."""
        said = set(traits)
        named = {kind.name for kind in kinds().values() if kind.trait in said} | set(instrument.clients)
        return [group for name, group in self.groups.items() if not name or name in named]

    def live(self, wanted: Iterable[tuple[World, Group]], progress: Progress | None = None) -> None:
        """Have people live through days, unless their lives are kept; how long that takes is said."""
        lacking = []
        for world, name in dict.fromkeys((world, group.name) for world, group in wanted):
            if (world, name) not in self._known:
                found = look(self._place(world, name), _read)
                if found is None:
                    lacking.append((world, self.groups[name]))
                else:
                    self._known[world, name] = found
        if not lacking:
            return
        each = [len(group.cohort.persons) * world.days for world, group in lacking]
        people = sum({group.name: len(group.cohort.persons) for _, group in lacking}.values())
        _LOG.warning(_ONCE.format(people=people, seconds=max(5, 5 * round(sum(each) / _PERSON_DAYS / 5))))
        report, done = progress or (lambda share: None), 0
        for (world, group), own in zip(lacking, each, strict=True):
            lives = _lived(world, group.cohort)
            keep(self._place(world, group.name), _written(lives))
            self._known[world, group.name] = lives
            done += own
            report(done / sum(each))

    def lives(self, world: World, group: Group) -> Lives:
        """The lives of some people through some days."""
        self.live([(world, group)])
        return self._known[world, group.name]

    def read(self, world: World, group: Group, instrument: Instrument, minute: float) -> Floats:
        """What an instrument reports of some people (P,) at a minute, in the outcome's unit."""
        lives = self.lives(world, group)

        def reading() -> Floats:
            return read(_seen(world, lives, instrument, minute), instrument, minute, group.cohort)

        if not instrument.part:
            return reading()
        about = self._about(world, group.name)  # heartbeats take longer than lives
        place = f"banks/{key('lab', cpu(), about, instrument, minute)}.npy"
        return kept_array(place, reading, group.cohort.persons.shape)

    def pairs(self, instrument: Instrument, hours: Hours, traits: Iterable[str] = ()) -> Pairs:
        """First and second numbers of all who stand beside a person, on the instrument's scale."""
        parts, beside = [], self.beside(instrument, traits)
        self.live((hours.world, group) for group in beside)
        for group in beside:
            usual = self.usual(group, hours, traits)
            for looks in hours.looks():
                first, second = (instrument.transformed(self.read(hours.world, group, instrument, at)) for at in looks)
                parts.append(Pairs.sound(first, second, group.cohort.persons, group.weight, usual))
        return Pairs.together(parts)

    def usual(self, group: Group, hours: Hours, traits: Iterable[str]) -> Mapping[str, Floats]:
        """What is usual of some people (P,), by the names in ``TRAITS``, on ordinary days with these habits."""
        days = World(hours.up, hours.lights_out)
        if not (asked := tuple(traits)):
            return {}
        lives = self.lives(days, group)
        clock = days.minutes() % DAY
        awake = (clock >= _AWAKE[0]) & (clock < _AWAKE[1])
        found: dict[str, Floats] = {"age": lives["age"].astype(float)}
        for name, quantity in _SHOWN.items():
            found[name] = lives[quantity][awake].mean(axis=0, dtype=float)
        return {name: found[name] for name in asked}

    def _about(self, world: World, group: str) -> tuple[object, ...]:
        return world, group, self.seed, ORDINARY, OF_A_KIND, sorted(self.settings.items())

    def _place(self, world: World, group: str) -> str:
        return f"banks/{key('lab', cpu(), self._about(world, group))}.npz"


def _quantities() -> tuple[str, ...]:
    """All that an instrument reads."""
    return tuple(dict.fromkeys(name for one in instruments().values() for name in one.reads()))


def _lived(world: World, cohort: Cohort) -> Lives:
    """A cohort through these days; who passes a limit of life is none of them."""
    from effleurage.people.simulate import Worlds, own_values

    (lives,) = Worlds.of([world.protocol()], keep=_quantities()).carry_out(cohort, warn=False)
    lives = lives.where(lives["beyond"] == "")
    found = {name: lives[name].values.astype(np.float32) for name in _quantities()}
    return {"age": own_values(cohort, "age").astype(np.float32), **found}


@dataclass(frozen=True)
class _Values:
    values: Floats


class _Looks(dict[str, _Values]):
    """A trajectory as far as a reading looks at it: xarray alone takes longer to import than all the rest."""

    time: _Values


def _seen(world: World, lives: Lives, instrument: Instrument, minute: float) -> xr.Dataset:
    """Lives at the minutes that a reading needs: on the straight line between two looks."""
    times = world.minutes()
    minutes = np.array(looks_of(instrument, minute))
    later = np.clip(np.searchsorted(times, minutes), 1, len(times) - 1)
    share = ((minutes - times[later - 1]) / (times[later] - times[later - 1]))[:, None]
    looks = _Looks()
    looks.time = _Values(minutes)
    for name in instrument.reads():
        looks[name] = _Values((1 - share) * lives[name][later - 1] + share * lives[name][later])
    return cast("xr.Dataset", looks)


def _written(lives: Lives) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **dict(lives))
    return buffer.getvalue()


def _read(data: bytes) -> Lives:
    with np.load(io.BytesIO(data), allow_pickle=False) as table:
        found = {name: table[name] for name in table.files}
    if set(found) != {"age", *_quantities()} or any(values.dtype != np.float32 for values in found.values()):
        raise ValueError("lives of another kind")
    return found
