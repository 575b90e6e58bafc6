"""``cache``, as somebody says it whose disk is full."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]

HEX = "0123456789abcdef01234567"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "kept"))
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "500 MB")
    (tmp_path / "kept" / "settled").mkdir(parents=True)
    (tmp_path / "kept" / "settled" / f"{HEX}.npy").write_bytes(bytes(2_500_000))
    (tmp_path / "kept" / f"program-{HEX}.json").write_bytes(bytes(1000))
    (tmp_path / "kept" / "thesis.txt").write_text("mine")
    return tmp_path / "kept"


def test_folder_size_by_kind_and_bound_are_told(folder: Path, say: Say) -> None:
    done = say("cache")
    assert (done.exit_code, done.stderr) == (0, "")
    flat = " ".join(done.stdout.split())
    assert "settled 1 2.5 MB where bodies stand" in flat and "program 1 1.0 KB" in flat
    assert f"2.5 MB of at most 500.0 MB in {folder}" in " ".join(done.stdout.split())
    assert "banks" not in done.stdout
    told = json.loads(say("cache", "--json").stdout)
    assert told["kinds"]["settled"] == {"files": 1, "bytes": 2_500_000}
    assert (told["bytes"], told["bound"], told["folder"]) == (2_501_000, 500_000_000, str(folder))


def test_clearing_says_what_it_freed_and_leaves_what_is_not_ours(folder: Path, say: Say) -> None:
    done = say("cache", "--clear")
    assert "removed 2 files, 2.5 MB, from" in done.stdout
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["thesis.txt"]
    assert "removed 0 files, 0.0 KB, from" in say("cache", "--clear").stdout


@pytest.mark.parametrize("words", [("cache",), ("cache", "--clear")])
def test_a_folder_that_is_a_file_is_refused_in_a_sentence(
    words: tuple[str, ...], folder: Path, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(folder / "thesis.txt"))
    done = say(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "thesis.txt: is a file, and nothing can be kept in it. Name another folder in EFF" in done.stderr
    assert (folder / "thesis.txt").read_text() == "mine"


def test_a_bound_that_is_no_size_is_refused(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "lots")
    done = say("cache")
    assert (done.exit_code, done.stdout) == (2, "")
    assert (
        done.stderr
        == "effleurage: EFFLEURAGE_CACHE_SIZE: 'lots' is no size. Write it as 500 MB or 2 GB, or unset it.\n"
    )


def test_an_empty_one_is_told_without_a_table(say: Say) -> None:
    say("cache", "--clear")
    assert say("cache").stdout.startswith("0.0 KB of at most")
