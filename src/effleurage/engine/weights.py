"""How much each stage of a step counts: the exponential and φ functions of a linear decay over the step.

φ1(z) = (e^z - 1)/z, φ2(z) = (φ1 - 1)/z, φ3(z) = (φ2 - ½)/z (Cox & Matthews 2002, J Comput Phys 176:430, ETDRK4).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.export
import jax.numpy as jnp

_TAYLOR_TERMS = 14

Array = jax.Array


class Phis(NamedTuple):
    """e^z, φ1(z), φ2(z) and φ3(z) for z = -decay·step."""

    e: Array
    phi1: Array
    phi2: Array
    phi3: Array

    def doubled(self) -> Phis:
        """The same for 2z; for decays every term is positive, so nothing cancels (Skaflestad & Wright 2009, eq. 12)."""
        e, phi1, phi2, phi3 = self
        return Phis(
            e * e,
            (e * phi1 + phi1) / 2,
            (e * phi2 + phi1 + phi2) / 4,
            (e * phi3 + phi1 / 2 + phi2 + phi3) / 8,
        )


class Weights(NamedTuple):
    """E½, h·φ1(z/2)/2, and what the first, the two middle and the last stage count; E is E½ squared."""

    e_half: Array
    p_half: Array
    f1: Array
    f2: Array
    f3: Array


jax.export.register_namedtuple_serialization(Weights, serialized_name="effleurage.Weights")


def phis_of(z: Array) -> Phis:
    """By series near zero and by expm1 elsewhere."""
    small = jnp.abs(z) < 0.5
    safe = jnp.where(small, -1.0, z)
    phi1 = jnp.expm1(safe) / safe
    phi2 = (phi1 - 1) / safe
    phi3 = (phi2 - 0.5) / safe
    near = jnp.where(small, z, 0.0)
    series = jnp.ones_like(near)
    for term in range(_TAYLOR_TERMS, 3, -1):
        series = series * near / term + 1.0
    phi3_near = series / 6
    phi2_near = phi3_near * near + 0.5
    phi1_near = phi2_near * near + 1.0
    return Phis(
        jnp.exp(z),
        jnp.where(small, phi1_near, phi1),
        jnp.where(small, phi2_near, phi2),
        jnp.where(small, phi3_near, phi3),
    )


def weights_of(half: Phis, step: Array) -> Weights:
    """Weights of one ETDRK4 step of ``step`` minutes from the φ functions of half of it."""
    _, phi1, phi2, phi3 = half.doubled()
    return Weights(
        half.e,
        step * half.phi1 / 2,
        step * (phi1 - 3 * phi2 + 4 * phi3),
        step * (2 * phi2 - 4 * phi3),
        step * (4 * phi3 - phi2),
    )


def step_weights(decay: Array, step: Array) -> Weights:
    """Weights for decay rates (1/min) and a step (min), broadcast together."""
    return weights_of(phis_of(-decay * step / 2), step)


def tabled(decay: Array, sizes: Array, count: int | Array, kind: Any = None) -> Weights:
    """Weights of a step of each of the first ``count`` ``sizes`` (K,) or (K, L), for decay rates (S, L): (K, S, L).

    They are kept in numbers of a ``kind``, by default that of the rates.
    """
    empty = Weights(*[jnp.zeros((len(sizes), *decay.shape), kind or decay.dtype)] * len(Weights._fields))

    def one(i: Array, tables: Weights) -> Weights:
        found = step_weights(decay, sizes[i])
        return Weights(*(table.at[i].set(w.astype(table.dtype)) for table, w in zip(tables, found, strict=True)))

    tables: Weights = jax.lax.fori_loop(0, count, one, empty)
    return tables
