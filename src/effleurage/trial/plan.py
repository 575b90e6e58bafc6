"""The plan of a trial: a first answer from closed forms, then thousands of simulated trials to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from effleurage.engine.threads import Progress
from effleurage.trial.bank import FEW, MANY, NOBODY, Bank, bank, simulated
from effleurage.trial.design import Arm, Design
from effleurage.trial.hours import Hour, hours
from effleurage.trial.moments import Doubt, doubt, moments
from effleurage.trial.needs import TEETH, Need, need
from effleurage.trial.notes import Note, notes
from effleurage.trial.replicates import REPLICATES, Operating, operating
from effleurage.trial.unknowns import Pilot, Unknown, pilots, unknowns

CONTROLS = (
    Arm(name="quiet rest", kind="rest"),
    Arm(name="light touch", kind="light touch"),
    Arm(name="attention", kind="attention"),
    Arm(name="usual care", kind="usual care"),
)
"""What a massage may be compared with, for the comparison of controls."""
OTHER = 1
"""Place in a bank of what the first arm is compared with: the second arm, or the world without visits."""
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
    """A plan. ``needs`` in the order of the design's outcomes; the rest is empty in a first answer.

    ``checked``: simulated trials at several sizes; ``controls``: the same trial against other controls; ``clock``: what
    each hour of the day needs, by outcome; ``unknown`` and ``pilot`` by outcome. ``people``: virtual persons behind it.
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
    return Plan(design, _needs(design, few, None), tuple(notes(design, few)) if few else (), FEW if few else 0)


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
        return Plan(design, _needs(design, None, None), (), 0)
    arm, other = _arms(design)
    unsure = doubt(many.design, many.instruments, arm, other, seed)
    report(0.5)
    found = Plan(design, _needs(design, many, unsure), tuple(notes(design, many)), many.people)
    checked: list[Operating] = []
    measures = many.design.outcomes[:CHECKED]
    for place, _ in enumerate(measures):
        checked += operating(many, place, sizes, replicates, seed)
        report(0.5 + 0.2 * (place + 1) / len(measures))
    compared = _against(design, seed)
    report(0.85)
    clock, unknown, pilot = [], [], []
    for place, measure in enumerate(many.design.outcomes):
        name = measure.outcome
        if place < CHECKED:
            clock.append((name, tuple(hours(many.design, measure, arm, other, seed))))
        unknown.append((name, tuple(unknowns(unsure, place, seed))))
        pilot.append((name, tuple(pilots(unsure, place, moments(many, place, 0, OTHER)))))
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


def _arms(design: Design) -> tuple[Arm, Arm]:
    return design.arms[0], design.arms[1] if len(design.arms) > 1 else NOBODY


def _needs(design: Design, found: Bank | None, unsure: Doubt | None) -> tuple[Need, ...]:
    places = {measure: place for place, measure in enumerate(found.design.outcomes)} if found else {}
    return tuple(need(design, found, places.get(measure, -1), measure, unsure, OTHER) for measure in design.outcomes)


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
