"""libRoadRunner: CVODE (BDF) on compiled SBML. Loaded once; per person constants and starts are set in one call."""

from __future__ import annotations

import numpy as np
import roadrunner

from peers.job import LADDER, REFERENCED, Floats, Job, labels, one_event_a_moment


class Peer:
    """libRoadRunner at a ladder of tolerances."""

    version = str(roadrunner.__version__)
    settings = labels(LADDER)
    persons = REFERENCED

    def __init__(self, job: Job, as_exported: bool = False) -> None:
        roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
        text = job.sbml.read_text(encoding="utf-8")
        self.job = job
        self.runner = roadrunner.RoadRunner(text if as_exported else one_event_a_moment(text))
        self.runner.timeCourseSelections = list(job.quantities)
        self.solver = self.runner.integrator
        self.solver.setValue("maximum_num_steps", 1_000_000)
        ids = list(self.runner.model.getGlobalParameterIds())
        self.places = [ids.index(name) for name in (*job.constant_names, *job.state_names)]
        self.values = np.concatenate([job.constants, job.starts])
        self.times = [0.0, *job.looks]

    def prepare(self, setting: int) -> None:
        """Nothing: the model was compiled when it was loaded."""

    def simulate(self, setting: int) -> Floats:
        """All persons at one rung of the ladder."""
        return self.at(*LADDER[setting])

    def at(self, relative: float, absolute: float) -> Floats:
        """All persons at these tolerances."""
        self.solver.setValue("relative_tolerance", relative)
        self.solver.setValue("absolute_tolerance", [absolute] * len(self.solver.getAbsoluteToleranceVector()))
        return np.array([self._person(person) for person in range(self.persons)])

    def _person(self, person: int) -> Floats:
        self.runner.reset()
        self.runner.model.setGlobalParameterValues(self.places, self.values[:, person])
        return np.array(self.runner.simulate(times=self.times))[1:]
