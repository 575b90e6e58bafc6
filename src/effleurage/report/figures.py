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

from effleurage.report.colours import COLOURS, DIFFERENCE
from effleurage.runs.disk import write_file

FAINT = "#8886"
WIDTH = 300
_RUNNING = count()


def svg(chart: alt.TopLevelMixin) -> str:
    """A chart as inline SVG: scales to its place, shares no ids with its neighbours."""
    text = vl_convert.vegalite_to_svg(chart.to_dict())
    text = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r"\1", text, count=1)
    own = f"f{next(_RUNNING)}-"
    text = re.sub(r'\bid="([^"]+)"', rf'id="{own}\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{own}\1)", text)
    return re.sub(r"<svg ", '<svg aria-hidden="true" focusable="false" ', text, count=1)


def plain(chart: Any, ground: str = "transparent") -> Any:
    """A chart in the house style, on ``ground``."""
    return (
        chart.configure(background=ground, font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            gridColor="#8883", domain=False, tickColor=FAINT, labelFontSize=11, titleFontSize=11, titleFontWeight=400
        )
    )


def twin_figure(curves: pd.DataFrame, axis: str, hands: Sequence[tuple[float, float]] = ()) -> str:
    """Both worlds above, massage - rest below, over ``axis`` (``hour`` or ``day``); ``hands``: when hands work.

    ``curves``: columns of ``FourWays.session`` for one quantity.
    """
    return svg(plain(_twin(curves, axis, hands)))


def _twin(curves: pd.DataFrame, axis: str, hands: Sequence[tuple[float, float]], width: int = WIDTH) -> Any:
    title = {"hour": "hours since the session began", "day": "day"}[axis]
    stop = float(curves[axis].max())
    x = alt.X(f"{axis}:Q", title=title, scale=alt.Scale(nice=False), axis=alt.Axis(grid=False, tickCount=6))
    hidden = x.copy()
    hidden["axis"] = alt.Axis(grid=False, labels=False, ticks=False, title=None)
    worlds = curves[curves["world"] != DIFFERENCE]
    paired = curves[curves["world"] == DIFFERENCE]
    spans = pd.DataFrame([{"from": a, "to": min(b, stop)} for a, b in hands], columns=["from", "to"])
    shade = alt.Chart(spans).mark_rect(color="#8882").encode(x="from:Q", x2="to:Q")
    colour = alt.Color("world:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())))

    def layer(data: pd.DataFrame, height: int, x: alt.X, zero: bool) -> Any:
        base = alt.Chart(data).encode(x=x, color=colour)
        y = alt.Y("mean:Q", title=None, scale=alt.Scale(zero=zero), axis=alt.Axis(tickCount=4, ticks=False))
        band = base.mark_area(opacity=0.16).encode(y=alt.Y("low:Q", title=None), y2="high:Q")
        rule = alt.Chart(pd.DataFrame({"mean": [0.0]})).mark_rule(color="#888").encode(y="mean:Q")
        drawn = [*([shade] if len(spans) else []), *([rule] if zero else []), band]
        return alt.layer(*drawn, base.mark_line(strokeWidth=2).encode(y=y)).properties(width=width, height=height)

    return alt.vconcat(layer(worlds, 120, hidden, False), layer(paired, 62, x, True), spacing=8)


def interval_figure(row: Mapping[str, float]) -> str:
    """One effect: the dot, how much people differ (thin), how unsure the numbers are (thick), and what matters."""
    ends = ("person_low", "person_high", "uncertain_low", "uncertain_high", "difference")
    values = [float(row[name]) for name in ends if np.isfinite(row[name])]
    matters = float(row["matters"])
    reach = max([abs(value) for value in values] + ([matters] if np.isfinite(matters) else []), default=0.0) or 1.0
    x = alt.Scale(domain=[-1.06 * reach, 1.06 * reach], nice=False, zero=True)
    layers: list[alt.Chart] = []
    if np.isfinite(matters):
        ground = pd.DataFrame([{"from": -matters, "to": matters}])
        layers.append(
            alt.Chart(ground).mark_rect(color="#8883").encode(x=alt.X("from:Q", scale=x, axis=None), x2="to:Q")
        )
    zero = pd.DataFrame([{"at": 0.0}])
    layers.append(
        alt.Chart(zero).mark_rule(color="#888", strokeDash=[2, 2]).encode(x=alt.X("at:Q", scale=x, axis=None))
    )
    for name, width, opacity in (("person", 2, 0.9), ("uncertain", 8, 0.35)):
        low, high = float(row[f"{name}_low"]), float(row[f"{name}_high"])
        if np.isfinite(low) and np.isfinite(high):
            bar = pd.DataFrame([{"from": low, "to": high}])
            layers.append(
                alt.Chart(bar)
                .mark_rule(color=COLOURS[DIFFERENCE], strokeWidth=width, opacity=opacity, strokeCap="round")
                .encode(x=alt.X("from:Q", scale=x, axis=None), x2="to:Q")
            )
    if np.isfinite(row["difference"]):
        dot = pd.DataFrame([{"at": float(row["difference"])}])
        layers.append(
            alt.Chart(dot)
            .mark_point(color=COLOURS[DIFFERENCE], filled=True, size=70, opacity=1)
            .encode(x=alt.X("at:Q", scale=x, axis=None))
        )
    return svg(plain(alt.layer(*layers).properties(width=170, height=20)))


def picture(panels: Sequence[tuple[str, str, pd.DataFrame]], hands: Sequence[tuple[float, float]], path: Path) -> None:
    """Several twin figures in a row as a PNG, each from a title, an axis and its curves.

    Raises ``RunError`` where the file cannot be written.
    """
    charts = [
        _twin(curves, axis, hands if axis == "hour" else (), 200).properties(
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
