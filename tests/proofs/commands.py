"""Every command that writes, for the proofs of what a kill, a disk or a damaged file does to them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from proof import ROOT

from effleurage.runs.disk import checksums

PROTOCOL = "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, moderate pressure, back, 30 min\n"
SENTENCE = "45 min x 3 vs rest, cortisol"
TARGET = """[[target]]
id = "cortisol at noon"
ring = "norm"
use = "predict"
quantity = "cortisol"
at = "day 2 12:00"
world = {people = {age = 23}}
value = 7
sd = 3
n = 15
unit = "nmol/L"
population = "15 adults"
study = "made up"
source = "https://example.org"
seen = "T"
"""
HALF = ".effleurage-"
"""How the name of what a killed process leaves half written begins."""
START = "from effleurage.cli import main; main()"
STAMPED = ("timetable.ics", "SHA256SUMS")
"""Files that hold when they were made, and the checksums of these."""


@dataclass(frozen=True)
class Writer:
    """A command that writes: its words, and where; ``slow`` ones take more than ten seconds."""

    name: str
    words: tuple[str, ...]
    out: str
    again: tuple[str, ...] = ()
    slow: bool = False

    def goes_on(self, place: Path) -> tuple[str, ...]:
        """The words to go on with what an interrupted one has left; none where nothing is left to do."""
        return self.again if (place / self.out).is_dir() else self.words


WRITERS = (
    Writer("simulate --out", ("simulate", "day.yaml", "--people", "2", "--out", "RUN"), "RUN"),
    Writer(
        "simulate --out, in chunks",
        ("simulate", "day.yaml", "--people", "4", "--chunk", "2", "--keep", "cortisol", "--out", "COHORT"),
        "COHORT",
        ("simulate", "--resume", "COHORT"),
    ),
    Writer("simulate --html", ("simulate", "day.yaml", "--people", "2", "--html", "page.html"), "page.html"),
    Writer("measure --out", ("measure", "hrv", "rr.txt", "--out", "rr.csv"), "rr.csv"),
    Writer("compare --html", ("compare", "pairs.csv", "--html", "pairs.html"), "pairs.html", slow=True),
    Writer("evidence --html", ("evidence", "cortisol", "--html", "studies.html"), "studies.html"),
    Writer("plan --html", ("plan", SENTENCE, "--quick", "--html", "plan.html"), "plan.html"),
    Writer("plan --export", ("plan", SENTENCE, "--quick", "--export", "PLAN", "--start", "2027-03-01"), "PLAN"),
    Writer("trial --out", ("trial", SENTENCE, "--n", "5", "--out", "TRIAL"), "TRIAL"),
    Writer("export sbml", ("export", "sbml", "body.xml"), "body.xml"),
    Writer("claims --html", ("claims", "cortisol", "--html", "claim.html"), "claim.html", slow=True),
    Writer("validate --markdown", ("validate", "--targets", "t.toml", "--markdown", "t.md"), "t.md", slow=True),
    Writer("validate --html", ("validate", "--targets", "t.toml", "--html", "t.html"), "t.html", slow=True),
    Writer("calibrate --out", ("calibrate", "challenge", "--out", "LEDGERS"), "LEDGERS", slow=True),
)


def furnish(place: Path) -> Path:
    """A folder with what the commands read."""
    place.mkdir(parents=True)
    (place / "day.yaml").write_text(PROTOCOL, encoding="utf-8")
    (place / "t.toml").write_text(TARGET, encoding="utf-8")
    (place / "rr.txt").write_text("\n".join(str(790 + 37 * (beat % 5)) for beat in range(400)), encoding="utf-8")
    (place / "pairs.csv").write_bytes((ROOT / "examples" / "two-visits.csv").read_bytes())
    return place


def here(**own: str) -> dict[str, str]:
    """The environment of a command: of this code."""
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **own}


def carried_out(
    words: tuple[str, ...],
    place: Path,
    own: Mapping[str, str] | None = None,
    start: str = START,
    options: tuple[str, ...] = (),
) -> subprocess.CompletedProcess[str]:
    """A command carried out in a folder."""
    command = [sys.executable, *options, "-c", start, *words]
    return subprocess.run(command, cwd=place, env=here(**(own or {})), text=True, capture_output=True, check=False)


def state(place: Path) -> dict[str, str]:
    """Checksums of all that lies in a folder, by its place; but what holds when it was made."""
    return {name: known for name, known in checksums(place).items() if Path(name).name not in STAMPED}


def crashed(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a command ended in a traceback or was aborted, instead of in a sentence."""
    return "Traceback" in done.stderr or "Aborted" in done.stderr or done.returncode < 0
