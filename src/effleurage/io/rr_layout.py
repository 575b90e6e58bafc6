"""How a file of RR intervals is laid out: where its rows begin, what separates cells, which column holds what.

Known by their headers: Polar Sensor Logger (``Phone timestamp;RR-interval [ms]``), Polar Flow (``duration,offline``),
HRV Logger (``date,rr,since start``), Empatica (``<start>, IBI``) and the RR block of a Kubios report. Known without:
one RR a line (Elite HRV, Kubios type 1, PhysioNet) and time beside RR (HRVAS, whose wiki asks for seconds; older Polar
Flow). None of these makers publishes a specification that we could read: the layouts are those that readers of such
files describe in public, so what a file says of itself goes before what its maker is known for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from effleurage.errors import DataError, Finding
from effleurage.io.delimited import number_of, plain_name, short
from effleurage.io.rr_cells import by_space, clock_of, cut, is_aside, is_number
from effleurage.io.rr_columns import (
    LOST_NAMES,
    SECONDS_RR,
    TIME_NAMES,
    UNIT,
    bare,
    called,
    column_of,
    rr_column,
    rr_places,
    scale_of,
    seconds_of,
    time_column,
    unit_of,
)

MOST_HEAD = 1000
"""Lines in which the first row is looked for (ours)."""

_VOTERS = 200  # rows that decide on delimiter, width and times
_CHECK = "Check that the export worked."


@dataclass(frozen=True)
class Layout:
    """``first`` is the line (from 1) of the first row; ``rr``, ``time`` and ``lost`` are places of columns.

    ``between`` separates cells as in ``rr_cells.cut``; ``unit`` is what the header says ("" where it does not);
    ``reader`` and ``scale`` make seconds of a cell of times; ``report`` says that shorter columns just end.
    """

    first: int
    width: int
    between: str
    rr: int
    time: int | None = None
    lost: int | None = None
    unit: str = ""
    reader: Callable[[str], float] | None = None
    scale: float = 1.0
    report: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line that is neither blank nor a comment, and its number."""

    line: int
    text: str


def find_layout(
    lines: Sequence[str], first: int, name: str, *, column: str | int | None = None, report: bool = False
) -> Layout:
    """The layout of a file from its first lines, of which the first has number ``first``.

    ``column`` names the column of RR intervals, or counts it from 1. Raises ``DataError`` where there is no row of
    numbers, and where no column or several could hold the intervals.
    """
    rows = [Row(n, text) for n, text in enumerate(lines[:MOST_HEAD], first) if text.strip() and not is_aside(text)]
    place, between, titles = _head(rows, name)
    units = [unit_of(title) for title in titles]
    if place < len(rows) and titles and _is_units(cells := cut(rows[place].text, between)):
        units = [*map(unit_of, cells), *units[len(cells) :]]
        place += 1
    if place >= len(rows):
        raise DataError(Finding(name, "holds a header and no row below it", _CHECK))
    grid = [cut(row.text, between) for row in rows[place : place + _VOTERS]]
    if not titles:
        width = Counter(map(len, grid)).most_common(1)[0][0]
        above = cut(rows[place - 1].text, between) if place else []
        titles = above if len(above) == width > 1 else [""] * width
    grid = [cells for cells in grid if len(cells) >= len(titles)]
    rr = rr_column(titles, grid, name, column)
    time, reader, scale, said = _times(titles, grid, rr)
    lost = next((at for at, title in enumerate(titles) if plain_name(title) in LOST_NAMES), None)
    notes = _skipped(rows[:place])
    if len(titles) > 1:
        spare = [called(title, at) for at, title in enumerate(titles) if at not in (rr, lost, time)]
        notes.append(
            f"RR intervals from {called(titles[rr], rr)}" + (f"; not used: {', '.join(spare)}" if spare else "")
        )
    unit, notes = units[rr] if rr < len(units) else "", [*notes, *said]
    return Layout(rows[place].line, len(titles), between, rr, time, lost, unit, reader, scale, report, tuple(notes))


