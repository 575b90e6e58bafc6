"""Worlds carried out on one cohort, each once, whoever asks for it; and what was seen of a quantity there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.threads import Progress, side_by_side
from effleurage.evidence.norms.targets import Look, World
from effleurage.lab.heart.virtual import INDICES, READS, window_index
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import simulate

if TYPE_CHECKING:
    import xarray as xr

_SHARED = 1e-6
"""Minutes within which a time is that of a look."""
Wanted = tuple[str, World, Sequence[float]]
"""A quantity, the world in which it is looked at, and the minutes since midnight of day 1."""


def key_of(world: World) -> str:
    """Worlds are the same whose keys are."""
    return json.dumps(world.model_dump(), sort_keys=True)


def key_but_for_days(world: World) -> str:
    """Of worlds with the same one, the longer is the shorter gone on."""
    return key_of(world.model_copy(update={"days": 0}))


@dataclass(frozen=True)
class Looked:
    """What was seen of the people of a cohort, in worlds that ``look_at`` has carried out."""

    cohort: Cohort
    worlds: Mapping[str, xr.Dataset]

    def __call__(self, quantity: str, look: Look) -> Floats:
        """One number a person (N,): what a look measures."""
        minutes = np.asarray(look.minutes())
        return _measured(self.values(quantity, look.world, minutes), minutes, look)

    def values(self, quantity: str, world: World, minutes: Sequence[float] | Floats) -> Floats:
        """A quantity (minutes, N) in its own unit; of heartbeats, an index of the five minutes around each."""
        seen = self.worlds[key_of(world)]
        if quantity in INDICES:
            people = replace(self.cohort, settings={**world.people, **self.cohort.settings})
            return np.array([window_index(seen, INDICES[quantity], minute, people) for minute in minutes])
        places = np.searchsorted(seen.time.values, np.asarray(minutes) - _SHARED)
        return np.asarray(seen[quantity].values[places])


def look_at(
    wanted: Iterable[Wanted], cohort: Cohort, without: tuple[str, ...] = (), progress: Progress | None = None
) -> Looked:
    """Carry out every world that is wanted, once, and look at all that is wanted there.

    ``without``: arrows switched off; ``progress`` is called with the share that is done, 0 to 1.
    """
    looks: dict[str, tuple[World, list[Wanted]]] = {}
    for own in wanted:
        looks.setdefault(key_of(own[1]), (own[1], []))[1].append(own)

    def carried_out(world: World, wanted: list[Wanted], report: Progress) -> xr.Dataset:
        minutes = sorted({minute for _, _, own in wanted for minute in own})
        asked = dict.fromkeys(quantity for quantity, _, _ in wanted)
        quantities = tuple(dict.fromkeys(one for name in asked for one in (READS if name in INDICES else (name,))))
        protocol = world.protocol().only_at(minutes)
        return simulate(protocol, cohort, without=without, keep=quantities, progress=report)

    found = side_by_side([partial(carried_out, *own) for own in looks.values()], progress)
    return Looked(cohort, dict(zip(looks, found, strict=True)))


def looked_at(
    wanted: Iterable[tuple[str, Look]],
    cohort: Cohort,
    without: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Looked:
    """A reader of (quantity, look): one number a person (N,). Each world is run once, whoever asks for it."""
    return look_at(((quantity, look.world, look.minutes()) for quantity, look in wanted), cohort, without, progress)


def _measured(values: Floats, minutes: Floats, look: Look) -> Floats:
    """One number a person (N,) of values (minutes, N)."""
    if look.measure == "mean":
        return np.asarray(values.mean(axis=0))
    if look.measure == "peak":
        return np.asarray(values.max(axis=0))
    if look.measure == "trough":
        return np.asarray(values.min(axis=0))
    place = values.argmax(axis=0) if look.measure == "time of peak" else values.argmin(axis=0)
    return np.asarray(minutes[place] - minutes[0])
