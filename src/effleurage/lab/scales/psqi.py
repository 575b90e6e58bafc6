"""The seven components of the Pittsburgh Sleep Quality Index from what was asked, and the two rules at its edges.

Source: Buysse 1989, Psychiatry Res 28:193; its cut-offs as reprinted in PMC8196961 (Table 2): ``> 7`` h, ``6-7``,
``5-6``, ``< 5`` and ``> 85`` %, ``75-84``, ``65-74``, ``< 65``. So 7 h is component 1, and 85 % has no place; we put it
into 1. The University of Pittsburgh's later scoring instructions (``PSQIDURAT``: 0 from 7 h on) put 7 h, and by the
same form 85 %, into component 0. Both rules are in use; nothing else differs.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from effleurage.errors import Finding, RequestError, nearest

BOUNDARIES = ("pittsburgh", "printed")
"""``pittsburgh``: 7 h and 85 % are component 0 (the university's instructions). ``printed``: component 1 (1989)."""
ASKED = {
    "quality": (0.0, 3.0),
    "minutes_to_sleep": (0.0, 1440.0),
    "trouble": (0.0, 3.0),
    "hours_asleep": (0.0, 24.0),
    "hours_in_bed": (0.0, 24.0),
    "disturbance": (0.0, 27.0),
    "medication": (0.0, 3.0),
    "daytime": (0.0, 6.0),
}
"""What the components are made of, and its range: question 6; 2; 5a; 4; 3 less 1; the sum of 5b to 5j; 7; 8 + 9."""

_MEASURED = ("minutes_to_sleep", "hours_asleep", "hours_in_bed")
_HOURS = (7.0, 6.0, 5.0)
_PERCENT = (85.0, 75.0, 65.0)
_MINUTES = (15.0, 30.0, 60.0)


def psqi_components(asked: Mapping[str, float], boundary: str = "pittsburgh") -> tuple[dict[int, float], list[str]]:
    """Components 1 to 7 (each 0 to 3, NaN where an answer is missing or cannot be), and what to say about them.

    ``asked`` holds ``ASKED``. Raises ``RequestError`` for another boundary rule or another name.
    """
    if boundary not in BOUNDARIES:
        raise RequestError(Finding("PSQI", f"no boundary rule '{boundary[:40]}'", nearest(boundary[:40], BOUNDARIES)))
    if strange := sorted(set(asked) - set(ASKED)):
        raise RequestError(Finding("PSQI", f"nothing is called '{strange[0][:40]}'", nearest(strange[0][:40], ASKED)))
    said = []
    known = dict.fromkeys(ASKED, math.nan) | dict(asked)
    for name, (low, high) in ASKED.items():
        if known[name] < low or known[name] > high:
            said.append(f"{name} is {known[name]:g}, not within {low:g} to {high:g}")
            known[name] = math.nan
        elif name not in _MEASURED and not math.isnan(known[name]) and known[name] != int(known[name]):
            said.append(f"{name} is {known[name]:g}, not a whole number")
            known[name] = math.nan
    percent = 100 * known["hours_asleep"] / known["hours_in_bed"] if known["hours_in_bed"] > 0 else math.nan
    if percent > 100:
        said.append(f"{known['hours_asleep']:g} h asleep in {known['hours_in_bed']:g} h of bed")
        percent = math.nan
    other = BOUNDARIES[boundary == BOUNDARIES[0]]
    for value, edge, what in ((known["hours_asleep"], _HOURS[0], "7 h asleep"), (percent, _PERCENT[0], "85 % asleep")):
        if value == edge:
            said.append(f"{what} is component {int(boundary != 'pittsburgh')} by '{boundary}', not as by '{other}'")
    minutes = _above(known["minutes_to_sleep"], _MINUTES)
    return {
        1: known["quality"],
        2: _half(minutes + known["trouble"]),
        3: _below(known["hours_asleep"], _HOURS, boundary),
        4: _below(percent, _PERCENT, boundary),
        5: math.nan if math.isnan(known["disturbance"]) else math.ceil(known["disturbance"] / 9),
        6: known["medication"],
        7: _half(known["daytime"]),
    }, said


def _above(value: float, edges: tuple[float, ...]) -> float:
    """How many edges the value lies above."""
    return math.nan if math.isnan(value) else bisect_left(edges, value)


def _below(value: float, edges: tuple[float, ...], boundary: str) -> float:
    """How many edges the value lies below; the first edge itself is below where it is as printed."""
    if math.isnan(value):
        return math.nan
    count = len(edges) - bisect_right(edges[::-1], value)
    return 1 if value == edges[0] and boundary == "printed" else count


def _half(total: float) -> float:
    """0 -> 0, 1 and 2 -> 1, 3 and 4 -> 2, 5 and 6 -> 3."""
    return math.nan if math.isnan(total) else math.ceil(total / 2)
