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
from collections.abc import Sequence
from dataclasses import dataclass, replace

from effleurage.errors import DataError, Finding, short
from effleurage.files.heart.beat_times import (
    TimeColumn,
    beats_column,
    column_of,
    refuse_other_unit,
    scale_of,
    time_column,
)
from effleurage.files.heart.columns import (
    LOST_NAMES,
    SECONDS_RR,
    TIME_NAMES,
    called,
    padded,
    rr_column,
    rr_places,
    seconds_of,
    side_by_side,
    typical,
)
from effleurage.files.heart.rr_cells import by_space, clock_of, cut, is_aside, is_number, stamps
from effleurage.files.heart.units import bare, is_unit, known_unit, unit_of
from effleurage.files.table.delimited import number_of, plain_name

MOST_HEAD = 1000
"""Lines in which the first row is looked for (ours)."""

_BRACKETS = re.compile(r"[\[(][^\[(]+[\])]\s*$")
_BEATS_NAME = re.compile(r"\S*(rr|ibi|nn|ppi|beat|interval|sample|tick|count)\S*\d\S*", re.IGNORECASE)
_VOTERS = 200  # rows that decide on delimiter, width and times
_BETWEEN = ("\t", ";", "|", ",")
_CHECK = "Check that the export worked."


@dataclass(frozen=True)
class Layout:
    """``first`` is the line (from 1) of the first row; ``rr``, ``time`` and ``lost`` are places of columns.

    ``between`` separates cells as in ``rr_cells.cut``; ``unit`` is what the header says ("" where it does not);
    ``clock`` reads the cells of a column of times; ``report`` says that shorter columns just end. ``several`` are the
    places of columns whose intervals follow each other in a row.
    """

    first: int
    width: int
    between: str
    rr: int
    time: int | None = None
    lost: int | None = None
    unit: str = ""
    clock: TimeColumn | None = None
    report: bool = False
    several: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line that is neither blank nor a comment, and its number."""

    line: int
    text: str


def find_layout(
    lines: Sequence[str],
    first: int,
    name: str,
    *,
    column: str | int | None = None,
    unit: str = "",
    report: bool = False,
) -> Layout:
    """The layout of a file from its first lines, of which the first has number ``first``.

    ``column`` names the column of RR intervals, or counts it from 1; ``unit`` is what a person says they are in.
    Raises ``DataError`` where there is no row of numbers, and where no column or several could hold the intervals.
    """
    rows = [Row(n, text) for n, text in enumerate(lines[:MOST_HEAD], first) if text.strip() and not is_aside(text)]
    place, between, titles = _head(rows, name)
    own: list[str] = []
    if place < len(rows) and titles and _is_units(cells := cut(rows[place].text, between)):
        own = [unit_of(cell) for cell in cells]
        place += 1
    if place >= len(rows):
        raise DataError(Finding(name, "holds a header and no row below it", _CHECK))
    grid = [cut(row.text, between) for row in rows[place : place + _VOTERS]]
    if not titles:
        widths = Counter(map(len, grid))
        width = max(widths) if side_by_side([""] * max(widths), grid) else widths.most_common(1)[0][0]
        above = cut(rows[place - 1].text, between) if place else []
        titles = above if len(above) == width > 1 else [""] * width
        if width == 1 == len(above):
            heading = _BRACKETS.search(above[0]) or _BEATS_NAME.fullmatch(above[0].strip())
            own = [unit_of(heading[0])] if heading else []
    units = [*own, *(unit_of(title) for title in titles[len(own) :])]
    several = side_by_side(titles, grid) if column is None and not rr_places(titles) else []
    grid = [cells for cells in (padded(grid, len(titles)) if several else grid) if len(cells) >= len(titles)]
    rr = several[0] if several else rr_column(titles, grid, name, column)
    written = units[rr] if rr < len(units) else ""
    time, clock, said = _times(titles, units, grid, several or [rr], unit or known_unit(written), name)
    lost = next((at for at, title in enumerate(titles) if plain_name(title) in LOST_NAMES), None)
    notes = _skipped(rows[:place])
    if len(titles) > 1:
        spare = [called(title, at) for at, title in enumerate(titles) if at not in (rr, lost, time, *several)]
        held = f"RR intervals from {called(titles[rr], rr)}"
        if several:
            held += f" to {called(titles[several[-1]], several[-1])}, row by row; empty cells are no beats"
        notes.append(held + (f"; not used: {', '.join(spare)}" if spare else ""))
    return Layout(
        first=rows[place].line,
        width=len(titles),
        between=between,
        rr=rr,
        time=time,
        lost=lost,
        unit=written,
        clock=clock,
        report=report,
        several=tuple(several),
        notes=(*notes, *said),
    )


def _head(rows: Sequence[Row], name: str) -> tuple[int, str, list[str]]:
    """Place of the first row below any header, the delimiter, and the header's titles (none where there is none)."""
    if head := _header(rows):
        place, between = head
        return place + 1, between, cut(rows[place].text, between)
    first = next((at for at, row in enumerate(rows) if _is_data(row.text)), None)
    if first is None:
        raise DataError(_mixed(rows, name) or _no_numbers(rows, name))
    return first, _delimiter(rows[first:], rows[first - 1].text if first else ""), []


