"""The design of a massage trial as data: arms, people, sessions, outcomes, what goes wrong, and the analysis.

Shaped like its YAML. Everything has a usual value but the arms and the outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from effleurage.errors import Finding, ProtocolError, RequestError
from effleurage.protocol.model import MOST_DAYS, MOST_PEOPLE, Habits, Protocol, TimeOfDay, usually
from effleurage.protocol.times import DAY, MOST_TIMES, When, time_of_day
from effleurage.protocol.visits import Visit
from effleurage.trial.design.arm import NO_VISIT as NO_VISIT
from effleurage.trial.design.arm import Arm as Arm
from effleurage.trial.design.arm import Kind as Kind
from effleurage.trial.design.measure import Measure as Measure
from effleurage.trial.design.people import differing

CARRY_OVERS = 3
"""Carry-over times that a wash-out must last; after three, a twentieth of what a session left is still there."""
FIRST_DAY = 2
"""Day of the first session, counted from 1: one ordinary day and a first measurement come before it."""


class Design(BaseModel):
    """A trial. Rates are 0-1; ``n`` persons in each arm (in all, of a crossover), None to be planned.

    ``adherence``: share of sessions attended; ``dropout``: share of persons lost before the end; ``missing``: share of
    single measurements lost; ``therapist_icc``: share of the variance of the massage arm that lies between therapists.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: str
    arms: tuple[Arm, ...]
    outcomes: tuple[Measure, ...]
    layout: Literal["parallel", "crossover"] = "parallel"
    n: int | None = None
    people: Mapping[str, float] = Field(default_factory=dict)
    habits: Habits = Field(default_factory=Habits)
    sessions: int = 1
    every: int = 7
    time: TimeOfDay = usually(14 * 60.0)
    washout: int = 7
    block: int = 4
    adherence: float = 1.0
    dropout: float = 0.0
    missing: float = 0.0
    therapist_icc: float = 0.05
    estimand: Literal["treatment policy", "hypothetical", "while on treatment"] = "treatment policy"
    analysis: Literal["ancova", "change"] = "ancova"
    reason: str = ""
    alpha: float = 0.05
    power: float = 0.8

    @model_validator(mode="after")
    def _refuse(self) -> Design:
        if found := tuple(self.faults()):
            raise ProtocolError(found)
        return self

    def faults(self) -> Iterator[Finding]:
        """Everything wrong with the design itself; a single arm is allowed, and its bias is told elsewhere."""
        found = [*self._shape(), *self._arms(), *self._numbers(), *self._measures()]
        yield from found or self._courses()

    def _shape(self) -> Iterator[Finding]:
        if not self.outcomes:
            yield Finding("outcomes", "nothing is measured", "Name an outcome, such as 'cortisol'.")
        if self.analysis == "change" and not self.reason.strip():
            what = "the change score needs a reason: ANCOVA finds the same with fewer people"
            yield Finding("analysis", what, "Say 'reason: …', or leave analysis at ancova.")
        if self.layout == "crossover":
            if len(self.arms) == 1:
                yield Finding("layout", "a crossover of one arm", "Give a second arm, or say parallel.")
            hours, days = carry_hours(), self.washout
            least = CARRY_OVERS * hours / 24
            if days < least:
                what = f"{days} d of wash-out; relaxation carries over for {hours:g} h, and three times that are needed"
                yield Finding("washout", what, f"Give {ceil(least)} days or more.")
        if self.people:
            yield from _unknown_people(self.people)

    def _arms(self) -> Iterator[Finding]:
        if not self.arms:
            yield Finding("arms", "there is none", "Give the massage and what it is compared with.")
        names = [arm.name for arm in self.arms]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Finding("arms", f"two arms are called '{name}'", "Name each differently.")
        if self.arms and not any(arm.has_hands for arm in self.arms):
            yield Finding("arms", "no arm gets a massage", "Add one with kind 'massage'.")
        for arm in self.arms:
            for fault in arm.faults():
                yield Finding(f"arms, {arm.name}, {fault.where}", fault.what, fault.fix)

    def _numbers(self) -> Iterator[Finding]:
        if self.n is not None and self.n < 2:
            yield Finding("n", f"{self.n} persons in an arm", "2 at the least: one person has no spread.")
        elif self.n is not None and self.n > MOST_PEOPLE:
            yield Finding("n", f"{self.n:,} persons in an arm, more than memory holds", f"{MOST_PEOPLE:,} at the most.")
        for name in ("adherence", "dropout", "missing", "therapist_icc"):
            value = getattr(self, name)
            whole = name == "adherence"
            if not 0 <= value <= 1 or (value == 1 and not whole):
                fix = "Give one from 0 to 1." if whole else "Give one from 0 to below 1."
                yield Finding(name, f"{value:g} is no share that can be", fix)
        for name in ("alpha", "power"):
            if not 0 < getattr(self, name) < 1:
                yield Finding(name, f"{getattr(self, name):g}", "Give one between 0 and 1, such as 0.05 or 0.8.")
        if not 1 <= self.sessions <= MOST_TIMES:
            yield Finding("sessions", f"{self.sessions} sessions cannot be", f"Give 1 to {MOST_TIMES}.")
        for name in ("every", "washout"):
            if not (name == "every") <= getattr(self, name) <= MOST_DAYS:
                what = f"{getattr(self, name)} days cannot be"
                yield Finding(name, what, f"Give {int(name == 'every')} to {MOST_DAYS}.")
        if self.block < 1:
            yield Finding("block", f"blocks of {self.block}", "Give 1 or more, such as 4.")
        if not 0 <= self.time <= DAY:
            yield Finding("time", "a time outside the day", "Write 00:00 to 24:00.")

    def _measures(self) -> Iterator[Finding]:
        seen = set()
        for measure in self.outcomes:
            for fault in measure.faults():
                where = f"outcomes, {measure.outcome}"
                yield Finding(where if fault.where == "outcome" else f"{where}, {fault.where}", fault.what, fault.fix)
            when = (measure.outcome, measure.instrument, measure.time, measure.after, measure.minutes_after)
            if when in seen:
                yield Finding(f"outcomes, {measure.outcome}", "is measured twice at the same time", "Keep one.")
            seen.add(when)
            yield from self._intake(measure)

    def _intake(self, measure: Measure) -> Iterator[Finding]:
        """A threshold that the layout, the analysis or another row of the same questionnaire does not go with."""
        if measure.intake is None:
            return
        asked = measure.outcome, measure.instrument
        same = {one.intake for one in self.outcomes if (one.outcome, one.instrument) == asked}
        where = f"outcomes, {measure.outcome}, intake"
        if len(same) > 1:
            yield Finding(where, "another measurement of it takes in others", "Give the same intake to each.")
        if self.layout == "crossover" or self.analysis == "change":
            what = "who is taken in by a first answer falls back from it, and from no later one"
            yield Finding(where, what, "Leave intake out, or compare parallel arms by ancova.")

    def _courses(self) -> Iterator[Finding]:
        """What shows only once everything is laid out in time: the length, the nights, and what collides."""
        if self.days > MOST_DAYS:
            yield Finding("sessions", f"the trial lasts {self.days} days", f"At most {MOST_DAYS} can be simulated.")
            return
        for measure in self.outcomes:
            for minute in self.looks(measure):
                if self.asleep(minute):
                    what = f"is measured at {time_of_day(minute)}, while people are in bed"
                    fix = "Choose a time when they are up, or change the habits."
                    yield Finding(f"outcomes, {measure.outcome}, time", what, fix)
                    break
        for arm in self.arms:
            try:
                self.protocol(arm)
            except ProtocolError as refused:
                for fault in refused.findings:
                    yield Finding(f"arms, {arm.name}", fault.what, fault.fix)

    def asleep(self, minute: float) -> bool:
        """Whether people are in bed at a clock time."""
        out, up = self.habits.lights_out % DAY, self.habits.up % DAY
        at = minute % DAY
        return out <= at < up if out < up else at >= out or at < up

    @property
    def starts(self) -> tuple[float, ...]:
        """Minutes since midnight of day 1 at which sessions start."""
        return When(start=(FIRST_DAY - 1) * DAY + self.time, times=self.sessions, every=self.every).starts

    def looks(self, measure: Measure) -> tuple[float, float]:
        """Minutes since midnight of day 1 of the first and the second measurement."""
        last = self.starts[-1]
        longest = max(arm.minutes for arm in self.arms)
        before = (FIRST_DAY - 1) * DAY + measure.time - (DAY if measure.time >= self.time - 30 else 0)
        if measure.after == 0:
            return self.starts[0] - 20, last + longest + measure.minutes_after
        return before, last - self.time + measure.after * DAY + measure.time

    @property
    def days(self) -> int:
        """Days to simulate."""
        return int(max(self.looks(measure)[1] for measure in self.outcomes) // DAY) + 1

    def protocol(self, arm: Arm) -> Protocol:
        """What an arm's people go through, sampled at every measurement."""
        minutes = sorted({minute for measure in self.outcomes for minute in self.looks(measure)})
        plan = Protocol(
            title=f"{self.title}: {arm.name}",
            days=self.days,
            timeline=self._visits(arm),
            habits=self.habits,
            people=differing(self.people),
        )
        return plan.only_at(minutes)

    def _visits(self, arm: Arm) -> tuple[Any, ...]:
        if arm.kind in NO_VISIT:
            return ()
        return (
            Visit(
                when=When(start=self.starts[0], times=self.sessions, every=self.every),
                minutes=arm.minutes,
                strokes=arm.strokes,
                posture="" if arm.has_hands else "lying",
                attention=1.0 if arm.kind == "attention" else 0.5,
                expectation=arm.expectation,
            ),
        )


def carry_hours() -> float:
    """Hours for which relaxation carries over from one session, in the body's ledger."""
    from effleurage.people.simulate import whole_body

    return float(whole_body().parameters["carry_time"].value)


def _unknown_people(people: Mapping[str, float]) -> Iterator[Finding]:
    from effleurage.people.cohort import check_settings
    from effleurage.people.simulate import whole_body

    try:
        check_settings(whole_body(), people)
    except RequestError as refused:
        yield from refused.findings
