"""What is read off the states: the states themselves and rules, at each look with its own inputs."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from effleurage.engine.flowing import KNOT
from effleurage.engine.kernel import LOOKS
from effleurage.engine.observe import make_observe
from effleurage.engine.program import Program
from effleurage.engine.varying import Varying


def looked(
    program: Program, picks: list[int], count: int = 2, lanes: int = 3
) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """What is picked at ``count`` looks, the states there, and constants, inputs and times."""
    states = 1.0 + np.arange((LOOKS + 1) * len(program.states) * lanes).reshape(LOOKS + 1, -1, lanes) % 7 / 10
    constants = np.tile(np.array(program.constant_values)[:, None], (1, lanes))
    inputs = np.tile(np.array(program.input_values), (LOOKS, 1))
    time = np.arange(LOOKS) * 60.0
    looks = (jnp.array(count), jnp.array(inputs), jnp.array(time), jnp.array(time // KNOT, jnp.int64))
    still = Varying.still(program, constants).knots(0, np.float64)
    found = make_observe(program)(jnp.array(states), jnp.array(constants), still, looks, jnp.array(picks))
    return np.asarray(found), states, [constants, inputs, time]


def test_states_are_picked_as_they_are_and_looks_beyond_are_nothing(program: Program) -> None:
    found, states, _ = looked(program, [0, 5])
    np.testing.assert_allclose(found[:2], states[:2][:, [0, 5]])
    assert (found[2:] == 0).all()


def test_rules_are_those_of_the_states_inputs_and_time_of_the_look(program: Program) -> None:
    place = len(program.rules) // 2
    found, states, (constants, inputs, time) = looked(program, [len(program.states) + place])
    for look in (0, 1):
        rules = program.function("rules")(list(states[look]), list(constants), list(inputs[look]), time[look])
        np.testing.assert_allclose(found[look, 0], np.broadcast_to(rules[place], (3,)), rtol=1e-12)
