"""The step itself: exponential Runge-Kutta with events located inside the step, over a block of persons.

Linear decays with constant rates are advanced exactly (Cox & Matthews 2002, J Comput Phys 176:430,
ETDRK4; with no decay it is the classical fourth-order Runge-Kutta step). An event is found on the cubic
Hermite interpolant of its step, and the step is taken again in two parts, up to the event and after it.
Every block has the same number of lanes, so one person and a thousand give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from effleurage.engine.program import Program

jax.config.update("jax_enable_x64", True)

LANES = 64
NARROW = 8
"""Lanes in which an event is located: few persons cross in the same step, and the others need not wait."""
CHUNK = 256
CLASSES = 32
SLOTS = 32
"""Constants that vary by the hour, at most, before the step is compiled anew; spare slots change nothing."""
_BISECTIONS = 32
_TAYLOR_TERMS = 14

Array = jax.Array


def phi_weights(decay: Array, step: Array) -> tuple[Array, ...]:
    """Weights of one ETDRK4 step for decay rates (1/min) and a step (min), broadcast together.

    Returns (E, E½, h·φ1(z/2)/2, h·f1, h·f2, h·f3) with z = -decay·step.
    """
    z = -decay * step
    half = z / 2
    phi1, phi2, phi3 = _phis(z)
    phi1_half = _phis(half)[0]
    return (
        jnp.exp(z),
        jnp.exp(half),
        step * phi1_half / 2,
        step * (phi1 - 3 * phi2 + 4 * phi3),
        step * (2 * phi2 - 4 * phi3),
        step * (4 * phi3 - phi2),
    )


def _phis(z: Array) -> tuple[Array, Array, Array]:
    small = jnp.abs(z) < 0.5
    safe = jnp.where(small, -1.0, z)
    phi1 = jnp.expm1(safe) / safe
    phi2 = (phi1 - 1) / safe
    phi3 = (phi2 - 0.5) / safe
    near = jnp.where(small, z, 0.0)
    series = jnp.zeros_like(near)
    for term in range(_TAYLOR_TERMS, 2, -1):
        series = series * near / (term + 1) + 1.0
    phi3_near = series / 6
    phi2_near = phi3_near * near + 0.5
    phi1_near = phi2_near * near + 1.0
    return (
        jnp.where(small, phi1_near, phi1),
        jnp.where(small, phi2_near, phi2),
        jnp.where(small, phi3_near, phi3),
    )


def make_advance(program: Program) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """Compile ``advance(carry, constants, varying, steps)``: CHUNK steps of LANES persons.

    ``carry``: states (S, L) and standing triggers (E, L). ``constants`` (C, L). ``varying``: indices of
    constants that change by the hour, and their values (H, V, L). ``steps``: time (K,), step (K,), class
    of the step (K,), sizes of the classes (CLASSES,), inputs (K, U), hour (K,). Returns the carry and the
    states (K, S, L) at the start of each step, after that moment's events.
    """
    rates, triggers = program.function("rates"), program.function("triggers")
    assign, decays = program.function("assign"), program.function("decays")
    row = {name: index for index, name in enumerate(program.states)}
    targets = [[row[target] for target in names] for _, names in program.events]

    def ask(function: Callable[..., Any], y: Array, c: Array, u: Array, t: Array) -> list[Any]:
        return list(function(list(y), list(c), list(u), t + jnp.zeros(y.shape[1])))

    def spread(values: list[Any], lanes: int) -> Array:
        return jnp.stack([jnp.broadcast_to(jnp.asarray(v, dtype=jnp.float64), (lanes,)) for v in values])

    @jax.jit
    def flow(y: Array, c: Array, u: Array, t: Array) -> Array:
        return spread(ask(rates, y, c, u, t), y.shape[1])

    @jax.jit
    def heights(y: Array, c: Array, u: Array, t: Array) -> Array:
        return spread(ask(triggers, y, c, u, t), y.shape[1])

    @jax.jit
    def fire(y: Array, which: Array, c: Array, u: Array, t: Array) -> Array:
        values = iter(ask(assign, y, c, u, t))
        rows = list(y)
        for event, places in enumerate(targets):
            for place in places:
                rows[place] = jnp.where(which[event], next(values), rows[place])
        return spread(rows, y.shape[1])

    @jax.jit
    def etdrk4(y: Array, c: Array, u: Array, t: Array, h: Array, weights: tuple[Array, ...]) -> tuple[Array, Array]:
        """One step; returns the states after it and the flow at its start. A loop, to compile the flow once."""
        e, e_half, p_half, f1, f2, f3 = weights

        def stage(i: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
            point, n0, a, total = state
            n = flow(point, c, u, t + jnp.where(i == 0, 0.0, jnp.where(i == 3, 1.0, 0.5)) * h)
            n0 = jnp.where(i == 0, n, n0)
            total = total + jnp.where(i == 0, f1, jnp.where(i == 3, f3, f2)) * n
            half = e_half * y + p_half * n
            a = jnp.where(i == 0, half, a)
            point = jnp.where(i < 2, half, e_half * a + p_half * (2 * n - n0))
            return point, n0, a, total

        _, n0, _, total = jax.lax.fori_loop(0, 4, stage, (y, y, y, e * y))
        return total, n0

    @jax.jit
    def at_once(y: Array, was: Array, c: Array, u: Array, t: Array) -> tuple[Array, Array]:
        """Fire what an input change has just made true; twice, for what the first firing makes true."""
        for _ in range(2):
            now = heights(y, c, u, t) > 0
            y = fire(y, now & ~was, c, u, t)
            was = now
        return y, heights(y, c, u, t) > 0

    @jax.jit
    def locate(
        y: Array, n0: Array, whole: Array, was: Array, crossing: Array, k: Array, c: Array, u: Array, t: Array, h: Array
    ) -> tuple[Array, Array]:
        """Take the step again in two parts, up to the first crossing and after it; NARROW lanes."""
        slope0 = (n0 - k * y) * h
        slope1 = (flow(whole, c, u, t + h) - k * whole) * h
        zero = jnp.zeros(y.shape[1])

        def between(theta: Array) -> Array:
            rest = 1 - theta
            return (
                (1 + 2 * theta) * rest**2 * y
                + theta * rest**2 * slope0
                + theta**2 * (3 - 2 * theta) * whole
                - theta**2 * rest * slope1
            )

        def narrow(_: int, bracket: tuple[Array, Array]) -> tuple[Array, Array]:
            low, high = bracket
            middle = (low + high) / 2
            over = ((heights(between(middle), c, u, t + middle * h) > 0) & crossing).any(axis=0)
            return jnp.where(over, low, middle), jnp.where(over, middle, high)

        _, theta = jax.lax.fori_loop(0, _BISECTIONS, narrow, (zero, zero + 1.0))
        first = crossing & (heights(between(theta), c, u, t + theta * h) > 0)
        parts = jnp.stack([theta * h, h - theta * h])

        def part(i: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
            point, standing = state
            moment = t + i * parts[0]
            reached, _ = etdrk4(point, c, u, moment, parts[i], phi_weights(k, parts[i]))
            fired = fire(reached, first, c, u, moment + parts[0])
            stands = (heights(fired, c, u, moment + parts[0]) > 0) & (was | first)
            return jnp.where(i == 0, fired, reached), jnp.where(i == 0, stands | first, standing)

        return jax.lax.fori_loop(0, 2, part, (y, was))

    def step(k: Array, tables: tuple[Array, ...], varying: tuple[Array, Array], carry: Any, x: Any) -> Any:
        y, was, c = carry
        t, h, kind, u, hour = x
        places, values = varying
        c = c.at[places].set(values[hour], mode="drop")
        y, was = at_once(y, was, c, u, t)
        whole, n0 = etdrk4(y, c, u, t, h, tuple(table[kind] for table in tables))
        crossing = (heights(whole, c, u, t + h) > 0) & ~was
        crosses = crossing.any(axis=0)

        def some(state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            waiting, reached, standing = state
            lanes = jnp.argsort(~waiting)[:NARROW]
            mine = [array[:, lanes] for array in (y, n0, whole, was, crossing, k, c)]
            done, stands = locate(*mine, u, t, h)
            moved = waiting[lanes]
            reached = reached.at[:, lanes].set(jnp.where(moved, done, reached[:, lanes]))
            standing = standing.at[:, lanes].set(jnp.where(moved, stands, standing[:, lanes]))
            return waiting.at[lanes].set(False), reached, standing

        _, reached, standing = jax.lax.while_loop(lambda state: state[0].any(), some, (crosses, whole, was))
        was = (heights(reached, c, u, t + h) > 0) & (standing | ~crosses)
        return (reached, was, c), y

    @jax.jit
    def advance(carry: Any, constants: Array, varying: tuple[Array, Array], steps: tuple[Array, ...]) -> Any:
        time, size, kind, sizes, inputs, hour = steps
        k = spread(decays(list(constants)), LANES)
        tables = jax.vmap(partial(phi_weights, k))(sizes)
        turn = partial(step, k, tables, varying)
        (y, was, _), starts = jax.lax.scan(turn, (*carry, constants), (time, size, kind, inputs, hour))
        return (y, was), starts

    @jax.jit
    def begin(y: Array, constants: Array, varying: tuple[Array, Array], u: Array, t: Array) -> Any:
        places, values = varying
        return y, heights(y, constants.at[places].set(values[0], mode="drop"), u, t) > 0

    return advance, begin


def make_observe(program: Program) -> Callable[..., Array]:
    """Compile ``observe(y (R, S, L), constants, varying, inputs (R, U), time (R,), hour (R,))`` -> rules (R, Q, L)."""
    rules = program.function("rules")

    def one(constants: Array, varying: tuple[Array, Array], y: Array, u: Array, t: Array, hour: Array) -> Array:
        places, values = varying
        c = constants.at[places].set(values[hour], mode="drop")
        found = rules(list(y), list(c), list(u), t + jnp.zeros(LANES))
        return jnp.stack([jnp.broadcast_to(jnp.asarray(v, dtype=jnp.float64), (LANES,)) for v in found])

    @jax.jit
    def observe(y: Array, constants: Array, varying: tuple[Array, Array], u: Array, t: Array, hour: Array) -> Array:
        return jax.lax.map(lambda row: one(constants, varying, *row), (y, u, t, hour))

    return observe
