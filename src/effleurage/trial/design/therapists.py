"""Therapists who share the people of an arm: how far they differ, who is with whom, and the analysis that counts them.

Persons of one therapist are not strangers to each other, so an arm that several therapists share is as many numbers as
it has therapists. With one therapist, what the therapist does cannot be told from what the arm does, by any number of
people; such an arm is analysed as if it had none, and that is said.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from effleurage.arrays import Floats
from effleurage.statistics.analysis import ROUNDING, Estimates, estimates
from effleurage.statistics.clusters import shared_df
from effleurage.trial.design.design import Arm, Design

ALONE = -1
"""Therapist of a person who shares none."""


def team(arm: Arm) -> int:
    """Therapists who share an arm; 0 where persons stand for themselves, as with none or with one for all."""
    return arm.therapists if arm.therapists > 1 else 0


def spread(design: Design, sd: float) -> float:
    """SD between therapists, of whose arm ``therapist_icc`` of the variance lies between them; ``sd`` is of persons."""
    return float(sd * np.sqrt(design.therapist_icc / (1 - design.therapist_icc)))


def turns(many: int, place: NDArray[np.int64], crossover: bool) -> NDArray[np.int64]:
    """Which of a team each place of an arm gets, in turn; in a crossover two by two, for two sequences take turns."""
    return (place // 2 if crossover else place) % many


def shared(
    first: ArrayLike, second: ArrayLike, arm: ArrayLike, therapist: ArrayLike, *, change: bool, level: float = 0.95
) -> Estimates:
    """The difference between two arms of which therapists share one or both, for many replicates at once.

    ``first``, ``second`` (R, n) in the outcome's unit, NaN where missing; ``arm`` (n,) 0 comparator and 1 massage;
    ``therapist`` (n,) numbers, ALONE where none is shared. With ``change`` the change is compared, else the second
    measurement less b times the first, b as in ``ancova``. Every therapist is one number, the mean of those persons;
    the difference is that of the arms' means over therapists (persons where they stand alone), and its degrees of
    freedom those of ``evidence.sizes.shared_df``. NaN where an arm has fewer than 2 of them.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    arm, therapist = np.asarray(arm), np.asarray(therapist)
    slope, doubt = (np.ones(len(first)), np.zeros(len(first))) if change else _slope(first, second, arm)
    left = second - slope[:, None] * first
    with np.errstate(all="ignore"):
        sides = [_Units(left[:, mine], first[:, mine], therapist[mine]) for mine in (arm == 1, arm == 0)]
        one, other = sides
        teams = one.team, other.team
        pooled = all(teams) & (one.many == other.many)
        both = (one.squares + other.squares) / (one.many + other.many - 2) * (1 / one.many + 1 / other.many)
        squared = np.where(pooled, both, one.error + other.error) + (one.first - other.first) ** 2 * doubt
        df = shared_df(one.error, other.error, one.many, other.many, teams)
        sound = (one.many > 1) & (other.many > 1) & (squared > ROUNDING**2 * np.nansum(left**2, axis=1))
        return estimates(one.mean - other.mean, np.sqrt(squared), df, sound, level)


def shared_pairs(
    first: ArrayLike,
    second: ArrayLike,
    turn: ArrayLike,
    therapists: tuple[NDArray[np.int64], ...],
    level: float = 0.95,
) -> Estimates:
    """The difference within persons of a crossover of which therapists share an arm, adjusted for the period.

    ``first``, ``second`` (R, n): the end of both periods; ``turn`` (n,): 1 where massage came first. ``therapists``: of
    each arm that a team shares, who each person had in it (n,). The difference of a person less what the period adds is
    one number, their mean over a therapist the next; where two teams differ in size, the errors of both are added.
    """
    first, second, turn = np.asarray(first, dtype=float), np.asarray(second, dtype=float), np.asarray(turn)
    sign = np.where(turn == 1, 1.0, -1.0)
    with np.errstate(all="ignore"):
        gone = (first - second) * sign
        there = np.isfinite(gone)
        side = np.where(there, sign, 0.0)
        mean_side, mean_gone = side.sum(axis=1) / there.sum(axis=1), np.nanmean(gone, axis=1)
        away = np.where(there, side - mean_side[:, None], 0.0)
        period = (away * np.where(there, gone - mean_gone[:, None], 0.0)).sum(axis=1) / (away**2).sum(axis=1)
        left = gone - period[:, None] * sign
        groups = [_Units(left, left, mine) for mine in therapists]
        if len(groups) == 2 and np.array_equal(therapists[0], therapists[1]):
            groups = groups[:1]
        squared = np.sum([one.error for one in groups], axis=0)
        df = squared**2 / np.sum([one.error**2 / (one.many - 1) for one in groups], axis=0)
        sound = np.all([one.many > 1 for one in groups], axis=0) & (squared > ROUNDING**2 * np.nansum(gone**2, axis=1))
        return estimates(groups[0].mean, np.sqrt(squared), df, sound, level)


class _Units:
    """An arm as numbers that are strangers to each other: therapists' means of ``values`` (R, n), or its persons."""

    def __init__(self, values: Floats, first: Floats, therapist: NDArray[np.int64]) -> None:
        names = np.unique(therapist[therapist != ALONE])
        self.team = bool(len(names))
        there = np.isfinite(values)
        units, starts = np.where(there, values, np.nan), np.where(there, first, np.nan)
        if self.team:
            units, starts = (
                np.stack([_mean(rows[:, therapist == name]) for name in names], axis=1) for rows in (units, starts)
            )
        self.many = np.isfinite(units).sum(axis=1).astype(float)
        self.mean, self.first = _mean(units), _mean(starts)
        self.squares = np.nansum((units - self.mean[:, None]) ** 2, axis=1)

    @property
    def error(self) -> Floats:
        """Squared error of the mean (R,)."""
        return np.asarray(self.squares / (self.many - 1) / self.many)


def _mean(rows: Floats) -> Floats:
    """Mean of what there is in each row; NaN where there is nothing."""
    return np.asarray(np.nansum(rows, axis=1) / np.isfinite(rows).sum(axis=1))


def _slope(first: Floats, second: Floats, arm: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Slope on the first measurement within arms (R,), and its squared error."""
    there = np.isfinite(first) & np.isfinite(second)
    x, y = (np.where(there, values, np.nan) for values in (first, second))
    with np.errstate(all="ignore"):
        for side in (arm == 0, arm == 1):
            x[:, side] -= _mean(x[:, side])[:, None]
            y[:, side] -= _mean(y[:, side])[:, None]
        size = np.nansum(x**2, axis=1)
        slope = np.nansum(x * y, axis=1) / size
        rest = np.nansum((y - slope[:, None] * x) ** 2, axis=1) / (there.sum(axis=1) - 3)
        return slope, rest / size
