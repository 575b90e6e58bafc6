"""The page of challenges, and the same as Markdown: what each asks of the body, its curves, and its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from effleurage.evidence.challenges.challenge import Challenge
from effleurage.evidence.challenges.tried import STATES, Panel, Tried
from effleurage.evidence.norms.targets import SEEN
from effleurage.report.challenges.challenge_figures import panel_chart
from effleurage.report.colours import BODY
from effleurage.report.figures import HALF, QUARTER, THIRD, WHOLE, plot
from effleurage.report.numbers import human, typeset, unit_of
from effleurage.report.pages import UNSAID, Made, page
from effleurage.report.scoreboard.scoreboard_page import (
    MEANS,
    MOST_FOLD,
    RULE_1,
    USES,
    fold,
    line_of,
    misses_first,
    published,
    totals,
)

WHAT = (
    "What an expert tries first on a body: it is given hormones, made to stand, to run and to lie awake. "
    "The model's answer is held against published values, misses first."
)
DRAWN = (
    "Line: the median of the virtual people; band: nine in ten of them. Points: published values with their 95 % "
    "interval, where one is known. What was published as a ratio or a change stands at that ratio or change from the "
    "median of the virtual people at the study's own reference. A level bar through a point: it was read over that "
    "time. Grey: something is done, or it is night."
)
_WIDE = {1: WHOLE, 2: HALF, 3: THIRD, 4: QUARTER}


def as_html(tried: Tried, made: Made = UNSAID) -> str:
    """One page that needs nothing else."""
    return page(
        "challenges/challenges.html",
        made,
        what=WHAT,
        drawn=DRAWN,
        totals=totals(tried.table),
        people=tried.people,
        tally=[{**row, "anchor": anchor(row["challenge"])} for row in tried.tally().to_dict("records")],
        sections=[_section(tried, challenge) for challenge in tried.challenges],
        on_curves=len({point.target for panel in tried.panels for point in panel.points}),
        values=len(tried.table),
        body=BODY,
        means=MEANS,
        uses=USES,
        rule_1=RULE_1,
    )


def as_markdown(tried: Tried) -> str:
    """The same without curves, as a page for the docs."""
    lines = [
        "# Challenges",
        "",
        "Made by `effleurage challenges --markdown docs/challenges.md`; do not edit. `--html FILE` draws curves too.",
        "The rule is in `src/effleurage/evidence/norms/rule.py`, challenges and published values are in",
        "`src/effleurage/evidence/challenges/`.",
        RULE_1,
        "",
        f"{WHAT} {tried.people} virtual people.",
        "",
        *(f"- {line}" for line in totals(tried.table)),
        "",
        "| challenge | values | red | yellow | green |",
        "|---|---|---|---|---|",
    ]
    for row in tried.tally().to_dict("records"):
        lines.append(line_of([row["title"], row["targets"], *(row[state] for state in STATES[:3])]))
    for challenge in tried.challenges:
        lines += ["", f"## {challenge.title}", "", challenge.about, ""]
        lines += ["| target | status | rule 1 | use | published | simulated | off | population | source |"]
        lines += ["|---|---|---|---|---|---|---|---|---|"]
        for row in _rows(tried, challenge):
            cells = [row["id"], row["status"], row["status_1"], row["use"], row["said"], row["own"], row["off"]]
            lines.append(line_of([*cells, row["population"], f"{row['source']} (seen {SEEN[row['seen']]})"]))
    return "\n".join(lines) + "\n"


def off(row: Mapping[str, Any]) -> str:
    """How far the model is off: the difference where a change was published, else the fold error."""
    if row["compared"] == "change":
        return f"{human(row['difference'], signed=True)} {unit_of(row['unit'])}"
    return f"{fold(row)} ×" if row["fold_error"] < MOST_FOLD else "other sign"


def anchor(challenge: str) -> str:
    """The id of a challenge as that of a part of a page, or of a file: ``cold-hand``."""
    return re.sub(r"[^a-z0-9]+", "-", challenge.lower()).strip("-")


def _section(tried: Tried, challenge: Challenge) -> dict[str, Any]:
    panels = tried.panels_of(challenge.id)
    row = tried.tally().set_index("challenge").loc[challenge.id]
    return {
        "anchor": anchor(challenge.id),
        "title": challenge.title,
        "about": challenge.about,
        "counts": [(state, int(row[state])) for state in STATES if row[state]],
        "across": len(panels),
        "panels": [_figure(panel, _WIDE[len(panels)]) for panel in panels],
        "rows": _rows(tried, challenge),
    }


def _figure(panel: Panel, wide: int) -> dict[str, Any]:
    points = len(panel.points)
    told = f"with {points} published value{'s' if points > 1 else ''}" if points else "without a published value"
    return {
        "meaning": panel.meaning,
        "unit": panel.unit,
        "title": panel.curve.title,
        "label": f"Curve of {panel.meaning}, {panel.curve.title}, {told}",
        "svg": plot(partial(panel_chart, panel), wide),
    }


def _rows(tried: Tried, challenge: Challenge) -> list[dict[str, Any]]:
    """The rows of a challenge, misses first, as words."""
    own = tried.table[tried.table["challenge"] == challenge.id]
    return [
        {
            **row,
            "population": typeset(row["population"]),
            "said": published(row),
            "own": human(row["simulated"]),
            "off": off(row),
            "seen_in": SEEN[row["seen"]],
        }
        for row in misses_first(own).to_dict("records")
    ]
