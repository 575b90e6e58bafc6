"""The settled start: where a person stands after a long time of ordinary days, found once and kept on disk.

Fast states are run for some days. Slow ones (the clock's phase, gland masses, 24-hour and weekly
means) are not waited for: Newton's method finds the values at which they do not drift over a day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY, lay_grid, lay_inputs
from effleurage.engine.kept import kept_array
from effleurage.engine.program import Program
from effleurage.engine.provenance import key, processor
from effleurage.engine.run import Precision, Record, run, starting_states
from effleurage.engine.schedule import Schedule
from effleurage.engine.threads import Progress

_TYPICAL = 24
"""Ordinary days from the model's initial values to the typical person's rest, where everybody's slow states begin."""
_ENTRAIN = 4
_BALANCE = 8
_STILL = 1e-4
"""Who drifts less than this in a day, as a share, is at rest after one more correction; BALANCE corrections at most."""
_NUDGE = 0.02
_ON_THE_WAY: Precision = "single"
"""Twenty days on the way to rest are simulated in half the time; the last one, and everything after it, is not."""
_ONCE = Lock()
"""Threads that settle at the same time wait for the one that finds the typical person."""
_NOTHING = 1e-12
"""What has decayed below this is nothing; it would only leave other solvers with denormal numbers."""


@dataclass(frozen=True)
class _Day:
    """The map from one midnight to the next over an ordinary day, and the coordinates in which it is balanced.

    ``people`` are to be settled: whoever is run on the way is run in blocks of their size.
    """

    program: Program
    ordinary: Schedule
    slow: Mapping[str, str]
    people: int

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        return np.array([self.program.states.index(name) for name in self.slow])

    @cached_property
    def ratio(self) -> NDArray[np.bool_]:
        return np.array([kind == "mean" for kind in self.slow.values()])

    def levels(self, states: Floats) -> Floats:
        found = states[self.rows]
        found[self.ratio] = np.log(found[self.ratio])
        return found

    def put(self, states: Floats, levels: Floats) -> None:
        states[self.rows] = levels
        states[self.rows[self.ratio]] = np.exp(levels[self.ratio])

    def after(self, count: int, start: Floats, who: Floats, precision: Precision = "double") -> Floats:
        """States after some ordinary days."""
        return self._carried_out(repeated(self.ordinary, count), start, who, precision).last

    def drift(self, start: Floats, who: Floats, precision: Precision = "double") -> tuple[Floats, Floats]:
        """Change of the slow levels over the second of two days, and the states after it."""
        two_days = replace(repeated(self.ordinary, 2), samples=(DAY,))
        record = self._carried_out(two_days, start, who, precision)
        between = np.empty_like(record.last)
        between[self.rows] = record.values[0]
        return self.levels(record.last) - self.levels(between), record.last

    def _carried_out(self, schedule: Schedule, start: Floats, who: Floats, precision: Precision) -> Record:
        grid = lay_grid([schedule])
        rest = dict(zip(self.program.inputs, self.program.input_values, strict=True))
        inputs = lay_inputs(schedule, grid, self.program.inputs, rest)
        return run(
            self.program,
            who,
            grid,
            inputs,
            keep=tuple(self.slow),
            start=start,
            precision=precision,
            among=self.people,
        )


def settled_states(
    program: Program,
    constants: Floats,
    ordinary: Schedule,
    slow: Mapping[str, str],
    progress: Progress | None = None,
    remember: bool = True,
) -> Floats:
    """States (S, persons) at midnight after ordinary days, for constants (C, persons).

    They are kept on disk for the next time unless told not to ``remember``.

    ``ordinary`` is one day; ``slow`` names the states that are balanced instead of waited for: a ``"mean"`` is
    positive and moved by ratio, a ``"phase"`` may have any sign and is moved by difference.
    """
    day = _Day(program, ordinary, slow, constants.shape[1])
    if not remember:
        return _settle(day, constants, progress)
    shape = len(program.states), constants.shape[1]
    return _kept(day, constants.tobytes(), lambda: _settle(day, constants, progress), shape)


def _kept(day: _Day, about: bytes, find: Callable[[], Floats], shape: tuple[int, int]) -> Floats:
    """An array from disk, where this module found it before for the same day and purpose."""
    program = day.program
    own = key("engine", processor(), program.digest, program.flowing, day.ordinary, tuple(day.slow.items()), about)
    return kept_array(f"settled/{own}.npy", find, shape)


def _typical(day: _Day) -> Floats:
    """Slow levels of the typical person (first column) and the inverse Jacobian of their drift, side by side."""
    typical = np.asarray(day.program.constant_values)[:, None]
    calm = day.after(_TYPICAL, starting_states(day.program, typical), typical)
    count = len(day.rows)
    nudged = np.repeat(calm, count + 1, axis=1)
    day.put(nudged, day.levels(nudged) + _NUDGE * np.eye(count, count + 1))
    drifts, _ = day.drift(nudged, np.repeat(typical, count + 1, axis=1))
    inverse = np.linalg.inv((drifts[:, :-1] - drifts[:, -1:]) / _NUDGE)
    return np.hstack([day.levels(calm), inverse])


def _settle(day: _Day, constants: Floats, progress: Progress | None) -> Floats:
    with _ONCE:
        typical = _kept(day, b"typical", lambda: _typical(day), (len(day.rows), 1 + len(day.rows)))
    levels, inverse = typical[:, :1], typical[:, 1:]
    states = starting_states(day.program, constants)
    day.put(states, np.repeat(levels, states.shape[1], axis=1))
    states = day.after(_ENTRAIN, states, constants, _ON_THE_WAY)
    moving = np.arange(states.shape[1])
    for turn in range(_BALANCE):
        drifts, after = day.drift(states[:, moving], constants[:, moving], _ON_THE_WAY)
        day.put(after, day.levels(states[:, moving]) - np.clip(_times(inverse, drifts), -0.5, 0.5))
        states[:, moving] = after
        moving = moving[~(np.abs(drifts).max(axis=0) < _STILL)]
        if progress:
            progress((turn + 1) / _BALANCE)
        if not len(moving):
            break
    settled = day.after(1, states, constants)
    return np.where(np.abs(settled) < _NOTHING, 0.0, settled)


def _times(matrix: Floats, columns: Floats) -> Floats:
    """Matrix times columns, term by term: a library's product rounds one column unlike many."""
    total = np.zeros_like(columns)
    for index in range(matrix.shape[1]):
        total += matrix[:, index : index + 1] * columns[index]
    return total


def repeated(ordinary: Schedule, count: int) -> Schedule:
    """The one-day schedule, ``count`` times over."""
    from effleurage.engine.schedule import Drive

    drives = tuple(
        Drive(drive.start + DAY * day, drive.stop + DAY * day, drive.inputs)
        for day in range(count)
        for drive in ordinary.drives
    )
    return Schedule(DAY * count, drives)
