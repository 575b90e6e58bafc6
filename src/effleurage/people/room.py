"""What people take of a machine's memory while they are simulated."""

from __future__ import annotations

from effleurage.body.compose import Body
from effleurage.engine.flowing import DAYS
from effleurage.engine.grid import Grid
from effleurage.engine.program import Program

IN_CHUNKS = ", or let them go in chunks: simulate … --out DIR --summary-only"
"""What else there is for many people."""
_COPIES = 2
"""What is recorded is held as it comes, and again where it is measured."""


def of_a_person(body: Body, program: Program, grid: Grid, worlds: int, kept: int) -> float:
    """Bytes that a person takes: constants, states, luck from day to day, and ``kept`` quantities in so many worlds."""
    own = len(program.constants) + len(program.states) + float(grid.time[-1]) / DAYS * len(program.flowing.names)
    return 8 * (own + _COPIES * worlds * kept * len(grid.samples))
