"""The plan of a trial: a first answer from closed forms, then thousands of simulated trials to check it.

Everything in one plan rests on the same virtual people, so that it never says two numbers for one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from effleurage.engine.threads import Progress
from effleurage.shown import Shown
from effleurage.trial.design.contrast import TEETH
from effleurage.trial.design.design import Design, Measure
from effleurage.trial.lives.bank import FEW, MANY, Bank, bank, simulated
from effleurage.trial.plan.controls import Against, against_controls
from effleurage.trial.plan.drift import Drift, drift
from effleurage.trial.plan.hours import Hour, hours_of_each
from effleurage.trial.plan.moments import Doubt, doubt, moments
from effleurage.trial.plan.needs import Need, need
from effleurage.trial.plan.notes import Note, notes
from effleurage.trial.plan.planned import Planned, planned
from effleurage.trial.plan.replicates import REPLICATES, Operating, operating
from effleurage.trial.plan.unknowns import Pilot, Unknown, pilots, unknowns

CHECKED = 3
"""Outcomes that are checked by simulated trials."""


@dataclass(frozen=True)
class OutcomePlan:
    """All that a plan says of one outcome against one other arm.

    ``need``: how many people. The rest is empty for an outcome that the body has not, and in a first answer, which has
    ``drift`` alone. ``checked``: simulated trials at rising sizes. ``controls``: the same trial against other controls,
    and ``hours``: what each hour of the day needs; both told once, with the outcome's first comparison. ``unknowns``:
    the uncertain numbers that matter most; ``pilots``: what pilots would tell. ``drift``: what changes anyway.
    """

    need: Need
    checked: tuple[Operating, ...] = ()
    controls: tuple[Against, ...] = ()
    hours: tuple[Hour, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    pilots: tuple[Pilot, ...] = ()
    drift: Drift | None = None


@dataclass(frozen=True)
class Plan(Shown):
    """A plan: ``outcomes`` in the order of the design's, each against every other arm.

    A design of one arm has each outcome once and without any size, for without a second arm there is no effect.
    ``people``: virtual persons behind it, 0 where it rests on published numbers alone.
    """

    design: Design
    outcomes: tuple[OutcomePlan, ...]
    notes: tuple[Note, ...]
    people: int

    @property
    def needs(self) -> tuple[Need, ...]:
        """What each outcome needs."""
        return tuple(outcome.need for outcome in self.outcomes)

    @property
    def primary(self) -> Need:
        """The need of the first outcome, against the second arm."""
        return self.outcomes[0].need

    @property
    def checked(self) -> tuple[Operating, ...]:
        """The simulated trials of all outcomes."""
        return tuple(trials for outcome in self.outcomes for trials in outcome.checked)

    @property
    def controls(self) -> tuple[Against, ...]:
        """All outcomes against other controls."""
        return tuple(against for outcome in self.outcomes for against in outcome.controls)

    @property
    def first(self) -> bool:
        """Whether it is a first answer, from closed forms alone."""
        return not self.checked and not self.controls

    @property
    def n_per_arm(self) -> int | None:
        """People an arm for the first outcome: the largest of its comparisons decides. None beyond reach."""
        sizes = [need.decisive for need in self.needs if need.measure == self.primary.measure]
        known = [size.analysed for size in sizes if size and size.analysed is not None]
        return max(known) if known and len(known) == len(sizes) else None

    @property
    def planned(self) -> tuple[Planned, ...]:
        """What a protocol must say: one for each outcome and comparison with a size."""
        found = (planned(self.design, need, self.people) for need in self.needs)
        return tuple(numbers for numbers in found if numbers)


def first_answer(design: Design, seed: int = 1, progress: Progress | None = None) -> Plan:
    """Closed forms on FEW virtual people, whose lives are kept for the next question.

    Raises ``ProtocolError`` for arms that cannot be carried out.

    >>> from effleurage.trial.design.design import Arm, Design, Measure
    >>> arms = Arm(name="massage"), Arm(name="rest", kind="rest")
    >>> first_answer(Design(title="a month", arms=arms, outcomes=(Measure(outcome="PSS", worthwhile=3.0),))).n_per_arm
    59
    """
    few = _bank(design, FEW, seed, progress)
    return _answered(design, few, {})


def plan(
    design: Design,
    seed: int = 1,
    replicates: int = REPLICATES,
    sizes: Sequence[int] = TEETH,
    progress: Progress | None = None,
) -> Plan:
    """The whole plan, on MANY virtual people: with what is uncertain, other controls, hours, and simulated trials."""
    report = progress or (lambda share: None)
    many = _bank(design, MANY, seed, lambda share: report(0.3 * share))
    if many is None:
        return _answered(design, None, {})
    arm, others = design.arms[0], range(1, len(design.arms))
    unsure = {other: doubt(many.design, many.instruments, arm, design.arms[other], seed) for other in others}
    answer = _answered(design, many, unsure)
    report(0.4)
    controls = against_controls(answer.needs, many, seed)
    report(0.6)
    clock = _hours(answer, many, seed)
    report(0.8)
    whole: list[OutcomePlan] = []
    for (measure, other), outcome in zip(_comparisons(design), answer.outcomes, strict=True):
        if outcome.need.outcome.simulated:
            place = many.design.outcomes.index(measure)
            if other == 1:
                outcome = replace(outcome, controls=controls[measure], hours=clock.get(measure, ()))
            if other in unsure:
                outcome = _checked(outcome, many, place, other, unsure[other], sizes, replicates, seed)
        whole.append(outcome)
        report(0.8 + 0.2 * len(whole) / len(answer.outcomes))
    return replace(answer, outcomes=tuple(whole))


def _bank(design: Design, people: int, seed: int, progress: Progress | None) -> Bank | None:
    bodily = simulated(design)
    return bank(bodily, people, seed, progress) if bodily.outcomes else None


def _comparisons(design: Design) -> Iterator[tuple[Measure, int]]:
    """Each outcome with the place of each arm that the first is compared with; of one arm, with a place in the air."""
    return ((measure, other) for measure in design.outcomes for other in range(1, max(len(design.arms), 2)))


def _answered(design: Design, lives: Bank | None, unsure: Mapping[int, Doubt]) -> Plan:
    """What closed forms say, and what the lives themselves show; of all outcomes, or of published numbers alone."""
    outcomes = []
    for measure, other in _comparisons(design):
        bodily = lives is not None and measure in lives.design.outcomes
        place = lives.design.outcomes.index(measure) if lives and bodily else -1
        needed = need(design, lives, place, measure, unsure.get(other), other)
        moved = drift(lives, place, needed, other if len(design.arms) > 1 else None) if lives and bodily else None
        outcomes.append(OutcomePlan(needed, drift=moved))
    return Plan(design, tuple(outcomes), tuple(notes(design, lives)), lives.people if lives else 0)


def _checked(
    outcome: OutcomePlan,
    lives: Bank,
    place: int,
    other: int,
    unsure: Doubt,
    sizes: Sequence[int],
    replicates: int,
    seed: int,
) -> OutcomePlan:
    """The same, with simulated trials where it is among the CHECKED, and with what is worth knowing first."""
    tried = operating(lives, place, sizes, replicates, seed, other) if place < CHECKED else ()
    told = pilots(unsure, place, moments(lives, place, 0, other))
    return replace(outcome, checked=tuple(tried), unknowns=tuple(unknowns(unsure, place, seed)), pilots=tuple(told))


def _hours(answer: Plan, lives: Bank, seed: int) -> Mapping[Measure, tuple[Hour, ...]]:
    """What each hour needs, of the CHECKED outcomes, against the second arm; the planned hour as answered."""
    if len(answer.design.arms) < 2:
        return {}
    arm, other = answer.design.arms[:2]
    measures = lives.design.outcomes[:CHECKED]
    found = hours_of_each(lives.design, measures, arm, other, seed, answer.people)
    first = {need.measure: need for need in answer.needs if need.against == other.name}
    return {
        measure: tuple(_as_answered(hour, first[measure], answer.design) for hour in told)
        for measure, told in zip(measures, found, strict=True)
    }


def _as_answered(hour: Hour, need: Need, design: Design) -> Hour:
    """The hour as it is answered for, where it is the hour of the design."""
    planned = need.measure.time if need.measure.after else design.time
    if need.effect is None or need.expected is None or 60 * hour.hour != planned:
        return hour
    return replace(hour, effect=need.effect, r=need.r, need=need.expected)
