"""What varies within persons: from hour to hour, from day to day, and over weeks.

A ledger row says how far and for how long (``within_day``, ``within_hour``); over weeks a setting of people may say it,
too. Every number is drawn by the person, the row and the knot in time, so that twins share it, and any stretch of days
has the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.body.compose import Body
from effleurage.body.parameter import Parameter
from effleurage.body.units import in_model
from effleurage.engine.flowing import DAYS, Flowing
from effleurage.engine.grid import DAY
from effleurage.engine.luck import Pulses, Wander, key_of, phases
from effleurage.engine.program import Program
from effleurage.engine.spline import REACH
from effleurage.engine.streams import normal_rows, normals
from effleurage.engine.varying import Hourly, Varying

Setting = float | Mapping[str, float]
"""A number for everybody, or ``{"mean": …, "sd": …}`` in the parameter's unit.

With ``lasting`` (share of the variance, 0-1) and ``weeks``, persons start so far apart, and what does not last of their
difference moves on: correlated with itself by exp(-t / weeks), the spread between persons staying what it was.
"""
Persons = NDArray[np.int64]


def flowing_of(body: Body) -> Flowing:
    """The constants of a body that vary within persons."""
    rows = [row for row in body.parameters.values() if row.within_day or row.within_hour]
    hourly = [row for row in rows if row.within_hour]
    linear = [row for row in hourly if row.scale == "linear"]
    return Flowing(*(tuple(row.name for row in some) for some in (rows, hourly, linear)))


def made_for(program: Program, settings: Mapping[str, Setting]) -> Program:
    """The program, with whatever is set to move over weeks among its flowing constants."""
    names = program.flowing.names
    added = tuple(name for name in settings if over_weeks(settings, name) and name not in names)
    return replace(program, flowing=replace(program.flowing, names=names + added)) if added else program


def over_weeks(settings: Mapping[str, Setting], name: str) -> Mapping[str, float]:
    """The setting of a row whose persons move over weeks; empty for any other."""
    setting = settings.get(name)
    return setting if isinstance(setting, Mapping) and "weeks" in setting else {}


def varying(
    flowing: Flowing,
    rows: Sequence[Parameter],
    own: Floats,
    persons: Persons,
    seed: int,
    minutes: float,
    settings: Mapping[str, Setting],
) -> Varying:
    """How the constants of ``rows``, ``own`` (rows, N) in the model's units, move in persons, for so many minutes."""
    count = int(np.ceil(minutes / DAYS)) + REACH
    daily = [
        _daily(row, values, count, persons, seed, over_weeks(settings, row.name))
        for row, values in zip(rows, own, strict=True)
    ]
    hourly = tuple(_hourly(row, seed) for row in rows if row.name in flowing.hourly)
    begin = np.stack([phases(seed, persons, f"{scale} begin") for scale in ("days", "hours")])
    return Varying(flowing, np.stack(daily, axis=1), hourly, persons, begin)


def _daily(row: Parameter, own: Floats, count: int, persons: Persons, seed: int, weekly: Mapping[str, float]) -> Floats:
    """Knots of what a constant does from day to day (count, N), about its ``own`` (N,), in the model's unit."""
    factor = in_model(1.0, row.unit)[0]
    by = np.zeros((count, len(persons)))
    if row.within_day:
        taps = Wander(row.day_time).taps(DAYS)
        drawn = normal_rows(seed, [f"days {knot} {row.name}" for knot in range(count + len(taps) - 1)], persons)
        for place, tap in enumerate(taps):
            by += row.within_day * tap * drawn[place : place + count]
    centre = own / factor + (_wandered(row.name, count, persons, seed, weekly) if weekly else 0.0)
    return bounded(row, moved(row, centre, by)) * factor


def _hourly(row: Parameter, seed: int) -> Hourly:
    """What a constant does from hour to hour."""
    factor = in_model(1.0, row.unit)[0]
    process = Pulses(row.pulses) if row.pulses else Wander(row.hour_time)
    spread = row.within_hour * (factor if row.scale == "linear" else 1.0)
    return Hourly(process, key_of(seed, f"hours {row.name}"), spread, row.low * factor, row.high * factor)


def _wandered(name: str, count: int, persons: Persons, seed: int, setting: Mapping[str, float]) -> Floats:
    """How far each person has moved from the start at every knot (count, N), in the row's unit.

    What does not last is a stationary autoregression of first order from day to day, from the share of it in the
    person's start.
    """
    lasting, moving = np.sqrt(setting["lasting"]), np.sqrt(1 - setting["lasting"])
    kept = np.exp(-1 / (7 * setting["weeks"]))
    days = 2 + int(count * DAYS / DAY)
    drawn = normal_rows(seed, [f"drift day {day} {name}" for day in range(days)], persons)
    path = np.empty_like(drawn)
    path[0] = moving * normals(seed, f"between {name}", persons) + lasting * normals(seed, f"lasting {name}", persons)
    for day in range(1, days):
        path[day] = kept * path[day - 1] + np.sqrt(1 - kept**2) * drawn[day]
    whole, part = np.divmod(np.arange(count) * DAYS / DAY, 1)
    before, after = path[whole.astype(int)], path[whole.astype(int) + 1]
    return np.asarray(setting.get("sd", 0.0) * moving * (before + part[:, None] * (after - before) - path[0]))


def moved(row: Parameter, centre: Floats, by: Floats) -> Floats:
    """Values of a row moved by so much, on its scale."""
    return centre * np.exp(by) if row.scale == "log" else centre + by


def bounded(row: Parameter, values: Floats) -> Floats:
    """Values of a row held to its bounds."""
    return np.clip(values, row.low, row.high)
