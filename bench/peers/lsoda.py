"""SciPy: ``solve_ivp`` with LSODA on the generated equations as scalar Python; events located, then restarted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from scipy.integrate import solve_ivp

from peers.equations import scalar, targets
from peers.job import Floats, Job, labels

LADDER = tuple((relative, relative * 1e-2) for relative in (1e-3, 1e-4, 1e-5, 1e-6))


class Peer:
    """SciPy's LSODA at a short ladder of tolerances: it is slow."""

    version = str(scipy.__version__)
    settings = labels(LADDER)
    persons = 2

    def __init__(self, job: Job) -> None:
        self.job = job
        _, program, _ = job.course()
        names = ("rates", "decays", "triggers", "assign", "rules")
        self.rates, self.decays, self.triggers, self.assign, self.rules = (scalar(program, name) for name in names)
        self.targets = targets(program)
        rows = [*program.states, *program.rules]
        self.picks = [rows.index(name) for name in job.quantities]
        self.ends = [*job.turns[1:], job.looks[-1] + 1]

    def prepare(self, setting: int) -> None:
        """Nothing is compiled."""

    def simulate(self, setting: int) -> Floats:
        """All persons at one rung of the ladder."""
        return np.array([self._person(person, *LADDER[setting]) for person in range(self.persons)])

    def _person(self, person: int, relative: float, absolute: float) -> Floats:
        constants = self.job.constants[:, person].tolist()
        decays = np.array(self.decays(constants))
        state, seen = self.job.starts[:, person], []
        standing = self._standing(state, constants, self.job.inputs[0].tolist(), 0.0)
        for begin, end, row in zip(self.job.turns, self.ends, self.job.inputs, strict=True):
            inputs = row.tolist()
            for _ in range(2):
                state, standing = self._at_once(state, standing, constants, inputs, begin)
            now = begin
            while now < end:
                now, state, standing, looked = self._leg(
                    now, end, state, standing, (constants, inputs, decays), relative, absolute
                )
                seen += looked
        return np.array(seen)

    def _standing(self, state: Floats, constants: list[float], inputs: list[float], time: float) -> list[bool]:
        return [height > 0 for height in self.triggers(state.tolist(), constants, inputs, time)]

    def _at_once(
        self, state: Floats, standing: Sequence[bool], constants: list[float], inputs: list[float], time: float
    ) -> tuple[Floats, list[bool]]:
        now = self._standing(state, constants, inputs, time)
        fired = [true and not was for true, was in zip(now, standing, strict=True)]
        return self._fire(state, fired, constants, inputs, time), now

    def _fire(
        self, state: Floats, which: Sequence[bool], constants: list[float], inputs: list[float], time: float
    ) -> Floats:
        with np.errstate(all="ignore"):  # the values of events that do not fire may be 0/0
            values = iter(self.assign(list(state), constants, inputs, time))
        after = state.copy()
        for event, places in enumerate(self.targets):
            for place in places:
                value = next(values)
                after[place] = value if which[event] else after[place]
        return after

    def _leg(
        self,
        begin: float,
        end: float,
        state: Floats,
        standing: Sequence[bool],
        given: tuple[list[float], list[float], Floats],
        relative: float,
        absolute: float,
    ) -> tuple[float, Floats, list[bool], list[list[float]]]:
        """Up to the next event or the end of the inputs; what was looked at on the way."""
        constants, inputs, decays = given
        waiting = [event for event, stands in enumerate(standing) if not stands]

        def flow(time: float, y: Floats) -> Floats:
            return np.array(self.rates(y.tolist(), constants, inputs, time)) - decays * y

        def height(time: float, y: Floats) -> float:
            heights = self.triggers(y.tolist(), constants, inputs, time)
            return max(heights[event] for event in waiting)

        height.terminal, height.direction = True, 1  # type: ignore[attr-defined]
        looks = self.job.looks
        inside = looks[(looks >= begin) & (looks < end)]
        times = np.append(inside, end)
        found = solve_ivp(
            flow, (begin, end), state, "LSODA", times, events=height, rtol=relative, atol=absolute, first_step=1e-2
        )
        if found.status < 0:
            raise RuntimeError(f"LSODA: {found.message}")
        looked = [
            self._look(time, y, constants, inputs) for time, y in zip(found.t, found.y.T, strict=True) if time < end
        ]
        if found.status == 0:
            last = found.y[:, -1]
            return end, last, self._standing(last, constants, inputs, end), looked
        now, reached = float(found.t_events[0][0]), found.y_events[0][0]
        heights = self.triggers(reached.tolist(), constants, inputs, now)
        first = max(waiting, key=lambda event: heights[event])
        after = self._fire(reached, [event == first for event in range(len(heights))], constants, inputs, now)
        return now, after, self._standing(after, constants, inputs, now), looked

    def _look(self, time: float, y: Floats, constants: list[float], inputs: list[float]) -> list[float]:
        states = y.tolist()
        rows = [*states, *self.rules(states, constants, inputs, time)]
        return [rows[pick] for pick in self.picks]
