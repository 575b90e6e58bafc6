"""On a full or a read-only disk every command that writes says so in a sentence and leaves nothing half.

Each command works on a disk of its own, too small for what it writes, or read-only; then there is room, and the next
try succeeds. A cache that cannot be written costs time and no number.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import SENTENCE, WRITERS, Writer, carried_out, crashed, furnish, state
from proof import Figure

from effleurage.engine.cache import cache_folder

SOURCES = (
    "src/effleurage/runs/*.py",
    "src/effleurage/engine/whole.py",
    "src/effleurage/engine/kept.py",
    "src/effleurage/cli/*.py",
    "src/effleurage/report/contents.py",
    "src/effleurage/report/trial/export.py",
    "tests/proofs/commands.py",
)
SIZE = 16 * 2**20
FREE = (0, 1, 3)
"""Blocks of 4 KiB that are left on a full disk, one after another."""
BLOCK = 4096
QUICK = ("measure --out", "trial --out")


@contextmanager
def disk(place: Path) -> Iterator[Path]:
    """A small disk of its own. Raises ``CalledProcessError`` where none may be mounted."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)], check=True, capture_output=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(place: Path, blocks: int) -> None:
    """Fill a disk but for so many blocks."""
    with (place / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(BLOCK)):
                pass
        except OSError:
            file.truncate(file.tell() // BLOCK * BLOCK - blocks * BLOCK)


def read_only(place: Path, on: bool) -> None:
    """Let nobody write on a disk, or again."""
    subprocess.run(["mount", "-o", f"remount,{'ro' if on else 'rw'}", str(place)], check=True)


def faults_of(writer: Writer, home: Path, blocks: tuple[int, ...]) -> list[str]:
    """What goes wrong with a command."""
    found = []
    with disk(home / writer.out) as root:
        furnish(root / "work")
        place = root / "work"
        before = state(place)
        for left in (*blocks, None):
            read_only(root, True) if left is None else fill(root, left)
            done = carried_out(writer.words, place)
            what = "read-only" if left is None else f"{left} blocks left"
            if done.returncode == 0 and left:
                before = state(place)  # there was room enough
                break
            if done.returncode not in (1, 2) or crashed(done) or not done.stderr.strip():
                found.append(f"{what}: ends with {done.returncode}, {done.stderr.strip()[-60:]}")
            partly = writer.again and state(place) != before  # finished chunks are kept
            if not partly and state(place) != before:
                found.append(f"{what}: leaves something")
            if left is None:
                read_only(root, False)
            else:
                (root / "filler").unlink()
            if partly:
                done = carried_out(writer.again, place)
                shutil.rmtree(place / writer.out)
                found += [f"{what}: does not go on"] * (done.returncode != 0)
        if (place / writer.out).is_dir():
            shutil.rmtree(place / writer.out)
        if (root / "filler").exists():
            (root / "filler").unlink()
        done = carried_out(writer.words, place)
        if done.returncode or (state(place) == before and not (place / writer.out).exists()):
            found.append(f"the next try: {done.stderr.strip()[-60:]}")
    return found


def read_only_cache(home: Path) -> list[str]:
    """What a cache that nobody may write, and that has not everything, changes."""
    ask = ("plan", SENTENCE, "--quick", "--json")
    place = furnish(home / "ask")
    wanted = carried_out(ask, place).stdout
    with disk(home / "cache") as cache:
        subprocess.run(["mount", "-o", "remount,size=3g", str(cache)], check=True)
        shutil.copytree(cache_folder(), cache / "c", ignore=shutil.ignore_patterns("settled", "banks"))
        read_only(cache, True)
        done = carried_out(ask, place, {"EFFLEURAGE_CACHE": str(cache / "c")})
    found = ["other numbers"] * (done.stdout != wanted) + ["crashed"] * crashed(done)
    return found + ["not said, or more than once"] * (done.stderr.count("nothing can be kept") != 1)


def prove(quick: bool) -> Iterator[Figure]:
    """Every command, where disks can be mounted."""
    with tempfile.TemporaryDirectory() as home:
        try:
            with disk(Path(home) / "try"):
                pass
        except (OSError, subprocess.CalledProcessError):
            told = "may not be mounted here: carry it out in 'unshare --map-root-user --mount'"
            yield Figure("a disk of its own", told, "mounted", False)
            return
        for writer in WRITERS:
            if quick and writer.name not in QUICK:
                continue
            found = faults_of(writer, Path(home), FREE[:1] if quick or writer.slow else FREE)
            yield Figure(writer.name, "; ".join(found) or "nothing half", "nothing half", not found)
        found = read_only_cache(Path(home))
        yield Figure("a read-only cache", "; ".join(found) or "the same numbers", "the same numbers", not found)
