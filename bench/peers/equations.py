"""The engine's generated equations as plain functions, for peers that are given functions instead of SBML."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from effleurage.engine.formula import Tree
from effleurage.engine.program import TAKEN, Program


def _log(value: float) -> float:
    """As NumPy's: no error at and below zero, where a trial step of a solver may look."""
    return math.log(value) if value > 0 else (-math.inf if value == 0 else math.nan)


SCALAR: dict[str, Any] = {**vars(math), "log": _log, "minimum": min, "maximum": max}
"""What a formula needs when it is calculated with plain floats, many times as fast as with arrays of one."""


def scalar(program: Program, name: str) -> Callable[..., list[float]]:
    """A function of the program on plain floats."""
    formula, scope = dict(program.formulas)[name], dict(SCALAR)
    rows = {"states": program.states, "constants": program.constants, "inputs": program.inputs}
    lines = [f"    [{', '.join(rows[taken])}] = {taken}" for taken in TAKEN[name] if taken in rows]
    lines += [f"    {step} = {python(tree)}" for step, tree in formula.steps]
    lines += [f"    return [{', '.join(map(python, formula.values))}]"]
    text = "\n".join([f"def function({', '.join(TAKEN[name])}):", *lines])
    exec(compile(text, f"<scalar {name}>", "exec"), scope)  # noqa: S102
    return scope["function"]  # type: ignore[no-any-return]


def python(tree: Tree) -> str:
    """A formula's tree as Python, so that peers pay for no detour."""
    if not isinstance(tree, tuple):
        return str(tree) if isinstance(tree, str) else repr(tree)
    does, *parts = tree[0], *map(python, tree[1:])
    if does == "neg":
        return f"(-{parts[0]})"
    if does.isidentifier():
        return f"{does}({', '.join(parts)})"
    return f"({f' {does} '.join(parts)})"


def targets(program: Program) -> list[list[int]]:
    """Of each event, the rows of the states that it sets."""
    row = {name: index for index, name in enumerate(program.states)}
    return [[row[name] for name in names] for _, names in program.events]
