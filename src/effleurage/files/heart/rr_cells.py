"""The cells of RR files: how a line is cut, and which words are numbers, times or marks."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, time

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import SCREEN, DataError, Finding, one_screen
from effleurage.files.table.delimited import number_of

COMMENTS = ("#", "%", "//")
"""What a line that is no data may begin with."""
MARKED = frozenset(("1", "true", "yes"))
"""Words by which a recorder marks a beat as lost."""

_PLAIN = b"0123456789."
_GERMAN_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", re.DOTALL)
_EPOCH = datetime(1970, 1, 1)
_LARGEST = 1e12  # s
_LARGEST_COUNT = 1e20  # nanoseconds since 1970 are 1.8e18
_WHOLE = re.compile(r"[-+]?\d+(?:[.,]\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)


class Findings:
    """What is wrong with a file: the first by line are kept, the rest counted."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: list[tuple[int, Finding]] = []

    def add(self, finding: Finding, line: int = 0) -> None:
        """Take one more, which stands at a line (0: of the file as a whole)."""
        self.count += 1
        if len(self._kept) < SCREEN or line < self._kept[-1][0]:
            self._kept = sorted([*self._kept, (line, finding)], key=lambda one: one[0])[:SCREEN]

    @property
    def full(self) -> bool:
        """Whether more were found than are kept."""
        return self.count > len(self._kept)

    def refuse(self, read: str = "") -> None:
        """Raise ``DataError`` with all that was found, if anything was; ``read`` says how much of the file was read."""
        if not self.count:
            return
        shown = [finding for _, finding in self._kept]
        raise DataError(one_screen(shown, self.count, f"more{read}"))


def cut(line: str, between: str) -> list[str]:
    """The bare cells of a line; ``between`` is a delimiter, ``" "`` for any white space, "" where a line is a cell."""
    if not between:
        return [line.strip().strip('"').strip()]
    if between == " ":
        return line.split()
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=between, skipinitialspace=True))]
        except (csv.Error, StopIteration):
            return [line.strip()]
    return [cell.strip() for cell in line.split(between)]


def by_space(line: str) -> bool:
    """Whether white space alone separates two or more whole numbers or decimals (``0,85 0,86`` is two cells)."""
    words = line.split()
    return len(words) > 1 and all(_WHOLE.fullmatch(word) or word.casefold() == "nan" for word in words)


def is_aside(line: str) -> bool:
    """Whether a line is a comment."""
    return line.lstrip().startswith(COMMENTS)


def is_number(cell: str) -> bool:
    """Whether a cell is a number, or says that one is missing without being empty."""
    try:
        number_of(cell)
    except ValueError:
        return False
    return bool(cell.strip())


def quick(cells: Sequence[str]) -> Floats | None:
    """The numbers in cells that hold only digits and points (n,); ``None`` where any does not."""
    joined = "".join(cells)
    if not joined.isascii() or joined.encode().translate(None, _PLAIN):
        return None
    try:
        values = np.fromiter(map(float, cells), float, len(cells))
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def numbers(cells: Sequence[str], line: Sequence[int], where: str, findings: Findings) -> Floats:
    """The numbers in cells (n,), NaN where missing; what is no number becomes a finding at its line (n,).

    ``where`` has a ``{}`` for the line.
    """
    if (fast := quick(cells)) is not None:
        return fast
    values = np.full(len(cells), math.nan)
    for place, cell in enumerate(cells):
        try:
            values[place] = number_of(cell)
        except ValueError as fault:
            fix = "Delete the row, or write NaN where a beat was missed."
            findings.add(Finding(where.format(line[place]), str(fault), fix), line[place])
    return values


def clock_of(cell: str) -> Callable[[str], float] | None:
    """What reads cells like this one as seconds: a number, a date with time, or a time of day; ``None`` for words."""
    for reader in (number_of, _moment, _time_of_day):
        if math.isfinite(_tried(reader, cell)):
            return reader
    return None


def stamps(cells: Sequence[str], reader: Callable[[str], float], scale: float) -> Floats:
    """Time stamps in seconds (n,), NaN where a cell cannot be read; ``scale`` is seconds in a unit of the cells."""
    values = quick(cells) if reader is number_of else None
    if values is None:
        values = np.fromiter((_tried(reader, cell) for cell in cells), float, len(cells))
    values = np.where(np.abs(values) < _LARGEST_COUNT, values, math.nan) * scale
    return np.where(np.abs(values) < (_LARGEST if scale != 1.0 else _LARGEST_COUNT), values, math.nan)


def is_time_of_day(reader: Callable[[str], float]) -> bool:
    """Whether a reader of cells knows the hour and not the day."""
    return reader is _time_of_day


def _tried(reader: Callable[[str], float], cell: str) -> float:
    try:
        return reader(cell)
    except (ValueError, OverflowError):
        return math.nan


def _moment(cell: str) -> float:
    """Seconds since 1970 of ``2026-01-31T09:30:00.123`` (with an offset or without) or ``31.01.2026 09:30``."""
    bare = cell.strip()
    if day := _GERMAN_DAY.fullmatch(bare):
        bare = f"{day[3]}-{day[2]:0>2}-{day[1]:0>2}{day[4]}"
    moment = datetime.fromisoformat(bare)
    return moment.timestamp() if moment.tzinfo else (moment - _EPOCH).total_seconds()


def _time_of_day(cell: str) -> float:
    """Seconds since midnight of ``09:30:00.123`` or ``9:30``."""
    bare = cell.strip()
    moment = time.fromisoformat(f"0{bare}" if bare[1:2] == ":" else bare)
    return moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
