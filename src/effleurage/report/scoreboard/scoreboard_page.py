"""The scoreboard of targets as pages: misses first, each use apart and each row with its source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from effleurage.evidence.norms.distributions import WORSE, spread_misses
from effleurage.evidence.norms.targets import SEEN
from effleurage.evidence.norms.validate import summary
from effleurage.report.numbers import human
from effleurage.report.pages import UNSAID, Made, page

if TYPE_CHECKING:
    import pandas as pd

ORDER = {"red": 0, "yellow": 1, "green": 2, "ungated": 3}
MEANS = {
    "red": "a direction or order fails, or not compatible and more than two-fold off",
    "yellow": "orders hold, and compatible or within two-fold, but not both",
    "green": "compatible with both errors and with how much laboratories differ, within two-fold, and orders hold",
    "ungated": "the published value was verified nowhere; it gates nothing",
}
"""By version 2 of the rule."""
RULE_1 = "By rule 1, which was fixed before any calibration, what is compatible is green however far off."
USES = {
    "fit": "calibration may use it",
    "predict": "calibration must not use it: the body predicts it",
    "seen": "the value was known to whoever set the numbers of the body: neither a fit nor a prediction",
}
MOST_FOLD = 1000
"""Fold error from which it is no longer told; signs that differ make it infinite."""
_PARTS = {"all": "All", "fit": "Fitted", "predict": "Predicted", "seen": "Seen before"}


def misses_first(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by status, worst first."""
    rank = table["status"].map(ORDER)
    return table.assign(rank=rank).sort_values(["rank", "distance"], ascending=[True, False]).drop(columns="rank")


def totals(table: pd.DataFrame, spread: pd.DataFrame | None = None) -> list[str]:
    """The totals in sentences; ``spread`` is the table of distributions."""
    found = summary(table)
    more = f"; {found['ungated']} more are not verified" if found["ungated"] else ""
    lines = [f"{found['gated']} targets from {found['studies']} studies{more}."]
    lines += [total(what, found[name]) for name, what in _PARTS.items() if found[name]["targets"]]
    if found["coverage_90"] is not None:
        lines.append(f"{100 * found['coverage_90']:.0f} % of published values lie within the 90 % interval.")
    if spread is not None:
        inside, people = int(spread["inside"].sum()), int(spread["n"].sum())
        held = int((spread["chance"] >= 0.05).sum())
        sharp = int((spread["crps_ratio"] <= WORSE).sum())
        lines.append(
            f"Spread between people: {100 * inside / people:.0f} % of {people} values of individuals lie in the "
            f"simulated 90 % band; {held} of {len(spread)} sets are compatible with 90 %, "
            f"{sharp} have a CRPS within 15 % of their own."
        )
    return lines


def total(what: str, part: Mapping[str, Any]) -> str:
    """A sentence about a part of ``summary``: its counts by both versions of the rule."""
    share, low, high = (f"{100 * part[name]:.0f}" for name in ("green_share", "green_low", "green_high"))
    first, error = part["rule_1"], part["median_fold_error"]
    return (
        f"{what}: {part['green']} of {part['targets']} green by rule 2 ({share} %, 95 % interval {low} to {high}), "
        f"{part['yellow']} yellow, {part['red']} red; {first['green']} green by rule 1; median fold error {error:.2f}."
    )


