"""Dates and times as people write them, into ``datetime``; what can be read in two ways is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from effleurage.errors import short
from effleurage.files.table.delimited import is_missing

YEARS = (1900, 2199)
"""Years in which somebody is measured; others are slips of the pen."""

_CLOCK = re.compile(
    r"(?P<h>\d{1,2})(?:[:h](?P<m>\d{2})(?::(?P<s>\d{2}(?:\.\d{1,9})?))?|(?P<bare>))\s*(?P<half>[ap]\.?m\.?)?(?:\s*uhr)?",
    re.ASCII | re.IGNORECASE,
)
_DOTTED = re.compile(r"(?P<h>[1-9]|\d{2})\.(?P<m>\d{2})(?:\s*uhr)?", re.ASCII | re.IGNORECASE)
_FOUR = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_OTHER_DATE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})", re.ASCII)
_STAMP = re.compile(r"(?P<date>\S+?)(?:T|\s+)(?P<clock>\d[^Z+−-]*?)\s*(?P<shift>Z|[+−-]\d{2}:?\d{2})?", re.ASCII)


def clock_of(cell: str) -> float:
    """Minutes since midnight of ``23:15``, ``23:15:30``, ``11:15 pm``, ``23.15 Uhr`` or ``2315``; NaN where missing.

    24:00 is 1440. Raises ``ValueError`` for what is no time of day.
    """
    if is_missing(cell):
        return math.nan
    bare = cell.strip()
    match = _CLOCK.fullmatch(bare) or _DOTTED.fullmatch(bare) or _FOUR.fullmatch(bare)
    parts = match.groupdict() if match else {}
    half = (parts.get("half") or "").lower()
    if not match or (parts.get("m") is None and not half):
        raise ValueError(f"'{short(cell)}' is not a time of day")
    hour, minute, second = int(parts["h"]), int(parts["m"] or 0), float(parts.get("s") or 0)
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(f"there is no '{short(cell)}' in a day")
        hour = hour % 12 + 12 * half.startswith("p")
    minutes = hour * 60 + minute + second / 60
    if minute > 59 or second >= 60 or minutes > 1440:
        raise ValueError(f"there is no '{short(cell)}' in a day")
    return minutes


def date_of(cell: str, day_first: bool | None = None) -> date | None:
    """The date of ``2024-03-31``, ``31.3.2024`` or ``31/03/2024``; ``None`` where missing.

    ``day_first`` is the order in dates with slashes or dashes (``order_of`` a column). Raises ``ValueError`` for
    what is no date, and for ``03/04/2024`` where the order is unknown.
    """
    if is_missing(cell):
        return None
    bare = cell.strip()
    if match := _ISO_DATE.fullmatch(bare):
        return _date(cell, int(match[1]), int(match[2]), int(match[3]))
    if not (match := _OTHER_DATE.fullmatch(bare)):
        raise ValueError(f"'{short(cell)}' is not a date with a year of four digits")
    first, second = int(match[1]), int(match[3])
    if match[2] == ".":
        day_first = True
    if day_first is None and first != second:
        if max(first, second) <= 12:
            raise ValueError(f"'{short(cell)}' can be read day first or month first")
        day_first = first > 12
    return _date(cell, int(match[4]), *((second, first) if day_first else (first, second)))


def order_of(cells: Iterable[str]) -> bool | None:
    """Whether the day comes first in the slashed dates of a column; ``None`` where nothing decides it."""
    orders = set()
    for cell in cells:
        words = cell.split()
        if words and (match := _OTHER_DATE.fullmatch(words[0].partition("T")[0])) and match[2] != ".":
            first, second = int(match[1]), int(match[3])
            if first != second and max(first, second) > 12:
                orders.add(first > 12)
    return orders.pop() if len(orders) == 1 else None


def stamp_of(cell: str, day_first: bool | None = None) -> datetime | None:
    """The stamp of ``2024-03-31 23:15``, with or without an offset (``+02:00``, ``Z``); ``None`` where missing.

    Raises ``ValueError`` for what is no date and time.
    """
    if is_missing(cell):
        return None
    match = _STAMP.fullmatch(cell.strip())
    if not match:
        raise ValueError(f"'{short(cell)}' is not a date and time")
    day = date_of(match["date"], day_first)
    if day is None:
        raise ValueError(f"'{short(cell)}' is not a date and time")
    stamp = datetime.combine(day, datetime.min.time()) + timedelta(minutes=clock_of(match["clock"]))
    if not match["shift"]:
        return stamp
    shift = match["shift"].replace("Z", "+00:00").replace("−", "-")
    hours, minutes = int(shift[1:3]), int(shift[-2:])
    if hours > 14 or minutes > 59:
        raise ValueError(f"there is no offset '{shift}'")
    return datetime.fromisoformat(f"{stamp.isoformat()}{shift[0]}{hours:02d}:{minutes:02d}")


def says_date(cell: str) -> bool:
    """Whether a cell holds more than a time of day."""
    return bool(re.match(r"\d{4}([-/.])\d{1,2}\1\d|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", cell.strip(), re.ASCII))


def _date(cell: str, year: int, month: int, day: int) -> date:
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"'{short(cell)}' is not in the years {YEARS[0]} to {YEARS[1]}")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no '{short(cell)}' in the calendar") from None
