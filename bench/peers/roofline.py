"""How near the right-hand side comes to what the processor can do at best.

Counted are the operations of the formulas for one person: each of + - * / as one, an integer power as its
products, a function (exp, log, tanh, ...) as the number of additions and multiplications that the processor could do
in the time that XLA takes for one such value, measured here. The best is a chain of multiply-adds over an array that
fits the first cache. All on one core, in 64 bits.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from effleurage.engine.formula import Formula, Tree
from peers.job import Job

LANES = 256
IN_CACHE = 1024
TURNS = 2000
CHAIN = 16
ROUNDS = 7
FUNCTIONS = ("exp", "log", "tanh", "sqrt")


def measure(job: Job, most: int) -> dict[str, Any]:
    """Operations of one right-hand side, its time, and its share of the measured peak."""
    del most
    jax.config.update("jax_enable_x64", True)
    _, program, _ = job.course()
    counted = operations(dict(program.formulas)["rates"])
    peak = 2 * CHAIN * IN_CACHE * TURNS / best(_repeated(repeated_multiply_add), jnp.full(IN_CACHE, 0.5))
    worth = {name: _seconds_each(name) * peak for name in FUNCTIONS}
    flops = sum(count * worth.get(name, 1.0) for name, count in counted.items())
    each = _right_hand_side(program, job)
    return {
        "operations": dict(counted),
        "worth": worth,
        "flops": flops,
        "plain_flops": sum(count for name, count in counted.items() if name not in FUNCTIONS),
        "ns": 1e9 * each,
        "gflops": flops / each / 1e9,
        "peak_gflops": peak / 1e9,
        "share": flops / each / peak,
    }


def operations(formula: Formula) -> Counter[str]:
    """Operations of a formula."""
    counted: Counter[str] = Counter()
    waiting: list[Tree] = [*(tree for _, tree in formula.steps), *formula.values]
    while waiting:
        tree = waiting.pop()
        if not isinstance(tree, tuple):
            continue
        waiting += tree[1:]
        if tree[0] == "**":
            counted.update(_power(tree[2]))
        elif tree[0] != "neg":
            counted[tree[0]] += 1
    return counted


def _power(above: Tree) -> dict[str, int]:
    """Operations of a power: a whole one as its products, any other as a root."""
    sign, size = (-1, above[1]) if isinstance(above, tuple) and above[0] == "neg" else (1, above)
    value = sign * size if isinstance(size, int | float) else 0.5
    if value != int(value):
        return {"sqrt": 1}
    return {"*": max(int(abs(value)).bit_length() + int(abs(value)).bit_count() - 2, 0), "/": int(value < 0)}


def best(function: Callable[..., Any], *arguments: Any) -> float:
    """Seconds of the fastest of some calls, after one that compiles."""
    jax.block_until_ready(function(*arguments))
    taken = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        jax.block_until_ready(function(*arguments))
        taken.append(time.perf_counter() - begin)
    return min(taken)


def repeated_multiply_add(x: Any) -> Any:
    """A chain of CHAIN multiply-adds, each waiting for the one before."""
    for _ in range(CHAIN):
        x = x * 0.999 + 0.0005
    return x


def _repeated(step: Callable[[Any], Any]) -> Callable[..., Any]:
    return jax.jit(lambda x: jax.lax.fori_loop(0, TURNS, lambda _, y: step(y), x))


def _seconds_each(name: str) -> float:
    function = getattr(jnp, name)
    return best(_repeated(lambda x: function(x) * 0.1 + 0.5), jnp.full(IN_CACHE, 0.5)) / (IN_CACHE * TURNS)


def _right_hand_side(program: Any, job: Job) -> float:
    """Seconds a person of one evaluation, many in one call so that calling costs nothing."""
    rates = program.function("rates")
    who = np.arange(LANES) % job.constants.shape[1]
    constants, start = jnp.asarray(job.constants[:, who]), jnp.asarray(job.starts[:, who])
    inputs = jnp.asarray(job.inputs[0])

    def flow(y: Any, c: Any, u: Any, t: Any) -> Any:
        found = rates(list(y), list(c), list(u), t + jnp.zeros(LANES))
        return jnp.stack([jnp.broadcast_to(jnp.asarray(row, dtype=jnp.float64), (LANES,)) for row in found])

    turns = 500
    many = jax.jit(lambda y, c, u: jax.lax.fori_loop(0, turns, lambda i, y: y + 1e-9 * flow(y, c, u, 1.0 * i), y))
    return best(many, start, constants, inputs) / (turns * LANES)
