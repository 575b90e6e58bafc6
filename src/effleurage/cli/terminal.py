"""What a terminal shows: what was asked for on stdout, in one kind of table; messages and progress on stderr."""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from effleurage.errors import BeyondLife, EffleurageError, as_text
from effleurage.report.as_json import plain

if TYPE_CHECKING:
    import pandas as pd

_WIDE = 170
"""Columns of a line where neither a terminal nor ``COLUMNS`` says how many there are."""
_SIZE = re.compile(r"[1-9]\d{0,5}", re.ASCII)
"""A number of columns or of lines, as the environment says it."""
_GAP = 2
"""Characters between columns."""
_FOLDED = 20
"""Characters that a column of addresses has at the least: those may break anywhere."""
_MOST_FINDINGS = 20
_CONTROLS = [*range(9), *range(11, 32), *range(127, 160), *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
"""Characters that steer a terminal or turn the order of its letters, but for the tab and the end of a line."""
_PICTURES = {code: code + 0x2400 if code < 32 else 0x2421 if code == 127 else 0xFFFD for code in _CONTROLS}
_ESCAPES = {code: f"\\u{code:04x}" for code in _CONTROLS}


def visible(text: str) -> str:
    """The text with a picture in place of each character that would steer a terminal: ``␛`` for an escape."""
    return as_text(text).translate(_PICTURES)


def console() -> Console:
    """Where what was asked for is printed: as wide as the terminal, as ``COLUMNS`` says, or ``_WIDE`` in a pipe."""
    _forget_odd_sizes()
    known = "COLUMNS" in os.environ or sys.stdout.isatty()
    return Console(width=None if known else _WIDE, highlight=False, markup=False, emoji=False)


def _forget_odd_sizes() -> None:
    """Drop from the environment a size of the terminal that is no number, which Rich would stumble over."""
    for name in ("COLUMNS", "LINES"):
        if not _SIZE.fullmatch(os.environ.get(name, "")):
            os.environ.pop(name, None)


def data(text: str) -> None:
    """Print what was asked for, as it is."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def as_json(content: Any) -> None:
    """Print data as JSON, with null where a number is none."""
    text = json.dumps(content := plain(content), indent=1, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(content, indent=1, allow_nan=False)
    data(text.translate(_ESCAPES))


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as data: None where a number is none."""
    return [
        {str(name): (None if value != value else value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def line(text: str | Text = "", style: str = "") -> None:
    """Print a line, broken where it is too long; brackets in it are no markup."""
    console().print(_shown(text), style=style or None)


def _shown(text: str | Text) -> Text:
    """Words as they are: no markup, no emoji, and nothing that steers the terminal."""
    if isinstance(text, str):
        return Text(visible(text))
    shown = text.copy()
    shown.plain = visible(shown.plain)
    return shown


def right(*headers: str) -> tuple[str | Column, ...]:
    """Columns of numbers."""
    return tuple(Column(header, justify="right") for header in headers)


def table(
    columns: Sequence[str | Column],
    rows: Iterable[Sequence[str | Text]],
    title: str | Text = "",
    *,
    caption: str = "",
    headed: bool = True,
) -> None:
    """Print a table: a bold title, headers unless not ``headed``, rows of cells whose brackets are no markup.

    No word is cut and no number broken: where those of a headed table are wider than the terminal, each row is told
    below its name.
    """
    texts = [[_shown(cell) for cell in cells] for cells in rows]
    heading = _shown(title) if title else None
    if heading and isinstance(title, str):
        heading.style = "bold"
    view = Table(
        *columns,
        title=heading,
        title_justify="left",
        caption=_shown(caption) if caption else None,
        caption_justify="left",
        show_header=headed,
        box=None,
        pad_edge=False,
    )
    for cells in texts:
        view.add_row(*cells)
    wide = console()
    if not _fitted(view, texts, wide.width) and headed:
        _told(view, texts, wide)
    else:
        wide.print(view)


def _fitted(view: Table, rows: Sequence[Sequence[Text]], width: int) -> bool:
    """Whether words and numbers of a table have room in so many characters; if so, its columns get their widths.

    Each column gets the room of its longest word, and of what is left its share, columns that need little first.
    """
    least, most = [], []
    for place, column in enumerate(view.columns):
        cells = [row[place].plain for row in rows if place < len(row) and len(row) > 1]
        whole = column.no_wrap or column.justify == "right"  # a number or an interval stays on its line
        parts = [part for cell in cells for part in (cell.split("\n") if whole else cell.split())]
        word = max(map(cell_len, (*parts, *str(column.header).split())), default=0)
        full = min(_longest(column.header, *cells), column.max_width or width)
        if column.overflow == "fold":
            word = min(word, _FOLDED)
        least.append(column.width or min(word, full))
        most.append(column.width or full)
    room = width - _GAP * (len(most) - 1)
    if sum(most) <= room:
        return True
    if sum(least) > room:
        return False
    left = room - sum(least)
    for done, place in enumerate(sorted(range(len(most)), key=lambda place: most[place] - least[place])):
        more = min(most[place] - least[place], left // (len(most) - done))
        view.columns[place].width = least[place] + more
        left -= more
    return True


def _longest(*cells: Any) -> int:
    """Characters of the longest line of any cell."""
    return max(cell_len(line) for cell in cells for line in str(cell).split("\n"))


def _told(view: Table, rows: Sequence[Sequence[Text]], wide: Console) -> None:
    """A table on a narrow terminal: below the name of each row its cells, each after its header.

    Rows of one name that follow each other share it.
    """
    if view.title:
        wide.print(view.title)
    last = ""
    for name, *cells in rows:
        if name.plain != last or not cells:
            wide.print(Text(name.plain, style="" if cells else "bold"))
        last = name.plain
        own = [
            Text.assemble((f"{column.header} ", "dim"), cell)
            for column, cell in zip(view.columns[1:], cells, strict=False)
            if cell.plain
        ]
        if own:
            wide.print(Padding(Text("; ").join(own), (0, 0, 0, 2), expand=False))
    if view.caption:
        wide.print(view.caption)


def message(text: str) -> None:
    """A line for the person, not for the next program; one, whatever words of somebody's are in it."""
    sys.stderr.write(f"{visible(text).replace(chr(10), chr(0x240A))}\n")


def refusal(error: EffleurageError) -> None:
    """Every finding, one a line, on stderr; at most one screen, and then how many things are left untold."""
    shown, left = error.findings[:_MOST_FINDINGS], error.findings[_MOST_FINDINGS:]
    if len(left) == 1:  # it takes no more room than the line about it
        shown, left = error.findings, ()
    for finding in shown:
        message(f"effleurage: {finding}")
    if left:
        message(f"effleurage: and {sum(finding.many for finding in left):,} more")


class Told(logging.Handler):
    """What the library has to tell, as a message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        message(f"effleurage: {record.getMessage()}")


def warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning as a message: what a user must know, without the line of code that said it."""
    where = "" if issubclass(category, BeyondLife) else f"{filename}, line {lineno}: {category.__name__}: "
    sys.stderr.write(f"effleurage: {where}{visible(str(message))}\n")


def warned_once() -> Callable[..., None]:
    """``warned``, but what it has said it does not say again: the same people live in many worlds of one command."""
    known: set[str] = set()

    def warn(message: Warning | str, *about: Any, **more: Any) -> None:
        if str(message) not in known:
            known.add(str(message))
            warned(message, *about, **more)

    return warn


@contextmanager
def bar(title: str, total: float, *columns: ProgressColumn, **fields: Any) -> Iterator[Callable[..., None] | None]:
    """A bar on stderr, moved by ``completed=`` and ``fields``; None where stderr is no terminal."""
    _forget_odd_sizes()
    err = Console(stderr=True)
    shown = (TextColumn("{task.description}", markup=False), BarColumn(), *columns)
    with Progress(*shown, console=err, transient=True, disable=not err.is_terminal) as moving:
        task = moving.add_task(visible(title), total=total, **fields)
        yield (lambda **done: moving.update(task, **done)) if err.is_terminal else None


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """A bar on stderr while something long runs, moved by the share done; silent where stderr is no terminal."""
    with bar(title, 1.0, TimeElapsedColumn(), TimeRemainingColumn()) as move:
        yield lambda share: move(completed=share) if move else None
