"""The scoreboard of targets as pages: misses first, fit and predicted apart, each row with its source."""

from __future__ import annotations

from collections.abc import Mapping
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
    "red": "a direction or order fails, or more than two-fold off",
    "yellow": "within two-fold, orders hold, but not compatible",
    "green": "compatible with both errors and with how much laboratories differ, and every order holds",
    "ungated": "the published value was verified nowhere; it gates nothing",
}


def misses_first(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by status, worst first."""
    rank = table["status"].map(ORDER)
    return table.assign(rank=rank).sort_values(["rank", "distance"], ascending=[True, False]).drop(columns="rank")


def totals(table: pd.DataFrame, spread: pd.DataFrame | None = None) -> list[str]:
    """The totals in sentences; ``spread`` is the table of distributions."""
    found = summary(table)
    lines = [f"{found['gated']} targets from {found['studies']} studies; {found['ungated']} more are not verified."]
    for name, what in (("all", "All"), ("fit", "Fitted"), ("predict", "Predicted")):
        part = found[name]
        if part["targets"]:
            lines.append(
                f"{what}: {part['green']} of {part['targets']} green ({100 * part['green_share']:.0f} %, "
                f"95 % interval {100 * part['green_low']:.0f} to {100 * part['green_high']:.0f}), "
                f"{part['yellow']} yellow, {part['red']} red; median fold error {part['median_fold_error']:.2f}."
            )
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


def as_markdown(table: pd.DataFrame, known: Mapping[str, str], spread: pd.DataFrame | None = None) -> str:
    """The scoreboard as a page for the docs; ``known`` says why a row misses and what would mend it."""
    lines = [
        "# Scoreboard",
        "",
        "Made by `effleurage validate --markdown docs/scoreboard.md`; do not edit. The rule is in",
        "`src/effleurage/evidence/norms/rule.py`, the rows in `src/effleurage/evidence/norms/targets/`.",
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
            "| target | use | published | simulated | fold | population | source |",
            "|---|---|---|---|---|---|---|",
        ]
        for row in part.to_dict("records"):
            cells = [row["id"], row["use"], _published(row), human(row["simulated"]), _fold(row)]
            cells += [row["population"], f"{row['source']} (seen {SEEN[row['seen']]})"]
            lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
        reasons = [f"- **{row['id']}**: {known[row['id']]}" for row in part.to_dict("records") if row["id"] in known]
        lines += ["", *reasons, ""] if reasons and name in ("red", "yellow") else [""]
    return "\n".join(lines).rstrip() + "\n"


def _cell(cell: Any) -> str:
    """A cell of Markdown; addresses stay links, and no words of a target become HTML."""
    return str(cell).replace("<", "&lt;").replace("|", "\\|")


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
            "said": _published(row),
            "own": human(row["simulated"]),
            "off": _fold(row),
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
        known=known,
    )


def _published(row: Mapping[str, Any]) -> str:
    known = row["published_low"] < row["published_high"]
    interval = f" ({human(row['published_low'])} to {human(row['published_high'])})" if known else ""
    unit = "" if row["unit"] == "dimensionless" else f" {row['unit']}"
    return f"{human(row['published'])}{interval}{unit}"


def _fold(row: Mapping[str, Any]) -> str:
    return human(row["fold_error"]) if row["fold_error"] < 1000 else "sign"