def _no_numbers(rows: Sequence[Row], name: str) -> Finding:
    times = [row.text.strip() for row in rows if clock_of(row.text.strip())]
    if times and 2 * len(times) > len(rows):
        fix = "Write RR intervals beside them; or, where they are times of beats, write them as seconds, one in a line."
        return Finding(name, f"holds times ('{short(times[0], 30)}') and no numbers", fix)
    return Finding(name, "holds no row of numbers" + (f" in its first {rows[-1].line:,} lines" if rows else ""), _CHECK)


def _mixed(rows: Sequence[Row], name: str) -> Finding | None:
    """What is wrong with a file of several columns, words among them, that nothing names; ``None`` for another."""
    for row in rows[:_VOTERS]:
        for between in ("\t", ";", ","):
            cells = cut(row.text, between) if between in row.text else []
            words = [cell for cell in cells if cell and not is_number(cell) and not clock_of(cell)]
            if sum(map(is_number, cells)) < 2 or not words:
                continue
            what = f"holds words beside numbers ('{short(words[0], 20)}'), and no line names the columns"
            if between == "," and cells[0].isdecimal() and cells[1].isdecimal():
                what += f"; '{short(cells[0] + ',' + cells[1], 30)}' may be two numbers, or one with a decimal comma"
            fix = "Export it with semicolons or tabs between fields, below a line that names them ('time;HR;RR (ms)')."
            return Finding(f"{name}, line {row.line}", what, fix)
    return None


def _header(rows: Sequence[Row]) -> tuple[int, str] | None:
    """Place and delimiter of the first row that names a column of intervals, above any row of numbers."""
    for place, row in enumerate(rows):
        for between in _BETWEEN:
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
    titles: Sequence[str], units: Sequence[str], grid: Sequence[Sequence[str]], rr: Sequence[int], unit: str, name: str
) -> tuple[int | None, TimeColumn | None, list[str]]:
    """Place of the column of times, what reads it, and a note on their use; ``rr`` are places of the intervals."""
    place = next((at for at, title in enumerate(titles) if at not in rr and bare(title) in TIME_NAMES), None)
    named = place is not None
    if place is None and len(titles) == 2 and len(rr) == 1:
        place = 1 - rr[0]
    intervals = seconds_of(column_of(grid, rr[0]), unit)
    if place is None and len(rr) == 1:
        place = beats_column(grid, [at for at in range(len(titles)) if at not in rr], intervals)
    if place is None:
        return None, None, []
    clock = time_column(grid, place, intervals, named=named, unit=units[place] if place < len(units) else "")
    if clock is None:
        lost = f"{called(titles[place], place)} is not understood as time: gaps between rows are not seen"
        return None, None, [lost] if named else []
    if len(rr) > 1:
        clock = replace(clock, marks="")
    if clock.marks and not unit:
        seems = "s" if typical(column_of(grid, rr[0])) <= SECONDS_RR[1] else "ms"
        refuse_other_unit(stamps([cells[place] for cells in grid], clock.reader, clock.scale), intervals, name, seems)
    used = f"times in {called(titles[place], place)} "
    used += {
        "": "only show gaps; beats are placed by adding up RR intervals",
        "end": "are those of the beats that end the intervals: what no interval reaches is a gap",
        "start": "are those of the beats that begin the intervals: what no interval reaches is a gap",
    }[clock.marks]
    return place, clock, [used]


def _is_data(text: str) -> bool:
    """Whether a line has a number and nothing but numbers, times and empty cells, however it is cut."""
    ways = [" "] if by_space(text) else [between for between in _BETWEEN if between in text] or [""]
    for between in ways:
        cells = cut(text, between)
        if any(map(is_number, cells)) and all(not cell or is_number(cell) or clock_of(cell) for cell in cells):
            return True
    return False


def _is_units(cells: Sequence[str]) -> bool:
    return not any(map(is_number, cells)) and any(map(is_unit, cells))


def _delimiter(rows: Sequence[Row], above: str = "") -> str:
    """What separates cells in rows of numbers; a lone comma is a decimal mark unless it parts two columns.

    ``above`` is the line before them.
    """
    texts = [row.text for row in rows[:_VOTERS] if _is_data(row.text)]
    for between in _BETWEEN[:-1]:
        if any(between in text for text in texts):
            return between
    spaced = sum(map(by_space, texts))
    if spaced * 2 > len(texts) or (spaced and all(by_space(text) or is_number(text) for text in texts)):
        return " "
    pairs = [text.split(",") for text in texts if "," in text]
    if any("." in left and "." in right for left, right, *_ in pairs):
        return ","
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
