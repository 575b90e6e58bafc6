"""Evidence about an outcome as a page: what was found in plain words, a forest plot a quantity, and every source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from effleurage.evidence.published.appraisal import Evidence, Group, Line
from effleurage.evidence.published.effects import Effect, Unsized
from effleurage.report.evidence.evidence_words import (
    NO_SIZE,
    RESULTS,
    SIDES,
    ends,
    headline,
    meanings,
    named,
    origin,
    published,
    sentence,
    size,
    source,
    spaced,
    title,
)
from effleurage.report.numbers import typeset
from effleurage.report.pages import UNSAID, Made, page

POOLED = "all together"
NEXT = "the next study"
BESIDE = 600
"""Pixels of a forest plot from which on names and numbers stand beside it."""
LETTERS = 18
"""Pixels by which names may be longer in the letters of a reader's page than in ours."""
SCALE = ("standardised difference (g):", "0.2 is small, 0.5 medium, 0.8 large")


def figure(group: Group) -> str:
    """The forest plot of a group as HTML."""
    from effleurage.report.figures import WHOLE, plot

    return plot(lambda width: forest_chart(group, width), WHOLE)


def forest_chart(group: Group, width: int) -> Any:
    """A forest plot: a line a study, its square by weight, its interval; a study without a size in words.

    Below, the mean as a diamond and the interval where the next study may fall, if they are pooled. Names and numbers
    stand beside the plot, and above each line where it is too narrow for that.
    """
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, LINE, MASSAGE

    table = pd.DataFrame(_rows(group), columns=["name", "said", "row", "g", "low", "high", "weight", "part"])
    lowest = float(table["row"].max())
    reach = 1.08 * max(1.0, float(table[["low", "high"]].abs().max().max()))
    domain = alt.Scale(domain=[-reach, reach], nice=False)
    beside = width >= BESIDE
    axis = alt.Axis(tickCount=7 if beside else 5, title=" ".join(SCALE) if beside else list(SCALE))
    down = alt.Scale(domain=[lowest + 0.5, -0.6], nice=False)

    def x(field: str) -> alt.X:
        return alt.X(f"{field}:Q", scale=domain, axis=axis)

    y = alt.Y("row:Q", axis=None, scale=down)
    sized = alt.Chart(table[table["part"] == ""].dropna(subset=["g"])).encode(y=y)
    weight = alt.Size("weight:Q", legend=None, scale=alt.Scale(domainMin=0, range=[20, 220]))
    layers: list[Any] = [
        alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=LINE, strokeDash=[3, 3]).encode(x=x("at")),
        sized.mark_rule(color=COLOURS[MASSAGE], strokeWidth=1.5).encode(x=x("low"), x2="high:Q"),
        sized.mark_point(shape="square", filled=True, color=COLOURS[MASSAGE], opacity=1).encode(x=x("g"), size=weight),
        *_named(alt.Chart(table).encode(y=y), beside=beside),
        *_summary(table[table["part"] != ""], x, down),
    ]
    low_side, high_side = (
        alt.Chart(pd.DataFrame([{"text": text, "at": at}])).encode(x=x("at"), y=alt.value(-12), text="text:N")
        for text, at in ((f"← {SIDES['down']}", -reach), (f"{SIDES['up']} →", reach))
    )
    layers += [low_side.mark_text(align="left"), high_side.mark_text(align="right")]
    room = LETTERS if beside else 1
    chart = alt.layer(*layers).properties(width=width, height=(26 if beside else 44) * (lowest + 1))
    return chart.properties(padding={"left": room, "right": room, "top": 1, "bottom": 1})


def _named(rows: Any, *, beside: bool) -> list[Any]:
    """Names on the left and numbers on the right: beside the plot, or above each line of it."""
    import altair as alt

    left, right = alt.value(0), alt.value(alt.ExprRef("width"))
    if beside:
        names, numbers = rows.mark_text(align="right", dx=-14), rows.mark_text(align="left", dx=14)
    else:
        names, numbers = rows.mark_text(align="left", dy=-17, limit=180), rows.mark_text(align="right", dy=-17)
    return [names.encode(x=left, text="name:N"), numbers.encode(x=right, text="said:N")]


