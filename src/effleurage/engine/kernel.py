"""The step itself: exponential Runge-Kutta with events located inside the step, over a block of persons.

Linear decays with constant rates are advanced exactly (Cox & Matthews 2002, J Comput Phys 176:430,
ETDRK4; with no decay it is the classical fourth-order Runge-Kutta step). An event is found on the cubic
Hermite interpolant of its step, and the step is taken again in two parts, up to the event and after it.
Every block has the same number of lanes, so one person and a thousand give the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from effleurage.engine.program import Program

_ONE_FUNCTION = "--xla_backend_extra_options=xla_cpu_small_while_loop_byte_threshold=1000000000"
"""Compile a loop of steps as one function; XLA's way of running it kernel by kernel takes twice as long."""
if "xla_backend_extra_options" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {_ONE_FUNCTION}".strip()
jax.config.update("jax_enable_x64", True)

LANES = 128
NARROW = 32
"""Lanes in which a step is taken again: few persons cross in the same step, and the others need not wait."""
SEGMENTS = 24
"""Runs of steps within one clock hour, at most, in one call."""
STEPS = 256
LOOKS = 32
"""Steps, and looks at the states, at most, in one call."""
CLASSES = 32
SLOTS = 32
"""Constants that vary by the hour, at most, before the step is compiled anew; spare slots change nothing."""
AFTER = (0.125, 0.125, 0.25, 0.5)
"""Parts of what is left of a step after an event: a person who has just woken changes fast."""
RECENT = 30.0
LONG = 5.0
"""A step longer than LONG minutes is taken in parts within RECENT minutes of an event."""
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


