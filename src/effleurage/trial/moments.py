"""What a plan needs to know of an outcome: effect, spread, and what the first measurement tells of the second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.lab.instruments import Instrument
from effleurage.people.cohort import Cohort
from effleurage.trial.bank import NOBODY, Bank, lived
from effleurage.trial.design import Arm, Design

PEOPLE, DRAWS = 8, 96
"""Persons, and draws of all that is uncertain, behind the doubt of an effect."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Of one outcome and two arms, on the instrument's scale (ln where it is log).

    ``effect``: massage less control. ``sd``: of people at the end; ``r``: correlation of both measurements in the
    control arm; both with the instrument's noise. ``usual``: mean at the end without massage, in the outcome's unit.
    """

    instrument: Instrument
    effect: float
    sd: float
    r: float
    usual: float

    @property
    def d(self) -> float:
        """Effect in SDs of people."""
        return self.effect / self.sd

    @property
    def scatter(self) -> float:
        """SD that the first measurement leaves."""
        return float(self.sd * np.sqrt(1 - self.r**2))

    def in_unit(self, effect: float) -> float:
        """A difference on the instrument's scale as one in the outcome's unit, at the usual level."""
        return float(self.usual * (np.exp(effect) - 1)) if self.instrument.scale == "log" else effect

    def on_scale(self, difference: float) -> float:
        """Size on the instrument's scale of a difference in the outcome's unit, on the side of the effect."""
        if self.instrument.scale != "log":
            return abs(difference)
        share = np.copysign(abs(difference) / self.usual, self.effect)
        return float(abs(np.log(max(1 + share, 1e-3))))


def moments(bank: Bank, measure: int, arm: int = 0, other: int = 1) -> Moments:
    """Moments of a measure for two arms of a bank; noise is added to the spread, not drawn."""
    instrument = bank.instruments[measure]
    first, second = bank.first[measure], bank.second[other, measure]
    kept = np.isfinite(first) & np.isfinite(second)
    noise = instrument.noise**2
    before, after = first[kept].var(ddof=1) + noise, second[kept].var(ddof=1) + noise
    shared = float(np.cov(first[kept], second[kept])[0, 1])
    effect = float(np.nanmean(bank.effect(arm, other, measure)))
    usual = float(np.nanmean(instrument.back(second)))
    return Moments(instrument, effect, float(np.sqrt(after)), float(shared / np.sqrt(before * after)), usual)


@dataclass(frozen=True)
class Doubt:
    """Effects (D, M) on the instruments' scales, every uncertain number of the body drawn anew; ``draws`` (D,)."""

    effects: Floats
    draws: NDArray[np.int64]

    def interval(self, measure: int, share: float = 0.8) -> tuple[float, float]:
        """Ends that hold ``share`` of the effects on a measure."""
        low, high = np.quantile(self.effects[:, measure], [(1 - share) / 2, (1 + share) / 2])
        return float(low), float(high)


def doubt(design: Design, instruments: tuple[Instrument, ...], arm: Arm, other: Arm = NOBODY, seed: int = 1) -> Doubt:
    """How unsure the effect of an arm against another is."""
    draws = np.repeat(np.arange(1, DRAWS + 1), PEOPLE)
    cohort = Cohort(np.tile(np.arange(PEOPLE), DRAWS), seed=seed, draws=draws)
    looks = [design.looks(measure) for measure in design.outcomes]
    _, second = lived([design.protocol(arm), design.protocol(other)], instruments, looks, cohort, seed)
    effects = np.nanmean((second[0] - second[1]).reshape(len(looks), DRAWS, PEOPLE), axis=2)
    return Doubt(effects.T, np.arange(1, DRAWS + 1))
