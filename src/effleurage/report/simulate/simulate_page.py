"""The page of ``simulate --html``: curves of the quantities that move most, then every quantity in a table."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

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
        effects=[] if effects is None else [_effect(row) for row in effects.to_dict("records")],
        rows=[_row(row) for row in summary_of(first).to_dict("records")],
        provenance=[(name, value) for name, value in first.attrs.items() if name not in ("title", "people")],
    )


def _drawn(worlds: Any, name: str, width: float) -> Any:
    return panel(worlds, name, width, titled=False)


def _effect(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": row["label"],
        "window": row["window"],
        "control": f"{human(row['control'])} {unit_of(row['unit'])}".strip(),
        "difference": human(row["difference"], signed=True),
        "person": interval(row["person_low"], row["person_high"]),
        "uncertain": interval(row["uncertain_low"], row["uncertain_high"]),
        "words": row["words"],
    }


def _row(row: dict[str, Any]) -> dict[str, Any]:
    numbers = {name: human(row[name]) for name in ("mean", "spread", "low", "high")}
    return {**numbers, "name": row["quantity"], "unit": unit_of(row["unit"]), "meaning": row["meaning"]}
