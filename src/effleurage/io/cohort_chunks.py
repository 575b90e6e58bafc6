"""The chunks of a run folder: written whole, proven whole."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from effleurage.engine.provenance import cpu
from effleurage.errors import Finding
from effleurage.io.disk import checksum, checksums, json_text

DONE = "done.json"


def chunk_folder(folder: Path, number: int) -> Path:
    """Where a chunk stands when it is whole."""
    return folder / "chunks" / f"{number:06d}"


def is_done(folder: Path, number: int) -> bool:
    """Whether a chunk stands there; whether it is whole is for ``chunk_findings``."""
    return chunk_folder(folder, number).exists()


def write_chunk(folder: Path, number: int, fill: Callable[[Path], None]) -> str:
    """Let ``fill`` write a chunk's files, add their checksums, and put it in its place in one move.

    Returns the checksum of the checksums. Where somebody else was faster, theirs stays: it has the same bits.
    """
    final = chunk_folder(folder, number)
    part = final.with_name(f"{final.name}.{socket.gethostname()}.{os.getpid()}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        fill(part)
        done = json_text({"chunk": number, "cpu": cpu(), "sha256": checksums(part)})
        (part / DONE).write_text(done, encoding="utf-8")
        if not final.exists():
            part.replace(final)
        return checksum(done.encode())
    finally:
        shutil.rmtree(part, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what killed processes of this machine have left half written."""
    for part in (folder / "chunks").glob("*.part"):
        host, _, process = part.name.removesuffix(".part").split(".", 1)[1].rpartition(".")
        if host == socket.gethostname() and not _alive(int(process)):
            shutil.rmtree(part, ignore_errors=True)


def chunk_findings(folder: Path, number: int) -> list[Finding]:
    """What is wrong with a finished chunk, all its checksums taken again; nothing where it is not there."""
    chunk = chunk_folder(folder, number)
    if not chunk.exists():
        return []
    try:
        known = json.loads((chunk / DONE).read_text(encoding="utf-8"))["sha256"]
        found = {name: total for name, total in checksums(chunk).items() if name != DONE}
        wrong = sorted(name for name in {*known, *found} if known.get(name) != found.get(name))
    except (OSError, ValueError, KeyError, TypeError):
        wrong = [DONE]
    if not wrong:
        return []
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    what = f"{wrong[0]}{more} is not what was written"
    return [Finding(str(chunk), what, f"Remove it (rm -r {chunk}) and resume: it will be computed again.")]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
