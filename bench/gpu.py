"""A cohort on a graphics processor: ``python bench/gpu.py [--people 1000000] [--days 28] [--lanes 65536]``.

The same run as on a CPU, in 32 bits, block after block of many lanes: seconds without compiling, and how many
operations a second that makes against a chain of multiply-adds measured on the same device. Without a GPU it says so
and ends with 1; ``--anywhere`` runs it on whatever there is, to try the script. No figure of a GPU is published yet.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

GOAL = "goal: 1,000,000 people x 28 days in 3 s on one H200"


def main() -> int:
    """Measure and say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=28)
    parser.add_argument("--lanes", type=int, default=65_536)
    parser.add_argument("--anywhere", action="store_true")
    asked = parser.parse_args()
    os.environ["EFFLEURAGE_LANES"] = str(asked.lanes)
    import jax
    import jax.numpy as jnp
    import numpy as np

    found = sorted({device.platform for device in jax.devices()})
    if "gpu" not in found and not asked.anywhere:
        sys.stdout.write(f"JAX sees no GPU here, only {', '.join(found)}: unmeasured ({GOAL}).\n")
        return 1
    from peers import job as jobs
    from peers import ours, roofline

    from effleurage.engine.grid import lay_grid, lay_inputs
    from effleurage.engine.run import run

    with tempfile.TemporaryDirectory() as name:
        job = jobs.write(Path(name), asked.days, 256)
        body, program, protocol = job.course()
    schedule = jobs.schedule_of(protocol)
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, {name: row.rest for name, row in body.inputs.items()})
    constants, starts = ours.many(job, asked.lanes)

    def block() -> None:
        record = run(program, constants, grid, inputs, keep=job.quantities, start=starts, precision="single")
        if not np.isfinite(record.values).all():
            raise ValueError("values that are not finite")

    block()
    begin = time.perf_counter()
    blocks = -(-asked.people // asked.lanes)
    for _ in range(blocks):
        block()
    taken = time.perf_counter() - begin
    operations = sum(roofline.operations(dict(program.formulas)["rates"]).values())
    done = operations * 4 * len(grid.time) * asked.lanes * blocks / taken
    wide = jnp.full(asked.lanes * 16, 0.5, jnp.float32)
    chain = jax.jit(lambda x: jax.lax.fori_loop(0, 100, lambda _, y: roofline.repeated_multiply_add(y), x))
    peak = 2 * roofline.CHAIN * wide.size * 100 / roofline.best(chain, wide)
    sys.stdout.write(
        f"{jax.devices()[0].device_kind}: {blocks * asked.lanes:,} people x {asked.days} days in {taken:.1f} s\n"
        f"  {done / 1e9:,.0f} G operations a second (a function as one), {peak / 1e9:,.0f} at best; {GOAL}\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
