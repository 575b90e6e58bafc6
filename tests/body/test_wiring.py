"""Systems joined by name: each fault is found in a body of a few rows, and where nothing is wrong nothing is."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.body import CHALLENGES, wiring
from effleurage.body.compose import Body
from effleurage.body.equations import Equation, read_equations
from effleurage.body.ledger import System, read_system
from effleurage.body.wiring import arrows_of, plugged, wiring_faults

OTHER = 'between = 0, uncertainty = 0.1, source = "assumed", grade = "D", meaning = "m"'
QUANTITY = 'unit = "dimensionless", rest = 0, low = 0, high = 1, meaning = "m"'
READOUT = f"x = {{{QUANTITY}, readout = true}}"
K = f'k = {{value = 1, unit = "dimensionless", {OTHER}}}'


def systems(folder: Path, **texts: tuple[str, str, str]) -> tuple[list[System], list[Equation]]:
    """Systems by name, of equations, quantities and parameters."""
    read, equations = [], []
    for name, (ant, quantities, parameters) in texts.items():
        (folder / f"{name}.ant").write_text(ant)
        (folder / f"{name}.toml").write_text(f"[quantities]\n{quantities}\n[parameters]\n{parameters}\n")
        read.append(read_system(folder, name))
        equations += read_equations(ant, name)[0]
    return read, equations


def test_the_body_has_no_fault(body: Body) -> None:
    assert wiring_faults(body.systems, body.equations) == []


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"a": ("x := k;", READOUT, K), "b": ("", "", K)}, "b.toml: 'k' stands in a.toml too"),
        ({"a": ("x := k;", READOUT, K.replace("dimensionless", "furlong"))}, "a.toml, k: unit 'furlong'"),
        ({"a": ("x := k;\nx := k;", READOUT, K)}, "a.ant, line 2: 'x' is defined in a.ant, line 1 too"),
        ({"a": ("x := k;\ny := x;", READOUT, K)}, "a.ant, line 2: 'y' has no row in a.toml"),
        ({"a": ("x := k*kk;", READOUT, K)}, "a.ant, line 1: 'kk', read by x, is defined nowhere"),
        ({"a": ("x := k;", READOUT + f"\ny = {{{QUANTITY}, readout = true}}", K)}, "a.toml, y: no equation in a.ant"),
        ({"a": ("x := 1;", READOUT, K)}, "a.toml, k: nothing reads it"),
    ],
)
def test_a_fault_is_found_and_nothing_else(tmp_path: Path, texts: dict[str, tuple[str, str, str]], told: str) -> None:
    (finding,) = wiring_faults(*systems(tmp_path, **texts))
    assert str(finding).startswith(told)


def test_an_event_may_set_what_its_own_system_defines_and_no_other(tmp_path: Path) -> None:
    own = systems(tmp_path, a=("x' = k;\nfall: at (x > 1): x = 0;", READOUT, K))
    assert wiring_faults(*own) == []
    other = systems(tmp_path, a=("x' = k;", READOUT, K), b=("fall: at (x > 1): x = 0;", "", ""))
    said = [str(finding) for finding in wiring_faults(*other)]
    assert any("b.ant, line 1: 'x' is defined in a.ant, line 1 too" in text for text in said)


def test_an_arrow_goes_from_what_is_read_to_what_reads_it_and_parameters_have_none(tmp_path: Path) -> None:
    _, equations = systems(tmp_path, a=("y := x*k;\nx' = k - x;", "", ""))
    assert arrows_of(equations, {"x", "y"}) == (("x", "y"),)


def test_what_a_challenge_defines_is_no_input_any_more(body: Body) -> None:
    folder = Path(wiring.__file__).parent
    challenges = [read_system(folder, name) for name in CHALLENGES]
    driven = {name for system in challenges for name in system.quantities}
    sockets = driven & set(body.inputs)
    assert sockets
    joined = plugged([*body.systems, *challenges])
    assert driven.isdisjoint(name for system in joined for name in system.inputs)
    assert plugged(body.systems) == list(body.systems)
