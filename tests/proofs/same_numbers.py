"""The same question has the same bytes as answer, whatever surrounds it.

Two commands are asked again with other locales, time zones, clocks, orders of Python's sets, threads, optimisation and
without a home; by two processes that fill one empty cache at once; and a cohort goes on while one of its workers is
killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from commands import PROTOCOL, SENTENCE, START, carried_out, crashed, furnish, here
from proof import Figure

from effleurage.engine.cache import cache_folder
from effleurage.runs.asked import Asked
from effleurage.runs.carry_out import carry_out
from effleurage.runs.chunks import is_done
from effleurage.runs.disk import checksums
from effleurage.runs.folder import begin

SOURCES = (
    "src/effleurage/engine/*.py",
    "src/effleurage/people/*.py",
    "src/effleurage/runs/*.py",
    "src/effleurage/trial/lives/bank.py",
    "src/effleurage/trial/plan/*.py",
    "tests/proofs/commands.py",
)
ASKS = (("simulate", "day.yaml", "--against", "rest", "--people", "5", "--json"), ("plan", SENTENCE, "--json"))
LOCALES = ("tr_TR", "de_DE")
"""Where i is no lower case of I, and where a comma is a point."""
SAME = "the same bytes"
CLOCK = f"import time; wall = time.time; time.time = lambda: wall() + {{}}; {START}"
LIVELY = "from locale import LC_ALL, setlocale; setlocale(LC_ALL, ''); " + START
COHORT = Asked(PROTOCOL, 4096, against="rest", chunk=1024, keep=("cortisol",), traces=False)
GO_ON = """
import sys
from pathlib import Path
from effleurage.runs.carry_out import carry_out
if __name__ == "__main__":
    carry_out(Path(sys.argv[1]), workers=2)
"""


@dataclass(frozen=True)
class Way:
    """How a command is asked: environment (empty: without), how Python is started, and with which options.

    ``escaped``: letters come as JSON's escapes, so that what is read of it, and not its bytes, is the same.
    """

    name: str
    own: dict[str, str] = field(default_factory=dict)
    start: str = START
    options: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    escaped: bool = False

    def gives(self, answers: list[str], wanted: list[str]) -> bool:
        """Whether these are the answers that are wanted."""
        if self.escaped:
            return all(one.isascii() for one in answers) and [*map(json.loads, answers)] == [*map(json.loads, wanted)]
        return answers == wanted


WAYS = (
    Way("as it is"),
    *(Way(f"hash seed {seed}", {"PYTHONHASHSEED": seed}) for seed in ("0", "1", "4294967295")),
    *(Way(f"in {zone}", {"TZ": zone}) for zone in ("Asia/Kathmandu", "America/St_Johns")),
    *(Way(f"{many} threads", {"EFFLEURAGE_THREADS": many}) for many in ("1", "7")),
    Way("one thread of the libraries", {"NPROC": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}),
    Way(
        "an ASCII terminal",
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii:backslashreplace"},
        escaped=True,
    ),
    Way("optimised", options=("-O",)),  # with -OO Altair does not find the docstrings that it reads
    Way("ten years later", start=CLOCK.format(3.2e8)),
    Way("ten years before", start=CLOCK.format(-3.2e8)),
    Way("without a home", without=("HOME", "XDG_CACHE_HOME")),
)


def asked(way: Way, place: Path, words: tuple[str, ...], cache: Path) -> tuple[str, str]:
    """What a command gives, and how it failed."""
    own = {"EFFLEURAGE_CACHE": str(cache), **way.own}
    gone = {name: os.environ.pop(name) for name in way.without if name in os.environ}
    try:
        done = carried_out(words, place, own, way.start, way.options)
    finally:
        os.environ |= gone
    return done.stdout, done.stderr.strip()[-80:] if done.returncode or crashed(done) else ""


def locales(folder: Path) -> list[Way]:
    """Locales that this machine has or can make; what cannot be made is left out, and counts as a failure."""
    ways = []
    for name in LOCALES:
        made = ["localedef", "-i", name, "-f", "UTF-8", str(folder / f"{name}.UTF-8")]
        if shutil.which("localedef") and subprocess.run(made, check=False, capture_output=True).returncode == 0:
            own = {"LOCPATH": str(folder), "LC_ALL": f"{name}.UTF-8"}
            ways.append(Way(f"in {name}", own, LIVELY))
    return ways


def at_once(place: Path, cold: Path, wanted: list[str]) -> list[str]:
    """Two processes fill one empty cache at the same time; a third finds what they left."""
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda _: [asked(WAYS[0], place, words, cold) for words in ASKS], range(2)))
    third = [carried_out(words, place, {"EFFLEURAGE_CACHE": str(cold)}) for words in ASKS]
    faults = ["other numbers" for one in found if [answer for answer, _ in one] != wanted]
    faults += [fault for one in found for _, fault in one if fault]
    if [one.stdout for one in third] != wanted or any("damaged" in one.stderr for one in third):
        faults.append("the third finds something else")
    return faults


def without_a_worker(home: Path) -> list[str]:
    """A cohort of two worker processes, one of which is killed in work."""
    alone, place = home / "alone", home / "workers"
    for folder in (alone, place):
        begin(folder, COHORT)
    carry_out(alone)
    with subprocess.Popen([sys.executable, "-c", GO_ON, str(place)], env=here(), stderr=subprocess.PIPE) as process:
        while process.poll() is None and not is_done(place, 0) and not is_done(place, 1):
            time.sleep(0.05)
        killed = next((one for one in children(process.pid) if "spawn_main" in words_of(one)), 0)
        if killed:
            os.kill(killed, signal.SIGKILL)
        said = process.communicate()[1].decode()
    faults = [said.strip()[-80:]] * (process.returncode != 0) + ["no worker was killed"] * (not killed)
    return faults + ["other bytes"] * (checksums(alone) != checksums(place))


def children(process: int) -> list[int]:
    """Processes below one, the youngest first."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == process:
            found += [int(path.parent.name), *children(int(path.parent.name))]
    return sorted(found, reverse=True)


def words_of(process: int) -> str:
    """The command line of a process."""
    try:
        return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def prove(quick: bool) -> Iterator[Figure]:
    """Ask in every way."""
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        place = furnish(home / "place")
        (home / "locales").mkdir()
        regional = locales(home / "locales")
        told = ", ".join(way.name for way in regional) or "none could be made here"
        yield Figure("locales", told, f"{len(LOCALES)}", len(regional) == len(LOCALES))
        asks = ASKS[:1] if quick else ASKS
        wanted = [asked(WAYS[0], place, words, cache_folder())[0] for words in ASKS]
        for way in (*(WAYS[-2:] if quick else WAYS), *(regional[:1] if quick else regional)):
            found = [asked(way, place, words, cache_folder()) for words in asks]
            count += len(found)
            faults = [fault for _, fault in found if fault]
            faults += ["other bytes"] * (not way.gives([answer for answer, _ in found], wanted[: len(found)]))
            yield Figure(way.name, "; ".join(faults) or SAME, SAME, not faults)
        if not quick:
            faults = at_once(place, home / "cold", wanted)
            yield Figure("an empty cache, two at once", "; ".join(faults) or SAME, SAME, not faults)
            faults = without_a_worker(home)
            yield Figure("a worker killed", "; ".join(faults) or SAME, SAME, not faults)
            count += 2 * len(ASKS) + 1
    least = 3 if quick else 24
    yield Figure("runs", str(count), f"{least} or more", count >= least)
