"""What is written when somebody asked for it: whole, or not at all with the reason."""

from __future__ import annotations

import errno
import os
import re
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from effleurage.errors import RunError
from effleurage.runs.disk import SUMS, exists, new_folder, plain_bytes, write_file, write_folder

PACKAGE = Path(__file__).parents[2] / "src" / "effleurage"


def refuse(number: int) -> Callable[..., None]:
    def refused(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return refused


@pytest.mark.parametrize(
    ("number", "said"), [(errno.ENOSPC, "the disk is full. Make room"), (errno.EROFS, "cannot be written .Read-only")]
)
def test_what_the_disk_refuses_leaves_no_half_file(
    number: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refuse(number))
    with pytest.raises(RunError, match=said):
        write_file(tmp_path / "page.html", "<p>ä</p>")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_cannot_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="File name too long"):
        write_file(tmp_path / ("x" * 300), "")
    with pytest.raises(RunError, match="File name too long"):
        write_folder(tmp_path / ("x" * 300), {"a": ""})
    assert list(tmp_path.iterdir()) == []
    assert not exists(Path("x" * 300))


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "trial").mkdir()
    write_folder(tmp_path / "trial", {"a.txt": "ä", "b.txt": ""})
    assert sorted(path.name for path in (tmp_path / "trial").iterdir()) == ["SHA256SUMS", "a.txt", "b.txt"]
    with pytest.raises(RunError, match="disk is full"), new_folder(tmp_path / "deep" / "plan") as part:
        (part / "a.txt").write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [path.name for path in tmp_path.iterdir()] == ["trial"]
    with pytest.raises(RunError, match="cannot be written"):
        write_folder(tmp_path / "trial", {"c.txt": ""})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["trial"]
    assert not (tmp_path / "trial" / "c.txt").exists()


def test_folders_of_others_beside_it_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "trial.part").mkdir()
    (tmp_path / "trial.part" / "thesis.txt").write_text("mine")
    write_folder(tmp_path / "trial", {"a.txt": ""})
    assert (tmp_path / "trial.part" / "thesis.txt").read_text() == "mine"


def test_a_folder_proves_itself_with_a_tool_of_everybodys(tmp_path: Path) -> None:
    write_folder(tmp_path / "trial", {"a.txt": "ä", "b.txt": "\n"})
    sums = [line.split("  ") for line in (tmp_path / "trial" / SUMS).read_text().splitlines()]
    assert [name for _, name in sums] == ["a.txt", "b.txt"]
    assert [known for known, _ in sums] == [sha256(text).hexdigest() for text in ("ä".encode(), b"\n")]


def test_where_a_link_leads_the_folder_is_written(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "trial").symlink_to(tmp_path / "other")
    write_folder(tmp_path / "trial", {"a.txt": ""})
    assert (tmp_path / "trial").is_symlink()
    assert (tmp_path / "other" / "a.txt").is_file()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(RunError, match="cannot be written"):
        write_folder(tmp_path / "loop", {"a.txt": ""})
    with pytest.raises(RunError, match="symbolic links"):
        write_file(tmp_path / "loop", "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["loop", "other", "trial"]


def test_of_places_made_for_a_folder_those_go_again_that_others_do_not_use(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="disk is full"), new_folder(tmp_path / "a" / "b" / "plan"):
        (tmp_path / "a" / "thesis.txt").write_text("mine")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["a", "a/thesis.txt"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
def test_what_the_disk_does_not_take_is_no_folder(number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", refuse(number))
    with pytest.raises(RunError):
        write_folder(tmp_path / "a" / "trial", {"a.txt": ""})
    assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    write_folder(tmp_path / "a" / "trial", {"a.txt": ""})
    assert (tmp_path / "a" / "trial" / SUMS).is_file()


@pytest.mark.parametrize("write", [lambda place: write_file(place, ""), lambda place: write_folder(place, {})])
def test_what_the_dead_left_is_swept_when_old_and_nothing_else(write: Callable[[Path], None], tmp_path: Path) -> None:
    old, young, other = f".effleurage-{'0f' * 16}.part", f".effleurage-{'1e' * 16}.part", "thesis.part"
    for name in (old, young, other):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text("a")
    half = tmp_path / f".effleurage-{'2d' * 16}.part"
    half.write_text("half")
    for path in (tmp_path / old, tmp_path / other, half):
        os.utime(path, (time.time() - 1e4, time.time() - 1e4))
    write(tmp_path / "new")
    assert {path.name for path in tmp_path.iterdir()} == {young, other, "new"}


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_what_is_no_plain_file_is_not_read(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "x")
    with pytest.raises(OSError, match="no plain file"):
        plain_bytes(tmp_path / "x")
    with pytest.raises(FileNotFoundError):
        plain_bytes(tmp_path / "y")


WRITES = re.compile(r"\.(write_text|write_bytes|to_csv|to_parquet)\((?!index)")


@pytest.mark.parametrize("layer", ["cli", "report"])
def test_whatever_people_ask_for_is_written_whole(layer: str) -> None:
    """Through ``write_file`` and ``write_folder`` alone: nothing else leaves no half file on a full disk.

    The script that goes out with a plan is read by people and needs nothing of ours.
    """
    found = {path.name: WRITES.findall(path.read_text(encoding="utf-8")) for path in (PACKAGE / layer).rglob("*.py")}
    assert found
    assert {name for name, calls in found.items() if calls} <= {"analysis_template.py"}
    assert WRITES.search("table.to_csv(out, index=False)")
