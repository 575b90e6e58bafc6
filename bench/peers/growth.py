"""How our time and memory grow with people and with days."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.run import run
from peers.job import Job, schedule_of, shortened
from peers.ours import many

PEOPLE = (100, 1_000, 10_000, 100_000, 1_000_000)
DAYS = (7, 14, 28, 56)
AT_ONCE = 10_000
"""More people than this are run one after the other in groups, as one would who does not keep all they did."""
FEW = 256


def measure(job: Job, most: int) -> dict[str, Any]:
    """Seconds and peak memory by people, up to so many, seconds by days, and the slopes of their logarithms."""
    one_run(job, job.days, FEW)
    people = []
    for number in (number for number in PEOPLE if number <= most):
        taken = sum(one_run(job, job.days, min(AT_ONCE, number)) for _ in range(max(1, number // AT_ONCE)))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        people.append({"people": number, "seconds": taken, "peak_mb": peak})
    days = [{"days": number, "seconds": one_run(job, number, FEW)} for number in DAYS]
    return {
        "people": people,
        "slope_people": slope([row["people"] for row in people], [row["seconds"] for row in people]),
        "days": days,
        "slope_days": slope([row["days"] for row in days], [row["seconds"] for row in days]),
    }


def one_run(job: Job, days: int, persons: int) -> float:
    """Seconds that a run takes, all its values checked."""
    body, program, _ = job.course()
    with tempfile.TemporaryDirectory() as folder:
        schedule = schedule_of(shortened(days, Path(folder)))
    constants, starts = many(job, persons)
    rest = {name: row.rest for name, row in body.inputs.items()}
    begin = time.perf_counter()
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, rest)
    record = run(program, constants, grid, inputs, keep=job.quantities, start=starts)
    taken = time.perf_counter() - begin
    if not np.isfinite(record.values).all():
        raise ValueError("values that are not finite")
    return taken


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Exponent of the growth: 1 is in proportion."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
