"""A model's program: the same from disk as derived, and nothing but a program of that model."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from effleurage.engine import kept as keeper
from effleurage.engine.program import Program, load_program

MODEL = "x' = k*(2 - x)/(1 + exp(x))^3 + u; k = 0.5; x = 3*k; on = 0; var on; var u; u = 0; r := ln(x) + on; "
MODEL += "up: at (x > 1.5 && time > 3): on = x^0.5;"


def sbml() -> str:
    import antimony

    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(f"model alone() unit time_unit = 60 second; {MODEL} end") >= 0
    return str(antimony.getSBMLString("alone"))


def underived() -> str:
    pytest.fail("derived again")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only kept program."""
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeper, "_told", set())
    load_program(sbml, "alone")
    (found,) = (tmp_path / "cache").glob("program-*.json")
    return found


def plant(path: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Put another program in the place of a kept one, with the checksum that goes with it."""
    table = json.loads(path.read_bytes()[: -keeper._SUM])
    changed = change(table)
    data = json.dumps(table if changed is None else changed).encode()
    path.write_bytes(data + keeper._checksum(path.name, data))


def calculated(program: Program) -> list[np.ndarray]:
    y, c, u = [np.array([1.0, 2.0])] * len(program.states), [np.array([0.5, 0.25])], [np.array([1.0, 0.0])]
    whole = [program.function(name)(y, c, u, 4.0) for name in ("rates", "triggers", "assign", "rules")]
    return [np.asarray(row) for rows in [*whole, program.function("initial")(c)] for row in rows]


def test_a_program_from_disk_is_the_one_that_was_derived(path: Path) -> None:
    kept = load_program(underived, "alone")
    path.unlink()
    derived = load_program(sbml, "alone")
    assert kept == derived
    assert hash(kept) == hash(derived)
    rate, still, trigger, on, rule, first, zero = calculated(kept)
    x, k, u = np.array([1.0, 2.0]), np.array([0.5, 0.25]), np.array([1.0, 0.0])
    np.testing.assert_allclose(rate, k * (2 - x) / (1 + np.exp(x)) ** 3 + u)
    assert (trigger > 0).tolist() == [False, True]
    np.testing.assert_allclose(on, np.sqrt(x))
    np.testing.assert_allclose(rule, np.log(x) + x)
    np.testing.assert_allclose(first, 3 * k)
    assert (still == zero).all()


def test_another_model_has_another_place(path: Path) -> None:
    load_program(sbml, "another")
    assert len(list(path.parent.glob("program-*.json"))) == 2


def rates(table: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = dict(table["formulas"])["rates"]
    return found


PLANTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "null": lambda table: [],
    "no table": lambda table: 5,
    "states are a number": lambda table: table.update(states=5),
    "a field is missing": lambda table: table.pop("watched"),
    "a field too many": lambda table: table.update(sources=[["rates", "import os"]]),
    "another digest": lambda table: table.update(digest="x"),
    "one rate too few": lambda table: rates(table)["values"].pop(),
    "a formula is missing": lambda table: table["formulas"].pop(),
    "a formula twice": lambda table: table["formulas"].append(table["formulas"][0]),
    "a call": lambda table: rates(table).update(values=[["__import__", "os"], 0]),
    "code in a name": lambda table: rates(table).update(values=["__import__('os').abort()", 0]),
    "code in a step": lambda table: rates(table)["steps"].insert(0, ["x0", ["exec", "import os"]]),
    "a step of three": lambda table: rates(table)["steps"].insert(0, ["x0", 1, 2]),
    "text for a number": lambda table: table.update(constant_values=["1"]),
    "an event of no state": lambda table: table.update(watched=["k"]),
    "a constant without a value": lambda table: table.update(constant_values=[]),
}


@pytest.mark.parametrize("name", PLANTS)
def test_what_is_no_program_of_the_model_is_derived_anew_even_with_its_checksum(
    name: str, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    due = load_program(underived, "alone")
    plant(path, PLANTS[name])
    assert load_program(sbml, "alone") == due
    assert [record.getMessage() for record in caplog.records] == [
        f"a kept file was damaged and is made anew: {path.name}"
    ]
    assert load_program(underived, "alone") == due


@pytest.mark.parametrize("text", [b"", b"null", b"[" * 200_000, b"\xff", b'{"digest": "x"', b"PK\x03\x04"])
def test_what_is_no_kept_file_is_derived_anew(text: bytes, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    due = load_program(underived, "alone")
    path.write_bytes(text)
    assert load_program(sbml, "alone") == due
    assert len(caplog.records) == 1


def test_python_on_disk_is_never_run(path: Path, tmp_path: Path) -> None:
    """What was kept once held Python; in any such field it does nothing."""
    ran = tmp_path / "ran"
    evil = f"__import__('pathlib').Path({str(ran)!r}).touch()"
    source = f"{evil}\ndef _lambdifygenerated(y, c, u, time):\n    {evil}\n    return [0.0, 0.0]\n"
    for change in (
        lambda table: table.update(sources=[[name, source] for name, _ in table["formulas"]]),
        lambda table: table.update(formulas=[[name, source] for name, _ in table["formulas"]]),
        lambda table: table.update(formulas=[[name, {"steps": [], "values": [evil]}] for name, _ in table["formulas"]]),
    ):
        plant(path, change)
        calculated(load_program(sbml, "alone"))
        assert not ran.exists()


def test_a_program_is_plain_data(path: Path) -> None:
    table = json.loads(json.dumps(asdict(load_program(underived, "alone"))))
    assert table.pop("flowing") == {"names": [], "hourly": [], "linear": []}  # people say which constants move
    assert table == json.loads(path.read_bytes()[: -keeper._SUM])
