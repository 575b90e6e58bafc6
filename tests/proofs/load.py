"""The memory of a cohort does not grow with its people, who are all there in the end.

Cohorts of growing size live a week each, summary only and in 32 bits, in a process of their own whose largest memory
is taken.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from proof import ROOT, Figure

SOURCES = (
    "src/effleurage/runs/*.py",
    "src/effleurage/engine/*.py",
    "src/effleurage/people/*.py",
    "src/effleurage/body/*",
)
SIZES, FEW = (10_000, 40_000, 160_000), (2_000, 4_000)
MOST_GIB = 2.5
GROWTH = 1.25
"""What the memory of the largest cohort may be of that of the smallest."""
SLOWEST = 150.0
"""People of the largest cohort a second that two cores must do, of a week each; a fifth of what docs/speed.md tells."""
WEEK = "title: a week\ndays: 7\ntimeline:\n  - day 2 10:00: massage, swedish, moderate pressure, back, 30 min\n"
LIVE = """
import resource, sys
from pathlib import Path
from effleurage.runs.asked import Asked
from effleurage.runs.carry_out import carry_out
from effleurage.runs.folder import begin
from effleurage.runs.open import open_run
folder = Path(sys.argv[2])
begin(folder, Asked(sys.argv[3], int(sys.argv[1]), traces=False, precision="single"))
carry_out(folder)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
run = open_run(folder, verify=False)
lost = int((run.persons.filter(like="status").iloc[:, 0] != "ok").sum())
print(peak, len(run.persons), lost)
"""


def lived(people: int, folder: Path) -> tuple[float, float, int, int]:
    """Seconds, GiB, people in the end, and those whose states did not stay finite."""
    here = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    begin = time.monotonic()
    words = [sys.executable, "-c", LIVE, str(people), str(folder), WEEK]
    said = subprocess.run(words, env=here, text=True, capture_output=True, check=True).stdout.split()[-3:]
    return time.monotonic() - begin, int(said[0]) / 2**20, int(said[1]), int(said[2])


def prove(quick: bool) -> Iterator[Figure]:
    """Memory, speed and people of every size."""
    peaks = []
    with tempfile.TemporaryDirectory() as place:
        for people in FEW if quick else SIZES:
            seconds, peak, there, lost = lived(people, Path(place) / str(people))
            peaks.append(peak)
            what = f"{people:,} people"
            yield Figure(f"{what}, memory", f"{peak:.2f} GiB", f"at most {MOST_GIB} GiB", peak <= MOST_GIB)
            yield Figure(f"{what}, in the end", f"{there:,}", f"{people:,}", there == people)
            few = people / 10_000
            yield Figure(f"{what}, left out", str(lost), f"at most {max(1, few):.0f}", lost <= max(1, few))
            rate = people / seconds
            if people == SIZES[-1]:  # compiling is no small part of the others
                yield Figure(f"{what}, a second", f"{rate:,.0f}", f"{SLOWEST:g} or more", rate >= SLOWEST)
    growth = peaks[-1] / peaks[0]
    yield Figure("memory, largest to smallest", f"{growth:.2f}", f"at most {GROWTH}", growth <= GROWTH)
