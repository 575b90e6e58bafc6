"""Terminal views: tables on stdout, messages and progress on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from effleurage.errors import BeyondLife, EffleurageError
from effleurage.report.numbers import human, interval, unit_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from effleurage.fit.physiology import Fitted
    from effleurage.lab.records import Measured
    from effleurage.lab.untreated.change import Compared

_MOST_FINDINGS = 20


def refusal(error: EffleurageError) -> None:
    """Every finding, one a line, on stderr; at most one screen, and then how many things are left untold."""
    shown, left = error.findings[:_MOST_FINDINGS], error.findings[_MOST_FINDINGS:]
    if len(left) == 1:  # it takes no more room than the line about it
        shown, left = error.findings, ()
    for finding in shown:
        sys.stderr.write(f"effleurage: {finding}\n")
    if left:
        sys.stderr.write(f"effleurage: and {sum(finding.many for finding in left):,} more\n")


def message(text: str) -> None:
    """A line for the person, not for the next program."""
    sys.stderr.write(f"{text}\n")


class Told(logging.Handler):
    """What the library has to tell, as a message."""

    def emit(self, record: logging.LogRecord) -> None:
        """Show one record."""
        message(f"effleurage: {record.getMessage()}")


def data(text: str) -> None:
    """What was asked for."""
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


@contextmanager
def progress(title: str) -> Iterator[Callable[[float], None]]:
    """A bar on stderr while something long runs; silent where stderr is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share: bar.update(task, completed=share)


def lost_people(worlds: Sequence[xr.Dataset]) -> None:
    """Name the people whose states did not stay finite in one of the worlds; they are in no average."""
    people = worlds[0].person.values
    lost = people[[any(world.status.values[place] != "ok" for world in worlds) for place in range(len(people))]]
    if len(lost):
        named = ", ".join(str(p) for p in lost[:10]) + (f" and {len(lost) - 10} more" if len(lost) > 10 else "")
        message(f"effleurage: {len(lost)} of {len(people)} people left out, states not finite: {named}")


def warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """A warning as a message: what a user must know, without the line of code that said it."""
    where = "" if issubclass(category, BeyondLife) else f"{filename}, line {lineno}: {category.__name__}: "
    sys.stderr.write(f"effleurage: {where}{message}\n")


def effects(table: pd.DataFrame, title: str) -> None:
    """Differences with both intervals, grouped by way."""
    from rich.table import Table

    view = Table(title=title, title_style="bold", caption=_CAPTION, caption_justify="left", pad_edge=False, box=None)
    for name, justify in (
        ("", "left"),
        ("control", "right"),
        ("difference", "right"),
        ("people differ", "right"),
        ("numbers unsure", "right"),
        ("in words", "left"),
    ):
        view.add_column(name, justify=justify)  # type: ignore[arg-type]
    seen = ""
    for row in table.to_dict("records"):
        if row["way"] != seen:
            seen = row["way"]
            view.add_row("")
            view.add_row(f"[bold]{seen}[/bold]")
        matters = f"; {human(row['matters'])} matters" if row["matters"] == row["matters"] else ""
        view.add_row(
            f"{row['label']}, [dim]{row['window']}[/dim]",
            f"{human(row['control'])} {unit_of(row['unit'])}",
            f"[bold]{human(row['difference'], signed=True)}[/bold]",
            interval(row["person_low"], row["person_high"]),
            interval(row["uncertain_low"], row["uncertain_high"]),
            f"{row['words']}{matters}",
        )
    _console().print(view)


_CAPTION = (
    "difference: massage - control, same people, same luck. people differ: 95 % of people. numbers unsure: 95 % of "
    "draws of the uncertain parameters,\ngains of touch as far as massage studies taught them. "
    "Research and teaching; no medical advice."
)


def summary(world: xr.Dataset) -> pd.DataFrame:
    """Per quantity: mean over people and time, spread between people's means, lowest and highest."""
    from effleurage.people.means import means

    return means(world)


def summary_table(table: pd.DataFrame, title: str) -> None:
    """The summary of one world."""
    from rich.table import Table

    view = Table(title=title, title_style="bold", pad_edge=False, box=None)
    for name, justify in (
        ("quantity", "left"),
        ("mean", "right"),
        ("between people", "right"),
        ("lowest", "right"),
        ("highest", "right"),
        ("unit", "left"),
        ("meaning", "left"),
    ):
        view.add_column(name, justify=justify)  # type: ignore[arg-type]
    for row in table.to_dict("records"):
        view.add_row(
            str(row["quantity"]),
            human(row["mean"]),
            human(row["spread"]),
            human(row["low"]),
            human(row["high"]),
            unit_of(row["unit"]),
            row["meaning"],
        )
    _console().print(view)


