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


def write_page(found: FourWays, page: Path) -> None:
    """Write the page, and beside it the picture of the same name. Raises ``RunError`` where that cannot be done."""
    with debug_mode(False):
        publish(page, render(found))
    labels, units = _labels(found), _units(found)
    panels = []
    for quantity in PICTURE:
        axis, table = _where(found, quantity)
        unit = unit_of(units[quantity])
        title = f"{labels[quantity]}, {unit}" if unit else labels[quantity]
        panels.append((title, axis, table[table["quantity"] == quantity]))
    picture(panels, HANDS, page.with_suffix(".png"))


def render(found: FourWays) -> str:
    """The page as text."""
    used = {source: text for source, text in found.sources.items() if source in set(found.basis["source"])}
    return page(
        "four_ways/four_ways.html",
        found.made,
        found=found,
        worlds=(MASSAGE, REST, DIFFERENCE),
        ways=[_panel(found, way) for way in WAYS],
        studies=_studies(found.studies),
        sayings=_sayings(found),
        held=held_words(),
        held_by=HELD_BY,
        limits=limits(),
        grades=GRADES,
        sources=used,
    )


def _sayings(found: FourWays) -> list[dict[str, Any]]:
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
        for block in blocks(found.verdicts)
    ]


def _where(found: FourWays, quantity: str) -> tuple[str, pd.DataFrame]:
    return ("hour", found.session) if quantity in set(found.session["quantity"]) else ("day", found.course)


def _labels(found: FourWays) -> dict[str, str]:
    return dict(zip(found.effects["quantity"], found.effects["label"], strict=True))


def _units(found: FourWays) -> dict[str, str]:
    return dict(zip(found.effects["quantity"], found.effects["unit"], strict=True))


def _panel(found: FourWays, way: Way) -> dict[str, Any]:
    labels, units = _labels(found), _units(found)
    rows = found.effects[found.effects["way"] == way.name].to_dict("records")
    figures = []
    wide = HALF if len(way.session) + len(way.course) == 2 else THIRD
    for axis, table, quantities in (("hour", found.session, way.session), ("day", found.course, way.course)):
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
            for row in found.basis[found.basis["way"] == way.name].to_dict("records")
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
