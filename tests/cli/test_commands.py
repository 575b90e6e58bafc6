"""The list of commands, and what all of them share: exit codes, what goes where, and one line for each fault."""

from __future__ import annotations

import ast
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from effleurage.cli import commands
from effleurage.cli.commands import ALSO, COMMANDS, Command
from effleurage.errors import Finding, RequestError, RunError

Say = Callable[..., Result]
HEAVY = {
    "jax",
    "numpy",
    "pandas",
    "xarray",
    "scipy",
    "altair",
    "pydantic",
    "sympy",
    "effleurage.report.figures",
    "effleurage.report.pages",
    "effleurage.lab",
}
LISTED = """
import sys
from effleurage.cli import main
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


def test_the_list_of_commands_is_quick_because_it_imports_none(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LISTED, "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "typer" in loaded
    assert loaded & HEAVY == set()
    assert {f"effleurage.cli.{module}" for module, _ in COMMANDS.values()} & loaded == set()
    assert all(f"  {name}" in done.stdout for name in COMMANDS) and "four-ways, demo" in done.stdout


def test_a_command_that_is_named_is_imported(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LISTED, "cache", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "effleurage.cli.cache" in done.stderr.split()
    assert "effleurage.cli.plan" not in done.stderr.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_it_says_of_itself(name: str, say: Say) -> None:
    own = Command(name).loaded()
    assert own.help.splitlines()[0] == COMMANDS[name][1]
    listed = " ".join(say("--help").stdout.split())
    assert COMMANDS[name][1] in listed
    assert COMMANDS[name][1] in " ".join(say(name, "--help").stdout.split())


def test_another_name_is_the_same_command(say: Say) -> None:
    for other, name in ALSO.items():
        assert say(other, "--help").stdout.replace(other, name) == say(name, "--help").stdout


def test_a_module_of_the_command_line_imports_at_its_top() -> None:
    """What is heavy is in the module of a command, imported when that is named; only what draws a page waits for it."""
    for path in Path(commands.__file__).parent.glob("*.py"):
        functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
        functions = [node for node in functions if node.name != "_page"]
        inside = [node for function in functions for node in ast.walk(function)]
        assert (path.name, [node.lineno for node in inside if isinstance(node, ast.Import | ast.ImportFrom)]) == (
            path.name,
            [],
        )


def test_every_command_has_its_module_or_shares_it() -> None:
    folder = Path(commands.__file__).parent
    assert {module for module, _ in COMMANDS.values()} <= {path.stem for path in folder.glob("*.py")}
    assert not (folder / "show.py").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("simulat",), "No such command 'simulat'. Did you mean 'simulate'?"),
        (("four-way",), "Did you mean 'four-ways'?"),
        (("dmo",), "Did you mean 'demo'?"),
        (("measure", "hvr"), "Did you mean 'hrv'?"),
        (("zzz",), "No such command 'zzz'."),
        (("cache", "--claer"), "No such option: --claer"),
    ],
)
def test_a_word_that_is_none_is_refused_with_the_nearest(words: tuple[str, ...], said: str, say: Say) -> None:
    done = say(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(("kind", "code"), [(RequestError, 2), (RunError, 1)])
def test_a_refusal_is_lines_and_an_exit_code(
    kind: type[RequestError], code: int, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise kind([Finding("row 3", "bad", "Mend it."), Finding("row 4", "worse", "Mend it too.")])

    monkeypatch.setattr("effleurage.engine.cache.cache_folder", refuse)
    done = say("cache")
    assert (done.exit_code, done.stdout) == (code, "")
    assert done.stderr == "effleurage: row 3: bad. Mend it.\neffleurage: row 4: worse. Mend it too.\n"


def test_a_refusal_of_the_program_is_no_traceback(
    tmp_path: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    with started("claims", "cortisl") as program:
        shown, told = program.communicate(timeout=120)
    assert (program.returncode, shown) == (2, "")
    assert told == "effleurage: ID: no claim 'cortisl'. Did you mean 'cortisol'?\n"


BEGUN = """
import sys
from contextlib import contextmanager
from effleurage.cli import terminal
whole = terminal.progress

@contextmanager
def progress(title):
    with whole(title) as report:
        yield lambda share: (share > 0 and print("begun", flush=True), report(share))

terminal.progress = progress
"""


def test_an_interruption_ends_the_run_soon_and_quietly(
    tmp_path: Path, started: Callable[..., subprocess.Popen[str]]
) -> None:
    (tmp_path / "long.yaml").write_text("title: long\ndays: 365\nsample: every 60 min\n")
    with started("simulate", "long.yaml", "--people", "500", "--out", "run", code=BEGUN) as run:
        assert run.stdout and run.stdout.readline() == "begun\n"
        run.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, told = run.communicate(timeout=60)
    assert run.returncode == 130
    assert time.monotonic() - began < 30
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["long.yaml"]


@pytest.mark.parametrize("words", ["cache a\x07b", "measure saliva a.csv a\x07b", "a\x07b", "trial x --n a\x07b"])
def test_what_the_command_line_refuses_steers_no_terminal(words: str, say: Say) -> None:
    done = say(*words.split(" "))
    assert done.exit_code == 2 and "\x07" not in done.stderr
