"""The page of the four ways: one HTML file that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
from altair.utils.schemapi import debug_mode

from effleurage.body.ledger import GRADES
from effleurage.report.claims.claims_words import blocks, slug, tally
from effleurage.report.colours import DIFFERENCE, MASSAGE, REST
from effleurage.report.contents import publish
from effleurage.report.figures import HALF, THIRD, interval_figure, picture, twin_figure
from effleurage.report.four_ways.four_ways import HELD_BY, WAYS, FourWays, Way, held_words, limits
from effleurage.report.numbers import human, interval, unit_of
from effleurage.report.pages import page

HANDS = ((0.0, 1.0),)
"""Hours of the shown session under the hands."""
PICTURE = ("stress_rating", "heart_rate", "lymph_flow", "sleep_latency")


def write_page(four_ways: FourWays, page: Path) -> None:
    """Write the page, and beside it the picture of the same name. Raises ``RunError`` where that cannot be done."""
    with debug_mode(False):
        publish(page, render(four_ways))
    labels, units = _labels(four_ways), _units(four_ways)
    panels = []
    for quantity in PICTURE:
        axis, table = _where(four_ways, quantity)
        unit = unit_of(units[quantity])
        title = f"{labels[quantity]}, {unit}" if unit else labels[quantity]
        panels.append((title, axis, table[table["quantity"] == quantity]))
    picture(panels, HANDS, page.with_suffix(".png"))


def render(four_ways: FourWays) -> str:
    """The page as text."""
    used = {source: text for source, text in four_ways.sources.items() if source in set(four_ways.basis["source"])}
    return page(
        "four_ways/four_ways.html",
        four_ways.made,
        found=four_ways,
        worlds=(MASSAGE, REST, DIFFERENCE),
        ways=[_panel(four_ways, way) for way in WAYS],
        studies=_studies(four_ways.studies),
        sayings=_sayings(four_ways),
        held=held_words(),
        held_by=HELD_BY,
        limits=limits(),
        grades=GRADES,
        sources=used,
    )


def _sayings(four_ways: FourWays) -> list[dict[str, Any]]:
    """The claims of each way: what is said, the verdict, what a leaflet may say, and what studies found."""
    return [
        {
            "title": block.title,
            "caution": block.caution,
            "claims": [
                {
                    "id": one.claim.id,
                    "claim": one.claim.claim,
                    "word": one.word,
                    "slug": slug(one.word),
                    "statement": one.statement,
                    "wording": one.wording,
                    "studies": tally(one),
                }
                for one in block.verdicts
            ],
        }
        for block in blocks(four_ways.verdicts)
    ]


def _where(four_ways: FourWays, quantity: str) -> tuple[str, pd.DataFrame]:
    return ("hour", four_ways.session) if quantity in set(four_ways.session["quantity"]) else ("day", four_ways.course)


def _labels(four_ways: FourWays) -> dict[str, str]:
    return dict(zip(four_ways.effects["quantity"], four_ways.effects["label"], strict=True))


def _units(four_ways: FourWays) -> dict[str, str]:
    return dict(zip(four_ways.effects["quantity"], four_ways.effects["unit"], strict=True))


def _panel(four_ways: FourWays, way: Way) -> dict[str, Any]:
    labels, units = _labels(four_ways), _units(four_ways)
    rows = four_ways.effects[four_ways.effects["way"] == way.name].to_dict("records")
    figures = []
    wide = HALF if len(way.session) + len(way.course) == 2 else THIRD
    for axis, table, quantities in (("hour", four_ways.session, way.session), ("day", four_ways.course, way.course)):
        for quantity in quantities:
            curves = table[table["quantity"] == quantity]
            figures.append(
                {
                    "label": labels[quantity],
                    "unit": unit_of(units[quantity]),
                    "over": "around one session" if axis == "hour" else "through the eight weeks",
                    "svg": twin_figure(curves, axis, HANDS if axis == "hour" else (), wide),
                    "alt": _spoken(labels[quantity], unit_of(units[quantity]), curves, axis),
                }
            )
    return {
        "anchor": way.name.replace(" ", "-"),
        "way": way,
        "lead": _effect(rows[0])["difference"],
        "sure": not rows[0]["uncertain_low"] <= 0 <= rows[0]["uncertain_high"],
        "figures": figures,
        "effects": [_effect(row) for row in rows],
        "basis": [
            {**row, "value": human(row["value"]), "unit": unit_of(row["unit"]), "percent": round(100 * row["share"])}
            for row in four_ways.basis[four_ways.basis["way"] == way.name].to_dict("records")
        ],
    }


def _effect(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": row["label"],
        "window": row["window"],
        "control": f"{human(row['control'])}\u00a0{unit_of(row['unit'])}".strip(),
        "difference": f"{human(row['difference'], signed=True)}\u00a0{unit_of(row['unit'])}".strip(),
        "people": interval(row["person_low"], row["person_high"]),
        "numbers": interval(row["uncertain_low"], row["uncertain_high"]),
        "matters": human(row["matters"]) if row["matters"] == row["matters"] else "",
        "matters_source": row["matters_source"],
        "words": row["words"],
        "svg": interval_figure(row),
    }


def _spoken(label: str, unit: str, curves: pd.DataFrame, axis: str) -> str:
    """The figure in a sentence, for who cannot see it."""
    means = curves.pivot_table(index=axis, columns="world", values="mean")
    at = means[DIFFERENCE].abs().idxmax()
    when = f"{human(at)} hours after the session began" if axis == "hour" else f"day {at:.0f}"
    return (
        f"{label}: with massage and with quiet rest; they differ most at {when}: {human(means.loc[at, MASSAGE])} "
        f"against {human(means.loc[at, REST])} {unit}".strip()
    )


def _studies(table: pd.DataFrame) -> list[dict[str, Any]]:
    found = []
    for study, rows in table.groupby("study", sort=False):
        arms = [{"arm": arm, "rows": part.to_dict("records")} for arm, part in rows.groupby("arm", sort=False)]
        found.append({"study": study, "arms": arms, "note": rows["note"].iloc[0]})
    return found
