"""The power of a two-sided t test, whose error may itself hang on chance.

Noncentral t, both tails counted. Where an analysis is adjusted for a first measurement, arms differ in it by chance:
the error of the difference is larger by a factor that is chance, and the power is the mean over it (Shieh 2020,
Psychometrika 85:101).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Floats

FAR = 1e4
"""Noncentrality from which all but the estimated standard deviation is certain to 1e-8; far beyond, scipy gives up."""
IMBALANCES = 8
"""Points of Gauss and Legendre at which the power of ANCOVA is averaged, over the third root of the tail's share."""


class TTest(NamedTuple):
    """Degrees of freedom, and errors of the difference, in standard deviations of the second measurement.

    The last axis of ``error`` holds as many chance imbalances of the first measurement as ``weight`` weighs; there is
    one, and no imbalance, where nobody looks at a first measurement.
    """

    df: Floats
    error: Floats
    weight: Floats


def errors_of(share: Floats, plain: Floats, whole: ArrayLike, ancova: bool) -> tuple[Floats, Floats]:
    """Errors of a difference of squared error ``share``, and their weights.

    ``plain`` is that of the first measurement, whose variance is known with ``whole`` degrees of freedom.
    """
    if not ancova:
        return np.sqrt(share)[..., None], np.ones(1)
    from scipy.stats import t

    place, weight = np.polynomial.legendre.leggauss(IMBALANCES)
    root, df = (1 + place) / 2, np.maximum(whole, 1.0)[..., None]
    imbalance = plain[..., None] * t.isf(root**3 / 2, df) ** 2 / df
    return np.sqrt(share[..., None] + imbalance), weight / 2 * 3 * root**2


def power_in(d: Floats, test: TTest, alpha: float) -> Floats:
    """Power of a test to find a difference above zero, over the imbalances that chance makes."""
    with np.errstate(over="ignore"):
        away = d[..., None] / test.error
    power = power_at(away, test.df[..., None], alpha)
    return np.asarray(np.minimum((power * test.weight).sum(axis=-1), 1.0))


def power_at(away: Floats, df: Floats, alpha: float) -> Floats:
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
