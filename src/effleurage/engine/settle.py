"""The settled start: where a person stands after a long time of ordinary days, found once and kept on disk.

Fast states are run until the clock has entrained. States slower than that (gland masses, 24-hour and weekly
means) are not waited for: Newton's method finds the values at which they do not drift over a day.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from effleurage.engine.grid import Floats, lay_grid, lay_inputs
from effleurage.engine.program import Program, cache_folder, write_atomically
from effleurage.engine.run import Progress, run, starting_states
from effleurage.engine.schedule import Schedule

DAY = 1440.0
_ENTRAIN = 8
_BALANCE = 6
_NUDGE = 0.02
_NOTHING = 1e-12
"""What has decayed below this is nothing; it would only leave other solvers with denormal numbers."""


def settled_states(
    program: Program, constants: Floats, ordinary: Schedule, slow: Sequence[str], progress: Progress | None = None
) -> Floats:
    """States (S, persons) at midnight after ordinary days, for constants (C, persons).

    ``ordinary`` is one day; ``slow`` names the positive states that are balanced instead of waited for.
    """
    key = sha256(repr((program.digest, ordinary, tuple(slow), _ENTRAIN, _BALANCE)).encode() + constants.tobytes())
    path = cache_folder() / "settled" / f"{key.hexdigest()[:24]}.npy"
    try:
        return np.asarray(np.load(path))
    except (OSError, ValueError):
        found = _settle(program, constants, ordinary, slow, progress)
        buffer = io.BytesIO()
        np.save(buffer, found)
        write_atomically(path, buffer.getvalue())
        return found


def _settle(
    program: Program, constants: Floats, ordinary: Schedule, slow: Sequence[str], progress: Progress | None
) -> Floats:
    rows = [program.states.index(name) for name in slow]

    def days(count: int, start: Floats, who: Floats) -> Floats:
        schedule = repeated(ordinary, count)
        grid = lay_grid([schedule])
        inputs = lay_inputs(
            schedule, grid, program.inputs, dict(zip(program.inputs, program.input_values, strict=True))
        )
        return run(program, who, grid, inputs, keep=(), start=start).last

    def drift(start: Floats, who: Floats) -> tuple[Floats, Floats]:
        first = days(1, start, who)
        second = days(1, first, who)
        return np.log(second[rows] / first[rows]), second

    typical = np.asarray(program.constant_values)[:, None]
    calm = days(_ENTRAIN, starting_states(program, typical), typical)
    nudged = np.repeat(calm, len(rows) + 1, axis=1)
    for column, row in enumerate(rows):
        nudged[row, column] *= np.exp(_NUDGE)
    drifts, _ = drift(nudged, np.repeat(typical, len(rows) + 1, axis=1))
    jacobian = (drifts[:, :-1] - drifts[:, -1:]) / _NUDGE
    inverse = np.linalg.inv(jacobian)
    states = days(_ENTRAIN, starting_states(program, constants), constants)
    for turn in range(_BALANCE):
        drifts, after = drift(states, constants)
        step = np.clip(-inverse @ drifts, -0.5, 0.5)
        balanced = states[rows] * np.exp(step)
        states = after
        states[rows] = balanced
        if progress:
            progress((turn + 1) / _BALANCE)
    settled = days(1, states, constants)
    return np.where(np.abs(settled) < _NOTHING, 0.0, settled)


def repeated(ordinary: Schedule, count: int) -> Schedule:
    """The one-day schedule, ``count`` times over."""
    from effleurage.engine.schedule import Drive

    drives = tuple(
        Drive(drive.start + DAY * day, drive.stop + DAY * day, drive.inputs)
        for day in range(count)
        for drive in ordinary.drives
    )
    return Schedule(DAY * count, drives)
