"""A number of the body, and between what it may be set: bounds by a rule of its kind where the ledger writes none.

A row is held to them by ``--set`` and in every draw. What lies ``FAR`` from the row's own value is taken for a slip,
unless somebody says that it is meant; but what people are asked for, such as their age, may be anything within bounds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FAR = 10.0
"""How often a setting may hold the ledger's own value, or be held in it, before it is taken for a slip (ours)."""
FARTHEST = 10 * FAR
"""So often no setting may, where the ledger writes no bound (ours)."""
_WIDE = 2.0
"""Standard deviations between persons that bounds must leave room for on either side: 95 % of people."""


@dataclass(frozen=True)
class Parameter:
    """One number of the body.

    ``between`` (persons), ``within_day`` and ``within_hour`` (one person) and ``uncertainty`` (of the
    value itself) are standard deviations: of the natural logarithm on scale ``log``, in the parameter's
    own unit on scale ``linear``. They are never mixed. On scale ``either`` half of all persons are at ``low`` and half
    at ``high``. What moves within a person is correlated with itself by
    exp(-t / time), ``day_time`` and ``hour_time`` in minutes; or from hour to hour it comes in pulses, one in about
    ``pulses`` minutes, where that is not 0. ``within_source`` says where all that is from. ``low`` and ``high`` bound
    every setting and every draw: as the row writes them (ours, of grade D, unless its meaning says whose), else by the
    rule for its kind.
    """

    name: str
    system: str
    value: float
    unit: str
    between: float
    uncertainty: float
    source: str
    grade: str
    meaning: str
    within_day: float = 0.0
    within_hour: float = 0.0
    day_time: float = 1440.0
    hour_time: float = 45.0
    pulses: float = 0.0
    within_source: str = "assumed"
    scale: str = "log"
    low: float = -math.inf
    high: float = math.inf
    covariate: bool = False
    gain: str = ""

    def __post_init__(self) -> None:
        low, high = by_rule(self)
        object.__setattr__(self, "low", low if self.low == -math.inf else self.low)
        object.__setattr__(self, "high", high if self.high == math.inf else self.high)


def by_rule(row: Parameter) -> tuple[float, float]:
    """The bounds of a row by its kind, in its unit.

    A definition is what it is. On the scale ``log``, a hundredth of the row's own value to a hundred times it, but a
    gain may be switched off by 0; on the scale ``linear``, so many of its spreads (or of its value, if more) each way.
    """
    if row.source == "definition" and not row.covariate:
        return row.value, row.value
    if row.scale == "log":
        return 0.0 if row.gain else row.value / FARTHEST, row.value * FARTHEST
    reach = FARTHEST * _unit(row)
    return row.value - reach, row.value + reach


def far(row: Parameter, value: float) -> str:
    """How a value is far from the ledger's own; empty where it is not, or is none at all, or is a person's own."""
    if row.covariate:
        return ""
    if row.scale == "log":
        if value > FAR * row.value:
            return f"more than {FAR:g} times"
        return f"less than 1/{FAR:g} of" if 0 < value < row.value / FAR else ""
    reach = FAR * _unit(row)
    return f"more than {reach:g} away from" if abs(value - row.value) > reach else ""


def holds_people(row: Parameter) -> bool:
    """Whether 95 % of people lie within the bounds of a row."""
    by = _WIDE * row.between
    ends = [row.value * math.exp(way) if row.scale == "log" else row.value + way for way in (-by, by)]
    return row.low <= ends[0] and ends[1] <= row.high


def _unit(row: Parameter) -> float:
    """What a distance on the linear scale is counted in: the largest of value, spread and uncertainty."""
    return max(abs(row.value), row.between, row.uncertainty)
