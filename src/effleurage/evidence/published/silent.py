"""What is supplied where a published study is silent, by rule and for every result alike: ``massage/silent.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from effleurage.protocol.tables import shipped_table


@dataclass(frozen=True)
class UsualArm:
    """An arm that says nothing of itself. Minutes; ``hour``, ``evening`` and ``morning`` since midnight.

    ``after`` and ``next_day``: from the end of the last session to "after" it, and to the end of a course; ``vaccine``:
    from a vaccine to its antibodies; ``people`` in each arm.
    """

    minutes: float
    per_week: float
    weeks: float
    region: str
    hour: float
    evening: float
    people: int
    after: float
    next_day: float
    morning: float
    vaccine: float


@dataclass(frozen=True)
class UsualPeople:
    """Settings of the body's ledger for people of whom a source says one of the ``words``."""

    words: tuple[str, ...]
    settings: Mapping[str, float]
    why: str


@dataclass(frozen=True)
class GivenDose:
    """A line of a protocol without its time."""

    kind: str
    strength: float
    minutes: float


@dataclass(frozen=True)
class UsualBefore:
    """What goes before a session where the design says one of the ``words``."""

    words: tuple[str, ...]
    dose: GivenDose
    why: str


@dataclass(frozen=True)
class UsualReading:
    """How a quantity is read: the direction ``claimed`` of massage, and whether it is ``told`` by the person.

    ``scale``, ``noise`` and ``source`` stand in for an instrument where the laboratory has none.
    """

    claimed: Literal["up", "down"]
    told: bool = False
    scale: Literal["log", "linear", ""] = ""
    noise: float = 0.0
    source: str = ""


@dataclass(frozen=True)
class Silent:
    """All of ``silent.toml``; readings by quantity."""

    arm: UsualArm
    people: tuple[UsualPeople, ...]
    before: tuple[UsualBefore, ...]
    readings: Mapping[str, UsualReading]


@cache
def silent() -> Silent:
    """What ships with the package.

    >>> silent().readings["vagal"].claimed
    'up'
    """
    return shipped_table(Silent, __package__, "massage", "silent.toml")
