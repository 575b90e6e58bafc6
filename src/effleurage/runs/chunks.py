"""The chunks of a run folder: written whole, proven whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from typing import Any

from effleurage.engine.provenance import cpu
from effleurage.engine.whole import put
from effleurage.errors import Finding
from effleurage.runs.disk import checksum, checksums, json_text, plain_bytes

DONE = "done.json"
_WHOLE = re.compile(r"\d{6,}", re.ASCII)
_PART = re.compile(r"\d{6,}\.(?P<host>.+)\.(?P<process>\d{1,9})\.part", re.ASCII)


def chunk_folder(folder: Path, number: int) -> Path:
    """Where a chunk stands when it is whole."""
    return folder / "chunks" / f"{number:06d}"


def is_done(folder: Path, number: int) -> bool:
    """Whether a chunk stands there; whether it is whole is for ``chunk_findings``."""
    return chunk_folder(folder, number).exists()


def write_chunk(folder: Path, number: int, fill: Callable[[Path], None], run: str) -> str:
    """Let ``fill`` write a chunk's files, add their checksums, and put it in its place in one move.

    ``run`` is the proof of the run that it was computed for: protocols, people, seed, settings, precision and versions
    are in it. Returns the checksum of the checksums. Where somebody
    else was faster, theirs stays: it has the same bits.
    """
    final = chunk_folder(folder, number)
    part = final.with_name(f"{final.name}.{socket.gethostname()}.{os.getpid()}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        fill(part)
        done = json_text({"chunk": number, "run": run, "cpu": cpu(), "sha256": checksums(part)})
        (part / DONE).write_text(done, encoding="utf-8")
        if not final.exists():
            put(part, final)
        return checksum(done.encode())
    finally:
        shutil.rmtree(part, ignore_errors=True)


def half_written(folder: Path) -> Iterator[tuple[Path, str, int]]:
    """Every chunk of a run folder that is half written, with the host and the process that writes it."""
    for part in (folder / "chunks").glob("*.part"):
        if found := _PART.fullmatch(part.name):
            yield part, found["host"], int(found["process"])


def sweep(folder: Path) -> None:
    """Remove what killed processes of this machine have left half written."""
    for part, host, process in half_written(folder):
        if host == socket.gethostname() and not _alive(process):
            shutil.rmtree(part, ignore_errors=True)


def strange_chunks(folder: Path, chunks: int) -> list[Finding]:
    """Chunks beyond the last of a run, which nobody of ours has put there."""
    numbers = {chunk_folder(folder, number).name for number in range(chunks)}
    strange = [path for path in (folder / "chunks").glob("*") if _WHOLE.fullmatch(path.name)]
    strange = sorted(path for path in strange if path.name not in numbers)
    fix = "Move it elsewhere: this run has no people for it."
    return [Finding(str(path), f"is no chunk of this run, which has {chunks}", fix) for path in strange]


def chunk_findings(folder: Path, number: int, run: str) -> list[Finding]:
    """What is wrong with a finished chunk, all its checksums taken again; nothing where it is not there.

    ``run``: the proof of the run that it must be of.
    """
    chunk = chunk_folder(folder, number)
    if not chunk.exists():
        return []
    if foreign := foreign_findings(folder, number, run):
        return foreign
    told = _told(chunk)
    try:
        known, found = told["sha256"], checksums(chunk)
    except (OSError, KeyError):
        known, found = {DONE: ""}, {}
    found.pop(DONE, None)
    wrong = sorted(name for name in {*known, *found} if known.get(name) != found.get(name))
    if not wrong:
        return []
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return [Finding(str(chunk), f"{wrong[0]}{more} is not what was written", _anew(chunk))]


def foreign_findings(folder: Path, number: int, run: str) -> list[Finding]:
    """Whether a finished chunk is of other people, or of a run with another proof: somebody was still busy for one."""
    chunk = chunk_folder(folder, number)
    told = _told(chunk)
    if told and told.get("run") != run:
        return [Finding(str(chunk), "was computed for another run", _anew(chunk))]
    if told and told.get("chunk") != number:
        return [Finding(str(chunk), f"holds the people of chunk {told.get('chunk')}", _anew(chunk))]
    return []


def _anew(chunk: Path) -> str:
    return f"Remove it (rm -r {quote(str(chunk))}) and resume: it will be computed again."


def _told(chunk: Path) -> dict[str, Any]:
    """What a chunk says of itself; nothing where that is not as we write it."""
    try:
        told = json.loads(plain_bytes(chunk / DONE))
    except (OSError, ValueError, RecursionError):
        return {}
    sound = isinstance(told, dict) and isinstance(told.get("sha256"), dict) and isinstance(told.get("cpu"), str)
    return told if sound else {}


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
