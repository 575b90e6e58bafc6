"""``model`` and ``sensitivity``: the body explained, and which of its uncertain numbers matter."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.table import Column

from effleurage.body.sources import cited
from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Seed
from effleurage.cli.terminal import right
from effleurage.lab.contrast.basis import arrows, drivers
from effleurage.lab.contrast.basis import sensitivity as moves
from effleurage.protocol.reading import read_protocol
from effleurage.report.model import describe
from effleurage.report.numbers import human, unit_of

if TYPE_CHECKING:
    import pandas as pd

_MOST_NUMBERS, _MOST_ARROWS = 20, 15


def model(
    name: Annotated[
        str,
        typer.Argument(
            metavar="[QUANTITY|wiring]", help="A quantity, parameter, system or stimulus; 'wiring' for arrows."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show equations, numbers with their sources, and wiring.

    The equations are in readable maths; each number has its source and grade; and who reads what is said. Of a stimulus
    of a timeline it is the course, its numbers and what they set.
    """
    described = describe(name)
    if as_json:
        terminal.as_json(described.as_data())
    else:
        terminal.data(described.as_text())


def sensitivity(
    quantity: Annotated[str, typer.Argument(metavar="QUANTITY", help="A read-out, e.g. cortisol.")],
    protocol: Annotated[
        str, typer.Option(metavar="FILE", help="A protocol: what moves the difference that it makes.")
    ] = "",
    against: Annotated[Literal["rest", "none"], typer.Option(help="The control of that protocol.")] = "rest",
    seed: Seed = 1,
    as_json: AsJson = False,
) -> None:
    """Which uncertain numbers and arrows move a quantity.

    Each uncertain number is moved by one SD, each arrow is cut, and what an ordinary day's mean does is shown. With
    --protocol it is the difference from the control, at the end of its sessions, that is moved.
    """
    if protocol:
        _drivers_told(quantity, protocol, against, seed, as_json)
        return
    moved, cut = moves(quantity, seed), arrows(quantity, seed)
    if as_json:
        numbers = {"numbers": terminal.records(moved), "arrows": terminal.records(cut)}
        terminal.as_json({"quantity": quantity, **numbers})
    else:
        title = f"What moves {quantity}: each uncertain number up by one SD of its uncertainty, an ordinary day's mean"
        _movers_table(moved, title)
        terminal.line()
        _arrows_table(cut, quantity)


def _drivers_told(quantity: str, protocol: str, against: Literal["rest", "none"], seed: int, as_json: bool) -> None:
    """What moves the difference that a protocol makes."""
    asked = read_protocol(Path(protocol))
    moved = drivers(quantity, asked, against, seed)
    if as_json:
        told = {"quantity": quantity, "against": against, "numbers": terminal.records(moved)}
        terminal.as_json(told)
        return
    title = f"What moves the difference in {quantity} from {against}: each uncertain number up by one SD"
    _movers_table(moved, title)


def _movers_table(moved: pd.DataFrame, title: str) -> None:
    """What moves a quantity, largest first."""
    columns = ("number", *right("value", "moves it by", "share"), "grade", "meaning", Column("source", max_width=60))
    rows = (
        (
            row["name"],
            f"{human(row['value'])} {unit_of(row['unit'])}".strip(),
            f"{human(row['percent'], signed=True)} %",
            f"{100 * row['share']:.0f} %",
            row["grade"],
            row["meaning"],
            cited(row["source"]),
        )
        for row in moved.head(_MOST_NUMBERS).to_dict("records")
    )
    terminal.table(columns, rows, title)
    _more(moved, _MOST_NUMBERS)


def _arrows_table(cut: pd.DataFrame, quantity: str) -> None:
    """Which arrows hold a quantity where it is, largest first."""
    rows = (
        (row["arrow"], f"{human(row['percent'], signed=True)} %", row["system"])
        for row in cut.head(_MOST_ARROWS).to_dict("records")
    )
    title = f"Arrows that hold {quantity}: each cut for three days, an ordinary day's mean"
    terminal.table(("arrow", *right("cutting it moves it by"), "systems"), rows, title)
    _more(cut, _MOST_ARROWS)


def _more(table: pd.DataFrame, most: int) -> None:
    if len(table) > most:
        terminal.message(f"and {len(table) - most} more; --json lists all")
