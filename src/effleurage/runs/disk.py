"""What the disk does to us, said so that the reader can go on; and files that are whole or not there."""

from __future__ import annotations

import errno
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import file_digest, sha256
from pathlib import Path
from shlex import quote
from typing import Any

from effleurage.engine.whole import HALF, OURS, own_name, put, write_whole
from effleurage.errors import Finding, RequestError, RunError, as_text

SUMS = "SHA256SUMS"
"""The file of checksums in a folder that people get; ``sha256sum --check SHA256SUMS`` there takes them again."""
_OLD = 3600.0
"""Seconds after which what is half written is nobody's: its process was killed."""


def to_resume(folder: Path) -> str:
    """The command that goes on with a run folder."""
    return f"effleurage simulate --resume {quote(str(folder))}"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no second command works in it. Raises ``RequestError`` where one does."""
    try:
        import fcntl
    except ImportError:  # only POSIX systems have it
        yield
        return
    with disk(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            what = "another effleurage works in it"
            raise RequestError(Finding(str(folder), what, "Let it finish, or stop it first.")) from None
        except OSError:
            pass  # a file system without locks: two runs would do the same work twice, and write the same bits
        yield
    finally:
        os.close(handle)


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Whatever the disk refuses within becomes a ``RunError`` that names the folder and says how to go on."""
    try:
        yield
    except OSError as error:
        resume = to_resume(folder)
        if is_full(error):
            finding = Finding(str(folder), "the disk is full; finished chunks are kept", f"Make room, then: {resume}")
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            what = f"cannot be written ({error.strerror})"
            finding = Finding(str(folder), what, f"Allow writing there, or choose another place; to go on: {resume}")
        else:
            what = f"cannot be written or read ({error.strerror or error})"
            finding = Finding(str(folder), what, f"Mend that, then: {resume}")
        raise RunError(finding) from None


def write_file(path: Path, data: str | bytes) -> None:
    """Write what somebody asked for, whole or not at all. Raises ``RunError`` where folder or disk do not let us."""
    _bury(path.absolute().parent)
    try:
        write_whole(path, as_text(data).encode() if isinstance(data, str) else data)
    except OSError as error:
        raise RunError(unwritten(path, error)) from None


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """An empty folder to fill, which then takes its place as ``folder`` in one move, or is gone with all made for it.

    Meanwhile it has a name of our own: whatever else lies beside its place is somebody else's and is left alone.
    Raises ``RunError`` where place or disk do not let us.
    """
    place = Path(os.path.realpath(folder)) if os.path.islink(folder) else folder.absolute()
    part = own_name(place)
    made = [above for above in place.parents if not exists(above)]
    _bury(place.parent)
    try:
        part.mkdir(parents=True)
        yield part
        if place.is_dir():
            place.rmdir()
        put(part, place)
    except OSError as error:
        raise RunError(unwritten(folder, error)) from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
        for above in made:
            with suppress(OSError):  # the new folder is in it, or somebody else's file is by now
                above.rmdir()


def write_folder(folder: Path, texts: Mapping[str, str]) -> None:
    """Write a folder of texts by name, and their checksums as ``SHA256SUMS``, whole or not at all.

    Raises ``RunError`` where place or disk do not let us.
    """
    with new_folder(folder) as part:
        for name, text in texts.items():
            (part / name).write_bytes(as_text(text).encode())
        sums = "".join(f"{known}  {name}\n" for name, known in checksums(part).items())
        (part / SUMS).write_text(sums, encoding="utf-8", newline="")


def _bury(folder: Path) -> None:
    """Remove what killed processes of ours have left half written in a folder, an hour ago or more."""
    with suppress(OSError):
        for path in folder.glob(f"{OURS}*{HALF}"):
            if abs(time.time() - path.lstat().st_mtime) < _OLD:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def unwritten(path: Path, error: OSError) -> Finding:
    """What the disk refused, and what to do about it; nothing was left there."""
    if is_full(error):
        return Finding(str(path), "the disk is full", "Make room, or choose another place.")
    return Finding(str(path), f"cannot be written ({error.strerror or error})", "Choose another place.")


def exists(path: Path) -> bool:
    """Whether something is there; a name that the system does not take names nothing."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def plain_bytes(path: Path) -> bytes:
    """The bytes of a plain file. Raises ``OSError`` for what cannot be read; a pipe or a device would never end."""
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "no plain file")
    return path.read_bytes()


def is_full(error: OSError) -> bool:
    """Whether the disk refused because there is no room on it."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error)


def json_text(data: Mapping[str, Any]) -> str:
    """JSON as our folders hold it."""
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def checksum(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return sha256(data).hexdigest()


def checksums(folder: Path) -> dict[str, str]:
    """Checksums of all files below a folder, by their place in it."""
    sums = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            sums[path.relative_to(folder).as_posix()] = file_digest(file, "sha256").hexdigest()
    return sums
