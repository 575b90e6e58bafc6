"""``four-ways``, also called ``demo``: eight weeks with and without massage, verdicts first, and the page of both."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Column
from rich.text import Text

from effleurage.cli import terminal
from effleurage.cli.claims import verdict_label
from effleurage.cli.options import Seed
from effleurage.cli.worlds import effects_table
from effleurage.evidence.claims.verdicts import Verdict
from effleurage.report.claims.claims_words import blocks
from effleurage.report.four_ways.carry_out import four_ways as carry_out

_COLOURS = {"yes": "green", "no": "red"}


def four_ways(
    people: Annotated[int, typer.Option(help="How many people.")] = 200,
    seed: Seed = 1,
    html: Annotated[Path, typer.Option("--html", "--out", metavar="FILE", help="Where the page goes.")] = Path(
        "four-ways.html"
    ),
) -> None:
    """The page of the four ways: verdicts first, then eight weeks simulated.

    The main job: weekly massage for eight weeks against quiet rest. What can be said, then the numbers; as tables, and
    as a page.
    """
    with terminal.progress("Eight weeks, with and without massage") as report:
        found = carry_out(people, seed, html, report)
    said(found.verdicts)
    effects_table(found.effects, f"{found.title}\n{found.people}")
    studies_table(found.studies)
    terminal.message(f"wrote {html}: open it in a browser")


def said(verdicts: Sequence[Verdict]) -> None:
    """A line a claim: the verdict, then the claim; no numbers."""
    for block in blocks(verdicts):
        if block.caution:
            terminal.line(f"{block.title}: {block.caution}", style="bold")
        rows = ((verdict_label(verdict), verdict.claim.claim) for verdict in block.verdicts)
        terminal.table((Column(width=34), ""), rows, block.title, headed=False)
    terminal.line()


def studies_table(studies: pd.DataFrame) -> None:
    """Published beside simulated; a miss is shown as a miss."""
    columns = ("study", "arm", "outcome", "published", "simulated", "agrees")
    rows = (
        (*(row[name] for name in columns[:-1]), Text(row["agrees"], style=_COLOURS.get(row["agrees"], "dim")))
        for row in studies.to_dict("records")
    )
    terminal.table(columns, rows, "Two studies, published beside simulated")