def _head(rows: Sequence[Row], name: str) -> tuple[int, str, list[str]]:
    """Place of the first row below any header, the delimiter, and the header's titles (none where there is none)."""
    if head := _header(rows):
        place, between = head
        return place + 1, between, cut(rows[place].text, between)
    first = next((at for at, row in enumerate(rows) if _is_data(row.text)), None)
    if first is None:
        what = "holds no row of numbers" + (f" in its first {rows[-1].line:,} lines" if rows else "")
        raise DataError(Finding(name, what, _CHECK))
    return first, _delimiter(rows[first:], rows[first - 1].text if first else ""), []


def _header(rows: Sequence[Row]) -> tuple[int, str] | None:
    """Place and delimiter of the first row that names a column of intervals, above any row of numbers."""
    for place, row in enumerate(rows):
        for between in ("\t", ";", ","):
            if between in row.text and rr_places(cut(row.text, between)):
                return place, between
        if rr_places(cut(row.text, "")) and not _delimiter(rows[place + 1 :]):
            return place, ""
        words = row.text.split() if not re.search("[,;\t]", row.text) else []
        below = rows[place + 1].text.split() if place + 1 < len(rows) else []
        if 1 < len(words) == len(below) and rr_places(words):
            return place, " "
        if _is_data(row.text):
            return None
    return None


def _skipped(above: Sequence[Row]) -> list[str]:
    if not above:
        return []
    lines = f"line {above[0].line}" if len(above) == 1 else f"lines {above[0].line} to {above[-1].line}"
    return [f"{lines} skipped as header ('{short(above[-1].text.strip())}')"]


def _times(
    titles: Sequence[str], grid: Sequence[Sequence[str]], rr: int
) -> tuple[int | None, Callable[[str], float] | None, float, list[str]]:
    """Place of the column of times, what reads it, seconds in its unit, and a note on their use."""
    place = next((at for at, title in enumerate(titles) if at != rr and bare(title) in TIME_NAMES), None)
    named = place is not None
    if place is None and len(titles) == 2:
        place = 1 - rr
    if place is None:
        return None, None, 1.0, []
    reader, scale = time_column(grid, place, seconds_of(column_of(grid, rr)), named=named)
    if reader:
        used = f"times in {called(titles[place], place)} only show gaps; beats are placed by adding up RR intervals"
        return place, reader, scale, [used]
    lost = f"{called(titles[place], place)} is not understood as time: gaps between rows are not seen"
    return None, None, 1.0, [lost] if named else []


def _is_data(text: str) -> bool:
    """Whether a line has a number and nothing but numbers, times and empty cells, however it is cut."""
    ways = [" "] if by_space(text) else [between for between in ("\t", ";", ",") if between in text] or [""]
    for between in ways:
        cells = cut(text, between)
        if any(map(is_number, cells)) and all(not cell or is_number(cell) or clock_of(cell) for cell in cells):
            return True
    return False


def _is_units(cells: Sequence[str]) -> bool:
    return not any(map(is_number, cells)) and any(UNIT.fullmatch(cell) for cell in cells)


def _delimiter(rows: Sequence[Row], above: str = "") -> str:
    """What separates cells in rows of numbers; a lone comma is a decimal mark unless it parts two columns.

    ``above`` is the line before them.
    """
    texts = [row.text for row in rows[:_VOTERS] if _is_data(row.text)]
    for between in ("\t", ";"):
        if sum(between in text for text in texts) * 2 > len(texts):
            return between
    if sum(map(by_space, texts)) * 2 > len(texts):
        return " "
    pairs = [text.split(",") for text in texts if "," in text]
    columns = len(pairs) * 2 > len(texts) and (above.count(",") == len(pairs[0]) - 1 or _two_columns(pairs))
    return "," if columns else ""


def _two_columns(pairs: Sequence[Sequence[str]]) -> bool:
    """Whether commas separate columns: several in a line, points are there too, or both sides make sense alone."""
    if any(len(pair) > 2 or "." in "".join(pair) or clock_of(pair[0]) not in (None, number_of) for pair in pairs):
        return True
    left, right = column_of(pairs, 0), column_of(pairs, 1)
    if all((side >= 1000 * SECONDS_RR[0]).all() and (side <= 1000 * SECONDS_RR[1]).all() for side in (left, right)):
        return True  # 800,810 may be both; two columns that fit alike are asked about
    return math.isfinite(scale_of(left, seconds_of(right), exact=True))
