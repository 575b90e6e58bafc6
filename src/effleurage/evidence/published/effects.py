"""Published results as comparable effects: standardised differences (Hedges g) with their sampling variance.

Between arms, massage less comparator; within an arm, after less before. The two are made by two functions and never
meet. All are in standard deviations of the raw score, so that crossover and parallel trials share a scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from effleurage.errors import Finding, RequestError
from effleurage.evidence.published.ledger import Ledger
from effleurage.evidence.published.results import WITHIN_ARM, Result
from effleurage.statistics.intervals import NINETY_FIVE

CORRELATION = 0.5
"""Assumed between two measurements of the same people; hardly any source tells it."""
SENSITIVITY = (0.3, 0.7)
MEANS, STATED, DIFFERENCE, FROM_P = "means", "stated", "mean difference", "derived from p"


@dataclass(frozen=True)
class Effect:
    """``g`` in standard deviations with its sampling ``variance``; ``low`` to ``high`` is its 95 % interval.

    ``origin``: what it was made of. ``same_people``: the correlation went in. ``assumed``: what the source left open.
    """

    g: float
    variance: float
    origin: str
    same_people: bool = False
    assumed: tuple[str, ...] = ()

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval, by the normal distribution."""
        return self.g - NINETY_FIVE * sqrt(self.variance)

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.g + NINETY_FIVE * sqrt(self.variance)


@dataclass(frozen=True)
class Unsized:
    """A result without a size, and why it has none."""

    why: str


def hedges(d: float, n: float, n_other: float) -> tuple[float, float]:
    """Hedges g and its variance of a standardised difference ``d`` between two groups of different people.

    By statsmodels, after Borenstein (2009, Introduction to Meta-Analysis, ch. 4).
    """
    from statsmodels.stats.meta_analysis import effectsize_smd

    g, variance = effectsize_smd(d, 1.0, n, 0.0, 1.0, n_other)
    return float(g), float(variance)


def hedges_same_people(d: float, n: float, correlation: float) -> tuple[float, float]:
    """The same for ``n`` people measured twice, ``d`` in standard deviations of the raw score.

    Variance (1/n + d^2/2n) 2(1 - r) with the correction 1 - 3/(4 df - 1) (Borenstein 2009, eq. 4.28 and 4.22).
    """
    small = 1 - 3 / (4 * (n - 1) - 1)
    return small * d, small**2 * (1 / n + d**2 / (2 * n)) * 2 * (1 - correlation)


def check_correlation(correlation: float) -> None:
    """Raise ``RequestError`` for what is no correlation, or would leave no variance."""
    if not -1 < correlation < 1:
        raise RequestError(Finding("correlation", f"{correlation:g}", "Give one between -1 and 1, such as 0.5."))


def between(result: Result, book: Ledger, correlation: float = CORRELATION) -> Effect | Unsized:
    """The effect of a result that compares arms.

    In this order: post means and SDs of both arms (the control's stand in its mirror or in the reference row), a stated
    d, a mean difference with its interval, an exact two-sided p with n of both arms. Values before are not used. A
    percentage has no SD and gives no size. Raises ``ValueError`` for a change within an arm.
    """
    if not result.between_arms:
        raise ValueError(f"{result.id} is a change within an arm")
    if book.outcomes[result.outcome].bundle:
        return Unsized("several outcomes in one row")
    study, other = book.study_of(result), _control(result, book)
    if study.design != "parallel" and not study.same_people:
        return Unsized("whether the arms are the same people is not told")
    same = study.same_people
    people, assumed = _people(result, book, same)
    means = _standardised_means(result, other, people) if other and people else None
    if means is not None:
        d, origin = means, MEANS
        assumed += ("SD, not SE, as printed",) if "SD presumed" in result.note else ()
    elif result.d is not None:
        d, origin = result.d, STATED
        if result.interval_of == "d" and result.low is not None and result.high is not None:
            error = (result.high - result.low) / (2 * NINETY_FIVE)
            return Effect(d, error**2, origin, False)
    elif result.value_kind == "MD" and people and (change := _t_of_interval(result, people, same)) is not None:
        d, origin = _standardised(change, people, same, correlation), DIFFERENCE
    else:
        t = _t_of_p(result, people, same)
        if isinstance(t, Unsized):
            return t
        if assumed:
            return Unsized("n of each arm is not told")
        d, origin = _standardised(t, people, same, correlation), FROM_P
    if not people:
        return Unsized("n of each arm is not told")
    g, variance = hedges_same_people(d, people[0], correlation) if same else hedges(d, *people)
    return Effect(g, variance, origin, same, assumed)


