"""Indices of a course of samples: areas, increases, peak and slope. Rows are courses, columns are samples in order.

Every function takes arrays (..., samples) and gives one number a course (...,); a NaN sample makes it NaN. Areas after
Pruessner 2003 (doi 10.1016/S0306-4530(02)00108-7), with the minutes at which samples were really taken; they are signed
and never clipped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats


def area_ground(minutes: Floats, values: Floats) -> Floats:
    """AUCg: area under the course with respect to ground, by trapezoids; in the values' unit times minutes."""
    return np.asarray((np.diff(minutes) * (values[..., 1:] + values[..., :-1]) / 2).sum(axis=-1))


def area_increase(minutes: Floats, values: Floats) -> Floats:
    """AUCi: AUCg less the area under the first sample; negative where the course falls."""
    return area_ground(minutes, values) - values[..., 0] * (minutes[..., -1] - minutes[..., 0])


def mean_increase(values: Floats) -> Floats:
    """MnInc: mean of the samples after the first, less the first (Wuest 2000; Stalder 2016)."""
    return np.asarray(values[..., 1:].mean(axis=-1) - values[..., 0])


def greatest_increase(values: Floats) -> Floats:
    """Greatest of the samples after the first, less the first; negative where all are lower."""
    return np.asarray(values[..., 1:].max(axis=-1) - values[..., 0])


def peak_minute(minutes: Floats, values: Floats) -> Floats:
    """Minute of the greatest sample, the first of equals; it can be the first sample."""
    whole = np.isfinite(values).all(axis=-1)
    place = np.where(np.isfinite(values), values, -np.inf).argmax(axis=-1)
    found = np.take_along_axis(minutes, place[..., None], axis=-1)[..., 0]
    return np.where(whole, found, np.nan)


def slope_between(minutes: Floats, values: Floats, start: int, stop: int) -> Floats:
    """Rise a minute from sample ``start`` to sample ``stop`` (places, from 0); NaN where no time passed."""
    passed = minutes[..., stop] - minutes[..., start]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(passed > 0, (values[..., stop] - values[..., start]) / passed, np.nan)


@dataclass(frozen=True)
class Result:
    """One outcome of n courses: values (n,), NaN with a reason or standing with a caution; ``time`` in minutes."""

    outcome: str
    unit: str
    values: Floats
    reasons: list[str]
    time: Floats

    @classmethod
    def held(
        cls, outcome: str, unit: str, values: Floats, time: Floats, faults: list[str], cautions: list[str]
    ) -> Result:
        """NaN and the reason where a course has a fault, else the value and the caution."""
        sound = np.array([not fault for fault in faults], dtype=bool)
        reasons = [fault or caution for fault, caution in zip(faults, cautions, strict=True)]
        return cls(outcome, unit, np.where(sound, values, np.nan), reasons, time)


def either(*said: list[str]) -> list[str]:
    """The first thing said of each course."""
    return [next((one for one in row if one), "") for row in zip(*said, strict=True)]


def together(*said: list[str]) -> list[str]:
    """All that is said of each course."""
    return ["; ".join(one for one in row if one) for row in zip(*said, strict=True)]


def indices(
    name: str, unit: str, minutes: Floats, values: Floats, *, untimed: list[str], timed: list[str], cautions: list[str]
) -> list[Result]:
    """AUCg, AUCi, MaxInc and the minute of the peak of n courses (n, tubes), under ``name`` with ``{}`` for the index.

    ``untimed`` says why a course has no index at all, ``timed`` why it has none that needs times.
    """
    start = minutes[:, 0]
    both = either(untimed, timed)
    rows = (
        ("AUCg", f"{unit}·min", area_ground(minutes, values), both),
        ("AUCi", f"{unit}·min", area_increase(minutes, values), both),
        ("MaxInc", unit, greatest_increase(values), untimed),
        ("time of peak", "min", peak_minute(minutes, values), both),
    )
    return [Result.held(name.format(one), what, found, start, faults, cautions) for one, what, found, faults in rows]
