"""Two measurements of one person, as somebody brings them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

CONTROLS = (
    "control", "rest", "quiet rest", "untreated", "no treatment", "none", "usual care", "wait list", "waiting list",
    "waitlist", "attention", "light touch", "sham", "reading", "ruhe", "kontrolle", "warteliste",
)  # fmt: skip
"""Names of a condition that is a control."""
PARTS = {"morning": (480.0, 570.0, 660.0), "midday": (720.0, 780.0, 840.0), "afternoon": (870.0, 960.0, 1050.0),
         "evening": (1080.0, 1170.0, 1260.0)}  # fmt: skip
"""Part of the day -> clock times that are held equally possible, minutes since midnight (ours)."""
ALSO = {"noon": "midday", "morgens": "morning", "vormittag": "morning", "mittag": "midday", "nachmittag": "afternoon",
        "abend": "evening", "abends": "evening", "night": "evening"}  # fmt: skip
"""Other words for a part of the day."""
LONGEST_APART = 36_525
"""Most days between two measurements of one person (ours): a hundred years."""


@dataclass(frozen=True)
class Pair:
    """Two measurements of one person: values in ``unit``, minutes since midnight, days apart; ``where`` is its place.

    ``up`` is when the person got up, minutes since midnight, NaN where unknown. ``step``: in what steps the values were
    put down, in ``unit``, where that is coarser than the instrument's own; else 0. ``part``: of the day, one of
    ``PARTS``, where the clock times are NaN. ``rested``: minutes of quiet rest before the first measurement. ``usual``:
    what is usual of the person: age (years), pain (0-10), stress (0-100), sleep (minutes a night).
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
    part: str = ""
    rested: float = 0.0
    usual: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_control(self) -> bool:
        """Whether the condition's name is that of a control."""
        return self.condition.strip().casefold().replace("-", " ").replace("_", " ") in CONTROLS
