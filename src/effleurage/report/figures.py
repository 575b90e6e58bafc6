"""Figures: twin curves with their difference, and an effect with its two intervals; SVG in the page's colours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import vl_convert
from altair.utils.schemapi import debug_mode

from effleurage.report.colours import COLOURS, DIFFERENCE, FAINT, LINE
from effleurage.runs.disk import write_file

TEXT = 12
"""Pixels of a letter in every chart."""
WHOLE, HALF, THIRD, QUARTER = 976, 468, 308, 224
"""Pixels inside a card of a wide page, and of its half, third and quarter."""
PAPER, PHONE = 654, 318
"""Pixels inside a card of a printed page, and of one on a phone, which is half a printed one."""
_RUNNING = count()
_SIZE = re.compile(r'(<svg[^>]*?) width="([\d.]+)" height="[\d.]+"')


def plot(draw: Any, wide: int) -> str:
    """A chart as HTML, drawn for each kind of page; the page shows the one that fits, and all letters are of one size.

    ``draw`` is a chart, or makes one for so many pixels; ``wide`` are those of its place on a wide page. On paper and
    on a page of middle width it is as on a phone, two in a row, unless it has a whole card for itself.
    """
    places = [("on-wide", wide), ("on-middle on-paper on-phone", PHONE)]
    if wide == WHOLE:
        places = [("on-wide", WHOLE), ("on-middle on-paper", PAPER), ("on-phone", PHONE)]
    drawn, room = [], 0.0
    for where, width in places:
        with debug_mode(False):
            spec = plain(draw(width) if callable(draw) else draw.properties(width=width)).to_dict()
        text, room = _filling(spec, width, room)
        drawn.append(f'<div class="plot {where}">{_inline(text)}</div>')
    return "".join(drawn)


def svg(chart: alt.TopLevelMixin) -> str:
    """A chart as inline SVG: scales to its place, shares no ids with its neighbours."""
    return _inline(vl_convert.vegalite_to_svg(chart.to_dict()))


def _inline(text: str) -> str:
    text = _SIZE.sub(r"\1", text, count=1)
    own = f"f{next(_RUNNING)}-"
    text = re.sub(r'\bid="([^"]+)"', rf'id="{own}\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{own}\1)", text)
    return re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', text, count=1)


def _filling(spec: dict[str, Any], width: int, room: float) -> tuple[str, float]:
    """A chart as SVG, so many pixels wide with its axes and names; and the room that they take, at first a guess."""
    views = [view for view in (spec, *spec.get("vconcat", ())) if "width" in view]
    text = ""
    for _ in range(4):  # other ticks may need other room
        for view in views:
            view["width"] = max(40.0, width - room)
        text = vl_convert.vegalite_to_svg(spec)
        found = _SIZE.search(text)
        beyond = float(found[2]) - width if found else 0.0
        if abs(beyond) < 1:
            break
        room += beyond
    return text, room


def plain(chart: Any, ground: str = "transparent") -> Any:
    """A chart in the house style, on ``ground``."""
    return (
        chart.configure(background=ground, font="sans-serif", padding=1)
        .configure_view(stroke=None)
        .configure_text(fontSize=TEXT)
        .configure_axis(
            gridColor=FAINT, domain=False, tickColor=LINE, labelFontSize=TEXT, titleFontSize=TEXT, titleFontWeight=400
        )
    )


def twin_figure(curves: pd.DataFrame, axis: str, hands: Sequence[tuple[float, float]] = (), wide: int = THIRD) -> str:
    """Both worlds above, massage - rest below, over ``axis`` (``hour`` or ``day``); ``hands``: when hands work.

    ``curves``: columns of ``FourWays.session`` for one quantity.
    """
    return plot(lambda width: twin_chart(curves, axis, hands, width), wide)


def twin_chart(curves: pd.DataFrame, axis: str, hands: Sequence[tuple[float, float]], width: int) -> Any:
    """The chart of a twin figure, so many pixels wide."""
    title = {"hour": "hours since the session began", "day": "day"}[axis]
    stop = float(curves[axis].max())
    x = alt.X(f"{axis}:Q", title=title, scale=alt.Scale(nice=False), axis=alt.Axis(grid=False, tickCount=6))
    hidden = x.copy()
    hidden["axis"] = alt.Axis(grid=False, labels=False, ticks=False, title=None)
    worlds = curves[curves["world"] != DIFFERENCE]
    paired = curves[curves["world"] == DIFFERENCE]
    spans = pd.DataFrame([{"from": a, "to": min(b, stop)} for a, b in hands], columns=["from", "to"])
    shade = alt.Chart(spans).mark_rect(color=FAINT).encode(x="from:Q", x2="to:Q")
    colour = alt.Color("world:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())))

    def layer(data: pd.DataFrame, height: int, x: alt.X, zero: bool) -> Any:
        base = alt.Chart(data).encode(x=x, color=colour)
        ticks = alt.Axis(tickCount=4, ticks=False, minExtent=38)
        y = alt.Y("mean:Q", title=None, scale=alt.Scale(zero=zero), axis=ticks)
        band = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        rule = alt.Chart(pd.DataFrame({"mean": [0.0]})).mark_rule(color=LINE).encode(y="mean:Q")
        drawn = [*([shade] if len(spans) else []), *([rule] if zero else []), band]
        return alt.layer(*drawn, base.mark_line(strokeWidth=2).encode(y=y)).properties(width=width, height=height)

    return alt.vconcat(layer(worlds, 130, hidden, False), layer(paired, 66, x, True), spacing=8)


def interval_figure(row: Mapping[str, float]) -> str:
    """One effect as SVG without text, as ``interval_chart`` draws it."""
    with debug_mode(False):
        return svg(plain(interval_chart(row)))


def interval_chart(row: Mapping[str, float]) -> Any:
    """One effect: the dot, how much people differ (thin), how unsure the numbers are (thick), and what matters."""
    ends = ("person_low", "person_high", "uncertain_low", "uncertain_high", "difference")
    values = [float(row[name]) for name in ends if np.isfinite(row[name])]
    matters = float(row["matters"])
    reach = max([abs(value) for value in values] + ([matters] if np.isfinite(matters) else []), default=0.0) or 1.0
    scale = alt.Scale(domain=[-1.06 * reach, 1.06 * reach], nice=False, zero=True)

    def at(place: float, to: float | None = None) -> alt.Chart:
        columns = {"at": place} if to is None else {"at": place, "to": to}
        second = {} if to is None else {"x2": "to:Q"}
        return alt.Chart(pd.DataFrame([columns])).encode(x=alt.X("at:Q", scale=scale, axis=None), **second)

    colour = COLOURS[DIFFERENCE]
    layers: list[alt.Chart] = []
    if np.isfinite(matters):
        layers.append(at(-matters, matters).mark_rect(color=FAINT))
    layers.append(at(0.0).mark_rule(color=LINE, strokeDash=[2, 2]))
    for name, thick, opacity in (("person", 2, 0.9), ("uncertain", 8, 0.35)):
        low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
        if np.isfinite(low) and np.isfinite(high):
            line = at(low, high)
            layers.append(line.mark_rule(color=colour, strokeWidth=thick, opacity=opacity, strokeCap="round"))
    if np.isfinite(row["difference"]):
        layers.append(at(float(row["difference"])).mark_point(color=colour, filled=True, size=70, opacity=1))
    return alt.layer(*layers).properties(width=170, height=20)


def picture(panels: Sequence[tuple[str, str, pd.DataFrame]], hands: Sequence[tuple[float, float]], path: Path) -> None:
    """Several twin figures in a row as a PNG, each from a title, an axis and its curves.

    Raises ``RunError`` where the file cannot be written.
    """
    charts = [
        twin_chart(curves, axis, hands if axis == "hour" else (), 200).properties(
            title=alt.Title(title, anchor="start", fontSize=13, color="#23201d")
        )
        for title, axis, curves in panels
    ]
    order = list(COLOURS)
    keys = pd.DataFrame({"name": order, "at": range(len(order))})
    key = alt.Chart(keys).encode(x=alt.X("at:Q", axis=None, scale=alt.Scale(domain=[0, 9])), y=alt.value(10))
    key = key.mark_point(filled=True, shape="square", size=120, opacity=1).encode(
        color=alt.Color("name:N", legend=None, scale=alt.Scale(domain=order, range=list(COLOURS.values())))
    ) + key.mark_text(align="left", dx=14, fontSize=13, color="#6a635b").encode(text="name:N")
    whole = alt.vconcat(key.properties(width=900, height=20), alt.hconcat(*charts, spacing=22), spacing=4)
    write_file(path, vl_convert.vegalite_to_png(plain(whole, "white").to_dict(), scale=2))
