"""Small figures of challenges: the median of the virtual people, their band, and published values on it."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from effleurage.engine.grid import DAY, HOUR
from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.challenges.tried import Panel, Point, Tried
from effleurage.report.colours import BODY, FAINT, STATUS
from effleurage.report.figures import QUARTER, plain
from effleurage.report.simulate.curves import LONG

TALL = 120
"""Pixels."""
SHAPES = {"fit": "circle", "predict": "diamond", "seen": "triangle-up"}
"""What a published value is for, as a point."""
STEPS = (5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440, 2880, 7200, 14400, 28800)
"""Minutes between ticks, of which the least is taken that the width has room for."""
_TICK = 56
"""Pixels that a tick with its time needs."""
_ROOM = 0.06
"""Share of the axis of values beyond what is drawn, at each end."""
_DECADES = 100
"""Of an axis of a logarithm, how many times its lower end the upper one is, from which powers of ten are enough."""
_BESIDE = 11
"""Pixels between points of one minute."""


def panel_chart(panel: Panel, width: float) -> Any:
    """One panel, so many pixels wide; it is not yet in the house style."""
    begin, end = panel.curve.span
    unit = DAY if end - begin > LONG else HOUR
    domain = alt.Scale(domain=[begin / unit, end / unit], nice=False)
    x = alt.X("at:Q", title="day" if unit == DAY else None, scale=domain, axis=_axis(begin, end, width))
    ends = _ends(panel)
    scale = alt.Scale(domain=ends, zero=False, nice=False, type="log" if panel.curve.log else "linear")
    few = {"values": _powers(*ends)} if panel.curve.log else {"tickCount": 4}
    y = alt.Y("median:Q", title=None, scale=scale, axis=alt.Axis(ticks=False, minExtent=30, **few))
    course = panel.course.assign(at=panel.course["minute"] / unit)
    base = alt.Chart(course).encode(x=x)
    band = base.mark_area(opacity=0.22, color=BODY).encode(y=alt.Y("low:Q", title=None, scale=scale), y2="high:Q")
    line = base.mark_line(strokeWidth=2, color=BODY).encode(y=y)
    layers = [*_done(panel, unit, domain), band, line, *_points(panel, unit, (domain, scale), width)]
    return alt.layer(*layers).properties(width=width, height=TALL)


def _ends(panel: Panel) -> list[float]:
    """Both ends of the axis of values: a little beyond the band and all that was published."""
    bars = [end for point in panel.points for end in _bar(panel, point)]
    values = np.array([*panel.course["low"], *panel.course["high"], *bars])
    shown = values[values > 0] if panel.curve.log else values
    low, high = float(np.nanmin(shown)), float(np.nanmax(shown))
    if panel.curve.log:
        room = (high / low) ** _ROOM
        return [low / room, high * room]
    room = _ROOM * (high - low) or 1.0
    return [max(low - room, 0.0) if low >= 0 else low - room, high + room]


def _powers(low: float, high: float) -> list[float]:
    """Ticks of a logarithm: powers of ten, and their halves and fifths where there are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    parts = (1, 2, 5) if high / low < _DECADES else (1,)
    return [part * 10.0**power for power in powers for part in parts if low <= part * 10.0**power <= high]


def _bar(panel: Panel, point: Point) -> tuple[float, float, float]:
    """A published value and its interval as they are drawn: no bar of a logarithm reaches 0."""
    floor = float(panel.course["low"].min()) / 2 if panel.curve.log else -math.inf
    return point.value, max(point.low, floor), point.high


def tried_chart(tried: Tried, *challenges: str) -> Any:
    """The curves of challenges, or of those named, three in a row, in the house style.

    Raises ``RequestError`` with the nearest name for what was not tried.
    """
    known = {challenge.id for challenge in tried.challenges}
    if unknown := [name for name in challenges if name not in known]:
        raise RequestError([Finding("", f"'{name}' is not in it", nearest(name, known)) for name in unknown])
    drawn = []
    for panel in tried.panels:
        if not challenges or panel.challenge in challenges:
            title = alt.Title(f"{panel.meaning} {panel.unit}".strip(), subtitle=panel.curve.title, anchor="start")
            drawn.append(panel_chart(panel, QUARTER).properties(title=title))
    return plain(alt.concat(*drawn, columns=3, spacing=18))


def _axis(begin: float, end: float, width: float) -> alt.Axis:
    """Days, or clock times, as many as there is room for between two minutes."""
    step = next((step for step in STEPS if (end - begin) / step <= width / _TICK), STEPS[-1])
    before = DAY if end - begin > LONG else 0.0  # day 1 begins at minute 0
    first = -(-(begin + before) // step) * step - before
    places = [first + step * turn for turn in range(int((end - first) // step) + 1)]
    if end - begin > LONG:
        return _ticks([place / DAY for place in places], "datum.value + 1")
    minutes = "round(60 * datum.value)"
    clock = f"floor({minutes} / 60) % 24 + ':' + pad({minutes} % 60, 2, '0', 'left')"
    return _ticks([place / HOUR for place in places], clock)


def _ticks(places: list[float], words: str) -> alt.Axis:
    return alt.Axis(grid=False, labelFlush=False, values=places, labelExpr=words)


def _done(panel: Panel, unit: float, across: alt.Scale) -> list[Any]:
    """A shade while anything is done; what takes a minute is a line."""
    spans = pd.DataFrame([{"from": start / unit, "to": stop / unit} for start, stop in panel.done])
    if spans.empty:
        return []
    shade = alt.Chart(spans).mark_rect(color=FAINT, stroke=FAINT, strokeWidth=1)
    return [shade.encode(x=alt.X("from:Q", scale=across), x2="to:Q")]


def _points(panel: Panel, unit: float, scales: tuple[alt.Scale, alt.Scale], width: float) -> list[Any]:
    """Published values: error bars, how long each was read, and a point by its use and status."""
    if not panel.points:
        return []
    rows = pd.DataFrame(
        [
            {"at": (point.minute + aside) / unit, "begin": point.begin / unit, "end": point.end / unit}
            | dict(zip(("value", "low", "high"), _bar(panel, point), strict=True))
            | {"use": point.use, "status": point.status}
            for point, aside in zip(panel.points, _aside(panel, width), strict=True)
        ]
    )
    base = alt.Chart(rows).encode(color=alt.Color("status:N", legend=None, scale=_scale(STATUS)))
    shape = alt.Shape("use:N", legend=None, scale=_scale(SHAPES))
    across, up = scales
    x, y = alt.X("at:Q", scale=across), alt.Y("value:Q", title=None, scale=up)
    bars = base.mark_rule(strokeWidth=1.5).encode(x=x, y=alt.Y("low:Q", title=None, scale=up), y2="high:Q")
    reads = base.mark_rule(strokeWidth=1.5, opacity=0.7).encode(x=alt.X("begin:Q", scale=across), x2="end:Q", y=y)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=x, y=y, shape=shape)
    return [bars, reads, dots]


def _scale(known: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(known), range=list(known.values()))


def _aside(panel: Panel, width: float) -> list[float]:
    """Minutes by which each point is moved aside, so that none hides another of the same minute: 0, +, -, ++, --."""
    begin, end = panel.curve.span
    step, turns = (end - begin) * _BESIDE / width, Counter[float]()
    moved = []
    for point in panel.points:
        turn = turns[point.minute]
        moved.append(step * (turn + 1) / 2 if turn % 2 else -step * turn / 2)
        turns[point.minute] += 1
    return moved
