"""COPASI through BasiCO: LSODAR. Without output of events, with a data handler, which is its fastest way out."""

from __future__ import annotations

import logging

import basico
import COPASI
import numpy as np

from peers.job import LADDER, Floats, Job, labels, one_event_a_moment


class Peer:
    """COPASI at a ladder of tolerances."""

    version = str(COPASI.__version__)
    settings = labels(LADDER)
    persons = 4

    def __init__(self, job: Job) -> None:
        logging.disable(logging.ERROR)  # it warns of every run that there is no report file
        path = job.folder / "copasi.xml"
        path.write_text(one_event_a_moment(job.sbml.read_text(encoding="utf-8")), encoding="utf-8")
        self.job = job
        self.model = basico.load_model(str(path)).getModel()
        found = [self.model.getModelValue(index) for index in range(self.model.getNumModelValues())]
        places = {value.getObjectName(): value for value in found}
        self.places = [places[name] for name in (*job.constant_names, *job.state_names)]
        self.values = np.concatenate([job.constants, job.starts])
        self.chosen = [f"Values[{name}]" for name in job.quantities]

    def prepare(self, setting: int) -> None:
        """Nothing: the model was compiled when it was loaded."""

    def simulate(self, setting: int) -> Floats:
        """All persons at one rung of the ladder."""
        return np.array([self._person(person, *LADDER[setting]) for person in range(self.persons)])

    def _person(self, person: int, relative: float, absolute: float) -> Floats:
        changed = COPASI.ObjectStdVector()
        for place, value in zip(self.places, self.values[:, person], strict=True):
            place.setInitialValue(float(value))
            changed.append(place.getInitialValueReference())
        self.model.updateInitialValues(changed)
        table = basico.run_time_course_with_output(
            self.chosen,
            start_time=0,
            values=[0.0, *self.job.looks],
            r_tol=relative,
            a_tol=absolute,
            update_model=False,
            use_initial_values=True,
        )
        if len(table) < len(self.job.looks):
            raise RuntimeError("COPASI stopped before the end")
        found: Floats = table.to_numpy()[-len(self.job.looks) :]
        return found