def _rows(group: Group) -> list[dict[str, Any]]:
    """A line a study, those with a size first; then the mean and the next study, if they are pooled."""
    pool, tau2 = group.pool, group.pool.tau2 if group.pool else 0.0
    rows: list[dict[str, Any]] = []
    for line in sorted(group.lines, key=lambda line: not isinstance(line.effect, Effect)):
        told = {"name": named(line), "said": _said(line), "row": len(rows), "part": ""}
        if isinstance(line.effect, Effect):
            told |= {"g": line.effect.g, "low": line.effect.low, "high": line.effect.high}
            told["weight"] = 1 / (line.effect.variance + tau2)
        rows.append(told)
    if pool:
        at = len(rows) + 0.4
        mean = {"name": POOLED, "said": size(pool.mean, pool.low, pool.high), "row": at, "part": POOLED}
        later = {"name": NEXT, "said": ends(pool.next_low, pool.next_high), "row": at + 1, "part": NEXT}
        rows.append({**mean, "g": pool.mean, "low": pool.low, "high": pool.high})
        rows.append({**later, "low": pool.next_low, "high": pool.next_high})
    return rows


def _summary(rows: Any, x: Callable[[str], Any], down: Any) -> list[Any]:
    """The diamond of the mean, and the bar of the next study."""
    import altair as alt
    import pandas as pd

    from effleurage.report.colours import COLOURS, DIFFERENCE

    drawn = []
    y = alt.Y("row:Q", axis=None, scale=down)
    for row in rows[rows["part"] == POOLED].to_dict("records"):
        across, at = [row["low"], row["g"], row["high"], row["g"]], row["row"]
        corners = pd.DataFrame({"x": across, "row": [at, at - 0.3, at, at + 0.3], "corner": range(4)})
        diamond = alt.Chart(corners).mark_line(
            interpolate="linear-closed", fill=COLOURS[DIFFERENCE], color=COLOURS[DIFFERENCE], strokeWidth=1
        )
        drawn.append(diamond.encode(x=x("x"), y=y, order="corner:Q"))
    later = alt.Chart(rows[rows["part"] == NEXT]).mark_rule(color=COLOURS[DIFFERENCE], strokeWidth=4, opacity=0.5)
    return [*drawn, later.encode(x=x("low"), x2="high:Q", y=y)] if drawn else []


def _said(line: Line) -> str:
    if isinstance(line.effect, Effect):
        return size(line.effect.g, line.effect.low, line.effect.high)
    return f"{RESULTS[line.result.direction]}, no size"


def spoken(group: Group) -> str:
    """The figure in words, for who cannot see it."""
    return "; ".join(f"{named(line)}: {_said(line)}" for line in group.lines)


def as_html(evidence: Evidence, made: Made = UNSAID) -> str:
    """One page that needs nothing else: a sentence, then a panel a quantity, then what stands apart and why."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        panels = [
            {
                "title": title(group),
                "sentence": sentence(group),
                "svg": figure(group) if group.sized else "",
                "alt": spoken(group),
                "rows": [_cells(line) for line in group.lines],
                "outcomes": meanings(group),
                "caution": group.caution,
                "grade": vars(group.grade) if group.pool or len(group.lines) > 1 else {},
            }
            for group in evidence.groups
        ]
    return page(
        "evidence/evidence.html",
        made,
        found=evidence,
        headline=headline(evidence),
        caution=NO_SIZE,
        panels=panels,
        reviews=[{"name": spaced(one.study), "said": published(one), "note": one.note} for one in evidence.reviews],
        within=[_cells(line) for line in evidence.within],
    )


def _cells(line: Line) -> dict[str, Any]:
    effect = line.effect
    sized = isinstance(effect, Effect)
    return {
        "study": named(line),
        "design": line.study.design or "not told",
        "population": typeset(line.study.population),
        "outcome": typeset(line.result.outcome_words),
        "when": line.result.timepoint_words,
        "arm": line.result.arm,
        "against": line.result.comparator_words,
        "people": str(line.people or "–"),
        "result": RESULTS[line.result.direction],
        "size": size(effect.g, effect.low, effect.high) if isinstance(effect, Effect) else "–",
        "why": origin(line) or (effect.why if isinstance(effect, Unsized) else ""),
        "sized": sized,
        "p": typeset(line.result.p_words) or "–",
        "source": source(line) or line.study.citation,
        "note": line.result.note,
    }
