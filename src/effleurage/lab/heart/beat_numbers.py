"""The numbers of the map from tone to heartbeats, and the bounds of its inputs, as in ``heartbeats.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from effleurage.protocol.tables import Number, shipped_table


@dataclass(frozen=True)
class Bounds:
    """The least and the most that an input of the map may be, in ``unit``."""

    unit: str
    low: float
    high: float
    meaning: str


@dataclass(frozen=True)
class Table:
    """All of ``heartbeats.toml``: inputs in the order of the arguments of ``beats``, and numbers, by name."""

    inputs: Mapping[str, Bounds]
    parameters: Mapping[str, Number]


@cache
def table() -> Table:
    """What ships with the package.

    >>> table().inputs["breathing_hz"].high
    0.7
    """
    return shipped_table(Table, __package__, "heartbeats.toml")


@cache
def map_numbers() -> Mapping[str, float]:
    """The map's numbers by name, each in its own unit."""
    return MappingProxyType({name: number.value for name, number in table().parameters.items()})
