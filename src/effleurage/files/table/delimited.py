"""Delimited text as people export it: a table of words with the line of every row kept, so that an error can name it.

``read_table`` decides encoding, delimiter and header, and says in its notes what it decided. What the words mean is
for ``cells`` and the reader above: which column is which, which numbers have a comma. Ours beside clevercsv and the
reader of pandas, because both lose the line of the file in which a cell stands, and every refusal names it.
"""

from __future__ import annotations

import codecs
import csv
import io
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from effleurage.errors import DataError, Finding, as_text, one_screen, short

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 10_000_000
"""Largest file read as one table (ours): 27 years of diary for 1,000 people; keeps memory under 500 MB."""
MOST_ROWS = 500_000
"""Rows read as one table (ours): 50 answers of 10,000 people; with ``MOST_BYTES`` it bounds time and memory."""
MOST_COLUMNS = 5_000
"""Columns read as one table (ours): 40 answers at 100 visits are 4,000."""
DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma"}
"""What may stand between fields; where two fit equally well, the first."""
MISSING = frozenset(
    ("", "-", "--", "–", "—", ".", "?", "na", "n/a", "n.a.", "nan", "none", "null", "missing", "fehlt", "k.a.", "<na>")
)
"""Words for 'nothing here', compared without case."""

_LOOKED_AT = 200
"""Rows that vote on the delimiter."""
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NUMBER = re.compile(r"[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_FORMATS = {
    b"PK\x03\x04": "a workbook or zip archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a gzip archive",
    b"PAR1": "a Parquet file",
}
_TO_TEXT = "Save it as CSV (comma, semicolon or tab between fields)."


