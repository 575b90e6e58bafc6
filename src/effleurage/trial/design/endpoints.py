"""Outcomes that a trial may name, by the words that people use; the rows are those of ``endpoints.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.instruments.instruments import Instrument, instruments
from effleurage.lab.scales.keys import scales
from effleurage.protocol.times import clock

PERCENT = "%"


@dataclass(frozen=True)
class Outcome:
    """An outcome by one instrument; fields as in ``endpoints.toml``, ``time`` in minutes since midnight.

    ``near`` is empty where the simulated body has the outcome itself. Where it has not, ``mean``, ``sd`` and ``retest``
    are published numbers for closed forms.
    """

    outcome: str
    instrument: str
    words: tuple[str, ...]
    time: float
    after: int
    worthwhile: float = 0.0
    worthwhile_unit: str = ""
    worthwhile_source: str = ""
    worthwhile_grade: str = ""
    near: str = ""
    recall: str = ""
    mean: float = float("nan")
    sd: float = float("nan")
    norm_source: str = ""
    norm_grade: str = ""
    retest: float = float("nan")
    retest_source: str = ""
    retest_grade: str = ""
    unasked: Mapping[str, str] = field(default_factory=dict)

    @property
    def reader(self) -> Instrument | None:
        """The instrument that reads it from the simulated body; None where the body has no such thing."""
        return instruments().get((self.outcome, self.instrument))

    @property
    def simulated(self) -> bool:
        """Whether the simulated body has it."""
        return self.reader is not None

    @property
    def unit(self) -> str:
        """The outcome's unit."""
        return self.reader.unit if self.reader else "points"

    @property
    def log(self) -> bool:
        """Whether it is analysed as a logarithm, by the scale of its instrument."""
        return self.reader is not None and self.reader.scale == "log"

    @property
    def low(self) -> float:
        """The least that can be reported."""
        return self.reader.low if self.reader else scales()[self.instrument].low

    @property
    def high(self) -> float:
        """The most that can be reported."""
        return self.reader.high if self.reader else scales()[self.instrument].high

    def room(self, usual: float, side: float) -> float:
        """How far a usual level is from the end of the scale, above it where ``side`` is above 0, else below it."""
        if side > 0:
            return self.high - usual
        return usual - (max(self.low, 0.0) if self.log else self.low)

    @property
    def warning(self) -> str:
        """What is to be said wherever a plan rests on published numbers alone; empty where a body stands behind it."""
        if self.simulated:
            return ""
        asks = f"; it asks about {self.recall}" if self.recall else ""
        return f"{self.outcome} has no counterpart in the simulated body: published SD and retest, nothing else{asks}"


def amount(number: str, unit: str) -> str:
    """A number in words with its unit, in the singular where it is one: ``1 point``, ``2 points``."""
    one = number.lstrip("+-−") == "1" and unit == "points"
    return f"{number} {'point' if one else unit}".strip()


@cache
def outcomes() -> Mapping[tuple[str, str], Outcome]:
    """(outcome, instrument) -> the outcome, in the order of the file; of several the first is meant if none is said."""
    text = files(__package__).joinpath("endpoints.toml").read_text(encoding="utf-8")
    rows = [
        Outcome(**(row | {"words": tuple(row["words"]), "time": clock(row["time"])}))
        for row in tomllib.loads(text)["outcome"]
    ]
    return {(row.outcome, row.instrument): row for row in rows}


@cache
def outcome_words() -> Mapping[str, Outcome]:
    """Every word for an outcome, in small letters, its own name among them."""
    words: dict[str, Outcome] = {}
    for row in outcomes().values():
        for word in (row.outcome.lower(), *row.words):
            words.setdefault(word, row)
    return words


def outcome_of(said: str, instrument: str = "") -> Outcome:
    """The outcome that a word names, by ``instrument`` where one is said.

    Raises ``RequestError`` with the nearest known word, or with the instruments that there are.
    """
    named = outcome_words().get(" ".join(said.lower().split()))
    if named is None:
        what = f"'{said[:60]}' is never measured here"
        raise RequestError(Finding("outcome", what, nearest(said[:60], outcome_words())))
    if not instrument:
        return named
    ways = {row.instrument.lower(): row for row in outcomes().values() if row.outcome == named.outcome}
    row = ways.get(instrument.strip().lower())
    if row is None:
        what = f"'{instrument[:60]}' does not measure {named.outcome}"
        raise RequestError(Finding("instrument", what, nearest(instrument[:60], ways)))
    return row
