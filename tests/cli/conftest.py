"""The command line as a user says it: within this process where that is enough, else as a program of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from effleurage.cli.commands import app

SAY = [sys.executable, "-c", "from effleurage.cli import main; main()"]


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Carry out a command in ``tmp_path``; an error that is no refusal is raised, as a traceback would be shown."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)  # as in a pipe, whatever runs the tests
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def started(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Start a command as a program of its own in ``tmp_path``; ``code`` runs before it."""

    def start(*words: str, code: str = "", **more: Any) -> subprocess.Popen[str]:
        command = [*SAY[:2], f"{code}\n{SAY[2]}", *words]
        return subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more
        )

    return start
