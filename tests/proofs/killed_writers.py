"""Whatever is killed while it writes leaves everything whole or nothing, and the next try succeeds with the same bytes.

Every command that writes is killed without warning (SIGKILL): right before it makes, opens, moves or removes one of its
files, each such moment in turn, and at random moments. What then lies in the folder is what a command that nobody
killed has written, or nothing; only files under names of our own may be half. Then the command is carried out again.
The cache is filled the same way.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from commands import HALF, START, WRITERS, Writer, carried_out, crashed, furnish, here, state
from full_disks import SOURCES as SOURCES
from proof import SEED, Figure

from effleurage.engine.cache import cache_folder

KILLS = 200
MOMENTS, SLOW = (16, 4), (3, 2)
"""Kills of a command right before one of its writes, and at random moments; of a slow one fewer."""
COLD = ("settled", "banks")
"""Kinds that the cache has not, when it is filled: they are made in seconds."""
WATCHED = f"""
import os, signal, sys
place, moment, seen = sys.argv.pop(1), int(sys.argv.pop(1)), 0
def watch(event, about):
    global seen
    if event not in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "shutil.rmtree"):
        return
    if event == "open" and not (isinstance(about[2], int) and about[2] & (os.O_WRONLY | os.O_RDWR)):
        return
    path = os.path.abspath(os.fsdecode(about[0])) if isinstance(about[0], (str, bytes, os.PathLike)) else ""
    if path.startswith(place):
        seen += 1
        if seen == moment:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
import atexit
atexit.register(lambda: print("writes", seen, file=sys.stderr))
{START}
"""
"""Runs a command that kills itself before its n-th write below a place; with 0, counts them."""


@dataclass
class Found:
    """What the kills of a command have found."""

    kills: int = 0
    faults: Counter[str] = field(default_factory=Counter)


def killed(writer: Writer, place: Path, moment: int, seconds: float, below: Path, **own: str) -> bool:
    """Carry out a command and kill it, before a write or after so many seconds; whether it was still at work."""
    words = [sys.executable, "-c", WATCHED, str(below), str(moment), *writer.words]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(words, cwd=place, env=here(**own), stdout=quiet, stderr=quiet) as process:
        try:
            return process.wait(None if moment else seconds) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            process.kill()
            return True


def tried(writer: Writer, place: Path, whole: dict[str, str], moment: int, seconds: float, found: Found) -> None:
    """One kill, what it leaves, and the next try."""
    furnish(place)
    if not killed(writer, place, moment, seconds, place):
        return
    found.kills += 1
    left = {name: known for name, known in state(place).items() if HALF not in name and ".part/" not in name}
    if not writer.again and not left.items() <= whole.items():
        found.faults["half"] += 1
    if not writer.again and (place / writer.out).is_dir() and left != whole:
        found.faults["half a folder"] += 1
    if words := writer.goes_on(place):
        done = carried_out(words, place)
        if done.returncode or crashed(done):
            found.faults[f"next try: {done.stderr.strip()[-60:] or done.returncode}"] += 1
    if {name: known for name, known in state(place).items() if HALF not in name} != whole:
        found.faults["other bytes"] += 1


def attacked(writer: Writer, place: Path, many: tuple[int, int], luck: random.Random) -> Found:
    """Kill one command in many ways."""
    found = Found()
    begin = time.monotonic()
    calm = furnish(place / "calm")
    done = carried_out((str(calm), "0", *writer.words), calm, start=WATCHED)
    lasting, whole = time.monotonic() - begin, state(calm)
    writes = int(done.stderr.split()[-1]) if done.returncode == 0 else 0
    if not writes:
        found.faults[f"writes nothing: {done.stderr[-60:]}"] += 1
        return found
    moments = sorted(luck.choices(range(1, writes + 1), k=many[0]))
    for turn, moment in enumerate([*moments, *[0] * many[1]]):
        tried(writer, place / str(turn), whole, moment, luck.uniform(0.5, lasting), found)
        shutil.rmtree(place / str(turn))
    return found


def filled(place: Path, many: int, luck: random.Random) -> Found:
    """Kill a command that fills the cache; the next one finds whole things, and the same numbers."""
    found = Found()
    ask = Writer("", ("plan", "45 min x 3 vs rest, cortisol", "--quick", "--json"), "")
    furnish(place / "calm")
    wanted = carried_out(ask.words, place / "calm").stdout
    warm = place / "warm"
    shutil.copytree(cache_folder(), warm, ignore=shutil.ignore_patterns(*COLD))
    for turn in range(many):
        cold = shutil.copytree(warm, place / f"cache {turn}")
        moment = luck.randrange(1, 24)
        found.kills += killed(ask, place / "calm", moment, 0.0, cold, EFFLEURAGE_CACHE=str(cold))
        done = carried_out(ask.words, place / "calm", {"EFFLEURAGE_CACHE": str(cold)})
        if crashed(done) or done.stdout != wanted:
            found.faults["other numbers" if done.returncode == 0 else "no answer"] += 1
        if "damaged" in done.stderr:
            found.faults["half"] += 1
        shutil.rmtree(cold)
    return found


def prove(quick: bool) -> Iterator[Figure]:
    """Kill every command."""
    luck, kills = random.Random(SEED), 0
    with tempfile.TemporaryDirectory() as home:
        for writer in WRITERS:
            if quick and writer.name not in ("measure --out", "trial --out"):
                continue
            many = (1, 1) if quick else SLOW if writer.slow else MOMENTS
            found = attacked(writer, Path(home) / writer.out, many, luck)
            kills += found.kills
            yield figure(writer.name, found)
        found = filled(Path(home) / "cache", 1 if quick else MOMENTS[0], luck)
        kills += found.kills
        yield figure("filling the cache", found)
    wanted = 2 if quick else KILLS
    yield Figure("kills while at work", str(kills), f"{wanted} or more", kills >= wanted)


def figure(what: str, found: Found) -> Figure:
    """What a command's kills have found, in a line."""
    told = ", ".join(f"{fault} ({count})" for fault, count in found.faults.items()) or "all whole or nothing"
    return Figure(what, f"{told}; {found.kills} kills", "all whole or nothing", not found.faults)
