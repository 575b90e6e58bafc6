"""What a plan needs to know of an outcome: effect, spread, and what the first measurement tells of the second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.instruments.read import mean_and_variance
from effleurage.people.cohort import Cohort
from effleurage.trial.design.contrast import Contrast
from effleurage.trial.design.design import Arm, Design
from effleurage.trial.lives.bank import NOBODY, Bank, lived

PEOPLE, DRAWS = 8, 96
"""Persons, and draws of all that is uncertain, behind the doubt of an effect."""


@dataclass(frozen=True)
class Moments:
    """Of one outcome and two arms, on the instrument's scale (ln where it is log), as the instrument reports it.

    ``effect``: massage less control, of all who are counted, whether they attended or not. ``sd``: of people at the end
    in the control arm, of a change score of both measurements, so that the SD of the change is sd √(2 (1 - r)). ``r``:
    correlation of both measurements, in a crossover of the ends of both periods. Both hold what attendance adds, in the
    mean of both arms: who attended and who did not are two kinds of people. ``usual``:
    mean at the end without massage, in the outcome's unit. ``contrast``: how well the design tells the arms apart.
    """

    instrument: Instrument
    effect: float
    sd: float
    r: float
    usual: float
    contrast: Contrast

    @property
    def d(self) -> float:
        """Effect in SDs of people."""
        return self.effect / self.sd

    @property
    def scatter(self) -> float:
        """SD that the analysis leaves of one person."""
        return self.contrast.scatter

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
    """Moments of a measure for two arms of a bank, with the noise of the instrument, which is not drawn."""
    design, instrument = bank.design, bank.instruments[measure]
    share = attended(design)
    first = mean_and_variance(instrument, bank.first[measure])
    ends = [mean_and_variance(instrument, bank.second[world, measure]) for world in (arm, other, len(bank.second) - 1)]
    kept = np.isfinite(first[0]) & np.all([np.isfinite(mean) for mean, _ in ends], axis=0)
    before, variance = first[0][kept], float(first[0][kept].var(ddof=1) + first[1][kept].mean())
    massage, control, nobody = ((mean[kept], noise[kept]) for mean, noise in ends)
    mixed = [_mixed(one, nobody, share, before) for one in (massage, control)]
    whole = [_mixed(one, nobody, 1.0, before) for one in (massage, control)]
    added = [(one[0] - all_[0], one[1] - all_[1]) for one, all_ in zip(mixed, whole, strict=True)]
    after = whole[1][0] + (added[0][0] + added[1][0]) / 2
    both = whole[1][1] + (added[0][1] + added[1][1]) / 2
    if design.layout == "crossover":
        apart = within(bank, measure) ** 2 + float(control[1].mean()) + _coming_and_not(massage, control, nobody, share)
        r = 1 - apart / after
    elif design.analysis == "change":
        after = (variance + after) / 2  # the SD of a change hangs on that of both
        r = both / after
    else:
        r = both / np.sqrt(variance * after)
    effect = share * float((massage[0] - control[0]).mean())
    usual = float(np.nanmean(instrument.back(bank.second[other, measure])))
    sd = float(np.sqrt(after))
    against = design.arms[other] if other < len(design.arms) else NOBODY
    return Moments(instrument, effect, sd, float(r), usual, Contrast.of(design, sd, float(r), against, share))


def attended(design: Design) -> float:
    """Share of those counted who attended: all of them, but where whoever was allocated is counted."""
    return design.adherence if design.estimand == "treatment policy" else 1.0


def people_sd(bank: Bank, measure: int, other: int = 1) -> float:
    """SD of people at the end in an arm where everybody attended, with the noise of the instrument."""
    mean, noise = mean_and_variance(bank.instruments[measure], bank.second[other, measure])
    return float(np.sqrt(np.nanvar(mean, ddof=1) + np.nanmean(noise)))


def within(bank: Bank, measure: int) -> float:
    """SD of a person from day to day, on the instrument's scale: between two looks at the life without any visit.

    In a crossover the two periods are different days, while the worlds of a bank share theirs.
    """
    return float(np.nanstd(bank.second[-1, measure] - bank.first[measure], ddof=1) / np.sqrt(2))


def _mixed(
    there: tuple[Floats, Floats], nobody: tuple[Floats, Floats], share: float, before: Floats
) -> tuple[float, float]:
    """Variance at the end of an arm of which a share attended, and its covariance with the first measurement."""
    mean = share * there[0] + (1 - share) * nobody[0]
    own = share * there[1] + (1 - share) * nobody[1] + share * (1 - share) * (there[0] - nobody[0]) ** 2
    return float(mean.var(ddof=1) + own.mean()), float(np.cov(before, mean)[0, 1])


def _coming_and_not(
    massage: tuple[Floats, Floats], control: tuple[Floats, Floats], nobody: tuple[Floats, Floats], share: float
) -> float:
    """Variance within persons that comes of attending in one period and not in the other."""
    gaps = [float(((one[0] - nobody[0]) ** 2).mean()) for one in (massage, control)]
    return share * (1 - share) * (gaps[0] + gaps[1]) / 2


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
    _, second, _ = lived([design.protocol(arm), design.protocol(other)], instruments, looks, cohort, seed)
    told = [[mean_and_variance(*one)[0] for one in zip(instruments, world, strict=True)] for world in second]
    effects = np.nanmean((np.asarray(told[0]) - np.asarray(told[1])).reshape(len(looks), DRAWS, PEOPLE), axis=2)
    return Doubt(effects.T, np.arange(1, DRAWS + 1))