def within(result: Result, correlation: float = CORRELATION) -> Effect | Unsized:
    """The effect of a change within an arm, from means and SDs before and after or from the interval of the change.

    No other arm is in it: rest, time and hope are part of it. Raises ``ValueError`` for a result between arms.
    """
    if result.between_arms:
        raise ValueError(f"{result.id} compares two arms")
    n = float(result.n_arm or 0)
    if n < 3:
        return Unsized("n of the arm is not told")
    before, after = result.baseline_mean, result.post_mean
    if before is not None and after is not None and result.baseline_sd and result.post_sd and not _median(result):
        d, origin = (after - before) / ((result.baseline_sd**2 + result.post_sd**2) / 2) ** 0.5, MEANS
    elif result.value_kind == "change" and (change := _t_of_interval(result, (n, n), True)) is not None:
        d, origin = _standardised(change, (n, n), True, correlation), DIFFERENCE
    else:
        return Unsized("no means with SDs, and no interval")
    return Effect(*hedges_same_people(d, n, correlation), origin, True)


def _median(result: Result) -> bool:
    return "median" in f"{result.outcome_words} {result.note} {result.interval_of}".lower()


def _control(result: Result, book: Ledger) -> Result | None:
    """The result with the control's own numbers: the mirror, else the one reference row of the same measurement."""

    def measured(result: Result) -> tuple[str, ...]:
        return result.study, result.group, result.outcome, result.timepoint_words

    mirrors = [other for other in book.results if other.mirror_of == result.id]
    references = [
        other for other in book.results if other.comparator == "reference" and measured(other) == measured(result)
    ]
    found = mirrors or references
    return found[0] if len(found) == 1 else None


def _people(result: Result, book: Ledger, same: bool) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    """Persons of both arms. One number for both arms is halved where the ledger knows of just two arms."""
    if same:
        n = float(result.n or result.n_arm or 0)
        return ((n, n) if n > 2 else None), ()
    if result.n_arm and result.n_comparator:
        told = float(result.n_arm), float(result.n_comparator)
        return (told if min(told) > 1 else None), ("n of each arm",) if result.n_inferred else ()
    own = [other for other in book.results if other.study == result.study and other.arm_kind == "massage"]
    arms = {other.arm for other in own}
    others = {other.comparator for other in own} - {WITHIN_ARM}
    if result.n and not result.n_arm and len(arms) == len(others) == 1 and "mixed" not in others:
        half = result.n / 2
        return ((half, half) if half > 1 else None), ("arms of equal size",)
    return None, ()


def _standardised_means(result: Result, other: Result, people: tuple[float, float]) -> float | None:
    """Difference of the means after, in SDs of both arms together; None where one has none, or has a median."""
    if _median(result) or _median(other) or result.post_mean is None or other.post_mean is None:
        return None
    if result.post_sd is None or other.post_sd is None:
        return None
    n, m = people
    sd = float((((n - 1) * result.post_sd**2 + (m - 1) * other.post_sd**2) / (n + m - 2)) ** 0.5)
    return (result.post_mean - other.post_mean) / sd


def _standardised(t: float, people: tuple[float, float] | None, same: bool, correlation: float) -> float:
    """The d of a t value (Cochrane Handbook, 6.5.2.3; for the same people Dunlap 1996, Psychol Methods 1:170)."""
    n, m = people or (1.0, 1.0)
    return float(t * ((2 * (1 - correlation) / n) ** 0.5 if same else (1 / n + 1 / m) ** 0.5))


def _t_of_interval(result: Result, people: tuple[float, float], same: bool) -> float | None:
    """The t of a difference with its 95 % interval; None where the source gives no interval of it."""
    from scipy.stats import t

    if result.interval_of != "value" or result.value is None or result.low is None or result.high is None:
        return None
    reach = float(t.ppf(0.975, people[0] - 1 if same else sum(people) - 2))
    return result.value / ((result.high - result.low) / (2 * reach))


def _t_of_p(result: Result, people: tuple[float, float] | None, same: bool) -> float | Unsized:
    """The t of an exact two-sided p, with the sign of the direction."""
    from scipy.stats import t

    if result.p_bound != "=" or result.p is None or not 0 < result.p < 1:
        return Unsized("only a bound of p" if result.p_bound in ("<", ">") else "no numbers of both arms")
    if result.comparator == "mixed":
        return Unsized("its p is of several arms at once")
    if result.direction == "none":
        return Unsized("a p without the sign of the difference")
    if not people:
        return Unsized("n of each arm is not told")
    size = float(t.isf(result.p / 2, people[0] - 1 if same else sum(people) - 2))
    return size if result.direction == "up" else -size
