"""How far a rating scale goes, as people write it in the place of a unit: ``0-10``, ``/10``, ``mm``, ``points``."""

from __future__ import annotations

import re

import numpy as np

from effleurage.lab.instruments.instruments import Instrument

TOPS = (10.0, 100.0)
"""Tops to which a mark on a line, or a number from 0, is given: 0-10 (a number, or cm of a line), 0-100 (or mm)."""
NOT_SAID = frozenset(("", "points", "point", "pts", "score", "scores", "sum", "total", "nrs", "vas", "punkte", "punkt"))
"""Words that count points and do not say how many there are."""

_TOPPED = {"cm": 10.0, "mm": 100.0, "%": 100.0}
_FROM_TO = re.compile(r"(\d+)\s*(?:-|–|—|−|to|bis|\.\.)\s*(\d+)", re.ASCII)
_OF = re.compile(r"(?:/|of|out of|von)\s*(\d+)", re.ASCII)
_WORDS = re.compile(r"\b(?:points?|pts|scores?|nrs|vas|punkte?|scale|skala)\b")


def is_rating(instrument: Instrument) -> bool:
    """Whether the instrument is a scale with two ends."""
    return bool(np.isfinite(instrument.low) and np.isfinite(instrument.high))


def ranges(instrument: Instrument) -> tuple[str, ...]:
    """The ranges in which a rating may be given: its own, and 0-10 or 0-100 where it begins at 0."""
    own = f"{instrument.low:g}-{instrument.high:g}"
    others = [f"0-{top:g}" for top in TOPS if instrument.high in TOPS and instrument.low == 0]
    return tuple(dict.fromkeys((own, *others)))


def range_said(text: str, instrument: Instrument) -> str:
    """The one of its ``ranges`` that ``/10``, ``0 to 100``, ``cm`` or ``points, 0-10`` means; "" for none of them."""
    bare = _WORDS.sub("", text.strip().casefold()).strip(" ,;()")
    low, high = 0.0, _TOPPED.get(bare, np.nan)
    if match := _FROM_TO.fullmatch(bare):
        low, high = float(match[1]), float(match[2])
    elif match := _OF.fullmatch(bare):
        low, high = instrument.low if float(match[1]) == instrument.high else 0.0, float(match[1])
    found = f"{low:g}-{high:g}"
    return found if found in ranges(instrument) else ""


def top(given: str) -> float:
    """The upper end of a range."""
    return float(given.rpartition("-")[2])


def factor(instrument: Instrument, given: str) -> float:
    """How many points of the instrument are one point of a range: 10 for stress on 0-10 where the scale has 100."""
    return instrument.high / top(given)
