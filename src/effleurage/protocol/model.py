"""A protocol: timed stimuli, habits and sampling times, shaped like the YAML; it compiles to a schedule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from effleurage.engine.schedule import Drive, Schedule
from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.clashes import timeline_faults
from effleurage.protocol.times import DAY, MOST_LOOKS, clock, look_minutes, looks_of
from effleurage.protocol.visits import Dose, Visit

Stimulus: TypeAlias = Visit | Dose
Spread: TypeAlias = int | float | Mapping[str, float]
WANDER = {"lasting", "weeks"}
"""Of a spread whose persons move over weeks: the share of its variance that lasts, and how long the rest takes."""
"""One value for everybody, or ``{mean, sd}`` between persons."""

MOST_DAYS = 730
MOST_PEOPLE = 10_000_000

if TYPE_CHECKING:

    class TimeOfDay:
        """What a model takes, minutes since midnight or the words for them (``23:00``), and what it holds: minutes."""

        def __get__(self, model: object, kind: type) -> float: ...

        def __set__(self, model: object, time: float | str) -> None: ...

else:
    TimeOfDay = Annotated[float, BeforeValidator(lambda said: clock(said) if isinstance(said, str) else said)]


def usually(minutes: float) -> Any:
    """The default of a ``TimeOfDay``; to a type checker anything, for what is held is not what is declared."""
    return minutes


class Habits(BaseModel):
    """Every day: lights out and up, in minutes since midnight (or ``23:00``)."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    lights_out: TimeOfDay = usually(23 * 60.0)
    up: TimeOfDay = usually(7 * 60.0)

    @model_validator(mode="after")
    def _refuse(self) -> Habits:
        if not (0 <= self.lights_out <= DAY and 0 <= self.up <= DAY):
            raise ProtocolError(Finding("habits", "a time outside the day", "Write 00:00 to 24:00."))
        if self.lights_out % DAY == self.up % DAY:
            what = "lights out and up are the same time"
            raise ProtocolError(Finding("habits", what, "Leave hours for sleep."))
        return self

    def nights(self, stop: float) -> tuple[tuple[float, float], ...]:
        """(lights out, up) of every night between minute 0 and ``stop``, clipped to them."""
        out, up = self.lights_out % DAY, self.up % DAY
        length = (up - out) % DAY
        starts = (out + day * DAY for day in range(-1, int(stop // DAY) + 1))
        clipped = ((max(0.0, start), min(stop, start + length)) for start in starts)
        return tuple((start, end) for start, end in clipped if start < end)

    def drives(self, stop: float) -> Iterator[Drive]:
        """Every night in bed as a drive."""
        return (Drive(start, end, {"in_bed": 1.0}) for start, end in self.nights(stop))


class Protocol(BaseModel):
    """What is done to people over ``days`` days, and when we look.

    ``people`` is kept as written: ``number``, and ledger names with a value or ``{mean, sd}``; names are
    checked by the layer that makes people. ``sample`` holds sampling rules as written; ``minutes`` are
    sampling times on top of them, in minutes since midnight of day 1.

    Example
    -------
    >>> import effleurage as ef
    >>> course = ef.read_protocol(ef.example("weekly-course"))
    >>> course.days, len(course.sessions), course.against("none").sessions
    (56, 8, ())
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: str
    days: int
    about: str = ""
    timeline: tuple[Stimulus, ...] = ()
    habits: Habits = Field(default_factory=Habits)
    sample: tuple[str, ...] = ("every 60 min",)
    minutes: tuple[float, ...] = ()
    people: Mapping[str, Spread] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _refuse(self) -> Protocol:
        found = [*days_faults(self.days), *people_faults(self.people)]
        if not found:
            names = [f"timeline {number}" for number in range(1, len(self.timeline) + 1)]
            found += self.clashes(names)
            if not self.sample:
                found.append(Finding("sample", "nothing is sampled", "Write 'every 60 min'."))
            found += sample_faults(self.sample, self.days)
        if found:
            raise ProtocolError(found)
        return self

    def clashes(self, names: Sequence[str]) -> list[Finding]:
        """What collides on the timeline; ``names`` says where each entry stands."""
        return timeline_faults(self.timeline, names, self.stop, self.habits.nights(self.stop))

    @property
    def stop(self) -> float:
        """Minutes from midnight of day 1 to the end of the last day."""
        return self.days * DAY

    @property
    def sessions(self) -> tuple[tuple[float, float], ...]:
        """(start, stop) of every session with hands, in order of time, minutes since midnight of day 1."""
        hands = (entry for entry in self.timeline if isinstance(entry, Visit) and entry.strokes)
        return tuple(sorted(span for visit in hands for span in visit.spans()))

    @property
    def samples(self) -> tuple[float, ...]:
        """Minutes since midnight of day 1 at which to look, ascending."""
        ruled = {look for rule in self.sample for look in look_minutes(rule, self.days)}
        return tuple(sorted(ruled | {minute for minute in self.minutes if 0 <= minute <= self.stop}))

    def also_at(self, minutes: Iterable[float]) -> Protocol:
        """The same protocol, sampled at these minutes too."""
        return self.model_copy(update={"minutes": (*self.minutes, *minutes)})

    def only_at(self, minutes: Iterable[float]) -> Protocol:
        """The same protocol, sampled at these minutes and no others."""
        return self.model_copy(update={"sample": (), "minutes": tuple(minutes)})

    def schedule(self) -> Schedule:
        """The protocol as the engine reads it: habits first, then the timeline, one drive per part."""
        done = (drive for entry in self.timeline for drive in entry.drives())
        return Schedule(self.stop, (*self.habits.drives(self.stop), *done), self.samples)

    def ordinary(self) -> Protocol:
        """One ordinary day of the same people: their habits and nothing else."""
        return Protocol(title="an ordinary day", days=1, habits=self.habits, people=self.people)

    def ordinary_day(self) -> Schedule:
        """The schedule of one ordinary day (1440 min), for settling."""
        return self.ordinary().schedule()

    def against(self, control: Literal["rest", "none"] | Protocol) -> Protocol:
        """The control world of the same people, sampled at the same minutes.

        ``rest``: each massage or light touch becomes quiet rest that shares all but the strokes.
        ``none``: no visit at all, arrival included. Or a protocol of as many days.
        """
        if isinstance(control, Protocol):
            if control.days != self.days:
                what = f"the control has {control.days} days and the protocol {self.days}"
                raise ProtocolError(Finding("days", what, "Give both the same days."))
            return control.model_copy(update={"people": self.people, "sample": self.sample, "minutes": self.minutes})
        if control == "rest":
            kept = tuple(entry.without_hands() if isinstance(entry, Visit) else entry for entry in self.timeline)
        elif control == "none":
            kept = tuple(entry for entry in self.timeline if not isinstance(entry, Visit))
        else:
            what = f"no control '{control}'"
            raise ProtocolError(Finding("against", what, "Say 'rest', 'none' or a protocol."))
        return self.model_copy(update={"title": f"{self.title} (control: {control})", "timeline": kept})


def sample_faults(rules: Sequence[str], days: int) -> list[Finding]:
    """What is wrong with sampling rules, one by one and all together."""
    found: list[Finding] = []
    looks = 0
    for number, rule in enumerate(rules, 1):
        try:
            looks += len(looks_of(rule, days))
        except ProtocolError as fault:
            found += fault.findings
        if looks > MOST_LOOKS:
            what = f"the first {number} rules ask for {looks:,} samples"
            return [*found, Finding("sample", what, f"Ask for at most {MOST_LOOKS:,} in all.")]
    return found


def days_faults(days: int) -> list[Finding]:
    """What is wrong with the number of days."""
    if 1 <= days <= MOST_DAYS:
        return []
    return [Finding("days", f"{days} days cannot be", f"Say 1 to {MOST_DAYS}.")]


def _wanders(value: Mapping[str, float]) -> bool:
    return value.keys() >= WANDER and 0 <= value["lasting"] <= 1 and value["weeks"] > 0


def people_faults(people: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the shape of ``people``; whether the names exist is for another layer."""
    found = []
    for name, value in people.items():
        where = f"people, {name}"
        if name == "number":
            if isinstance(value, Mapping) or not 1 <= value <= MOST_PEOPLE or value != int(value):
                fix = f"Say a whole number, 1 to {MOST_PEOPLE}."
                found.append(Finding(where, "not a number of people", fix))
        elif not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            found.append(Finding(where, "not a name of the ledger", "Write it like 'chronic_stress'."))
        elif isinstance(value, Mapping) and set(value) - WANDER != {"mean", "sd"}:
            found.append(Finding(where, "a spread needs mean and sd", "Write {mean: 5, sd: 1}."))
        elif isinstance(value, Mapping) and value["sd"] < 0:
            found.append(Finding(where, "sd is negative", "Give 0 or more."))
        elif isinstance(value, Mapping) and set(value) & WANDER and not _wanders(value):
            fix = "Write {mean: 5, sd: 2, lasting: 0.6, weeks: 4}: the share of the variance that lasts, 0 to 1."
            found.append(Finding(where, "a spread that moves over weeks needs lasting and weeks", fix))
    return found
