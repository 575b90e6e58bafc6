"""``challenges``: what an expert tries first on a body, held against published values."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.options import AsJson, Html, Seed
from effleurage.cli.terminal import right
from effleurage.errors import Finding, RequestError
from effleurage.evidence.challenges import challenge, tried
from effleurage.evidence.challenges.as_data import as_data
from effleurage.evidence.challenges.protocols import protocol_files
from effleurage.report.challenges import challenges_page
from effleurage.report.contents import publish
from effleurage.report.numbers import human
from effleurage.report.pages import Made
from effleurage.report.scoreboard.scoreboard_page import misses_first, totals
from effleurage.runs.disk import write_file, write_folder
from effleurage.runs.single import check_file, check_folder


def challenges(
    name: Annotated[str, typer.Argument(help="One challenge, such as 'posture'; by default all of them.")] = "",
    seed: Seed = 1,
    as_json: AsJson = False,
    html: Html = None,
    markdown: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as Markdown.")] = None,
    protocols: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Write the protocols for 'effleurage simulate', and carry out nothing."),
    ] = None,
) -> None:
    """What an expert tries first on a body, held against published values.

    Adrenaline, exercise, standing up, a night, ACTH, endotoxin and more: each is carried out on virtual people, and
    every published value of it is held against the rule, misses first. All of them take some minutes. --html draws
    them as curves.
    """
    chosen = [challenge.challenge_named(name)] if name else list(challenge.challenges().values())
    for file in (html, markdown):
        if file:
            check_file(file)
    if protocols:
        _write_protocols(protocols, chosen, html or markdown or as_json)
        return
    with terminal.progress("challenges") as report:
        done = tried.try_out(name, seed, progress=report)
    if html:
        publish(html, challenges_page.as_html(done, Made.today(sys.argv, seed)))
    if markdown:
        write_file(markdown, challenges_page.as_markdown(done))
    if as_json:
        terminal.as_json(as_data(done))
        return
    for total in totals(done.table):
        terminal.line(total)
    terminal.line()
    _tally_table(done.tally())
    _misses_table(misses_first(done.table))


def _write_protocols(folder: Path, chosen: list[challenge.Challenge], more: Any) -> None:
    if more:
        raise RequestError(Finding("--protocols", "carries out nothing that could be shown", "Ask in two calls."))
    check_folder(folder)
    texts = protocol_files(chosen)
    write_folder(folder, texts)
    terminal.line(f"{len(texts)} protocols in {folder}; each runs by: effleurage simulate {folder}/{next(iter(texts))}")


def _tally_table(tally: pd.DataFrame) -> None:
    """A line a challenge."""
    states = ("red", "yellow", "green")
    rows = (
        (
            row["challenge"],
            row["title"],
            str(row["targets"]),
            *(Text(str(row[state] or ""), style=state) for state in states),
        )
        for row in tally.to_dict("records")
    )
    terminal.table(("challenge", "", *right("values", *states)), rows)
    terminal.line()


def _misses_table(scores: pd.DataFrame) -> None:
    """Every value that is missed."""
    missed = scores[scores["status"].isin(["red", "yellow"])]
    if not len(missed):
        return
    columns = ("challenge", "target", "use", "status", *right("published", "simulated", "off"), "unit")
    rows = (
        (
            row["challenge"],
            row["id"],
            row["use"],
            Text(row["status"], style=row["status"]),
            *(human(row[value]) for value in ("published", "simulated")),
            challenges_page.off(row),
            row["unit"],
        )
        for row in missed.to_dict("records")
    )
    terminal.table(columns, rows, "Misses")
