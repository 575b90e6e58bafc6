"""The key of what is kept: it moves with everything that lives depend on."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from effleurage.engine import provenance
from effleurage.engine.provenance import LAYERS, code, cpu, key, processor, versions

TESTS = Path(__file__).parents[1]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for layer in LAYERS:
        (tmp_path / layer / "deep").mkdir(parents=True)
        (tmp_path / layer / "code.py").write_text(f"x = '{layer}'")
        (tmp_path / layer / "deep" / "table.toml").write_text("a = 1")
    return tmp_path


def all_codes(package: Path) -> dict[str, str]:
    code.cache_clear()
    return {layer: code(layer, package) for layer in LAYERS}


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("change", ["line", "table", "new file", "renamed", "moved border"])
def test_code_moves_with_its_layer_and_all_below_and_with_none_above(package: Path, layer: str, change: str) -> None:
    before = all_codes(package)
    file, table = package / layer / "code.py", package / layer / "deep" / "table.toml"
    if change == "line":
        file.write_text(file.read_text() + "\n")
    elif change == "table":
        table.write_text("a = 2")
    elif change == "new file":
        (package / layer / "more.csv").write_text("")
    elif change == "renamed":
        file.rename(file.with_name("other.py"))
    else:
        file.write_text(file.read_text()[:-1])
        table.write_text("'" + table.read_text())
    moved = {name for name, found in all_codes(package).items() if found != before[name]}
    assert moved == {*LAYERS[LAYERS.index(layer) :]}


def test_code_stays_where_python_has_only_compiled(package: Path) -> None:
    before = all_codes(package)
    (package / "engine" / "__pycache__").mkdir()
    (package / "engine" / "__pycache__" / "code.pyc").write_bytes(b"x")
    assert all_codes(package) == before


def test_layers_are_those_of_the_house() -> None:
    said = re.search(r'^LAYERS = "(.+)"', (TESTS / "test_architecture.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert said
    order = [name for name in reversed(said[1].split(" > ")) if name in LAYERS]
    assert tuple(order) == LAYERS


def test_a_key_moves_with_what_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    about = ("seed", 1, np.arange(3.0).tobytes(), ("a", 0.5))
    others = [("seed", 2, *about[2:]), (*about[:2], np.arange(4.0).tobytes(), about[3]), (*about[:3], ("a", 0.25))]
    keys = [key("engine", *about), key("trial", *about), *(key("engine", *other) for other in others)]
    assert key("engine", *about) == keys[0]
    monkeypatch.setattr(provenance, "versions", lambda: {**versions(), "jax": "0.0.1"})
    keys.append(key("engine", *about))
    monkeypatch.setattr(provenance, "versions", lambda: {**versions(), "effleurage": "9.9"})
    keys.append(key("engine", *about))
    assert len({*keys}) == len(keys)


def test_versions_and_processor_are_said() -> None:
    assert {"effleurage", "jax", "jaxlib", "numpy", "sympy"} <= {*versions()}
    assert cpu() in processor()
    assert processor() != cpu()
