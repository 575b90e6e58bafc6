"""What a small program does to a few persons."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import jax.numpy as jnp
import pytest

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.program import Program, derive

TEXT = """
x' = u - k*x; k = 0.5; x = 4; var u; u = 1; a = 0; var a; b = 0; var b; d' = 0*x; d = 0;
fall: at (x < 2): a = x, x = 9; follow: at (a > 1): b = b + 1;
"""


@cache
def program() -> Program:
    import antimony

    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(f"model small() unit time_unit = 60 second; {TEXT} end") >= 0
    return derive(antimony.getSBMLString("small"), sha256(TEXT.encode()).hexdigest())


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.of(program())


def states(**rows: list[float]) -> jnp.ndarray:
    lanes = len(next(iter(rows.values())))
    return jnp.stack([jnp.asarray(rows.get(name, [0.0] * lanes)) for name in program().states])


def rest(lanes: int) -> tuple[Constants, jnp.ndarray, jnp.ndarray]:
    """Constants, inputs and time."""
    constants = jnp.asarray(program().constant_values)[:, None] * jnp.ones(lanes)
    return Constants(constants, constants[:0]), jnp.asarray(program().input_values), jnp.asarray(0.0)


def test_the_flow_leaves_out_the_decay(model: Model) -> None:
    x = program().states.index("x")
    flow = model.flow(states(x=[4.0, 7.0]), *rest(2))
    assert flow[x].tolist() == [1.0, 1.0]


def test_only_what_triggers_read_is_watched(model: Model) -> None:
    assert {program().states[row] for row in model.watched} == {"x", "a"}


def test_an_event_assigns_from_the_states_before_it_and_only_where_it_fires(model: Model) -> None:
    y = states(x=[1.0, 1.5, 1.0])
    fall = [[name == "fall"] * 2 + [False] for name, _ in program().events]
    after = dict(zip(program().states, model.fire(y, jnp.asarray(fall), *rest(3)).tolist(), strict=True))
    assert after["a"] == [1.0, 1.5, 0.0]
    assert after["x"] == [9.0, 9.0, 1.0]


def test_what_a_firing_makes_true_fires_as_well_and_once(model: Model) -> None:
    y = states(x=[1.5, 3.0, 1.5])
    was = jnp.asarray([[name == "fall" and lane == 2 for lane in range(3)] for name, _ in program().events])
    reached, stands = model.at_once(y, was, *rest(3))
    after = dict(zip(program().states, reached.tolist(), strict=True))
    assert after["b"] == [1.0, 0.0, 0.0]
    assert after["x"] == [9.0, 3.0, 1.5]  # the last one's trigger stood already
    assert (stands == model.holds(reached, *rest(3))).all()
