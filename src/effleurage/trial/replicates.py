"""Thousands of trials at once: who is in them, what is measured of them, and what their analyses come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.streams import normal_blocks
from effleurage.trial import analysis
from effleurage.trial.bank import Bank
from effleurage.trial.design import Design

REPLICATES = 1000
MASSAGE, CONTROL = 0, 1
"""Places of the two arms that are compared: the first arm of a design, and the second."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Trials:
    """R trials of ``n`` persons an arm: measurements (R, 2n) on the instrument's scale, NaN where one is missing.

    ``arm`` (2n,): 1 with massage. In a crossover the two halves are the same persons in both periods.
    """

    first: Floats
    second: Floats
    arm: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Persons of an arm."""
        return len(self.arm) // 2

    def smaller(self, n: int) -> Trials:
        """The same trials with the first ``n`` persons of each arm."""
        kept = np.r_[0:n, self.n : self.n + n]
        return Trials(self.first[:, kept], self.second[:, kept], self.arm[kept])


@dataclass(frozen=True)
class Operating:
    """What a trial of ``n`` persons an arm does, over its replicates; each share with its Monte-Carlo error.

    ``power``: share of trials that find a difference in the true direction; ``type_one``: share that find one where
    there is none; ``bias``: mean estimate less the truth, on the instrument's scale; ``coverage`` of the interval;
    ``type_s``: of the significant ones, the share with the wrong sign; ``type_m``: by what factor they exaggerate.
    ``cohort_error``: standard error of the truth itself, which is the mean of a finite bank.
    """

    outcome: str
    n: int
    replicates: int
    truth: float
    cohort_error: float
    power: float
    power_error: float
    type_one: float
    type_one_error: float
    bias: float
    bias_error: float
    coverage: float
    coverage_error: float
    type_s: float
    type_m: float


def trials(bank: Bank, measure: int, n: int, replicates: int = REPLICATES, seed: int = 1, null: bool = False) -> Trials:
    """Draw trials from a bank; with ``null`` both arms get what the control gets.

    Persons are drawn with replacement. A session that was not attended leaves the world without any visit. Therapists
    differ in the massage arm by ``therapist_icc`` of its variance.
    """
    design, instrument = bank.design, bank.instruments[measure]
    crossover = design.layout == "crossover"
    name = f"trial {measure} {'null' if null else 'real'}"
    rows = np.arange(replicates)

    def luck(purpose: str, count: int) -> Floats:
        return normal_blocks(seed, [f"{name} {purpose}"] * replicates, rows, count)

    people = _uniform(luck("people", n if crossover else 2 * n))
    drawn = np.minimum((people * bank.people).astype(np.int64), bank.people - 1)
    drawn = np.tile(drawn, (1, 2)) if crossover else drawn
    arm = np.repeat([1, 0], n)
    other = CONTROL if len(design.arms) > 1 else len(design.arms)
    mine = np.where(arm == 1, other if null else MASSAGE, other)
    nobody = len(design.arms)
    attends = _uniform(luck("attends", 2 * n)) < design.adherence
    world = np.where(attends | (design.estimand == "hypothetical"), mine, nobody)
    first = bank.first[measure][drawn] + instrument.noise * luck("before", 2 * n)
    second = bank.second[world, measure, drawn] + instrument.noise * luck("after", 2 * n)
    second = second + _therapists(design, second, arm, luck)
    if crossover:
        second = second + within(bank, measure) * luck("another day", 2 * n)
    lost = _uniform(luck("drops out", 2 * n)) < design.dropout
    if design.estimand == "while on treatment":
        lost |= ~attends
    gone = [_uniform(luck(f"missing {when}", 2 * n)) < design.missing for when in ("before", "after")]
    return Trials(np.where(gone[0], np.nan, first), np.where(gone[1] | lost, np.nan, second), arm)


def within(bank: Bank, measure: int) -> float:
    """SD of a person from day to day, on the instrument's scale: between two looks at the life without any visit.

    In a crossover the two periods are different days, while the worlds of a bank share theirs.
    """
    return float(np.nanstd(bank.second[-1, measure] - bank.first[measure], ddof=1) / np.sqrt(2))


def _therapists(design: Design, second: Floats, arm: NDArray[np.int64], luck: Callable[[str, int], Floats]) -> Floats:
    """What the therapist of a person adds (R, 2n); persons of the massage arm take turns between its therapists."""
    many = design.arms[MASSAGE].therapists
    if many < 2 or not design.therapist_icc:
        return np.zeros_like(second)
    spread = np.sqrt(design.therapist_icc) * second[:, arm == 1].std(axis=1, keepdims=True)
    own = np.asarray(luck("therapists", many)) * spread
    turn = np.arange(len(arm)) % many
    return np.where(arm == 1, own[:, turn], 0.0)


def analysed(design: Design, found: Trials) -> analysis.Estimates:
    """The design's own analysis of every trial; of a design with one arm, its change, with whatever else changed."""
    level, half = 1 - design.alpha, found.n
    if len(design.arms) == 1:
        return analysis.paired(found.second[:, :half], found.first[:, :half], np.ones(half), level=level)
    if design.layout == "crossover":
        turn = np.arange(half) % 2
        massage, control = found.second[:, :half], found.second[:, half:]
        periods = np.where(turn, massage, control), np.where(turn, control, massage)
        return analysis.paired(*periods, turn, period=True, level=level)
    if design.analysis == "change":
        return analysis.change(found.first, found.second, found.arm, level)
    return analysis.ancova(found.first, found.second, found.arm, level)


