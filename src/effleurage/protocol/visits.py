"""What is done to a person: a visit made of parts, or a dose: an input held, or a course; both become drives.

A massage visit is arrival + posture + quiet rest + attention + expectation + strokes. Rest is the same visit
without the strokes, so the difference between the two is the hands and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from effleurage.engine.schedule import Drive
from effleurage.errors import Finding, ProtocolError, nearest
from effleurage.protocol.stimuli import Kind, catalogue
from effleurage.protocol.tables import Number
from effleurage.protocol.times import When

Timed = Annotated[When, BeforeValidator(lambda said: When.read(said) if isinstance(said, str) else said)]
"""A ``When``, or the words for one."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def faults(self) -> Iterator[Finding]:
        """Everything wrong with this one, each naming its field."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _refuse(self) -> Any:
        if found := tuple(self.faults()):
            raise ProtocolError(found)
        return self


class Strokes(_Frozen):
    """Hands at work: a technique, a pressure (a class, or mmHg) and regions (``back and legs``).

    Pressure and region may be left to the technique, where it implies them.
    """

    technique: str
    pressure: str | float = ""
    region: str = ""

    def faults(self) -> Iterator[Finding]:
        """Unknown technique, pressure or region; pressure beyond what hands give."""
        known = catalogue()
        if self.technique not in known.techniques:
            what = f"'{self.technique}' is no technique" if self.technique else "no technique is said"
            yield Finding("technique", what, nearest(self.technique, known.techniques))
        if not isinstance(self.pressure, str):
            yield from _given(known.visit["stroke_pressure"].fault("pressure", self.pressure))
        elif self.pressure and self.pressure not in known.pressures:
            what = f"'{self.pressure}' is no pressure"
            yield Finding("pressure", what, nearest(self.pressure, known.pressures))
        try:
            implied = known.techniques.get(self.technique)
            if not known.region_names(self.region or (implied.region if implied else "")):
                yield Finding("region", "no region is said", "Say where, such as 'back and legs'.")
        except ProtocolError as fault:
            yield from fault.findings

    @property
    def mmhg(self) -> float:
        """Pressure of the stroke on the skin, mmHg."""
        if not isinstance(self.pressure, str):
            return self.pressure
        known = catalogue()
        return known.pressures[self.pressure or known.techniques[self.technique].pressure].value

    @property
    def inputs(self) -> dict[str, float]:
        """The body's stroke inputs: pressure in mmHg; region, flow and knead 0-1."""
        known = catalogue()
        technique = known.techniques[self.technique]
        return {
            "stroke_pressure": self.mmhg,
            "stroke_region": known.surface(self.region or technique.region),
            "stroke_flow": technique.flow.value,
            "stroke_knead": technique.knead.value,
        }


def _usual(name: str) -> Any:
    return Field(default_factory=lambda: catalogue().visit[name].value)


