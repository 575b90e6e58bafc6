"""Calibration of how a body answers challenges: all rows of ``answers.toml`` together, on the typical person.

The residuals are those of the rule (``evidence/norms/rule.py``): how far the typical person is from a published value,
in its error and in how much laboratories differ; and how far the day of the axis and its answer to a stress test are
from their measured courses. Far misses pull less (soft L1 loss): laboratories contradict each other. Only values that
are ``fit`` or ``seen`` are used, never one to be predicted. The slopes are forward differences: person k of a cohort
has row k moved, and all of them live at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.body.parameter import Parameter
from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.looked import looked_at
from effleurage.evidence.norms.rule import ASSUMED_TAU
from effleurage.evidence.norms.targets import Look, Target, World, shipped_targets
from effleurage.fit.physiology import FIGURES, Fitted
from effleurage.lab.heart.virtual import INDICES
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import whole_body
from effleurage.protocol.tables import shipped_rows

BLOCK = "answers"
"""What these rows are called among calibrated numbers."""
SOURCE = "Challenges"
"""Key of ``body/sources.toml`` that a fitted row names."""
_STEP = 0.02
"""Step of the slopes, in SDs of the prior."""
_TURNS = 12
"""Points that are tried at most."""
_BENT = 1.5
"""Residual beyond which a miss pulls less."""
_UNINFORMED = 0.9
"""Posterior over prior width above which the data say nothing, and the row keeps its value."""
_RATIO = 1e-6
_MOST_DAYS = 4
NORMS = (
    "heart rate, seated (NHANES)",
    "heart rate, lying (Nunan)",
    "TSST, rise of heart rate",
    "stress interview, rise of systolic pressure",
    "stress interview, rise of diastolic pressure",
)
"""Fit targets of the scoreboard that keep the body where it is."""


@dataclass(frozen=True)
class Row:
    """A row that is calibrated: its value before, and the SD of its prior (of the logarithm where the ledger's is)."""

    name: str
    before: float
    prior: float


@dataclass(frozen=True)
class Course:
    """A measured course: ``values`` of a quantity at ``at``, each with ``error``; relative to their ``first`` if any.

    ``error`` is of the logarithm of relative values, else in the quantity's unit; ``timeline`` as in targets.
    """

    id: str
    quantity: str
    at: str
    values: tuple[float, ...]
    error: float
    source: str
    first: int = 0
    skipped: tuple[int, ...] = ()
    timeline: tuple[str, ...] = ()

    @property
    def look(self) -> Look:
        """Where it is read in the typical person."""
        return Look(at=self.at, measure="mean", world=World(timeline=self.timeline))

    def residuals(self, simulated: Floats) -> Floats:
        """How far each simulated value (T, N) is off, in errors: (T', N)."""
        measured = np.array(self.values)[:, None]
        kept = [place for place in range(len(measured)) if place not in self.skipped]
        if not self.first:
            return np.asarray((simulated - measured)[kept] / self.error)
        own, usual = (values / values[: self.first].mean(axis=0) for values in (simulated, measured))
        return np.asarray(np.log(own / usual)[kept] / self.error)


@dataclass(frozen=True)
class Lanes(Cohort):
    """Typical persons of whom each has rows of its own: name of a row -> its value in each person (N,)."""

    own: Mapping[str, Floats] = field(default_factory=dict)

    def values(self, row: Parameter) -> Floats:
        """Every person's value of a ledger row (N,), in the row's unit."""
        return self.own[row.name] if row.name in self.own else super().values(row)


@dataclass(frozen=True)
class Problem:
    """What is solved: rows, values and courses. The point 0 is every row at its value before."""

    rows: tuple[Row, ...]
    targets: tuple[Target, ...]
    courses: tuple[Course, ...]

    @classmethod
    def shipped(cls) -> Problem:
        """That of the package. Raises ``RequestError`` for rows that the body has not."""
        rows = shipped_rows(Row, "row", __package__, "answers.toml")
        known = whole_body().parameters
        if unknown := [row.name for row in rows if row.name not in known]:
            raise RequestError([Finding("answers.toml", f"no row '{name}'", nearest(name, known)) for name in unknown])
        fitted = [one for one in shipped_challenges() if one.use != "predict"]
        fitted += [one for one in shipped_targets() if one.id in NORMS and one.use == "fit"]
        if lacking := set(NORMS) - {one.id for one in fitted}:
            raise RequestError(Finding("answers.toml", f"no fit target '{sorted(lacking)[0]}'", "Take it out."))
        plain = [one for one in fitted if one.quantity not in INDICES and one.statistic == "mean" and _short(one)]
        return cls(tuple(rows), tuple(plain), tuple(shipped_rows(Course, "course", __package__, "courses.toml")))

    @cached_property
    def linear(self) -> tuple[bool, ...]:
        """Whether each row moves by so much, not by such a share."""
        known = whole_body().parameters
        return tuple(known[row.name].scale == "linear" for row in self.rows)

    def values(self, point: Floats) -> Floats:
        """The rows' values (K, N) at points (K, N), in SDs of the priors."""
        found = [
            row.before + row.prior * own if linear else row.before * np.exp(row.prior * own)
            for row, linear, own in zip(self.rows, self.linear, point, strict=True)
        ]
        return np.array(found)

    def around(self, point: Floats) -> Floats:
        """Residuals (R, K + 1): at the point, and at it with each row moved by a step."""
        count = len(self.rows)
        points = np.repeat(point[:, None], count + 1, axis=1)
        points[np.arange(count), np.arange(count) + 1] += _STEP
        own = dict(zip((row.name for row in self.rows), self.values(points), strict=True))
        cohort = Lanes(np.arange(count + 1), typical=True, steady=True, beyond=True, own=own)
        wanted = [(one.quantity, look) for one in self.targets for look in (one.look, one.other) if look]
        wanted += [(course.quantity, course.look) for course in self.courses]
        read = looked_at(wanted, cohort)
        apart = [_apart(target, read) for target in self.targets]
        courses = [course.residuals(_course(course, read)) for course in self.courses]
        found = np.concatenate([np.array(apart), *courses, points])
        return np.nan_to_num(found, nan=30.0, posinf=30.0, neginf=-30.0)


def _short(target: Target) -> bool:
    """Whether the worlds of a target are of few days: a hundred people live through each at every point."""
    return all(look.world.days <= _MOST_DAYS for look in (target.look, target.other) if look)


def calibrate(progress: Callable[[float], None] | None = None, problem: Problem | None = None) -> list[Fitted]:
    """All rows, before and after, with 95 % intervals of the Laplace approximation.

    Slow: each point is a hundred lives through some sixty protocols.
    """
    from scipy.optimize import least_squares

    asked = problem or Problem.shipped()
    known: dict[tuple[float, ...], Floats] = {}

    def around(point: Floats) -> Floats:
        at = tuple(point.tolist())
        if at not in known:
            known[at] = asked.around(point)
            if progress:
                progress(min(len(known) / _TURNS, 1.0))
        return known[at]

    solved = least_squares(
        lambda point: around(point)[:, 0],
        np.zeros(len(asked.rows)),
        jac=lambda point: (around(point)[:, 1:] - around(point)[:, :1]) / _STEP,
        loss="soft_l1",
        f_scale=_BENT,
        max_nfev=_TURNS,
    )
    width = np.sqrt(np.diag(np.linalg.inv(solved.jac.T @ solved.jac)))
    return list(_fitted(asked, solved.x, width))


def _fitted(problem: Problem, point: Floats, width: Floats) -> Iterator[Fitted]:
    """Each row as the point has it; what the targets do not inform keeps its value."""
    informed = width < _UNINFORMED
    low, centre, high = (
        problem.values(np.where(informed, point, 0.0) + reach) for reach in (-1.96 * width, 0 * width, 1.96 * width)
    )
    names = tuple(target.id for target in problem.targets)
    for place, row in enumerate(problem.rows):
        told = [float(f"{values[place]:.{FIGURES}g}") for values in (centre, low, high)]
        yield Fitted(BLOCK, f"{row.name}.value", row.before, *told, bool(informed[place]), names)


def _apart(target: Target, read: Callable[[str, Look], Floats]) -> Floats:
    """How far each person (N,) is from a published value, as the rule has it for one person."""
    own = read(target.quantity, target.look)
    if target.other:
        other = read(target.quantity, target.other)
        own = own / other if target.compared == "ratio" else own - other
    value, error = target.value, target.standard_error
    if value > 0:
        relative = math.hypot(error / value, ASSUMED_TAU)
        linear = (own - value) / (value * relative)
        return np.asarray(np.where(own > 0, np.log(np.maximum(own, _RATIO * value) / value) / relative, linear))
    return np.asarray((own - value) / max(math.hypot(error, ASSUMED_TAU * abs(value)), 1e-12))


def _course(course: Course, read: Callable[[str, Look], Floats]) -> Floats:
    """The simulated course (T, N)."""
    whole = course.look
    minutes = whole.minutes()
    return np.array([read(course.quantity, _at(whole, minute)) for minute in minutes])


def _at(look: Look, minute: float) -> Look:
    """The look of one minute."""
    day, rest = divmod(round(minute), 1440)
    hour, left = divmod(rest, 60)
    return look.model_copy(update={"at": f"day {day + 1} {hour:02d}:{left:02d}"})


def shown(fitted: Sequence[Fitted]) -> Mapping[str, Any]:
    """Row -> its value after calibration."""
    return {one.number.removesuffix(".value"): one.after for one in fitted}
