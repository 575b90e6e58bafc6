"""The settled start: where a person stands after a long time of ordinary days, found once and kept on disk.

Fast states are run from the typical person's rest. Slow ones (the clock's phase, gland masses, 24-hour and weekly
means) are not waited for: Newton's method finds the values at which they do not drift over a day.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from hashlib import sha256

import numpy as np

from effleurage.engine.grid import Floats, lay_grid, lay_inputs
from effleurage.engine.program import Program, cache_folder, write_atomically
from effleurage.engine.run import Progress, run, starting_states
from effleurage.engine.schedule import Schedule

DAY = 1440.0
_TYPICAL = 40
"""Ordinary days from the model's initial values to the typical person's rest, where everybody else begins."""
_ENTRAIN = 4
_BALANCE = 8
_NUDGE = 0.02
_NOTHING = 1e-12
"""What has decayed below this is nothing; it would only leave other solvers with denormal numbers."""


def settled_states(
    program: Program, constants: Floats, ordinary: Schedule, slow: Mapping[str, str], progress: Progress | None = None
) -> Floats:
    """States (S, persons) at midnight after ordinary days, for constants (C, persons).

    ``ordinary`` is one day; ``slow`` names the states that are balanced instead of waited for: a ``"mean"`` is
    positive and moved by ratio, a ``"phase"`` may have any sign and is moved by difference.
    """
    key = sha256(repr((program.digest, ordinary, tuple(slow.items()), _TYPICAL, _ENTRAIN, _BALANCE)).encode() + constants.tobytes())
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
    program: Program, constants: Floats, ordinary: Schedule, slow: Mapping[str, str], progress: Progress | None
) -> Floats:
    rows = [program.states.index(name) for name in slow]
    ratio = np.array([kind == "mean" for kind in slow.values()])

    def levels(states: Floats) -> Floats:
        found = states[rows]
        found[ratio] = np.log(found[ratio])
        return found

    def put(states: Floats, found: Floats) -> None:
        states[rows] = found
        states[np.array(rows)[ratio]] = np.exp(found[ratio])

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
        return levels(second) - levels(first), second

    typical = np.asarray(program.constant_values)[:, None]
    calm = days(_TYPICAL, starting_states(program, typical), typical)
    nudged = np.repeat(calm, len(rows) + 1, axis=1)
    put(nudged, levels(nudged) + _NUDGE * np.eye(len(rows), len(rows) + 1))
    drifts, _ = drift(nudged, np.repeat(typical, len(rows) + 1, axis=1))
    jacobian = (drifts[:, :-1] - drifts[:, -1:]) / _NUDGE
    inverse = np.linalg.inv(jacobian)
    states = days(_ENTRAIN, np.repeat(calm, constants.shape[1], axis=1), constants)
    for turn in range(_BALANCE):
        drifts, after = drift(states, constants)
        step = np.clip(-inverse @ drifts, -0.5, 0.5)
        balanced = levels(states) + step
        states = after
        put(states, balanced)
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
