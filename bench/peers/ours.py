"""Effleurage itself, through its one entry point: in 64 and 32 bits, at its own steps and with every step halved."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from effleurage.engine.grid import Grid, lay_grid, lay_inputs
from effleurage.engine.run import Precision, run
from peers.job import Floats, Job, schedule_of


class Peer:
    """The engine at some halvings of its steps and in either precision."""

    version = version("effleurage")
    rungs: tuple[tuple[int, Precision], ...] = (
        (0, "single"),
        (1, "single"),
        (0, "double"),
        (1, "double"),
        (2, "double"),
        (3, "double"),
    )
    settings = tuple(f"{2**halvings} x the steps, {precision}" for halvings, precision in rungs)
    persons = 256

    def __init__(self, job: Job) -> None:
        self.job = job
        self.body, self.program, protocol = job.course()
        schedule = schedule_of(protocol)
        rest = {name: row.rest for name, row in self.body.inputs.items()}
        self.laid: list[tuple[Grid, Floats]] = []
        for halvings in range(1 + max(halvings for halvings, _ in self.rungs)):
            grid = lay_grid([schedule], halvings)
            self.laid.append((grid, lay_inputs(schedule, grid, self.program.inputs, rest)))
        self.constants, self.starts = many(job, self.persons)

    def prepare(self, setting: int) -> None:
        """Compile."""
        self.simulate(setting)

    def simulate(self, setting: int) -> Floats:
        """All persons at one of the settings."""
        halvings, precision = self.rungs[setting]
        grid, inputs = self.laid[halvings]
        keep, start = self.job.quantities, self.starts
        record = run(self.program, self.constants, grid, inputs, keep=keep, start=start, precision=precision)
        return np.moveaxis(record.values, 2, 0)


def many(job: Job, persons: int) -> tuple[Floats, Floats]:
    """Constants and starts of as many persons as are asked for: the job's, again and again."""
    who = np.arange(persons) % job.constants.shape[1]
    return job.constants[:, who], job.starts[:, who]
