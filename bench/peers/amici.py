"""AMICI: SBML to C++, compiled; CVODES (BDF) with the sparse solver KLU and the exact Jacobian.

It has no ``floor``: the minute of the day is counted from a midnight that an event a day sets. Sensitivities are not
asked for, and memory for them (``set_parameter_list``) neither: with it a run takes four times as long.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import amici
import amici.sim.sundials as engine
import libsbml
import numpy as np
from amici.importers.sbml import SbmlImporter

from peers.job import LADDER, REFERENCED, Floats, Job, labels, one_event_a_moment

NAME = "effleurage_weekly_course"


class Peer:
    """AMICI at a ladder of tolerances."""

    version = str(amici.__version__)
    settings = labels(LADDER)
    persons = REFERENCED

    def __init__(self, job: Job) -> None:
        self.job = job
        self.model = _compiled(job)
        self.model.set_timepoints(job.looks)
        self.model.set_parameter_list([])
        self.solver = self.model.create_solver()
        self.solver.set_max_steps(1_000_000)
        self.solver.set_linear_solver(engine.LinearSolver_KLU)
        self.solver.set_return_data_reporting_mode(engine.RDataReporting_observables_likelihood)
        self.parameters = np.array(self.model.get_free_parameters())
        self.start = np.array(self.model.get_initial_state())
        names, states = list(self.model.get_free_parameter_ids()), list(self.model.get_state_ids())
        self.constants = [names.index(name) for name in job.constant_names]
        self.states = [states.index(name) for name in job.state_names]

    def prepare(self, setting: int) -> None:
        """Nothing: the model was compiled when it was loaded."""

    def simulate(self, setting: int) -> Floats:
        """All persons at one rung of the ladder."""
        relative, absolute = LADDER[setting]
        self.solver.set_relative_tolerance(relative)
        self.solver.set_absolute_tolerance(absolute)
        return np.array([self._person(person) for person in range(self.persons)])

    def _person(self, person: int) -> Floats:
        self.parameters[self.constants] = self.job.constants[:, person]
        self.start[self.states] = self.job.starts[:, person]
        self.model.set_free_parameters(self.parameters)
        self.model.set_initial_state(self.start)
        found = engine.run_simulation(self.model, self.solver)
        if found.status != engine.AMICI_SUCCESS:
            raise RuntimeError(f"AMICI: {engine.simulation_status_to_str(found.status)}")
        return np.array(found.y)


def _compiled(job: Job) -> Any:
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # swig, cmake, ninja
    folder = job.folder / "amici"
    path = job.folder / "amici.xml"
    path.write_text(
        _without_floor(one_event_a_moment(job.sbml.read_text(encoding="utf-8")), job.days), encoding="utf-8"
    )
    SbmlImporter(str(path)).sbml2amici(
        NAME,
        folder,
        observation_model=[amici.MeasurementChannel(id_=f"seen_{name}", formula=name) for name in job.quantities],
        generate_sensitivity_code=False,
        compute_conservation_laws=False,
    )
    return amici.import_model_module(NAME, folder).get_model()


def _without_floor(sbml: str, days: int) -> str:
    document = libsbml.readSBMLFromString(sbml)
    model = document.getModel()
    midnight = model.createParameter()
    midnight.setId("midnight")
    midnight.setConstant(False)
    midnight.setValue(0.0)
    midnight.setUnits("minute")
    model.getAssignmentRuleByVariable("minute_of_day").setMath(libsbml.parseL3Formula("time - midnight"))
    for day in range(1, days):
        event = model.createEvent()
        event.setId(f"midnight_{day}")
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(True)
        trigger.setPersistent(True)
        trigger.setMath(libsbml.parseL3Formula(f"time >= {1440 * day} minute"))
        assignment = event.createEventAssignment()
        assignment.setVariable("midnight")
        assignment.setMath(libsbml.parseL3Formula(f"{1440 * day} minute"))
    return str(libsbml.writeSBMLToString(document))
