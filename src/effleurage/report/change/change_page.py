"""A measured change on what would have happened anyway: plain sentences, a figure, and one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from effleurage.lab.untreated.change import Compared
from effleurage.protocol.times import time_of_day
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
NO_CAUSE = "This alone does not show that the treatment did it: there is no control in the file."
BEYOND = "hardly any of the virtual people begins there (see the notes)"
COUNTS = "hold it against the control in the file"
FEW = (
    "what would have happened without treatment cannot be said: the control in the file is too small, and virtual "
    "people differ from it"
)
IF_OTHERS = "If every row is another person, "
WITHIN = "no more than what happens without treatment"


def sentences(compared: Compared) -> tuple[str, ...]:
    """What the file shows, in plain words; a causal verb only where there is a control.

    First of all stands a control in the file that contradicts the virtual people: it counts, and they do not; or one
    too small to judge by. Where nobody is named, each sentence begins with the condition on which it counts people.
    """
    said = _counting(compared)
    if len(compared.table) > 1 and (compared.table["participant"].str.strip() == "").all():
        said = [f"{IF_OTHERS}{line}" for line in said]
    if said and not compared.table["control"].any():
        said.append(NO_CAUSE)
    return tuple(said)


def _counting(compared: Compared) -> list[str]:
    """The sentences of contrasts and groups, in order."""
    groups, against = compared.groups.to_dict("records"), compared.contrasts.to_dict("records")
    told_first = [row for row in groups if row["unfit"] or row["few"]]
    unfit = [row for row in groups if row["unfit"]]
    first: list[str] = []
    then: list[str] = []
    told: list[str] = []
    for row in against:
        own = [one for one in told_first if _name(one) == _name(row)]
        told += [_name(row)] if own else []
        clauses = "; ".join((_contrast(row), *(_against_control(one) for one in own)))
        (first if own else then).append(f"{clauses}.")
    alone = [f"{_name(row)}: {_against_control(row)}." for row in told_first if _name(row) not in told]
    said = [*first, *alone, *then]
    doubts = {_name(one): FEW if one["few"] else COUNTS for one in unfit}
    said += [_group(row, compared.table, doubts) for row in groups if not row["control"]]
    return said


def _name(row: Mapping[str, Any]) -> str:
    return f"{row['outcome']} ({row['instrument']})"


def _against_control(row: Mapping[str, Any]) -> str:
    """Clause on a control that contradicts the virtual people, or is too small to judge by."""
    who, changed, anyway = _counted(row["n"], row["visits"]), _changed(row["change"], row["unit"]), _anyway(row)
    if not row["few"]:
        return (
            f"{row['condition']} itself changed by {changed} ({who}), not by {anyway} as virtual people do without "
            "treatment: the control in the file counts here, they do not"
        )
    beside = f"not by {anyway} as" if row["unfit"] and changed != anyway else f"and by {anyway} as"
    itself = f"{row['condition']} in the file itself changed by {changed} ({who})"
    return f"{itself}, {beside} virtual people do without treatment: too few people to judge by"


def _counted(people: int, visits: int) -> str:
    """``5 people``, ``4 visits of one person``, ``12 visits of 3 people``."""
    persons = "one person" if people == 1 else f"{people} people"
    return persons if people == visits else f"{visits} visits of {persons}"


def _anyway(row: Mapping[str, Any]) -> str:
    """The change expected without treatment; of both postures where none is said."""
    if row["expected_low"] == row["expected_high"]:
        return _changed(row["expected"], row["unit"])
    low, high = (_changed(row[f"expected_{end}"], row["unit"]) for end in ("low", "high"))
    return f"{low} to {high} (sitting or lying)"


def _group(row: Mapping[str, Any], table: pd.DataFrame, doubts: Mapping[str, str]) -> str:
    name = f"{_name(row)}, {row['condition']}" if row["condition"] else _name(row)
    left_out = (
        f" Of {row['left_out']} more {_pairs(row['left_out'])} nothing is expected: {BEYOND}."
        if row["left_out"]
        else ""
    )
    if not row["visits"]:
        return f"{name}: nothing is expected of {row['left_out']} {_pairs(row['left_out'])}: {BEYOND}."
    own = table[(table["outcome"] == row["outcome"]) & (table["condition"] == row["condition"])]
    own = own[(own["instrument"] == row["instrument"]) & own["expected"].notna() & own["after"].notna()]
    doubt = doubts.get(_name(row), "")
    if row["visits"] == 1:
        return f"{name} {_one(own.iloc[0], doubt)}{left_out}"
    change, counted = _changed(row["change"], row["unit"]), _counted(row["n"], row["visits"])
    if doubt:
        return f"{name}: on average {change} ({counted}); {doubt}.{left_out}"
    inside = int((own["where"] == "within").sum())
    anyway = f"{_anyway(row)} (9 times in 10 {_between(row)})"
    begun = f"{name}: on average {change}; without treatment {anyway}."
    who = "people" if row["n"] == row["visits"] else "visits"
    many = f"{inside} of {row['visits']} {who} changed {WITHIN}"
    if row["n"] < row["visits"]:
        begun = f"{name}, {counted}: on average {change}; without treatment {anyway}."
    if row["n"] == 1:
        many = "" if _own_control(row, table) else f" {many}."
        return f"{begun}{many} Visits of one person say nothing of other people.{left_out}"
    if row["where"] in ("", "within"):
        ending = "the mean change is what would be expected anyway" if row["where"] else "too few people for a mean"
        return f"{begun} {many}; {ending}.{left_out}"
    side = "higher" if row["where"] == "above" else "lower"
    return f"{begun} The second values are {side} than expected; {many}.{left_out}"


def _own_control(row: Mapping[str, Any], table: pd.DataFrame) -> bool:
    """Whether there is a control of the outcome in the file, which counts more than virtual people for one person."""
    return bool(
        table[(table["outcome"] == row["outcome"]) & (table["instrument"] == row["instrument"])]["control"].any()
    )


def _pairs(count: int) -> str:
    return "pair" if count == 1 else "pairs"


def _one(row: Mapping[str, Any], doubt: str = COUNTS) -> str:
    """One pair of measurements against its band."""
    went = f"went from {human(row['before'])} to {human(row['after'])} {row['unit']}"
    held = f"{human(row['low'])} to {human(row['high'])} {row['unit']}"
    if not row["where"]:
        return f"{went}; {doubt or COUNTS}."
    if row["where"] == "within":
        return f"{went}. Nine in ten such people would be at {held} without treatment: {WITHIN}."
    side = "higher" if row["where"] == "above" else "lower"
    return f"{went}. That is {side} than nine in ten such people would be without treatment ({held})."


def _contrast(row: Mapping[str, Any]) -> str:
    if row["design"] == "few":
        return _few(row)
    size = f"{_apart(row['difference'], row['unit'])}, 95 % interval {interval(row['low'], row['high'])}"
    people = (
        f"the same {row['n_treated']} people"
        if row["design"] == "same people"
        else (f"{row['n_treated']} against {row['n_control']} people")
    )
    if row["visits_treated"] + row["visits_control"] > row["n_treated"] + row["n_control"]:
        people = f"{people}, {row['visits_treated']} against {row['visits_control']} visits"
    if not row["sure"]:
        return f"{row['condition']} against {row['against']} ({people}): no clear difference in {_name(row)} ({size})"
    up = row["difference"] > (1.0 if row["unit"] == "fold" else 0.0)
    verb = "raised" if up else "lowered"
    chance = "if chance alone decided " + ("what came when" if row["design"] == "same people" else "who got which")
    return f"{row['condition']} {verb} {_name(row)} compared with {row['against']} ({people}; {size}), {chance}"


def _few(row: Mapping[str, Any]) -> str:
    """Several visits of one person, or of too few to say more than what they show."""
    both = " and ".join(
        f"{_changed(row[f'change_{arm}'], row['unit'])} with {name} ({_counted(row[f'n_{arm}'], row[f'visits_{arm}'])})"
        for arm, name in (("treated", row["condition"]), ("control", row["against"]))
    )
    return f"{_name(row)}: on average {both}, which says nothing of other people"


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
    told = {"people": _counted(row["n"], row["visits"]) if row["n"] < row["visits"] else f"{row['n']}"}
    told |= {"change": _changed(row["change"], row["unit"]), "expected": _anyway(row), "band": _between(row)}
    return {**row, **(told if row["visits"] else {**dict.fromkeys(told, "–"), "people": "0"})}


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    clock = f"{time_of_day(row['clock_before'])} → {time_of_day(row['clock_after'])}"
    later = f", {row['days_apart']} d later" if row["days_apart"] else ""
    place = "control" if row["control"] and row["where"] else row["where"]
    numbers = {name: human(row[name]) for name in ("before", "after", "expected")}
    return {**row, **numbers, "where": place,
            "band": interval(row["low"], row["high"]), "when": clock + later}  # fmt: skip
