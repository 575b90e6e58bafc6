"""Outcomes that a trial may name, by the words that people use; the rows are those of ``endpoints.toml``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil, floor
from typing import Annotated

from pydantic import BeforeValidator, Field

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.instruments.instruments import Instrument, instruments
from effleurage.lab.outcomes.codebook import Outcome, known_outcome, meant
from effleurage.lab.scales.keys import scales
from effleurage.lab.untreated.course import Course, Intake, course_of
from effleurage.protocol.tables import shipped_rows
from effleurage.protocol.times import clock

PERCENT = "%"
FARTHEST = 3.0
"""SDs from the mean of adults within which people may be taken in (ours): beyond, hardly anybody is."""
WHOLE = 1.0
"""Step in which a questionnaire is answered that the body has no counterpart of, in points."""


@dataclass(frozen=True)
class Endpoint:
    """An outcome of the codebook that a trial may name, by its ``id``, and when it is measured.

    ``time``: minutes since midnight of both measurements; ``after``: days from the last session to the second one.
    ``worthwhile`` is the smallest difference worth having, 0 where nobody has said one. ``near`` is empty where the
    simulated body has the outcome itself; where it has not, ``mean``, ``sd`` and ``retest`` are published numbers for
    closed forms, else NaN.
    """

    id: str
    time: Annotated[float, BeforeValidator(clock)]
    after: Annotated[int, Field(ge=0)]

    @property
    def coded(self) -> Outcome:
        """Its row in the codebook."""
        return known_outcome(self.id, "endpoints.toml")

    @property
    def outcome(self) -> str:
        """What tables call it, such as ``pain NRS``."""
        return self.coded.name

    @property
    def instrument(self) -> str:
        """By what it is measured."""
        return self.coded.instrument

    @property
    def words(self) -> tuple[str, ...]:
        """What people call it beside its name."""
        return self.coded.words

    @property
    def word(self) -> str:
        """A short word by which a sentence names it, and no other."""
        own = [word for word in (self.outcome.lower(), *self.words) if endpoint_words()[word] == self]
        return min(own[:2], key=len)

    @property
    def unasked(self) -> Mapping[str, str]:
        """A word that means more than this outcome -> a word of what it leaves unasked."""
        return _unasked()[self.id]

    @property
    def worthwhile(self) -> float:
        """The smallest difference worth having, in ``worthwhile_unit``: its own unit, or % of the level."""
        return self.coded.smallest.value if self.coded.smallest else 0.0

    @property
    def worthwhile_unit(self) -> str:
        """Unit of ``worthwhile``; empty where there is none."""
        return self.coded.smallest.unit if self.coded.smallest else ""

    @property
    def near(self) -> str:
        """What comes nearest to it in the simulated body, where that has it not; else empty."""
        return self.coded.near

    @property
    def recall(self) -> str:
        """What the questionnaire asks about, where the body has no such thing; else empty."""
        return "" if self.simulated else scales()[self.instrument].recall

    @property
    def mean(self) -> float:
        """The published mean of adults."""
        return self.coded.norm.mean if self.coded.norm else math.nan

    @property
    def sd(self) -> float:
        """The published SD of adults."""
        return self.coded.norm.sd if self.coded.norm else math.nan

    @property
    def retest(self) -> float:
        """The published correlation of two measurements as far apart as in a trial."""
        return self.coded.norm.retest if self.coded.norm else math.nan

    @property
    def retest_source(self) -> str:
        """Where that correlation is from."""
        return self.coded.norm.retest_source if self.coded.norm else ""

    @property
    def course(self) -> Course:
        """Its course in adults whom nobody treats. Raises ``RequestError`` where none is known."""
        return course_of(self.id)

    def intake(self, threshold: float | None) -> Intake:
        """Those whose first answer is at the threshold or worse; everybody without one."""
        return self.course.intake(None if threshold is None else self.course.reaching(threshold, WHOLE))

    def intake_fault(self, threshold: float) -> Finding | None:
        """What is wrong with a threshold from which people are taken in, if anything."""
        if self.simulated:
            what = f"people are not taken in by {self.outcome}, which the simulated body has"
            return Finding("intake", what, "Say who they are under 'people', such as {pain load: 5}.")
        low, high = (self.mean + side * FARTHEST * self.sd for side in (-1, 1))
        if max(low, self.low) <= threshold <= min(high, self.high):
            return None
        fix = f"Give {ceil(max(low, self.low))} to {floor(min(high, self.high))}."
        return Finding("intake", f"hardly anybody begins at {threshold:g}", fix)

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
        return self.coded.unit

    @property
    def log(self) -> bool:
        """Whether it is analysed as a logarithm, by the scale of its instrument."""
        return self.reader is not None and self.reader.scale == "log"

    @property
    def low(self) -> float:
        """The least that can be reported."""
        return self.coded.low

    @property
    def high(self) -> float:
        """The most that can be reported."""
        return self.coded.high

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
def endpoints() -> Mapping[tuple[str, str], Endpoint]:
    """(outcome, instrument) -> the endpoint; of several instruments the first is meant if none is said."""
    rows = shipped_rows(Endpoint, "endpoint", __package__, "endpoints.toml")
    return {(row.outcome, row.instrument): row for row in rows}


@cache
def endpoint_words() -> Mapping[str, Endpoint]:
    """Every word for an endpoint, in small letters, its own name among them; of several the first is meant."""
    words: dict[str, Endpoint] = {}
    for row in endpoints().values():
        for word in row.coded.called:
            words.setdefault(word, row)
    return words


@cache
def _unasked() -> Mapping[str, Mapping[str, str]]:
    """Id -> its words that mean another endpoint of another name as well, and the name of that."""
    rows = {row.id: row for row in endpoints().values()}
    found: dict[str, dict[str, str]] = {id: {} for id in rows}
    for word, row in endpoint_words().items():
        others = [rows[id] for id in meant(word, rows) if rows[id].outcome != row.outcome]
        if others:
            found[row.id][word] = others[0].outcome.lower()
    return found


def endpoint_of(word: str, instrument: str = "") -> Endpoint:
    """The endpoint that a word names, by ``instrument`` where one is said.

    Raises ``RequestError`` with the nearest known word, or with the instruments that there are.

    >>> endpoint_of("stress").outcome, endpoint_of("cortisol", "plasma").id
    ('VAS stress', 'cortisol-serum')
    """
    named = endpoint_words().get(" ".join(word.lower().split()))
    if named is None:
        what = f"'{word[:60]}' is never measured here"
        raise RequestError(Finding("outcome", what, nearest(word[:60], endpoint_words())))
    if not instrument:
        return named
    ways = {row.instrument.lower(): row for row in endpoints().values() if row.outcome == named.outcome}
    row = ways.get(instrument.strip().lower())
    if row is None:
        what = f"'{instrument[:60]}' does not measure {named.outcome}"
        raise RequestError(Finding("instrument", what, nearest(instrument[:60], ways)))
    return row