def cohort(table: pd.DataFrame, title: str) -> None:
    """The summary of a cohort at one time, of one world or of the difference between two."""
    from rich.table import Table

    differs = set(table["world"]) == {"difference"}
    said = "treated - control, person by person" if differs else "everybody"
    view = Table(title=f"{title}\n{said}, at the end", title_style="bold", pad_edge=False, box=None)
    view.add_column("quantity")
    for name in ("mean", "median", "middle half", "9 in 10"):
        view.add_column(name, justify="right")
    view.add_column("unit")
    for row in table.to_dict("records"):
        numbers = (human(row["mean"], signed=differs), human(row["q50"], signed=differs))
        ends = (interval(row["q25"], row["q75"]), interval(row["q05"], row["q95"]))
        view.add_row(row["quantity"], *numbers, *ends, unit_of(row["unit"]))
    _console().print(view)


def studies(table: pd.DataFrame) -> None:
    """Published beside simulated; a miss is shown as a miss."""
    from rich.table import Table

    view = Table(title="Two studies, published beside simulated", title_style="bold", pad_edge=False, box=None)
    for name in ("study", "arm", "outcome", "published", "simulated", "agrees"):
        view.add_column(name)
    style = {"yes": "green", "no": "red"}
    for row in table.to_dict("records"):
        agrees = f"[{style.get(row['agrees'], 'dim')}]{row['agrees']}[/]"
        view.add_row(row["study"], row["arm"], row["outcome"], row["published"], row["simulated"], agrees)
    _console().print(view)


def scores(table: pd.DataFrame, totals: list[str]) -> None:
    """The scoreboard: every miss, then the totals."""
    from rich.table import Table

    missed = table[table["status"].isin(["red", "yellow"])]
    view = Table(title="Misses", title_style="bold", title_justify="left", pad_edge=False, box=None)
    for name in ("target", "use", "status"):
        view.add_column(name)
    for name in ("published", "simulated", "fold"):
        view.add_column(name, justify="right")
    view.add_column("unit")
    style = {"red": "red", "yellow": "yellow"}
    for row in missed.to_dict("records"):
        numbers = [human(row[name]) for name in ("published", "simulated", "fold_error")]
        status = f"[{style[row['status']]}]{row['status']}[/]"
        view.add_row(row["id"], row["use"], status, *numbers, row["unit"])
    console = _console()
    if len(missed):
        console.print(view)
        console.print()
    for line in totals:
        console.print(line)


def answers(table: pd.DataFrame, lines: list[str], what: str) -> None:
    """The massage ring: results that were least foreseen, then its score against the baselines."""
    from rich.table import Table

    view = Table(title="Least foreseen", title_style="bold", title_justify="left", pad_edge=False, box=None)
    for name in ("result", "quantity", "against", "published"):
        view.add_column(name)
    for name in ("down", "none", "up"):
        view.add_column(name, justify="right")
    for row in table.head(12).to_dict("records"):
        chances = [f"{100 * row[name]:.0f} %" for name in ("down", "none", "up")]
        view.add_row(row["id"], row["quantity"], row["comparator"], row["published"], *chances)
    console = _console()
    console.print(view)
    console.print()
    for line in lines:
        console.print(line, highlight=False)
    console.print(what, style="dim", highlight=False)


def fitted(found: Sequence[Fitted]) -> None:
    """Calibrated numbers, before and after."""
    from rich.table import Table

    view = Table(pad_edge=False, box=None)
    for name in ("block", "number"):
        view.add_column(name)
    for name in ("before", "after", "95 % interval"):
        view.add_column(name, justify="right")
    view.add_column("")
    for one in found:
        note = "" if one.informed else "the targets do not inform it: it keeps its prior"
        ends = interval(one.low, one.high) if one.low < one.high else ""
        view.add_row(one.block, one.number, human(one.before), human(one.after), ends, note)
    _console().print(view)


