"""An arm of a trial as data: what its people get, and who gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import DAY, When
from effleurage.protocol.visits import Strokes, Visit

Kind = Literal["massage", "light touch", "rest", "attention", "waiting list", "usual care"]
"""What an arm gets. Waiting list and usual care get no visit; attention is a visit with talk and without hands."""
HANDS = ("massage", "light touch")
NO_VISIT = ("waiting list", "usual care")
UNATTENDED = ("rest", *NO_VISIT)
"""Arms without anybody's hands or talk, so without a therapist unless one is said."""


class Arm(BaseModel):
    """One arm. ``expectation`` 0-1; ``therapists`` give the sessions of the arm, 0 where nobody does.

    What is not said is usual: the region of the technique, else the back; a therapist only where somebody attends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    kind: Kind = "massage"
    technique: str = "swedish"
    pressure: str = ""
    region: str = "back"
    minutes: float = 60.0
    expectation: float = 0.5
    therapists: int = 1

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, fields: Any) -> Any:
        if not isinstance(fields, Mapping):
            return fields
        technique = catalogue().techniques.get(str(fields.get("technique", "")))
        usual: dict[str, Any] = {"region": technique.region} if technique and technique.region else {}
        if fields.get("kind") in UNATTENDED:
            usual["therapists"] = 0
        return usual | dict(fields)

    def faults(self) -> Iterator[Finding]:
        """What cannot be: hands that nobody has, absurd minutes, shares outside 0-1, a number of therapists."""
        if not self.name.strip():
            yield Finding("name", "the arm has no name", "Name it, such as 'massage'.")
        for make in (
            lambda: self.strokes,
            lambda: Visit(when=When(start=DAY), minutes=self.minutes, expectation=self.expectation),
        ):
            try:
                make()
            except ProtocolError as fault:
                yield from fault.findings
        if not 0 <= self.therapists <= 1000:
            yield Finding("therapists", f"{self.therapists} cannot be", "Give 0 to 1000.")

    @property
    def strokes(self) -> Strokes | None:
        """The hands at work, None where there are none. Raises ``ProtocolError`` for hands that cannot be."""
        if not self.has_hands:
            return None
        if self.kind == "light touch":
            return Strokes(technique="light touch", region=self.region)
        return Strokes(technique=self.technique, pressure=self.pressure, region=self.region)

    @property
    def has_hands(self) -> bool:
        """Whether hands are laid on."""
        return self.kind in HANDS
