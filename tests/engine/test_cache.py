"""The folder of what is kept: where it is, how much it holds, that it stays within its bound and is cleared safely."""

from __future__ import annotations

import doctest
import os
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from effleurage.engine import cache
from effleurage.engine.cache import (
    KINDS,
    cache_bound,
    cache_folder,
    cache_size,
    clear_cache,
    is_place,
    make_room,
    size_text,
)
from effleurage.engine.kept import kept_array
from effleurage.errors import RequestError, RunError

HEX = "0123456789abcdef01234567"
COMPILED = f"xla/jit_call-{'ab' * 32}-cache"
OTHERS = (
    *("thesis.npy", "settled/notes.txt", "settled/0123.npy", f"thesis/{HEX}.npy", f"settled/deep/{HEX}.npy"),
    *("xla/mine", "program-x.json", f"{HEX}.npy", "banks/thesis.part"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("EFFLEURAGE_CACHE_SIZE", raising=False)
    cache._written.clear()
    return tmp_path / "cache"


def put(place: str, size: int = 10, age: float = 0.0) -> Path:
    path = cache_folder() / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def names() -> set[str]:
    folder = cache_folder()
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_the_environment_moves_the_folder(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert cache_folder() == folder
    monkeypatch.delenv("EFFLEURAGE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg" / "effleurage"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(cache, "user_cache_dir", lambda name, appauthor: f"/system/{name}")
    assert cache_folder() == Path("/system/effleurage")


@pytest.mark.skipif(sys.platform != "linux", reason="the folder of other systems is theirs to say")
def test_the_usual_folder_is_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("EFFLEURAGE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "effleurage"


def test_who_has_no_home_keeps_nothing_and_leaves_no_folder_called_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("EFFLEURAGE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cache, "user_cache_dir", lambda *_, **__: "~/.cache/effleurage")
    monkeypatch.chdir(tmp_path)
    assert kept_array(f"settled/{HEX}.npy", lambda: np.ones(1), (1,)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "size"), [("", 2e9), ("500 MB", 5e8), ("1.5gb", 1.5e9), (" 3 TB ", 3e12), ("0 MB", 0), ("64 KB", 64e3)]
)
def test_the_environment_says_how_large_it_may_grow(said: str, size: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", said)
    assert cache_bound() == size


@pytest.mark.parametrize("said", ["much", "-1 GB", "2", "2 GiB", "1e3 MB", "² GB", "2 GB GB", "9" * 20 + " GB"])
def test_what_is_no_size_is_refused_before_anything_is_made(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", said)
    with pytest.raises(RequestError, match="EFFLEURAGE_CACHE_SIZE: '.*' is no size. Write it as 500 MB or 2 GB"):
        kept_array(f"settled/{HEX}.npy", lambda: pytest.fail("made"), (1,))


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0.0 KB"), (999, "1.0 KB"), (24_300_000, "24.3 MB"), (2_000_000_000, "2.0 GB")]
)
def test_bytes_in_words(size: int, said: str) -> None:
    assert size_text(size) == said


def test_it_is_counted_by_kind_and_what_is_not_ours_is_not() -> None:
    for place in OTHERS:
        put(place)
    put(f"settled/{HEX}.npy", 7)
    put(f"settled/{HEX[::-1]}.npy", 5)
    put(f"traced/{HEX}", 11)
    put(f"program-{HEX}.json", 13)
    put(COMPILED, 17)
    found = cache_size()
    assert found.files == {"settled": 2, "traced": 1, "program": 1, "xla": 1}
    assert found.bytes == {"settled": 12, "traced": 11, "program": 13, "xla": 17}
    assert (found.total, found.bound, found.folder) == (53, 2_000_000_000, cache_folder())
    assert "of at most 2.0 GB" in str(found)


def test_an_empty_or_missing_folder_holds_nothing(folder: Path) -> None:
    assert cache_size().total == clear_cache().total == 0
    assert not folder.exists()


def test_clearing_removes_what_is_ours_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "thesis").write_text("mine")
    places = [f"settled/{HEX}.npy", f"banks/{HEX}.npz", f"traced/{HEX}", f"program-{HEX}.json", COMPILED]
    for place in (*OTHERS, *places):
        put(place)
    dead = put(f".effleurage-{'0f' * 16}.part", age=1e5)
    writing = put(f"banks/.effleurage-{'0f' * 16}.part")
    link = cache_folder() / "banks" / f"{'f' * 24}.npz"
    link.symlink_to(tmp_path / "thesis")
    gone = clear_cache()
    assert (sum(gone.files.values()), gone.total) == (5, 50)
    assert names() == {*OTHERS, f"banks/{link.name}", f"banks/{writing.name}"}
    assert not dead.exists()
    assert (tmp_path / "thesis").read_text() == "mine"
    assert clear_cache().total == 0


@pytest.mark.parametrize("ask", [cache_size, clear_cache])
def test_a_folder_that_is_a_file_is_refused_and_stays(ask: object, folder: Path) -> None:
    folder.write_text("mine")
    with pytest.raises(RequestError, match="is a file, and nothing can be kept in it. Name another folder in EFF"):
        ask()  # type: ignore[operator]
    assert folder.read_text() == "mine"


@pytest.mark.parametrize("ask", [cache_size, clear_cache])
def test_a_folder_below_a_file_is_refused_by_the_files_name(
    ask: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    monkeypatch.delenv("EFFLEURAGE_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "thesis.txt"))
    with pytest.raises(RequestError, match="thesis.txt: is a file, and nothing can be kept in it. Name another folder"):
        ask()  # type: ignore[operator]


def test_a_folder_that_may_not_be_looked_into_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.mkdir()

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refused)
    with pytest.raises(RequestError, match=r"cannot be looked into \(Permission denied\)"):
        cache_size()


def test_what_cannot_be_removed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    put(f"settled/{HEX}.npy")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refused)
    with pytest.raises(RunError, match=rf"{HEX}.npy: cannot be removed \(Permission denied\); 0 other files are gone"):
        clear_cache()


def test_what_was_unused_for_longest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "1 KB")
    ages = {"settled": 400, "traced": 300, "xla": 200, "banks": 100}
    places = {kind: COMPILED if kind == "xla" else f"{kind}/{HEX}" for kind in ages}
    for kind, place in places.items():
        put(place, 300, ages[kind])
    others = {put(place, 5000, 1e6).name for place in OTHERS}
    make_room(300)
    left = {place for place in names() if Path(place).name not in others}
    assert left == {places["traced"], places["xla"], places["banks"]}
    assert cache_size().total == 900


def test_what_was_used_again_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    old, older = (f"settled/{letter * 24}.npy" for letter in "ab")
    for place in (older, old):
        kept_array(place, lambda: np.zeros(50), (50,))
    size = cache_size().total // 2
    for place, age in ((old, 500), (older, 1000)):
        when = time.time() - age
        os.utime(cache_folder() / place, (when, when))
    kept_array(older, lambda: pytest.fail("made again"), (50,))
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", f"{2.5 * size / 1e3} KB")
    cache._written.clear()
    kept_array(f"settled/{HEX}.npy", lambda: np.zeros(50), (50,))
    assert names() == {older, f"settled/{HEX}.npy"}


def test_what_is_larger_than_the_bound_is_used_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "0 MB")
    assert (kept_array(f"settled/{HEX}.npy", lambda: np.ones(5), (5,)) == 1).all()
    assert names() == set()


def test_within_the_bound_nothing_goes_and_the_folder_is_looked_at_now_and_then(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[Path] = []
    whole = cache._kept_files

    def looked(folder: Path) -> object:
        looks.append(folder)
        return whole(folder)

    monkeypatch.setattr(cache, "_kept_files", looked)
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "100 KB")
    for number in range(40):
        put(f"settled/{number:024x}.npy", 1000)
        make_room(1000)
    assert len(names()) == 40
    assert len(looks) == 8


def test_a_folder_that_grows_and_grows_stays_within_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE_SIZE", "20 KB")
    for number in range(100):
        kept_array(f"settled/{number:024x}.npy", lambda: np.zeros(100), (100,))
        assert cache_size().total <= 21_000
    assert f"settled/{99:024x}.npy" in names()


def test_what_another_process_has_removed_is_made_anew_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    place = f"settled/{HEX}.npy"
    kept_array(place, lambda: np.ones(1), (1,))
    read = Path.read_bytes

    def removed(path: Path) -> bytes:
        path.unlink(missing_ok=True)
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", removed)
    assert kept_array(place, lambda: np.full(1, 2.0), (1,)) == 2
    assert caplog.records == []


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_told_in_words_and_has_places(kind: str) -> None:
    assert KINDS[kind]
    assert is_place(f"{kind}/{HEX}")


@pytest.mark.parametrize("place", ["thesis/x", f"thesis/{HEX}", f"../settled/{HEX}", f"settled/{HEX}/x", "program-1"])
def test_what_could_never_be_cleared_cannot_be_kept(place: str) -> None:
    with pytest.raises(ValueError, match="would never be cleared"):
        kept_array(place, lambda: np.ones(1), (1,))


def test_the_examples_hold() -> None:
    assert doctest.testmod(cache).attempted >= 4
    assert doctest.testmod(cache).failed == 0


def test_what_the_dead_left_when_the_clock_was_ahead_is_swept_too() -> None:
    ahead = put(f"settled/.effleurage-{'0f' * 16}.part", age=-1e5)
    young = put(f"settled/.effleurage-{'1e' * 16}.part", age=60)
    clear_cache()
    assert (ahead.exists(), young.exists()) == (False, True)
