"""The whole truth as SBML: the body, one person's constants and settled start, and a protocol as events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.settle import settled_states
from effleurage.errors import Finding, RunError
from effleurage.io.disk import write_file
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import body_of, people_of, program_of
from effleurage.protocol.model import Protocol


def to_sbml(
    protocol: Protocol | None = None,
    *,
    without: Iterable[str] = (),
    settings: Mapping[str, Setting] | None = None,
) -> str:
    """SBML level 3 of the body; with a protocol, of its typical person, who starts settled and does not vary.

    Time is minutes since midnight of day 1. Inputs change by events at the protocol's times.
    """
    body = body_of([protocol] if protocol else [], without)
    if protocol is None and not settings:
        return body.sbml
    import libsbml

    program = program_of(body)
    cohort = people_of(protocol, 1, 1, settings or {}) if protocol else Cohort(np.array([0]), dict(settings or {}))
    cohort = Cohort(cohort.persons, cohort.settings, typical=True, steady=True)
    constants = cohort.constants(body, program)
    document = libsbml.readSBMLFromString(body.sbml)
    model = document.getModel()
    for name, value in zip(program.constants, constants[:, 0], strict=True):
        model.getParameter(name).setValue(float(value))
    if protocol is not None:
        start = settled_states(program, constants, protocol.ordinary_day(), body.slow)
        for name, value in zip(program.states, start[:, 0], strict=True):
            model.removeInitialAssignment(name)
            model.getParameter(name).setValue(float(value))
        _add_schedule(model, protocol, program.inputs, {n: r.rest for n, r in body.inputs.items()})
        if document.checkConsistency():
            raise RunError(Finding("SBML", document.getError(0).getMessage().strip(), "Report this: it is our fault."))
    return str(libsbml.writeSBMLToString(document))


def write_sbml(path: Path, sbml: str) -> None:
    """Write a model file. Raises ``RunError`` where the folder or the disk does not let us."""
    write_file(path, sbml)


def _add_schedule(model: object, protocol: Protocol, names: tuple[str, ...], rest: Mapping[str, float]) -> None:
    import libsbml

    schedule = protocol.schedule()
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, names, rest)
    for name, value in zip(names, inputs[0], strict=True):
        model.getParameter(name).setValue(float(value))  # type: ignore[attr-defined]
    units = {name: model.getParameter(name).getUnits() for name in names}  # type: ignore[attr-defined]
    for row in range(1, len(grid.time)):
        changed = np.flatnonzero(inputs[row] != inputs[row - 1])
        if not len(changed):
            continue
        event = model.createEvent()  # type: ignore[attr-defined]
        event.setId(f"input_change_{row}")
        event.setUseValuesFromTriggerTime(True)
        trigger = event.createTrigger()
        trigger.setInitialValue(True)
        trigger.setPersistent(True)
        trigger.setMath(libsbml.parseL3Formula(f"time >= {float(grid.time[row])!r} minute"))
        for column in changed:
            assignment = event.createEventAssignment()
            assignment.setVariable(names[column])
            value = float(inputs[row, column])
            assignment.setMath(libsbml.parseL3Formula(f"{value!r} {units[names[column]]}"))
