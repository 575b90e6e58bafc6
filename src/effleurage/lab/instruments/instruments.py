"""Instruments: how a true state becomes the number that is reported, and what they cannot tell apart."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError


@dataclass(frozen=True)
class Instrument:
    """An ``outcome`` that ``instrument`` reads from ``quantity``; fields as in ``instruments.toml``."""

    outcome: str
    instrument: str
    quantity: str
    unit: str
    scale: str
    noise: float
    noise_source: str
    timing: float
    timing_source: str
    laboratories: float
    laboratories_source: str
    floor: float = float("nan")
    floor_source: str = ""
    part: str = ""
    low: float = -np.inf
    high: float = np.inf
    step: float = 0.0
    least: float = -np.inf
    most: float = np.inf
    limits_source: str = ""
    posture: bool = False
    nightly: bool = False
    clients: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    units: tuple[str, ...] = ()

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

    def reported(self, truth: Floats, seed: int, persons: NDArray[np.int64], purpose: str) -> Floats:
        """Reported numbers (N,) of a true state (N,), in the outcome's unit; each person and purpose has its own luck.

        The noise of one reading, and then what is ``shown`` of it.
        """
        luck = self.noise * normals(seed, f"instrument {self.outcome} {self.instrument} {purpose}", persons)
        return self.shown(truth * np.exp(luck - self.noise**2 / 2) if self.scale == "log" else truth + luck)

    def shown(self, read: Floats) -> Floats:
        """What is put down of a reading, in the outcome's unit: floor of the assay, bounds of the scale, its step."""
        if np.isfinite(self.floor):
            read = np.maximum(read, self.floor)
        read = np.clip(read, self.low, self.high)
        return np.asarray(np.round(read / self.step) * self.step if self.step else read)

    def expected(self, truth: Floats) -> tuple[Floats, Floats]:
        """Mean and variance (N,) of one reported number of each true state (N,), on the instrument's scale.

        Exact for a step coarser than the noise (whole points of pain): the sum over all that can be reported. With a
        finer step the mean is the true state, and the variance that of the noise.
        """
        from scipy.special import ndtr

        truth = np.asarray(truth, dtype=float)
        if not self.coarse or not np.isfinite(truth).any():
            return truth, np.full_like(truth, self.noise**2)
        reach = 8 * self.unrounded + self.step
        ends = max(self.low, np.nanmin(truth) - reach), min(self.high, np.nanmax(truth) + reach)
        said = self.step * np.arange(np.floor(ends[0] / self.step), np.ceil(ends[1] / self.step) + 1)
        said = said[(said >= self.low) & (said <= self.high)]
        between = np.concatenate(([-np.inf], (said[1:] + said[:-1]) / 2, [np.inf]))
        with np.errstate(divide="ignore"):
            chance = np.diff(ndtr((between[:, None] - truth.ravel()) / max(self.unrounded, 1e-9)), axis=0)
        mean = (said[:, None] * chance).sum(axis=0)
        variance = ((said[:, None] - mean) ** 2 * chance).sum(axis=0)
        return mean.reshape(truth.shape), variance.reshape(truth.shape)

    @property
    def unrounded(self) -> float:
        """SD of one reading before it is rounded to the step, which has a part in the noise of what is reported."""
        return float(np.sqrt(max(self.noise**2 - self.step**2 / 12, 0.0)))

    @property
    def coarse(self) -> bool:
        """Whether rounding hides more than the noise does."""
        return self.scale == "linear" and self.step > self.noise

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
    text = files(__package__).joinpath("instruments.toml").read_text(encoding="utf-8")
    rows = [
        Instrument(**{**row, **{name: tuple(row.get(name, ())) for name in ("clients", "words", "units")}})
        for row in tomllib.loads(text)["instrument"]
    ]
    return {(row.outcome, row.instrument): row for row in rows}


def instrument_of(outcome: str, instrument: str = "") -> Instrument:
    """The instrument that reports an outcome; where several do, ``instrument`` must say which.

    Raises ``RequestError`` for an outcome that the body has no counterpart of, and where the instrument is not said.
    """
    known = {row.outcome.casefold(): row.outcome for row in instruments().values()}
    name = known.get(outcome.strip().casefold(), "")
    fitting = [row for row in instruments().values() if row.outcome == name]
    if not fitting:
        what = f"what happens to '{outcome[:40]}' without treatment is not simulated"
        raise RequestError(Finding("outcome", what, _meant(outcome, known)))
    if len(fitting) > 1 and instrument:
        fitting = [row for row in fitting if row.instrument == instrument.strip().casefold()]
    if len(fitting) != 1:
        ways = sorted(row.instrument for row in instruments().values() if row.outcome == name)
        what = f"'{name}' is measured in {', '.join(ways)}" + (f", not in '{instrument[:40]}'" if instrument else "")
        raise RequestError(Finding("instrument", what, f"Say {' or '.join(ways)} in a column 'instrument'."))
    return fitting[0]


def _meant(outcome: str, known: Mapping[str, str]) -> str:
    """The outcomes that people call so, or whose name is near or holds the word; else every name: the list is short."""
    word = " ".join(outcome.casefold().replace("_", " ").replace("-", " ").split())
    called = dict.fromkeys(f"'{row.outcome}'" for row in instruments().values() if word in row.words)
    if called:
        return f"Did you mean {' or '.join(called)}?"
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    holding = [name for name in known if word and word in name.split()]
    if len(holding) == 1 or close:
        return f"Did you mean '{known[holding[0] if len(holding) == 1 else close[0]]}'?"
    return f"Known: {', '.join(known.values())}."
