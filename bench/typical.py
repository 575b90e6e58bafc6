"""The typical person through every challenge by libRoadRunner, in seconds: to try equations before they are compiled.

``python bench/typical.py [row=value ...]`` prints each published value beside it, furthest first. A number is set in
the model's own unit (minutes). Masses of glands stand still, and nobody is settled: the first day does that. Events of
the body that hang on inputs are fired by hand: a simulator that is stopped between two changes would miss them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
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


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


MEASURES: Mapping[str, Callable[[Sequence[float]], float]] = {"mean": _mean, "peak": max, "trough": min}


def machine() -> Any:
    """The body as libRoadRunner has it."""
    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_CRITICAL)
    runner = roadrunner.RoadRunner(compose((*RESIDENT, *CHALLENGES)).sbml)
    runner.integrator.relative_tolerance = 1e-6
    runner.integrator.setValue("absolute_tolerance", [1e-6] * len(runner.integrator.getAbsoluteToleranceVector()))
    return runner


def looked(runner: Any, look: Look, quantity: str, numbers: Mapping[str, float]) -> float:
    """What a look reads of a quantity."""
    (values,) = reads(runner, [(quantity, look)], numbers)
    return MEASURES[look.measure](values)


def reads(runner: Any, wanted: Sequence[tuple[str, Look]], numbers: Mapping[str, float]) -> list[list[float]]:
    """The values that looks read of their quantities; worlds that are the same are lived once."""
    found: list[list[float]] = [[] for _ in wanted]
    for world in dict.fromkeys(look.world.model_dump_json() for _, look in wanted):
        mine = [place for place, (_, look) in enumerate(wanted) if look.world.model_dump_json() == world]
        for place, values in zip(mine, _lived(runner, [wanted[place] for place in mine], numbers), strict=True):
            found[place] = values
    return found


def _lived(runner: Any, wanted: Sequence[tuple[str, Look]], numbers: Mapping[str, float]) -> list[list[float]]:
    world = wanted[0][1].world
    people = {name: own["mean"] if isinstance(own, Mapping) else own for name, own in world.people.items()}
    runner.resetAll()
    for name, value in {**STILL, **numbers, **people}.items():
        runner[name] = value
    drives = world.protocol().schedule().drives
    minutes = [[float(minute) for minute in look.minutes()] for _, look in wanted]
    last = max(map(max, minutes))
    looked_at = {at for own in minutes for at in own}
    turns = sorted(looked_at | {at for drive in drives for at in (drive.start, drive.stop)})
    now, found, set_to = 0.0, [dict[float, float]() for _ in wanted], dict[str, float]()
    for at in [0.0, *(turn for turn in turns if 0 < turn <= last)]:
        if at > now:
            runner.simulate(now, at, 2)
            now = at
        for place, (quantity, _) in enumerate(wanted):
            if at in minutes[place]:
                found[place][at] = float(runner[quantity])
        asked = dict.fromkeys(set_to, 0.0)
        for drive in drives:
            if drive.start <= at < drive.stop:
                asked |= {name: max(asked.get(name, 0.0), value) for name, value in drive.inputs.items()}
        for name, value in asked.items():
            if set_to.get(name, 0.0) != value:
                runner[name] = value
                _fire(runner, name, value)
        set_to |= asked
    return [[found[place][at] for at in own] for place, own in enumerate(minutes)]


def _fire(runner: Any, name: str, value: float) -> None:
    if name == "in_bed" and value > 0:
        for state in NIGHT:
            runner[state] = 0.0
    elif name == "in_bed":
        if runner["asleep"] > 0.5:
            runner["asleep"], runner["wake_pulse"], runner["waso"] = 0.0, 1.0, runner["night_waking"]
        runner["total_sleep"] = runner["night_sleep"]


def apart(target: Target, own: float, more: float = 0.0) -> float:
    """How far a value is from the published one, in its error and in how much laboratories differ, and ``more``."""
    value, error = target.value, target.standard_error
    if value > 0 and own > 0:
        return float(np.log(own / value) / np.sqrt((error / value) ** 2 + TAU**2 + (more / value) ** 2))
    return float((own - value) / np.sqrt(error**2 + (TAU * value) ** 2 + more**2))


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
        sys.stdout.write(f"{target.use:7s} {far:8.2f} {target.id[:70]:70s} {target.value:8.3g} {own:8.3g}\n")
    for use in ("fit", "seen", "predict"):
        held = [abs(far) < 1.96 for far, target, _ in rows if target.use == use]
        sys.stdout.write(f"{use} {sum(held)} of {len(held)}\n")


if __name__ == "__main__":
    main({name: float(value) for name, value in (word.split("=") for word in sys.argv[1:])})
