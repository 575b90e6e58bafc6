"""Heartbeats of virtual people at a minute of their trajectory, and an index of their variability."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import BeyondLife
from effleurage.lab.heart.heartbeats import Beats, beats, bounds
from effleurage.lab.heart.indices import hrv_indices
from effleurage.people.cohort import Cohort
from effleurage.people.life import named

if TYPE_CHECKING:
    import xarray as xr

INDICES = {"RMSSD": "rmssd", "SDNN": "sdnn", "LF": "lf", "HF": "hf", "LF/HF": "lf_hf"}
"""Outcomes of five minutes of heartbeats, by the field's name, and the index behind each."""
READS = ("heart_rate", "vagal", "sympathetic", "breathing", "systolic", "baroreflex")
"""Quantities from which the beats of a window follow."""


def beats_at(
    world: xr.Dataset, minute: float, cohort: Cohort, rows: Sequence[int] = (), seconds: float = 300.0
) -> Beats:
    """Beats of every person (persons,) in a window of ``seconds``, named after ``minute``.

    Their state is the mean of these ``rows`` of the trajectory, by default that of the minute. Who is outside what the
    map of beats is made for has none (NaN), and is named by a ``BeyondLife`` warning.
    """
    looks = list(rows) or [int(np.searchsorted(world.time.values, minute - 1e-6))]
    heart_rate, vagal, sympathetic, breathing, systolic, baroreflex = (
        np.asarray(world[name].values[looks], dtype=float).mean(axis=0) for name in READS
    )
    states = (heart_rate, vagal, sympathetic, breathing / 60, systolic, baroreflex)
    given = dict(zip(bounds(), (np.array(values, dtype=float) for values in states), strict=True))
    found = []
    for name, (low, high) in bounds().items():
        outside = np.flatnonzero((given[name] < low) | (given[name] > high))
        found += [(int(cohort.persons[one]), f"{name} {given[name][one]:.3g}") for one in outside]
        given[name][outside] = np.nan
    if found:
        told = f"no heartbeats of people whose state none can come from, left out at minute {minute:g} ({named(found)})"
        warnings.warn(told, BeyondLife, stacklevel=2)
    return beats(
        *given.values(),
        persons=cohort.persons,
        purposes=[f"minute {minute:g}"] * len(cohort.persons),
        seed=cohort.seed,
        seconds=seconds,
    )


def window_index(world: xr.Dataset, index: str, minute: float, cohort: Cohort, rows: Sequence[int] = ()) -> Floats:
    """An index of heart-rate variability (persons,) of ``beats_at``, by the code that reads measured files."""
    return np.asarray(hrv_indices(beats_at(world, minute, cohort, rows).rr)[index])
