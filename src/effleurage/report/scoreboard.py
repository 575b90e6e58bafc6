"""The scoreboard of targets as pages: misses first, fit and predicted apart, each row with its source."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from effleurage.evidence.targets import SEEN
from effleurage.evidence.validate import summary
from effleurage.report.words import human

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


def totals(table: pd.DataFrame) -> list[str]:
    """The totals in sentences."""
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
    return lines


def as_markdown(table: pd.DataFrame, known: Mapping[str, str]) -> str:
    """The scoreboard as a page for the docs; ``known`` says why a row misses and what would mend it."""
    lines = [
        "# Scoreboard",
        "",
        "Made by `effleurage validate --markdown docs/scoreboard.md`; do not edit. The rule is in",
        "`src/effleurage/evidence/rule.py`, the rows in `src/effleurage/evidence/targets/`.",
        "",
        *totals(table),
        "",
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
            lines.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
        reasons = [f"- **{row['id']}**: {known[row['id']]}" for row in part.to_dict("records") if row["id"] in known]
        lines += ["", *reasons, ""] if reasons and name in ("red", "yellow") else [""]
    return "\n".join(lines).rstrip() + "\n"


def as_html(table: pd.DataFrame, known: Mapping[str, str]) -> str:
    """The scoreboard as one self-contained page."""
    import jinja2

    here = files("effleurage.report")
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
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
    return environment.from_string(here.joinpath("scoreboard.html").read_text(encoding="utf-8")).render(
        style=here.joinpath("page.css").read_text(encoding="utf-8"),
        totals=totals(table),
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
