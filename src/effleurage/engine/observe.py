"""What is read off the states that were kept on the way: states and rules, at the moments of looking."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp

from effleurage.engine.kernel import LOOKS
from effleurage.engine.program import Program

Array = jax.Array


def make_observe(program: Program) -> Callable[..., Array]:
    """Compile ``observe(states, constants, varying, looks, picks)`` -> what was picked (LOOKS, P, L).

    ``states`` (LOOKS + 1, S, L) as ``advance`` keeps them. ``looks``: how many, and of each the inputs (LOOKS, U),
    the time (LOOKS,) and the segment (LOOKS,). ``picks`` (P,) counts the states first and then the rules.
    """
    rules = program.function("rules")

    @jax.jit
    def observe(
        states: Array, constants: Array, varying: tuple[Array, Array], looks: tuple[Array, ...], picks: Array
    ) -> Array:
        count, inputs, time, segment = looks
        places, values = varying

        def one(i: Array, seen: Array) -> Array:
            c = constants.at[places].set(values[segment[i]], mode="drop")
            y = states[i]
            lanes = jnp.zeros_like(y[0])
            asked = rules(list(y), list(c), list(inputs[i]), time[i] + lanes)
            return seen.at[i].set(jnp.stack([*y, *(value + lanes for value in asked)])[picks])

        nothing = jnp.zeros((LOOKS, len(picks), states.shape[2]), constants.dtype)
        return jnp.asarray(jax.lax.fori_loop(0, count, one, nothing))

    return observe
