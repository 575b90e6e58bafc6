"""Numbers as people read them."""

from __future__ import annotations

import math
import re

from effleurage.body.units import shown

FIGURES = 3
ROUNDING = 1e-9
"""Share of a level below which a difference from it is the computer's rounding."""
_TYPED = {">=": "≥", "<=": "≤", "+/-": "±"}
_SIGN = re.compile(r"(?<![A-Za-z\d])-(?=[\d.])|(?<=\de)-(?=\d)")


def human(value: float, *, signed: bool = False, level: float = 0.0) -> str:
    """Three significant digits, no exponent for everyday sizes; 0 for what is mere rounding beside a ``level``.

    >>> human(-8.7576), human(0.012345), human(1234.5), human(2.0, signed=True)
    ('−8.76', '0.0123', '1230', '+2.00')
    >>> human(-1.1e-17), human(-1.1e-17, level=1.32)
    ('−1.1e−17', '0')
    """
    if value is None or not math.isfinite(value):
        return "–"
    if abs(value) <= ROUNDING * abs(level):
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size < -6 or size > 6:
        text = f"{value:.2g}"
    else:
        text = f"{round(value, FIGURES - 1 - size):.{max(0, FIGURES - 1 - size)}f}"
    return f"{'+' if signed and value > 0 else ''}{minus(text)}"


def signed(value: float, form: str) -> str:
    """A number in a format of Python's, with a true minus: the width of a plus, and never the end of a line.

    >>> signed(-1.5, ".2f"), signed(1.5, "+.1f")
    ('−1.50', '+1.5')
    """
    return minus(format(value, form))


def typeset(text: str) -> str:
    """A text of a ledger with the signs that a keyboard lacks.

    >>> typeset("women >=60 y, 61.9 +/- 8.9 y, fell by -3")
    'women ≥60 y, 61.9 ± 8.9 y, fell by −3'
    """
    for typed, sign in _TYPED.items():
        text = text.replace(typed, sign)
    return minus(text)


def minus(text: str) -> str:
    """A text whose hyphens before numbers are true minuses; those between words and in ranges stay.

    >>> minus("-0.4 (-0.9 to 0.1) on the z-score of 3-4 weeks")
    '−0.4 (−0.9 to 0.1) on the z-score of 3-4 weeks'
    """
    return _SIGN.sub("−", text)


def interval(low: float, high: float, level: float = 0.0) -> str:
    """An interval; a dash where there is none, and 0 where both ends are mere rounding beside a ``level``.

    >>> interval(-16.4, -2.6), interval(-3e-15, 5e-15, level=1.3)
    ('−16.4 to −2.60', '0')
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return "–"
    ends = dict.fromkeys(human(end, level=level) for end in (low, high))
    return "0" if list(ends) == ["0"] else f"{human(low, level=level)} to {human(high, level=level)}"


def unit_of(unit: str) -> str:
    """The unit as a reader expects it.

    >>> unit_of("nmol_per_L")
    'nmol/L'
    """
    return shown(unit)
