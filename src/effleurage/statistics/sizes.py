"""How many persons a trial needs, what a number of them can find, and what therapists cost.

Exact, by the noncentral t distribution (Julious 2004, Stat Med 23:1921). Two-sided, both tails counted. ``d`` is the
difference in standard deviations of the second measurement. ``r`` is its correlation with the first: ANCOVA leaves the
share 1 - r² of the variance (Borm, Fransen and Lemmens 2007, J Clin Epidemiol 60:1234) and loses one degree of freedom;
None is the second measurement alone. Chance differences of the first measurement between arms cost ANCOVA a little
more, as much as about one person in all; that is left out here.

Ours beside ``statsmodels.stats.power``, the referee in its tests, which knows no first measurement, no arms of unequal
variance and no therapists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError

MOST = 100_000
"""Persons beyond which a trial is not thought of."""
FEWEST = 2
"""Persons in an arm, or pairs: one has no spread."""
FAR = 1e4
"""Noncentrality from which all but the estimated standard deviation is certain to 1e-8; far beyond, scipy gives up."""
HALVINGS = 60
"""Of an interval, to as many digits as a float has."""


def per_arm(
    d: float,
    *,
    r: float | None = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    design_effect: float = 1.0,
    most: int = MOST,
) -> int | None:
    """Persons in the comparator arm (in each arm, at ratio 1) that find ``d`` with ``power``; None beyond ``most``.

    The smallest whole number of an arm whose power is enough; arms are rounded up, not the trial as a whole. ``ratio``:
    persons with massage for each one without, rounded up as well. ``design_effect``: factor on the variance of the
    massage arm alone, as from ``design_effect``; it is taken as fixed, whatever the number of persons.

    d = 0.30 needs 176 an arm without a first measurement (and 176 with one that says nothing, r = 0), 132 with
    r = 0.5; d = 0.15 with r = 0.5 needs 525. None of the three hangs on the degree of freedom that ANCOVA loses.

    Raises ``RequestError`` for numbers that cannot be.
    """
    _refuse(*_asked(d, r, alpha, power, ratio, design_effect))

    def enough(n: int) -> bool:
        found = power_of(n, d, r=r, alpha=alpha, ratio=ratio, design_effect=design_effect)
        return float(found) >= power

    return _fewest(enough, FEWEST, most)


def power_of(
    n: ArrayLike,
    d: ArrayLike,
    *,
    r: float | None = 0.0,
    alpha: float = 0.05,
    ratio: float = 1.0,
    design_effect: ArrayLike = 1.0,
) -> Floats:
    """Power (0-1) of ``n`` persons in the comparator arm to find ``d``; the three arrays are broadcast.

    t with n0 + n1 - 2 degrees of freedom, one fewer for ANCOVA, and noncentrality
    |d| / sqrt((1 - r²) (1/n0 + design_effect/n1)), n1 = n0 * ratio rounded up. 0 where no degree of freedom is left,
    1 for differences that cannot be missed. With no difference at all, it is ``alpha``.

    Raises ``RequestError`` for numbers that cannot be.
    """
    n, d, inflated = (np.asarray(values, dtype=np.float64) for values in (n, d, design_effect))
    _refuse(*_few(n), *_asked(d, r, alpha, 0.8, ratio, inflated))
    df, error = _trial(n, r, ratio, inflated)
    with np.errstate(over="ignore"):
        return _power(np.abs(d) / error, df, alpha)


def detectable(
    n: ArrayLike,
    *,
    r: float | None = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
    ratio: float = 1.0,
    design_effect: ArrayLike = 1.0,
) -> Floats:
    """The smallest d that ``n`` persons in the comparator arm find with ``power``; arrays as in ``power_of``.

    Infinite where no degree of freedom is left, 0 for a power that chance alone gives. By bisection.

    Raises ``RequestError`` for numbers that cannot be.
    """
    n, inflated = np.asarray(n, dtype=np.float64), np.asarray(design_effect, dtype=np.float64)
    _refuse(*_few(n), *_asked(0.0, r, alpha, power, ratio, inflated))
    df, error = _trial(n, r, ratio, inflated)
    low, high = np.zeros_like(error), np.ones_like(error)
    while (short := (df >= 1) & (_power(high, df, alpha) < power)).any():
        low, high = np.where(short, high, low), np.where(short, 2 * high, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = _power(middle, df, alpha) >= power
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(df < 1, np.inf, np.where(power <= alpha, 0.0, high * error))


def crossover_pairs(
    d_z: float, *, period: bool = False, alpha: float = 0.05, power: float = 0.8, most: int = MOST
) -> int | None:
    """Persons of a crossover that find ``d_z`` with ``power``; None beyond ``most``.

    ``d_z``: mean difference within persons, in standard deviations of that difference. Paired t test, noncentrality
    |d_z| sqrt(n) with n - 1 degrees of freedom. With ``period``, the analysis is adjusted for the period: two sequences
    a and b, as equal as n allows, noncentrality 2 |d_z| / sqrt(1/a + 1/b) with n - 2 degrees of freedom.

    Raises ``RequestError`` for numbers that cannot be.
    """
    _refuse(*_asked(d_z, None, alpha, power, 1.0, 1.0))

    def enough(n: int) -> bool:
        if period:
            return power_pairs(n, d_z, alpha=alpha) >= power
        return float(_power(np.asarray(abs(d_z) * np.sqrt(n)), np.asarray(n - 1.0), alpha)) >= power

    return _fewest(enough, FEWEST, most)


def power_pairs(n: int, d_z: float, *, between: float = 0.0, teams: tuple[int, ...] = (), alpha: float = 0.05) -> float:
    """Power (0-1) of ``n`` persons of a crossover, adjusted for the period, to find ``d_z``; terms as there.

    ``teams``: numbers of therapists who share an arm, each team by itself, and ``between`` the SD of therapists in
    standard deviations of the difference within persons. A team of k is k numbers, with k - 1 degrees of freedom.

    Raises ``RequestError`` for numbers that cannot be.
    """
    _refuse(*_few(np.asarray(n)), *_asked(d_z, None, alpha, 0.8, 1.0, 1.0))
    share, df = (1 / (n // 2) + 1 / (n - n // 2)) / 4, n - 2.0
    if teams and between:
        parts = np.array([between**2 / min(many, n) + 1 / n for many in teams])
        left = np.maximum(np.minimum(teams, n) - 1.0, 1.0)
        share, df = float(parts.sum()), float(parts.sum() ** 2 / (parts**2 / left).sum())
    return float(_power(np.asarray(abs(d_z) / np.sqrt(share)), np.asarray(df), alpha))


def design_effect(cluster_size: ArrayLike, icc: ArrayLike, *, r: float | None = None) -> Floats:
    """Factor on the variance of the massage arm's mean: 1 + (m - 1) icc / (1 - r²); arrays are broadcast.

    Each therapist sees ``cluster_size`` = m persons of the massage arm, ``icc`` (0-1) of whose variance lies between
    therapists. The comparator has none, so that the difference has the variance s² ((1 + (m - 1) icc) / n1 + 1 / n0):
    the trial is partially nested (Roberts and Roberts 2005, Clin Trials 2:152; Moerbeek and Wong 2008, Stat Med
    27:2850). That is with the same variance of persons in both arms, and as many persons for each therapist.

    Give ``r`` where ``icc`` is of the whole variance and the analysis is ANCOVA: the first measurement takes away r² of
    the variance but nothing of the therapists', who come later. Follows from the same sum of variances.

    Raises ``RequestError`` for a size below 1 or shares outside 0-1.
    """
    m, share = np.asarray(cluster_size, dtype=np.float64), np.asarray(icc, dtype=np.float64)
    wrong = list(_correlation(r))
    if not (m >= 1).all():
        wrong.append(Finding("cluster_size", "a therapist sees fewer than one person", "Give 1 or more."))
    if not ((share >= 0) & (share <= 1)).all():
        wrong.append(Finding("icc", "is no share that can be", "Give one from 0 to 1."))
    _refuse(*wrong)
    return np.asarray(1 + (m - 1) * share / _left(r))


def power_shared(n: int, d: float, *, between: float, teams: tuple[int, int], alpha: float = 0.05) -> float:
    """Power (0-1) of ``n`` persons in each arm to find ``d``, where therapists share the persons of an arm.

    ``d`` and ``between``, the SD of therapists, are in standard deviations of what the analysis leaves of one person.
    ``teams``: therapists of the massage and of the comparator arm, 0 where persons stand for themselves. An arm of k
    therapists who see m each is k numbers of variance between² + 1/m; the therapists are as even as n allows.
    Noncentral t with the degrees of freedom of ``shared_df`` at the true variances: about k - 1 where they differ.

    Raises ``RequestError`` for numbers that cannot be.
    """
    _refuse(*_few(np.asarray(n)), *_asked(d, None, alpha, 0.8, 1.0, 1.0))
    parts = []
    for many in teams:
        units = min(many, n) if many else n
        seen = np.full(units, n // units) + (np.arange(units) < n % units)
        parts.append((float((bool(many) * between**2 + 1 / seen).mean() / units), units))
    (first, units), (second, others) = parts
    df = shared_df(first, second, np.asarray(units), np.asarray(others), teams=(teams[0] > 0, teams[1] > 0))
    return float(_power(np.asarray(abs(d) / np.sqrt(first + second)), np.maximum(df, 1.0), alpha))


def shared_df(
    first: ArrayLike, second: ArrayLike, units: ArrayLike, others: ArrayLike, teams: tuple[bool, bool]
) -> Floats:
    """Degrees of freedom of a difference between arms of which therapists share one or both; arrays are broadcast.

    ``first``, ``second``: squared errors of the two arms, each from its ``units`` or ``others``: therapists where they
    share the arm (``teams``), else persons. Two teams as large are Student's test of their therapists. Otherwise Welch
    and Satterthwaite (Satterthwaite 1946, Biometrics 2:110), with the guess of the therapists' part made larger by the
    persons' part, for few therapists may look alike by chance: over 4 to 8 therapists of 4 to 40 persons and shares of
    0 to 0.1 the test then errs in 3.4 to 5.6 of 100 trials (without, in up to 6.4; 3 therapists: 2.9 to 6.5 and up to
    8.1). Of two therapists one degree is left.
    """
    first, second, units, others = (np.asarray(one, dtype=float) for one in (first, second, units, others))
    if all(teams):
        guess, guess_other = first, second
    else:
        guess, guess_other = first + second * teams[0], second + first * teams[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        welch = (guess + guess_other) ** 2 / (guess**2 / (units - 1) + guess_other**2 / (others - 1))
    fewest = np.where(teams[0], units, np.inf), np.where(teams[1], others, np.inf)
    df = np.where(np.minimum(*fewest) <= 2, 1.0, welch)
    return np.asarray(np.where(all(teams) & (units == others), 2.0 * (units - 1), df))


def _left(r: float | None) -> float:
    """Share of the variance that the first measurement leaves."""
    return 1.0 if r is None else 1 - r**2


def _trial(n: Floats, r: float | None, ratio: float, inflated: Floats) -> tuple[Floats, Floats]:
    """Degrees of freedom, and error of the difference in standard deviations of the second measurement."""
    massage = np.ceil(np.round(n * ratio, 9))
    df = n + massage - 2 - (r is not None)
    error = np.sqrt(_left(r) * (1 / n + inflated / massage))
    df, error = np.broadcast_arrays(df, error)
    return df, error


def _power(away: Floats, df: Floats, alpha: float) -> Floats:
    """Power of the two-sided t test at noncentrality ``away``; 0 where no degree of freedom is left."""
    from scipy.stats import chi2, nct, t

    some = np.maximum(df, 1.0)
    beyond = t.isf(alpha / 2, some)
    near = np.minimum(away, FAR)
    wrong_way = np.nan_to_num(nct.cdf(-beyond, some, near))  # scipy has none where it is all but nothing
    right_way = nct.sf(beyond, some, near)
    with np.errstate(over="ignore"):
        far = chi2.cdf(some * (away / beyond) ** 2, some)
    return np.where(df < 1, 0.0, np.where(away < FAR, np.minimum(right_way + wrong_way, 1.0), far))


def _fewest(enough: Callable[[int], bool], fewest: int, most: int) -> int | None:
    """The smallest number from ``fewest`` to ``most`` that is enough, all above it being so too."""
    low, high = fewest - 1, fewest
    while high < most and not enough(high):
        low, high = high, min(2 * high, most)
    if high > most or not enough(high):
        return None
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _asked(
    d: ArrayLike, r: float | None, alpha: float, power: float, ratio: float, inflated: ArrayLike
) -> Iterator[Finding]:
    """Everything wrong with the numbers of a trial."""
    if np.isnan(d).any():
        yield Finding("d", "is no number", "Give a difference in standard deviations, such as 0.3.")
    yield from _correlation(r)
    for name, value in (("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            yield Finding(name, f"{value:g}", "Give one between 0 and 1, such as 0.05 or 0.8.")
    if not 0 < ratio < np.inf:
        yield Finding("ratio", f"{ratio:g} persons for each one", "Give a positive number; 1 is equal arms.")
    if not ((np.asarray(inflated) > 0) & np.isfinite(inflated)).all():
        yield Finding("design_effect", "is no factor on a variance", "Give a positive number; 1 is no clustering.")


def _correlation(r: float | None) -> Iterator[Finding]:
    if r is not None and not -1 < r < 1:
        yield Finding("r", f"{r:g} is no correlation that people have", "Give one between -1 and 1.")


def _few(n: Floats) -> Iterator[Finding]:
    if not (np.isfinite(n) & (n >= FEWEST)).all():
        yield Finding("n", "an arm has too few persons", f"{FEWEST} at the least: one person has no spread.")


def _refuse(*wrong: Finding) -> None:
    if wrong:
        raise RequestError(wrong)
