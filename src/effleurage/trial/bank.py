"""The people of a trial: many virtual persons, each lived through in every arm, kept on disk for the next question.

A replicate of a trial draws its persons from here, so thousands of trials cost one simulation. What a person's day and
hour do to a measurement is in the lives themselves; the noise of the instrument is added when a trial is conducted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.kept import kept_array
from effleurage.engine.provenance import key, processor
from effleurage.evidence.ring import kept_quantities, truth
from effleurage.lab.instruments import Instrument, instrument_of
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds, body_of
from effleurage.protocol.model import Protocol
from effleurage.trial.design import Arm, Design, Measure
from effleurage.trial.outcomes import outcome_of

if TYPE_CHECKING:
    from effleurage.engine.threads import Progress

FEW, MANY = 128, 512
"""Persons behind a first answer and behind a refined one."""
NOBODY = Arm(name="no visit at all", kind="usual care")
"""The world of a session that was not attended."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bank:
    """P persons in A arms and in the world without visits, M measures, on each instrument's scale.

    ``first`` (M, P) before any session; ``second`` (A + 1, M, P) at the end, the last row without any visit.
    """

    design: Design
    instruments: tuple[Instrument, ...]
    first: Floats
    second: Floats

    @property
    def people(self) -> int:
        """Persons in the bank."""
        return int(self.first.shape[1])

    def effect(self, arm: int, other: int, measure: int) -> Floats:
        """Difference between two arms for each person (P,)."""
        return np.asarray(self.second[arm, measure] - self.second[other, measure])


def instrument_named(measure: Measure) -> Instrument:
    """The instrument of a measure. Raises ``RequestError`` for an outcome without one."""
    return instrument_of(measure.outcome, measure.instrument)


def simulated(design: Design) -> Design:
    """The design with those outcomes alone that the simulated body has."""
    kept = tuple(one for one in design.outcomes if outcome_of(one.outcome, one.instrument).simulated)
    return design.model_copy(update={"outcomes": kept})


def bank(design: Design, people: int = MANY, seed: int = 1, progress: Progress | None = None) -> Bank:
    """The bank of a design, from disk where these lives were lived before.

    Raises ``ProtocolError`` for arms that cannot be carried out, ``RequestError`` for outcomes that the body has not
    (``simulated`` leaves them out).
    """
    instruments = tuple(instrument_named(measure) for measure in design.outcomes)
    arms = [*design.arms, NOBODY]
    plans = [design.protocol(arm) for arm in arms]
    looks = [design.looks(measure) for measure in design.outcomes]

    def live() -> Floats:
        first, second = lived(plans, instruments, looks, people, seed, progress)
        return np.concatenate([first[None], second])

    shape = 1 + len(plans), len(instruments), people
    found = kept_array(f"banks/{_key(plans, instruments, looks, people, seed)}.npy", live, shape)
    return Bank(design, instruments, found[0], found[1:])


def lived(
    plans: list[Protocol],
    instruments: Iterable[Instrument],
    looks: list[tuple[float, float]],
    people: int | Cohort,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Floats, Floats]:
    """First (M, P) and second (A, M, P) measurements without noise of the same people in every plan."""
    chosen = tuple(instruments)
    cohort = people if isinstance(people, Cohort) else Cohort.of(people, seed)
    cohort = replace(cohort, settings={**plans[0].people, **cohort.settings})
    keep = kept_quantities(one.quantity for one in chosen)
    worlds = Worlds.of(plans, keep=keep).carry_out(cohort, progress)
    first = [truth(worlds[0], one, look[0], cohort) for one, look in zip(chosen, looks, strict=True)]
    second = [[truth(world, one, look[1], cohort) for one, look in zip(chosen, looks, strict=True)] for world in worlds]
    return np.asarray(first), np.asarray(second)


def _key(
    plans: list[Protocol],
    instruments: tuple[Instrument, ...],
    looks: list[tuple[float, float]],
    people: int,
    seed: int,
) -> str:
    """The name under which lives are kept: it holds all that they depend on."""
    body = body_of(plans)
    rows = [body.digest, *body.parameters.values(), *body.quantities.values(), *body.inputs.values()]
    asked = [plan.model_dump_json() for plan in plans]
    return key("trial", processor(), rows, asked, instruments, looks, people, seed)
