"""The folder of what is kept: where it is, what is in it, how large it may grow, and how it is cleared.

It has a bound: what was not used for longest goes first. Only files that are ours by their name are ever removed, so
that a folder which holds other things as well is safe.
"""

from __future__ import annotations

import math
import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from platformdirs import user_cache_dir

from effleurage.errors import Finding, RequestError, RunError

CACHE = "EFFLEURAGE_CACHE"
"""Environment variable: the folder where things are kept."""
CACHE_SIZE = "EFFLEURAGE_CACHE_SIZE"
"""Environment variable: how large that folder may grow, as ``500 MB``; else ``USUAL_SIZE``."""
USUAL_SIZE = "2 GB"
COMPILED = "xla"
"""The folder inside for what JAX has compiled."""
KINDS = {
    "program": "equations made ready for JAX",
    "traced": "the engine, traced by JAX",
    COMPILED: "the engine, compiled by XLA",
    "settled": "where bodies stand after ordinary days",
    "banks": "lives of people in trials",
}
"""What is kept: the first word of its place, and what that is."""
_PLACE = re.compile(rf"({'|'.join(KINDS)})[-/][0-9a-f]{{16,64}}(\.\w+)?")
_BY_JAX = re.compile(rf"({COMPILED})/([^/]+-[0-9a-f]{{64}}-(cache|atime)|\.effleurage-looked)")
"""What JAX kept by itself for versions before this one, and when we had looked at it."""
_HALF = re.compile(rf"(({'|'.join(KINDS)})/|program-)?(\.effleurage-)?[0-9a-f]{{16,64}}(\.\w+)*\.part(\.npz)?")
_OLD = 3600.0
"""Seconds after which a half written file is nobody's: its process was killed."""
_FILLED = 0.9
"""Share of the bound that stays filled when room is made."""
_LOOK = 0.05
"""A process looks at the size of the folder when it first writes there, and whenever it wrote this share of the
bound."""
_UNITS = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}
_SIZE = re.compile(rf"\s*(\d{{1,9}}(?:\.\d{{1,9}})?)\s*({'|'.join(_UNITS)})\s*", re.IGNORECASE | re.ASCII)
_written: dict[Path, float] = defaultdict(lambda: math.inf)
"""Bytes that this process has written to a folder since it last looked at its size."""
_writing = Lock()


