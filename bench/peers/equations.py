"""The engine's generated equations as plain functions, for peers that are given functions instead of SBML."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from typing import Any

from effleurage.engine.program import Program


def _log(value: float) -> float:
    """As NumPy's: no error at and below zero, where a trial step of a solver may look."""
    return math.log(value) if value > 0 else (-math.inf if value == 0 else math.nan)


SCALAR = {**vars(math), "log": _log, "minimum": min, "maximum": max, "abs": abs, "reduce": reduce}
"""What the generated source needs when it is run on plain floats, many times as fast as on arrays of one."""


def scalar(program: Program, name: str) -> Callable[..., list[float]]:
    """A function of the program on plain floats."""
    scope: dict[str, Any] = dict(SCALAR)
    exec(compile(dict(program.sources)[name], f"<scalar {name}>", "exec"), scope)  # noqa: S102
    return scope["_lambdifygenerated"]  # type: ignore[no-any-return]


def targets(program: Program) -> list[list[int]]:
    """Of each event, the rows of the states that it sets."""
    row = {name: index for index, name in enumerate(program.states)}
    return [[row[name] for name in names] for _, names in program.events]
