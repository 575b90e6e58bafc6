"""The analyses of a trial of two arms, for many replicates of it at once.

A replicate is one row. A person counts where all that the analysis needs is there (complete cases, row by row). The
analyses are least squares in closed form, from sums over the persons of a row; no row waits for another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError

FEWEST = 4
"""Complete cases below which a replicate has no result."""
ROUNDING = 1e-12
"""Spread below this share of the values themselves is rounding, not spread."""


@dataclass(frozen=True)
class Estimates:
    """Massage less comparator in each replicate, all (R,): the ``estimate``, its standard ``error``, and its interval.

    In the unit of the outcome. ``df``: residual degrees of freedom; ``p`` two-sided, of no difference; ``low`` to
    ``high`` at ``level`` (0-1). NaN throughout for a replicate with fewer than FEWEST complete cases, without both
    arms, or without spread.
    """

    estimate: Floats
    error: Floats
    df: Floats
    p: Floats
    low: Floats
    high: Floats
    level: float


def ancova(first: ArrayLike, second: ArrayLike, arm: ArrayLike, level: float = 0.95) -> Estimates:
    """The difference of the second measurement, adjusted for the first: ``second ~ 1 + arm + first``.

    ``first``, ``second`` (R, n) in the unit of the outcome, NaN where missing; ``arm`` (n,) or (R, n), 0 comparator and
    1 massage. With sums of squares within arms, slope b = Sxy / Sxx, estimate = dy - b dx, squared error =
    s² (1/n1 + 1/n0 + dx² / Sxx), s² with N - 3 degrees of freedom (Cochran 1957, Biometrics 13:261).

    Raises ``RequestError`` for arrays that do not fit, an infinite value, another arm, or a level outside 0-1.
    """
    arrays = _asked(first, second, arm, level)
    with np.errstate(all="ignore"):
        groups = _Groups.of(arrays)
        x, x_gap = groups.centred(arrays.first)
        y, y_gap = groups.centred(arrays.second)
        spread = _sum(x, x)
        slope = _sum(x, y) / spread
        left = y - slope[:, None] * x
        x_size, y_size = groups.size(arrays.first), groups.size(arrays.second)
        return _estimates(
            y_gap - slope * x_gap,
            squares=_sum(left, left),
            df=groups.people - 3,
            share=groups.share + x_gap**2 / spread,
            size=y_size + slope**2 * x_size,
            sound=groups.sound & (spread > ROUNDING**2 * x_size),
            level=level,
        )


def change(first: ArrayLike, second: ArrayLike, arm: ArrayLike, level: float = 0.95) -> Estimates:
    """The difference of the changes, ``second - first ~ 1 + arm``: Student's t test with one variance in both arms.

    Arrays and errors as in ``ancova``; N - 2 degrees of freedom. Where arms are drawn by lot, on average the
    same difference as ``ancova``, with a larger error unless the slope on the first is 1 (Frison and Pocock 1992, Stat
    Med 11:1685).
    """
    arrays = _asked(first, second, arm, level)
    with np.errstate(all="ignore"):
        groups = _Groups.of(arrays)
        size = groups.size(arrays.first) + groups.size(arrays.second)
        return _two_arms(arrays.second - arrays.first, groups, size, level)


def paired(
    first: ArrayLike, second: ArrayLike, arm: ArrayLike, *, period: bool = False, level: float = 0.95
) -> Estimates:
    """The difference within persons of a crossover: paired t test, or adjusted for the effect of the period.

    ``first``, ``second`` (R, n): the outcome at the end of the first and of the second period, NaN where missing;
    ``arm`` (n,) or (R, n): what a person gets first, 0 comparator and 1 massage. Errors as in ``ancova``.

    Without ``period``: the mean of the N differences massage - comparator, N - 1 degrees of freedom. With it: half the
    difference of the two sequences in their mean of first - second, which is free of whatever the period adds, N - 2
    degrees of freedom (Hills and Armitage 1979, Br J Clin Pharmacol 8:7). NaN where a sequence is then empty.
    """
    arrays = _asked(first, second, arm, level)
    with np.errstate(all="ignore"):
        groups = _Groups.of(arrays)
        size = groups.size(arrays.first) + groups.size(arrays.second)
        gone = arrays.first - arrays.second
        if period:
            return _two_arms(gone / 2, groups, size, level)
        difference = np.where(groups.there, gone * (2 * arrays.arm - 1), 0.0)
        mean = difference.sum(axis=1) / groups.people
        left = np.where(groups.there, difference - mean[:, None], 0.0)
        return _estimates(
            mean,
            squares=_sum(left, left),
            df=groups.people - 1,
            share=1 / groups.people,
            size=size,
            sound=groups.people >= FEWEST,
            level=level,
        )


@dataclass(frozen=True)
class _Arrays:
    """What was asked, all (R, n)."""

    first: Floats
    second: Floats
    arm: Floats


@dataclass(frozen=True)
class _Groups:
    """Who counts: ``there``, 1.0 in ``massage`` or in ``comparator``, all (R, n); and the persons in each arm (R,)."""

    there: NDArray[np.bool_]
    massage: Floats
    comparator: Floats
    massages: Floats
    comparators: Floats

    @classmethod
    def of(cls, arrays: _Arrays) -> _Groups:
        there = ~(np.isnan(arrays.first) | np.isnan(arrays.second))
        massage = there * arrays.arm
        comparator = there - massage
        return cls(there, massage, comparator, massage.sum(axis=1), comparator.sum(axis=1))

    @property
    def people(self) -> Floats:
        return self.massages + self.comparators

    @property
    def share(self) -> Floats:
        """Squared error of the difference of two means, in variances of one person."""
        return 1 / self.massages + 1 / self.comparators

    @property
    def sound(self) -> NDArray[np.bool_]:
        return (self.people >= FEWEST) & (self.massages > 0) & (self.comparators > 0)

    def centred(self, values: Floats) -> tuple[Floats, Floats]:
        """Values less the mean of their arm (R, n), 0 for who does not count; and massage less comparator (R,)."""
        kept = np.where(self.there, values, 0.0)
        massage = _sum(self.massage, kept) / self.massages
        comparator = _sum(self.comparator, kept) / self.comparators
        means = self.massage * massage[:, None] + self.comparator * comparator[:, None]
        return kept - means, massage - comparator

    def size(self, values: Floats) -> Floats:
        """Sum of squares of the values themselves (R,), which says how large their rounding can be."""
        kept = np.where(self.there, values, 0.0)
        return _sum(kept, kept)


def _sum(values: Floats, other: Floats) -> Floats:
    """Sum of products over the persons of each row."""
    return np.asarray(np.einsum("ij,ij->i", values, other))


def _two_arms(values: Floats, groups: _Groups, size: Floats, level: float) -> Estimates:
    left, gap = groups.centred(values)
    squares = _sum(left, left)
    return _estimates(
        gap, squares=squares, df=groups.people - 2, share=groups.share, size=size, sound=groups.sound, level=level
    )


def _estimates(
    estimate: Floats,
    *,
    squares: Floats,
    df: Floats,
    share: Floats,
    size: Floats,
    sound: NDArray[np.bool_],
    level: float,
) -> Estimates:
    """From the sum of squares that is left over, its degrees of freedom, and ``share`` = squared error / variance."""
    sound = sound & (squares > ROUNDING**2 * size)
    return estimates(estimate, np.sqrt(squares / df * share), df, sound, level)


def estimates(estimate: Floats, error: Floats, df: Floats, sound: NDArray[np.bool_], level: float) -> Estimates:
    """From estimates, their errors and degrees of freedom (R,); NaN throughout where a replicate is not ``sound``."""
    from scipy.stats import t

    estimate, error, df = (np.where(sound, one, np.nan) for one in (estimate, error, df))
    half = error * t.ppf((1 + level) / 2, df)
    p = 2 * t.sf(np.abs(estimate / error), df)
    return Estimates(estimate, error, df, np.asarray(p), estimate - half, estimate + half, level)


def _asked(first: ArrayLike, second: ArrayLike, arm: ArrayLike, level: float) -> _Arrays:
    """The arrays as (R, n), refused with everything that is wrong with them."""
    one, two = (np.asarray(values, dtype=np.float64) for values in (first, second))
    arms = np.asarray(arm, dtype=np.float64)
    if wrong := tuple(_faults(one, two, arms, level)):
        raise RequestError(wrong)
    return _Arrays(one, two, np.broadcast_to(arms, one.shape))


def _faults(first: Floats, second: Floats, arm: Floats, level: float) -> Iterator[Finding]:
    if first.ndim != 2:
        yield Finding("first", f"has {first.ndim} dimensions", "Give (replicates, persons).")
    elif arm.shape not in (first.shape, first.shape[1:]):
        what = f"has the shape {arm.shape}, the measurements {first.shape}"
        yield Finding("arm", what, "Give one a person, or one a person and replicate.")
    if second.shape != first.shape:
        yield Finding("second", f"has the shape {second.shape}, the first {first.shape}", "Give both for everyone.")
    for name, values in (("first", first), ("second", second)):
        if np.isinf(values).any():
            yield Finding(name, "holds an infinite value", "Give NaN where there is no measurement.")
    if not np.isin(arm, (0, 1)).all():
        yield Finding("arm", "is neither 0 nor 1 for someone", "Give 0 for the comparator and 1 for the massage.")
    if not 0 < level < 1:
        yield Finding("level", f"{level:g}", "Give one between 0 and 1, such as 0.95.")
