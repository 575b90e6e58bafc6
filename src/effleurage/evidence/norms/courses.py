"""How real people's quantities wander in the hours of a day: what is shipped of it, and the people behind it.

People of each public data set are parted once and for all: every second one, from the first, is for fitting, the
others are kept for prediction. What is shipped is of the kept ones.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np

from effleurage.arrays import Bools, Floats
from effleurage.evidence.norms.raw import HEALTHY, RECORDS
from effleurage.lab.heart.hrv_words import MOST_CORRECTED
from effleurage.lab.heart.indices import hrv_indices
from effleurage.lab.heart.windows import SECONDS, windows_of
from effleurage.protocol.tables import shipped_rows
from effleurage.statistics.memory import Course, autocorrelation, sd_of_change

Half = Literal["fit", "kept"]

STEP = SECONDS / 60
"""Minutes from one window of heartbeats to the next."""
HOURS = 6
"""Of a stretch in which heartbeats are looked at: the quietest of the record, taken as sleep, or of the waking rest."""
APART = 1.5
"""Hours of the record, before and after that sleep, that count as neither."""
INDICES = {"mean_hr": "heart rate", "rmssd": "RMSSD", "sdnn": "SDNN"}
DEGREE = {"asleep": 0, "quiet waking": 1}
"""What is taken off the logarithm of each person: the mean, or awake a line."""


@dataclass(frozen=True)
class Wander:
    """How the logarithm of a quantity of the kept people wanders over ``lags`` (minutes): between ``low`` and ``high``.

    Of an autocorrelation, the range of the people's own; of an SD of change, the 95 % interval of people together.
    """

    id: str
    raw: str
    measure: Literal["autocorrelation", "SD of change"]
    lags: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    n: int
    population: str
    source: str


@cache
def shipped_wanders() -> Mapping[str, Wander]:
    """What is shipped, by id."""
    return {row.id: row for row in shipped_rows(Wander, "wander", __package__, "courses.toml")}


def own_wander(courses: Sequence[Course], wander: Wander) -> Floats:
    """What each of the people (N, lags) has of it."""
    measure = autocorrelation if wander.measure == "autocorrelation" else sd_of_change
    return np.array([measure(course, wander.lags) for course in courses])


def courses_of(folder: Path, half: Half) -> dict[str, list[Course]]:
    """The logarithms of the people of one half, by id of ``Wander``; of cortisol about the mean course of all.

    ``folder``: of the public data sets. Raises ``OSError`` where one is not there.
    """
    return (
        holter(folder / "hrv_nsr2db", half)
        | stress_test(folder / "cortisol_tsst_nelson", half)
        | awakening(folder / "cortisol_car_carwatch", half)
    )


def holter(folder: Path, half: Half) -> dict[str, list[Course]]:
    """Heart rate and its variability in windows of five minutes, asleep and in quiet waking hours."""
    minutes = np.arange(0.0, 60 * HOURS, STEP)
    return {
        id: [Course(minutes, own).about_own(DEGREE[id.split(", ")[1]]) for own in every]
        for id, every in stretches(folder, half).items()
    }


def stretches(folder: Path, half: Half) -> dict[str, list[Floats]]:
    """The logarithms themselves, a window each ``STEP``, NaN where it holds too little, by id of ``Wander``."""
    found: dict[str, list[Floats]] = {}
    for number in range(1, RECORDS + 1)[_of(half)]:
        with gzip.open(folder / f"nsr{number:03d}_rr_secs.txt.gz", "rt") as lines:
            windows = _windows(1000 * np.array([float(line) for line in lines])[1:])
        sleep = _quietest(windows["mean_hr"], np.ones(len(windows["mean_hr"]), dtype=bool))
        near, long = round(APART * 60 / STEP), _windows_in(HOURS)
        waking = np.ones(len(windows["mean_hr"]), dtype=bool)
        waking[max(sleep - near, 0) : sleep + long + near] = False
        for when, begin in (("asleep", sleep), ("quiet waking", _quietest(windows["mean_hr"], waking))):
            for index, name in INDICES.items():
                found.setdefault(f"{name}, {when}", []).append(windows[index][begin : begin + long])
    return found


def stress_test(folder: Path, half: Half) -> dict[str, list[Course]]:
    """Plasma cortisol of healthy people in the half-hour of rest before a stress test."""
    return {"cortisol in plasma, at rest": _about_all([0.0, 15.0, 30.0], np.log(resting(folder, half)))}


def resting(folder: Path, half: Half) -> Floats:
    """The tubes themselves (N, 3), in ug/dL, at 0, 15 and 30 min."""
    groups = np.loadtxt(folder / "nelson-MDD-subtypes.txt")
    cortisol = np.loadtxt(folder / "tsst_cort_nelson.txt")
    healthy = cortisol[np.isin(cortisol[:, 0], groups[groups[:, 1] == HEALTHY, 0])]
    return np.asarray(healthy[_of(half), 1:4])


def awakening(folder: Path, half: Half) -> dict[str, list[Course]]:
    """Salivary cortisol at home, 45 and 60 min after awakening: the first whole morning of each person."""
    import pandas as pd

    table = pd.read_csv(folder / "cortisol_samples_cleaned.csv")
    mornings = table.pivot_table(index=["subject", "night"], columns="sample", values="cortisol").dropna()
    mornings = mornings.groupby(level="subject").first().sort_index()
    late = np.log(mornings[["S3", "S4"]].to_numpy(float)[_of(half)])
    return {"cortisol in saliva, late morning": _about_all([45.0, 60.0], late)}


def _of(half: Half) -> slice:
    return slice(0 if half == "fit" else 1, None, 2)


def _about_all(times: Sequence[float], values: Floats) -> list[Course]:
    """Courses (N) of values (N, T) about their mean over people."""
    return [Course(np.array(times), own) for own in values - values.mean(axis=0)]


def _windows_in(hours: float) -> int:
    return round(hours * 60 / STEP)


def _windows(rr: Floats) -> dict[str, Floats]:
    """Logarithms of the indices of intervals (ms), one a ``STEP``; NaN where too much is missing or corrected."""
    windows = windows_of(rr)
    indices = hrv_indices(windows.beats.rr, accepted=windows.beats.accepted, times=windows.beats.time)
    good = ~windows.bare & (windows.beats.corrected() <= MOST_CORRECTED)
    place = np.round(windows.start / SECONDS).astype(int)[good]
    found = {name: np.full(place.max() + 1, np.nan) for name in INDICES}
    for name, values in found.items():
        values[place] = np.log(indices[name][good])
    return found


def _quietest(rate: Floats, free: Bools) -> int:
    """Where the ``HOURS`` of the lowest mean begin that are ``free`` all the time and measured most of it."""
    long = _windows_in(HOURS)
    rates, allowed = (np.lib.stride_tricks.sliding_window_view(part, long) for part in (rate, free))
    known = np.isfinite(rates).mean(axis=1)
    mean = np.nansum(rates, axis=1) / np.maximum(long * known, 1)
    return int(np.where(allowed.all(axis=1) & (known > 0.5), mean, np.inf).argmin())
