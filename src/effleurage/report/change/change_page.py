"""A measured change on what would have happened anyway: plain sentences, a figure, and one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from effleurage.lab.untreated.change import Compared
from effleurage.lab.untreated.comparable import VIRTUAL, held_against
from effleurage.protocol.times import time_of_day
from effleurage.report.change.change_sentences import anyway_of, between, changed, counted, sentences, smallest
from effleurage.report.colours import COLOURS, DIFFERENCE, LINE, MASSAGE, REST
from effleurage.report.numbers import human, interval
from effleurage.report.pages import UNSAID, Made, page

if TYPE_CHECKING:
    import pandas as pd

PLACES = {"below": COLOURS[DIFFERENCE], "within": COLOURS[MASSAGE], "above": COLOURS[REST], "control": LINE}
"""Where a measurement lies on its band; a control has a place on it by chance, and no colour."""
BAND = "#8885"
MOST_ROWS = 40
"""People drawn in one figure; the rest are counted."""


def figure(part: pd.DataFrame) -> str:
    """People of one outcome as HTML: the first of them, up to ``MOST_ROWS``, on their bands."""
    from effleurage.report.figures import WHOLE, plot

    return plot(lambda width: band_chart(part, width), WHOLE)


def band_chart(part: pd.DataFrame, width: int) -> Any:
    """People of one outcome: the band expected without treatment (grey), its middle, and what was measured."""
    import altair as alt

    from effleurage.report.figures import PHONE

    drawn = part[part["where"] != ""].head(MOST_ROWS).reset_index(drop=True)
    drawn = drawn.assign(where=drawn["where"].mask(drawn["control"], "control"))
    drawn = drawn.assign(row=range(len(drawn)), name=drawn["participant"].where(drawn["participant"] != "", "–"))
    x = _axis(drawn)
    y = alt.Y("row:O", axis=alt.Axis(title=None, labels=False, ticks=False, domain=False))
    base = alt.Chart(drawn).encode(y=y)
    band = base.mark_bar(color=BAND, height=9, cornerRadius=4).encode(x=alt.X("low:Q", **x), x2="high:Q")
    middle = base.mark_tick(color=LINE, thickness=2, height=11).encode(x=alt.X("expected:Q", **x))
    first = base.mark_point(shape="circle", color=LINE, size=30, opacity=0.9).encode(x=alt.X("before:Q", **x))
    colour = alt.Color("where:N", legend=None, scale=alt.Scale(domain=list(PLACES), range=list(PLACES.values())))
    last = base.mark_point(filled=True, size=60, opacity=1).encode(x=alt.X("after:Q", **x), color=colour)
    names = base.mark_text(align="right", dx=-8, limit=90 if width <= PHONE else 200)
    names = names.encode(x=alt.value(0), text="name:N")
    chart = alt.layer(band, middle, first, last, names).properties(width=width, height=max(46, 20 * len(drawn)))
    return chart.properties(padding={"left": 10, "right": 6, "top": 1, "bottom": 1})


def _axis(drawn: pd.DataFrame) -> dict[str, Any]:
    """Scale and title for all that is drawn: logarithmic for what is above zero and no scale of points."""
    import altair as alt

    unit = drawn["unit"].iloc[0]
    every = drawn[["before", "after", "low", "high"]].to_numpy()
    low, high = float(every.min()), float(every.max())
    log = low > 0 and not unit.startswith(("points", "mmHg", "/min"))
    room = 1.05 if log else 0.04 * (high - low)
    ends = [low / room, high * room] if log else [low - room, high + room]
    return {
        "title": f"{drawn['outcome'].iloc[0]}, {unit}",
        "scale": alt.Scale(type="log" if log else "linear", zero=False, nice=False, domain=ends),
        "axis": alt.Axis(tickCount=5),
    }


def as_html(compared: Compared, title: str, made: Made = UNSAID) -> str:
    """One page that needs nothing else: sentences first, then a figure an outcome, then the table and the methods."""
    from altair.utils.schemapi import debug_mode

    panels = []
    with debug_mode(False):
        for (outcome, instrument), part in compared.table.groupby(["outcome", "instrument"], sort=False):
            known = part[part["where"] != ""]
            panels.append(
                {
                    "title": f"{outcome} ({instrument})",
                    "svg": figure(part) if len(known) else "",
                    "left_out": max(0, len(known) - MOST_ROWS),
                    "said": _panel(part, known),
                }
            )
    return page(
        "change/change.html",
        made,
        title=title,
        sentences=sentences(compared),
        panels=panels,
        groups=[_cells(row) for row in compared.groups.to_dict("records")],
        rows=[_person(row) for row in compared.table.to_dict("records")],
        notes=compared.notes,
        places=PLACES,
        methods=compared.methods,
    )


def _panel(part: pd.DataFrame, known: pd.DataFrame) -> str:
    """What a figure shows, or why there is none."""
    if len(known):
        return f"{int((known['where'] == 'within').sum())} of {len(known)} pairs within the band"
    return "; ".join(f"no band: {reason}" for reason in part["reason"].unique())


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {"people": counted(row["n"], row["visits"]) if row["n"] < row["visits"] else f"{row['n']}"}
    told |= {"change": changed(row["change"], row["unit"]), "expected": anyway_of(row), "band": between(row)}
    told |= {"smallest": smallest(row["seen"], row["unit"])}
    return {**row, **(told if row["visits"] else {**dict.fromkeys(told, "–"), "people": "0"})}


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    later = [f"{row['days_apart']} d later"] * bool(row["days_apart"])
    hours = f"{time_of_day(row['clock_before'])} → {time_of_day(row['clock_after'])}"
    clock = [hours] * (held_against(row["outcome"], row["instrument"]) == VIRTUAL)
    place = "control" if row["control"] and row["where"] else row["where"]
    numbers = {name: human(row[name]) for name in ("before", "after", "expected")}
    numbers["people"] = f"{row['people']:.0f}" if row["people"] == row["people"] else "–"
    return {**row, **numbers, "where": place,
            "band": interval(row["low"], row["high"]), "when": ", ".join([*clock, *later])}  # fmt: skip
