"""The typical person with each arrow of the body cut in turn: what the body would be without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from effleurage.body.wiring import Arrow
from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.run import run
from effleurage.engine.settle import settled_states
from effleurage.engine.threads import Progress
from effleurage.engine.trajectory import to_dataset
from effleurage.people.labels import quantity_labels
from effleurage.people.simulate import body_of, people_of, program_of
from effleurage.protocol.model import Protocol

if TYPE_CHECKING:
    import xarray as xr


def ablated(
    protocol: Protocol, keep: Sequence[str], *, seed: int = 1, progress: Progress | None = None
) -> tuple[tuple[Arrow, ...], xr.Dataset]:
    """The typical person of a protocol, settled, then with no arrow cut (first column) and with each arrow cut.

    Returns the arrows, in the order of the columns after the first, and the trajectory (time, 1 + arrows).
    """
    body = body_of([protocol]).with_switches()
    program = program_of(body)
    typical = replace(people_of(protocol, 1, seed, {}), typical=True, steady=True)
    base = typical.constants(body, program)
    start = settled_states(program, base, protocol.ordinary_day(), body.slow)
    columns = 1 + len(body.switches)
    constants = np.repeat(base, columns, axis=1)
    for column, switch in enumerate(body.switches.values(), 1):
        constants[program.constants.index(switch), column] = 0.0
    schedule = protocol.schedule()
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, {name: row.rest for name, row in body.inputs.items()})
    record = run(
        program,
        constants,
        grid,
        inputs,
        keep=tuple(keep),
        start=np.repeat(start, columns, axis=1),
        progress=progress,
    )
    return tuple(body.switches), to_dataset(record, np.arange(columns), quantity_labels(body))
