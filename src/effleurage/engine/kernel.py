"""The walk of a block of persons over the steps of a grid: each step whole, and again in parts where it must be.

The step is exponential Runge-Kutta (``step``). Where somebody has an event inside it, it is taken again up to the event
and after it; where it is rough, or an event is recent, in equal parts (``parts``), for those few only (``lanes``).
Every block of a precision has the same number of lanes, so one person and a thousand give the same bits.

Ours beside diffrax and the solvers behind SBML, which docs/speed.md measures: everybody has events at other minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from effleurage.engine.dynamics import Formulas, Model
from effleurage.engine.flags import tell_xla
from effleurage.engine.flowing import Constants, Flowing, Knots
from effleurage.engine.lanes import by_few
from effleurage.engine.parts import again
from effleurage.engine.program import Program
from effleurage.engine.step import whole_step
from effleurage.engine.weights import Weights, tabled

tell_xla()
jax.config.update("jax_enable_x64", True)

STEPS = 256
LOOKS = 32
"""Steps, and looks at the states, at most, in one call."""
CLASSES = 32
RECENT = 60.0
LONG = 5.0
_EVEN = 2
"""A step longer than LONG minutes is taken in so many parts within RECENT minutes of an event."""
_CAREFUL = 16
"""So is, in so many, a step that is rough."""

Array = jax.Array


def make_advance(program: Program) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """Compile ``advance(carry, constants, weights, knots, steps, runs, intervals)``: STEPS steps of a block.

    Also ``weigh(constants, sizes, count)``, the weights for sizes of steps, and ``begin``, the first carry.
    L is the persons of a block. All is computed in the precision of the states and constants given, 64 or 32 bits.

    ``carry``: states (S, L), standing triggers (E, L) and minutes since the last event inside a step (L,).
    ``constants`` (C, L). ``knots``: of the constants that move. ``steps``: time and size (K,). ``runs`` of equal steps:
    first step of each and, at the end, of none (K + 1,); class of their size (K,); inputs (K, U); whether inputs have
    changed (K,); where the states at their start are kept (K,), LOOKS for nowhere. ``intervals``: how many between
    knots, and the first run of each (INTERVALS + 1,). Returns the carry and the states (LOOKS + 1, S, L), after that
    moment's events.
    """
    model, flowing = Model.of(program), program.flowing
    decays = program.function("decays")
    return (
        jax.jit(partial(advance, model, flowing)),
        jax.jit(partial(weigh, decays)),
        jax.jit(partial(begin, model, flowing)),
    )


def advance(
    model: Model,
    flowing: Flowing,
    carry: Any,
    constants: Array,
    weights: tuple[Array, Weights],
    knots: Knots,
    steps: tuple[Array, Array],
    runs: tuple[Array, ...],
    intervals: tuple[Array, Array],
) -> Any:
    """Carry a block over at most STEPS steps; what is given and returned is said by ``make_advance``."""
    time, size = steps
    first, kind, inputs, changed, look = runs
    count, begun = intervals
    k, tables = weights

    def interval(number: Array, state: Any) -> Any:
        c = jax.lax.optimization_barrier(flowing.within(constants, knots, number))

        def run(number: Array, state: Any) -> Any:
            (y, was, since), kept = state
            u, begins = inputs[number], first[number]
            y, was = jax.lax.cond(
                changed[number], model.at_once, lambda y, was, c, u, t: (y, was), y, was, c, u, time[begins]
            )
            kept = jax.lax.dynamic_update_index_in_dim(kept, y, look[number], axis=0)
            own = Weights(*(table[kind[number]] for table in tables))

            def one(i: Array, carry: Any) -> Any:
                return turn(model, k, c, u, own, time[i], size[i], carry)

            return jax.lax.fori_loop(begins, first[number + 1], one, (y, was, since)), kept

        return jax.lax.fori_loop(begun[number], begun[number + 1], run, state)

    kept = jnp.zeros((LOOKS + 1, *carry[0].shape), constants.dtype)
    return jax.lax.fori_loop(0, count, interval, (carry, kept))


def turn(model: Model, k: Array, c: Constants, u: Array, weights: Weights, t: Array, h: Array, carry: Any) -> Any:
    """The carry after one step of ``h`` minutes from ``t``: whole, and taken again for whom that is too long.

    Who has an event inside the step takes it up to the event and after it. Who had one within RECENT minutes, where the
    step is longer than LONG, and who takes it roughly, takes it again in equal parts.
    """
    y, was, since = carry
    whole, n0, smooth = whole_step(model, y, c, u, t, h, weights)
    now = model.holds(whole, c, u, t + h)
    crossing = now & ~was
    crosses = crossing.any(axis=0) & jnp.isfinite(sum(whole))
    recent = (since < RECENT) & (h > LONG) & ~crosses & smooth
    waiting, parts = jnp.stack([crosses, recent, ~smooth & ~crosses]), jnp.asarray([0, _EVEN, _CAREFUL])

    def taken_again(kind: Array, carried: Any) -> Any:
        given = y, n0, whole, was, crossing, since[None], k, c
        return by_few(waiting[kind], partial(again, model, u, t, h, parts[kind]), given, carried)

    return jax.lax.fori_loop(0, len(parts), taken_again, (whole, now, since + h))


def weigh(decays: Formulas, constants: Array, sizes: Array, count: Array) -> tuple[Array, Weights]:
    """Decay rates (S, L), and the weights of a step of each of the first ``count`` ``sizes`` (minutes), (K, S, L).

    They are computed in 64 bits and kept in the precision of ``constants`` (C, L).
    """
    k = jnp.stack([rate + jnp.zeros(constants.shape[1]) for rate in decays(list(constants.astype(jnp.float64)))])

    return k.astype(constants.dtype), tabled(k, sizes, count, constants.dtype)


def begin(model: Model, flowing: Flowing, y: Array, constants: Array, knots: Knots, u: Array, t: Array) -> Any:
    """The first carry: states ``y`` (S, L), the triggers that stand with them, and no event ever before."""
    was = model.holds(y, flowing.within(constants, knots, jnp.zeros_like(knots.first)), u, t)
    return y, was, jnp.full_like(y[0], jnp.inf)
