"""Whether compressed bytes are all there, in the two formats in which JAX keeps what it has compiled."""

from __future__ import annotations

import zlib

_ZLIB = b"\x78"
_ZSTD = b"\x28\xb5\x2f\xfd"
_REPEATED = 1
"""The type of a Zstandard block that holds one byte, to be repeated."""


def is_cut(data: bytes) -> bool:
    """Whether zlib's or Zstandard's bytes end too early, or are none at all; False for what is in another format.

    >>> import zlib
    >>> whole = zlib.compress(b"compiled")
    >>> is_cut(whole), is_cut(whole[:-1]), is_cut(b"")
    (False, True, True)
    """
    if data.startswith(_ZLIB):
        stream = zlib.decompressobj()
        try:
            stream.decompress(data)
        except zlib.error:
            return True
        return not stream.eof
    if data.startswith(_ZSTD):
        return _frame_ends(data) > len(data)
    return not data


def _frame_ends(data: bytes) -> int:
    """Where a Zstandard frame (RFC 8878) ends by what its headers say; beyond the data where it is cut."""
    if len(data) <= len(_ZSTD):
        return len(data) + 1
    flags = data[len(_ZSTD)]
    single, checked = flags >> 5 & 1, flags >> 2 & 1
    sizes = (1 - single, (0, 1, 2, 4)[flags & 3], (single, 2, 4, 8)[flags >> 6])
    place = len(_ZSTD) + 1 + sum(sizes)
    last = 0
    while not last and place + 3 <= len(data):
        block = int.from_bytes(data[place : place + 3], "little")
        last, kind, size = block & 1, block >> 1 & 3, block >> 3
        place += 3 + (1 if kind == _REPEATED else size)
    return place + 4 * checked if last else len(data) + 1
