"""An instrument put to a trajectory: the truth around a minute, when it was really taken, and the number reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.streams import normals
from effleurage.lab.instruments.instruments import Instrument
from effleurage.people.cohort import Cohort

if TYPE_CHECKING:
    import xarray as xr

LATEST = 10.0
"""Minutes within which a tube that is late is still the tube of that minute."""
_LATE = (0.0, LATEST / 2, LATEST)


def looks_of(instrument: Instrument, minute: float) -> tuple[float, ...]:
    """Minutes at which a trajectory must be sampled for a reading at ``minute``."""
    return tuple(minute + late for late in _LATE) if instrument.timing else (minute,)


def read(world: xr.Dataset, instrument: Instrument, minute: float, cohort: Cohort) -> Floats:
    """Reported numbers (persons,) at ``minute``, in the outcome's unit; NaN for a person who was lost.

    A tube is taken late, never early: the delay is half-normal with the instrument's ``timing``, ``LATEST`` at most.
    """
    if instrument.part:
        from effleurage.lab.heart.virtual import window_index

        truth = window_index(world, instrument.part, minute, cohort)
    else:
        truths = np.array([_at(world, instrument.quantity, look) for look in looks_of(instrument, minute)])
        truth = truths[0]
        if instrument.timing:
            late = np.abs(normals(cohort.seed, f"late {instrument.instrument} {minute:g}", cohort.persons))
            steps = np.minimum(instrument.timing * late, LATEST) / _LATE[1]
            lower = np.minimum(steps.astype(int), len(_LATE) - 2)
            person = np.arange(len(steps))
            truth = truths[lower, person] + (steps - lower) * (truths[lower + 1, person] - truths[lower, person])
    return instrument.reported(truth, cohort.seed, cohort.persons, f"{minute:g}")


def _at(world: xr.Dataset, quantity: str, minute: float) -> Floats:
    row = int(np.searchsorted(world.time.values, minute - 1e-6))
    return np.asarray(world[quantity].values[row])
