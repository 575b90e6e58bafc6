"""One step against what is known exactly of a curve, and against itself taken as a loop."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.step import ROUGH, looped_step, whole_step
from effleurage.engine.weights import step_weights


def pulled(pull: float) -> Model:
    """x' = cos(t) - pull x - k x, of which only k x is the decay."""
    return Model(
        own=lambda c, t: [],
        flow=lambda y, c, u, t: jnp.cos(t) - pull * y,
        triggers=lambda y, c, u, t: [-1.0],
        assign=lambda y, c, u, t: [],
        targets=((),),
        watched=(),
    )


def given(x: list[float], k: float, minutes: float) -> Any:
    """A step from x (L,) that begins at 0.3 min."""
    y, h = jnp.asarray([x]), jnp.asarray(minutes)
    nothing = jnp.zeros((0, len(x)))
    return y, Constants(nothing, nothing), jnp.zeros(0), jnp.asarray(0.3), h, step_weights(k + 0 * y, h)


@pytest.mark.parametrize(("k", "minutes", "pull"), [(0.0, 1.0, 1.0), (0.4, 0.01, 0.0), (2.0, 5.0, 0.3)])
def test_the_loop_takes_the_same_step(k: float, minutes: float, pull: float) -> None:
    step = given(np.linspace(-3, 3, 12).tolist(), k, minutes)
    whole, n0, _ = whole_step(pulled(pull), *step)
    looped, looped_n0 = looped_step(pulled(pull), *step)
    np.testing.assert_allclose(looped, whole, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(looped_n0, n0, rtol=1e-12)


def test_the_error_falls_with_the_fifth_power_of_the_step() -> None:
    def exact(t: float, k: float = 0.7) -> float:
        free = (k * np.cos(0.3) + np.sin(0.3)) / (1 + k * k)
        return float((k * np.cos(t) + np.sin(t)) / (1 + k * k) + (2 - free) * np.exp(-k * (t - 0.3)))

    errors = [abs(float(whole_step(pulled(0.0), *given([2.0], 0.7, h))[0][0, 0]) - exact(0.3 + h)) for h in (0.4, 0.2)]
    assert 24 < errors[0] / errors[1] < 40


@pytest.mark.parametrize(("pull", "smooth"), [(0.1, True), (2.0, False)])
def test_who_is_pulled_too_hard_for_the_step_takes_it_roughly(pull: float, smooth: bool) -> None:
    """Without a drive the middle stages are (pull/2)^3 of x apart: 0.01 % of it, or all of it."""
    assert whole_step(pulled(pull), *given([1e6], 0.0, 1.0))[2].tolist() == [smooth]
    assert (pull / 2) ** 3 < ROUGH or not smooth
