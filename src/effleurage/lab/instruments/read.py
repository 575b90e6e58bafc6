"""One reading: what an instrument meets in a trajectory, and the number that is reported of it.

Whoever measures virtual people does it here, so that a plan, a trial, a comparison and a verdict see the same numbers:
``truth`` is the state when the reading was really taken, ``report`` puts on it what a reading has for itself and writes
down what a laboratory or a person would, ``mean_and_variance`` is what reports of one state come to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError
from effleurage.lab.instruments.instruments import Instrument
from effleurage.people.cohort import Cohort
from effleurage.protocol.model import Protocol

if TYPE_CHECKING:
    import xarray as xr

LATEST = 10.0
"""Minutes within which a tube that is late is still the tube of that minute."""
_LATE = (0.0, LATEST / 2, LATEST)
_HALVES = (0.25, 0.75)
"""Shares of a window: the middle of each half."""
_LUCK = np.linspace(-6, 6, 1201)
"""All luck that a reading can have, in standard deviations: fine enough for a step much coarser than the noise."""
_CHANCE = np.exp(-(_LUCK**2) / 2) / np.exp(-(_LUCK**2) / 2).sum()


def looks_of(instrument: Instrument, minute: float) -> tuple[float, ...]:
    """Minutes at which a trajectory must be sampled for a reading at ``minute``.

    A reading begins at its minute and is of the mean over the instrument's ``window``, so that at the end of a session
    or of a stressor it is of what comes after, and no half minute decides: two looks, each in the middle of a half. A
    tube, whose time is less certain than it is long, is of the middle of its window.

    >>> from effleurage.lab.instruments.instruments import instrument_of
    >>> looks_of(instrument_of("mean HR"), 600), looks_of(instrument_of("cortisol", "saliva"), 600)
    ((601.25, 603.75), (601.0, 606.0, 611.0))
    """
    if instrument.timing:
        return tuple(minute + instrument.window / 2 + late for late in _LATE)
    return tuple(minute + instrument.window * half for half in _HALVES) if instrument.window else (minute,)


def sampled(protocol: Protocol, readings: Iterable[tuple[Instrument, float]]) -> Protocol:
    """The protocol, sampled for these readings (instrument, minute) and for nothing else, and long enough for them."""
    minutes = sorted({look for instrument, minute in readings for look in looks_of(instrument, minute)})
    days = max(protocol.days, int(np.ceil(max(minutes, default=0.0) / DAY)))
    return protocol.model_copy(update={"days": days}).only_at(minutes)


def truth(world: xr.Dataset, instrument: Instrument, minute: float, cohort: Cohort) -> Floats:
    """The state that a reading for ``minute`` is of (persons,), on the instrument's scale; NaN for who was lost.

    A tube is taken late, never early: the delay is half-normal with the instrument's ``timing``, ``LATEST`` at most; a
    person has the same delay in every world. Raises ``RequestError`` where the trajectory was not sampled for it.
    """
    looks = looks_of(instrument, minute)
    rows = _rows(world, instrument, looks)
    if instrument.part:
        from effleurage.lab.heart.virtual import window_index

        return instrument.transformed(window_index(world, instrument.part, minute, cohort, rows))
    states = np.asarray(world[instrument.quantity].values[rows], dtype=float)
    if not instrument.timing:
        return instrument.transformed(states.mean(axis=0))
    late = np.abs(normals(cohort.seed, f"late {instrument.instrument} {minute:g}", cohort.persons))
    steps = np.minimum(instrument.timing * late, LATEST) / _LATE[1]
    lower = np.minimum(steps.astype(int), len(_LATE) - 2)
    person = np.arange(len(steps))
    before, after = states[lower, person], states[lower + 1, person]
    return instrument.transformed(before + (steps - lower) * (after - before))


def report(instrument: Instrument, truth: Floats, luck: Floats) -> Floats:
    """The numbers that are reported of true states, in the outcome's unit.

    ``truth`` on the instrument's scale and ``luck``, standard normal, have any shapes that broadcast. Noise and moment
    come first, then what is put down: no less than the floor, within the ends of the scale, in its steps.

    >>> from effleurage.lab.instruments.instruments import instrument_of
    >>> report(instrument_of("pain NRS"), np.array([0.2, 4.4, 9.9]), np.array([-1.0, 1.0, 2.0]))
    array([ 0.,  5., 10.])
    """
    read = instrument.back(truth + instrument.unrounded * luck)
    if np.isfinite(instrument.floor):
        read = np.maximum(read, instrument.floor)
    read = np.clip(read, instrument.low, instrument.high)
    return np.asarray(np.round(read / instrument.step) * instrument.step if instrument.step else read)


def read(world: xr.Dataset, instrument: Instrument, minute: float, cohort: Cohort) -> Floats:
    """Reported numbers (persons,) for ``minute``, in the outcome's unit; NaN for a person who was lost.

    Each person and minute has its own luck, the same in every world. Raises as ``truth`` does.
    """
    luck = normals(cohort.seed, f"instrument {instrument.outcome} {instrument.instrument} {minute:g}", cohort.persons)
    return report(instrument, truth(world, instrument, minute, cohort), luck)


def mean_and_variance(instrument: Instrument, truth: Floats) -> tuple[Floats, Floats]:
    """What reports of true states come to: mean and variance of one, in the shape of ``truth``, all on the scale.

    The sum over all luck of what ``report`` says, so floors, ends and steps are in both. NaN where the state is.
    """
    truth = np.asarray(truth, dtype=float)
    reports = instrument.transformed(report(instrument, truth[..., None], _LUCK))
    mean = reports @ _CHANCE
    return mean, (reports - mean[..., None]) ** 2 @ _CHANCE


def _rows(world: xr.Dataset, instrument: Instrument, looks: tuple[float, ...]) -> list[int]:
    """Rows of the trajectory that hold these minutes."""
    times = world.time.values
    rows = [int(np.searchsorted(times, look - 1e-6)) for look in looks]
    for row, look in zip(rows, looks, strict=True):
        if row == len(times) or abs(times[row] - look) > 1e-3:
            what = f"the trajectory was not sampled at minute {look:g}, at which {instrument.outcome} is read"
            raise RequestError(Finding("", what, "Sample the protocol at looks_of(instrument, minute)."))
    return rows
