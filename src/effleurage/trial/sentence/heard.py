"""What was heard of a sentence becomes arms, a course, people and numbers: a design, or findings on what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.times import time_of_day
from effleurage.trial.design.design import NO_VISIT, Arm, Design, Measure
from effleurage.trial.design.endpoints import Endpoint, endpoint_words
from effleurage.trial.design.words import settings_of
from effleurage.trial.sentence.listening import Listener

_HANDS = ("technique", "pressure", "region", "minutes")
_PLAIN = ("time", "layout", "washout", "power", "alpha", "dropout", "adherence")


@dataclass
class Heard:
    """What a ``Listener`` heard, with the findings so far, to which more are added."""

    ear: Listener
    found: list[Finding]
    notes: list[str] = field(default_factory=list)

    def design(self, title: str) -> Design | None:
        """The design, or None with what is wrong in ``found``."""
        ear, heard = self.ear, bool(self.found)
        if not ear.outcomes and not heard:
            like = "pain" if "back pain" in ear.people else "cortisol and PSS"
            self._note("nothing is measured", f"Say what is, such as ', {like}' at the end.")
        course, people = self._course(), self._people()
        if (n := self._n()) is not None:
            course["n"] = n
        arms = self._arms()
        if ear.said.get("alone") and len(arms) > 1:
            self._note("a control is said, and that there is none", "Say one of the two.")
        try:
            design = Design(
                title=title,
                arms=arms,
                outcomes=tuple(self._measure(row) for row in ear.outcomes),
                people=people,
                **course,
            )
        except ProtocolError as refused:
            told = heard or bool(self.found)
            self.found += [fault for fault in refused.findings if not (told and fault.where in ("outcomes", "arms"))]
            return None
        self._tell(design)
        return design

    def _note(self, what: str, fix: str) -> None:
        self.found.append(Finding("sentence", what, fix))

    def _measure(self, row: Endpoint) -> Measure:
        """At its usual time; at an hour of its own it is measured before the first session and after the last day."""
        hour = self.ear.hours.get(row.outcome + row.instrument)
        if hour is None:
            return Measure(outcome=row.outcome, instrument=row.instrument)
        return Measure(outcome=row.outcome, instrument=row.instrument, time=hour, after=max(1, row.after))

    def _arms(self) -> tuple[Arm, ...]:
        said = self.ear.said
        told: dict[str, Any] = {name: said[name] for name in _HANDS if name in said}
        arms = [Arm(name="light touch" if told.get("technique") == "light touch" else "massage", **_touch(told))]
        for other in self.ear.others:
            kind = other.get("kind", "massage")
            if other.keys() == {"minutes"}:
                self._note("minutes of what, after 'vs'", "Say it, such as '60 min quiet rest'.")
            elif kind == "massage":
                own = {"technique": told.get("technique", "")} if "technique" not in other else {}
                both = told | {name: value for name, value in (own | other).items() if value and name != "kind"}
                if "technique" in other and "pressure" not in other:
                    both.pop("pressure", None)
                arms.append(Arm(name=_named(other), **_touch(both)))
            else:
                both = {name: value for name, value in (told | other).items() if name in ("minutes", "region")}
                arms.append(Arm(name=kind, kind=kind, **both))
        return tuple(arms)

    def _people(self) -> dict[str, float]:
        """Settings of the ledger, with what they stand for told; findings where two things cannot both be."""
        ear = self.ear
        found = settings_of(ear.people)
        for name, phrase in ear.absent.items():
            if both := settings_of([name]).keys() & found.keys():
                said = [word for one, word in ear.people.items() if settings_of([one]).keys() & both]
                what = f"'{phrase}' and '{said[0]}' cannot both be: they are one number of the simulated people"
                self._note(f"{what} ({', '.join(sorted(both))})", "Leave one of them out.")
            self.notes.append(f"'{phrase}' is read as people like any others in that: nothing is set for them")
        ages = [*(word for name, word in ear.people.items() if "age" in settings_of([name]))]
        if len(ages) + ("age" in ear.said) > 1:
            self._note("two ages are said", "Say one: a trial has people of one age here.")
        if "age" in ear.said:
            found["age"] = ear.said["age"]
        for name, word in ear.people.items():
            if settings := settings_of([name]):
                told = ", ".join(f"{key} {value:g}" for key, value in settings.items())
                self.notes.append(f"'{word}' is simulated as {told}, and as nothing else")
        return found

    def _n(self) -> int | None:
        """People in each arm; in all, of a crossover. Asked where only a number is said."""
        said, arms = self.ear.said, 1 + len(self.ear.others)
        many = said.get("people")
        if many is None or arms == 1 or said.get("layout") == "crossover":
            return many  # of a crossover, everybody is in every arm
        even = -(-many // arms) * arms
        if "an arm" not in said and not said.get("counted"):
            self._note(f"{many} people in each arm, or in all", f"Say '{many} per arm' or '{even} in all'.")
            return None
        if said.get("an arm"):
            return int(many)
        if many % arms:
            fix = f"Say a number that they share evenly, such as '{even} in all'."
            self._note(f"{many} people in all do not make {arms} equal arms", fix)
        elif "an arm" not in said:
            self.notes.append(f"{many} people are read as those of the whole trial: {many // arms} an arm")
        return int(many // arms)

    def _course(self) -> dict[str, Any]:
        """Sessions, days apart and whatever else was said of the whole trial."""
        said = self.ear.said
        course: dict[str, Any] = {name: said[name] for name in _PLAIN if name in said}
        often: Fraction | None = said.get("often")
        apart = 7 if often is None else max(1, round(often))
        count = said.get("sessions")
        if "length" in said:
            told = round(said["length"] / (often or 7)) if often and often < 7 else said["length"] // apart
            if not told or count not in (None, told):
                what = f"{said['length']} days hold {told} sessions so far apart" + (f", not {count}" if count else "")
                self._note(what, "Say how often, and either 'x 6' or 'for 6 weeks'.")
            count = max(1, told)
        if often and count is None:
            self._note("how often, but not how many sessions", "Add 'x 6' or 'for 6 weeks'.")
        if often and often.denominator > 1:
            days = "day" if apart == 1 else f"{apart} days"
            self.notes.append(f"{7 / often} times a week is every {days} here")
        if count is not None:
            course["sessions"] = count
        if often is not None and (count or 1) > 1:
            course["every"] = apart
        return course

    def _tell(self, design: Design) -> None:
        ear, arms = self.ear, design.arms
        if len(arms) == 1:
            self.notes.append("no comparator is said: one arm, whose change is not the effect of the massage")
        for word, other in ear.unasked.items():
            read, missing = endpoint_words()[word], endpoint_words()[other]
            if missing not in ear.outcomes:
                what = f"'{word}' is read as {read.outcome}; {missing.outcome} was not asked"
                self.notes.append(f"{what}: add '{other}' for it")
        self.notes += [row.warning for row in ear.outcomes if row.warning]
        for row in ear.outcomes:
            hour = ear.hours.get(row.outcome + row.instrument)
            if hour is not None and row.after == 0:
                self.notes.append(
                    f"{row.outcome} at {time_of_day(hour)} is measured before the first session and on the day after "
                    f"the last, not right after it; the sessions are at {time_of_day(design.time)}"
                )
        if len(arms) > 2:
            self.notes.append(f"the first comparison is with {arms[1].name}")
        if any(arm.kind in NO_VISIT for arm in arms):
            self.notes.append("an arm without visits differs from massage by the visit too, not by the hands alone")


def _touch(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of an arm with hands; light touch is a kind of its own."""
    if fields.get("technique") != "light touch":
        return dict(fields)
    return {name: value for name, value in fields.items() if name != "technique"} | {"kind": "light touch"}


def _named(other: Mapping[str, Any]) -> str:
    says = {"technique": "{}", "pressure": "{} pressure", "region": "{}", "minutes": "{:g} min"}
    return ", ".join(form.format(other[name]) for name, form in says.items() if name in other) or "massage"
