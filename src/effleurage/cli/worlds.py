"""Simulated worlds on a terminal: one summed up, two of them contrasted, and who was lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.terminal import right
from effleurage.lab.contrast.readouts import WINDOWS
from effleurage.report.numbers import human, interval, unit_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_EXPLAINED = (
    "difference: massage - control, same people, same luck. people differ: 95 % of people. numbers unsure: 95 % of "
    "draws of the uncertain parameters, gains of touch as far as massage studies taught them. "
    "Research and teaching; no medical advice."
)
_MOST_NAMED = 10


def effects_table(effects: pd.DataFrame, title: str) -> None:
    """Differences between two worlds with both intervals, grouped by way."""
    columns = ("", *right("control", "difference", "people differ", "numbers unsure"), "in words")
    terminal.table(columns, _effects_rows(effects), title, caption=_EXPLAINED)


def _effects_rows(effects: pd.DataFrame) -> Iterator[Sequence[str | Text]]:
    way = ""
    for row in effects.to_dict("records"):
        if row["way"] != way:
            way = row["way"]
            yield ("",)
            yield (Text(way, style="bold"),)
        matters = f"; {human(row['matters'])} matters" if row["matters"] == row["matters"] else ""
        when = "" if WINDOWS[row["window"]] == way else row["window"]
        level = row["control"]
        yield (
            Text.assemble(row["label"], (f", {when}" if when else "", "dim")),
            f"{human(level)} {unit_of(row['unit'])}".rstrip(),
            Text(human(row["difference"], signed=True, level=level), style="bold"),
            interval(row["person_low"], row["person_high"], level),
            interval(row["uncertain_low"], row["uncertain_high"], level),
            f"{row['words']}{matters}",
        )


def summary_table(summary: pd.DataFrame, title: str) -> None:
    """One world, summed up by quantity."""
    columns = ("quantity", *right("mean", "between people", "lowest", "highest"), "unit", "meaning")
    rows = (
        (
            row["quantity"],
            human(row["mean"]),
            human(row["spread"], level=row["mean"]),
            *(human(row[name]) for name in ("low", "high")),
            unit_of(row["unit"]),
            row["meaning"],
        )
        for row in summary.to_dict("records")
    )
    terminal.table(columns, rows, title)


def name_lost(worlds: Sequence[xr.Dataset]) -> None:
    """Name the people whose states did not stay finite in one of the worlds; they are in no average."""
    people = worlds[0].person.values
    lost = people[[any(world.status.values[place] != "ok" for world in worlds) for place in range(len(people))]]
    if len(lost):
        more = f" and {len(lost) - _MOST_NAMED} more" if len(lost) > _MOST_NAMED else ""
        named = ", ".join(str(person) for person in lost[:_MOST_NAMED]) + more
        terminal.message(f"effleurage: {len(lost)} of {len(people)} people left out, states not finite: {named}")
