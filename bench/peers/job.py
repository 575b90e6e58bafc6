"""The problem that every peer is given: a folder with the model, the persons, and what is done to them when."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol as Shape

import libsbml
import numpy as np
from numpy.typing import NDArray

from effleurage.body.compose import Body
from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.program import Program
from effleurage.engine.schedule import Schedule
from effleurage.engine.settle import settled_states
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import body_of, people_of, program_of, readouts
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import read_protocol
from effleurage.runs.sbml import to_sbml

COURSE = Path(__file__).parents[2] / "examples" / "weekly-course.yaml"
DAY, HOUR = 1440.0, 60.0
FIRST_LOOK = 10.5
"""Minutes past each hour at which all look: nothing switches there, so before and after mean the same."""
QUANTITIES = 20
REFERENCED = 8
"""Persons for whom there is a reference solution: the first ones."""

Floats = NDArray[np.float64]


class Simulator(Shape):
    """What the module of a peer calls ``Peer``; it is made from a ``Job``."""

    version: str
    settings: tuple[str, ...]
    persons: int

    def prepare(self, setting: int) -> None:
        """Whatever is done once and not timed: compile."""

    def simulate(self, setting: int) -> Floats:
        """Quantities (persons, looks, quantities) of the first ``persons`` persons, constants and starts set anew."""


@dataclass(frozen=True)
class Job:
    """``constants`` (C, N), ``starts`` (S, N), ``looks`` (T,); inputs (M, U) hold from their ``turns`` (M,) on."""

    folder: Path
    quantities: tuple[str, ...]
    constant_names: tuple[str, ...]
    state_names: tuple[str, ...]
    constants: Floats
    starts: Floats
    looks: Floats
    turns: Floats
    inputs: Floats

    @property
    def sbml(self) -> Path:
        """The model as our own engine has it (``to_sbml(protocol, plain=True)``)."""
        return self.folder / "model.xml"

    @property
    def days(self) -> int:
        """How long the protocol lasts."""
        return round(float(self.looks[-1] - FIRST_LOOK + HOUR) / DAY)

    def course(self) -> tuple[Body, Program, Protocol]:
        """What the engine itself needs."""
        protocol = read_protocol(self.folder / "course.yaml")
        body = body_of([protocol])
        return body, program_of(body), protocol

    def save(self) -> None:
        """Write the arrays into the folder."""
        table = {name: np.asarray(value) for name, value in vars(self).items() if name != "folder"}
        np.savez(self.folder / "job.npz", **table)  # type: ignore[arg-type]


def load(folder: Path) -> Job:
    """A job from its folder."""
    with np.load(folder / "job.npz") as table:
        read = {name: table[name] for name in table.files}
    names = {name: tuple(map(str, value)) for name, value in read.items() if value.dtype.kind == "U"}
    return Job(folder, **(read | names))


def shortened(days: int, folder: Path) -> Protocol:
    """The weekly course for some weeks, written into a folder."""
    text = COURSE.read_text(encoding="utf-8")
    changed = text.replace("days: 56\n", f"days: {days}\n").replace(", 8 times:", f", {days // 7} times:")
    path = folder / "course.yaml"
    path.write_text(changed, encoding="utf-8")
    protocol = read_protocol(path)
    if protocol.days != days:
        raise ValueError(f"{COURSE.name} no longer says how long it lasts in the words looked for here")
    return protocol


def schedule_of(protocol: Protocol) -> Schedule:
    """The protocol's schedule, with the looks of this comparison."""
    return replace(protocol.schedule(), samples=tuple(np.arange(FIRST_LOOK, protocol.days * DAY, HOUR)))


def write(folder: Path, days: int, persons: int) -> Job:
    """Lay a job into a folder: steady persons of the course, who differ from each other."""
    protocol = shortened(days, folder)
    body = body_of([protocol])
    program = program_of(body)
    asked = people_of(protocol, persons, 1, {})
    constants = Cohort(asked.persons, asked.settings, steady=True).constants(body, program)
    starts = settled_states(program, constants, protocol.ordinary_day(), body.slow)
    schedule = schedule_of(protocol)
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, {name: row.rest for name, row in body.inputs.items()})
    rows = np.flatnonzero(np.r_[True, (np.diff(inputs, axis=0) != 0).any(axis=1)])
    job = Job(
        folder,
        readouts(body)[:QUANTITIES],
        program.constants,
        program.states,
        constants,
        starts,
        np.asarray(schedule.samples),
        grid.time[rows],
        inputs[rows],
    )
    job.sbml.write_text(to_sbml(protocol, plain=True), encoding="utf-8")
    job.save()
    return job


def errors_of(values: Floats, reference: Floats) -> Floats:
    """Of each person, the largest distance from the reference, in units of each quantity's largest size."""
    size = np.abs(reference).max(axis=1, keepdims=True).clip(1e-300)
    found: Floats = (np.abs(values - reference) / size).max(axis=(1, 2))
    return found


def one_event_a_moment(sbml: str) -> str:
    """The same model with at most one event at any moment; it gives the same numbers.

    What happens because an input has just changed (lights out, the alarm, the night counted) is written into
    the event that changes the input. COPASI needs this: where two events fire at once, its step goes to nothing.
    The other readers of SBML have fewer roots to watch and are faster for it.
    """
    document = libsbml.readSBMLFromString(sbml)
    model = document.getModel()
    full = {event.getId().rsplit("_", 1)[0]: event.getId() for event in model.getListOfEvents()}
    does = {
        name: {
            a.getVariable(): libsbml.formulaToL3String(a.getMath())
            for a in model.getEvent(key).getListOfEventAssignments()
        }
        for name, key in full.items()
    }
    woken = {name: f"piecewise({value}, 2*asleep > 1, {name})" for name, value in does["wake_up"].items()}
    follows = {True: does["lights_out"], False: woken | does["count_night"] | does["get_up"]}
    for name in ("lights_out", "count_night", "get_up"):
        model.removeEvent(full[name])
    for event in model.getListOfEvents():
        to_bed = [
            a.getMath().getValue() > 0.5 for a in event.getListOfEventAssignments() if a.getVariable() == "in_bed"
        ]
        for name, value in follows[to_bed[0]].items() if to_bed else ():
            assignment = event.createEventAssignment()
            assignment.setVariable(name)
            assignment.setMath(libsbml.parseL3Formula(value))
    by_itself = libsbml.parseL3Formula("2*asleep > 1 && sleep_pressure < threshold_lower")
    model.getEvent(full["wake_up"]).getTrigger().setMath(by_itself)
    return str(libsbml.writeSBMLToString(document))


LADDER = tuple(
    (relative, relative * share)
    for relative in (1e-3, 3e-4, 1e-4, 5e-5, 3e-5, 1e-5, 1e-6, 1e-7, 1e-8)
    for share in (1e-2, 1e-4)
)
"""Relative and absolute tolerances that a solver with a step control is tried at."""


def labels(ladder: tuple[tuple[float, float], ...]) -> tuple[str, ...]:
    """Tolerances in words."""
    return tuple(f"rtol {relative:.0e} atol {absolute:.0e}" for relative, absolute in ladder)
