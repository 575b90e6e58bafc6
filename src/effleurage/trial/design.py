"""The design of a massage trial as data: arms, people, sessions, outcomes, what goes wrong, and the analysis.

Shaped like its YAML. Everything has a usual value but the arms and the outcomes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.times import DAY, When, clock
from effleurage.protocol.visits import Strokes, Visit

Kind = Literal["massage", "light touch", "rest", "attention", "waiting list", "usual care"]
"""What an arm gets. Waiting list and usual care get no visit; attention is a visit with talk and without hands."""
HANDS = ("massage", "light touch")
NO_VISIT = ("waiting list", "usual care")
FIRST_DAY = 2
"""Day of the first session, counted from 1: one ordinary day and a first measurement come before it."""

TimeOfDay = Annotated[float, BeforeValidator(lambda said: clock(said) if isinstance(said, str) else said)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Arm(_Frozen):
    """One arm. ``expectation`` 0-1; ``therapists`` give the sessions of the arm, 0 where nobody does."""

    name: str
    kind: Kind = "massage"
    technique: str = "swedish"
    pressure: str = ""
    region: str = "back"
    minutes: float = 60.0
    expectation: float = 0.5
    therapists: int = 1

    @property
    def has_hands(self) -> bool:
        """Whether hands are laid on."""
        return self.kind in HANDS


class Measure(_Frozen):
    """An outcome of ``lab/instruments.toml`` or ``trial/outcomes.toml``, measured before all sessions and at the end.

    ``time``: clock time of both measurements, minutes since midnight. ``after``: days from the last session to the
    second; 0 is minutes after it (``minutes_after``). ``worthwhile``: the smallest difference worth having, in the
    outcome's unit, 0 where none is said.
    """

    outcome: str
    instrument: str = ""
    time: TimeOfDay = 14 * 60.0
    after: int = 1
    minutes_after: float = 10.0
    posture: str = "seated"
    worthwhile: float = 0.0


class Design(_Frozen):
    """A trial. Rates are 0-1; ``n`` persons in each arm (in all, of a crossover), None to be planned.

    ``adherence``: share of sessions attended; ``dropout``: share of persons lost before the end; ``missing``: share of
    single measurements lost; ``therapist_icc``: share of the variance of the massage arm that lies between therapists.
    """

    title: str
    arms: tuple[Arm, ...]
    outcomes: tuple[Measure, ...]
    layout: Literal["parallel", "crossover"] = "parallel"
    n: int | None = None
    people: Mapping[str, float] = Field(default_factory=dict)
    habits: Habits = Field(default_factory=Habits)
    sessions: int = 1
    every: int = 7
    time: TimeOfDay = 14 * 60.0
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
        if not self.arms:
            yield Finding("arms", "there is none", "Give the massage and what it is compared with.")
        names = [arm.name for arm in self.arms]
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield Finding("arms", f"two arms are called '{name}'", "Name each differently.")
        if self.arms and not any(arm.has_hands for arm in self.arms):
            yield Finding("arms", "no arm gets a massage", "Add one with kind 'massage'.")
        if not self.outcomes:
            yield Finding("outcomes", "nothing is measured", "Name an outcome, such as 'cortisol'.")
        if self.n is not None and self.n < 2:
            yield Finding("n", f"{self.n} persons in an arm", "2 at the least: one person has no spread.")
        for name in ("adherence", "dropout", "missing", "therapist_icc"):
            value = getattr(self, name)
            if not 0 <= value <= 1 or (name != "adherence" and value == 1):
                yield Finding(name, f"{value:g} is no share that can be", "Give one from 0 to below 1.")
        for name in ("alpha", "power"):
            if not 0 < getattr(self, name) < 1:
                yield Finding(name, f"{getattr(self, name):g}", "Give one between 0 and 1, such as 0.05 or 0.8.")
        if self.sessions < 1 or self.every < 1:
            yield Finding("sessions", "fewer than one session, or days apart", "Give 1 or more.")
        if self.analysis == "change" and not self.reason:
            what = "the change score needs a reason: ANCOVA finds the same with fewer people"
            yield Finding("analysis", what, "Say 'reason: …', or leave analysis at ancova.")
        for measure in self.outcomes:
            if measure.worthwhile < 0 or measure.after < 0:
                yield Finding(measure.outcome, "a negative difference or number of days", "Give 0 or more.")
            for minute in (measure.time, measure.time if measure.after else self.time):
                if self.asleep(minute):
                    what = f"is measured at {int(minute // 60):02d}:{int(minute % 60):02d}, while people are in bed"
                    yield Finding(measure.outcome, what, "Choose a time when they are up, or change the habits.")
                    break

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
            people=dict(self.people),
        )
        return plan.only_at(minutes)

    def _visits(self, arm: Arm) -> tuple[Any, ...]:
        if arm.kind in NO_VISIT:
            return ()
        technique = "light touch" if arm.kind == "light touch" else arm.technique
        pressure = "" if arm.kind == "light touch" else arm.pressure
        strokes = Strokes(technique=technique, pressure=pressure, region=arm.region) if arm.has_hands else None
        return (
            Visit(
                when=When(start=self.starts[0], times=self.sessions, every=self.every),
                minutes=arm.minutes,
                strokes=strokes,
                posture="" if arm.has_hands else "lying",
                attention=1.0 if arm.kind == "attention" else 0.5,
                expectation=arm.expectation,
            ),
        )
