"""Options that several commands share, said once so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Seed = Annotated[int, typer.Option(help="Names the luck; the same seed gives the same run.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Html = Annotated[Path | None, typer.Option(metavar="FILE", help="Also write it as a page.")]
Settings = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a ledger row for everybody; repeatable.")
]
Beyond = Annotated[bool, typer.Option("--beyond", help="Take a --set that is ten times beyond the ledger's own value.")]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="ARROW",
        help="Switch an arrow off, e.g. 'arousal->hpa_drive' or 'sleep->stress'; repeatable.",
    ),
]
