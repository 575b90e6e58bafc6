"""An outcome of a trial as data: what is measured, when, and which difference in it is worth having."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from effleurage.errors import Finding, RequestError, nearest
from effleurage.protocol.model import MOST_DAYS, TimeOfDay, usually
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import DAY
from effleurage.trial.design.endpoints import PERCENT, endpoint_of


class Measure(BaseModel):
    """An outcome of ``endpoints.toml``, measured before all sessions and at the end.

    ``time``: clock time of both measurements, minutes since midnight. ``after``: days from the last session to the
    second; 0 is minutes after it (``minutes_after``), and then both are timed by the sessions. ``worthwhile``: the
    smallest difference worth having, 0 where none is said; in the outcome's unit, or in per cent of its level where
    ``worthwhile_unit`` is ``%``. What is not said is that of ``endpoints.toml`` and of the codebook of outcomes; the
    outcome may be named by any of its words.

    ``intake``: those are taken in whose first answer is this or worse, to a questionnaire that the body has not; None:
    everybody.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    outcome: str
    instrument: str = ""
    time: TimeOfDay = usually(14 * 60.0)
    after: int = 1
    minutes_after: float = 10.0
    posture: str = "seated"
    worthwhile: float = 0.0
    worthwhile_unit: str = ""
    intake: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _usual(cls, fields: Any) -> Any:
        if not (isinstance(fields, Mapping) and isinstance(fields.get("outcome"), str)):
            return fields
        try:
            row = endpoint_of(fields["outcome"], str(fields.get("instrument", "")))
        except RequestError:
            return fields  # the design refuses it, with everything else that is wrong
        usual: dict[str, Any] = {"time": row.time, "after": row.after}
        if "worthwhile" not in fields:
            usual |= {"worthwhile": row.worthwhile, "worthwhile_unit": row.worthwhile_unit}
        kept = usual | dict(fields) | {"outcome": row.outcome, "instrument": row.instrument}
        if kept.get("worthwhile_unit") == row.unit:
            kept["worthwhile_unit"] = ""
        return kept

    @property
    def taken_in(self) -> str:
        """Who is taken in by it, in words; empty where everybody is."""
        if self.intake is None:
            return ""
        worse = "more" if endpoint_of(self.outcome, self.instrument).course.side > 0 else "less"
        return f"of people who begin at {self.intake:g} or {worse}"

    def faults(self) -> Iterator[Finding]:
        """An outcome that is never measured, an instrument that does not read it, a difference that cannot be."""
        try:
            row = endpoint_of(self.outcome, self.instrument)
        except RequestError as refused:
            yield from refused.findings
            unit = self.worthwhile_unit
        else:
            unit = row.unit
            if self.intake is not None and (fault := row.intake_fault(self.intake)):
                yield fault
        if self.worthwhile < 0:
            yield Finding("worthwhile", f"{self.worthwhile:g} is negative", "Give the size of it, 0 or more.")
        if self.worthwhile_unit not in ("", unit, PERCENT):
            what = f"'{self.worthwhile_unit[:20]}' is not its unit"
            yield Finding("worthwhile", what, f"Give it in {unit} or in {PERCENT}.")
        if not 0 <= self.after <= MOST_DAYS:
            yield Finding("after", f"{self.after} days cannot be", f"Give 0 to {MOST_DAYS}.")
        if not 0 <= self.minutes_after <= DAY:
            yield Finding("minutes_after", f"{self.minutes_after:g} min cannot be", f"Give 0 to {DAY:g}.")
        if not 0 <= self.time <= DAY:
            yield Finding("time", "a time outside the day", "Write 00:00 to 24:00.")
        if self.posture not in catalogue().postures:
            what = f"'{self.posture[:60]}' is no posture"
            yield Finding("posture", what, nearest(self.posture[:60], catalogue().postures))
