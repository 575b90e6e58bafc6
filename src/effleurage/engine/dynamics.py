"""What a program does to a block of persons: how states flow, which triggers stand, and what their events assign."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from effleurage.engine.flowing import Constants
from effleurage.engine.program import Program

Array = jax.Array
Formulas = Callable[..., list[Any]]


@dataclass(frozen=True)
class Model:
    """A program's formulas over L persons: states ``y`` (S, L), constants ``c``, inputs ``u`` (U,), time ``t``.

    ``own(c, t)`` are all constants at a time. ``flow(y, c, u, t)`` (S, L) is the rates without the linear decay, per
    minute. ``triggers`` and ``assign`` are the program's own; ``targets`` are the rows of states that each event sets,
    and ``watched`` those that triggers read.
    """

    own: Callable[[Constants, Array], list[Array]]
    flow: Callable[[Array, Constants, Array, Array], Array]
    triggers: Formulas
    assign: Formulas
    targets: tuple[tuple[int, ...], ...]
    watched: tuple[int, ...]

    @classmethod
    def of(cls, program: Program) -> Model:
        """The model of a program; ``flow`` is compiled once and called from every stage of a step."""
        rates = program.function("rates")
        row = {name: index for index, name in enumerate(program.states)}
        own = partial(program.flowing.at, program.constants)

        @jax.jit
        def flow(y: Array, c: Constants, u: Array, t: Array) -> Array:
            return _ask(rates, list(y), own(c, t), u, t)

        return cls(
            own,
            flow,
            program.function("triggers"),
            program.function("assign"),
            tuple(tuple(row[target] for target in names) for _, names in program.events),
            tuple(row[name] for name in program.watched),
        )

    def holds(self, y: Array | list[Array], c: Constants, u: Array, t: Array) -> Array:
        """Which triggers are true (E, L)."""
        return _ask(self.triggers, list(y), self.own(c, t), u, t) > 0

    def fire(self, y: Array, which: Array, c: Constants, u: Array, t: Array) -> Array:
        """States (S, L) after the events ``which`` (E, L); all assign from the states before any of them."""
        values = iter(_ask(self.assign, list(y), self.own(c, t), u, t))
        rows = list(y)
        for event, places in enumerate(self.targets):
            for place in places:
                rows[place] = jnp.where(which[event], next(values), rows[place])
        return jnp.stack(rows)

    def at_once(self, y: Array, was: Array, c: Constants, u: Array, t: Array) -> tuple[Array, Array]:
        """Fire what has just become true, where ``was`` (E, L) stood; twice, for what the first firing makes true."""

        def again(_: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
            y, was = state
            now = self.holds(y, c, u, t)
            return self.fire(y, now & ~was, c, u, t), now

        y, _ = jax.lax.fori_loop(0, 2, again, (y, was))
        return y, self.holds(y, c, u, t)


def _ask(formulas: Formulas, y: list[Array], c: list[Array], u: Array, t: Array) -> Array:
    """The formulas' rows (R, L); ``y`` as rows, because formulas need not read them all."""
    lanes = jnp.zeros_like(y[0])
    return jnp.stack([value + lanes for value in formulas(y, c, list(u), t + lanes)])
