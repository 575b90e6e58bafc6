"""How far the people of a trial differ who are chosen for something, such as pain, by the rows of ``people.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt

from effleurage.protocol.tables import Correlation, Grade, NotNegative, Positive, Share, shipped_table


@dataclass(frozen=True)
class Spread:
    """The spread of people around a setting of the ledger; fields as in ``people.toml``."""

    sd: NotNegative = 0.0
    at: Positive = 1.0
    top: NotNegative = 0.0
    lasting: Share = 1.0
    weeks: Positive = 1.0
    published: NotNegative = float("nan")
    published_source: str = ""
    published_grade: Grade | None = None
    retest: Correlation = float("nan")
    apart: NotNegative = float("nan")
    retest_source: str = ""
    retest_grade: Grade | None = None
    ledger: bool = False


@cache
def spreads() -> Mapping[str, Spread]:
    """Name of a ledger row -> how far people differ who are chosen by it."""
    return shipped_table(dict[str, Spread], __package__, "people.toml")


def differing(people: Mapping[str, float]) -> dict[str, float | Mapping[str, float]]:
    """Settings of the ledger for people who differ: each with its spread, where one is known."""
    return {name: _spread(name, value) for name, value in people.items()}


def _spread(name: str, value: float) -> float | Mapping[str, float]:
    row = spreads().get(name)
    if row is None:
        return value
    if row.ledger:
        from effleurage.people.simulate import whole_body

        return {"mean": value, "sd": value * whole_body().parameters[name].between}
    room = max(value * (row.top - value), 0.0) / (row.at * (row.top - row.at))
    return {"mean": value, "sd": row.sd * sqrt(room), "lasting": row.lasting, "weeks": row.weeks}
