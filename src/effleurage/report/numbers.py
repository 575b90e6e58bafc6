"""Numbers as people read them."""

from __future__ import annotations

import math

from effleurage.body.units import shown

FIGURES = 3


def human(value: float, *, signed: bool = False) -> str:
    """Three significant digits, no exponent for everyday sizes: ``-8.76``, ``0.0123``, ``1 240``."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -6 or size > 6:
        text = f"{value:.2g}"
    else:
        text = f"{round(value, FIGURES - 1 - size):.{max(0, FIGURES - 1 - size)}f}"
    text = text.replace("-", "−")
    return f"+{text}" if signed and value > 0 else text


def interval(low: float, high: float) -> str:
    """An interval as ``−16.4 to −2.6``; a dash where there is none."""
    return "–" if not (math.isfinite(low) and math.isfinite(high)) else f"{human(low)} to {human(high)}"


def unit_of(unit: str) -> str:
    """The unit as a reader expects it."""
    return shown(unit)
