"""Rows of the massage ledger as comparable effects: standardised differences (Hedges g) with their sampling variance.

Between arms, massage less comparator; within an arm, after less before. The two are made by two functions and never
meet. All are in standard deviations of the raw score, so that crossover and parallel trials share a scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from effleurage.errors import Finding, RequestError
from effleurage.evidence.published.ledger import Ledger, Row
from effleurage.statistics.intervals import NINETY_FIVE

CORRELATION = 0.5
"""Assumed between two measurements of the same people; hardly any source tells it."""
SENSITIVITY = (0.3, 0.7)
SAME_PEOPLE = ("crossover", "within-person")
"""Designs in which the arms are the same people."""
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


def between(row: Row, found: Ledger, correlation: float = CORRELATION) -> Effect | Unsized:
    """The effect of a row that compares arms.

    In this order: post means and SDs of both arms (the control's stand in its mirror or in the reference row), a stated
    d, a mean difference with its interval, an exact two-sided p with n of both arms. Values before are not used. A
    percentage has no SD and gives no size. Raises ``ValueError`` for a row within an arm.
    """
    if row["compared"] != "between-arm":
        raise ValueError(f"{row['id']} is a change within an arm")
    if found.outcomes[row["outcome"]].get("bundle"):
        return Unsized("several outcomes in one row")
    design, other = found.studies[row["study"]]["design"], _control(row, found)
    if design != "parallel" and design not in SAME_PEOPLE:
        return Unsized("whether the arms are the same people is not told")
    same = design in SAME_PEOPLE
    people, assumed = _people(row, found, same)
    sd = _pooled_sd(row, other, people)
    if other is not None and sd:
        d, origin = (_number(other, "post_mean", -1) + _number(row, "post_mean")) / sd, MEANS
        assumed += ("SD, not SE, as printed",) if "SD presumed" in row["note"] else ()
    elif row["d"]:
        d, origin = _number(row, "d"), STATED
        if row["interval_of"] == "d" and row["low"] and row["high"]:
            error = (_number(row, "high") - _number(row, "low")) / (2 * NINETY_FIVE)
            return Effect(d, error**2, origin, False)
    elif row["value_kind"] == "MD" and row["interval_of"] == "value" and people:
        d, origin = _standardised(_t_of_interval(row, people, same), people, same, correlation), DIFFERENCE
    else:
        t = _t_of_p(row, people, same)
        if isinstance(t, Unsized):
            return t
        if assumed:
            return Unsized("n of each arm is not told")
        d, origin = _standardised(t, people, same, correlation), FROM_P
    if not people:
        return Unsized("n of each arm is not told")
    g, variance = hedges_same_people(d, people[0], correlation) if same else hedges(d, *people)
    return Effect(g, variance, origin, same, assumed)


def within(row: Row, correlation: float = CORRELATION) -> Effect | Unsized:
    """The effect of a row that compares an arm with its own values before, from means and SDs or the change's interval.

    No other arm is in it: rest, time and hope are part of it. Raises ``ValueError`` for a row between arms.
    """
    if row["compared"] != "within-arm":
        raise ValueError(f"{row['id']} compares two arms")
    n = _number(row, "n_arm")
    if n < 3:
        return Unsized("n of the arm is not told")
    if row["baseline_sd"] and row["post_sd"] and row["baseline_mean"] and row["post_mean"] and not _median(row):
        sd = ((_number(row, "baseline_sd") ** 2 + _number(row, "post_sd") ** 2) / 2) ** 0.5
        d, origin = (_number(row, "post_mean") - _number(row, "baseline_mean")) / sd, MEANS
    elif row["value_kind"] == "change" and row["interval_of"] == "value" and row["low"] and row["high"]:
        d, origin = _standardised(_t_of_interval(row, (n, n), True), (n, n), True, correlation), DIFFERENCE
    else:
        return Unsized("no means with SDs, and no interval")
    return Effect(*hedges_same_people(d, n, correlation), origin, True)


def _number(row: Row, field: str, sign: int = 1) -> float:
    return sign * float(row[field]) if row[field] else 0.0


def _median(row: Row) -> bool:
    return "median" in f"{row['outcome_words']} {row['note']} {row['interval_of']}".lower()


def _control(row: Row, found: Ledger) -> Row | None:
    """The row with the control's own numbers: the mirror, else the one reference row of the same measurement."""
    same = ("study", "group", "outcome", "timepoint_words")
    mirrors = [other for other in found.results if other["mirror_of"] == row["id"]]
    references = [
        other
        for other in found.results
        if other["comparator"] == "reference" and all(other[field] == row[field] for field in same)
    ]
    rows = mirrors or references
    return rows[0] if len(rows) == 1 else None


def _people(row: Row, found: Ledger, same: bool) -> tuple[tuple[float, float] | None, tuple[str, ...]]:
    """Persons of both arms. One number for both arms is halved where the ledger knows of just two arms."""
    if same:
        n = _number(row, "n") or _number(row, "n_arm")
        return ((n, n) if n > 2 else None), ()
    if row["n_arm"] and row["n_comparator"]:
        told = _number(row, "n_arm"), _number(row, "n_comparator")
        return (told if min(told) > 1 else None), ("n of each arm",) if row["n_inferred"] == "yes" else ()
    own = [other for other in found.results if other["study"] == row["study"] and other["arm_kind"] == "massage"]
    arms = {other["arm"] for other in own}
    others = {other["comparator"] for other in own} - {"baseline"}
    if row["n"] and not row["n_arm"] and len(arms) == len(others) == 1 and "mixed" not in others:
        half = _number(row, "n") / 2
        return ((half, half) if half > 1 else None), ("arms of equal size",)
    return None, ()


def _pooled_sd(row: Row, other: Row | None, people: tuple[float, float] | None) -> float:
    """SD of both arms together; 0 where one of them has none, or has a median."""
    if other is None or not people or _median(row) or _median(other):
        return 0.0
    if not all(each[field] for each in (row, other) for field in ("post_mean", "post_sd")):
        return 0.0
    (n, m), own, theirs = people, _number(row, "post_sd"), _number(other, "post_sd")
    return float((((n - 1) * own**2 + (m - 1) * theirs**2) / (n + m - 2)) ** 0.5)


def _standardised(t: float, people: tuple[float, float] | None, same: bool, correlation: float) -> float:
    """The d of a t value (Cochrane Handbook, 6.5.2.3; for the same people Dunlap 1996, Psychol Methods 1:170)."""
    n, m = people or (1.0, 1.0)
    return float(t * ((2 * (1 - correlation) / n) ** 0.5 if same else (1 / n + 1 / m) ** 0.5))


def _t_of_interval(row: Row, people: tuple[float, float], same: bool) -> float:
    from scipy.stats import t

    reach = float(t.ppf(0.975, people[0] - 1 if same else sum(people) - 2))
    return _number(row, "value") / ((_number(row, "high") - _number(row, "low")) / (2 * reach))


def _t_of_p(row: Row, people: tuple[float, float] | None, same: bool) -> float | Unsized:
    """The t of an exact two-sided p, with the sign of the direction."""
    from scipy.stats import t

    if row["p_bound"] != "=" or not 0 < _number(row, "p") < 1:
        return Unsized("only a bound of p" if row["p_bound"] in ("<", ">") else "no numbers of both arms")
    if row["comparator"] == "mixed":
        return Unsized("its p is of several arms at once")
    if row["direction"] == "none":
        return Unsized("a p without the sign of the difference")
    if not people:
        return Unsized("n of each arm is not told")
    size = float(t.isf(_number(row, "p") / 2, people[0] - 1 if same else sum(people) - 2))
    return size if row["direction"] == "up" else -size
