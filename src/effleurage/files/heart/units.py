"""Units of RR intervals and of beat times: ms, s, and clocks that count parts of a second, as 1/1024 s."""

from __future__ import annotations

import math
import re

from effleurage.files.table.delimited import plain_name

SAMPLES = "samples"
"""What a title says that counts samples and not how many there are in a second."""
MINUTES = "min"
"""What a title says whose intervals are no unit of ours: it is refused with words of its own."""
UNITS = ("auto", "ms", "s", "us", "1/N")
"""What a person may say that intervals are in."""
MOST_PARTS = 1_000_000
"""Parts of a second that a clock may count (ours): microseconds."""

_MS = {"ms": 1.0, "s": 1000.0, "us": 1e-3}
_WORDS = {
    "ms": ("ms", "msec", "msecs", "millisecond", "milliseconds", "millisekunden"),
    "s": ("s", "sec", "secs", "second", "seconds", "sekunden"),
    "us": ("us", "µs", "μs", "microsecond", "microseconds"),
    SAMPLES: ("sample", "samples", "ticks", "counts", "abtastwerte"),
    MINUTES: ("mins", "minute", "minutes", "minuten"),
}
_NAMED = {word: unit for unit, words in _WORDS.items() for word in words}
_PARTS = r"1\s*/\s*(?P<parts>\d{1,7})(?:\s*(?:th|st|nd|rd))?(?:\s*(?:of\s*)?(?:a\s*)?(?:s|sec|secs|seconds?)\b)?"
_OVER = r"(?:s|sec|seconds?)\s*/\s*(?P<over>\d{1,7})"
_HERTZ = r"(?:sample[sd]?[\s_]*(?:@|at|of)?[\s_]*)?(?<![\d.])(?P<hertz>\d{1,7})[\s_]*hz"
_CLOCK = r"(?<![\d./])(?P<clock>128|256|512|1024|2048|4096)"
_MINUTES = r"[\[(]\s*(?P<minutes>min)\s*(?=[\])])"  # ``rr_min`` may be the least of them
_WORD = rf"(?P<word>{'|'.join(sorted(_NAMED, key=len, reverse=True))})"
_UNIT = re.compile(
    rf"(?:(?:^|[\[(\s_,/]+)(?:{_PARTS}|{_OVER}|{_WORD})|[\[(\s_,/]*{_HERTZ}|[\[(\s_,]*{_CLOCK}|{_MINUTES})[\])\s.]*$",
    re.IGNORECASE | re.ASCII,
)
_FRACTION = re.compile(rf"{_PARTS}", re.IGNORECASE | re.ASCII)


def ms_in(unit: str) -> float:
    """Milliseconds in ``ms``, ``s``, ``us`` or a part of a second such as ``1/1024``; NaN for another word."""
    if unit in _MS:
        return _MS[unit]
    match = _FRACTION.fullmatch(unit.strip())
    parts = int(match["parts"]) if match else 0
    return 1000 / parts if 1 <= parts <= MOST_PARTS else math.nan


def known_unit(unit: str) -> str:
    """The unit as we write it: ``1/1024 s`` -> ``1/1024``; "" for one that does not exist."""
    unit = "us" if _NAMED.get(unit) == "us" else unit
    if not math.isfinite(ms_in(unit)):
        return ""
    match = _FRACTION.fullmatch(unit.strip())
    return f"1/{int(match['parts'])}" if match else unit


def shown(unit: str) -> str:
    """A unit as a person reads it: ``1/1024`` -> ``1/1024 s``."""
    return f"{unit} s" if "/" in unit else unit


def unit_of(title: str) -> str:
    """The unit in a title or in a cell of units: ``ms``, ``s``, ``us``, ``1/1024``, ``samples``, ``min`` or "".

    A title that ends in a number as clocks have it and says no more (``rr_1024``) gives that number, ``1024``: it may
    be the clock's or a person's.
    """
    found = _UNIT.search(title.strip())
    if not found:
        return ""
    if parts := found["parts"] or found["over"] or found["hertz"]:
        return known_unit(f"1/{parts}")
    if clock := found["clock"]:
        inner = unit_of(title.strip()[: found.start()])
        return {"": clock, SAMPLES: f"1/{clock}"}.get(inner, inner)
    if found["minutes"]:
        return MINUTES
    return _NAMED[found["word"].lower()]


def is_unit(cell: str) -> bool:
    """Whether a cell holds a unit of time and nothing else."""
    return bool(_UNIT.fullmatch(cell.strip()))


def bare(title: str) -> str:
    """A title as a plain name without its unit: ``RR-interval [ms]`` -> ``rr_interval``."""
    name = _UNIT.sub("", title.strip())
    return plain_name(_UNIT.sub("", name)) or plain_name(name) or plain_name(title)
