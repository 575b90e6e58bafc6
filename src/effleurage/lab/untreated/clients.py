"""Kinds of people who begin where ordinary people do not, as settings of the body's ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from effleurage.people.cohort import Setting
from effleurage.protocol.tables import Grade, Positive, shipped_rows


@dataclass(frozen=True)
class Kind:
    """``people``: ledger rows as under ``people:`` of a protocol; ``meaning`` is how a reader is told of them.

    ``share``: how many of them there are for each ordinary person. ``trait``: what may be said of somebody in which
    they differ from ordinary people.
    """

    name: str
    meaning: str
    people: Mapping[str, Setting]
    share: Positive
    source: str
    grade: Grade
    trait: str = ""


@cache
def kinds() -> Mapping[str, Kind]:
    """Name -> kind, in the order of ``clients.toml``."""
    return {kind.name: kind for kind in shipped_rows(Kind, "kind", __package__, "clients.toml")}
