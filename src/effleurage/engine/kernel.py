"""The step itself: exponential Runge-Kutta with events located inside the step, over a block of persons.

Linear decays with constant rates are advanced exactly (Cox & Matthews 2002, J Comput Phys 176:430,
ETDRK4; with no decay it is the classical fourth-order Runge-Kutta step). An event is found on the cubic
Hermite interpolant of its step, and the step is taken again in two parts, up to the event and after it.
Every block of a precision has the same number of lanes, so one person and a thousand give the same bits.

Ours beside diffrax and the solvers behind SBML, which docs/speed.md measures: everybody has events at other minutes.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp

from effleurage.engine.program import Program
from effleurage.engine.weights import Weights, phis_of, step_weights, weights_of

_FLAGS = {
    "xla_backend_extra_options": "xla_cpu_small_while_loop_byte_threshold=1000000000",
    "xla_cpu_prefer_vector_width": "512",
}
"""Compile a loop of steps as one function (kernel by kernel takes twice as long), with all the lanes there are."""
for _name, _value in _FLAGS.items():
    if _name not in os.environ.get("XLA_FLAGS", ""):
        os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} --{_name}={_value}".strip()
jax.config.update("jax_enable_x64", True)

NARROW = 16
"""Lanes in which a step is taken again: few persons cross in the same step, and the others need not wait."""
SEGMENTS = 24
"""Clock hours, at most, in one call."""
STEPS = 256
LOOKS = 32
"""Steps, and looks at the states, at most, in one call."""
CLASSES = 32
SLOTS = 32
"""Constants that vary by the hour, at most, before the step is compiled anew; spare slots change nothing."""
_SMALLEST = 4
_AFTER = (1, 1, 2)
"""What is left of a step after an event is taken in these eighths: a person who has just woken changes fast."""
RECENT = 30.0
LONG = 5.0
_EVEN = 2
"""A step longer than LONG minutes is taken in so many parts within RECENT minutes of an event."""
ROUGH = 0.1
_CAREFUL = 16
"""So is, in so many, a step whose stages are further apart than ROUGH: few people are ever so fast."""
_BISECTIONS = 32

Array = jax.Array


def _columns(array: Array, lanes: Array) -> Array:
    """Columns of an array, taken row by row: XLA lays out whole columns so that no vector instruction can read them."""
    return jnp.take_along_axis(array, jnp.broadcast_to(lanes, (len(array), len(lanes))), axis=1)


def _counted(waiting: Array) -> Array:
    """How many lanes are waiting up to each; by rows, because XLA adds up anew for every place of a running sum."""
    within = jnp.cumsum(waiting.reshape(-1, NARROW).astype(jnp.int32), axis=1)
    before = jnp.cumsum(within[:, -1]) - within[:, -1]
    return (within + before[:, None]).ravel()


def make_advance(program: Program) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Compile ``advance(carry, constants, weights, varying, steps, runs, segments)``: STEPS steps of a block.

    Also ``weigh(constants, sizes, count)``, the weights for sizes of steps, and ``begin``, the first carry.
    L is the persons of a block. All is computed in the precision of the states and constants given, 64 or 32 bits.

    ``carry``: states (S, L), standing triggers (E, L) and minutes since the last event inside a step (L,).
    ``constants`` (C, L). ``varying``: indices of constants that change by the hour (V,), and their values in each
    segment (SEGMENTS, V, L). ``steps``: time and size (K,). ``runs`` of equal steps: first step of each and, at the
    end, of none (K + 1,); class of their size (K,); inputs (K, U); whether inputs or constants have changed (K,); where
    the states at their start are kept (K,), LOOKS for nowhere. ``segments``: first run of each clock hour (SEGMENTS +
    1,). Returns the carry and the states (LOOKS + 1, S, L), after that moment's events.
    """
    rates, triggers = program.function("rates"), program.function("triggers")
    assign, decays = program.function("assign"), program.function("decays")
    row = {name: index for index, name in enumerate(program.states)}
    targets = [[row[target] for target in names] for _, names in program.events]
    watched = [row[name] for name in program.watched]

    def ask(function: Callable[..., Any], y: list[Array], c: Array, u: Array, t: Array) -> Array:
        """The function's rows (R, L); ``y`` as rows, because a function need not read them all."""
        lanes = jnp.zeros_like(y[0])
        return jnp.stack([value + lanes for value in function(y, list(c), list(u), t + lanes)])

    @jax.jit
    def flow(y: Array, c: Array, u: Array, t: Array) -> Array:
        return ask(rates, list(y), c, u, t)

    def holds(y: Array | list[Array], c: Array, u: Array, t: Array) -> Array:
        return ask(triggers, list(y), c, u, t) > 0

    def fire(y: Array, which: Array, c: Array, u: Array, t: Array) -> Array:
        values = iter(ask(assign, list(y), c, u, t))
        rows = list(y)
        for event, places in enumerate(targets):
            for place in places:
                rows[place] = jnp.where(which[event], next(values), rows[place])
        return jnp.stack(rows)

    def whole_step(y: Array, c: Array, u: Array, t: Array, h: Array, weights: Weights) -> tuple[Array, Array, Array]:
        """One step; returns the states after it, the flow at its start, and who takes it smoothly (L,).

        Rough is who has a state that the two middle stages put ROUGH apart, as a share of its size: then the step is
        too long for what happens in it, be it unstable or beyond where the equations hold.
        """
        e_half, p_half, f1, f2, f3 = weights
        base = e_half * y
        n0 = flow(y, c, u, t)
        a = base + p_half * n0
        n1 = flow(a, c, u, t + h / 2)
        n2 = flow(base + p_half * n1, c, u, t + h / 2)
        n3 = flow(e_half * a + p_half * (2 * n2 - n0), c, u, t + h)
        whole = e_half * base + f1 * n0 + f2 * (n1 + n2) + f3 * n3
        alike = jnp.abs(p_half * (n2 - n1)) <= ROUGH * (jnp.abs(y) + jnp.abs(whole))
        return whole, n0, reduce(jnp.logical_and, alike)

    def looped_step(y: Array, c: Array, u: Array, t: Array, h: Array, weights: Weights) -> tuple[Array, Array]:
        """The same as a loop over the stages: slower by a fifth, but a quarter of the code."""
        e_half, p_half, f1, f2, f3 = weights
        base = e_half * y

        def stage(i: Array, state: tuple[Array, ...]) -> tuple[Array, ...]:
            point, from_a, n0, total = state
            n = flow(point, c, u, t + jnp.asarray([0, 0.5, 0.5, 1], y.dtype)[i] * h)
            total = total + jnp.where(i == 0, f1, jnp.where(i == 3, f3, f2)) * n
            pushed = p_half * n
            point = jnp.where(i < 2, base + pushed, from_a + 2 * pushed)
            return point, jnp.where(i == 0, e_half * point - pushed, from_a), jnp.where(i == 0, n, n0), total

        _, _, n0, total = jax.lax.fori_loop(0, 4, stage, (y, y, y, e_half * base))
        return total, n0

    def at_once(y: Array, was: Array, c: Array, u: Array, t: Array) -> tuple[Array, Array]:
        """Fire what has just become true; twice, for what the first firing makes true."""
        for _ in range(2):
            now = holds(y, c, u, t)
            y = fire(y, now & ~was, c, u, t)
            was = now
        return y, holds(y, c, u, t)

    def crossing_of(
        y: Array, n0: Array, whole: Array, crossing: Array, k: Array, c: Array, u: Array, t: Array, h: Array
    ) -> tuple[Array, Array]:
        """The share of the step (L,) at which the first event is crossed, and which events those are."""
        slope0 = (n0 - k * y) * h
        slope1 = (flow(whole, c, u, t + h) - k * whole) * h

        def between(theta: Array) -> list[Array]:
            rest = 1 - theta
            from_y, from_slope0 = (1 + 2 * theta) * rest**2, theta * rest**2
            from_whole, from_slope1 = theta**2 * (3 - 2 * theta), -(theta**2) * rest
            rows = list(y)
            for r in watched:
                rows[r] = from_y * y[r] + from_slope0 * slope0[r] + from_whole * whole[r] + from_slope1 * slope1[r]
            return rows

        def narrow(_: int, bracket: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
            low, high, first = bracket
            middle = (low + high) / 2
            over = holds(between(middle), c, u, t + middle * h) & crossing
            some = over.any(axis=0)
            return jnp.where(some, low, middle), jnp.where(some, middle, high), jnp.where(some, over, first)

        low = jnp.zeros_like(y[0])
        _, theta, first = jax.lax.fori_loop(0, _BISECTIONS, narrow, (low, low + 1, crossing))
        return theta, first

    def in_parts(
        u: Array, t: Array, h: Array, y: Array, n0: Array, whole: Array, was: Array, crossing: Array, k: Array, c: Array
    ) -> tuple[Array, Array, Array]:
        """Take the step again, up to the first crossing and then the rest in parts; NARROW lanes.

        Returns states, standing triggers, and the minutes of the step that were left after the event.
        """
        theta, first = crossing_of(y, n0, whole, crossing, k, c, u, t, h)
        left = h - theta * h
        eighth = left / _SMALLEST
        sizes = [theta * h, *(share * eighth for share in _AFTER)]
        halves = {1: jax.lax.optimization_barrier(phis_of(-k * eighth / 2))}
        for share in (1, 2):
            halves[2 * share] = halves[share].doubled()
        weights = [weights_of(jax.lax.optimization_barrier(phis_of(-k * sizes[0] / 2)), sizes[0])]
        weights += [weights_of(halves[share], size) for share, size in zip(_AFTER, sizes[1:], strict=True)]
        tables = Weights(*map(jnp.stack, zip(*weights, strict=True)))
        parts = jnp.stack(sizes)
        begins = jnp.cumsum(parts, axis=0) - parts

        def part(i: int, state: tuple[Array, Array]) -> tuple[Array, Array]:
            point, standing = state
            moment, after = t + begins[i], t + begins[i] + parts[i]
            reached, _ = looped_step(point, c, u, moment, parts[i], Weights(*(table[i] for table in tables)))
            fired = fire(reached, first, c, u, after)
            stands = holds(fired, c, u, after) & (was | first)
            return jnp.where(i == 0, fired, reached), jnp.where(i == 0, stands | first, standing)

        states, standing = jax.lax.fori_loop(0, len(sizes), part, (y, was))
        return *at_once(states, standing & holds(states, c, u, t + h), c, u, t + h), left

    def evenly(
        u: Array, t: Array, h: Array, parts: Array, y: Array, was: Array, since: Array, k: Array, c: Array
    ) -> tuple[Array, Array, Array]:
        """Take the step again in equal parts; NARROW lanes. Returns a carry: what crosses now fires at the end."""
        part = h / parts.astype(h.dtype)
        weights = weights_of(jax.lax.optimization_barrier(phis_of(-k * part / 2)), part)
        y = jax.lax.fori_loop(
            0, parts, lambda i, y: looped_step(y, c, u, t + i.astype(h.dtype) * part, part, weights)[0], y
        )
        fires = (holds(y, c, u, t + h) & ~was).any(axis=0)
        return *at_once(y, was, c, u, t + h), jnp.where(fires, 0, since[0] + h)

    def by_few(waiting: Array, work: Callable[..., Any], given: tuple[Array, ...], found: tuple[Array, ...]) -> Any:
        """What ``work`` finds for the waiting lanes, NARROW at a time; ``found`` for the others. Spare seats repeat."""
        counted = _counted(waiting)

        def some(state: tuple[Array, tuple[Array, ...]]) -> tuple[Array, tuple[Array, ...]]:
            served, found = state
            seats = jnp.minimum(served + jnp.arange(1, NARROW + 1), counted[-1])
            lanes = jnp.searchsorted(counted, seats, method="scan_unrolled")
            done = work(*(_columns(array, lanes) for array in given))

            def put(seat: Array, found: tuple[Array, ...]) -> tuple[Array, ...]:
                return tuple(
                    jax.lax.dynamic_update_index_in_dim(f, jnp.take(d, seat, axis=-1), lanes[seat], axis=-1)
                    for d, f in zip(done, found, strict=True)
                )

            return served + NARROW, jax.lax.fori_loop(0, NARROW, put, found)

        return jax.lax.while_loop(lambda state: state[0] < counted[-1], some, (jnp.int32(0), found))[1]

    def turn(k: Array, c: Array, u: Array, weights: Weights, t: Array, h: Array, carry: Any) -> Any:
        y, was, since = carry
        whole, n0, smooth = whole_step(y, c, u, t, h, weights)
        now = holds(whole, c, u, t + h)
        crossing = now & ~was
        crosses = crossing.any(axis=0) & jnp.isfinite(sum(whole))
        recent = (since < RECENT) & (h > LONG) & ~crosses & smooth
        given, found = (y, n0, whole, was, crossing, k, c), (whole, now, since + h)
        found = by_few(crosses, partial(in_parts, u, t, h), given, found)
        waiting, parts = jnp.stack([recent, ~smooth & ~crosses]), jnp.asarray([_EVEN, _CAREFUL])

        def taken_again(turn: Array, found: Any) -> Any:
            return by_few(waiting[turn], partial(evenly, u, t, h, parts[turn]), (y, was, since[None], k, c), found)

        return jax.lax.fori_loop(0, 2, taken_again, found)

    @jax.jit
    def weigh(constants: Array, sizes: Array, count: Array) -> tuple[Array, Weights]:
        k = jnp.stack([rate + jnp.zeros(constants.shape[1]) for rate in decays(list(constants.astype(jnp.float64)))])

        def one(i: Array, tables: Weights) -> Weights:
            return Weights(
                *(
                    table.at[i].set(w.astype(table.dtype))
                    for table, w in zip(tables, step_weights(k, sizes[i]), strict=True)
                )
            )

        empty = Weights(*[jnp.zeros((len(sizes), *k.shape), constants.dtype)] * len(Weights._fields))
        return k.astype(constants.dtype), jax.lax.fori_loop(0, count, one, empty)

    @jax.jit
    def advance(
        carry: Any,
        constants: Array,
        weights: tuple[Array, Weights],
        varying: tuple[Array, Array],
        steps: tuple[Array, Array],
        runs: tuple[Array, ...],
        segments: Array,
    ) -> Any:
        time, size = steps
        first, kind, inputs, changed, look = runs
        places, values = varying
        k, tables = weights

        def segment(number: Array, state: Any) -> Any:
            c = constants.at[places].set(values[number], mode="drop")

            def run(number: Array, state: Any) -> Any:
                (y, was, since), kept = state
                u, begins = inputs[number], first[number]
                y, was = jax.lax.cond(
                    changed[number], at_once, lambda y, was, c, u, t: (y, was), y, was, c, u, time[begins]
                )
                kept = jax.lax.dynamic_update_index_in_dim(kept, y, look[number], axis=0)
                own = Weights(*(table[kind[number]] for table in tables))

                def one(i: Array, carry: Any) -> Any:
                    return turn(k, c, u, own, time[i], size[i], carry)

                return jax.lax.fori_loop(begins, first[number + 1], one, (y, was, since)), kept

            return jax.lax.fori_loop(segments[number], segments[number + 1], run, state)

        kept = jnp.zeros((LOOKS + 1, *carry[0].shape), constants.dtype)
        return jax.lax.fori_loop(0, SEGMENTS, segment, (carry, kept))

    @jax.jit
    def begin(y: Array, constants: Array, varying: tuple[Array, Array], u: Array, t: Array) -> Any:
        places, values = varying
        was = holds(y, constants.at[places].set(values[0], mode="drop"), u, t)
        return y, was, jnp.full_like(y[0], jnp.inf)

    return advance, weigh, begin
