"""SBML -> SymPy: the equations of any model as symbols, knowing nothing of what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import libsbml
import sympy as sp

from effleurage.errors import BodyError, Finding

TIME = sp.Symbol("time", real=True)


@dataclass(frozen=True)
class Event:
    """``trigger`` is positive where the event's condition holds; ``assignments`` are set when it turns so."""

    name: str
    trigger: sp.Expr
    assignments: Mapping[str, sp.Expr]


@dataclass(frozen=True)
class Equations:
    """A model: states with rates, states that only events change, rules in order of evaluation, the rest."""

    states: tuple[str, ...]
    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    rates: Mapping[str, sp.Expr]
    rules: Mapping[str, sp.Expr]
    events: tuple[Event, ...]
    initial: Mapping[str, sp.Expr]
    defaults: Mapping[str, float]
    units: Mapping[str, str]

    @property
    def decays(self) -> Mapping[str, sp.Expr]:
        """Per state, the part of its own linear decay (1/min) that is made of constants only, else 0.

        What a state does to its own rate through rules counts too.
        """
        constants = {sp.Symbol(name, real=True) for name in self.constants}
        return {name: -_constant_part(self._own_slope(name), constants) for name in self.states}

    def _own_slope(self, state: str) -> sp.Expr:
        """Derivative of a state's rate by the state itself, through every rule between them."""
        slopes: dict[sp.Basic, sp.Expr] = {sp.Symbol(state, real=True): sp.Integer(1)}
        for name, rule in self.rules.items():
            slope = _chain(rule, slopes)
            if slope != 0:
                slopes[sp.Symbol(name, real=True)] = slope
        return _chain(self.rates.get(state, sp.Integer(0)), slopes)


def _chain(expression: sp.Expr, slopes: Mapping[sp.Basic, sp.Expr]) -> sp.Expr:
    met = sorted(expression.free_symbols & slopes.keys(), key=str)
    return sp.Add(*(sp.diff(expression, symbol) * slopes[symbol] for symbol in met))


def _constant_part(slope: sp.Expr, constants: set[sp.Symbol]) -> sp.Expr:
    """What of a slope is left where every term with anything but constants is dropped.

    Sums and products are walked, not multiplied out, which takes seconds.
    """
    if slope.free_symbols <= constants:
        return slope
    if isinstance(slope, sp.Add | sp.Mul):
        return slope.func(*(_constant_part(part, constants) for part in slope.args))
    if isinstance(slope, sp.Pow) and slope.exp.is_Integer and slope.exp.is_positive:
        return _constant_part(slope.base, constants) ** slope.exp
    return sp.Integer(0)


def read_sbml(sbml: str) -> Equations:
    """Read a model whose variables are parameters with rate rules, assignment rules and events.

    Raises ``BodyError`` for SBML that uses anything else (reactions, delays, algebraic rules).
    """
    model = libsbml.readSBMLFromString(sbml).getModel()
    if model.getNumReactions() or model.getNumSpecies():
        raise BodyError(Finding("SBML", "reactions or species", "Write rate rules for parameters."))
    rates: dict[str, sp.Expr] = {}
    rules: dict[str, sp.Expr] = {}
    for rule in model.getListOfRules():
        table = rates if rule.isRate() else rules
        table[rule.getVariable()] = _expression(rule.getMath())
    events = tuple(
        Event(
            event.getId(),
            condition(event.getTrigger().getMath()),
            {a.getVariable(): _expression(a.getMath()) for a in event.getListOfEventAssignments()},
        )
        for event in model.getListOfEvents()
    )
    held = {name for event in events for name in event.assignments} - set(rates)
    parameters = {p.getId(): p for p in model.getListOfParameters()}
    starts = {a.getSymbol(): _expression(a.getMath()) for a in model.getListOfInitialAssignments()}
    states = tuple(name for name in parameters if name in rates or name in held)
    constants = tuple(name for name, p in parameters.items() if p.getConstant())
    inputs = tuple(n for n in parameters if n not in set(states) | set(constants) | set(rules))
    defaults = {name: p.getValue() for name, p in parameters.items() if p.isSetValue()}
    initial = {name: starts.get(name, sp.Float(defaults.get(name, 0.0))) for name in states}
    units = {name: p.getUnits() for name, p in parameters.items()}
    ordered = _ordered(rules)
    return Equations(states, inputs, constants, rates, ordered, events, initial, defaults, units)


