"""A run with names and units: what is true in the model, as an ``xarray.Dataset``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.run import Record

if TYPE_CHECKING:
    import xarray as xr


Labels = Mapping[str, str | int]
"""What is written on a run or on a quantity, as files keep it (``attrs``)."""


def to_dataset(
    record: Record, persons: NDArray[np.int64], labels: Mapping[str, Labels], about: Labels | None = None
) -> xr.Dataset:
    """Dataset with dims ``time`` (minutes since midnight of day 1) and ``person``; one variable a quantity.

    ``labels``: of each quantity, its unit and meaning; ``about``: of the run, what made it.
    ``status`` says of each person ``ok`` or by which minute a state or a recorded value was not finite; the values of
    a person who is not ``ok`` are NaN, never averaged.
    """
    import xarray as xr

    lost = np.fmin(record.lost, _not_finite(record))
    kept = np.isnan(lost)
    status = np.where(kept, "ok", [f"not finite by minute {m:g}" if m == m else "" for m in lost])
    values = record.values if kept.all() else np.where(kept, record.values, np.nan)
    data = {name: (("time", "person"), values[:, index], dict(labels[name])) for index, name in enumerate(record.names)}
    coords = {
        "time": ("time", record.time, {"units": "min", "long_name": "minutes since midnight of day 1"}),
        "person": ("person", persons),
        "status": ("person", status),
    }
    return xr.Dataset(data, coords=coords, attrs=dict(about or {}))


def _not_finite(record: Record) -> Floats:
    """The first minute at which a value of a person is not finite though the states are (persons,); NaN for nobody."""
    broken = np.asarray(~np.isfinite(record.values).all(axis=1))
    first = np.full(broken.shape[1], np.nan)
    someone = broken.any(axis=0)
    first[someone] = record.time[broken[:, someone].argmax(axis=0)]
    return first