def read_table(
    path: str | PathLike[str],
    *,
    header: bool = True,
    delimiter: str | None = None,
    most_bytes: int = MOST_BYTES,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table in a text file, every cell a stripped ``str`` ("" where empty), and notes on how it was read.

    The index ``line`` holds the number (from 1) of the line where a row starts in the file. Columns are the header
    through ``plain_name``; ``column_1``, … where ``header`` is false or a name is empty. ``table.attrs`` holds
    ``source`` (the file's name), ``delimiter`` and ``headers`` (plain name -> as written). Encodings: UTF-8 with or
    without a mark, UTF-16 with a mark, else Windows-1252 (Latin-1). Blank rows are left out; a short row is filled
    with "".

    Raises ``DataError`` for a file that is missing, empty, binary, larger than ``most_bytes``, longer than
    ``MOST_ROWS`` or wider than ``MOST_COLUMNS``; for a header with a name twice; and for rows with more fields than the
    header.
    """
    import pandas as pd

    name = as_text(Path(path).name)
    text, notes = read_text(path, most_bytes=most_bytes)
    text, said, skipped = _excel_hint(text)
    between = delimiter or said or _sniff(text)
    rows = _rows(text, between, name, skipped)
    if not rows:
        raise DataError(Finding(name, "holds no row", "Check that the export worked."))
    if header:
        (_, written), rows = rows[0], rows[1:]
        if not rows:
            raise DataError(Finding(name, "holds a header and no row below it", "Check that the export worked."))
    else:
        written = [""] * max(len(cells) for _, cells in rows)
    written = _without_empty_end(written, rows)
    names = _names(written, name)
    notes += _square(rows, len(names), name)
    table = pd.DataFrame([cells for _, cells in rows], columns=names, dtype=str)
    table.index = pd.Index([line for line, _ in rows], name="line")
    table.attrs = {"source": name, "delimiter": between, "headers": dict(zip(names, written, strict=True))}
    if len(names) > 1:
        notes = (*notes, f"fields are separated by {DELIMITERS.get(between, repr(between))}")
    return table, notes


def read_text(path: str | PathLike[str], *, most_bytes: int = MOST_BYTES) -> tuple[str, tuple[str, ...]]:
    """The whole text of a file and a note where it is not UTF-8.

    Raises ``DataError`` for a file that is missing, empty, binary or larger than ``most_bytes``.
    """
    name = as_text(Path(path).name)
    raw = _bytes(path, name, most_bytes)
    if not raw.strip():
        raise DataError(Finding(name, "is empty", "Check that the export worked."))
    for start, what in _FORMATS.items():
        if raw.startswith(start):
            raise DataError(Finding(name, f"is {what}, not text", _TO_TEXT))
    text, notes = _decode(raw.rstrip(b"\x1a"), name)  # DOS ends a file with this
    if odd := _NO_TEXT.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise DataError(Finding(f"{name}, line {line}", "holds bytes that are no text (a binary file?)", _TO_TEXT))
    if not text.strip():
        raise DataError(Finding(name, "is empty", "Check that the export worked."))
    return text, notes


def plain_name(written: str) -> str:
    """``leicht (s)`` -> ``leicht_s``: lower case, no accents, one underscore for all that is no letter or digit."""
    spread = unicodedata.normalize("NFKD", written.replace("%", " percent ").casefold())
    bare = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is nothing in it."""
    return cell.strip().casefold() in MISSING


def number_of(cell: str) -> float:
    """The number in a cell, with a decimal point or comma; NaN where the cell says that nothing is there.

    Raises ``ValueError`` for words, infinities and thousands separators.
    """
    if is_missing(cell):
        return math.nan
    bare = cell.strip().replace("−", "-")
    if not _NUMBER.fullmatch(bare):
        raise ValueError(f"'{short(cell)}' is not a number")
    value = float(bare.replace(",", "."))
    if not math.isfinite(value):
        raise ValueError(f"'{short(cell)}' is too large for a number")
    return value


def refuse(findings: Sequence[Finding]) -> None:
    """Raise ``DataError`` with all findings, on one screen; nothing where there are none."""
    if findings:
        raise DataError(one_screen(findings))


def _bytes(path: str | PathLike[str], name: str, most: int) -> bytes:
    try:
        if not Path(path).exists():
            raise DataError(Finding(name, "there is no such file", "Check the name and the folder."))
        if not Path(path).is_file():
            raise DataError(Finding(name, "is not a file", "Name a file."))
        with Path(path).open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "no such path"
        raise DataError(Finding(name, f"cannot be read ({said})", "Check the file's rights.")) from None
    if len(raw) > most:
        what = f"is larger than {most / 1e6:g} MB"
        raise DataError(Finding(name, what, "Split it, or export only the columns and days that are needed."))
    return raw


def _decode(raw: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return raw.decode("utf-16"), ("read as UTF-16",)
        except UnicodeDecodeError:
            raise DataError(Finding(name, "is neither text nor UTF-16", _TO_TEXT)) from None
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("cp1252"), ("not UTF-8: read as Windows-1252 (Latin-1); check names with accents",)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DataError(Finding(f"{name}, line {line}", "is no text in UTF-8 or Latin-1", _TO_TEXT)) from None


def _excel_hint(text: str) -> tuple[str, str | None, int]:
    """Excel's first line ``sep=;``: the text below it, the delimiter, and how many lines were taken away."""
    if hint := re.match(r"sep=([;,\t])\r?\n", text):
        return text[hint.end() :], hint[1], 1
    return text, None, 0


def _sniff(text: str) -> str:
    """The delimiter under which most rows are as wide as the header; ``,`` where there is one column."""
    best, most = ",", 0.0
    for between in DELIMITERS:
        widths: list[int] = []
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), delimiter=between):
                if any(cell.strip() for cell in cells):
                    widths.append(len(cells))
                if len(widths) > _LOOKED_AT:
                    break
        except csv.Error:
            continue
        agree = sum(width == widths[0] for width in widths) / len(widths) if widths and widths[0] > 1 else 0.0
        if agree > most:
            best, most = between, agree
    return best


def _rows(text: str, between: str, name: str, skipped: int) -> list[tuple[int, list[str]]]:
    """Every row that holds something, with the line it starts on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=between, strict=True, skipinitialspace=True)
    rows, start = [], skipped + 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                what = f"holds {len(cells):,} fields, and at most {MOST_COLUMNS:,} are read"
                raise DataError(Finding(f"{name}, line {start}", what, "Export only the columns that are needed."))
            bare = [cell.strip() for cell in cells]
            if any(bare):
                rows.append((start, bare))
            if len(rows) > MOST_ROWS + 1:
                raise DataError(Finding(name, f"holds more than {MOST_ROWS:,} rows", "Split it."))
            start = skipped + reader.line_num + 1
    except csv.Error as fault:
        what, fix = f"quotes or fields cannot be told apart ({fault})", "Close every quote that is opened."
        if "field limit" in str(fault):
            what = f"a field is longer than {csv.field_size_limit():,} characters"
            fix = "Shorten it, or close the quote that is open in it."
        raise DataError(Finding(f"{name}, line {start}", what, fix)) from None
    return rows


def _without_empty_end(written: list[str], rows: list[tuple[int, list[str]]]) -> list[str]:
    """The header without nameless columns at its end that no row fills (spreadsheets leave them)."""
    filled = max((place for _, cells in rows for place, cell in enumerate(cells, 1) if cell), default=0)
    end = len(written)
    while end > 1 and end > filled and not written[end - 1]:
        end -= 1
    return written[:end]


def _names(written: list[str], name: str) -> list[str]:
    names = [plain_name(text) or f"column_{place}" for place, text in enumerate(written, 1)]
    twice = sorted(one for one, times in Counter(names).items() if times > 1)
    refuse([Finding(name, f"two columns are called '{short(one)}'", "Give each its own name.") for one in twice])
    return names


def _square(rows: list[tuple[int, list[str]]], width: int, name: str) -> tuple[str, ...]:
    """Make every row as wide as the header, in place; a note on rows that were filled."""
    findings, filled = [], 0
    for line, cells in rows:
        if any(cells[width:]):
            what = f"has {len(cells)} fields where the header has {width}"
            fix = "Quote what holds a delimiter, or write decimals with a point."
            fix = "Put the names of the columns into the first line, and nothing above it." if width == 1 else fix
            findings.append(Finding(f"{name}, line {line}", what, fix))
        filled += len(cells) < width
        cells[:] = [*cells[:width], *[""] * (width - len(cells))]
    refuse(findings)
    return (f"{filled} rows end before the header does and were filled with nothing",) if filled else ()
