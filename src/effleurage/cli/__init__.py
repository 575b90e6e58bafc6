"""The command line: parse, call, show. Data goes to stdout, messages to stderr; exit 0, 1 (failed), 2 (refused)."""

from __future__ import annotations

import logging
import warnings

from effleurage.cli.commands import app
from effleurage.cli.terminal import Told, warned
from effleurage.errors import BeyondLife


def main() -> None:
    """Run the command line; every refusal is one screen, never a traceback."""
    logging.getLogger("effleurage").addHandler(Told())
    warnings.showwarning = warned
    warnings.simplefilter("always", BeyondLife)
    app()
