"""How many persons a trial needs, what a number of them can find, and what therapists cost.

Exact, by the noncentral t distribution (Julious 2004, Stat Med 23:1921). Two-sided, both tails counted. ``d`` is the
difference in standard deviations of the second measurement. ``r`` is its correlation with the first: ANCOVA leaves the
share 1 - r² of the variance (Borm, Fransen and Lemmens 2007, J Clin Epidemiol 60:1234) and loses one degree of freedom;
None is the second measurement alone. Arms differ by chance in their first measurement, which makes the error of ANCOVA
larger by a factor that itself is chance; the power is the mean over it (Shieh 2020, Psychometrika 85:101). It costs
about one person in all, which six in an arm feel and a hundred do not.

Ours beside ``statsmodels.stats.power``, the referee in its tests, which knows no first measurement, no arms of unequal
variance and no therapists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError
from effleurage.statistics.noncentral import TTest, errors_of, power_at, power_in

MOST = 100_000
"""Persons beyond which a trial is not thought of."""
FEWEST = 2
"""Persons in an arm, or pairs: one has no spread."""
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
    massage arm alone, as from ``clusters.design_effect``; it is taken as fixed, whatever the number of persons.

    d = 0.30 needs 176 an arm without a first measurement, 133 with r = 0.5; d = 0.15 with r = 0.5 needs 525.

    Raises ``RequestError`` for numbers that cannot be.
    """
    refuse(*findings_of(d, r, alpha, power, ratio, design_effect))

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
    |d| / sqrt((1 - r²) (1/n0 + design_effect/n1 + imbalance)), n1 = n0 * ratio rounded up; the imbalance of ANCOVA is
    (1/n0 + 1/n1) t² / (n0 + n1 - 2), with t of as many degrees, over which the mean is taken. 0 where no degree of
    freedom is left, 1 for differences that cannot be missed. With no difference at all, it is ``alpha``.

    Raises ``RequestError`` for numbers that cannot be.
    """
    n, d, inflated = (np.asarray(values, dtype=np.float64) for values in (n, d, design_effect))
    refuse(*too_few(n), *findings_of(d, r, alpha, 0.8, ratio, inflated))
    return power_in(np.abs(d), _trial(n, r, ratio, inflated), alpha)


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
    refuse(*too_few(n), *findings_of(0.0, r, alpha, power, ratio, inflated))
    trial = _trial(n, r, ratio, inflated)
    scale = trial.error[..., 0]
    low, high = np.zeros_like(scale), np.ones_like(scale)
    while (short := (trial.df >= 1) & (power_in(high * scale, trial, alpha) < power)).any():
        low, high = np.where(short, high, low), np.where(short, 2 * high, high)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = power_in(middle * scale, trial, alpha) >= power
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return np.where(trial.df < 1, np.inf, np.where(power <= alpha, 0.0, high * scale))


def crossover_pairs(
    d_z: float, *, period: bool = False, alpha: float = 0.05, power: float = 0.8, most: int = MOST
) -> int | None:
    """Persons of a crossover that find ``d_z`` with ``power``; None beyond ``most``.

    ``d_z``: mean difference within persons, in standard deviations of that difference. Paired t test, noncentrality
    |d_z| sqrt(n) with n - 1 degrees of freedom. With ``period``, the analysis is adjusted for the period: two sequences
    a and b, as equal as n allows, noncentrality 2 |d_z| / sqrt(1/a + 1/b) with n - 2 degrees of freedom.

    Raises ``RequestError`` for numbers that cannot be.
    """
    refuse(*findings_of(d_z, None, alpha, power, 1.0, 1.0))

    def enough(n: int) -> bool:
        if period:
            return power_pairs(n, d_z, alpha=alpha) >= power
        return float(power_at(np.asarray(abs(d_z) * np.sqrt(n)), np.asarray(n - 1.0), alpha)) >= power

    return _fewest(enough, FEWEST, most)


def power_pairs(n: int, d_z: float, *, between: float = 0.0, teams: tuple[int, ...] = (), alpha: float = 0.05) -> float:
    """Power (0-1) of ``n`` persons of a crossover, adjusted for the period, to find ``d_z``; terms as there.

    ``teams``: numbers of therapists who share an arm, each team by itself, and ``between`` the SD of therapists in
    standard deviations of the difference within persons. A team of k is k numbers, with k - 1 degrees of freedom.

    Raises ``RequestError`` for numbers that cannot be.
    """
    refuse(*too_few(np.asarray(n)), *findings_of(d_z, None, alpha, 0.8, 1.0, 1.0))
    share, df = (1 / (n // 2) + 1 / (n - n // 2)) / 4, n - 2.0
    if teams and between:
        parts = np.array([between**2 / min(many, n) + 1 / n for many in teams])
        left = np.maximum(np.minimum(teams, n) - 1.0, 1.0)
        share, df = float(parts.sum()), float(parts.sum() ** 2 / (parts**2 / left).sum())
    return float(power_at(np.asarray(abs(d_z) / np.sqrt(share)), np.asarray(df), alpha))


def variance_left(r: float | None) -> float:
    """Share of the variance that the first measurement leaves."""
    return 1.0 if r is None else 1 - r**2


def _trial(n: Floats, r: float | None, ratio: float, inflated: Floats) -> TTest:
    massage = np.ceil(np.round(n * ratio, 9))
    whole, share = np.broadcast_arrays(n + massage - 2, 1 / n + inflated / massage)
    error, weight = errors_of(share, np.asarray(1 / n + 1 / massage), whole, ancova=r is not None)
    return TTest(whole - (r is not None), np.sqrt(variance_left(r)) * error, weight)


def _fewest(enough: Callable[[int], bool], least: int, most: int) -> int | None:
    """The smallest number from ``least`` to ``most`` that is enough, all above it being so too."""
    low, high = least - 1, least
    while high < most and not enough(high):
        low, high = high, min(2 * high, most)
    if high > most or not enough(high):
        return None
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def findings_of(
    d: ArrayLike, r: float | None, alpha: float, power: float, ratio: float, inflated: ArrayLike
) -> Iterator[Finding]:
    """Everything wrong with the numbers of a trial."""
    if np.isnan(d).any():
        yield Finding("d", "is no number", "Give a difference in standard deviations, such as 0.3.")
    yield from impossible_correlation(r)
    for name, value in (("alpha", alpha), ("power", power)):
        if not 0 < value < 1:
            yield Finding(name, f"{value:g}", "Give one between 0 and 1, such as 0.05 or 0.8.")
    if not 0 < ratio < np.inf:
        yield Finding("ratio", f"{ratio:g} persons for each one", "Give a positive number; 1 is equal arms.")
    if not ((np.asarray(inflated) > 0) & np.isfinite(inflated)).all():
        yield Finding("design_effect", "is no factor on a variance", "Give a positive number; 1 is no clustering.")


def impossible_correlation(r: float | None) -> Iterator[Finding]:
    """A correlation that people cannot have."""
    if r is not None and not -1 < r < 1:
        yield Finding("r", f"{r:g} is no correlation that people have", "Give one between -1 and 1.")


def too_few(n: Floats) -> Iterator[Finding]:
    """Arms of fewer persons than ``FEWEST``."""
    if not (np.isfinite(n) & (n >= FEWEST)).all():
        yield Finding("n", "an arm has too few persons", f"{FEWEST} at the least: one person has no spread.")


def refuse(*wrong: Finding) -> None:
    """Raise ``RequestError`` where anything is wrong."""
    if wrong:
        raise RequestError(wrong)
