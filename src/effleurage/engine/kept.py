"""What was derived once is kept on disk for the next time, each file with its checksum. Deleting all of it is safe.

A kept file is what was kept and, in a last line, the checksum of that and of the file's place. What is not whole, or
stands in another's place, is never used: it is made anew and said. Where nothing can be kept, all goes on without.
Where it all lies, and how much of it, is in ``cache``.
"""

from __future__ import annotations

import io
import logging
import os
import struct
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from threading import Lock
from typing import TypeVar
from zipfile import BadZipFile

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.cache import CACHE, cache_bound, cache_folder, is_place, make_room
from effleurage.engine.whole import write_whole

UNREADABLE = (
    *(ArithmeticError, AssertionError, AttributeError, BadZipFile, EOFError, LookupError, MemoryError, RuntimeError),
    *(StopIteration, SyntaxError, TypeError, ValueError, struct.error),
)
"""What the readers of a format raise where a file is not what it should be."""
_SUM = len("\n") + sha256().digest_size * 2 + len("\n")
_LOG = logging.getLogger(__name__)
_told: set[str] = set()
_telling = Lock()

T = TypeVar("T")


def kept(place: str, make: Callable[[], T], write: Callable[[T], bytes], read: Callable[[bytes], T]) -> T:
    """What is kept at a place below the cache folder, else what ``make`` makes, which is kept there from now on.

    The place is one of ``cache.KINDS`` and a ``provenance.key`` of all that it depends on. ``read`` raises one of
    ``UNREADABLE`` for bytes that ``write`` has not written. Raises ``RequestError`` where the environment names a
    bound that is no size.
    """
    kept = look(place, read)
    if kept is None:
        kept = make()
        keep(place, write(kept))
    return kept


def look(place: str, read: Callable[[bytes], T]) -> T | None:
    """What is kept at a place, read; None where nothing is, or nothing whole, which is said."""
    if not is_place(place):
        raise ValueError(f"'{place}' is no kind of kept thing with a key: it would never be cleared")
    cache_bound()
    path = cache_folder() / place
    try:
        if not S_ISREG(path.stat().st_mode):  # one look: in between two, another process may have written it
            path.unlink()
            raise ValueError("a pipe, or the like")
        return _used(path, read(_whole(place, path.read_bytes())))
    except UNREADABLE:
        _say_damaged(place)
    except FileNotFoundError:
        pass  # another process has made room
    except OSError as error:
        _say_unkept(error)
    return None


def keep(place: str, data: bytes) -> None:
    """Keep bytes at a place; where that cannot be, it is said and all goes on."""
    path = cache_folder() / place
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data + _checksum(place, data))
        make_room(len(data))
    except OSError as error:
        _say_unkept(error)


def kept_array(place: str, make: Callable[[], Floats], shape: tuple[int, ...]) -> Floats:
    """An array of a known shape that is kept at a place, else what ``make`` makes; places are as for ``kept``."""

    def write(array: Floats) -> bytes:
        buffer = io.BytesIO()
        np.save(buffer, array, allow_pickle=False)
        return buffer.getvalue()

    def read(data: bytes) -> Floats:
        found = np.load(io.BytesIO(data), allow_pickle=False)
        if found.shape != shape or found.dtype != np.float64:
            raise ValueError("an array of another kind")
        return np.asarray(found)

    return kept(place, make, write, read)


def _used(path: Path, kept: T) -> T:
    """What was found at a path, which is marked as used just now: what is unused for longest goes first."""
    with suppress(OSError):  # where nobody may write, nothing goes either
        os.utime(path)
    return kept


def _checksum(place: str, data: bytes) -> bytes:
    digest = sha256(f"{place}\n".encode())
    digest.update(data)
    return f"\n{digest.hexdigest()}\n".encode()


def _whole(place: str, data: bytes) -> bytes:
    """What was kept in a file's bytes. Raises ``ValueError`` where they are not all that was kept there."""
    inside, told = data[:-_SUM], data[-_SUM:]
    if told != _checksum(place, inside):
        raise ValueError("is not what was kept")
    return inside


def _say(about: str, words: str) -> None:
    """Say something once."""
    with _telling:
        if about in _told:
            return
        _told.add(about)
    _LOG.warning(words)


def _say_damaged(place: str) -> None:
    """Say it once for each kind of kept thing, a folder: where one file is damaged, many are."""
    folder, inside, _ = place.rpartition("/")
    kind = f"{folder}/…" if inside else place
    _say(kind, f"a kept file was damaged and is made anew: {kind}")


def _say_unkept(error: OSError) -> None:
    folder = cache_folder()
    why = "it is a file" if os.path.isfile(folder) else error.strerror
    what = f"nothing can be kept in {folder} ({why}): what is derived is derived anew every time"
    _say(str(folder), f"{what}. {CACHE} names another folder")
