"""Effleurage itself, through its one entry point, at its own steps and with every step halved up to three times."""

from __future__ import annotations

from importlib.metadata import version

import numpy as np

from effleurage.engine.grid import Grid, lay_grid, lay_inputs
from effleurage.engine.run import run
from peers.job import Floats, Job, schedule_of


class Peer:
    """The engine at 0 to 3 halvings of its steps."""

    version = version("effleurage")
    settings = ("its own steps", "steps halved", "steps halved twice", "steps halved thrice")
    persons = 256

    def __init__(self, job: Job) -> None:
        self.job = job
        self.body, self.program, protocol = job.course()
        schedule = schedule_of(protocol)
        rest = {name: row.rest for name, row in self.body.inputs.items()}
        self.laid: list[tuple[Grid, Floats]] = []
        for halvings in range(len(self.settings)):
            grid = lay_grid([schedule], halvings)
            self.laid.append((grid, lay_inputs(schedule, grid, self.program.inputs, rest)))
        self.constants, self.starts = many(job, self.persons)

    def prepare(self, setting: int) -> None:
        """Compile."""
        self.simulate(setting)

    def simulate(self, setting: int) -> Floats:
        """All persons at one number of halvings."""
        grid, inputs = self.laid[setting]
        record = run(self.program, self.constants, grid, inputs, keep=self.job.quantities, start=self.starts)
        return np.moveaxis(record.values, 2, 0)


def many(job: Job, persons: int) -> tuple[Floats, Floats]:
    """Constants and starts of as many persons as are asked for: the job's, again and again."""
    who = np.arange(persons) % job.constants.shape[1]
    return job.constants[:, who], job.starts[:, who]
