"""Instruments: how a true state becomes the number that is reported, and what they cannot tell apart."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError
from effleurage.lab.outcomes.codebook import meant, rows_about
from effleurage.protocol.tables import NotNegative


@dataclass(frozen=True)
class Instrument:
    """An ``outcome`` that ``instrument`` reads from ``quantity``; fields as in ``instruments.toml``.

    ``id``: of the outcome in the codebook, which names it and its scale; empty for one that is made up on the way.
    """

    outcome: str
    instrument: str
    quantity: str
    unit: str
    scale: Literal["log", "linear"]
    noise: NotNegative
    noise_source: str
    noise_rounded: bool
    timing: NotNegative
    timing_source: str
    laboratories: NotNegative
    laboratories_source: str
    id: str = ""
    window: NotNegative = 0.0
    window_source: str = ""
    moment: NotNegative = 0.0
    moment_source: str = ""
    floor: NotNegative = float("nan")
    floor_source: str = ""
    part: str = ""
    low: float = -np.inf
    high: float = np.inf
    step: NotNegative = 0.0
    least: float = -np.inf
    most: float = np.inf
    limits_source: str = ""
    posture: bool = False
    nightly: bool = False
    clients: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

    @property
    def lived(self) -> bool:
        """Whether the simulated body has it."""
        return bool(self.quantity or self.part)

    @property
    def clocked(self) -> bool:
        """Whether it matters at what time of day it is read."""
        return self.lived and not self.nightly

    @property
    def told(self) -> str:
        """The unit as a reader is told it: points of what, where a rating from 0 may be given in two ranges."""
        return f"{self.unit} of {self.high:g}" if self.low == 0 and np.isfinite(self.high) else self.unit

    @property
    def limits(self) -> tuple[float, float]:
        """The ends within which a number can be a reading: of the scale, or of what a living person can have."""
        return max(self.low, self.least), min(self.high, self.most)

    def impossible(self, value: float) -> str:
        """Why a number can be no reading, or "" where it can; NaN (not measured) can."""
        low, high = self.limits
        if np.isnan(value) or low <= value <= high:
            return ""
        which = "the scale" if np.isfinite(self.low) else f"what {self.outcome} can be"
        return f"{value:g} {self.unit} lies outside {which}, {low:g} to {high:g}"

    def reads(self) -> tuple[str, ...]:
        """The quantities that a trajectory must hold for this instrument."""
        if self.part:
            from effleurage.lab.heart.virtual import READS

            return READS
        return (self.quantity,)

    @property
    def unrounded(self) -> float:
        """SD of one reading about the state before it is rounded to the step: noise and moment, which share nothing."""
        inside = self._rounding**2 if self.noise_rounded else 0.0
        return float(np.sqrt(max(self.noise**2 - inside, 0.0) + self.moment**2))

    @property
    def error(self) -> float:
        """SD of a reported number about the state, its rounding included, far from the ends of the scale.

        >>> round(instruments()["VAS stress", "questionnaire"].error, 2)  # a mark put to 3 mm, felt to 2.6, in whole mm
        3.98
        """
        return float(np.hypot(self.unrounded, self._rounding))

    @property
    def _rounding(self) -> float:
        """SD of what rounding to the step does to a number that may lie anywhere between two steps."""
        return self.step / float(np.sqrt(12)) if self.scale == "linear" else 0.0

    def transformed(self, values: Floats) -> Floats:
        """Values on the scale on which changes are compared: ln for ``log``; NaN where there is none."""
        if self.scale == "linear":
            return np.asarray(values, dtype=float)
        values = np.asarray(values, dtype=float)
        return np.log(np.where(values > 0, values, np.nan))

    def back(self, values: Floats) -> Floats:
        """From that scale to the outcome's unit."""
        return np.exp(values) if self.scale == "log" else np.asarray(values, dtype=float)


@cache
def instruments() -> Mapping[tuple[str, str], Instrument]:
    """(outcome, instrument) -> the instrument, as far as the simulated body can be read by it."""
    says = {"outcome": "name"} | {name: name for name in ("instrument", "quantity", "unit", "low", "high")}
    found = rows_about(Instrument, "instrument", __package__, "instruments.toml", **says)
    return {(row.outcome, row.instrument): row for row in found}


@cache
def longest_window() -> float:
    """Minutes that the longest reading takes: whoever is measured so long before a visit is not yet at it."""
    return max(one.window for one in instruments().values())


def instrument_of(
    outcome: str, instrument: str = "", among: Mapping[tuple[str, str], Instrument] | None = None
) -> Instrument:
    """The instrument that reports an outcome; where several do, ``instrument`` must say which.

    ``among`` these instruments, by default those that read the simulated body. Raises ``RequestError`` for an outcome
    that none of them reports, and where the instrument is not said.
    """
    rows = tuple((instruments() if among is None else among).values())
    name = {row.outcome.casefold(): row.outcome for row in rows}.get(outcome.strip().casefold(), "")
    fitting = [row for row in rows if row.outcome == name]
    if not fitting:
        what = f"what happens to '{outcome[:40]}' without treatment is not simulated"
        raise RequestError(Finding("outcome", what, _meant(outcome, rows)))
    if len(fitting) > 1 and instrument:
        fitting = [row for row in fitting if row.instrument == instrument.strip().casefold()]
    if len(fitting) != 1:
        ways = sorted(row.instrument for row in rows if row.outcome == name)
        what = f"'{name}' is measured in {', '.join(ways)}" + (f", not in '{instrument[:40]}'" if instrument else "")
        raise RequestError(Finding("instrument", what, f"Say {' or '.join(ways)} in a column 'instrument'."))
    return fitting[0]


def _meant(outcome: str, rows: Sequence[Instrument]) -> str:
    """The outcomes that people call so, or whose name is near or holds the word; else every name: the list is short."""
    word = " ".join(outcome.casefold().replace("_", " ").replace("-", " ").split())
    known = {row.outcome.casefold(): row.outcome for row in rows}
    several = Counter(row.outcome for row in rows)
    called = dict.fromkeys(
        f"'{row.outcome}'" + (f" ({row.instrument})" if several[row.outcome] > 1 else "")
        for row in rows
        if row.id in meant(word)
    )
    if called:
        return f"Did you mean {' or '.join(called)}?"
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    holding = [name for name in known if word and word in name.split()]
    if len(holding) == 1 or close:
        return f"Did you mean '{known[holding[0] if len(holding) == 1 else close[0]]}'?"
    return f"Known: {', '.join(known.values())}."
