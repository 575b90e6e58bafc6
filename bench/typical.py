"""The typical person through every challenge by libRoadRunner, in a second: to try equations before they are compiled.

``python bench/typical.py [row=value ...]`` prints each published value beside it, furthest first. A number is set in the
model's own unit (minutes). Masses of glands stand still, and nobody is settled: the first day does that. Events of the
body that hang on inputs are fired by hand, because a simulator that is stopped between two changes would miss them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import roadrunner

from effleurage.body import CHALLENGES, RESIDENT
from effleurage.body.compose import compose
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.targets import Look, Target

STILL = {"pituitary_time": 1e9, "adrenal_time": 1e9, "resistance_time": 1e9}
NIGHT = ("night_sleep", "night_waking", "night_in_bed", "night_awake", "drowsiness")
TAU = 0.15


def machine() -> Any:
    """The body as libRoadRunner has it."""
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
    runner = roadrunner.RoadRunner(compose((*RESIDENT, *CHALLENGES)).sbml)
    runner.integrator.relative_tolerance = 1e-6
    runner.integrator.setValue("absolute_tolerance", [1e-6] * len(runner.integrator.getAbsoluteToleranceVector()))
    return runner


def looked(runner: Any, look: Look, quantity: str, numbers: Mapping[str, float]) -> float:
    """What a look reads of a quantity."""
    people = {name: own["mean"] if isinstance(own, Mapping) else own for name, own in look.world.people.items()}
    runner.resetAll()
    for name, value in {**STILL, **numbers, **people}.items():
        runner[name] = value
    drives = look.world.protocol().schedule().drives
    minutes = [float(minute) for minute in look.minutes()]
    turns = sorted({*minutes, *(at for drive in drives for at in (drive.start, drive.stop))})
    now, found, set_to = 0.0, [], dict[str, float]()
    for at in [0.0, *(turn for turn in turns if 0 < turn <= minutes[-1])]:
        if at > now:
            runner.simulate(now, at, 2)
            now = at
        if at in minutes:
            found.append(float(runner[quantity]))
        asked = {name: 0.0 for name in set_to}
        for drive in drives:
            if drive.start <= at < drive.stop:
                asked |= {name: max(asked.get(name, 0.0), value) for name, value in drive.inputs.items()}
        for name, value in asked.items():
            if set_to.get(name, 0.0) != value:
                runner[name] = value
                _fire(runner, name, value)
        set_to |= asked
    return {"mean": np.mean, "peak": np.max, "trough": np.min}[look.measure](found)


def _fire(runner: Any, name: str, value: float) -> None:
    if name == "in_bed" and value > 0:
        for state in NIGHT:
            runner[state] = 0.0
    elif name == "in_bed" and runner["asleep"] > 0.5:
        runner["total_sleep"], runner["asleep"], runner["wake_pulse"] = runner["night_sleep"], 0.0, 1.0


def apart(target: Target, own: float) -> float:
    """How far a value is from the published one, in its error and in how much laboratories differ."""
    value, error = target.value, target.standard_error
    if value > 0 and own > 0:
        return float(np.log(own / value) / np.hypot(error / value, TAU))
    return float((own - value) / np.hypot(error, TAU * abs(value)))


def main(numbers: Mapping[str, float]) -> None:
    """Print every challenge that is short enough."""
    runner, rows = machine(), []
    for target in shipped_challenges():
        if target.look.world.days > 10 or target.quantity == "RMSSD":
            continue
        own = looked(runner, target.look, target.quantity, numbers)
        if target.other:
            other = looked(runner, target.other, target.quantity, numbers)
            own = own / other if target.compared == "ratio" else own - other
        rows.append((apart(target, own), target, own))
    for far, target, own in sorted(rows, key=lambda row: -abs(row[0])):
        print(f"{target.use:7s} {far:8.2f} {target.id[:70]:70s} {target.value:8.3g} {own:8.3g}")
    for use in ("fit", "seen", "predict"):
        held = [abs(far) < 1.96 for far, target, _ in rows if target.use == use]
        print(use, sum(held), "of", len(held))


if __name__ == "__main__":
    main({name: float(value) for name, value in (word.split("=") for word in sys.argv[1:])})
