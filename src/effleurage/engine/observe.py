"""What is read off the states that were kept on the way: states and rules, at the moments of looking."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

from effleurage.engine.flowing import Knots
from effleurage.engine.kernel import LOOKS
from effleurage.engine.program import Program

Array = jax.Array


def make_observe(program: Program) -> Callable[..., Array]:
    """Compile ``observe(states, constants, knots, looks, picks)`` -> what was picked (LOOKS, P, L).

    ``states`` (LOOKS + 1, S, L) as ``advance`` keeps them. ``looks``: how many, and of each the inputs (LOOKS, U),
    the time (LOOKS,) and the interval between ``knots`` (LOOKS,). ``picks`` (P,) counts the states first and then the
    rules.
    """
    rules = program.function("rules")

    @jax.jit
    def observe(states: Array, constants: Array, knots: Knots, looks: tuple[Array, ...], picks: Array) -> Array:
        count, inputs, time, interval = looks

        def one(i: Array, seen: Array) -> Array:
            c = program.flowing.within(constants, knots, interval[i])
            y = states[i]
            lanes = jnp.zeros_like(y[0])
            own = program.flowing.at(program.constants, c, time[i])
            asked = rules(list(y), own, list(inputs[i]), time[i] + lanes)
            return seen.at[i].set(jnp.stack([*y, *(value + lanes for value in asked)])[picks])

        nothing = jnp.zeros((LOOKS, len(picks), states.shape[2]), constants.dtype)
        return jnp.asarray(jax.lax.fori_loop(0, count, one, nothing))

    return observe