def make_advance(program: Program) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Compile ``advance(carry, constants, weights, varying, steps, segments)``: up to STEPS steps of LANES persons.

    Also ``weigh(constants, sizes)``, the weights for sizes of steps (CLASSES,), and ``begin``, the first carry.

    ``carry``: states (S, L), standing triggers (E, L), minutes since the last event inside a step (L,), and
    whether an event waits. ``constants`` (C, L). ``varying``: indices of constants that change by the hour
    (V,), and their values in each segment (SEGMENTS, V, L). ``steps``: time (K,), step (K,), class of the
    step (K,), inputs (K, U), whether inputs or constants have changed (K,),
    and where the states at the start of the step are kept (K,), LOOKS for nowhere. ``segments``: first step of
    each segment and, at the end, of none (SEGMENTS + 1,). Returns the carry and the states
    (LOOKS + 1, S, L), after that moment's events.
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

    def at_once(y: Array, was: Array, c: Array, u: Array, t: Array) -> tuple[Array, Array]:
        """Fire what an input change has just made true; twice, for what the first firing makes true."""
        for _ in range(2):
            now = heights(y, c, u, t) > 0
            y = fire(y, now & ~was, c, u, t)
            was = now
        return y, heights(y, c, u, t) > 0

    def crossing_of(
        y: Array, n0: Array, whole: Array, crossing: Array, k: Array, c: Array, u: Array, t: Array, h: Array
    ) -> tuple[Array, Array]:
        """The share of the step (L,) at which the first event is crossed, 0 for none, and which events those are."""
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
        theta = jnp.where(crossing.any(axis=0), theta, 0.0)
        return theta, crossing & (heights(between(theta), c, u, t + theta * h) > 0)

    @jax.jit
    def in_parts(
        y: Array, n0: Array, whole: Array, was: Array, crossing: Array, k: Array, c: Array, u: Array, t: Array, h: Array
    ) -> tuple[Array, Array, Array]:
        """Take the step again: up to the first crossing, if any, and the rest in parts; NARROW lanes.

        Returns states, standing triggers, and the minutes of the step that were left after the event.
        """
        theta, first = crossing_of(y, n0, whole, crossing, k, c, u, t, h)
        left = h - theta * h
        parts = jnp.stack([theta * h, *(share * left for share in AFTER)])
        begins = jnp.cumsum(parts, axis=0) - parts

        def part(i: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
            point, standing = state
            moment, after = t + begins[i], t + begins[i] + parts[i]
            reached, _ = etdrk4(point, c, u, moment, parts[i], phi_weights(k, parts[i]))
            fired = fire(reached, first, c, u, after)
            stands = (heights(fired, c, u, after) > 0) & (was | first)
            return jnp.where(i == 0, fired, reached), jnp.where(i == 0, stands | first, standing)

        states, standing = jax.lax.fori_loop(0, len(AFTER) + 1, part, (y, was))
        return states, standing, left

    def turn(k: Array, c: Array, tables: tuple[Array, ...], carry: Any, x: Any) -> Any:
        y, was, since, waits = carry
        t, h, kind, u, changed = x
        y, was = jax.lax.cond(changed | waits, at_once, lambda y, was, c, u, t: (y, was), y, was, c, u, t)
        whole, n0 = etdrk4(y, c, u, t, h, tuple(table[kind] for table in tables))
        now = heights(whole, c, u, t + h) > 0
        crossing = now & ~was
        crosses = crossing.any(axis=0)
        apart = crosses | ((since < RECENT) & (h > LONG))

        def some(state: tuple[Any, Any, Any, Any]) -> tuple[Any, Any, Any, Any]:
            waiting, reached, standing, passed = state
            lanes = jnp.argsort(~waiting)[:NARROW]
            mine = [array[:, lanes] for array in (y, n0, whole, was, crossing, k, c)]
            done, stands, left = in_parts(*mine, u, t, h)
            moved = waiting[lanes]
            reached = reached.at[:, lanes].set(jnp.where(moved, done, reached[:, lanes]))
            standing = standing.at[:, lanes].set(jnp.where(moved, stands, standing[:, lanes]))
            passed = passed.at[lanes].set(jnp.where(moved & crosses[lanes], left, passed[lanes]))
            return waiting.at[lanes].set(False), reached, standing, passed

        def again(_: Array) -> tuple[Array, ...]:
            start = (apart, whole, was, since + h)
            _, reached, standing, passed = jax.lax.while_loop(lambda state: state[0].any(), some, start)
            true = heights(reached, c, u, t + h) > 0
            stands = true & (standing | ~crosses)
            return reached, stands, passed, (true & ~stands).any()

        def plain(_: Array) -> tuple[Array, ...]:
            return whole, now, since + h, jnp.asarray(False)

        return jax.lax.cond(apart.any(), again, plain, h), y

    @jax.jit
    def weigh(constants: Array, sizes: Array) -> tuple[Array, tuple[Array, ...]]:
        k = spread(decays(list(constants)), LANES)
        return k, jax.lax.map(partial(phi_weights, k), sizes)

    @jax.jit
    def advance(
        carry: Any,
        constants: Array,
        weights: tuple[Array, tuple[Array, ...]],
        varying: tuple[Array, Array],
        steps: tuple[Array, ...],
        segments: Array,
    ) -> Any:
        time, size, kind, inputs, changed, look = steps
        places, values = varying
        k, tables = weights

        def segment(number: Array, state: Any) -> Any:
            c = constants.at[places].set(values[number], mode="drop")

            def one(i: Array, state: Any) -> Any:
                carry, kept = state
                carry, start = turn(k, c, tables, carry, (time[i], size[i], kind[i], inputs[i], changed[i]))
                return carry, jax.lax.dynamic_update_index_in_dim(kept, start, look[i], axis=0)

            return jax.lax.fori_loop(segments[number], segments[number + 1], one, state)

        return jax.lax.fori_loop(0, SEGMENTS, segment, (carry, jnp.zeros((LOOKS + 1, *carry[0].shape))))

    @jax.jit
    def begin(y: Array, constants: Array, varying: tuple[Array, Array], u: Array, t: Array) -> Any:
        places, values = varying
        was = heights(y, constants.at[places].set(values[0], mode="drop"), u, t) > 0
        return y, was, jnp.full(LANES, jnp.inf), jnp.asarray(False)

    return advance, weigh, begin


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

        def one(i: Array, found: Array) -> Array:
            c = constants.at[places].set(values[segment[i]], mode="drop")
            y = states[i]
            asked = rules(list(y), list(c), list(inputs[i]), time[i] + jnp.zeros(LANES))
            lines = [jnp.broadcast_to(jnp.asarray(v, dtype=jnp.float64), (LANES,)) for v in asked]
            return found.at[i].set(jnp.stack([*y, *lines])[picks])

        return jax.lax.fori_loop(0, count, one, jnp.zeros((LOOKS, len(picks), LANES)))

    return observe
