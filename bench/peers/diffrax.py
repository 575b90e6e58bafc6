"""diffrax: Tsit5 with a PID step control, ``vmap`` over persons, one compiled program; events by ``diffrax.Event``.

From each change of inputs to the next the solver runs until the first event (located by Newton), the event is
carried out, and the solver starts again. Under ``vmap`` all persons wait for the one with the most steps.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import diffrax
import jax
import jax.numpy as jnp
import numpy as np
import optimistix

from effleurage.engine.program import Program
from peers.equations import targets
from peers.job import Floats, Job, labels

LADDER = tuple((relative, relative * 1e-2) for relative in (1e-3, 3e-4, 1e-4, 1e-5, 1e-6, 1e-7))
PERSONS = 64
MOST_LEGS = 16


class Peer:
    """diffrax at a ladder of tolerances."""

    version = str(diffrax.__version__)
    settings = labels(LADDER)
    persons = PERSONS

    def __init__(self, job: Job, solver: Callable[[], Any] = diffrax.Tsit5) -> None:
        jax.config.update("jax_enable_x64", True)
        _, program, _ = job.course()
        self.course, self.compiled = _course(program, job, solver), False
        self.given = tuple(jnp.asarray(array[:, : self.persons].T) for array in (job.constants, job.starts))

    def prepare(self, setting: int) -> None:
        """Compile: once for all tolerances."""
        if not self.compiled:
            self.simulate(setting)
            self.compiled = True

    def simulate(self, setting: int) -> Floats:
        """All persons at one rung of the ladder."""
        found, late = self.course(*self.given, *LADDER[setting])
        if bool(jnp.any(late)):
            raise RuntimeError("diffrax: more events than legs, or more steps than allowed")
        return np.asarray(found)


def _course(program: Program, job: Job, solver: Callable[[], Any]) -> Callable[..., Any]:
    rules, decays = program.function("rules"), program.function("decays")
    rows = [*program.states, *program.rules]
    picks = jnp.asarray([rows.index(name) for name in job.quantities])
    ends = np.append(job.turns[1:], job.looks[-1] + 1)
    inside = [np.flatnonzero((job.looks >= a) & (job.looks < b)) for a, b in zip(job.turns, ends, strict=True)]
    most = max(map(len, inside))
    looks = np.array(
        [
            np.pad(job.looks[rows], (0, most - len(rows)), constant_values=end)
            for rows, end in zip(inside, ends, strict=True)
        ]
    )
    kept = np.concatenate([piece * most + np.arange(len(rows)) for piece, rows in enumerate(inside)])
    used = jnp.asarray(np.repeat(job.inputs, [len(rows) for rows in inside], axis=0))
    pieces = tuple(map(jnp.asarray, (job.turns, ends, job.inputs, looks)))
    piece = _Piece(program, solver)

    def look(time: Any, y: Any, u: Any, c: Any) -> Any:
        return jnp.concatenate([y, _spread(rules(list(y), list(c), list(u), time))])[picks]

    def person(c: Any, start: Any, relative: Any, absolute: Any) -> Any:
        given = (c, _spread(decays(list(c))), relative, absolute)
        carry = (start, piece.standing(start, c, pieces[2][0], 0.0), jnp.asarray(False))
        (_, _, late), seen = jax.lax.scan(lambda carry, x: piece(carry, x, given), carry, pieces)
        states = seen.reshape(-1, seen.shape[-1])[kept]
        return jax.vmap(look, (0, 0, 0, None))(jnp.asarray(job.looks), states, used, c), late

    return jax.jit(jax.vmap(person, (0, 0, None, None)))


def _spread(values: list[Any]) -> Any:
    return jnp.stack([jnp.asarray(value, dtype=jnp.float64) for value in values])


class _Piece:
    """One person through one stretch of constant inputs; a scan's body."""

    def __init__(self, program: Program, solver: Callable[[], Any]) -> None:
        self.rates, self.triggers = program.function("rates"), program.function("triggers")
        self.assign, self.targets = program.function("assign"), targets(program)
        self.solver = solver()

    def heights(self, y: Any, c: Any, u: Any, t: Any) -> Any:
        return _spread(self.triggers(list(y), list(c), list(u), t))

    def standing(self, y: Any, c: Any, u: Any, t: Any) -> Any:
        return self.heights(y, c, u, t) > 0

    def fire(self, y: Any, which: Any, c: Any, u: Any, t: Any) -> Any:
        values = iter(self.assign(list(y), list(c), list(u), t))
        for event, places in enumerate(self.targets):
            for place in places:
                y = y.at[place].set(jnp.where(which[event], next(values), y[place]))
        return y

    def __call__(self, carry: Any, x: Any, given: Any) -> Any:
        y, was, late = carry
        begin, end, u, looks = x
        c = given[0]
        for _ in range(2):
            now = self.standing(y, c, u, begin)
            y, was = self.fire(y, now & ~was, c, u, begin), now
        was = self.standing(y, c, u, begin)

        def leg(state: Any) -> Any:
            t, y, was, seen, count, failed = state
            reached, after, during, bad = self.solve(t, end, y, was, u, looks, given)
            fresh = (looks >= t) & (looks < reached)
            seen = jnp.where(fresh[:, None], during, seen)
            heights = self.heights(after, c, u, reached)
            which = (jnp.arange(len(heights)) == jnp.argmax(jnp.where(was, -jnp.inf, heights))) & (reached < end)
            fired = self.fire(after, which, c, u, reached)
            return reached, fired, self.standing(fired, c, u, reached), seen, count + 1, failed | bad

        blank = jnp.zeros((len(looks), len(y)))
        state = (begin, y, was, blank, 0, late)
        more = lambda state: (state[0] < end) & (state[4] < MOST_LEGS)  # noqa: E731
        t, y, was, seen, _, failed = jax.lax.while_loop(more, leg, state)
        return (y, was, failed | (t < end)), seen

    def solve(self, t: Any, end: Any, y: Any, was: Any, u: Any, looks: Any, given: Any) -> Any:
        c, k, relative, absolute = given

        def flow(t: Any, y: Any, _: Any) -> Any:
            return _spread(self.rates(list(y), list(c), list(u), t)) - k * y

        def height(t: Any, y: Any, args: Any, **_: Any) -> Any:
            return jnp.max(jnp.where(was, -jnp.inf, self.heights(y, c, u, t)))

        saves = [diffrax.SubSaveAt(t1=True), diffrax.SubSaveAt(ts=jnp.clip(looks, t, end))]
        found = diffrax.diffeqsolve(
            diffrax.ODETerm(flow),
            self.solver,
            t,
            end,
            0.5,
            y,
            saveat=diffrax.SaveAt(subs=saves),
            stepsize_controller=diffrax.PIDController(rtol=relative, atol=absolute),
            event=diffrax.Event(height, optimistix.Newton(1e-9, 1e-9), direction=True),
            max_steps=100_000,
            throw=False,
        )
        stopped = found.result == diffrax.RESULTS.event_occurred
        good = stopped | (found.result == diffrax.RESULTS.successful)
        return jnp.where(stopped, found.ts[0][-1], end), found.ys[0][-1], found.ys[1], ~good
