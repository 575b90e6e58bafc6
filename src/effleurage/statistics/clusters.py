"""What therapists who differ cost a trial: they share the persons of an arm, who are then no persons by themselves."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Floats
from effleurage.errors import Finding
from effleurage.statistics.noncentral import TTest, errors_of, power_in
from effleurage.statistics.sizes import findings_of, impossible_correlation, refuse, too_few, variance_left


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
    wrong = list(impossible_correlation(r))
    if not (m >= 1).all():
        wrong.append(Finding("cluster_size", "a therapist sees fewer than one person", "Give 1 or more."))
    if not ((share >= 0) & (share <= 1)).all():
        wrong.append(Finding("icc", "is no share that can be", "Give one from 0 to 1."))
    refuse(*wrong)
    return np.asarray(1 + (m - 1) * share / variance_left(r))


def power_shared(
    n: int, d: float, *, between: float, teams: tuple[int, int], ancova: bool = True, alpha: float = 0.05
) -> float:
    """Power (0-1) of ``n`` persons in each arm to find ``d``, where therapists share the persons of an arm.

    ``d`` and ``between``, the SD of therapists, are in standard deviations of what the analysis leaves of one person.
    ``teams``: therapists of the massage and of the comparator arm, 0 where persons stand for themselves. An arm of k
    therapists who see m each is k numbers of variance between² + 1/m; the therapists are as even as n allows.
    Noncentral t with the degrees of freedom of ``shared_df`` at the true variances: about k - 1 where they differ.
    ``ancova``: with the chance imbalance of the first measurement, as in ``power_of``.

    Raises ``RequestError`` for numbers that cannot be.
    """
    refuse(*too_few(np.asarray(n)), *findings_of(d, None, alpha, 0.8, 1.0, 1.0))
    parts = []
    for many in teams:
        units = min(many, n) if many else n
        seen = np.full(units, n // units) + (np.arange(units) < n % units)
        parts.append((float((bool(many) * between**2 + 1 / seen).mean() / units), units))
    (first, units), (second, others) = parts
    df = shared_df(first, second, np.asarray(units), np.asarray(others), teams=(teams[0] > 0, teams[1] > 0))
    trial = TTest(np.maximum(df, 1.0), *errors_of(np.asarray(first + second), np.asarray(2 / n), 2.0 * n - 2, ancova))
    return float(power_in(np.asarray(abs(d)), trial, alpha))


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
