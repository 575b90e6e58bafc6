"""Kinds of people who begin where ordinary people do not, as settings of the body's ledger."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from effleurage.people.cohort import Setting


@dataclass(frozen=True)
class Kind:
    """``people``: ledger rows as under ``people:`` of a protocol; ``meaning`` is how a reader is told of them.

    ``share``: how many of them there are for each ordinary person.
    """

    name: str
    meaning: str
    people: Mapping[str, Setting]
    share: float
    source: str
    grade: str


@cache
def kinds() -> Mapping[str, Kind]:
    """Name -> kind, in the order of ``clients.toml``."""
    text = files(__package__).joinpath("clients.toml").read_text(encoding="utf-8")
    return {row["name"]: Kind(**row) for row in tomllib.loads(text)["kind"]}
