"""Calibration of how the body answers challenges: all rows of ``answers.toml`` together, on the typical person.

``python bench/answers.py [--only ROW ...] [--days N]`` prints each row's value after the fit with its 95 % interval.
The residuals are those of the rule: how far the typical person is from a published value, in its error and in how much
laboratories differ, and how far courses are from the measured ones of ``courses.toml``. Far misses pull less (soft L1
loss): laboratories contradict each other. Only values that are ``fit`` or ``seen`` are used, never one to be predicted.
It runs on libRoadRunner, because a body with other numbers there needs no compiling; slopes are forward differences.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from typical import MEASURES, TAU, apart, machine, reads

from effleurage.arrays import Floats
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.targets import Look, Target, World, shipped_targets
from effleurage.people.simulate import whole_body

STEP, TURNS, BENT, FAR = 0.03, 10, 1.5, 30.0
LEVEL = 0.015
"""Share of its level by which laboratories differ in a change, however small it is."""
WRONG = 3.0
"""Weight of a change in the wrong direction, which the rule never calls green."""
HELD = 8.0
"""Weight of what thousands of people have at rest."""
MOST_DAYS = 4
NORMS = (
    "heart rate, seated (NHANES)",
    "heart rate, lying (Nunan)",
    "heart rate, seated to lying",
    "at the maximum, heart rate (SedentaryMen)",
    "TSST, rise of heart rate",
    "stress interview, rise of systolic pressure",
    "stress interview, rise of diastolic pressure",
)
"""Fit targets of the scoreboard that keep the body where it is."""


def _table(name: str, kind: str) -> list[dict[str, Any]]:
    return list(tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))[kind])


def most_days() -> int:
    """The longest world of a target that is fitted."""
    return int(os.environ.get("MOST_DAYS", MOST_DAYS))


@cache
def targets() -> tuple[Target, ...]:
    """What is fitted."""
    every = [one for one in shipped_challenges() if one.use != "predict"]
    every += [one for one in shipped_targets() if one.id in NORMS and one.use == "fit"]
    short = [one for one in every if all(look.world.days <= most_days() for look in (one.look, one.other) if look)]
    return tuple(one for one in short if one.quantity != "RMSSD" and one.statistic == "mean")


@cache
def looks() -> tuple[tuple[str, str], ...]:
    """Everything that is read."""
    wanted = [(one.quantity, look) for one in targets() for look in (one.look, one.other) if look]
    wanted += [(one["quantity"], _look(one)) for one in _table("courses.toml", "course")]
    return tuple(dict.fromkeys((quantity, look.model_dump_json()) for quantity, look in wanted))


def _look(course: Mapping[str, Any]) -> Look:
    return Look(at=course["at"], measure="mean", world=World(timeline=tuple(course.get("timeline", ()))))


@cache
def _runner() -> Any:
    return machine()


def residuals(numbers: Mapping[str, float]) -> Floats:
    """How far the body with these numbers is off, value by value."""
    wanted = [(quantity, Look.model_validate_json(look)) for quantity, look in looks()]
    try:
        read = dict(zip(looks(), reads(_runner(), wanted, numbers), strict=True))
    except RuntimeError:
        return np.full(_length(), FAR)
    found: list[float] = []
    for one in targets():
        own = _measured(one.look, read[one.quantity, one.look.model_dump_json()])
        if one.other:
            other = _measured(one.other, read[one.quantity, one.other.model_dump_json()])
            own = own / other if one.compared == "ratio" else own - other
        level = abs(other) if one.other and one.compared != "ratio" else 0.0
        weight = HELD if one.id in NORMS else 1.0
        found.append(weight * (apart(one, own, LEVEL * level) + WRONG * _wrong(one, own)))
    for course in _table("courses.toml", "course"):
        found += list(_course(course, read[course["quantity"], _look(course).model_dump_json()]))
    return np.asarray(np.clip(np.nan_to_num(np.array(found), nan=FAR), -FAR, FAR))


def _wrong(target: Target, own: float) -> float:
    """How far a change goes the way that it does not go in people, in shares of the published value."""
    still = 1.0 if target.compared == "ratio" else 0.0
    if not target.other or not target.direction:
        return 0.0
    beyond = max(own - still, 0.0) if target.direction == "down" else min(own - still, 0.0)
    return beyond / (TAU * abs(target.value))


@cache
def _length() -> int:
    kept = [len(one["values"]) - len(one.get("skipped", ())) for one in _table("courses.toml", "course")]
    return len(targets()) + sum(kept)


def _measured(look: Look, values: Sequence[float]) -> float:
    return MEASURES[look.measure](values)


def _course(course: Mapping[str, Any], own: Sequence[float]) -> Floats:
    usual, simulated = np.array(course["values"]), np.array(own)
    kept = [place for place in range(len(usual)) if place not in course.get("skipped", ())]
    if not (first := course.get("first", 0)):
        return np.asarray((simulated - usual)[kept] / course["error"])
    ratio = simulated / simulated[:first].mean() * usual[:first].mean() / usual
    return np.asarray(np.log(np.maximum(ratio, 1e-6))[kept] / course["error"])


def calibrate(only: Sequence[str] = ()) -> None:
    """Print every row after the fit, most of the prior left last."""
    from scipy.optimize import least_squares

    rows = [row for row in _table("answers.toml", "row") if row.get("days", 0) <= most_days()]
    rows = [row for row in rows if not only or row["name"] in only]
    ledger = whole_body().parameters
    linear = [ledger[row["name"]].scale == "linear" for row in rows]

    def numbers(point: Floats) -> dict[str, float]:
        moved = zip(rows, linear, point, strict=True)
        asked = {
            row["name"]: row["before"] + row["prior"] * at if plain else row["before"] * math.exp(row["prior"] * at)
            for row, plain, at in moved
        }
        return {name: float(np.clip(value, ledger[name].low, ledger[name].high)) for name, value in asked.items()}

    start = [
        (ledger[row["name"]].value - row["before"]) / row["prior"]
        if plain
        else float(np.log(ledger[row["name"]].value / row["before"])) / row["prior"]
        for row, plain in zip(rows, linear, strict=True)
    ]
    with ProcessPoolExecutor(2) as pool:

        def off(point: Floats) -> Floats:
            return np.concatenate([pool.submit(residuals, numbers(point)).result(), point])

        def slopes(point: Floats) -> Floats:
            points = [point, *(point + STEP * np.eye(len(rows))[place] for place in range(len(rows)))]
            base, *moved = pool.map(residuals, map(numbers, points), chunksize=4)
            return np.vstack([np.column_stack([(one - base) / STEP for one in moved]), np.eye(len(rows))])

        solved = least_squares(off, start, jac=slopes, loss="soft_l1", f_scale=BENT, max_nfev=TURNS, verbose=2)
    width = np.sqrt(np.diag(np.linalg.inv(solved.jac.T @ solved.jac)))
    for row, *values in zip(
        rows, *(numbers(solved.x + reach * width).values() for reach in (-1.96, 0, 1.96)), width, strict=True
    ):
        low, value, high, left = values
        sys.stdout.write(f"{row['name']:28s} {value:.3g}   {low:.3g} to {high:.3g}   prior left {left:.0%}\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", default=[], help="rows that are moved")
    parser.add_argument("--days", type=int, default=MOST_DAYS, help="longest world of a target that is fitted")
    asked = parser.parse_args()
    os.environ["MOST_DAYS"] = str(asked.days)  # what the workers inherit
    calibrate(asked.only)
