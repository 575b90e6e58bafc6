"""One exponential Runge-Kutta step of a block of persons, in which linear decays are exact.

Decays with constant rates are advanced exactly (Cox & Matthews 2002, J Comput Phys 176:430, ETDRK4); with no decay it
is the classical fourth-order Runge-Kutta step.
"""

from __future__ import annotations

from functools import reduce

import jax
import jax.numpy as jnp

from effleurage.engine.dynamics import Model
from effleurage.engine.flowing import Constants
from effleurage.engine.weights import Weights

ROUGH = 0.1
"""Share of a state's size; a step whose middle stages are further apart is too long: few people are ever so fast."""

Array = jax.Array


def whole_step(
    model: Model, y: Array, c: Constants, u: Array, t: Array, h: Array, weights: Weights, stages: int | Array = 4
) -> tuple[Array, Array, Array]:
    """One step; returns the states after it, the flow at its start, and who takes it smoothly (L,).

    Rough is who has a state that the two middle stages put ROUGH apart, as a share of its size: then the step is
    too long for what happens in it, be it unstable or beyond where the equations hold. The stages are a loop, for each
    copy of the flow takes seconds to compile; of fewer ``stages`` than 4 only the flow at the start counts.
    """
    e_half, p_half, f1, f2, f3 = weights
    base = e_half * y

    def stage(i: Array, state: tuple[Array, Array]) -> tuple[Array, Array]:
        point, flows = state
        n = model.flow(point, c, u, t + jnp.asarray([0, 0.5, 0.5, 1], y.dtype)[i] * h)
        flows = jax.lax.dynamic_update_index_in_dim(flows, n, i, axis=0)
        n0 = flows[0]
        last = e_half * (base + p_half * n0) + p_half * (2 * n - n0)
        return jnp.where(i < 2, base + p_half * n, last), flows

    _, (n0, n1, n2, n3) = jax.lax.fori_loop(0, stages, stage, (y, jnp.zeros((4, *y.shape), y.dtype)))
    whole = e_half * base + f1 * n0 + f2 * (n1 + n2) + f3 * n3
    alike = jnp.abs(p_half * (n2 - n1)) <= ROUGH * (jnp.abs(y) + jnp.abs(whole))
    return whole, n0, reduce(jnp.logical_and, alike)
