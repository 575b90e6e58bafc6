"""The people of a trial: many virtual persons, each lived through in every arm, kept on disk for the next question.

A replicate of a trial draws its persons from here, so thousands of trials cost one simulation. What a person's day and
hour do to a measurement is in the lives themselves; the noise of the instrument is added when a trial is conducted.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.kept import kept
from effleurage.engine.provenance import key, processor
from effleurage.evidence.ring.respond import kept_quantities
from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.instruments.read import sampled, truth
from effleurage.people.cohort import Cohort
from effleurage.people.life import beyond, in_words
from effleurage.people.simulate import Worlds, body_of
from effleurage.protocol.model import Protocol
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import endpoint_of

if TYPE_CHECKING:
    from effleurage.engine.threads import Progress

FEW: int = 128
MANY: int = 512
"""Persons behind a first answer and behind a refined one."""
NOBODY: Arm = Arm(name="no visit at all", kind="usual care")
"""The world of a session that was not attended."""


@dataclass(frozen=True)
class Bank:
    """True states of P persons in A arms and in the world without visits, M measures, on each instrument's scale.

    ``first`` (M, P) before any session; ``second`` (A + 1, M, P) at the end, the last row without any visit.
    """

    design: Design
    instruments: tuple[Instrument, ...]
    first: Floats
    second: Floats
    beyond: str = ""
    """Who passes the limits of life, in words; empty where nobody does."""

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
    kept = tuple(one for one in design.outcomes if endpoint_of(one.outcome, one.instrument).simulated)
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

    shape = 1 + len(plans), len(instruments), people

    def live() -> tuple[Floats, str]:
        first, second, passed = lived(plans, instruments, looks, people, seed, progress)
        return np.concatenate([first[None], second]), passed

    def write(lives: tuple[Floats, str]) -> bytes:
        buffer = io.BytesIO()
        np.savez(buffer, lives=lives[0], passed=np.array(lives[1]))
        return buffer.getvalue()

    def read(data: bytes) -> tuple[Floats, str]:
        with np.load(io.BytesIO(data), allow_pickle=False) as table:
            lives, passed = table["lives"], str(table["passed"])
        if lives.shape != shape or lives.dtype != np.float64:
            raise ValueError("lives of another kind")
        return lives, passed

    lives, passed = kept(f"banks/{_key(plans, instruments, looks, people, seed)}.npz", live, write, read)
    return Bank(design, instruments, lives[0], lives[1:], passed)


def lived(
    plans: list[Protocol],
    instruments: Iterable[Instrument],
    looks: list[tuple[float, float]],
    people: int | Cohort,
    seed: int,
    progress: Progress | None = None,
) -> tuple[Floats, Floats, str]:
    """First (M, P) and second (A, M, P) true states of the same people in every plan, when they are measured.

    Without the noise of a reading, and with the delay of a tube. The third says who of them passes the limits of life.
    """
    chosen = tuple(instruments)
    cohort = people if isinstance(people, Cohort) else Cohort.of(people, seed)
    cohort = replace(cohort, settings={**plans[0].people, **cohort.settings})
    keep = kept_quantities(one.quantity for one in chosen)
    readings = [(one, minute) for one, pair in zip(chosen, looks, strict=True) for minute in pair]
    worlds = Worlds.of([sampled(plan, readings) for plan in plans], keep=keep).carry_out(cohort, progress, warn=False)
    first = [truth(worlds[0], one, look[0], cohort) for one, look in zip(chosen, looks, strict=True)]
    second = [[truth(world, one, look[1], cohort) for one, look in zip(chosen, looks, strict=True)] for world in worlds]
    return np.asarray(first), np.asarray(second), in_words(beyond(worlds), len(cohort.persons))


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