def operating(
    bank: Bank, measure: int, sizes: Sequence[int], replicates: int = REPLICATES, seed: int = 1
) -> list[Operating]:
    """What trials of each size do; the trials of a smaller size are parts of those of the largest."""
    largest = max(sizes)
    real, null = (trials(bank, measure, largest, replicates, seed, none) for none in (False, True))
    design = bank.design
    other = CONTROL if len(design.arms) > 1 else len(design.arms)
    effect = bank.effect(MASSAGE, other, measure)
    truth = float(np.nanmean(effect)) * (design.adherence if design.estimand == "treatment policy" else 1.0)
    error = float(np.nanstd(effect, ddof=1) / np.sqrt(np.isfinite(effect).sum()))
    return [_told(bank, measure, real.smaller(n), null.smaller(n), truth, error) for n in sizes]


def _told(bank: Bank, measure: int, real: Trials, null: Trials, truth: float, error: float) -> Operating:
    design = bank.design
    found, none = analysed(design, real), analysed(design, null)
    many = len(found.p)
    sign = np.sign(truth) or 1.0
    seen = found.p < design.alpha
    right = seen & (np.sign(found.estimate) == sign)
    power, type_one = float(right.mean()), float((none.p < design.alpha).mean())
    covers = float(((found.low <= truth) & (truth <= found.high)).mean())
    loud = np.abs(found.estimate[seen])
    return Operating(
        outcome=bank.instruments[measure].outcome,
        n=real.n,
        replicates=many,
        truth=truth,
        cohort_error=error,
        power=power,
        power_error=_share_error(power, many),
        type_one=type_one,
        type_one_error=_share_error(type_one, many),
        bias=float(np.nanmean(found.estimate) - truth),
        bias_error=float(np.nanstd(found.estimate, ddof=1) / np.sqrt(many)),
        coverage=covers,
        coverage_error=_share_error(covers, many),
        type_s=float((seen & ~right).sum() / seen.sum()) if seen.any() else float("nan"),
        type_m=float(loud.mean() / abs(truth)) if seen.any() and truth else float("nan"),
    )


def _share_error(share: float, many: int) -> float:
    return float(np.sqrt(share * (1 - share) / many))


def _uniform(normal: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(normal))