class Visit(_Frozen):
    """A visit of ``minutes``, after ``arrival`` minutes of travel and novelty; rest if without ``strokes``.

    ``attention`` and ``expectation`` are 0-1. The posture may be left to the technique.
    """

    when: Timed
    minutes: float
    strokes: Strokes | None = None
    posture: str = ""
    arrival: float = _usual("arrival_minutes")
    attention: float = _usual("attention")
    expectation: float = _usual("expectation")

    def faults(self) -> Iterator[Finding]:
        """Absurd minutes, unknown posture, levels outside 0-1."""
        known = catalogue()
        yield from _given(known.kinds[self.kind].minutes_fault(self.minutes))
        if self.posture and self.posture not in known.postures:
            yield Finding("posture", f"'{self.posture}' is no posture", nearest(self.posture, known.postures))
        yield from _given(known.visit["arrival_minutes"].fault("arrival", self.arrival))
        yield from _given(known.visit["attention"].fault("attention", self.attention))
        yield from _given(known.visit["expectation"].fault("expectation", self.expectation))

    @property
    def kind(self) -> str:
        """``massage``, ``light touch`` or ``rest``."""
        if self.strokes is None:
            return "rest"
        own = (name for name, kind in catalogue().kinds.items() if kind.technique == self.strokes.technique)
        return next(own, "massage")

    @property
    def lies(self) -> str:
        """The posture taken: the one said, else the one that the technique implies, else lying."""
        known = catalogue()
        implied = known.techniques[self.strokes.technique].posture if self.strokes else ""
        return self.posture or implied or known.usual_posture

    def without_hands(self) -> Visit:
        """The same visit as quiet rest: arrival, posture, minutes, attention and expectation are shared."""
        return self.model_copy(update={"strokes": None, "posture": self.lies})

    def spans(self) -> Iterator[tuple[float, float]]:
        """(start, stop) of every turn without its arrival, minutes since midnight of day 1."""
        return ((start, start + self.minutes) for start in self.when.starts)

    def reads(self) -> tuple[str, ...]:
        """The body's inputs that this visit sets."""
        return tuple(dict.fromkeys(name for drive in self.drives() for name in drive.inputs))

    def drives(self) -> Iterator[Drive]:
        """Every part of every turn as a drive of its own."""
        known = catalogue()
        posture = known.postures[self.lies].value
        parts: list[dict[str, float]] = [
            {"supine": posture} if posture >= 0 else {"standing": -posture},
            {"quiet": known.visit["quiet"].value},
            {"attention": self.attention},
            {"expectation": self.expectation},
        ]
        if self.strokes:
            parts.append(self.strokes.inputs)
        for start, stop in self.spans():
            if self.arrival > 0:
                yield Drive(start - self.arrival, start, {"arrival": known.visit["arrival"].value})
            yield from (Drive(start, stop, part) for part in parts)


class Dose(_Frozen):
    """One input held for ``minutes`` (a stressor, exercise, laughter, light and so on), or a course of its own.

    ``strength`` is a number in the unit of the catalogue, a level such as ``easy``, or left to the catalogue where the
    kind is not ``dosed``; of a course (a speech, a Trier test) it is a factor on all that happens in it.
    """

    kind: str
    when: Timed
    minutes: float
    strength: str | float = ""

    def faults(self) -> Iterator[Finding]:
        """Unknown kind or level, absurd minutes, strength outside its range."""
        known = {name for name, kind in catalogue().kinds.items() if not kind.visit}
        if self.kind not in known:
            yield Finding("kind", f"'{self.kind}' is no stimulus without a visit", nearest(self.kind, known))
            return
        yield from _given(self._kind.minutes_fault(self.minutes))
        if not isinstance(self.strength, str):
            yield from _given(self._scale.fault("strength", self.strength))
        elif self.strength and self.strength not in self._kind.levels:
            what = f"'{self.strength}' is no strength of {self.kind}"
            levels = self._kind.levels
            yield Finding("strength", what, nearest(self.strength, levels) if levels else "Say a number.")
        elif not self.strength and self._kind.dosed:
            dose = f"{self._scale.value:g} {self._scale.unit}"
            yield Finding("strength", f"{self.kind} does not say how much", f"Add a dose, such as '{dose}'.")

    @property
    def _kind(self) -> Kind:
        return catalogue().kinds[self.kind]

    @property
    def _scale(self) -> Number:
        scale = self._kind.strength
        if scale is None:
            raise ProtocolError(Finding(f"kinds.{self.kind}", "no strength in the catalogue", "Add the row."))
        return scale

    @property
    def level(self) -> float:
        """The strength as a number, in the unit of the catalogue."""
        if not isinstance(self.strength, str):
            return self.strength
        return (self._kind.levels[self.strength] if self.strength else self._scale).value

    def spans(self) -> Iterator[tuple[float, float]]:
        """(start, stop) of every turn, minutes since midnight of day 1."""
        return ((start, start + self.minutes) for start in self.when.starts)

    def reads(self) -> tuple[str, ...]:
        """The body's inputs that this dose sets."""
        return self._kind.inputs

    def drives(self) -> Iterator[Drive]:
        """Every turn as a drive, or as one a piece of its course; a whole dose is given evenly over its minutes."""
        parts = self._kind.parts(self.minutes, self.level)
        return (Drive(start + begin, start + end, inputs) for start, _ in self.spans() for begin, end, inputs in parts)


def _given(fault: Finding | None) -> Iterator[Finding]:
    if fault is not None:
        yield fault
