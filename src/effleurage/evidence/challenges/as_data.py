"""Challenges that were tried, as data for the next program."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from effleurage.evidence.challenges.tried import Panel, Tried
from effleurage.evidence.norms.validate import as_json

_MORE = ("challenge", "compared", "difference", "population", "study", "seen", "quote", "note")


def as_data(tried: Tried) -> dict[str, Any]:
    """``targets`` and ``summary`` as of ``validate``, with what is known of each target; ``challenges`` and ``panels``.

    Minutes are counted since midnight of day 1. A number may be infinite or none where nothing can be told.
    """
    told = as_json(tried.table)
    for row, own in zip(told["targets"], tried.table.to_dict("records"), strict=True):
        row |= {name: own[name] for name in _MORE}
    counts = {row["challenge"]: row for row in tried.tally().to_dict("records")}
    return {
        "people": tried.people,
        "seed": tried.seed,
        **told,
        "challenges": [{**counts[one.id], "about": one.about} for one in tried.challenges],
        "panels": [_panel(panel) for panel in tried.panels],
    }


def _panel(panel: Panel) -> dict[str, Any]:
    return {
        "challenge": panel.challenge,
        "title": panel.curve.title,
        "world": panel.curve.world.model_dump(),
        "quantity": panel.quantity,
        "meaning": panel.meaning,
        "unit": panel.unit,
        **{str(name): values.tolist() for name, values in panel.course.items()},
        "points": [asdict(point) for point in panel.points],
    }
