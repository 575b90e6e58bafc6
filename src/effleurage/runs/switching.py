"""Moments at which inputs change, as events of SBML: one event a moment, whatever the body does because of it.

The body has events of its own that follow at once when an input changes: lights out begins the count of a night,
getting up wakes and closes it. Two events at one moment stop some solvers (COPASI's steps go to nothing), so what
follows is written into the event that changes the input. A part of a trigger follows from inputs if it holds a
condition on inputs alone, and everything else in it stands still while that condition holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

import libsbml
import sympy as sp

from effleurage.engine.equations import TIME, Equations, condition, read_sbml

Condition = tuple[libsbml.ASTNode, ...]
"""Comparisons that hold together."""
Inputs = Mapping[str, float]


@dataclass(frozen=True)
class Moment:
    """An event ``name`` with its ``trigger``: the inputs as they stand ``before`` and ``after``, and what it sets.

    ``sets``: further assignments, name -> formula. Formulas are those of SBML level 3.
    """

    name: str
    trigger: str
    before: Inputs
    after: Inputs
    sets: Mapping[str, str] = field(default_factory=dict)


def add_moments(model: libsbml.Model, moments: Sequence[Moment]) -> list[tuple[libsbml.Event, str]]:
    """Write the moments into a model (in place), and what the body does at them; its other triggers stay.

    Returns the events of the body that moments now carry out, each with the part of its trigger that they took.
    """
    body = _Switches(read_sbml(_alone(model)), tuple({tuple(m.after.items()) for m in moments}))
    follows: list[tuple[libsbml.Event, list[Condition]]] = []
    for event in [model.getEvent(number) for number in range(model.getNumEvents())]:
        parts = _alternatives(event.getTrigger().getMath())
        due = [part for part in parts if body.follows(part)]
        if due:
            follows.append((event, due))
    units = _units(model)
    written = [(moment, _assignments(moment, follows, body, units)) for moment in moments]
    taken = [(event.clone(), " || ".join(f"({_text(part)})" for part in due)) for event, due in follows]
    for event, due in follows:
        left = [
            _text(part) for part in _alternatives(event.getTrigger().getMath()) if _text(part) not in map(_text, due)
        ]
        if left:
            event.getTrigger().setMath(libsbml.parseL3Formula(" || ".join(left)))
        else:
            model.removeEvent(event.getId())
    for moment, assignments in written:
        _write(model, moment, assignments)
    return taken


def write_moments(model: libsbml.Model, moments: Sequence[Moment]) -> None:
    """Write the moments into a model (in place); what the body does at them stays its own."""
    units = _units(model)
    for moment in moments:
        _write(model, moment, _set(moment, units))


def _units(model: libsbml.Model) -> dict[str, str]:
    return {parameter.getId(): parameter.getUnits() for parameter in model.getListOfParameters()}


def _set(moment: Moment, units: Mapping[str, str]) -> dict[str, str]:
    """Name -> formula: the inputs that change, and what else the moment sets."""
    changed = [name for name in moment.after if moment.after[name] != moment.before[name]]
    return {name: f"{moment.after[name]!r} {units[name]}" for name in changed} | dict(moment.sets)


def _alone(model: libsbml.Model) -> str:
    return str(libsbml.writeSBMLToString(model.getSBMLDocument()))


@dataclass(frozen=True)
class _Switches:
    """What the triggers of a model read; ``stands`` are the inputs as they stand between moments."""

    model: Equations
    stands: tuple[tuple[tuple[str, float], ...], ...]

    @cached_property
    def _rules(self) -> Mapping[sp.Symbol, sp.Expr]:
        """Rules in terms of states, inputs and constants."""
        known: dict[sp.Symbol, sp.Expr] = {}
        for name, rule in self.model.rules.items():
            known[sp.Symbol(name, real=True)] = rule.xreplace(known)
        return known

    @cached_property
    def _constants(self) -> dict[sp.Symbol, sp.Float]:
        return {sp.Symbol(name, real=True): sp.Float(self.model.defaults[name]) for name in self.model.constants}

    def expanded(self, expression: sp.Expr) -> sp.Expr:
        """The same without rules."""
        return expression.xreplace(self._rules)

    def of_inputs(self, comparison: libsbml.ASTNode) -> bool:
        """Whether a comparison reads inputs, and else only constants."""
        read = {str(symbol) for symbol in self.expanded(condition(comparison)).free_symbols}
        return bool(read & set(self.model.inputs)) and read <= set(self.model.inputs) | set(self.model.constants)

    def holds(self, comparison: libsbml.ASTNode, inputs: Inputs) -> bool:
        """Whether a comparison of inputs holds."""
        return bool(self._at(condition(comparison), inputs) > 0)

    def follows(self, part: Condition) -> bool:
        """Whether a part of a trigger can come true only because an input changes."""
        on_inputs = [one for one in part if self.of_inputs(one)]
        met = [i for i in map(dict, self.stands) if all(self.holds(one, i) for one in on_inputs)]
        rest = [self.expanded(condition(one)) for one in part if not self.of_inputs(one)]
        return bool(on_inputs) and all(self._never_begins(one, inputs) for one in rest for inputs in met)

    def _never_begins(self, comparison: sp.Expr, inputs: Inputs) -> bool:
        """Whether a comparison of states cannot come true while inputs stand so: nothing flows, no event makes it."""
        states = {str(symbol): symbol for symbol in comparison.free_symbols}
        flows = [self._at(self.model.rates.get(name, sp.Integer(0)), inputs) for name in states]
        if not all(flow.is_zero for flow in flows) or TIME in comparison.free_symbols:
            return False
        for event in self.model.events:
            if set(event.assignments) & set(states) and not self._never(event.trigger, inputs):
                made = {states[name]: value for name, value in event.assignments.items() if name in states}
                if not self._never(comparison.xreplace(made), inputs):
                    return False
        return True

    def _never(self, trigger: sp.Expr, inputs: Inputs) -> bool:
        """Whether a condition, a number that is positive where it holds, cannot be positive."""
        if isinstance(trigger, sp.Min):
            return any(self._never(part, inputs) for part in trigger.args)
        if isinstance(trigger, sp.Max):
            return all(self._never(part, inputs) for part in trigger.args)
        value = self._at(trigger, inputs)
        return bool(value.is_number and value <= 0)

    def _at(self, expression: sp.Expr, inputs: Inputs) -> sp.Expr:
        values = {sp.Symbol(name, real=True): sp.Float(value) for name, value in inputs.items()}
        return self.expanded(expression).xreplace(self._constants | values)


def _alternatives(trigger: libsbml.ASTNode) -> list[Condition]:
    """A trigger as alternatives, each a list of comparisons that hold together."""
    kind = trigger.getType()
    children = [trigger.getChild(number) for number in range(trigger.getNumChildren())]
    if kind == libsbml.AST_LOGICAL_OR:
        return [part for child in children for part in _alternatives(child)]
    if kind == libsbml.AST_LOGICAL_AND:
        return [sum(parts, ()) for parts in product(*map(_alternatives, children))]
    return [(trigger.deepCopy(),)]


def _text(part: Condition) -> str:
    return " && ".join(f"({libsbml.formulaToL3String(comparison)})" for comparison in part)


def _assignments(
    moment: Moment,
    follows: Sequence[tuple[libsbml.Event, list[Condition]]],
    body: _Switches,
    units: Mapping[str, str],
) -> dict[str, str]:
    """Name -> formula: the inputs that change, what the moment sets, and what the body does because of it."""
    found = _set(moment, units)
    for event, due in follows:
        begun = [part for part in due if _begins(part, moment, body)]
        if not begun:
            continue
        states = [[one for one in part if not body.of_inputs(one)] for part in begun]
        for assignment in event.getListOfEventAssignments():
            name, value = assignment.getVariable(), libsbml.formulaToL3String(assignment.getMath())
            if all(states):
                when = " || ".join(f"({_text(tuple(part))})" for part in states)
                value = f"piecewise({value}, {when}, {found.get(name, name)})"
            found[name] = value
    return found


def _begins(part: Condition, moment: Moment, body: _Switches) -> bool:
    """Whether the part's conditions on inputs come true at the moment."""
    on_inputs = [one for one in part if body.of_inputs(one)]
    before, after = (all(body.holds(one, inputs) for one in on_inputs) for inputs in (moment.before, moment.after))
    return after and not before


def _write(model: libsbml.Model, moment: Moment, assignments: Mapping[str, str]) -> None:
    event = model.createEvent()
    event.setId(moment.name)
    event.setUseValuesFromTriggerTime(True)
    trigger = event.createTrigger()
    trigger.setInitialValue(True)
    trigger.setPersistent(True)
    trigger.setMath(libsbml.parseL3Formula(moment.trigger))
    for name, formula in assignments.items():
        assignment = event.createEventAssignment()
        assignment.setVariable(name)
        assignment.setMath(libsbml.parseL3Formula(formula))
