"""Limits of life: who passes the ends of a vital quantity is named, and so is a protocol that drives people there.

The body has no reflex that holds pressure or heart rate, and no ceiling of its glands; far from rest it goes on where
a living person would not. Its numbers are no answer there, and this says so.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from effleurage.body.compose import Body
from effleurage.body.units import shown
from effleurage.engine.watch import Limits
from effleurage.errors import BeyondLife
from effleurage.protocol.times import DAY, time_of_day

if TYPE_CHECKING:
    import xarray as xr

SHARE = 0.05
"""Share of people beyond the limits of life from which the protocol itself is beyond the model (ours)."""
_NAMED = 5
"""People who are named one by one."""


def limits_of(body: Body) -> Limits:
    """The least and the most of every vital quantity of a body, in its unit."""
    return {name: (row.low, row.high) for name, row in body.quantities.items() if row.vital}


def moment(body: Body, quantity: str, value: float, minute: float) -> str:
    """``systolic 308 mmHg on day 2 at 17:40``."""
    told = f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
    what = " ".join((quantity, told, shown(body.quantities[quantity].unit))).strip()
    return f"{what} on day {int(minute // DAY) + 1} at {time_of_day(minute)}"


def beyond(worlds: Sequence[xr.Dataset]) -> list[tuple[int, str]]:
    """Who passed a limit of life in any of the worlds, and where first, in the order of the people."""
    ways = zip(*(world.beyond.values for world in worlds), strict=True)
    passed = (next((str(where) for where in own if where), "") for own in ways)
    return [(int(one), where) for one, where in zip(worlds[0].person.values, passed, strict=True) if where]


def is_beyond_model(passed: Sequence[tuple[int, str]], people: int) -> bool:
    """Whether so many pass the limits of life that the protocol itself is beyond the model."""
    return len(passed) > SHARE * people


def in_words(passed: Sequence[tuple[int, str]], people: int) -> str:
    """Who is beyond the limits of life, and what it means for the protocol; empty where nobody is."""
    if not passed:
        return ""
    told = f"{len(passed)} of {people} people {_verb(passed)} the limits of life ({named(passed)})."
    if is_beyond_model(passed, people):
        return f"{told} This protocol is beyond the model: take none of its numbers as an answer."
    return f"{told} They are counted all the same."


def named(passed: Sequence[tuple[int, str]]) -> str:
    """``person 3: systolic 308 mmHg on day 2 at 17:40; person 5: …``, the first few of them."""
    told = list(dict.fromkeys(f"person {person}: {where}" for person, where in passed))
    return "; ".join(told[:_NAMED]) + (f"; and {len(told) - _NAMED} more" if len(told) > _NAMED else "")


def _verb(people: Sequence[object]) -> str:
    return "passes" if len(people) == 1 else "pass"


def warn_of(worlds: Sequence[xr.Dataset]) -> None:
    """Warn, by ``BeyondLife``, of people beyond the limits of life."""
    if told := in_words(beyond(worlds), worlds[0].sizes["person"]):
        warnings.warn(told, BeyondLife, stacklevel=2)
