"""The whole truth as SBML: the body, its typical person's constants and settled start, and what happens as events.

What is written runs at the default settings of other programs: one event a moment (``switching``), and no state that
decays to nothing (it rests at 1e-9 of its unit), at which solvers lose their tolerances.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from effleurage.engine.equations import read_sbml
from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.settle import settled_states
from effleurage.errors import Finding, RunError
from effleurage.people.cohort import Cohort, Setting
from effleurage.people.simulate import body_of, people_of, program_of
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.times import DAY, time_of_day
from effleurage.runs.disk import write_file
from effleurage.runs.switching import Moment, add_moments, write_moments

if TYPE_CHECKING:
    import libsbml
    import sympy as sp

ORDINARY = Protocol(title="ordinary days", days=1)
TRACE = 1e-9
"""Of its unit: where a state rests in what is written, which in the body decays to nothing."""
LAG = 0.05
"""Minutes by which the body looks at inputs that somebody sets by hand."""


def to_sbml(
    protocol: Protocol | None = None,
    *,
    without: Iterable[str] = (),
    settings: Mapping[str, Setting] | None = None,
    beyond: bool = False,
    plain: bool = False,
) -> str:
    """SBML level 3 of the typical person of a protocol, or of ordinary days without end, who starts settled.

    Time is minutes since midnight of day 1. Inputs change by events at the protocol's times; after its last day the
    nights of its habits go on. Nobody varies: there is no deviation of a person's own, and no luck of days and hours.

    ``plain``: as our own engine has it. Events of the body then stand apart from changes of inputs, states that decay
    to nothing do so, and nothing happens after the last day: for solvers whose tolerances are chosen with care. Without
    protocol and settings it is the body at rest, not settled, whose inputs stay as they are.

    Raises ``RequestError`` for arrows and settings that do not exist, and for settings far from the ledger's own values
    unless ``beyond``.

    Example
    -------
    >>> to_sbml().count("<event ") > 2
    True
    """
    import libsbml

    done = protocol or ORDINARY
    body = body_of([done], without)
    if plain and protocol is None and not settings:
        return body.sbml
    program = program_of(body)
    cohort = people_of(done, 1, 1, settings or {})
    cohort = Cohort(cohort.persons, cohort.settings, typical=True, steady=True, beyond=beyond)
    constants = cohort.constants(body, program)
    document = libsbml.readSBMLFromString(body.sbml)
    model = document.getModel()
    model.setName(f"Effleurage, typical person: {done.title}")
    model.setNotes(_about(protocol, cohort.settings))
    for name, value in zip(program.constants, constants[:, 0], strict=True):
        model.getParameter(name).setValue(float(value))
    start = dict(
        zip(program.states, settled_states(program, constants, done.ordinary_day(), body.slow)[:, 0], strict=True)
    )
    for name, value in start.items():
        model.removeInitialAssignment(name)
        model.getParameter(name).setValue(float(value))
    rest = {name: row.rest for name, row in body.inputs.items()}
    stands = list(_stands(done, program.inputs, rest))
    for name, value in stands[0][1].items():
        model.getParameter(name).setValue(value)
    if plain:
        write_moments(model, _changes(stands))
    else:
        ends = [(done.stop, rest | {"in_bed": stands[-1][1]["in_bed"]})] if protocol else []
        until = [*stands, *ends] if protocol else stands[:1]
        decays = read_sbml(body.sbml).decays
        taken = add_moments(model, [*_changes(until), *_nights(model, done.habits, *until[-1])])
        _by_hand(model, taken, set(program.inputs))
        _leave_a_trace(model, decays, [name for name, value in start.items() if value == 0])
    if document.checkConsistency():
        raise RunError(Finding("SBML", document.getError(0).getMessage().strip(), "Report this: it is our fault."))
    return str(libsbml.writeSBMLToString(document))


def write_sbml(path: Path, sbml: str) -> None:
    """Write a model file. Raises ``RunError`` where the folder or the disk does not let us."""
    write_file(path, sbml)


def in_words(protocol: Protocol | None) -> str:
    """Whom the model is of, in a sentence or two."""
    habits = (protocol or ORDINARY).habits
    nights = f"lights out at {time_of_day(habits.lights_out)}, up at {time_of_day(habits.up)}"
    then = f"{protocol.days} days of '{protocol.title}', then ordinary days" if protocol else "ordinary days"
    return (
        f"The typical person: every number at its centre or as it was set, nothing that differs between people or from "
        f"day to day; the mean of many people is another. Settled, then {then} ({nights})."
    )


def _about(protocol: Protocol | None, settings: Mapping[str, Setting]) -> str:
    told = [in_words(protocol), "Time: minutes since midnight of day 1. Research and teaching; no medical advice."]
    told += [f"Set: {', '.join(f'{name} = {value}' for name, value in settings.items())}."] if settings else []
    text = "".join(f"<p>{escape(line)}</p>" for line in told)
    return f'<body xmlns="http://www.w3.org/1999/xhtml">{text}</body>'


def _by_hand(model: libsbml.Model, taken: Sequence[tuple[libsbml.Event, str]], inputs: set[str]) -> None:
    """Write once more what the body does when an input changes, for inputs that somebody sets between two calls.

    A solver that starts anew takes inputs as they stand, and misses that they have just changed. These events look at
    inputs as they stood some seconds ago, each at its own lag, so that never two are due at one moment. Where a moment
    of the protocol changes an input, the same has been done: a night whose count has just begun is not begun again.
    """
    import libsbml

    rules = [model.getRule(place) for place in range(model.getNumRules())]
    fixed = {one.getId() for one in model.getListOfParameters() if one.getConstant()}
    for rule in rules:
        read = _names(rule.getMath())
        if rule.isAssignment() and read & inputs and read <= inputs | fixed:
            inputs = inputs | {rule.getVariable()}
    for place, (event, trigger) in enumerate(taken, 1):
        event.setId(f"{event.getId()}_by_hand")
        event.getTrigger().setMath(libsbml.parseL3Formula(trigger))
        for name in sorted(inputs & _names(event.getTrigger().getMath())):
            seen, units = model.createParameter(), model.getParameter(name).getUnits()
            seen.setId(f"{name}_seen_{place}")
            seen.setConstant(False)
            seen.setUnits(units)
            assigned = model.createInitialAssignment()
            assigned.setSymbol(seen.getId())
            assigned.setMath(libsbml.parseL3Formula(name))
            flow = model.createRateRule()
            flow.setVariable(seen.getId())
            flow.setMath(
                libsbml.parseL3Formula(f"({name} + {TRACE!r} {units} - {seen.getId()})/({LAG * place!r} minute)")
            )
            event.getTrigger().renameSIdRefs(name, seen.getId())
        seen_now = libsbml.formulaToL3String(event.getTrigger().getMath())
        again = "night_in_bed" in {one.getVariable() for one in event.getListOfEventAssignments()}
        begun = f" && {seen.getId()} < 0.9 dimensionless && night_in_bed > 1 minute" if again else ""
        event.getTrigger().setMath(libsbml.parseL3Formula(f"({seen_now}) && ({trigger}){begun}"))
        model.addEvent(event)


def _names(math: libsbml.ASTNode) -> set[str]:
    """Every name that a formula reads."""
    own = {math.getName()} if math.isName() and not math.isConstant() else set()
    return own.union(*(_names(math.getChild(place)) for place in range(math.getNumChildren())))


def _stands(
    protocol: Protocol, names: tuple[str, ...], rest: Mapping[str, float]
) -> Iterator[tuple[float, dict[str, float]]]:
    """From which minute on inputs stand how: at 0, and whenever one of them changes."""
    schedule = protocol.schedule()
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, names, rest)
    for row, minute in enumerate(grid.time):
        if row == 0 or (inputs[row] != inputs[row - 1]).any():
            yield float(minute), dict(zip(names, map(float, inputs[row]), strict=True))


def _changes(stands: Sequence[tuple[float, dict[str, float]]]) -> list[Moment]:
    return [
        Moment(f"input_change_{number}", f"time >= {minute!r} minute", before, after)
        for number, ((_, before), (minute, after)) in enumerate(pairwise(stands), 1)
        if before != after
    ]


def _nights(model: libsbml.Model, habits: Habits, since: float, inputs: Mapping[str, float]) -> Iterator[Moment]:
    """Lights out and getting up at every day's hour, on and on from minute ``since``, where inputs stand so."""
    for name, hour, lies in (("lights_out", habits.lights_out, 1.0), ("up", habits.up, 0.0)):
        due = f"next_{name}"
        first = hour % DAY + DAY * np.ceil((since - hour % DAY) / DAY)
        first += DAY * (first == since and inputs["in_bed"] == lies)
        minute = model.createParameter()
        minute.setId(due)
        minute.setConstant(False)
        minute.setValue(float(first))
        minute.setUnits("minute")
        before, after = ({**inputs, "in_bed": value} for value in (1.0 - lies, lies))
        yield Moment(f"every_{name}", f"time >= {due}", before, after, {due: f"{due} + {DAY!r} minute"})


def _leave_a_trace(model: libsbml.Model, decays: Mapping[str, sp.Expr], states: Iterable[str]) -> None:
    """Let states that decay to nothing come to rest at a trace above it (in place), which no solver has to chase."""
    import libsbml

    values = {str(parameter.getId()): parameter.getValue() for parameter in model.getListOfParameters()}
    for name in states:
        rate = float(decays[name].subs({symbol: values[str(symbol)] for symbol in decays[name].free_symbols}))
        if rate <= 0:
            continue
        state, rule = model.getParameter(name), model.getRateRuleByVariable(name)
        state.setValue(TRACE)
        kept = f"({TRACE!r} {state.getUnits()})/({1 / rate!r} minute)"
        rule.setMath(libsbml.parseL3Formula(f"{libsbml.formulaToL3String(rule.getMath())} + {kept}"))
