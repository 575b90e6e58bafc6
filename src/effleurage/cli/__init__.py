"""The command line: parse, call, show. Data goes to stdout, messages to stderr; exit 0, 1 (failed), 2 (refused).

130 after Ctrl-C. Nothing heavy is imported before that is so.
"""

from __future__ import annotations

from importlib import import_module

from effleurage.cli.ends import ended


def main() -> None:
    """Run the command line; every refusal is one screen, never a traceback."""
    with ended():
        import_module("effleurage.cli.commands").run()
