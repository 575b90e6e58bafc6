"""``compare``: a measured change held against what would have happened without treatment."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

import typer

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html, Seed, Settings
from effleurage.cli.settings import settings_of
from effleurage.cli.terminal import right
from effleurage.files.pairs import read_pairs
from effleurage.lab.untreated.change import Compared
from effleurage.lab.untreated.change import compare as held
from effleurage.lab.untreated.sides import Habits
from effleurage.protocol.times import clock
from effleurage.report.change.change_page import as_html
from effleurage.report.change.change_sentences import sentences
from effleurage.report.contents import publish
from effleurage.report.numbers import human, interval, unit_of
from effleurage.report.pages import Made
from effleurage.runs.single import check_file

_MOST_ROWS = 20


def compare(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that was measured.")],
    resting: Annotated[
        bool | None,
        typer.Option("--resting/--ordinary", help="Untreated people rest quietly in between, or live an ordinary day."),
    ] = None,
    up: Annotated[
        str, typer.Option(metavar="HH:MM", help="When people get up, where the file does not say.")
    ] = "07:00",
    lights_out: Annotated[str, typer.Option(metavar="HH:MM", help="When they go to sleep.")] = "23:00",
    posture: Annotated[
        str, typer.Option(help="Posture, where the file does not say: supine, prone, side, seated, or up and about.")
    ] = "",
    when: Annotated[
        Literal["", "morning", "midday", "afternoon", "evening"],
        typer.Option(help="Part of the day, where the file has no clock times."),
    ] = "",
    rested: Annotated[
        float, typer.Option(metavar="MIN", help="Minutes of rest before the first measurement, where it is at rest.")
    ] = 0.0,
    age: Annotated[float | None, typer.Option(help="Age of the people, years.")] = None,
    pain: Annotated[float | None, typer.Option(help="Pain that is usual of them, 0-10.")] = None,
    stress: Annotated[float | None, typer.Option(help="Stress that is usual of them, 0-100.")] = None,
    sleep: Annotated[float | None, typer.Option(metavar="MIN", help="Sleep that is usual of them, minutes.")] = None,
    settings: Settings = None,
    seed: Seed = 1,
    html: Html = None,
    as_json: AsJson = False,
) -> None:
    """Hold a measured change against what would have happened anyway.

    Two measurements of each person are held against what would have happened without treatment.

    FILE has columns outcome, before, after, clock_before, clock_after; or a row a measurement with participant,
    outcome, value, clock; or is a table that measure wrote. Also read: instrument, unit (of a rating: 0-10 or 0-100),
    condition, posture, up, days_apart, visit, rested, age, usual_pain, usual_stress, usual_sleep. Rows of one
    participant, outcome and condition are visits of one person.
    """
    said = {"age": age, "pain": pain, "stress": stress, "sleep": sleep}
    usual = {name: value for name, value in said.items() if value is not None}
    pairs, notes = read_pairs(file, when)
    if html:
        check_file(html)
    with terminal.progress("people whom nobody treats") as report:
        found = held(
            pairs,
            Habits(resting, clock(up), clock(lights_out), posture, rested),
            usual=usual,
            settings=settings_of(settings or []),
            seed=seed,
            progress=report,
        )
    found = replace(found, notes=(*notes, *found.notes))
    if html:
        publish(html, as_html(found, file.name, Made.today(sys.argv, seed)))
    if as_json:
        terminal.as_json(
            {
                "sentences": sentences(found),
                "pairs": terminal.records(found.table),
                "groups": terminal.records(found.groups),
                "contrasts": terminal.records(found.contrasts),
                "notes": found.notes,
                "methods": found.methods,
                "parameters": found.parameters,
            }
        )
    else:
        _show(found)


def _show(compared: Compared) -> None:
    """A change beside no treatment: sentences, then people outside the band, then how it was done."""
    for sentence in sentences(compared):
        terminal.line(f"- {sentence}")
    _outside_table(compared)
    terminal.line()
    for note in compared.notes:
        terminal.line(f"- {note}")
    terminal.line(f"\n{compared.methods}\nFor research and teaching; no medical advice.")


def _outside_table(compared: Compared) -> None:
    """People outside the band. A control is no treatment itself, and is not listed."""
    table = compared.table
    outside = table[table["where"].isin(["below", "above"]) & ~table["control"]]
    if not len(outside):
        return
    columns = ("person", "condition", "outcome", *right("first", "second", "expected", "9 in 10 untreated"), "")
    rows = (
        (
            *(row[name] for name in ("participant", "condition", "outcome")),
            *(human(row[name]) for name in ("before", "after", "expected")),
            f"{interval(row['low'], row['high'])} {unit_of(row['unit'])}",
            row["where"],
        )
        for row in outside.head(_MOST_ROWS).to_dict("records")
    )
    terminal.line()
    terminal.table(columns, rows, "Outside what happens without treatment")
    if len(outside) > _MOST_ROWS:
        terminal.message(f"and {len(outside) - _MOST_ROWS} more; --json or --html gives all")
