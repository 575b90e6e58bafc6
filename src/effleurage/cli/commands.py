"""The words a user can say. The module of a command is imported when it is named, so that to list them is quick."""

from __future__ import annotations

import logging
import warnings
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

from effleurage.cli.ends import INTERRUPTED, STOPPED, at_work
from effleurage.cli.terminal import Told, message, refusal, warned_once
from effleurage.errors import BeyondLife, EffleurageError, RunError

COMMANDS = {
    "simulate": ("simulate", "Carry out a protocol, alone or against a control."),
    "measure": ("measure", "Outcomes of measured files: a table, notes on the file, and a methods paragraph."),
    "compare": ("compare", "Hold a measured change against what would have happened anyway."),
    "plan": ("plan", "How large a massage trial must be, and when to measure."),
    "trial": ("trial", "Conduct a massage trial on virtual people."),
    "claims": ("claims", "What can be said of massage, and why."),
    "evidence": ("evidence", "What massage studies found about an outcome, study by study."),
    "four-ways": ("four_ways", "The page of the four ways: verdicts first, then eight weeks simulated."),
    "model": ("model", "Show equations, numbers with their sources, and wiring."),
    "sensitivity": ("model", "Which uncertain numbers and arrows move a quantity."),
    "validate": ("judging", "Hold the body against published values; misses first."),
    "challenges": ("challenges", "What an expert tries first on a body, held against published values."),
    "calibrate": ("judging", "Move uncertain numbers to what was published."),
    "export": ("export", "Write the model for other programs."),
    "cache": ("cache", "How much is kept on disk between runs, and how to clear it."),
}
"""Each command by its name: the module whose function of that name it is, and the first line of its help."""
ALSO = {"demo": "four-ways"}
"""Other names of commands."""
_PLAIN: dict[str, Any] = {"rich_markup_mode": None, "add_completion": False, "pretty_exceptions_enable": False}


class Command(TyperCommand):
    """A command that is imported when it is named; until then it is a line of the list."""

    def __init__(self, name: str) -> None:
        self.module, line = COMMANDS[name]
        super().__init__(name, short_help=line)

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:
        """The context of the command itself; what follows is its work."""
        made = self.loaded().make_context(info_name, args, parent, **extra)
        at_work()
        return made

    def loaded(self) -> Any:
        """The command itself, with its options."""
        name = str(self.name)
        found = getattr(import_module(f"effleurage.cli.{self.module}"), name.replace("-", "_"))
        if isinstance(found, typer.Typer):
            return get_group(found)
        alone = typer.Typer(**_PLAIN)
        alone.command(name)(found)
        return get_command(alone)


class Commands(TyperGroup):
    """The list of commands; what one of them refuses is shown, and is an exit code."""

    def __init__(self, **about: Any) -> None:
        also = {other: Command(name) for other, name in ALSO.items()}
        super().__init__(**{**about, "commands": {name: Command(name) for name in COMMANDS} | also})

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """A line a command, with its other names."""
        names = {name: [name, *(other for other, same in ALSO.items() if same == name)] for name in COMMANDS}
        with formatter.section("Commands"):
            formatter.write_dl([(", ".join(names[name]), line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, ctx: Any) -> Any:
        """Carry out the command that was named."""
        try:
            return super().invoke(ctx)
        except EffleurageError as error:
            refusal(error)
            raise typer.Exit(1 if isinstance(error, RunError) else 2) from None
        except KeyboardInterrupt:
            message(f"effleurage: {STOPPED}")
            raise typer.Exit(INTERRUPTED) from None


app = typer.Typer(cls=Commands, no_args_is_help=True, **_PLAIN)


@app.callback()
def effleurage() -> None:
    """A virtual laboratory for massage: the same person with and without it. For research; no medical advice."""


def run() -> None:
    """Run the command line as a program: what the library tells, and what it warns of, are messages."""
    logging.getLogger("effleurage").addHandler(Told())
    warnings.showwarning = warned_once()
    warnings.simplefilter("always", BeyondLife)
    app()
