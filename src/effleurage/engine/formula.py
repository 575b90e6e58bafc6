"""Formulas as data: trees of names, numbers and operations, which can be kept on disk and do nothing but calculate.

A tree is a number, a name, or an operation with its parts: ``("+", "a", ("exp", "b"))``.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, reduce
from threading import Lock
from typing import Any

from effleurage.errors import BodyError, Finding

Tree = float | str | tuple[Any, ...]
_ALONE = Lock()
"""CPython 3.11 counts the depth of a tree for all threads together: two that parse at once end in a SystemError."""
_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_OF_ONE = ("neg", "exp", "log", "sqrt", "tanh", "floor", "cos", "sin")
_OF_MANY = ("minimum", "maximum")


@dataclass(frozen=True)
class Formula:
    """``values`` to be calculated, after ``steps`` that they share: each a name and what it stands for."""

    steps: tuple[tuple[str, Tree], ...]
    values: tuple[Tree, ...]

    def faults(self, known: Iterable[str]) -> list[str]:
        """Everything that is no formula of the known names."""
        names, found = {*known}, []
        for step in self.steps:
            name, tree = step
            found += _faults(tree, names)
            names.add(name)
        return found + [fault for tree in self.values for fault in _faults(tree, names)]

    def at(self, scope: Mapping[str, Any]) -> list[Any]:
        """The values where the names stand for these numbers or arrays."""
        known, does = dict(scope), _operations()
        for name, tree in self.steps:
            known[name] = _value(tree, known, does)
        return [_value(tree, known, does) for tree in self.values]


def formula_of(source: str) -> Formula:
    """The formula that a Python function is, which takes lists of numbers apart and returns a list.

    Raises ``BodyError`` where it does anything else.
    """
    with _ALONE:
        (function,) = ast.parse(source).body
    steps: list[tuple[str, Tree]] = []
    for line in getattr(function, "body", ()):
        match line:
            case ast.Assign(targets=[ast.List()], value=ast.Name()):
                continue  # an argument, taken apart into names
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                steps.append((name, _tree(value)))
            case ast.Return(value=ast.List(elts=values)):
                return Formula(tuple(steps), tuple(map(_tree, values)))
            case _:
                break
    raise BodyError(Finding("equations", "their formulas are none", "Report this: it is our fault."))


def in_order(steps: Mapping[str, Tree], values: tuple[Tree, ...]) -> Formula:
    """The formula of ``values`` after those of the ``steps`` that they need, each behind what it needs itself."""
    done: dict[str, Tree] = {}

    def need(tree: Tree) -> None:
        if isinstance(tree, str):
            if tree in steps and tree not in done:
                need(steps[tree])
                done[tree] = steps[tree]
        elif isinstance(tree, tuple):
            for part in tree[1:]:
                need(part)

    for value in values:
        need(value)
    return Formula(tuple(done.items()), values)


def _tree(node: ast.expr) -> Tree:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name):
            return name
        case ast.UnaryOp(op=ast.USub(), operand=part):
            return "neg", _tree(part)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _SIGNS:
            return _SIGNS[type(sign)], _tree(left), _tree(right)
        case ast.Call(func=ast.Name(id="reduce"), args=[ast.Name(id=name), ast.List(elts=parts)]):
            return name, *map(_tree, parts)
        case ast.Call(func=ast.Name(id=name), args=parts, keywords=[]):
            return name, *map(_tree, parts)
    what = f"cannot compute {ast.unparse(node)}"
    raise BodyError(Finding("equations", what, "Use + - * / ^ exp ln sqrt tanh floor cos sin."))


def _faults(tree: Any, known: set[str]) -> list[str]:
    if isinstance(tree, str):
        return [] if tree in known else [f"nothing is called '{tree}'"]
    if not isinstance(tree, tuple):
        return [] if type(tree) in (int, float) else [f"{tree!r} is no number"]
    does, *parts = tree or ("",)
    count = len(parts)
    fits = (does in _SIGNS.values() and count == 2) or (does in _OF_ONE and count == 1) or (does in _OF_MANY and count)
    return [fault for part in parts for fault in _faults(part, known)] if fits else [f"{does!r} is no operation"]


def _value(tree: Tree, known: Mapping[str, Any], does: Mapping[str, Callable[..., Any]]) -> Any:
    if isinstance(tree, str):
        return known[tree]
    if isinstance(tree, tuple):
        return does[tree[0]](*(_value(part, known, does) for part in tree[1:]))
    return tree


@cache
def _operations() -> dict[str, Callable[..., Any]]:
    import jax.numpy as jnp

    from effleurage.engine.logarithm import log

    signs = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}
    of_one = {name: getattr(jnp, name) for name in _OF_ONE if name not in ("neg", "log")}
    of_many = {name: _folded(getattr(jnp, name)) for name in _OF_MANY}
    return {**signs, **of_one, **of_many, "neg": operator.neg, "log": log}


def _folded(of_two: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *parts: reduce(of_two, parts)


def as_tuples(data: Any) -> Any:
    """Lists, as JSON has them, as tuples all the way down."""
    return tuple(map(as_tuples, data)) if isinstance(data, list) else data
