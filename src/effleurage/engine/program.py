"""SymPy -> Python source for JAX, made once per model and kept on disk, so that a cold start skips the algebra."""

from __future__ import annotations

import inspect
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cache, reduce
from hashlib import sha256
from pathlib import Path
from typing import Any

from effleurage.errors import BodyError, Finding

FORMAT = "10"
"""Changes whenever the generated source would change for the same model."""


@dataclass(frozen=True)
class Program:
    """A model ready to run. Names give the order of the rows of every array the functions take or return.

    The sources define, over arrays whose trailing axis is persons: ``rates(y, c, u, t)`` (without the
    linear decay), ``decays(c)``, ``triggers(y, c, u, t)``, ``assign(y, c, u, t)`` (all events' values),
    ``rules(y, c, u, t)`` and ``initial(c)``. ``watched`` are the states that the triggers read.
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
    sources: tuple[tuple[str, str], ...]

    def function(self, name: str) -> Callable[..., Any]:
        """The named function, evaluated with ``jax.numpy`` and our own ``log`` in scope."""
        import jax

        from effleurage.engine.logarithm import log

        scope: dict[str, Any] = {**vars(jax.numpy), "jax": jax, "reduce": reduce, "log": log}
        exec(compile(dict(self.sources)[name], f"<{name} of {self.digest}>", "exec"), scope)  # noqa: S102
        return scope["_lambdifygenerated"]  # type: ignore[no-any-return]


def cache_folder() -> Path:
    """Where derived things are kept between runs; ``EFFLEURAGE_CACHE`` moves it. Deleting it is always safe."""
    root = (
        os.environ.get("EFFLEURAGE_CACHE")
        or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "effleurage"
    )
    return Path(root)


@cache
def engine_code() -> str:
    """A fingerprint of the engine as installed: what was derived by another engine is derived anew."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def write_atomically(path: Path, data: bytes) -> None:
    """Write a cache file whole or not at all; a cache that cannot be written is not an error."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        return


def load_program(sbml: Callable[[], str], digest: str) -> Program:
    """The program of a model, from disk where its fingerprint is known, else derived from its SBML."""
    key = sha256(f"{digest} {FORMAT}".encode()).hexdigest()[:16]
    path = cache_folder() / f"program-{key}.json"
    try:
        return _from_json(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError, KeyError):
        program = derive(sbml(), key)
        write_atomically(path, json.dumps(asdict(program)).encode())
        return program


def _from_json(text: str) -> Program:
    table = json.loads(text)
    for name, value in table.items():
        if isinstance(value, list):
            table[name] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    table["events"] = tuple((name, tuple(targets)) for name, targets in table["events"])
    return Program(**table)


def derive(sbml: str, digest: str) -> Program:
    """Turn SBML into a program. Raises ``BodyError`` where the model cannot be run."""
    import sympy as sp

    from effleurage.engine.equations import TIME, read_sbml

    model = read_sbml(sbml)

    def symbols(names: tuple[str, ...]) -> list[sp.Symbol]:
        return [sp.Symbol(name, real=True) for name in names]

    y, c, u = symbols(model.states), symbols(model.constants), symbols(model.inputs)
    decays = model.decays

    def with_rules(expressions: list[sp.Expr]) -> list[sp.Expr]:
        return [_inline(e, model.rules) for e in expressions]

    flow = [model.rates.get(n, sp.Integer(0)) + decays[n] * s for n, s in zip(model.states, y, strict=True)]
    values = [expression for event in model.events for expression in event.assignments.values()]
    triggers = with_rules([event.trigger for event in model.events])
    sources = {
        "rates": _source([y, c, u, TIME], with_rules(flow)),
        "decays": _source([c], list(decays.values())),
        "triggers": _source([y, c, u, TIME], triggers),
        "assign": _source([y, c, u, TIME], with_rules(values)),
        "rules": _source([y, c, u, TIME], with_rules(symbols(tuple(model.rules)))),
        "initial": _source([c], [model.initial[n] for n in model.states]),
    }
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
        watched=tuple(str(s) for s in y if any(trigger.has(s) for trigger in triggers)),
        constant_values=tuple(model.defaults.get(n, float("nan")) for n in model.constants),
        input_values=tuple(model.defaults[n] for n in model.inputs),
        sources=tuple(sources.items()),
    )


def _inline(expression: Any, rules: Any) -> Any:
    """Write the rules out; common subexpressions are found again when the source is printed."""
    import sympy as sp

    done: dict[sp.Symbol, sp.Expr] = {}
    for name, rule in rules.items():
        done[sp.Symbol(name, real=True)] = rule.xreplace(done)
    return expression.xreplace(done)


def _source(arguments: list[Any], expressions: list[Any]) -> str:
    import sympy as sp

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

    plain = [vectorised(sp.sympify(expression)) for expression in expressions]
    function = sp.lambdify(arguments, plain, modules="jax", cse=True)
    return inspect.getsource(function)
