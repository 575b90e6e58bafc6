"""The page of ``simulate --html``: curves of the quantities that move most, then every quantity in a table."""

from __future__ import annotations

import json
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from effleurage.lab.contrast.readouts import WINDOWS
from effleurage.people.life import beyond, in_words
from effleurage.people.simulate import Twin
from effleurage.people.summary import summary_of
from effleurage.report.figures import HALF, plot
from effleurage.report.numbers import human, interval, unit_of
from effleurage.report.pages import UNSAID, Made, page
from effleurage.report.simulate.curves import chosen, panel, worlds_of

if TYPE_CHECKING:
    import xarray as xr

    from effleurage.lab.contrast.contrast import Contrast


def as_html(result: xr.Dataset | Twin | Contrast, made: Made = UNSAID) -> str:
    """One page that needs nothing else, of one world, of twins, or of their contrast."""
    worlds: Any = getattr(result, "worlds", result)
    own = [world for name, world in worlds_of(worlds).items() if name != "difference"]
    first = own[0]
    effects = getattr(result, "effects", None)
    return page(
        "simulate/simulate.html",
        made,
        title=first.attrs.get("title", "A simulated protocol"),
        people=first.sizes["person"],
        typical=first.attrs.get("people", ""),
        warning=in_words(beyond(own), first.sizes["person"]),
        worlds=len(own),
        panels=[
            {
                "name": name,
                "meaning": first[name].attrs["long_name"],
                "unit": unit_of(first[name].attrs["ledger_unit"]),
                "svg": plot(partial(_drawn, worlds, name), HALF),
            }
            for name in chosen(worlds)
        ],
        effects=[] if effects is None else _by_way([_effect(row, first) for row in effects.to_dict("records")]),
        rows=[_row(row) for row in summary_of(first).to_dict("records")],
        provenance=[
            (name, _told(name, value)) for name, value in first.attrs.items() if name not in ("title", "people")
        ],
    )


def _drawn(worlds: Any, name: str, width: float) -> Any:
    return panel(worlds, name, width, named=False)


def _told(name: str, value: Any) -> Any:
    """How a world was made, in words: settings are kept as JSON."""
    if name != "settings" or not value:
        return value
    return ", ".join(f"{row} {json.dumps(to).strip('{}')}" for row, to in json.loads(value).items()).replace('"', "")


def _by_way(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under the way that they share with their neighbours."""
    return [(way, list(own)) for way, own in groupby(rows, itemgetter("way"))]


def _effect(row: dict[str, Any], world: xr.Dataset) -> dict[str, Any]:
    own = row["label"] != row["quantity"]  # of every quantity the label is its name alone
    return {
        "way": row["way"],
        "label": row["label"] if own else world[row["quantity"]].attrs["long_name"],
        "window": "" if WINDOWS[row["window"]] == row["way"] else row["window"],
        "control": f"{human(row['control'])} {unit_of(row['unit'])}".strip(),
        "difference": human(row["difference"], signed=True, level=row["control"]),
        "person": interval(row["person_low"], row["person_high"], row["control"]),
        "uncertain": interval(row["uncertain_low"], row["uncertain_high"], row["control"]),
        "words": row["words"],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: human(row[name]) for name in ("mean", "low", "high")}
    numbers["spread"] = human(row["spread"], level=row["mean"])
    return {**numbers, "name": row["quantity"], "unit": unit_of(row["unit"]), "meaning": row["meaning"]}
