"""A step taken again, of a line that rises, a clock and a decay: what happens in each is known exactly."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.dynamics import Array, Model
from effleurage.engine.flowing import Constants
from effleurage.engine.parts import again, crossing_of
from effleurage.engine.step import whole_step
from effleurage.engine.weights import step_weights

LINE, CLOCK, DECAY = 0, 1, 2
RATE = 0.3


def rising(level: float = 1.0, further: float = 1e9) -> Model:
    """x' = c, a clock, and z' = -RATE z. At ``level`` x falls to 0; where it is ``further``, z becomes 100."""
    return Model(
        own=lambda c, t: list(c.fixed),
        flow=lambda y, c, u, t: jnp.stack([c.fixed[0], jnp.ones_like(y[0]), jnp.zeros_like(y[0])]),
        triggers=lambda y, c, u, t: [y[LINE] - level, y[LINE] - further],
        assign=lambda y, c, u, t: [0.0, 100.0],
        targets=((LINE,), (DECAY,)),
        watched=(LINE,),
    )


class Step:
    """A whole step from x = 0, clock = 0 and z = 1, a lane for each slope of x."""

    def __init__(self, model: Model, slopes: list[float], minutes: float) -> None:
        still = jnp.zeros(len(slopes))
        self.y, self.k = jnp.stack([still, still, still + 1]), jnp.stack([still, still, still + RATE])
        self.c, self.u = Constants(jnp.asarray([slopes]), jnp.zeros((0, len(slopes)))), jnp.zeros(0)
        self.t, self.h = jnp.asarray(50.0), jnp.asarray(minutes)
        weights = step_weights(self.k, self.h)
        self.whole, self.n0, _ = whole_step(model, self.y, self.c, self.u, self.t, self.h, weights)
        self.was = model.holds(self.y, self.c, self.u, self.t)
        self.crossing = model.holds(self.whole, self.c, self.u, self.t + self.h) & ~self.was

    def crossed(self, model: Model) -> tuple[Array, Array]:
        end = model.flow(self.whole, self.c, self.u, self.t + self.h) - self.k * self.whole
        slopes = (self.n0 - self.k * self.y) * self.h, end * self.h
        return crossing_of(model, (self.y, self.whole), slopes, self.crossing, self.c, self.u, self.t, self.h)

    def again(self, model: Model, equal: int, since: float) -> tuple[Array, Array, Array]:
        before = jnp.full((1, self.y.shape[1]), since)
        given = self.y, self.n0, self.whole, self.was, self.crossing, before, self.k, self.c
        return again(model, self.u, self.t, self.h, jnp.asarray(equal), *given)

    def in_parts(self, model: Model) -> tuple[Array, Array, Array]:
        return self.again(model, 0, 6.0)

    def evenly(self, model: Model, parts: int, since: float) -> tuple[Array, Array, Array]:
        return self.again(model, parts, since)


@pytest.mark.parametrize("minutes", [0.5, 30.0])
def test_a_crossing_is_found_where_a_line_reaches_its_level(minutes: float) -> None:
    model, shares = rising(), np.linspace(0.02, 0.98, 33)
    theta, first = Step(model, (1 / (shares * minutes)).tolist(), minutes).crossed(model)
    assert np.abs(np.asarray(theta) - shares).max() < 1e-9
    assert first[0].all()
    assert not first[1].any()


def test_of_two_crossings_in_a_step_the_first_is_found() -> None:
    model = rising(level=3.0, further=1.0)
    theta, first = Step(model, [1.0], 4.0).crossed(model)
    assert float(theta[0]) == pytest.approx(0.25, abs=1e-9)
    assert first[:, 0].tolist() == [False, True]


def test_the_parts_cover_the_step_once_and_the_event_falls_between_them() -> None:
    model, slopes = rising(), np.array([0.3, 0.4, 0.5])
    states, standing, left = Step(model, slopes.tolist(), 4.0).in_parts(model)
    assert states[CLOCK].tolist() == pytest.approx([4.0] * 3, rel=1e-12)
    assert states[DECAY].tolist() == pytest.approx([np.exp(-RATE * 4.0)] * 3, rel=1e-9)
    assert states[LINE].tolist() == pytest.approx(slopes * 4.0 - 1.0, abs=1e-8)
    assert left.tolist() == pytest.approx(4.0 - 1.0 / slopes, abs=1e-8)
    assert not standing.any()


def test_an_event_whose_trigger_still_holds_stands_and_does_not_fire_again() -> None:
    model = rising(further=1.0, level=1e9)
    states, standing, left = Step(model, [0.5], 4.0).in_parts(model)
    assert float(states[DECAY, 0]) == pytest.approx(100 * np.exp(-RATE * 2.0), rel=1e-7)
    assert standing[:, 0].tolist() == [False, True]
    assert float(left[0]) == pytest.approx(2.0, abs=1e-8)


@pytest.mark.parametrize("parts", [1, 2, 16])
def test_equal_parts_cover_the_step_once(parts: int) -> None:
    model = rising()
    states, standing, since = Step(model, [0.1, 0.2], 4.0).evenly(model, parts, since=6.0)
    assert states[CLOCK].tolist() == pytest.approx([4.0, 4.0], rel=1e-12)
    assert states[LINE].tolist() == pytest.approx([0.4, 0.8], rel=1e-12)
    assert states[DECAY].tolist() == pytest.approx([np.exp(-RATE * 4.0)] * 2, rel=1e-9)
    assert since.tolist() == [10.0, 10.0]
    assert not standing.any()


def test_what_is_crossed_in_equal_parts_fires_at_their_end() -> None:
    model = rising()
    states, _, since = Step(model, [0.1, 0.5], 4.0).evenly(model, 2, since=6.0)
    assert states[LINE].tolist() == pytest.approx([0.4, 0.0])
    assert since.tolist() == [10.0, 0.0]


@pytest.mark.parametrize("equal", [0, 2, 16])
def test_each_part_begins_where_the_one_before_it_ends(equal: int) -> None:
    """What grows by twice the time is the square of the time: parts that overlap or leave a gap would add up to more
    or less."""
    model = replace(rising(), flow=lambda y, c, u, t: jnp.stack([c.fixed[0], jnp.ones_like(y[0]), 0 * y[0] + 2 * t]))
    step = Step(model, [0.5], 4.0)
    step.k = jnp.zeros_like(step.k)
    states, _, _ = step.again(model, equal, 6.0)
    assert float(states[DECAY, 0]) == pytest.approx(1 + 54.0**2 - 50.0**2, rel=1e-12)


def test_each_way_to_take_a_step_again_is_told_by_a_number_and_compiled_once() -> None:
    """Both ways of one compiled function are those of the function as it is."""
    model = rising()
    step = Step(model, [0.3, 0.5], 4.0)
    compiled: list[int] = []

    @jax.jit
    def one(equal: Array) -> tuple[Array, Array, Array]:
        compiled.append(1)
        given = step.y, step.n0, step.whole, step.was, step.crossing, jnp.full((1, 2), 6.0), step.k, step.c
        return again(model, step.u, step.t, step.h, equal, *given)

    for equal in (0, 2, 16):
        for found, expected in zip(one(jnp.asarray(equal)), step.again(model, equal, 6.0), strict=True):
            np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
    assert len(compiled) == 1
