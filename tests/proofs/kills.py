"""A cohort that is killed at any moment and gone on with has the same bytes as one that was left alone.

A run of three chunks is begun in a process of its own and killed without warning after a random time, again and again,
and then gone on with. The checksums of every file are those of a run that nobody touched.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from proof import ROOT, SEED, Figure

from effleurage.runs.asked import Asked
from effleurage.runs.carry_out import carry_out
from effleurage.runs.disk import checksums
from effleurage.runs.folder import begin

SOURCES = ("src/effleurage/runs/*.py", "src/effleurage/engine/whole.py", "src/effleurage/people/summary.py")
RUNS, FEW = 60, 2
DAY = "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, moderate pressure, back, 30 min\n"
ASKED = Asked(DAY, 40, against="rest", chunk=16, keep=("cortisol", "heart_rate"))
GO_ON = (
    "import sys; from pathlib import Path; from effleurage.runs.carry_out import carry_out; print('go', flush=True); "
    "carry_out(Path(sys.argv[1]))"
)
LONGEST = 6.0
"""Seconds after which a run is killed at the latest: they hold the writing of chunks and of the summary."""


def killed(folder: Path, after: float) -> bool:
    """Begin or go on with a run, and kill it after so many seconds; whether it was still at work."""
    here = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    words = [sys.executable, "-c", GO_ON, str(folder)]
    with subprocess.Popen(words, env=here, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        working = process.poll() is None
        process.kill()
    return working


def prove(quick: bool) -> Iterator[Figure]:
    """Kill, go on, compare."""
    moments = random.Random(SEED)
    runs, kills, other = FEW if quick else RUNS, 0, 0
    with tempfile.TemporaryDirectory() as place:
        whole = Path(place) / "whole"
        begin(whole, ASKED)
        carry_out(whole)
        wanted = checksums(whole)
        for turn in range(runs):
            folder = Path(place) / f"run {turn}"
            begin(folder, ASKED)
            for _ in range(moments.choice((1, 1, 2, 3))):
                kills += killed(folder, moments.uniform(0, LONGEST))
            carry_out(folder)
            other += checksums(folder) != wanted
    yield Figure("runs with other bytes", f"{other} of {runs}", "0", other == 0)
    yield Figure("kills while at work", str(kills), f"{runs // 2} or more", kills >= runs // 2)
