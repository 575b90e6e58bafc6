"""SymPy -> formulas for JAX, made once per model and kept on disk, so that a cold start skips the algebra."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from effleurage.engine.flowing import Flowing
from effleurage.engine.formula import Formula, as_tuples, formula_of, in_order
from effleurage.engine.kept import kept
from effleurage.engine.provenance import key
from effleurage.errors import BodyError, Finding

_ALL = ("states", "constants", "inputs", "time")
TAKEN = {
    "rates": _ALL,
    "decays": ("constants",),
    "triggers": _ALL,
    "assign": _ALL,
    "rules": _ALL,
    "initial": ("constants",),
}
"""The formulas of a program, and what each takes."""


@dataclass(frozen=True)
class Program:
    """A model ready to run. Names give the order of the rows of every array the functions take or return.

    The formulas define, over arrays whose trailing axis is persons: ``rates(y, c, u, t)`` (without the
    linear decay), ``decays(c)``, ``triggers(y, c, u, t)``, ``assign(y, c, u, t)`` (all events' values),
    ``rules(y, c, u, t)`` and ``initial(c)``. ``watched`` are the states that the triggers read; ``flowing`` says which
    constants are none for a person, but move with time.
    """

    digest: str
    states: tuple[str, ...]
    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    rules: tuple[str, ...]
    events: tuple[tuple[str, tuple[str, ...]], ...]
    watched: tuple[str, ...]
    constant_values: tuple[float, ...]
    input_values: tuple[float, ...]
    formulas: tuple[tuple[str, Formula], ...]
    flowing: Flowing = field(default_factory=Flowing)

    def function(self, name: str) -> Callable[..., list[Any]]:
        """The named function, evaluated with ``jax.numpy`` and our own ``log``."""
        formula = dict(self.formulas)[name]

        def function(*given: Any) -> list[Any]:
            scope: dict[str, Any] = {}
            for taken, values in zip(TAKEN[name], given, strict=True):
                names = self._names(taken)
                scope |= {taken: values} if names is None else dict(zip(names, values, strict=True))
            return formula.at(scope)

        return function

    def _names(self, taken: str) -> tuple[str, ...] | None:
        """The names of the rows of what a formula takes; None for what is a number of its own."""
        return {"states": self.states, "constants": self.constants, "inputs": self.inputs}.get(taken)

    def check(self, digest: str) -> None:
        """Raise ``ValueError`` where this is not of the model with this fingerprint, or does not go with itself."""
        targets = [name for _, names in self.events for name in names]
        states = len(self.states)
        sizes = {"rates": states, "decays": states, "initial": states}
        sizes |= {"triggers": len(self.events), "assign": len(targets), "rules": len(self.rules)}
        found = [(name, len(one.values)) for name, one in self.formulas]
        if self.digest != digest or sorted(found) != sorted(sizes.items()):
            raise ValueError("a program of another model")
        if not {*self.states}.issuperset([*targets, *self.watched]):
            raise ValueError("an event sets or reads what is no state")
        for names, values in ((self.constants, self.constant_values), (self.inputs, self.input_values)):
            if len(names) != len(values) or not all(isinstance(value, float) for value in values):
                raise ValueError("names without numbers")
        for name, formula in self.formulas:
            known = [one for taken in TAKEN[name] for one in self._names(taken) or (taken,)]
            if faults := formula.faults(known):
                raise ValueError(faults[0])


def load_program(sbml: Callable[[], str], digest: str) -> Program:
    """The program of a model, from disk where its fingerprint is known, else derived from its SBML."""
    own = key("engine", digest)

    def read(data: bytes) -> Program:
        program = _from_json(data)
        program.check(own)
        return program

    def write(program: Program) -> bytes:
        return json.dumps({name: value for name, value in asdict(program).items() if name != "flowing"}).encode()

    return kept(f"program-{own}.json", lambda: derive(sbml(), own), write, read)


def _from_json(data: bytes) -> Program:
    table = json.loads(data)
    said = {name: as_tuples(value) for name, value in table.items() if name != "formulas"}
    formulas = tuple(
        (name, Formula(as_tuples(formula["steps"]), as_tuples(formula["values"])))
        for name, formula in table["formulas"]
    )
    return Program(**said, formulas=formulas)


def derive(sbml: str, digest: str) -> Program:
    """Turn SBML into a program. Raises ``BodyError`` where the model cannot be run."""
    import sympy as sp

    from effleurage.engine.equations import TIME, read_sbml

    model = read_sbml(sbml)

    def symbols(names: tuple[str, ...]) -> list[sp.Symbol]:
        return [sp.Symbol(name, real=True) for name in names]

    y, c, u = symbols(model.states), symbols(model.constants), symbols(model.inputs)
    decays = model.decays

    flow = [model.rates.get(n, sp.Integer(0)) + decays[n] * s for n, s in zip(model.states, y, strict=True)]
    values = [expression for event in model.events for expression in event.assignments.values()]
    triggers = [event.trigger for event in model.events]
    rules = {sp.Symbol(name, real=True): rule for name, rule in model.rules.items()}
    formulas = {
        "rates": _formula([y, c, u, TIME], flow, rules),
        "decays": _formula([c], list(decays.values())),
        "triggers": _formula([y, c, u, TIME], triggers, rules),
        "assign": _formula([y, c, u, TIME], values, rules),
        "rules": _formula([y, c, u, TIME], list(rules), rules),
        "initial": _formula([c], [model.initial[n] for n in model.states]),
    }
    watched = set().union(*(part.free_symbols for part in (*triggers, *_reached(triggers, rules).values())))
    unset = [n for n in (*model.constants, *model.inputs) if n not in model.defaults and n not in model.initial]
    if unset:
        raise BodyError(Finding("SBML", f"no value for {', '.join(unset[:5])}", "Give each a value."))
    return Program(
        digest=digest,
        states=model.states,
        inputs=model.inputs,
        constants=model.constants,
        rules=tuple(model.rules),
        events=tuple((e.name, tuple(e.assignments)) for e in model.events),
        watched=tuple(str(s) for s in y if s in watched),
        constant_values=tuple(model.defaults.get(n, float("nan")) for n in model.constants),
        input_values=tuple(model.defaults[n] for n in model.inputs),
        formulas=tuple(formulas.items()),
    )


def _reached(expressions: list[Any], rules: Mapping[Any, Any]) -> dict[Any, Any]:
    """The rules that these expressions read, or rules that these read, in order of evaluation."""
    asked = set().union(*(expression.free_symbols for expression in expressions)) if expressions else set()
    for name in reversed(rules):  # who reads a rule stands behind it
        if name in asked:
            asked |= rules[name].free_symbols
    return {name: rule for name, rule in rules.items() if name in asked}


def _formula(arguments: list[Any], expressions: list[Any], rules: Mapping[Any, Any] | None = None) -> Formula:
    """The formula of expressions; each rule that they read is a step of its own, not written out in its readers."""
    import sympy as sp

    needed = _reached(expressions, rules or {})

    half = sp.Rational(1, 2)

    def vectorised(expression: sp.Expr) -> sp.Expr:
        """Powers as what a processor computes for many lanes at once: exp and ln, or whole powers and roots."""
        expression = expression.replace(
            lambda part: part.is_Pow and bool(part.exp.free_symbols),
            lambda part: sp.exp(part.exp * sp.log(part.base), evaluate=False),
        )
        return expression.replace(
            lambda part: part.is_Pow and part.exp.is_Rational and part.exp.q == 2 and abs(part.exp) > 1,
            lambda part: (part.base ** (abs(part.exp) - half) * sp.Function("sqrt")(part.base)) ** sp.sign(part.exp),
        )

    plain = [vectorised(sp.sympify(expression)) for expression in (*needed.values(), *expressions)]
    known = [*arguments, list(needed)] if needed else arguments
    every = formula_of(inspect.getsource(sp.lambdify(known, plain, modules="jax", cse=True)))
    steps = {**dict(every.steps), **dict(zip(map(str, needed), every.values, strict=False))}
    return in_order(steps, every.values[len(needed) :])
