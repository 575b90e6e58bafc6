"""The wiring as a picture: a matrix of systems, or the quantities around one."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from effleurage.body.compose import Body
from effleurage.body.wiring import Arrow
from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, REST
from effleurage.report.figures import plain

WIDE, ROW = 460, 18


def picture(body: Body, name: str = "") -> Any:
    """Arrows into and out of a quantity, a parameter's readers, or, for any other name, all arrows by system."""
    near = [arrow for arrow in body.arrows if name in arrow]
    return around(near, name) if near else between_systems(body)


def around(arrows: list[Arrow], name: str) -> Any:
    """What a quantity reads on the left, what reads it on the right."""
    reads = sorted({source for source, target in arrows if target == name and source != name})
    readers = sorted({target for source, target in arrows if source == name and target != name})
    rows = [_placed(other, name, place, reads) for place, other in enumerate(reads)]
    rows += [_placed(other, name, place, readers, after=True) for place, other in enumerate(readers)]
    table = pd.DataFrame([*rows, {"name": name, "x": 1.0, "y": 0.5, "part": "it"}])
    lines = pd.DataFrame(rows)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-0.7, 2.7]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[-0.05, 1.05]))
    parts = {"reads": MASSAGE, "it": DIFFERENCE, "read by": REST}
    scale = alt.Scale(domain=list(parts), range=[COLOURS[part] for part in parts.values()])
    colour = alt.Color("part:N", legend=None, scale=scale)
    ends = alt.Chart(lines).mark_rule(opacity=0.5)
    drawn = ends.encode(x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour, tooltip=["arrow"])
    base = alt.Chart(table).encode(x=x, y=y)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(color=colour)
    words = base.mark_text(dy=-10, fontSize=11, color="#888").encode(text="name:N")
    high = ROW * max(len(reads), len(readers), 6) + 40
    return plain(alt.layer(drawn, dots, words).properties(width=WIDE, height=high))


def _placed(other: str, name: str, place: int, column: list[str], *, after: bool = False) -> dict[str, Any]:
    """A quantity at its place in a column, and the arrow between it and ``name``, which stands in the middle."""
    part, arrow = ("read by", f"{name}->{other}") if after else ("reads", f"{other}->{name}")
    at = {"x": 2.0 if after else 0.0, "y": (place + 0.5) / len(column), "x2": 1.0, "y2": 0.5}
    return {"name": other, "part": part, "arrow": arrow, **at}


def between_systems(body: Body) -> Any:
    """How many arrows go from each system (row) to each (column)."""
    counts = pd.DataFrame(
        [{"source": body.system_of(source), "target": body.system_of(target)} for source, target in body.arrows]
    )
    table = counts.value_counts().rename("arrows").reset_index()
    order = [system.name for system in body.systems]
    x, y = alt.X("target:N", sort=order, title="to"), alt.Y("source:N", sort=order, title="from")
    base = alt.Chart(table).encode(x=x, y=y)
    square = base.mark_rect().encode(
        color=alt.Color("arrows:Q", legend=None, scale=alt.Scale(type="log", scheme="teals"))
    )
    number = base.mark_text(fontSize=11).encode(text="arrows:Q")
    return plain(alt.layer(square, number).properties(width=WIDE, height=ROW * 2 * len(order)))
