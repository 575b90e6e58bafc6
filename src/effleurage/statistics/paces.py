"""What the wandering of a course is made of: what each value has for itself, what passes soon, and what passes late.

A stationary Gaussian process of covariance ``own² (of the same value) + soon² exp(-t/soon_time) + late²
exp(-t/late_time)`` is fitted by restricted maximum likelihood (Patterson & Thompson 1971, doi 10.1093/biomet/58.3.545):
a person's own mean or line is free and takes nothing from the variances. All people share its shape, and each has a
size of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.statistics.memory import Course

FIRST = 0.1
"""Share of the variance that is a value's own, and that is late, from which the search begins."""
NEAR = 0.01
"""How near the search comes to the likeliest logarithms: a hundredth of each number."""


@dataclass(frozen=True)
class Paces:
    """Standard deviations in the unit of the values, and times in that of the course in which likeness falls to 1/e."""

    own: float
    soon: float
    soon_time: float
    late: float = 0.0
    late_time: float = 1.0

    def covariance(self, times: Floats) -> Floats:
        """Of the values at ``times`` (T,) with each other (T, T).

        >>> print(Paces(own=1, soon=2, soon_time=10).covariance(np.array([0.0, 10.0])).round(2))
        [[5.   1.47]
         [1.47 5.  ]]
        """
        apart = abs(times[:, None] - times)
        wandering = self.soon**2 * np.exp(-apart / self.soon_time) + self.late**2 * np.exp(-apart / self.late_time)
        return np.asarray(wandering + self.own**2 * np.eye(len(times)))


def fitted(courses: Sequence[Course], degree: int = 0, late_time: float = 0.0) -> Paces:
    """The paces of the median person.

    ``degree``: what is free of each person, 0 the mean, 1 a line. ``late_time``: that of a second process, which a
    course of a few times its length can tell from a line; 0 for none.
    """
    from scipy.optimize import minimize

    parts = [_contrasts(course, degree) for course in courses]
    spans = [np.ptp(times) for times, _, _ in parts]
    start = [np.log(FIRST), np.log(max(spans) / 20), *([np.log(FIRST)] if late_time else [])]
    near = {"xatol": NEAR, "fatol": NEAR}
    found = minimize(lambda at: _misfit(_paces(at, late_time), parts)[0], start, method="Nelder-Mead", options=near)
    shape = _paces(found.x, late_time)
    size = float(np.median(_misfit(shape, parts)[1]))
    return Paces(size * shape.own, size * shape.soon, shape.soon_time, size * shape.late, shape.late_time)


_Part = tuple[Floats, Floats, Floats]


def _contrasts(course: Course, degree: int) -> _Part:
    """Times (T,), an orthonormal base (T, M) of all that no polynomial of the degree explains, and the values on it."""
    known = np.isfinite(course.values)
    times = course.times[known]
    powers = np.vander((times - times.mean()) / (np.ptp(times) or 1.0), degree + 1)
    base = np.linalg.qr(powers, mode="complete")[0][:, degree + 1 :]
    return times, base, base.T @ course.values[known]


def _paces(point: Floats, late_time: float) -> Paces:
    """Paces whose variances go as 1 (soon) to the exponentials of the logarithms in ``point``: own, time, late."""
    own, soon_time, late = np.exp([*point, -np.inf][:3])
    return Paces(float(own**0.5), 1.0, float(soon_time), float(late**0.5), late_time or 1.0)


def _misfit(shape: Paces, parts: Sequence[_Part]) -> tuple[float, Floats]:
    """Minus the restricted log likelihood, each person's size being the likeliest, and those sizes (N,)."""
    misfit, sizes = 0.0, []
    for times, base, values in parts:
        lower = np.linalg.cholesky(base.T @ shape.covariance(times) @ base)
        square = float(np.mean(np.linalg.solve(lower, values) ** 2))
        misfit += float(np.log(np.diag(lower)).sum() + len(values) / 2 * np.log(square))
        sizes.append(square**0.5)
    return misfit, np.array(sizes)
