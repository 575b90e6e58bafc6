"""Formulas as data: they calculate what Python calculates, and do nothing else."""

from __future__ import annotations

import gc
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from effleurage.engine.formula import Formula, as_tuples, formula_of
from effleurage.errors import BodyError

SOURCE = """
def f(_Dummy_1, time):
    [a, b] = _Dummy_1
    x0 = exp(-a)
    x1 = x0**2
    return [1/2*a - b*x1/(3 + time), reduce(maximum, [a, b, x0]), tanh(log(b)) + sqrt(a)**(-1.0), floor(a) + cos(pi)]
"""


def test_a_formula_calculates_what_python_does() -> None:
    formula = formula_of(SOURCE)
    a, b, time = np.array([0.5, 2.0]), np.array([3.0, 0.25]), 7.0
    found = formula.at({"a": a, "b": b, "time": time, "pi": np.pi})
    x0 = np.exp(-a)
    due = [
        1 / 2 * a - b * x0**2 / (3 + time),
        np.maximum(np.maximum(a, b), x0),
        np.tanh(np.log(b)) + 1 / np.sqrt(a),
        np.floor(a) + np.cos(np.pi),
    ]
    for ours, theirs in zip(found, due, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-14)
    assert formula.faults(("a", "b", "time", "pi")) == []


@pytest.mark.parametrize(
    "line",
    [
        "return [__import__('os').getcwd()]",
        "return [a.real]",
        "return [a[0]]",
        "return [(lambda: a)()]",
        "return [a if b else a]",
        "return ['a']",
        "return [a + True]",
        "return [a @ b]",
        "return [exp(a, x=b)]",
        "return a",
        "import os",
        "for x in a: pass",
        "global a",
    ],
)
def test_what_is_no_formula_is_refused(line: str) -> None:
    with pytest.raises(BodyError):
        formula_of(f"def f(_Dummy):\n    [a, b] = _Dummy\n    {line}\n")


@pytest.mark.parametrize(
    "tree",
    [
        "c",
        "__import__",
        ["c", "a"],
        ["eval", "a"],
        ["__import__", "os"],
        ["+", "a"],
        ["+", "a", "b", "a"],
        ["exp"],
        ["minimum"],
        [],
        [["exp"], "a"],
        [["+"], "a", "b"],
        ["+", "a", ["exp", "c"]],
        None,
        True,
        {"a": 1},
    ],
)
def test_a_tree_that_is_no_formula_of_these_names_is_named(tree: object) -> None:
    assert Formula((), (as_tuples(tree),)).faults(("a", "b"))
    assert Formula((("x", as_tuples(tree)),), ("x",)).faults(("a", "b"))


def test_a_step_is_known_from_where_it_stands_on() -> None:
    assert Formula((("x", "a"), ("y", "x")), ("y",)).faults(("a",)) == []
    assert Formula((("y", "x"), ("x", "a")), ("y",)).faults(("a",)) == ["nothing is called 'x'"]


def test_threads_may_take_formulas_apart_at_once() -> None:
    source = (
        "def f(y):\n    [x] = y\n" + "".join(f"    a{n} = exp(x) + x*{n}\n" for n in range(300)) + "    return [a0]\n"
    )

    def from_depth(depth: int) -> Formula:
        return from_depth(depth - 1) if depth else formula_of(source)

    def let_others_run(*_: object) -> None:
        time.sleep(0.0005)

    usual = gc.get_threshold()
    gc.callbacks.append(let_others_run)
    gc.set_threshold(50)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = list(threads.map(from_depth, [turn % 7 for turn in range(16)]))
    finally:
        gc.set_threshold(*usual)
        gc.callbacks.remove(let_others_run)
    assert all(one == found[0] for one in found)
