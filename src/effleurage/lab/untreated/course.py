"""The course of an outcome over weeks in people whom nobody treats: regression to the mean, and recovery.

It stands outside the body, for every outcome alike: any arm of a trial goes through it. After t weeks a person shows::

    y(t) = mean - (mean - settled) (1 - exp(-t / weeks)) + sd (sqrt(r) lasting + sqrt(1 - r) luck(t))

``lasting`` is standard normal, one a person, and ``luck`` one a person and time; so people keep their spread, and two
measurements correlate by r. Who is taken in from a threshold c on, z = (c - mean) / sd, falls back by::

    E[y(t) - y(0) | y(0) >= c] = -(1 - r) sd phi(z) / (1 - Phi(z)) - (mean - settled) (1 - exp(-t / weeks))

The first part is regression to the mean (Gardner & Heady 1973, J Chronic Dis 26:781; Davis 1976, Am J Epidemiol
104:493; Barnett 2005, Int J Epidemiol 34:215), the second is recovery.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.outcomes.codebook import known_outcome
from effleurage.protocol.tables import Correlation, Grade, Positive, shipped_table

WEEK = 7 * DAY
"""Minutes."""
ADULTS = "adults"
"""Whom a course is of, where nothing else is said."""


@dataclass(frozen=True)
class Intake:
    """Those who are taken in: mean and SD of their first value, SD of a later one, and ``r`` of both."""

    first: float
    first_sd: float
    later_sd: float
    r: float


@dataclass(frozen=True)
class Course:
    """What happens anyway to an outcome of the codebook, in its unit; fields as in ``course.toml``.

    Example
    -------
    >>> stressed = course_of("stress-pss")
    >>> round(stressed.mean_change(8), 1), round(stressed.mean_change(8, threshold=20), 1)
    (0.0, -3.1)
    >>> new = course_of("pain-rating", "people with new back pain")
    >>> round(new.mean_change(6), 1)  # of 10; 2.9 in 11,166 people
    -2.9
    """

    id: str
    whom: str
    control: str
    chosen: Literal["high", "low"] = "high"
    mean: float = math.nan
    sd: Positive = math.nan
    source: str = ""
    grade: Grade | None = None
    retest: Correlation = math.nan
    retest_source: str = ""
    retest_grade: Grade | None = None
    settled: float = math.nan
    weeks: Positive = math.nan
    settled_source: str = ""
    settled_grade: Grade | None = None

    @property
    def side(self) -> int:
        """1 where high values are bad, else -1."""
        return 1 if self.chosen == "high" else -1

    def recovered(self, weeks: float) -> float:
        """How far everybody's mean has moved after so many weeks, in the outcome's unit; 0 if no recovery is known."""
        if math.isnan(self.settled):
            return 0.0
        return (self.settled - self.mean) * -math.expm1(-weeks / self.weeks)

    def intake(self, threshold: float | None = None) -> Intake:
        """Those whose first value is at the threshold or on its bad side; everybody without one."""
        if threshold is None:
            return Intake(self.mean, self.sd, self.sd, self.retest)
        from scipy.special import log_ndtr

        z = self.side * (threshold - self.mean) / self.sd
        mills = math.exp(-(z**2) / 2 - math.log(2 * math.pi) / 2 - log_ndtr(-z))
        kept = max(1 + z * mills - mills**2, 0.0)
        later = 1 - self.retest**2 * (1 - kept)
        r = self.retest * math.sqrt(kept / later)
        first = self.mean + self.side * self.sd * mills
        return Intake(first, self.sd * math.sqrt(kept), self.sd * math.sqrt(later), r)

    def mean_change(self, weeks: float, *, first: float | None = None, threshold: float | None = None) -> float:
        """Mean change from the first value to one ``weeks`` later, in the outcome's unit.

        Of people whose first value is ``first``, else of all who are taken in from ``threshold`` on.
        """
        began = self.intake(threshold).first if first is None else first
        return -(1 - self.retest) * (began - self.mean) + self.recovered(weeks)

    def spread(self, threshold: float | None = None) -> float:
        """SD between the changes of the persons who are taken in, in the outcome's unit."""
        own = (1 - self.retest) * self.intake(threshold).first_sd
        return math.hypot(own, self.sd * math.sqrt(1 - self.retest**2))

    def underlying(self, step: float) -> Course:
        """The course behind values that are written down in steps, whose published SD and retest hold the rounding."""
        sd = math.sqrt(self.sd**2 - step**2 / 12)
        return replace(self, sd=sd, retest=self.retest * (self.sd / sd) ** 2)

    def reaching(self, threshold: float, step: float) -> float:
        """The least bad unrounded value that is written down, in steps, as the threshold or worse."""
        return threshold - self.side * step / 2

    def values(
        self, seed: int, people: NDArray[np.int64], weeks: float, threshold: float | None = None
    ) -> NDArray[np.float64]:
        """Values (persons,) after so many weeks, unrounded, which may lie beyond the ends of a scale.

        Keyed by seed, person, outcome and week: nobody's value depends on which others are asked for. With a threshold
        each person keeps the place among all, and all stand where people are taken in.

        >>> course, people = course_of("stress-pss"), np.arange(3)
        >>> course.values(1, people, 0.0, threshold=20).round().tolist()
        [21.0, 23.0, 27.0]
        """
        name = f"course {self.id} {self.whom}"
        lasting, luck = normals(seed, f"{name} lasting", people), _luck(seed, name, people, weeks)
        own, passing = math.sqrt(self.retest), math.sqrt(1 - self.retest)
        if threshold is not None:
            luck_first = _luck(seed, name, people, 0.0)
            first, apart = own * lasting + passing * luck_first, passing * lasting - own * luck_first
            first = self.side * _beyond(self.side * first, self.side * (threshold - self.mean) / self.sd)
            lasting = own * first + passing * apart
            luck = passing * first - own * apart if weeks == 0 else luck
        return self.mean + self.recovered(weeks) + self.sd * (own * lasting + passing * luck)


