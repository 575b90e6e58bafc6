"""The notebooks of examples/notebooks run from top to bottom, keys included, and are kept without outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "examples" / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]  # type: ignore[no-any-return]


def run(path: Path) -> dict[str, Any]:
    """Carry out the code of a notebook in one namespace; what it leaves there."""
    names: dict[str, Any] = {}
    for place, cell in enumerate(cells(path)):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"{path.name}, cell {place}", "exec"), names)  # noqa: S102
    return names


def test_there_are_three() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["first-hour", "switch-off-an-arrow", "the-trap-of-the-clock"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_cleared_and_every_cell_has_its_own_id(path: Path) -> None:
    found = cells(path)
    code = [cell for cell in found if cell["cell_type"] == "code"]
    assert code and all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)
    assert len({cell["id"] for cell in found}) == len(found)
    assert any("assert" in line for line in code[-1]["source"]), "the last cell says what must have come out"


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = run(path)
    assert names["ef"].__name__ == "effleurage"
    assert capsys.readouterr().out.count("\n") >= 2


def test_a_notebook_that_fails_is_seen(tmp_path: Path) -> None:
    cell = {"cell_type": "code", "source": ["assert 1 + 1 == 3"], "outputs": [], "execution_count": None, "id": "a"}
    broken = tmp_path / "broken.ipynb"
    broken.write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
    with pytest.raises(AssertionError):
        run(broken)
