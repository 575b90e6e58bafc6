"""The command line: parse, call, show. Data goes to stdout, messages to stderr; exit 0, 1 (failed), 2 (refused)."""

from __future__ import annotations

import logging
import sys
import warnings


def main() -> None:
    """Run the command line; every refusal is one screen, never a traceback."""
    from effleurage.cli.commands import app
    from effleurage.cli.show import Told, refusal, warned
    from effleurage.errors import BeyondLife, EffleurageError, RunError

    logging.getLogger("effleurage").addHandler(Told())
    warnings.showwarning = warned
    warnings.simplefilter("always", BeyondLife)
    try:
        app()
    except EffleurageError as error:
        refusal(error)
        sys.exit(1 if isinstance(error, RunError) else 2)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