@dataclass(frozen=True)
class Waited:
    """An arm that nobody treated between two measurements: means in its unit; fields as in ``course.toml``."""

    id: str
    whom: str
    control: str
    weeks: Positive
    first: float
    second: float
    source: str
    grade: Grade
    seen: bool
    n: int = 0
    threshold: float | None = None


@dataclass(frozen=True)
class _Book:
    course: tuple[Course, ...]
    waited: tuple[Waited, ...]


@cache
def _book() -> _Book:
    return shipped_table(_Book, __package__, "course.toml")


@cache
def courses() -> Mapping[tuple[str, str, str], Course]:
    """(id of the outcome, whom, control) -> the course, in the order of ``course.toml``."""
    return {(row.id, row.whom, row.control): _normed(row) for row in _book().course}


def waited() -> tuple[Waited, ...]:
    """Published arms that nobody treated."""
    return _book().waited


def course_of(id: str, whom: str = ADULTS, control: str = "") -> Course:
    """The course of an outcome in such people; without a control the first that is known.

    Raises ``RequestError`` with the nearest that there is.
    """
    found = [row for row in courses().values() if (row.id, row.whom) == (id, whom) and control in ("", row.control)]
    if not found:
        known = [", ".join(key) for key in courses()]
        what = f"no course without treatment of '{id[:40]}' in {whom[:60]}"
        raise RequestError(Finding("outcome", what, nearest(f"{id}, {whom}, {control}"[:120], known)))
    return found[0]


def usual_course(id: str) -> Course | None:
    """The course of an outcome in adults where one is known, else the first of other people; None where none is.

    >>> usual_course("psqi-total").whom, usual_course("insomnia-isi").whom, usual_course("rmssd")
    ('adults', 'people with insomnia', None)
    """
    known = [row for row in courses().values() if row.id == id]
    return next((row for row in known if row.whom == ADULTS), known[0] if known else None)


def _normed(row: Course) -> Course:
    """The row, with what it leaves to the norm of the codebook."""
    norm = known_outcome(row.id, "course.toml").norm
    if norm is None or not math.isnan(row.mean):
        return row
    of_retest = replace(row, retest=norm.retest, retest_source=norm.retest_source, retest_grade=norm.retest_grade)
    return replace(of_retest, mean=norm.mean, sd=norm.sd, source=norm.source, grade=norm.grade)


def _luck(seed: int, name: str, people: NDArray[np.int64], weeks: float) -> Floats:
    """What passes: standard normal, another at every time."""
    return normals(seed, f"{name} week {weeks:.4f}", people)


def _beyond(values: Floats, threshold: float) -> Floats:
    """Standard normal values, each moved to the same quantile of those above a threshold."""
    from scipy.special import ndtr, ndtri

    return np.asarray(-ndtri(ndtr(-values) * ndtr(-threshold)))
