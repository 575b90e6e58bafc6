"""Files that are whole or not there: written under a name of our own beside their place, and moved there in one go."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from uuid import uuid4

OURS = ".effleurage-"
"""How the name of everything half written begins. Nobody else's name does, and no two of ours are the same."""
HALF = ".part"


def own_name(place: Path) -> Path:
    """A name beside a place, for what is to be moved there; nothing is there under that name."""
    return place.with_name(f"{OURS}{uuid4().hex}{HALF}")


def write_whole(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, also when the power fails; who may read it stays as it was.

    What is no file (a terminal, a pipe) is written to as it is. Raises ``OSError``.
    """
    path = Path(os.path.realpath(path)) if path.is_symlink() else path
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    part = own_name(path)
    try:
        with part.open("xb") as file:
            file.write(data)
        with suppress(FileNotFoundError):  # nothing stands there, or no longer
            part.chmod(S_IMODE(path.stat().st_mode))
        put(part, path)
    finally:
        part.unlink(missing_ok=True)


def put(part: Path, place: Path) -> None:
    """Move a file, or a folder with all it holds, to its place in one go: what stands there is on the disk.

    Raises ``OSError`` where the disk does not take it; it then stays where it is.
    """
    for path in (*part.rglob("*"), part) if part.is_dir() else (part,):
        _flush(path)
    part.replace(place)
    _flush(place.parent)


def _flush(path: Path) -> None:
    """Wait until the disk has a file, or the names in a folder where the system can say so."""
    if path.is_dir():
        with suppress(OSError):
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
        return
    with path.open("rb+") as file:
        os.fsync(file.fileno())
