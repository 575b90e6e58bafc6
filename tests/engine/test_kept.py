"""What is kept on disk: found again whole, or made anew and said."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from effleurage.engine import cache
from effleurage.engine import kept as keeper
from effleurage.engine.cache import cache_folder
from effleurage.engine.kept import kept_array

SOURCE = Path(__file__).parents[2] / "src"
PLACE = "settled/0123456789abcdef01234567.npy"
FOUND = np.arange(6.0).reshape(2, 3)


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(keeper, "_told", set())
    cache._written.clear()


def ask(place: str = PLACE, found: np.ndarray = FOUND) -> tuple[np.ndarray, bool]:
    """What is kept, and whether it was made for that."""
    made = []

    def make() -> np.ndarray:
        made.append(1)
        return found

    return kept_array(place, make, (2, 3)), bool(made)


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as file:
        file.writestr("a.npy", b"x")
    return buffer.getvalue()


def saved(values: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def flipped(data: bytes, place: int) -> bytes:
    found = bytearray(data)
    found[place] ^= 1
    return bytes(found)


def flipped_at(share: float) -> Callable[[bytes], bytes]:
    return lambda data: flipped(data, int(share * (len(data) - 1)))


HARMS: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "one byte": lambda data: b"x",
    "cut": lambda data: data[: len(data) // 2],
    "cut by its checksum": lambda data: data[: -keeper._SUM],
    "longer": lambda data: data + b"\n",
    "zip magic": lambda data: b"PK\x03\x04" + data[4:],
    "a zip file": lambda data: zipped(),
    "null": lambda data: b"null",
    "deep": lambda data: b"[" * 100_000,
    "zeros": lambda data: bytes(len(data)),
    "another shape": lambda data: saved(np.zeros((3, 2))),
    "objects": lambda data: saved(np.array([{}, {}], dtype=object)),
    **{f"a bit in {share:.0%}": flipped_at(share) for share in (0, 0.5, 1)},
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_harmed_is_made_anew_and_said_once(harm: str, caplog: pytest.LogCaptureFixture) -> None:
    first, made = ask()
    assert made
    assert not ask()[1]
    path = cache_folder() / PLACE
    whole = path.read_bytes()
    path.write_bytes(HARMS[harm](whole))
    again, made = ask()
    assert made
    assert (again == first).all()
    assert said(caplog) == ["a kept file was damaged and is made anew: settled/…"]
    assert path.read_bytes() == whole
    assert not ask()[1]
    assert len(said(caplog)) == 1


def test_many_that_were_harmed_are_said_once_for_each_kind(caplog: pytest.LogCaptureFixture) -> None:
    places = [f"{kind}/{turn:024x}.npy" for kind in ("settled", "traced") for turn in range(7)]
    places += [f"program-{1:024x}.json"]
    for _ in range(2):
        for place in places:
            ask(place)
            (cache_folder() / place).write_bytes(b"x")
        assert all(ask(place)[1] for place in places)
    kinds = ("settled/…", "traced/…", f"program-{1:024x}.json")
    assert said(caplog) == [f"a kept file was damaged and is made anew: {kind}" for kind in kinds]


@pytest.mark.parametrize("values", [np.zeros((3, 2)), np.zeros((2, 3), dtype=np.float32), np.array([b"x", b"y"])])
def test_an_array_of_another_kind_is_not_taken_even_with_its_checksum(
    values: np.ndarray, caplog: pytest.LogCaptureFixture
) -> None:
    path = cache_folder() / PLACE
    path.parent.mkdir(parents=True)
    data = saved(values)
    path.write_bytes(data + keeper._checksum(PLACE, data))
    assert ask()[1]
    assert len(said(caplog)) == 1


def test_what_was_kept_in_another_place_is_not_taken(caplog: pytest.LogCaptureFixture) -> None:
    other = PLACE.replace("0", "f")
    ask(other, FOUND + 1)
    (cache_folder() / other).rename(cache_folder() / PLACE)
    found, made = ask()
    assert made
    assert (found == FOUND).all()
    assert len(said(caplog)) == 1


def test_a_folder_or_a_pipe_in_its_place_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    (cache_folder() / PLACE).mkdir(parents=True)
    assert ask()[1]
    pipe = PLACE.replace("0", "e")
    os.mkfifo(cache_folder() / pipe)
    assert ask(pipe)[1]
    assert not ask(pipe)[1]
    unkept, damaged = said(caplog)
    assert "nothing can be kept" in unkept
    assert damaged.endswith("made anew: settled/…")


@pytest.mark.parametrize("where", ["a file", "below a file", "no such name"])
def test_where_nothing_can_be_kept_all_goes_on_and_it_is_said_once(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("mine")
    places = {"a file": "file", "below a file": "file/x", "no such name": 300 * "x"}
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / places[where]))
    assert ask()[1]
    assert ask()[1]
    assert len(said(caplog)) == 1
    assert "nothing can be kept" in said(caplog)[0] and "EFFLEURAGE_CACHE names another" in said(caplog)[0]
    assert ("(it is a file)" in said(caplog)[0]) is (where == "a file")
    assert (tmp_path / "file").read_text() == "mine"


def test_on_a_full_disk_all_goes_on_and_nothing_half_written_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert ask()[1]
    assert ask(PLACE.replace("0", "f"))[1]
    assert [one for one in said(caplog) if "No space left on device" in one] == said(caplog)
    assert len(said(caplog)) == 1
    assert list((cache_folder() / "settled").iterdir()) == []


def test_what_the_dead_left_is_swept_when_old_and_what_is_not_ours_is_left() -> None:
    folder = cache_folder() / "settled"
    folder.mkdir(parents=True)
    ours = [f".effleurage-{'0f' * 16}.part", f"{'ab' * 12}.npy.123.part", f"{'cd' * 12}.140123.part.npz"]
    others = ["thesis.part", "notes.txt", f"{'ab' * 12}.npy"]
    for name in (*ours, *others):
        (folder / name).write_text("x")
        os.utime(folder / name, (time.time() - 1e5, time.time() - 1e5))
    young = f".effleurage-{'1e' * 16}.part"
    (folder / young).write_text("x")
    ask()
    assert sorted(path.name for path in folder.iterdir()) == sorted([*others, young, Path(PLACE).name])


def test_many_at_once_find_the_same() -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: ask(PLACE.replace("0", str(number % 3)))[0], range(200)))
    assert all((one == FOUND).all() for one in found)
    assert len(list((cache_folder() / "settled").iterdir())) == 3


ASKS = """
import numpy, sys, time
from effleurage.engine.kept import kept_array
for turn in range(300):
    place = f"settled/{turn % 7:024x}.npy"
    found = kept_array(place, lambda: numpy.full(2000, float(turn % 7)), (2000,))
    assert (found == turn % 7).all()
"""


def test_two_processes_share_the_folder_even_while_room_is_made(tmp_path: Path) -> None:
    own = {"PYTHONPATH": str(SOURCE), "EFFLEURAGE_CACHE": str(tmp_path / "cache"), "EFFLEURAGE_CACHE_SIZE": "60 KB"}
    asking = [
        subprocess.Popen([sys.executable, "-c", ASKS], env=os.environ | own, stderr=subprocess.PIPE) for _ in range(2)
    ]
    assert [one.communicate(timeout=120)[1] for one in asking] == [b"", b""]
    assert cache.cache_size().total < 100_000


def test_a_file_that_appears_while_one_looks_is_not_taken_for_a_damaged_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path / "cache"))
    place = f"settled/{'3' * 24}.npy"
    kept_array(place, lambda: np.ones(3), (3,))
    monkeypatch.setattr(Path, "is_file", lambda path: False)  # what a look says that came just before
    np.testing.assert_array_equal(kept_array(place, lambda: np.zeros(3), (3,)), np.ones(3))
    assert caplog.messages == []
