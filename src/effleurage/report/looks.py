"""How each kind of result looks: in a line, as a table, and as an Altair chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import altair as alt
import pandas as pd

from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.published.effects import Effect
from effleurage.report.challenges.challenge_figures import tried_chart
from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, STATUS
from effleurage.report.figures import plain
from effleurage.report.simulate import curves

if TYPE_CHECKING:
    from effleurage.evidence.ask import Validation
    from effleurage.evidence.claims.verdicts import Verdict
    from effleurage.evidence.published.appraisal import Evidence
    from effleurage.lab.ask import Sensitivity
    from effleurage.lab.contrast.contrast import Contrast
    from effleurage.lab.records import Measured
    from effleurage.lab.untreated.change import Compared
    from effleurage.people.simulate import Twin
    from effleurage.trial.conduct.conduct import Conducted
    from effleurage.trial.plan.plan import Plan

WIDE, ROW = 420, 20
"""Pixels: the width of a chart, and the height of a row in it."""
MOST_ROWS = 12
"""Rows of a table that a notebook shows, half of them from its end."""
MOST_BARS = 20


@dataclass(frozen=True)
class Look:
    """``short``: one line; ``frame``: a table; ``figure``: a chart, of all or of what is named."""

    short: Callable[[Any], str]
    frame: Callable[[Any], pd.DataFrame]
    figure: Callable[..., Any]


def card(result: Any, table: pd.DataFrame) -> str:
    """A result in a notebook: its line, its table, its notes and how it was done."""
    notes = "".join(f"<li>{escape(str(note))}</li>" for note in getattr(result, "notes", ()))
    methods = escape(str(getattr(result, "methods", "")))
    parts = (f"<p><strong>{escape(repr(result))}</strong></p>", table.to_html(max_rows=MOST_ROWS, index=False))
    return "".join([*parts, f"<ul>{notes}</ul>" if notes else "", f"<p>{methods}</p>" if methods else ""])


def _twin_frame(result: Twin) -> pd.DataFrame:
    worlds = {"treated": result.treated, "control": result.control}
    tables = [world.to_dataframe().reset_index().assign(world=name) for name, world in worlds.items()]
    return pd.concat(tables, ignore_index=True)


def _contrast_figure(result: Contrast, *ways: str) -> Any:
    """Each difference in percent of the control, with what is not known of the numbers (thick) and of people (thin)."""
    table = result.effects[result.effects["control"] != 0].copy()
    if ways:
        _known(ways, {*table["way"], *table["quantity"]})
        table = table[table["way"].isin(ways) | table["quantity"].isin(ways)]
    for name in ("difference", "person_low", "person_high", "uncertain_low", "uncertain_high"):
        table[name] = 100 * table[name] / table["control"].abs()
    table["name"] = table["label"] + ", " + table["window"]
    base = alt.Chart(table).encode(y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=320)))
    spans = [
        base.mark_rule(color=COLOURS[DIFFERENCE], strokeWidth=width, opacity=opacity).encode(
            x=alt.X(f"{name}_low:Q", title="difference, % of the control"), x2=f"{name}_high:Q"
        )
        for name, width, opacity in (("person", 2, 0.9), ("uncertain", 8, 0.35))
    ]
    dot = base.mark_point(filled=True, size=60, opacity=1, color=COLOURS[DIFFERENCE]).encode(x="difference:Q")
    return plain(alt.layer(_zero(), *spans, dot).properties(width=WIDE, height=ROW * max(len(table), 2)))


def _measured_figure(result: Measured, *outcomes: str) -> Any:
    """A panel an outcome: its values over time, or over rows where no time is known."""
    table = result.table[result.table["value"].notna()]
    if outcomes:
        _known(outcomes, set(table["outcome"]))
        table = table[table["outcome"].isin(outcomes)]
    timed = bool(table["time"].notna().all()) and table["time"].nunique() > 1
    drawn = table.assign(row=table.groupby("outcome").cumcount() + 1)[
        ["participant", "condition", "outcome", "unit", "value", "time", "row"]
    ]
    x = alt.X("time:Q", title="minutes") if timed else alt.X("row:O", title="row")
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=50, opacity=0.9)
        .encode(
            x=x,
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color("participant:N", title=None),
        )
        .properties(width=150, height=110)
    )
    return plain(points.facet("outcome:N", columns=4).resolve_scale(y="independent"))


def _compared_figure(result: Compared, *outcomes: str) -> Any:
    """A panel an outcome: the band expected without treatment, and the second measurement on it."""
    table = result.table[result.table["where"] != ""]
    if outcomes:
        _known(outcomes, set(table["outcome"]))
        table = table[table["outcome"].isin(outcomes)]
    panels = []
    for (outcome, instrument), part in table.groupby(["outcome", "instrument"], sort=False):
        drawn = part.assign(row=range(len(part)))[["row", "participant", "before", "after", "low", "high", "where"]]
        x: dict[str, Any] = {
            "title": f"{outcome} ({instrument}), {part['unit'].iloc[0]}",
            "scale": alt.Scale(zero=False),
        }
        base = alt.Chart(drawn).encode(y=alt.Y("row:O", axis=None))
        band = base.mark_bar(color="#8885", height=9).encode(x=alt.X("low:Q", **x), x2="high:Q")
        first = base.mark_point(color="#888", size=30).encode(x=alt.X("before:Q", **x))
        last = base.mark_point(filled=True, size=60, opacity=1).encode(
            x=alt.X("after:Q", **x), color=alt.Color("where:N", title=None), tooltip=["participant", "before", "after"]
        )
        panels.append(alt.layer(band, first, last).properties(width=WIDE, height=ROW * max(len(drawn), 2)))
    return plain(alt.vconcat(*panels))


def _plan_frame(result: Plan) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "outcome": need.measure.outcome,
                "effect": need.effect,
                "unit": need.outcome.unit,
                "people_an_arm": None if need.expected is None else need.expected.analysed,
            }
            for need in result.needs
        ]
    )


def _plan_figure(result: Plan) -> Any:
    """Power of simulated trials over their size; of a first answer, the people an arm of each outcome."""
    if result.checked:
        rows = [
            {"outcome": one.outcome, "against": one.against, "n": one.n, "power": one.power} for one in result.checked
        ]
        line = alt.Chart(pd.DataFrame(rows)).mark_line(point=True)
        x = alt.X("n:Q", title="people an arm", scale=alt.Scale(type="log"))
        y = alt.Y("power:Q", scale=alt.Scale(domain=[0, 1]))
        drawn = line.encode(x=x, y=y, color=alt.Color("outcome:N", title=None), detail="against:N")
        return plain(drawn.properties(width=WIDE, height=240))
    return plain(_bars(_plan_frame(result).dropna(), "outcome", "people_an_arm", "people an arm"))


def _verdict_frame(result: Verdict) -> pd.DataFrame:
    said = {1: "found it", 0: "no difference", -1: "found the opposite"}
    return pd.DataFrame(
        [
            {
                "study": vote.result.study,
                "answer": said[vote.answer],
                "g": vote.size.g if vote.size else None,
                "low": vote.size.low if vote.size else None,
                "high": vote.size.high if vote.size else None,
            }
            for vote in result.weighed.votes
        ],
        columns=["study", "answer", "g", "low", "high"],
    )


def _evidence_frame(result: Evidence) -> pd.DataFrame:
    rows = []
    for group in result.groups:
        for line in group.lines:
            sized = line.effect if isinstance(line.effect, Effect) else None
            ends = {name: getattr(sized, name) if sized else None for name in ("g", "low", "high")}
            rows.append({"quantity": group.name, "study": line.study.id, "people": line.people, **ends})
    return pd.DataFrame(rows, columns=["quantity", "study", "people", "g", "low", "high"])


def _forest(table: pd.DataFrame, title: str) -> Any:
    """A line a study: its standardised difference and the 95 % interval; studies without a size are left out."""
    drawn = table.dropna(subset=["g"])
    base = alt.Chart(drawn).encode(y=alt.Y("study:N", title=None, sort=None))
    spans = base.mark_rule(color=COLOURS[MASSAGE]).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_square(color=COLOURS[MASSAGE], size=60, opacity=1).encode(x="g:Q")
    return alt.layer(_zero(), spans, dots).properties(width=WIDE, height=ROW * max(len(drawn), 2))


def _evidence_figure(result: Evidence, *quantities: str) -> Any:
    table = _evidence_frame(result).dropna(subset=["g"])
    if quantities:
        _known(quantities, set(table["quantity"]))
        table = table[table["quantity"].isin(quantities)]
    parts = [
        _forest(part, f"{name}: standardised difference (g)") for name, part in table.groupby("quantity", sort=False)
    ]
    return plain(alt.vconcat(*(parts or [_forest(table, "standardised difference (g)")])))


def _validation_figure(result: Validation) -> Any:
    """Simulated as a multiple of published, a point a target, by status."""
    table = result.to_frame()
    if "fold_error" not in table:
        return plain(_bars(table.head(MOST_BARS), "id", "ln_p", "ln of the chance given to what was published"))
    drawn = table.assign(ratio=table["simulated"] / table["published"])[["id", "quantity", "ratio", "status"]]
    drawn = drawn[drawn["ratio"] > 0]
    x = alt.X("ratio:Q", title="simulated / published", scale=alt.Scale(type="log"))
    colour = alt.Color("status:N", title=None, scale=alt.Scale(domain=list(STATUS), range=list(STATUS.values())))
    points = alt.Chart(drawn).mark_point(filled=True, size=50, opacity=0.9)
    shown = points.encode(x=x, y=alt.Y("quantity:N", title=None), color=colour, tooltip=["id", "ratio", "status"])
    return plain(shown.properties(width=WIDE))


def _conducted_figure(result: Conducted) -> Any:
    """Every measured value by arm, a panel an outcome."""
    drawn = result.data.dropna(subset=["value"])[["person", "arm", "outcome", "occasion", "value"]]
    points = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=40, opacity=0.7)
        .encode(
            x=alt.X("occasion:N", sort=["before", "after"], title=None),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=alt.Color("arm:N", title=None),
        )
        .properties(width=150, height=180)
    )
    return plain(points.facet("outcome:N", columns=4).resolve_scale(y="independent"))


def _sensitivity_figure(result: Sensitivity) -> Any:
    return plain(_bars(result.numbers.head(MOST_BARS), "name", "percent", f"{result.quantity}: moved by, %"))


def _bars(table: pd.DataFrame, name: str, value: str, title: str) -> Any:
    y = alt.Y(f"{name}:N", title=None, sort=None, axis=alt.Axis(labelLimit=280))
    drawn = (
        alt.Chart(table[[name, value]]).mark_bar(color=COLOURS[MASSAGE]).encode(x=alt.X(f"{value}:Q", title=title), y=y)
    )
    return drawn.properties(width=WIDE, height=ROW * max(len(table), 2))


def _zero() -> Any:
    return alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color="#888", strokeDash=[3, 3]).encode(x="at:Q")


def _known(asked: Sequence[str], known: set[str]) -> None:
    if unknown := [name for name in asked if name not in known]:
        raise RequestError([Finding("", f"'{name}' is not in it", nearest(name, known)) for name in unknown])


def _table(result: Any) -> pd.DataFrame:
    return result.table


LOOKS = {
    "compared": Look(
        lambda it: f"Compared({len(it.table)} pairs, {len(it.groups)} groups, {len(it.contrasts)} contrasts)",
        _table,
        _compared_figure,
    ),
    "conducted": Look(
        lambda it: f"Conducted('{it.design.title}'; {len(it.persons)} people, {len(it.data)} measurements)",
        lambda it: it.data,
        _conducted_figure,
    ),
    "contrast": Look(
        lambda it: f"Contrast({len(it.effects)} differences; {it.worlds!r})", lambda it: it.effects, _contrast_figure
    ),
    "described": Look(repr, lambda it: it.to_frame(), lambda it: it.plot()),
    "evidence": Look(
        lambda it: f"Evidence('{it.asked}': {', '.join(f'{g.name} {len(g.lines)} studies' for g in it.groups)})",
        _evidence_frame,
        _evidence_figure,
    ),
    "measured": Look(
        lambda it: f"Measured({len(it.table)} rows: {', '.join(dict.fromkeys(it.table['outcome']))})",
        _table,
        _measured_figure,
    ),
    "plan": Look(lambda it: f"Plan('{it.design.title}'; {it.people} virtual people)", _plan_frame, _plan_figure),
    "sensitivity": Look(repr, lambda it: it.to_frame(), _sensitivity_figure),
    "tried": Look(lambda it: f"Tried({len(it.challenges)} challenges, {len(it.table)} values)", _table, tried_chart),
    "twin": Look(repr, _twin_frame, lambda it, *names: curves.chart(it, names)),
    "validation": Look(repr, lambda it: it.to_frame(), _validation_figure),
    "verdict": Look(
        lambda it: f"Verdict('{it.claim.claim}': {it.word})",
        _verdict_frame,
        lambda it: plain(_forest(_verdict_frame(it), "standardised difference (g), + as claimed")),
    ),
}