def movers(table: pd.DataFrame, quantity: str, most: int = 20) -> None:
    """What moves a quantity, largest first."""
    from rich.table import Table

    from effleurage.body.sources import cited

    title = f"What moves {quantity}: each uncertain number up by one SD of its uncertainty, an ordinary day's mean"
    view = Table(title=title, title_style="bold", title_justify="left", pad_edge=False, box=None)
    view.add_column("number")
    for name in ("value", "moves it by", "share"):
        view.add_column(name, justify="right")
    for name in ("grade", "meaning", "source"):
        view.add_column(name, max_width=60 if name == "source" else None)
    for row in table.head(most).to_dict("records"):
        size = f"{human(row['value'])} {unit_of(row['unit'])}".strip()
        moved, share = f"{human(row['percent'], signed=True)} %", f"{100 * row['share']:.0f} %"
        view.add_row(row["name"], size, moved, share, row["grade"], row["meaning"], cited(row["source"]))
    _console().print(view)
    if len(table) > most:
        message(f"and {len(table) - most} more; --json lists all")


def arrows(table: pd.DataFrame, quantity: str, most: int = 15) -> None:
    """Which arrows hold a quantity where it is, largest first."""
    from rich.table import Table

    title = f"Arrows that hold {quantity}: each cut for three days, an ordinary day's mean"
    view = Table(title=title, title_style="bold", title_justify="left", pad_edge=False, box=None)
    view.add_column("arrow")
    view.add_column("cutting it moves it by", justify="right")
    view.add_column("systems")
    for row in table.head(most).to_dict("records"):
        view.add_row(row["arrow"], f"{human(row['percent'], signed=True)} %", row["system"])
    console = _console()
    console.print()
    console.print(view)
    if len(table) > most:
        message(f"and {len(table) - most} more; --json lists all")


def measured(found: Measured, name: str, most: int = 40) -> None:
    """What a laboratory made of a file: notes, the table, and the methods paragraph; a user's words are no markup."""
    from rich.table import Table
    from rich.text import Text

    console = _console()
    for note in found.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    table = found.table
    shown = [
        column
        for column in table.columns
        if column not in ("value", "reason") and (table[column].astype(str) != "").any()
    ]
    shown = [column for column in shown if not table[column].isna().all() and column not in ("outcome", "unit")]
    view = Table(title=Text(name), title_style="bold", title_justify="left", pad_edge=False, box=None)
    for column in (*shown, "outcome"):
        view.add_column(Text(column))
    view.add_column("value", justify="right")
    view.add_column("unit")
    view.add_column("reason", max_width=70)
    for row in table.head(most).to_dict("records"):
        about = [_cell(row[column]) for column in shown]
        cells = (*about, row["outcome"], human(row["value"]), unit_of(row["unit"]), row["reason"])
        view.add_row(*(Text(str(cell)) for cell in cells))
    console.print(view)
    if len(table) > most:
        message(f"and {len(table) - most} more rows; --out TABLE.csv or --json gives all")
    console.print(f"\n{found.methods}", highlight=False, markup=False)


def compared(found: Compared, sentences: Sequence[str]) -> None:
    """A change beside no treatment: sentences, then people outside the band, then how it was done.

    A control is no treatment itself, and is not listed. A user's words are no markup.
    """
    from rich.table import Table
    from rich.text import Text

    console = _console()
    for line in sentences:
        console.print(f"- {line}", highlight=False, markup=False)
    outside = found.table[found.table["where"].isin(["below", "above"]) & ~found.table["control"]]
    if len(outside):
        view = Table(
            title="Outside what happens without treatment",
            title_style="bold",
            title_justify="left",
            pad_edge=False,
            box=None,
        )
        for column in ("person", "condition", "outcome"):
            view.add_column(column)
        for column in ("first", "second", "expected", "9 in 10 untreated"):
            view.add_column(column, justify="right")
        view.add_column("")
        for row in outside.head(20).to_dict("records"):
            numbers = [human(row[name]) for name in ("before", "after", "expected")]
            band = f"{interval(row['low'], row['high'])} {unit_of(row['unit'])}"
            cells = (row["participant"], row["condition"], row["outcome"], *numbers, band, row["where"])
            view.add_row(*(Text(cell) for cell in cells))
        console.print()
        console.print(view)
        if len(outside) > 20:
            message(f"and {len(outside) - 20} more; --json or --html gives all")
    console.print()
    for note in found.notes:
        console.print(f"- {note}", highlight=False, markup=False)
    console.print(f"\n{found.methods}\nFor research and teaching; no medical advice.", highlight=False, markup=False)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return human(value) if value == value else ""
    return str(value)


def _console() -> Any:
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=170)
