"""Thousands of trials at once: who is in them, what is measured of them, and what their analyses come to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.asked import afford
from effleurage.engine.streams import normal_blocks
from effleurage.errors import Finding, RequestError
from effleurage.lab.instruments.read import mean_and_variance, report
from effleurage.statistics import analysis
from effleurage.trial.design import therapists
from effleurage.trial.design.design import Design
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.moments import attended, people_sd, within

REPLICATES = 1000
MASSAGE, CONTROL = 0, 1
"""Places of the two arms that are compared: the first arm of a design, and the second."""
_ARRAYS = 16
"""Arrays of a number a person and trial that are held at once."""


@dataclass(frozen=True)
class Trials:
    """R trials of ``n`` persons an arm: measurements (R, 2n) on the instrument's scale, NaN where one is missing.

    ``arm`` (2n,): 1 with massage. In a crossover the two halves are the same persons in both periods. ``therapist``
    (2n,): who of the therapists that share an arm, ALONE where nobody does.
    """

    first: Floats
    second: Floats
    arm: NDArray[np.int64]
    therapist: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Persons of an arm."""
        return len(self.arm) // 2

    def smaller(self, n: int) -> Trials:
        """The same trials with the first ``n`` persons of each arm."""
        kept = np.r_[0:n, self.n : self.n + n]
        return Trials(self.first[:, kept], self.second[:, kept], self.arm[kept], self.therapist[kept])


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
    against: str = ""