def _ordered(rules: Mapping[str, sp.Expr]) -> dict[str, sp.Expr]:
    ordered: dict[str, sp.Expr] = {}
    waiting = dict(rules)
    while waiting:
        ready = [n for n, e in waiting.items() if not {str(s) for s in e.free_symbols} & set(waiting)]
        if not ready:
            circle = ", ".join(sorted(waiting))
            raise BodyError(
                Finding("equations", f"rules that read each other in a circle: {circle}", "Break it with a state.")
            )
        for name in ready:
            ordered[name] = waiting.pop(name)
    return ordered


_FUNCTIONS = {
    libsbml.AST_FUNCTION_EXP: sp.exp,
    libsbml.AST_FUNCTION_LN: sp.log,
    libsbml.AST_FUNCTION_TANH: sp.tanh,
    libsbml.AST_FUNCTION_FLOOR: sp.floor,
    libsbml.AST_FUNCTION_COS: sp.cos,
    libsbml.AST_FUNCTION_SIN: sp.sin,
}


def _expression(node: libsbml.ASTNode) -> sp.Expr:
    kind = node.getType()
    children = [_expression(node.getChild(i)) for i in range(node.getNumChildren())]
    if kind == libsbml.AST_PLUS:
        return sp.Add(*children)
    if kind == libsbml.AST_MINUS:
        return -children[0] if len(children) == 1 else children[0] - children[1]
    if kind == libsbml.AST_TIMES:
        return sp.Mul(*children)
    if kind == libsbml.AST_DIVIDE:
        return children[0] / children[1]
    if kind in (libsbml.AST_POWER, libsbml.AST_FUNCTION_POWER):
        return children[0] ** children[1]
    if kind == libsbml.AST_FUNCTION_ROOT:
        return sp.sqrt(children[-1])
    if kind in _FUNCTIONS:
        return _FUNCTIONS[kind](children[0])
    if kind == libsbml.AST_NAME_TIME:
        return TIME
    if kind == libsbml.AST_NAME:
        return sp.Symbol(node.getName(), real=True)
    if kind == libsbml.AST_INTEGER:
        return sp.Integer(node.getInteger())
    if kind in (libsbml.AST_REAL, libsbml.AST_REAL_E):
        return sp.Float(node.getReal())
    if kind == libsbml.AST_CONSTANT_PI:
        return sp.pi
    raise BodyError(
        Finding("SBML", f"cannot read {libsbml.formulaToL3String(node)}", "Use + - * / ^ exp ln sqrt tanh floor.")
    )


def condition(node: libsbml.ASTNode) -> sp.Expr:
    """A condition as a number that is positive where it holds: and is the least, or is the greatest."""
    kind = node.getType()
    children = [node.getChild(i) for i in range(node.getNumChildren())]
    if kind == libsbml.AST_LOGICAL_AND:
        return sp.Min(*map(condition, children))
    if kind == libsbml.AST_LOGICAL_OR:
        return sp.Max(*map(condition, children))
    if kind in (libsbml.AST_RELATIONAL_GT, libsbml.AST_RELATIONAL_GEQ):
        return _expression(children[0]) - _expression(children[1])
    if kind in (libsbml.AST_RELATIONAL_LT, libsbml.AST_RELATIONAL_LEQ):
        return _expression(children[1]) - _expression(children[0])
    raise BodyError(Finding("SBML", f"cannot read the trigger {libsbml.formulaToL3String(node)}", "Use < > && ||."))
