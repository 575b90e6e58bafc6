"""The key of each scale, and the total it makes of a form: keys are data (``scales.toml``), items' text is nowhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from effleurage.lab.outcomes.codebook import rows_about
from effleurage.protocol.tables import Grade

Coding = tuple[int, int]
"""Lowest and highest answer of an item, as a file writes them."""


@dataclass(frozen=True)
class Scale:
    """How answers become a total; fields as in ``scales.toml``."""

    name: str
    outcome: str
    instrument: str
    low: float
    high: float
    source: str
    grade: Grade
    recall: str
    id: str = ""
    items: int = 0
    codings: tuple[Coding, ...] = ()
    reversed: tuple[int, ...] = ()
    most_missing: float = 0.0
    missing_source: str = ""

    @property
    def family(self) -> str:
        """PSS, STAI, ...: scales that a file codes alike."""
        return self.name.partition("-")[0]

    @property
    def looks_back(self) -> str:
        """What it asks about where that is longer than a week, such as ``the past month``; else empty."""
        return self.recall if self.recall.startswith("the past") else ""


@cache
def scales() -> dict[str, Scale]:
    """Every scale by name."""
    says = {"outcome": "name", "low": "low", "high": "high"}
    return {scale.name: scale for scale in rows_about(Scale, "scale", __package__, "scales.toml", **says)}


def looks_back(id: str) -> str:
    """What the questionnaire of an outcome asks about where that is longer than a week; empty where none is known to.

    >>> looks_back("stress-pss"), looks_back("pain-rating"), looks_back("insomnia-isi")
    ('the past month', '', '')
    """
    return next((scale.looks_back for scale in scales().values() if id and scale.id == id), "")


def total_of(
    scale: Scale, items: Mapping[int, float], coding: Coding, most_missing: float | None = None
) -> tuple[float, str]:
    """The total of a form's items as answered (NaN or absent where missing), and a reason or caution.

    Reversed items are turned round here; answers in another coding are moved to the scale's own. With at most the
    allowed share missing, the total is the mean of the answers times the number of items (person mean), not rounded.
    """
    low, high = coding
    if strange := sorted(set(items) - set(range(1, scale.items + 1))):
        return math.nan, f"there is no item {strange[0]} in {scale.name}"
    given = {number: answer for number, answer in items.items() if not math.isnan(answer)}
    odd = {number: answer for number, answer in given.items() if not (low <= answer <= high and answer == int(answer))}
    if odd:
        which = ", ".join(f"item {number} is {answer:g}" for number, answer in odd.items())
        return math.nan, f"{which}, not one of {low} to {high}{perhaps_none(odd.values())}"
    missing = scale.items - len(given)
    most = scale.most_missing if most_missing is None else most_missing
    if missing == scale.items or missing > most * scale.items + 1e-9:
        allowed = math.floor(most * scale.items + 1e-9)
        return math.nan, f"{missing} of {scale.items} items are missing, and at most {allowed} may be"
    turned = [low + high - answer if number in scale.reversed else answer for number, answer in given.items()]
    points = sum(turned) + len(turned) * (scale.codings[0][0] - low)
    if not missing:
        return float(points), ""
    return points * scale.items / len(given), f"{missing} of {scale.items} items are missing: mean answer times items"


def perhaps_none(values: Iterable[float]) -> str:
    """A hint on values that cannot be answers and may stand for none."""
    codes = ",".join(dict.fromkeys(f"{value:g}" for value in values if value == int(value)))
    return f" (if such a number stands for no answer, say so: --missing {codes})" if codes else ""
