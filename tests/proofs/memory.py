"""How far people move does not hang on the minute past the hour, and they remember for as long as real ones do.

Idle people are lived, and the change of their states and of their readings over 15 to 90 minutes is taken from each of
twelve minutes past the hour, over six hours of the day: within one hour, the day's own course moves it, too. Then
others are lived like those of the Holter records: the autocorrelation of their heart rate, RMSSD and SDNN asleep and in
quiet waking hours must lie within the range of the individuals who were kept, and the SD of a change of cortisol within
its interval.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import xarray as xr
from proof import SEED, Figure

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY, HOUR
from effleurage.engine.streams import normals
from effleurage.evidence.norms.courses import DEGREE, HOURS, INDICES, STEP, own_wander, shipped_wanders
from effleurage.lab.heart.indices import hrv_indices
from effleurage.lab.heart.virtual import READS, beats_at
from effleurage.lab.instruments.instruments import Instrument, instrument_of, instruments
from effleurage.lab.instruments.read import looks_of, read, report, sampled
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.protocol.model import Protocol
from effleurage.statistics.memory import Course

SOURCES = (
    "src/effleurage/body/*",
    "src/effleurage/engine/*.py",
    "src/effleurage/protocol/*",
    "src/effleurage/people/*.py",
    "src/effleurage/lab/instruments/*",
    "src/effleurage/lab/heart/*",
    "src/effleurage/statistics/memory.py",
    "src/effleurage/evidence/norms/courses.*",
)
PEOPLE, FEW = 20_000, 2_000
"""Idle people."""
TOGETHER = 2_000
"""People who are lived at once, to bound the memory."""
BEGINS, PHASES, LAGS = HOUR * np.arange(10, 16), 5.0 * np.arange(12), (15, 30, 60, 90)
NEAR = 0.05
"""By how much the SD of a change at a phase may differ from the mean of all phases."""
MEASURED = ("heart-rate", "cortisol-saliva", "anxiety-state", "iga-concentration")
"""Instruments by the id of what they measure."""
HEARTS, FEW_HEARTS = 60, 10
HOLTER = {"age": {"mean": 52, "sd": 12}}
"""People of 28 to 76 years, as in evidence/norms/distributions.toml."""
STRETCHES = {"asleep": DAY + 0.5 * HOUR, "quiet waking": DAY + 14 * HOUR}
"""Minute at which the hours begin in which hearts are looked at."""
TUBES = {
    "cortisol in plasma, at rest": (instrument_of("cortisol", "plasma"), DAY + 14 * HOUR + np.array([-30.0, -15.0, 0])),
    "cortisol in saliva, late morning": (instrument_of("cortisol", "saliva"), DAY + 7 * HOUR + np.array([45.0, 60.0])),
}
"""Tubes as the people of the data sets gave them: before a stress test, and after awakening at 7."""


def prove(quick: bool) -> Iterator[Figure]:
    """Phases, hearts, tubes."""
    yield from phases(FEW if quick else PEOPLE)
    yield from hearts(FEW_HEARTS if quick else HEARTS)
    yield from tubes(FEW if quick else PEOPLE)


def phases(people: int) -> Iterator[Figure]:
    """Whether the SD of a change hangs on the minute past the hour, for states and for readings."""
    by_id = {one.id: one for one in instruments().values()}
    measured = [by_id[name] for name in MEASURED]
    minutes = np.unique(np.add.outer(np.add.outer(BEGINS, PHASES), [0, *LAGS]))
    values = np.concatenate(
        [both(world, measured, minutes, cohort) for world, cohort in lived(people, measured, minutes)], -1
    )
    for one, kinds in zip(measured, values, strict=True):
        for kind, course in zip(("true", "read"), kinds, strict=True):
            ratios = [ratio_of_phases(course, minutes, lag) for lag in LAGS]
            found = "; ".join(
                f"{lag} min {ratio.min():.2f} to {ratio.max():.2f}" for lag, ratio in zip(LAGS, ratios, strict=True)
            )
            holds = bool((abs(np.array(ratios) - 1) <= NEAR).all())
            what = f"{one.outcome}, {kind}: SD of a change of {people:,} people at 12 phases, over their mean"
            yield Figure(what, found, f"{1 - NEAR:.2f} to {1 + NEAR:.2f}", holds)


def lived(people: int, measured: list[Instrument], minutes: Floats) -> Iterator[tuple[xr.Dataset, Cohort]]:
    """Idle people, some at a time, sampled for readings at these minutes."""
    protocol = sampled(Protocol(title="idle", days=1), [(one, minute) for one in measured for minute in minutes])
    worlds = Worlds.of([protocol], keep=[one.quantity for one in measured])
    for first in range(0, people, TOGETHER):
        cohort = Cohort(np.arange(first, min(first + TOGETHER, people)), seed=SEED)
        yield worlds.carry_out(cohort, remember=False, warn=False)[0], cohort


def both(world: xr.Dataset, measured: list[Instrument], minutes: Floats, cohort: Cohort) -> Floats:
    """States and readings (instruments, 2, minutes, persons) on each instrument's scale.

    A state is that of the first look. Beats keep a window's rate to that of the state, which is what is reported of it.
    """
    found = np.empty((len(measured), 2, len(minutes), len(cohort.persons)))
    for states, one in zip(found, measured, strict=True):
        for at, minute in enumerate(minutes):
            state = one.transformed(world[one.quantity].sel(time=looks_of(one, minute)[0]).values)
            luck = normals(SEED, f"{one.id} at {minute:g}", cohort.persons)
            told = report(one, state, luck) if one.part else read(world, one, minute, cohort)
            states[:, at] = state, one.transformed(told)
    return found


def ratio_of_phases(course: Floats, minutes: Floats, lag: float) -> Floats:
    """SD of the change over ``lag`` from each phase (12,) over the mean of all, of values (minutes, persons)."""
    first, second = (np.searchsorted(minutes, np.add.outer(BEGINS, PHASES) + later) for later in (0, lag))
    sd = (course[second] - course[first]).std(axis=2).mean(axis=0)
    return np.asarray(sd / sd.mean())


def hearts(people: int) -> Iterator[Figure]:
    """Autocorrelation of hearts asleep and in quiet waking hours, beside that of the people who were kept."""
    minutes = np.concatenate([begin + np.arange(0.0, HOURS * 60, STEP) for begin in STRETCHES.values()])
    cohort = Cohort.of(people, SEED, HOLTER)
    (world,) = Worlds.of([Protocol(title="idle", days=2).only_at(minutes)], keep=READS).carry_out(cohort, warn=False)
    indices = [hrv_indices(beats_at(world, minute, cohort).rr) for minute in minutes]
    for index, name in INDICES.items():
        one = next(one for one in instruments().values() if one.part == index)
        states = one.transformed(np.array([window[index] for window in indices]))
        luck = np.array([normals(SEED, f"{one.id} at {minute:g}", cohort.persons) for minute in minutes])
        logs = np.log(report(one, states, luck)).reshape(len(STRETCHES), -1, people)
        for when, values in zip(STRETCHES, logs, strict=True):
            courses = [Course(np.arange(0.0, HOURS * 60, STEP), own).about_own(DEGREE[when]) for own in values.T]
            yield beside(f"{name}, {when}", courses)


def tubes(people: int) -> Iterator[Figure]:
    """SD of a change of cortisol, beside that of the people who were kept."""
    readings = [(one, minute) for one, minutes in TUBES.values() for minute in minutes]
    worlds = Worlds.of([sampled(Protocol(title="idle", days=2), readings)], keep=[one.quantity for one, _ in readings])
    cohort = Cohort.of(min(people, TOGETHER), SEED)
    (world,) = worlds.carry_out(cohort, remember=False, warn=False)
    for name, (one, minutes) in TUBES.items():
        logs = np.log([read(world, one, minute, cohort) for minute in minutes])
        about = logs - logs.mean(axis=1, keepdims=True)
        yield beside(name, [Course(minutes, own) for own in about.T])


def beside(name: str, courses: list[Course]) -> Figure:
    """People together, beside what is shipped of the people who were kept."""
    row = shipped_wanders()[name]
    own = own_wander(courses, row)
    power = 1 if row.measure == "autocorrelation" else 2
    mean = np.mean(own**power, axis=0) ** (1 / power)
    found = ", ".join(f"{value:.2f}" for value in mean)
    wanted = ", ".join(f"{low:.2f} to {high:.2f}" for low, high in zip(row.low, row.high, strict=True))
    lags = ", ".join(f"{lag:g}" for lag in row.lags)
    holds = bool(((mean >= row.low) & (mean <= row.high)).all())
    return Figure(f"{name}: {row.measure} over {lags} min of {len(courses):,} people", found, wanted, holds)
