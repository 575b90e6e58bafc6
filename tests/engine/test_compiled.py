"""What JAX compiles: kept, found again, and never taken for what it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from effleurage.engine import cache, compiled
from effleurage.engine import kept as keeper
from effleurage.engine.cache import cache_size
from effleurage.engine.compiled import _Compiled

SOURCE = Path(__file__).parents[2] / "src"
ASK = """
import jax, jax.numpy as jnp
from effleurage.engine import compiled
compiled._WORTHWHILE = 0.0
compiled.keep_compiled()
made = []
jax.monitoring.register_event_listener(lambda event, **_: made.append(event.endswith("cache_misses")))
x = jnp.arange(3.0)
print([float(jax.jit(f)(x).sum()) for f in (lambda x: x * 2 + 1, lambda x: x * 3 - 1)], sum(made))
"""
FOUND = "[9.0, 6.0]"


def ask(folder: Path, **own: str) -> tuple[str, int, str]:
    """What two compiled functions give in a process of its own, how many were compiled for it, and what was said."""
    here = os.environ | {"PYTHONPATH": str(SOURCE), "EFFLEURAGE_CACHE": str(folder)} | own
    done = subprocess.run([sys.executable, "-c", ASK], env=here, text=True, capture_output=True, check=True)
    found, _, made = done.stdout.strip().rpartition(" ")
    return found, int(made), done.stderr


@pytest.fixture
def filled(tmp_path: Path) -> list[Path]:
    found, made, _ = ask(tmp_path / "cache")
    files = sorted((tmp_path / "cache" / "xla").iterdir())
    assert (found, made) == (FOUND, len(files))
    return files


def test_what_was_compiled_is_found_again(filled: list[Path], tmp_path: Path) -> None:
    assert ask(tmp_path / "cache") == (FOUND, 0, "")


def test_of_functions_whose_files_were_swapped_each_is_compiled_anew(filled: list[Path], tmp_path: Path) -> None:
    """JAX alone runs one for the other."""
    data = [path.read_bytes() for path in filled]
    for path, other in zip(filled, [*data[1:], data[0]], strict=True):
        path.write_bytes(other)
    found, made, said = ask(tmp_path / "cache")
    assert (found, made) == (FOUND, len(filled))
    assert said.count("a kept file was damaged and is made anew: xla/") == 1
    assert ask(tmp_path / "cache") == (FOUND, 0, "")


@pytest.mark.parametrize("harm", ["empty", "cut", "a bit"])
def test_what_was_harmed_is_compiled_anew_and_said_once(harm: str, filled: list[Path], tmp_path: Path) -> None:
    for path in filled:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= harm == "a bit"
        path.write_bytes(data[: {"empty": 0, "cut": len(data) // 2}.get(harm)])
    found, made, said = ask(tmp_path / "cache")
    assert (found, made) == (FOUND, len(filled))
    assert said.count("a kept file was damaged") == said.count("\n") == 1


def test_what_xla_was_told_otherwise_is_compiled_apart(filled: list[Path], tmp_path: Path) -> None:
    _, made, said = ask(tmp_path / "cache", XLA_FLAGS="--xla_cpu_enable_fast_math=true")
    assert made == len(filled)
    assert said == ""


def test_the_code_of_one_processor_is_not_run_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path))
    _Compiled().put("key", b"code")
    assert _Compiled().get("key") == b"code"
    monkeypatch.setattr(compiled, "processor", lambda: "another")
    assert _Compiled().get("key") is None


def test_where_nothing_can_be_kept_all_goes_on(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("mine")
    found, _, said = ask(tmp_path / "cache")
    assert found == FOUND
    assert said.count("nothing can be kept") == said.count("\n") == 1


def test_what_jax_kept_by_itself_before_is_counted_and_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path))
    monkeypatch.setattr(keeper, "_told", set())
    (tmp_path / "xla").mkdir()
    for name in (f"jit_call-{'0f' * 32}-cache", ".effleurage-looked", "thesis.txt"):
        (tmp_path / "xla" / name).write_text("x")
    assert cache_size().files == {"xla": 2}
    cache.clear_cache()
    assert [path.name for path in (tmp_path / "xla").iterdir()] == ["thesis.txt"]
