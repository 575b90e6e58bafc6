"""The protocols of challenges as files that ``effleurage simulate`` runs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml

from effleurage.evidence.challenges.challenge import Challenge, Curve
from effleurage.evidence.challenges.tried import PEOPLE


def protocol_files(chosen: Iterable[Challenge]) -> dict[str, str]:
    """Name of a file -> a protocol in YAML, one a curve: ``exercise-1.yaml`` is the first curve of ``exercise``."""
    return {
        f"{challenge.id.replace(' ', '-')}-{number}.yaml": protocol_text(challenge, curve)
        for challenge in chosen
        for number, curve in enumerate(challenge.curve, 1)
    }


def protocol_text(challenge: Challenge, curve: Curve) -> str:
    """The world of a curve as a protocol in YAML, looked at as often as its first quantity is."""
    world, places = curve.world, curve.places(curve.draw[0])
    page: dict[str, Any] = {
        "title": f"{challenge.title}: {curve.title}",
        "about": challenge.about,
        "days": world.days,
        "people": {"number": PEOPLE, **{name: _plain(value) for name, value in world.people.items()}},
        "habits": {"lights out": world.lights_out, "up": world.up},
        "timeline": [dict([entry.split(": ", 1)]) for entry in world.timeline],
        "sample": [f"every {places[1] - places[0]:g} min from {curve.during}"],
    }
    kept = {name: value for name, value in page.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=120)


def _plain(value: Any) -> Any:
    """Numbers as people write them: 30, not 30.0."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return {name: _plain(part) for name, part in value.items()}
