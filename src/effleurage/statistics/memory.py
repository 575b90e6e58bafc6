"""How long a quantity remembers: its likeness to itself, and how far it moves, over given times within persons.

Courses may have gaps and uneven times: what counts is every pair of values that lies a lag apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import log_ndtr

from effleurage.arrays import Floats


@dataclass(frozen=True)
class Course:
    """One person's ``values`` (T,) at ``times`` (T,), ascending, in the unit of the lags asked for; NaN is a gap."""

    times: Floats
    values: Floats

    def about_own(self, degree: int = 0) -> Course:
        """What is left of the values about the person's own mean (degree 0), line (1) or curve.

        >>> Course(np.arange(4.0), np.array([1.0, 3.0, np.nan, 7.0])).about_own(1).values.round(9) + 0.0
        array([ 0.,  0., nan,  0.])
        """
        known = np.isfinite(self.values)
        middle, half = self.times.mean(), np.ptp(self.times) / 2 or 1.0
        powers = np.vander((self.times - middle) / half, degree + 1)
        fit, *_ = np.linalg.lstsq(powers[known], self.values[known], rcond=None)
        return Course(self.times, self.values - powers @ fit)

    def pairs(self, lag: float, within: float) -> tuple[Floats, Floats]:
        """The earlier and the later value (P,) of all pairs that lie ``lag`` apart, give or take ``within``."""
        apart = self.times[None, :] - self.times[:, None]
        near = (abs(apart - lag) <= within) & np.isfinite(self.values)[:, None] & np.isfinite(self.values)
        earlier, later = np.nonzero(near & (apart > 0))
        return self.values[earlier], self.values[later]


@dataclass(frozen=True)
class Pooled:
    """Of people together, a number a lag (L,): the ``centre``, and its 95 % interval from ``low`` to ``high``."""

    centre: Floats
    low: Floats
    high: Floats


def autocorrelation(course: Course, lags: ArrayLike, within: float = 1e-6) -> Floats:
    """Correlation (L,) of the values with those ``lags`` (L,) later, about zero: take ``about_own`` first.

    NaN where no pair lies so far apart. A person's own mean or line, taken off a short course, takes some likeness with
    it: compare only courses of one length, treated alike.

    >>> wave = Course(np.arange(240.0), np.sin(2 * np.pi * np.arange(240.0) / 24))
    >>> print(autocorrelation(wave, [12, 24]))
    [-1.  1.]
    """
    variance = np.nanmean(course.values**2)
    return np.array([_mean(np.multiply(*course.pairs(lag, within))) / variance for lag in np.atleast_1d(lags)])


def sd_of_change(course: Course, lags: ArrayLike, within: float = 1e-6) -> Floats:
    """Root mean square (L,) of the change over ``lags`` (L,), in the unit of the values; NaN as ``autocorrelation``.

    >>> sd_of_change(Course(np.arange(20.0), 3 * np.arange(20.0)), [1, 2])
    array([3., 6.])
    """
    moved = (np.subtract(*course.pairs(lag, within)) for lag in np.atleast_1d(lags))
    return np.sqrt([_mean(change**2) for change in moved])


def pooled(own: ArrayLike, luck: ArrayLike, power: int = 1) -> Pooled:
    """People together, of what each of them has (N, L): the mean, or with ``power`` 2 the root of the mean square.

    ``luck`` (R, N), standard normal, weighs the people anew R times for the interval: the Bayesian bootstrap, whose
    weights are exponential (Rubin 1981, doi 10.1214/aos/1176345338). NaN counts nothing.

    >>> print(pooled([[3.0], [4.0]], np.zeros((1, 2)), power=2).centre.round(3))
    [3.536]
    """
    table = np.asarray(own, dtype=float) ** power
    known, filled = np.isfinite(table), np.nan_to_num(table)
    weights = -log_ndtr(np.asarray(luck, dtype=float))
    low, high = np.quantile(weights @ filled / (weights @ known), (0.025, 0.975), axis=0)
    centre = filled.sum(axis=0) / known.sum(axis=0)
    return Pooled(*(np.asarray(part ** (1 / power)) for part in (centre, low, high)))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
