"""Text of any length, a block of whole lines at a time, so that a file of a gigabyte needs the memory of one block.

Packed (.gz) and plain files read the same; every way a file can fail to be text is a ``DataError`` that names it.
"""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import IO

from effleurage.errors import DataError, Finding

BLOCK = 1 << 20
"""Bytes in a block (ours): a megabyte; larger ones gain no speed."""
LONGEST_LINE = 1 << 16
"""Bytes in a line (ours); what is longer is no list of measurements, and would be kept in memory whole."""
ENDINGS = (".txt", ".csv", ".tsv", ".tab", ".dat", ".asc", ".rr", ".rri", ".ibi", ".nn", ".nni", ".log")
"""Endings of names that are read, each also with ``.gz``; a name without an ending is read too."""

_ENDING = re.compile(r"\.[a-z]\w{0,7}", re.ASCII)
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r") + b"\x7f"
_NO_CONTROL = bytes(code for code in range(256) if code not in _CONTROL)
_AS_TEXT = "Export it as text (.txt or .csv); unpack an archive first."


@dataclass(frozen=True)
class Block:
    """Whole lines of a file: ``first`` is the number (from 1) of the first; a line feed ends each line of ``data``."""

    first: int
    data: bytes

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + self.data.count(b"\n") - self.data.endswith(b"\n")

    def text(self) -> str:
        """The block as text: UTF-8, else Latin-1."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError:
            return self.data.decode("latin-1")

    def lines(self) -> list[str]:
        """The lines, without their ends; an empty last one is no line."""
        lines = self.text().split("\n")
        return lines[:-1] if lines[-1] == "" else lines


def text_blocks(path: str | PathLike[str], *, size: int = BLOCK) -> Iterator[Block]:
    """The lines of a text file or .gz in blocks of about ``size`` bytes. A byte-order mark is taken away.

    UTF-16 (with a mark) becomes UTF-8; ends of lines may be those of any system.
    Raises ``DataError`` for a file that is missing, a folder, closed to us, empty, binary, cut short (.gz), with an
    ending that is not in ``ENDINGS``, or with a line longer than ``LONGEST_LINE``.
    """
    name = Path(path).name or str(path)
    _refuse_by_name(path, name)
    try:
        with Path(path).open("rb") as plain:
            packed = plain.read(2) == b"\x1f\x8b"
            plain.seek(0)
            if name.lower().endswith(".gz") and not packed:
                raise DataError(Finding(name, "is called .gz but is no gzip archive", "Check how it was copied."))
            if packed:
                with gzip.open(plain) as inside:
                    yield from _blocks(inside, name, size)
            else:
                yield from _blocks(plain, name, size)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise DataError(Finding(name, "is a gzip archive that is damaged or cut short", "Copy it again.")) from None
    except OSError as error:
        what = f"cannot be read ({error.strerror or 'the system refused'})"
        raise DataError(Finding(name, what, "Check the file's rights.")) from None


def _refuse_by_name(path: str | PathLike[str], name: str) -> None:
    try:
        place = Path(path)
        if place.is_dir():
            raise DataError(Finding(name, "is a folder", "Name one file in it."))
        if not place.exists():
            raise DataError(Finding(name, "there is no such file", "Check the name and the folder."))
        if not place.is_file():
            raise DataError(Finding(name, "is not a file", "Name a file."))
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "no such path"
        raise DataError(Finding(name, f"cannot be read ({said})", "Check the name and the file's rights.")) from None
    ending = Path(name.lower().removesuffix(".gz")).suffix
    if _ENDING.fullmatch(ending) and ending not in ENDINGS:
        fix = f"Export it as text; a text file may end in {', '.join(ENDINGS)}."
        raise DataError(Finding(name, f"'{ending}' is no ending of a text file of RR intervals", fix))


def _blocks(file: IO[bytes] | gzip.GzipFile, name: str, size: int) -> Iterator[Block]:
    first, rest = 1, b""
    for raw, is_last in _unmarked(file, size):
        raw = rest + raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        _refuse_binary(raw, first, name)
        end = raw.rfind(b"\n") + 1
        if len(raw) - end > LONGEST_LINE:
            first += raw.count(b"\n")
            what = f"is longer than {LONGEST_LINE:,} bytes"
            raise DataError(Finding(f"{name}, line {first}", what, "Write one RR interval in a line."))
        end = len(raw) if is_last else end
        whole, rest = raw[:end], raw[end:]
        if whole:
            yield Block(first, whole)
            first += whole.count(b"\n")
        elif is_last and first == 1:
            raise DataError(Finding(name, "is empty", "Check that the export worked."))


def _unmarked(file: IO[bytes] | gzip.GzipFile, size: int) -> Iterator[tuple[bytes, bool]]:
    """Bytes without mark, UTF-16 made UTF-8, not cut between a return and its line feed; whether they are the last."""
    raw, decoder = file.read(max(size, 4)), None
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    while True:
        following = file.read(size)
        while raw.endswith(b"\r") and following.startswith(b"\n"):
            raw, following = raw + b"\n", following[1:] or file.read(size)
        yield decoder.decode(raw).encode() if decoder else raw, not following
        if not following:
            return
        raw = following


def _refuse_binary(raw: bytes, first: int, name: str) -> None:
    odd = raw.translate(None, _NO_CONTROL)
    if odd:
        line = first + raw.count(b"\n", 0, raw.index(odd[:1]))
        raise DataError(Finding(f"{name}, line {line}", "holds bytes that are no text (a binary file?)", _AS_TEXT))
