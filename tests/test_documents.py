"""Every command and every piece of Python that a page shows, carried out where that is cheap, else parsed.

A command is in one of two tables by its first word: ``CARRIED_OUT``, with what makes it small, or ``PARSED``, with the
reason why no more is done. One that is in neither fails, so a page cannot show what nobody has looked at.
"""

from __future__ import annotations

import ast
import importlib
import re
import shlex
from contextlib import chdir
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from effleurage.cli.commands import app

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "bench" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
CARRIED_OUT: dict[str, tuple[str, ...]] = {
    "cache": (),
    "evidence": (),
    "export": (),
    "measure": (),
    "model": (),
    "simulate": ("--people", "2"),
}
"""First word of a command -> what is said after it, so that it takes seconds."""
PARSED = {
    "calibrate": "minutes; tests/fit carries out a ring",
    "challenges": "minutes; tests/evidence/challenges and tests/cli/test_challenges.py carry out parts",
    "claims": "a minute; tests/cli/test_claims.py carries them out",
    "compare": "a minute; tests/cli/test_compare.py carries it out",
    "demo": "minutes; tests/report and tests/cli carry out its parts",
    "four-ways": "minutes; tests/report carries out its parts",
    "plan": "minutes; tests/cli/test_plan.py carries out small ones",
    "sensitivity": "minutes; tests/cli/test_commands.py carries out a small one",
    "trial": "minutes; tests/cli/test_plan.py carries out small ones",
    "validate": "minutes; tests/evidence carries out every target",
    "--workers": "needs processes; tests/runs has them",
    "--resume": "goes on with another run; tests/cli/test_cohort.py does",
    "--scheduler": "needs a scheduler; tests/runs starts one",
}
"""First word of a command, or an option -> why a command that has it is only parsed."""
RR = "".join(f"{790 + 37 * (place % 5) - 20 * (place % 3)}\n" for place in range(400))


def commands(text: str) -> list[str]:
    """Every ``effleurage ...`` that a page shows: a line of a block, or in backticks, without what is said of it."""
    lines = re.findall(r"^(?: {4}|\$ )(effleurage .*)$", text, re.MULTILINE)
    fenced = re.findall(r"^(effleurage .*)$", "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)), re.MULTILINE)
    inline = [one for one in re.findall(r"(?<!`)`(effleurage [^`\n]+)`(?!`)", text) if "…" not in one]
    return [shlex.join(shlex.split(line, comments=True)) for line in (*lines, *fenced, *inline)]


def shown() -> list[str]:
    """Every command of all pages, once."""
    return sorted({command for page in PAGES for command in commands(page.read_text(encoding="utf-8"))})


def reason(words: list[str]) -> str | None:
    """Why a command is only parsed; empty where it is carried out, None where nobody has said."""
    only = [PARSED[word] for word in words if word in PARSED]
    return only[0] if only else "" if words[0] in CARRIED_OUT else None


def parse(words: list[str]) -> None:
    """Find the command and read its words and options, where it is more than named; raises what would be refused."""
    command, words = typer.main.get_command(app), list(words)
    context = command.make_context("effleurage", ["--help"], resilient_parsing=True)
    while hasattr(command, "get_command"):
        name = words.pop(0)
        found = command.get_command(context, name)
        assert found is not None, f"no command '{name}'"
        command = found
    if words:
        command.make_context(command.name, words)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the pages suppose: examples, and a file of heartbeats."""
    folder = tmp_path_factory.mktemp("reader")
    (folder / "examples").symlink_to(ROOT / "examples")
    (folder / "docs").mkdir()
    (folder / "rr.txt").write_text(RR, encoding="utf-8")
    return folder


@pytest.mark.parametrize("command", shown())
def test_a_command_on_a_page_is_one(command: str) -> None:
    words = shlex.split(command)[1:]
    assert reason(words) is not None, f"{command}: add it to CARRIED_OUT or PARSED"
    parse(words)


def cheap() -> list[str]:
    """Commands that are carried out: those of more than a name."""
    words = {command: shlex.split(command)[1:] for command in shown()}
    return [command for command, said in words.items() if reason(said) == "" and len(said) > 1]


@pytest.mark.slow
@pytest.mark.parametrize("command", cheap())
def test_a_cheap_command_on_a_page_does_what_it_says(command: str, place: Path) -> None:
    words = shlex.split(command)[1:]
    with chdir(place):
        small = () if "--typical" in words else CARRIED_OUT[words[0]]
        done = CliRunner().invoke(app, [*words, *small], catch_exceptions=False)
    assert done.exit_code == 0 and done.output.strip()


def test_the_pages_show_commands_and_both_tables_are_used() -> None:
    firsts = {shlex.split(command)[1] for command in shown()}
    assert {"simulate", "claims", "plan", "calibrate"} <= firsts
    assert set(CARRIED_OUT) <= firsts


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("so:\n\n    effleurage model cortisol   # its numbers\n", ["effleurage model cortisol"]),
        ("```sh\neffleurage claims\n```", ["effleurage claims"]),
        ("run `effleurage validate --ring norm` first", ["effleurage validate --ring norm"]),
        ('    effleurage plan "a b" --n 4\n', ["effleurage plan 'a b' --n 4"]),
        ("effleurage is a laboratory, `effleurage`, and effleurage plan a word", []),
    ],
)
def test_commands_are_found_where_a_page_shows_them(text: str, found: list[str]) -> None:
    assert commands(text) == found


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("bake bread", "no command 'bake'"),
        ("claims cortisol --gently", "No such option"),
        ("model a b c d", "unexpected extra"),
        ("simulate x.yaml --people few", "valid int"),
    ],
)
def test_an_invented_command_is_seen(command: str, words: str) -> None:
    with pytest.raises(Exception, match=words):
        parse(shlex.split(command))


def test_a_command_in_no_table_is_seen() -> None:
    assert reason(["bake", "bread"]) is None
    assert reason(["simulate", "x.yaml", "--resume", "RUN"]) == PARSED["--resume"]
    assert reason(["simulate", "x.yaml"]) == ""


def imported(text: str) -> list[tuple[str, str]]:
    """Module and name of everything of ours that a page's Python imports."""
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    nodes = [node for block in blocks for node in ast.walk(ast.parse(block))]
    named = [
        (node.module or "", name.name) for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names
    ]
    whole = [(name.name, "") for node in nodes if isinstance(node, ast.Import) for name in node.names]
    return [one for one in (*named, *whole) if one[0].split(".")[0] == "effleurage"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_a_page_imports_is_there(page: Path) -> None:
    for module, name in imported(page.read_text(encoding="utf-8")):
        assert not name or hasattr(importlib.import_module(module), name), f"{module} has no {name}"


def test_an_import_that_moved_would_be_seen() -> None:
    text = "```python\nfrom effleurage.attic import run\nimport effleurage.x\nimport numpy\n```"
    assert imported(text) == [("effleurage.attic", "run"), ("effleurage.x", "")]
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("effleurage.attic")
