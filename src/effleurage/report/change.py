"""A measured change on what would have happened anyway: plain sentences, a figure, and one page."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from effleurage.lab.change import Compared
from effleurage.protocol.times import time_of_day
from effleurage.report.words import human, interval

if TYPE_CHECKING:
    import pandas as pd

COLOURS = {"below": "#7a6fc4", "within": "#12938a", "above": "#c0813f"}
"""Where a measurement lies on its band."""
MOST_ROWS = 40
"""People drawn in one figure; the rest are counted."""
NO_CAUSE = "This alone does not show that the treatment did it: there is no control in the file."
WITHIN = "no more than what happens without treatment"


def sentences(found: Compared) -> tuple[str, ...]:
    """What the file shows, in plain words; a causal verb only where there is a control."""
    said = [_contrast(row) for row in found.contrasts.to_dict("records")]
    for row in found.groups.to_dict("records"):
        if not row["control"]:
            said.append(_group(row, found.table))
    if said and not found.table["control"].any():
        said.append(NO_CAUSE)
    return tuple(said)


def _group(row: Mapping[str, Any], table: pd.DataFrame) -> str:
    name = f"{row['outcome']} ({row['instrument']})"
    name = f"{name}, {row['condition']}" if row["condition"] else name
    own = table[(table["outcome"] == row["outcome"]) & (table["condition"] == row["condition"])]
    own = own[(own["instrument"] == row["instrument"]) & (own["where"] != "")]
    inside = int((own["where"] == "within").sum())
    change = _changed(row["change"], row["unit"])
    anyway = f"{_changed(row['expected'], row['unit'])} (9 times in 10 {_between(row)})"
    if row["n"] == 1:
        one = own.iloc[0]
        held = f"{human(one['low'])} to {human(one['high'])} {one['unit']}"
        went = f"went from {human(one['before'])} to {human(one['after'])} {one['unit']}"
        if inside:
            return f"{name} {went}. Nine in ten such people would be at {held} without treatment: {WITHIN}."
        side = "higher" if one["where"] == "above" else "lower"
        return f"{name} {went}. That is {side} than nine in ten such people would be without treatment ({held})."
    counted = f"{inside} of {len(own)} people changed {WITHIN}"
    if row["where"] in ("", "within"):
        ending = "the mean change is what would be expected anyway" if row["where"] else "too few for a mean"
        return f"{name}: on average {change}; without treatment {anyway}. {counted[0].upper()}{counted[1:]}; {ending}."
    side = "higher" if row["where"] == "above" else "lower"
    ending = f"The second values are {side} than expected; {counted}."
    return f"{name}: on average {change}; without treatment {anyway}. {ending}"


def _contrast(row: Mapping[str, Any]) -> str:
    name = f"{row['outcome']} ({row['instrument']})"
    size = f"{_apart(row['difference'], row['unit'])}, 95 % interval {_apart_interval(row)}"
    people = f"{row['n_treated']} against {row['n_control']} people"
    if not row["sure"]:
        return f"{row['condition']} against {row['against']} ({people}): no clear difference in {name} ({size})."
    up = row["difference"] > (1.0 if row["unit"] == "fold" else 0.0)
    verb = "raised" if up else "lowered"
    return (
        f"{row['condition']} {verb} {name} compared with {row['against']} ({people}; {size}), if chance alone decided "
        "who got which."
    )


def _changed(value: float, unit: str) -> str:
    if unit == "fold":
        return f"{human(100 * (value - 1), signed=True)} %"
    return f"{human(value, signed=True)} {unit}"


def _between(row: Mapping[str, Any]) -> str:
    if row["unit"] == "fold":
        return f"{human(100 * (row['low'] - 1), signed=True)} to {human(100 * (row['high'] - 1), signed=True)} %"
    return f"{human(row['low'], signed=True)} to {human(row['high'], signed=True)} {row['unit']}"


def _apart(value: float, unit: str) -> str:
    return f"×{human(value)}" if unit == "fold" else f"{human(value, signed=True)} {unit}"


def _apart_interval(row: Mapping[str, Any]) -> str:
    return interval(row["low"], row["high"])


def figure(part: pd.DataFrame) -> str:
    """People of one outcome as SVG: the band expected without treatment (grey), its middle, and what was measured."""
    import altair as alt

    from effleurage.report.figures import plain, svg

    drawn = part[part["where"] != ""].head(MOST_ROWS).reset_index(drop=True)
    drawn = drawn.assign(row=range(len(drawn)), name=drawn["participant"].where(drawn["participant"] != "", "–"))
    unit = drawn["unit"].iloc[0]
    log = bool((drawn[["before", "after", "low", "high"]] > 0).all().all()) and unit not in ("points", "mmHg", "/min")
    every = drawn[["before", "after", "low", "high"]].to_numpy()
    low, high = float(every.min()), float(every.max())
    room = 1.05 if log else 0.04 * (high - low)
    ends = [low / room, high * room] if log else [low - room, high + room]
    x: dict[str, Any] = {
        "title": f"{drawn['outcome'].iloc[0]}, {unit}",
        "scale": alt.Scale(type="log" if log else "linear", zero=False, nice=False, domain=ends),
    }
    y = alt.Y("row:O", axis=alt.Axis(title=None, labels=False, ticks=False, domain=False))
    base = alt.Chart(drawn).encode(y=y)
    band = base.mark_bar(color="#8885", height=9, cornerRadius=4).encode(x=alt.X("low:Q", **x), x2="high:Q")
    middle = base.mark_tick(color="#888", thickness=2, height=11).encode(x=alt.X("expected:Q", **x))
    first = base.mark_point(shape="circle", color="#888", size=30, opacity=0.9).encode(x=alt.X("before:Q", **x))
    colour = alt.Color("where:N", legend=None, scale=alt.Scale(domain=list(COLOURS), range=list(COLOURS.values())))
    last = base.mark_point(filled=True, size=60, opacity=1).encode(x=alt.X("after:Q", **x), color=colour)
    names = base.mark_text(align="right", dx=-8, fontSize=10, color="#888").encode(x=alt.value(0), text="name:N")
    chart = alt.layer(band, middle, first, last, names).properties(width=520, height=max(46, 17 * len(drawn)))
    return svg(plain(chart))


def as_html(found: Compared, title: str) -> str:
    """One page that needs nothing else: sentences first, then a figure an outcome, then the table and the methods."""
    import jinja2
    from altair.utils.schemapi import debug_mode

    here = files("effleurage.report")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(here.joinpath("change.html").read_text(encoding="utf-8"))
    panels = []
    with debug_mode(False):
        for (outcome, instrument), part in found.table.groupby(["outcome", "instrument"], sort=False):
            known = part[part["where"] != ""]
            panels.append(
                {
                    "title": f"{outcome} ({instrument})",
                    "svg": figure(part) if len(known) else "",
                    "left_out": max(0, len(known) - MOST_ROWS),
                    "said": f"{int((known['where'] == 'within').sum())} of {len(known)} people within the band",
                }
            )
    return template.render(
        title=title,
        style=here.joinpath("page.css").read_text(encoding="utf-8"),
        colours=COLOURS,
        sentences=sentences(found),
        panels=panels,
        groups=[_cells(row) for row in found.groups.to_dict("records")],
        rows=[_person(row) for row in found.table.to_dict("records")],
        notes=found.notes,
        methods=found.methods,
    )


def _cells(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "change": _changed(row["change"], row["unit"]), "expected": _changed(row["expected"], row["unit"]),
            "band": _between(row)}  # fmt: skip


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    clock = f"{time_of_day(row['clock_before'])} → {time_of_day(row['clock_after'])}"
    later = f", {row['days_apart']} d later" if row["days_apart"] else ""
    return {**row, "before": human(row["before"]), "after": human(row["after"]), "expected": human(row["expected"]),
            "band": interval(row["low"], row["high"]), "when": clock + later}  # fmt: skip