def as_markdown(table: pd.DataFrame, known: Mapping[str, str], spread: pd.DataFrame | None = None) -> str:
    """The scoreboard as a page for the docs; ``known`` says why a row misses and what would mend it."""
    lines = [
        "# Scoreboard",
        "",
        "Made by `effleurage validate --markdown docs/scoreboard.md`; do not edit. The rule is in",
        "`src/effleurage/evidence/norms/rule.py`, the rows in `src/effleurage/evidence/norms/targets/`.",
        RULE_1,
        "",
        *totals(table, spread),
        "",
        *_spread_lines(spread),
    ]
    for name in ORDER:
        part = misses_first(table[table["status"] == name])
        if not len(part):
            continue
        lines += [f"## {name.capitalize()}: {len(part)}", "", f"{MEANS[name].capitalize()}.", ""]
        lines += [
            "| target | use | rule 1 | published | simulated | fold | population | source |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for row in part.to_dict("records"):
            cells = [row["id"], row["use"], row["status_1"], published(row), human(row["simulated"]), fold(row)]
            cells += [row["population"], f"{row['source']} (seen {SEEN[row['seen']]})"]
            lines.append(line_of(cells))
        reasons = [f"- **{row['id']}**: {known[row['id']]}" for row in part.to_dict("records") if row["id"] in known]
        lines += ["", *reasons, ""] if reasons and name in ("red", "yellow") else [""]
    return "\n".join(lines).rstrip() + "\n"


def line_of(cells: Iterable[Any]) -> str:
    """A line of a table of Markdown; addresses stay links, and no words of a target become HTML."""
    return "| " + " | ".join(str(cell).replace("<", "&lt;").replace("|", "\\|") for cell in cells) + " |"


def _spread_lines(spread: pd.DataFrame | None) -> list[str]:
    if spread is None:
        return []
    lines = [
        "## Spread between people",
        "",
        "Median and 90 % band of individuals beside those of the virtual people; `inside` counts individuals in the",
        "simulated band (exact binomial against 90 %), `CRPS` is relative to the data's own smoothed distribution.",
        "",
        "| set | use | people | published | simulated | inside | CRPS | status | source |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in _spread_rows(spread):
        cells = [row["id"], row["use"], row["n"], row["said"], row["own"], row["held"], row["score"], row["status"]]
        lines.append("| " + " | ".join(str(cell) for cell in [*cells, row["source"]]) + " |")
    reasons = [f"- **{row['id']}**: {spread_misses()[row['id']]}" for row in _spread_rows(spread) if row["why"]]
    return [*lines, "", *reasons, ""] if reasons else [*lines, ""]


def _spread_rows(spread: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "said": _band(row, "published"),
            "own": _band(row, "simulated"),
            "held": f"{100 * row['inside'] / row['n']:.0f} % (p {human(row['chance'])})",
            "score": f"{row['crps_ratio']:.2f}",
            "why": spread_misses().get(row["id"], "") if row["status"] != "green" else "",
        }
        for row in spread.to_dict("records")
    ]


def _band(row: Mapping[str, Any], name: str) -> str:
    ends = f"{human(row[f'{name}_low'])} to {human(row[f'{name}_high'])}"
    return f"{human(row[name])} ({ends}) {row['unit']}"


def as_html(
    table: pd.DataFrame, known: Mapping[str, str], spread: pd.DataFrame | None = None, made: Made = UNSAID
) -> str:
    """The scoreboard as one self-contained page."""
    rows = [
        {
            **row,
            "said": published(row),
            "own": human(row["simulated"]),
            "off": fold(row),
            "seen_in": SEEN[row["seen"]],
        }
        for row in misses_first(table).to_dict("records")
    ]
    return page(
        "scoreboard/scoreboard.html",
        made,
        totals=totals(table, spread),
        spread=_spread_rows(spread) if spread is not None else [],
        rows=rows,
        means=MEANS,
        uses=USES,
        rule_1=RULE_1,
        known=known,
    )


def published(row: Mapping[str, Any]) -> str:
    """The published value of a row with its 95 % interval, where that is known, and its unit."""
    known = row["published_low"] < row["published_high"]
    interval = f" ({human(row['published_low'])} to {human(row['published_high'])})" if known else ""
    unit = "" if row["unit"] == "dimensionless" else f" {row['unit']}"
    return f"{human(row['published'])}{interval}{unit}"


def fold(row: Mapping[str, Any]) -> str:
    """The fold error of a row."""
    return human(row["fold_error"]) if row["fold_error"] < MOST_FOLD else "sign"
