"""The plan of a trial: a first answer from closed forms, then thousands of simulated trials to check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from effleurage.engine.threads import Progress
from effleurage.trial.design.contrast import TEETH
from effleurage.trial.design.design import Arm, Design
from effleurage.trial.lives.bank import FEW, MANY, Bank, bank, simulated
from effleurage.trial.plan.hours import Hour, hours
from effleurage.trial.plan.moments import Doubt, doubt, moments
from effleurage.trial.plan.needs import Need, need
from effleurage.trial.plan.notes import Note, notes
from effleurage.trial.plan.replicates import REPLICATES, Operating, operating
from effleurage.trial.plan.unknowns import Pilot, Unknown, pilots, unknowns

CONTROLS = (
    Arm(name="quiet rest", kind="rest"),
    Arm(name="light touch", kind="light touch"),
    Arm(name="attention", kind="attention"),
    Arm(name="usual care", kind="usual care"),
)
"""What a massage may be compared with, for the comparison of controls."""
CHECKED = 3
"""Outcomes that are checked by simulated trials."""


@dataclass(frozen=True)
class Against:
    """An outcome against one control: the need, by its outcome's name."""

    control: str
    outcome: str
    need: Need


@dataclass(frozen=True)
class Plan:
    """A plan. ``needs`` in the order of the design's outcomes, each against every other arm.

    The rest is empty in a first answer.
    ``checked``: simulated trials at several sizes; ``controls``: the same trial against other controls; ``clock``: what
    each hour of the day needs; ``unknown`` and ``pilot``: these three with their outcome, in the order of ``needs``.
    Hours are those of the first comparison alone. Of a design of one arm there is nothing but ``controls``, for without
    a second arm there is no effect. ``people``: virtual persons behind it.
    """

    design: Design
    needs: tuple[Need, ...]
    notes: tuple[Note, ...]
    people: int
    checked: tuple[Operating, ...] = ()
    controls: tuple[Against, ...] = ()
    clock: tuple[tuple[str, tuple[Hour, ...]], ...] = ()
    unknown: tuple[tuple[str, tuple[Unknown, ...]], ...] = ()
    pilot: tuple[tuple[str, tuple[Pilot, ...]], ...] = ()

    @property
    def primary(self) -> Need:
        """The need of the first outcome."""
        return self.needs[0]


def first_answer(design: Design, seed: int = 1, progress: Progress | None = None) -> Plan:
    """Closed forms on FEW virtual people, whose lives are kept for the next question.

    Raises ``ProtocolError`` for arms that cannot be carried out.
    """
    few = _bank(design, FEW, seed, progress)
    return Plan(design, _needs(design, few, {}), tuple(notes(design, few)) if few else (), FEW if few else 0)


def plan(
    design: Design,
    seed: int = 1,
    replicates: int = REPLICATES,
    sizes: Sequence[int] = TEETH,
    progress: Progress | None = None,
) -> Plan:
    """The whole plan, on MANY virtual people: with what is uncertain, other controls, hours, and simulated trials."""
    report = progress or (lambda share: None)
    many = _bank(design, MANY, seed, lambda share: report(0.4 * share))
    if many is None:
        return Plan(design, _needs(design, None, {}), (), 0)
    arm, others = design.arms[0], range(1, len(design.arms))
    unsure = {other: doubt(many.design, many.instruments, arm, design.arms[other], seed) for other in others}
    report(0.5)
    found = Plan(design, _needs(design, many, unsure), tuple(notes(design, many)), many.people)
    checked: list[Operating] = []
    measures = many.design.outcomes[:CHECKED]
    for place, _ in enumerate(measures):
        for other in others:
            checked += operating(many, place, sizes, replicates, seed, other)
        report(0.5 + 0.2 * (place + 1) / len(measures))
    compared = _against(design, seed)
    report(0.85)
    clock, unknown, pilot = [], [], []
    for place, measure in enumerate(many.design.outcomes):
        name = measure.outcome
        for other in others:
            if place < CHECKED:
                first = other == 1
                clock.append((name, tuple(hours(many.design, measure, arm, design.arms[1], seed)) if first else ()))
            unknown.append((name, tuple(unknowns(unsure[other], place, seed))))
            pilot.append((name, tuple(pilots(unsure[other], place, moments(many, place, 0, other)))))
        report(0.85 + 0.15 * (place + 1) / len(many.design.outcomes))
    return replace(
        found,
        checked=tuple(checked),
        controls=compared,
        clock=tuple(clock),
        unknown=tuple(unknown),
        pilot=tuple(pilot),
    )


def _bank(design: Design, people: int, seed: int, progress: Progress | None) -> Bank | None:
    kept = simulated(design)
    return bank(kept, people, seed, progress) if kept.outcomes else None


def _needs(design: Design, found: Bank | None, unsure: Mapping[int, Doubt]) -> tuple[Need, ...]:
    places = {measure: place for place, measure in enumerate(found.design.outcomes)} if found else {}
    return tuple(
        need(design, found, places.get(measure, -1), measure, unsure.get(other), other)
        for measure in design.outcomes
        for other in range(1, max(len(design.arms), 2))
    )


def _against(design: Design, seed: int) -> tuple[Against, ...]:
    """The first arm against every control, in one set of lives."""
    massage = design.arms[0]
    others = [one.model_copy(update={"minutes": massage.minutes, "region": massage.region}) for one in CONTROLS]
    asked = simulated(design.model_copy(update={"arms": (massage, *others)}))
    lives = bank(asked, FEW, seed)
    return tuple(
        Against(arm.name, measure.outcome, need(asked, lives, place, measure, None, number))
        for place, measure in enumerate(asked.outcomes)
        for number, arm in enumerate(others, 1)
    )
