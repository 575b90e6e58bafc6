"""Two measurements of one person, as somebody brings them."""

from __future__ import annotations

from dataclasses import dataclass

CONTROLS = (
    "control", "rest", "quiet rest", "untreated", "no treatment", "none", "usual care", "wait list", "waiting list",
    "waitlist", "attention", "light touch", "sham", "reading", "ruhe", "kontrolle", "warteliste",
)  # fmt: skip
"""Names of a condition that is a control."""
LONGEST_APART = 36_525
"""Most days between two measurements of one person (ours): a hundred years."""


@dataclass(frozen=True)
class Pair:
    """Two measurements of one person: values in ``unit``, minutes since midnight, days apart; ``where`` is its place.

    ``up`` is when the person got up, minutes since midnight, NaN where unknown. ``step``: in what steps the values were
    put down, in ``unit``, where that is coarser than the instrument's own; else 0.
    """

    outcome: str
    before: float
    after: float
    clock_before: float
    clock_after: float
    instrument: str = ""
    unit: str = ""
    days_apart: int = 0
    participant: str = ""
    condition: str = ""
    posture: str = ""
    up: float = float("nan")
    where: str = ""
    step: float = 0.0

    @property
    def is_control(self) -> bool:
        """Whether the condition's name is that of a control."""
        return self.condition.strip().casefold().replace("-", " ").replace("_", " ") in CONTROLS
