"""One step against what is known exactly of a curve, and against its stages written one after another."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.step import ROUGH, whole_step
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
def test_the_loop_takes_the_stages_of_the_method(k: float, minutes: float, pull: float) -> None:
    """Its stages as Cox & Matthews 2002 write them (their equations 26 to 29)."""
    y, c, u, t, h, weights = given(np.linspace(-3, 3, 12).tolist(), k, minutes)
    flow, (e_half, p_half, f1, f2, f3) = pulled(pull).flow, weights
    n0 = flow(y, c, u, t)
    a = e_half * y + p_half * n0
    n1 = flow(a, c, u, t + h / 2)
    b = e_half * y + p_half * n1
    n2 = flow(b, c, u, t + h / 2)
    n3 = flow(e_half * a + p_half * (2 * n2 - n0), c, u, t + h)
    whole, began, _ = whole_step(pulled(pull), y, c, u, t, h, weights)
    np.testing.assert_allclose(whole, e_half**2 * y + f1 * n0 + f2 * (n1 + n2) + f3 * n3, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(began, n0, rtol=1e-12)


def test_of_one_stage_there_is_the_flow_at_the_start() -> None:
    y, c, u, t, h, weights = given([2.0, -1.0], 0.4, 0.5)
    began = whole_step(pulled(0.3), y, c, u, t, h, weights, 1)[1]
    np.testing.assert_allclose(began, np.cos(0.3) - 0.3 * np.asarray(y), rtol=1e-12)


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
