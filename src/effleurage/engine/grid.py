"""From schedules to a grid of steps: every input change, sample and knot of what moves in people falls on it.

Steps are short after an input has changed and long in quiet hours. Twins share one grid, because the
differences between them are smaller than the error of an ordinary solver.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.flowing import KNOT
from effleurage.engine.schedule import Schedule

DAY = 1440.0
"""Minutes of a day."""
HOUR = 60.0
PACE = ((30.0, 2.0), (480.0, 7.5), (np.inf, 15.0))
"""(minutes since the last input change, longest step in minutes): the reflex that holds pressure is not followed in
longer steps within a night of a change. Every quantity of a typical person's fortnight is then within 6e-4 of its
largest value of what libRoadRunner has, and what halved steps move in a difference between twins is within 0.2 % of its
size (4 % of vagal tone with 15 and 120 minutes in the first rows)."""


@dataclass(frozen=True)
class Grid:
    """``time`` (K,) and ``step`` (K,) in minutes; the last step is 0 and only looks.

    ``samples`` are the rows at which a trajectory is kept.
    """

    time: Floats
    step: Floats
    samples: NDArray[np.int64]

    @property
    def hour(self) -> NDArray[np.int64]:
        """Clock hour since midnight of day 1, per step."""
        return np.floor(self.time / HOUR + 1e-9).astype(np.int64)


def lay_grid(schedules: Sequence[Schedule], halvings: int = 0) -> Grid:
    """One grid for all the schedules; ``halvings`` halves every step, to measure the error."""
    stop = max(schedule.stop for schedule in schedules)
    changes = {0.0}
    looks: set[float] = set()
    for schedule in schedules:
        changes |= {edge for drive in schedule.drives for edge in (drive.start, drive.stop) if 0 <= edge < stop}
        looks |= {float(minute) for minute in schedule.samples if 0 <= minute <= stop}
    marks = np.unique(np.round([*changes, *looks, *np.arange(0.0, stop, KNOT), stop], 6))
    last_change = -np.inf
    times: list[Floats] = []
    edges = np.round(sorted(changes), 6)
    for start, end in pairwise(marks):
        before = edges[edges <= start]
        last_change = before[-1] if len(before) else -np.inf
        times.append(_subdivide(float(start), float(end), float(last_change), halvings))
    time = np.concatenate([*times, [stop]])
    samples = np.searchsorted(time, np.round(sorted(looks), 6) - 1e-7)
    return Grid(time, np.diff(time, append=stop), samples.astype(np.int64))


def _subdivide(start: float, end: float, last_change: float, halvings: int) -> Floats:
    """Equal steps within each pace, so that few sizes of steps occur."""
    times, now = [], start
    while end - now > 1e-9:
        since, longest = next(pace for pace in PACE if now - last_change < pace[0] - 1e-9)
        until = min(end, last_change + since) if np.isfinite(last_change) else end
        parts = 2**halvings * int(np.ceil((until - now) / longest - 1e-9))
        times += [now + (until - now) * part / parts for part in range(parts)]
        now = until
    return np.asarray(times)


def lay_inputs(schedule: Schedule, grid: Grid, names: Sequence[str], rest: Mapping[str, float]) -> Floats:
    """Inputs (K, inputs) over the grid; overlapping drives give the largest value.

    The last row only looks: it keeps what was done in the last step.
    """
    values = np.tile([rest[name] for name in names], (len(grid.time), 1)).astype(np.float64)
    touched = np.zeros(values.shape, dtype=bool)
    column = {name: index for index, name in enumerate(names)}
    for drive in schedule.drives:
        rows = slice(*np.searchsorted(grid.time, [drive.start - 1e-7, drive.stop - 1e-7]))
        for name, value in drive.inputs.items():
            place = (rows, column[name])
            values[place] = np.where(touched[place], np.maximum(values[place], value), value)
            touched[place] = True
    values[-1] = values[-2]
    return values