def trials(
    bank: Bank,
    measure: int,
    n: int,
    replicates: int = REPLICATES,
    seed: int = 1,
    null: bool = False,
    other: int | None = None,
) -> Trials:
    """Draw trials of the first arm against ``other`` from a bank; with ``null`` both arms get what the other gets.

    Persons are drawn with replacement. A session that was not attended leaves the world without any visit. Therapists
    who share an arm differ by the design's share of its variance, in a trial without an effect too. Every measurement
    of a crossover has the luck of another day.
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
    other = _other(design) if other is None else other
    mine = np.where(arm == 1, other if null else MASSAGE, other)
    nobody = len(design.arms)
    attends = _uniform(luck("attends", 2 * n)) < design.adherence
    came = attends | (design.estimand == "hypothetical")
    first, second = bank.first[measure][drawn], bank.second[np.where(came, mine, nobody), measure, drawn]
    if crossover:
        day = within(bank, measure)
        first, second = first + day * luck("a day before", 2 * n), second + day * luck("another day", 2 * n)
    therapist, added = _therapists(bank, measure, other, n, luck)
    second = second + np.where(came, added, 0.0)
    first, second = (
        instrument.transformed(report(instrument, state, luck(when, 2 * n)))
        for state, when in ((first, "before"), (second, "after"))
    )
    lost = _uniform(luck("drops out", 2 * n)) < design.dropout
    if design.estimand == "while on treatment":
        lost |= ~attends
    gone = [_uniform(luck(f"missing {when}", 2 * n)) < design.missing for when in ("before", "after")]
    return Trials(np.where(gone[0], np.nan, first), np.where(gone[1] | lost, np.nan, second), arm, therapist)


def _therapists(
    bank: Bank, measure: int, other: int, n: int, luck: Callable[[str, int], Floats]
) -> tuple[NDArray[np.int64], Floats]:
    """Who has which therapist (2n,), and what they add (R, 2n): in each arm that several share, in turn."""
    design = bank.design
    between = therapists.spread(design, people_sd(bank, measure, other))
    arms = [design.arms[MASSAGE], design.arms[other] if other < len(design.arms) else None]
    teams = [therapists.team(arm) if arm else 0 for arm in arms]
    place, who, added = np.arange(n), [], []
    for side, many in enumerate(teams):
        turn = therapists.turns(many, place, design.layout == "crossover") if many else np.full(n, therapists.ALONE)
        own = between * luck(f"therapists {side}", max(many, 1))
        added.append(own[:, turn] if many else np.zeros((len(own), n)))
        who.append(turn + side * teams[0] if many else turn)
    return np.concatenate(who), np.concatenate(added, axis=1)


def _other(design: Design) -> int:
    """Place in a bank of what the first arm is compared with, where nothing else is said."""
    return CONTROL if len(design.arms) > 1 else len(design.arms)


def analysed(design: Design, trials: Trials) -> analysis.Estimates:
    """The design's own analysis of every trial; of a design with one arm, its change, with whatever else changed.

    Where several therapists share an arm and may differ, they are counted, not their people.
    """
    level, half = 1 - design.alpha, trials.n
    counted = bool((trials.therapist != therapists.ALONE).any() and design.therapist_icc)
    if len(design.arms) == 1:
        return analysis.paired(trials.second[:, :half], trials.first[:, :half], np.ones(half), level=level)
    change = design.analysis == "change"
    if design.layout == "crossover":
        turn = np.arange(half) % 2
        ends = trials.second - trials.first if change else trials.second
        massage, control = ends[:, :half], ends[:, half:]
        periods = np.where(turn, massage, control), np.where(turn, control, massage)
        if not counted:
            return analysis.paired(*periods, turn, period=True, level=level)
        both = (trials.therapist[:half], trials.therapist[half:])
        shared = tuple(one - one.min() for one in both if (one != therapists.ALONE).any())
        return therapists.shared_pairs(*periods, turn, shared, level)
    if counted:
        return therapists.shared(trials.first, trials.second, trials.arm, trials.therapist, change=change, level=level)
    return (analysis.change if change else analysis.ancova)(trials.first, trials.second, trials.arm, level)


def operating(
    bank: Bank,
    measure: int,
    sizes: Sequence[int],
    replicates: int = REPLICATES,
    seed: int = 1,
    other: int | None = None,
) -> list[Operating]:
    """What trials of each size do; the trials of a smaller size are parts of those of the largest."""
    largest = max(sizes)
    design, instrument = bank.design, bank.instruments[measure]
    other = _other(design) if other is None else other
    real, null = (trials(bank, measure, largest, replicates, seed, none, other) for none in (False, True))
    effect = np.subtract(*(mean_and_variance(instrument, bank.second[world, measure])[0] for world in (MASSAGE, other)))
    truth = float(np.nanmean(effect)) * attended(design)
    error = float(np.nanstd(effect, ddof=1) / np.sqrt(np.isfinite(effect).sum()))
    against = design.arms[other].name if other < len(design.arms) else ""
    return [_told(bank, measure, real.smaller(n), null.smaller(n), truth, error, against) for n in sizes]


def check_compared(design: Design) -> None:
    """Raise ``RequestError`` for a design of one arm: what changes in it is not an effect, so it has no power."""
    if len(design.arms) < 2:
        what = "one arm has nothing to be compared with, and a change in it is not an effect that could be found"
        raise RequestError(Finding("arms", what, "Add a control, such as quiet rest."))


def check_room(n: int, replicates: int) -> None:
    """Raise ``RequestError`` for fewer than two simulated trials, or for more than memory may hold at once."""
    if replicates < 2:
        raise RequestError(Finding("replicates", f"{replicates:,} trials", "Ask for 2 or more."))
    afford("replicates", f"trials of {n:,} persons an arm", replicates, _ARRAYS * 2 * n * 8)


def operating_all(bank: Bank, n: int, replicates: int = REPLICATES, seed: int = 1) -> list[Operating]:
    """What trials of ``n`` do, for every outcome of a bank and every arm that the first is compared with.

    Raises ``RequestError`` for a design of one arm.
    """
    check_compared(bank.design)
    check_room(n, replicates)
    others = range(1, len(bank.design.arms))
    return [
        operating(bank, place, [n], replicates, seed, other)[0]
        for place in range(len(bank.instruments))
        for other in others
    ]


def _told(bank: Bank, measure: int, real: Trials, null: Trials, truth: float, error: float, against: str) -> Operating:
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
        against=against,
    )


def _share_error(share: float, many: int) -> float:
    return float(np.sqrt(share * (1 - share) / many))


def _uniform(normal: Floats) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(normal))
