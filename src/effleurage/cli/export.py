"""``export``: the body for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from effleurage.cli import terminal
from effleurage.cli.options import Beyond, Settings, Without
from effleurage.cli.settings import settings_of
from effleurage.protocol.reading import read_protocol
from effleurage.runs.sbml import in_words, to_sbml, write_sbml
from effleurage.runs.single import check_file

export = typer.Typer(help="Write the model for other programs.", no_args_is_help=True, rich_markup_mode=None)


@export.command("sbml")
def export_sbml(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write, e.g. body.xml.")],
    protocol: Annotated[
        Path | None, typer.Option(metavar="P", help="A protocol's inputs as events; without it, ordinary days.")
    ] = None,
    settings: Settings = None,
    without: Without = None,
    beyond: Beyond = False,
) -> None:
    """Write the body of the typical person as SBML level 3, settled, with its nights; time is in minutes."""
    check_file(file)
    plan = read_protocol(protocol) if protocol else None
    write_sbml(file, to_sbml(plan, without=without or (), settings=settings_of(settings or [], beyond), beyond=beyond))
    terminal.message(f"wrote {file}")
    terminal.message(in_words(plan))
