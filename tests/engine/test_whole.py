"""Files that are whole or not there, under whatever the disk does."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from effleurage.engine import whole
from effleurage.engine.whole import own_name, put, write_whole


def test_a_file_is_written_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_whole(tmp_path / "page.html", b"one")
    write_whole(tmp_path / "page.html", b"two")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page.html", b"two")]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_where_the_disk_refuses_the_old_file_stays_whole(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "page.html", b"old")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync" if step == "fsync" else "pathlib.Path.replace", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "page.html", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page.html", b"old")]


def test_files_of_others_beside_it_are_left_alone(tmp_path: Path) -> None:
    for name in ("page.html.part", "page.part", f"page.html.{os.getpid()}.part"):
        (tmp_path / name).write_text("thesis")
    write_whole(tmp_path / "page.html", b"new")
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["new", "thesis", "thesis", "thesis"]


def test_no_name_of_ours_is_given_twice(tmp_path: Path) -> None:
    assert len({own_name(tmp_path / "x") for _ in range(1000)}) == 1000


def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_still_leads_to_what_is_written(tmp_path: Path) -> None:
    (tmp_path / "page.html").symlink_to(tmp_path / "real.html")
    (tmp_path / "real.html").write_text("old")
    write_whole(tmp_path / "page.html", b"new")
    assert (tmp_path / "page.html").is_symlink()
    assert (tmp_path / "real.html").read_text() == "new"


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    (tmp_path / "null").symlink_to("/dev/null")
    write_whole(tmp_path / "null", b"gone")
    assert stat.S_ISCHR((tmp_path / "null").stat().st_mode)


def test_all_of_a_folder_is_on_the_disk_before_it_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, place = tmp_path / "part", tmp_path / "place"
    (part / "deep").mkdir(parents=True)
    (part / "deep" / "a").write_text("a")
    flushed: list[str] = []
    monkeypatch.setattr(whole, "_flush", lambda path: flushed.append(f"{path.name} {place.exists()}"))
    put(part, place)
    assert sorted(flushed[:-1]) == ["a False", "deep False", "part False"]
    assert flushed[-1] == f"{tmp_path.name} True"
    assert (place / "deep" / "a").read_text() == "a"


def test_a_folder_that_the_disk_does_not_take_stays_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "part").mkdir()
    (tmp_path / "part" / "a").write_text("a")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        put(tmp_path / "part", tmp_path / "place")
    assert [path.name for path in tmp_path.iterdir()] == ["part"]
