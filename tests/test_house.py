"""What the house says of itself, compared with what it is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

import effleurage

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "effleurage"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MADE = {"__pycache__"}


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def targets() -> set[str]:
    """Words that make knows."""
    return set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))


def words_to_make(page: str) -> set[str]:
    """Every ``make WORD`` that a page shows as a command: at the start of a line, or in backticks."""
    return set(re.findall(r"(?:^\s*(?:\$ )?|`)make ([a-z]+)", page, re.MULTILINE))


def toured(page: str) -> set[str]:
    """Folders in the first column of the tour."""
    return set(re.findall(r"^\| `(\w+)/` \|", page, re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_commands_on_the_page_exist(page: str) -> None:
    assert {"demo", "test"} <= words_to_make(text(page)) <= targets()


def test_a_command_that_does_not_exist_would_be_seen() -> None:
    assert words_to_make("we make do\n    make bread\nor `make tea`, or\n$ make cake") == {"bread", "tea", "cake"}


def test_make_alone_lists_every_command() -> None:
    said = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^make ([a-z]+)", said, re.MULTILINE)) == targets()


def test_the_changelog_says_what_changes_results() -> None:
    unreleased = text("CHANGELOG.md").split("\n## ")[1]
    assert unreleased.startswith("[Unreleased]")
    assert "\n### Changes results\n" in unreleased


def test_one_version() -> None:
    assert effleurage.__version__ == PROJECT["project"]["version"]


def test_the_tour_names_every_folder_there_is() -> None:
    folders = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert toured(text("CONTRIBUTING.md")) == folders


def test_a_folder_that_the_tour_forgets_would_be_seen() -> None:
    assert toured("| `body/` | x |\n| `attic/` | y |\nand `cellar/`") == {"body", "attic"}


def test_every_file_of_the_package_is_shipped() -> None:
    shipped = [*PROJECT["tool"]["setuptools"]["package-data"]["*"], "*.py"]
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and not MADE & set(path.parts)]
    assert files
    assert [path for path in files if not any(path.match(pattern) for pattern in shipped)] == []


def test_whatever_is_imported_is_declared() -> None:
    extras = PROJECT["project"]["optional-dependencies"]
    lines = [*PROJECT["project"]["dependencies"], *extras["cluster"], *extras["fit"]]
    declared = {re.split(r"[<>=]", line)[0].lower() for line in lines}
    homes = packages_distributions()
    imported = {name for path in PACKAGE.rglob("*.py") for name in top_imports(path.read_text(encoding="utf-8"))}
    foreign = imported - set(sys.stdlib_module_names) - {"effleurage"}
    assert "numpy" in foreign
    assert {name for name in foreign if not declared & {home.lower() for home in homes.get(name, [])}} == set()


def top_imports(source: str) -> set[str]:
    """Top-level names of the modules that a source imports, wherever it does so."""
    nodes = list(ast.walk(ast.parse(source)))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in plain | froms}


def test_top_imports() -> None:
    assert top_imports("import a.b\ndef f():\n    from c.d import e\nfrom . import g\nfrom .h import i") == {"a", "c"}


def test_continuous_integration_runs_the_tests() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert text(".ci/run").startswith("#!/usr/bin/env bash\n")
    assert {"set -euo pipefail", "make test"} <= set(text(".ci/run").splitlines())


def test_the_licence_is_the_one_declared() -> None:
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in text("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in text("LICENSE")


PLACE = re.compile(r"(?<![\w/.@-])((?:src/effleurage/)?(?:[a-z_]+/)+[\w-]+\.(?:py|toml|ant|csv|yaml|md|sha256))\b")


def places(text: str) -> set[str]:
    """Every file that a text names by its place: below the package, or from the root."""
    return set(PLACE.findall(text))


def test_every_file_that_is_named_is_there() -> None:
    told = [*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.toml"), *PACKAGE.rglob("*.yaml"), *(ROOT / "docs").glob("*.md")]
    told += [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {(path.relative_to(ROOT).as_posix(), place) for path in told for place in places(path.read_text("utf-8"))}
    assert len(named) > 20
    there = [f"/{path.relative_to(ROOT).as_posix()}" for path in ROOT.rglob("*.*") if ".venv" not in path.parts]
    gone = {place for _, place in named if not any(one.endswith(f"/{place}") for one in there)}
    assert gone - {"path/to/data.csv"} == set()  # as a usage line says it


def test_a_file_that_is_gone_would_be_seen() -> None:
    assert places("in `io/columns.toml`, see src/effleurage/a/b.py, a DOI 10.1/x.py and https://a.org/b.md") == {
        *("io/columns.toml", "src/effleurage/a/b.py"),
    }