@dataclass(frozen=True)
class CacheSize:
    """Files and bytes of each of the ``KINDS`` in a folder of what is kept, which may grow to ``bound`` bytes."""

    folder: Path
    bound: int
    files: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Bytes of all kinds together."""
        return sum(self.bytes.values())

    def __str__(self) -> str:
        return f"{size_text(self.total)} of at most {size_text(self.bound)} in {self.folder}"


@dataclass(frozen=True)
class _File:
    path: Path
    kind: str
    size: int
    used: float


def cache_folder() -> Path:
    """Where derived things are kept between runs.

    ``EFFLEURAGE_CACHE`` names it; else it is ``effleurage`` below ``XDG_CACHE_HOME``, or where the system keeps such
    things.
    """
    if own := os.environ.get(CACHE):
        return Path(own)
    if root := os.environ.get("XDG_CACHE_HOME"):
        return Path(root, "effleurage")
    usual = Path(user_cache_dir("effleurage", appauthor=False))
    return usual if usual.is_absolute() else Path(os.devnull, "effleurage")  # who has no home keeps nothing


def cache_bound() -> int:
    """Bytes to which the folder may grow: ``EFFLEURAGE_CACHE_SIZE``, else 2 GB.

    Raises ``RequestError`` where the variable holds no size.

    >>> import os
    >>> os.environ.get("EFFLEURAGE_CACHE_SIZE", cache_bound())
    2000000000
    """
    said = os.environ.get(CACHE_SIZE) or USUAL_SIZE
    found = _SIZE.fullmatch(said)
    if not found:
        raise RequestError(Finding(CACHE_SIZE, f"'{said}' is no size", "Write it as 500 MB or 2 GB, or unset it."))
    return round(float(found[1]) * _UNITS[found[2].upper()])


def size_text(size: int) -> str:
    """Bytes as people read them.

    >>> size_text(24_300_000)
    '24.3 MB'
    """
    unit = next((unit for unit in reversed(_UNITS) if size >= _UNITS[unit]), "KB")
    return f"{size / _UNITS[unit]:.1f} {unit}"


def is_place(place: str) -> bool:
    """Whether a place below the folder is of one of the ``KINDS`` with a key, so that it is found again.

    >>> is_place("settled/0123456789abcdef01234567.npy"), is_place("thesis/0123456789abcdef01234567.npy")
    (True, False)
    """
    return bool(_PLACE.fullmatch(place))


def cache_size() -> CacheSize:
    """How much is kept, of each kind. Raises ``RequestError`` where the folder cannot be looked into.

    >>> 0 <= cache_size().total
    True
    """
    return _counted(_kept_files(_looked_into(cache_folder())))


def clear_cache() -> CacheSize:
    """Remove all that is kept, and nothing else that lies in the folder; returns what was removed.

    All of it is derived anew when it is next needed. What another process is writing at this moment stays.

    Raises ``RequestError`` where the folder cannot be looked into, ``RunError`` where something cannot be removed.
    """
    folder = _looked_into(cache_folder())
    _bury(folder)
    files = list(_kept_files(folder))
    for number, one in enumerate(files):
        try:
            one.path.unlink(missing_ok=True)
        except OSError as error:
            what = f"cannot be removed ({error.strerror or error}); {number} other files are gone"
            raise RunError(Finding(str(one.path), what, "Allow writing in its folder.")) from None
    return _counted(files)


def make_room(written: int) -> None:
    """Keep the folder within its bound after so many bytes were written there: what was unused for longest goes.

    The folder is looked at only now and then. What cannot be removed stays.
    """
    folder, bound = cache_folder(), cache_bound()
    with _writing:
        _written[folder] += written
        if _written[folder] < _LOOK * bound:
            return
        _written[folder] = 0.0
    _bury(folder)
    files = sorted(_kept_files(folder), key=lambda one: one.used)
    left = sum(one.size for one in files)
    if left <= bound:
        return
    for one in files:
        if left <= _FILLED * bound:
            return
        with suppress(OSError):
            one.path.unlink(missing_ok=True)
            left -= one.size


def _counted(files: Iterator[_File] | list[_File]) -> CacheSize:
    size = CacheSize(cache_folder(), cache_bound(), {}, {})
    for one in files:
        size.files[one.kind] = size.files.get(one.kind, 0) + 1
        size.bytes[one.kind] = size.bytes.get(one.kind, 0) + one.size
    return size


def _looked_into(folder: Path) -> Path:
    """The folder. Raises ``RequestError`` where it is something else, or may not be looked into."""
    fix = f"Name another folder in {CACHE}."
    try:
        os.listdir(folder)
    except FileNotFoundError:
        pass  # nothing is kept yet
    except NotADirectoryError:
        blocked = next((above for above in (folder, *folder.parents) if above.exists()), folder)
        raise RequestError(Finding(str(blocked), "is a file, and nothing can be kept in it", fix)) from None
    except (OSError, ValueError) as error:
        what = f"cannot be looked into ({getattr(error, 'strerror', None) or error})"
        raise RequestError(Finding(str(folder), what, fix)) from None
    return folder


def _kept_files(folder: Path) -> Iterator[_File]:
    """What is whole and ours, by its name."""
    for path, place in _plain_files(folder):
        if found := _PLACE.fullmatch(place) or _BY_JAX.fullmatch(place):
            with suppress(OSError):  # another process was faster
                about = path.stat()
                yield _File(path, found[1], about.st_size, max(about.st_mtime, about.st_atime))


def _bury(folder: Path) -> None:
    """Remove what killed processes have left half written."""
    for path, place in _plain_files(folder):
        if _HALF.fullmatch(place):
            with suppress(OSError):  # another process was faster
                if abs(time.time() - path.stat().st_mtime) > _OLD:  # the clock may have been set back
                    path.unlink()


def _plain_files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files, but no links, in the folder and in the folders of the kinds; each with its place below the folder."""
    for inside in ("", *KINDS):
        try:
            entries = list(os.scandir(folder / inside))
        except OSError:
            continue  # a kind of which nothing is kept
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                yield Path(entry.path), f"{inside}/{entry.name}" if inside else entry.name
