"""Text in blocks of whole lines, whatever its size, packing, marks and ends of lines."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError
from effleurage.files.table.text_stream import ENDINGS, text_blocks

SAID = "one\n\nzwei ö\nthree"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(st.text("ab é;", max_size=9), min_size=1, max_size=30),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.integers(1, 40),
    packed=st.booleans(),
)
def test_lines_come_back_whole(lines: list[str], ends: str, size: int, packed: bool, tmp_path: Path) -> None:
    raw = "".join(line + ends for line in lines).encode()
    path = tmp_path / "a.txt"
    path.write_bytes(gzip.compress(raw) if packed else raw)
    blocks = list(text_blocks(path, size=size))
    assert [line for block in blocks for line in block.lines()] == lines
    assert [block.first for block in blocks] == [1, *(block.last + 1 for block in blocks[:-1])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("size", [4, 1000])
def test_encodings_are_told_apart(encoding: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(SAID.encode(encoding))
    assert [line for block in text_blocks(path, size=size) for line in block.lines()] == SAID.split("\n")


def test_blocks_are_as_small_as_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"800\n" * 5000)
    assert max(len(block.data) for block in text_blocks(path, size=1000)) <= 1004


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"", "is empty"),
        (b"8\n9\n\x07\n", "line 3: holds bytes that are no text"),
        (b"8\n" + b"9" * 70_000, "line 2: is longer than 65,536 bytes"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (gzip.compress(b"800\n" * 9, mtime=0)[:-4], "damaged or cut short"),
        (b"\x1f\x8bnonsense", "damaged or cut short"),
    ],
)
@pytest.mark.parametrize("size", [100, 1 << 20])
def test_what_is_no_text_is_refused(raw: bytes, fault: str, size: int, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(raw)
    with pytest.raises(DataError, match=fault):
        list(text_blocks(path, size=size))


def test_names_are_judged_by_their_ending(tmp_path: Path) -> None:
    for name in ("a", "a.7", *(f"A{ending.upper()}" for ending in ENDINGS)):
        (tmp_path / name).write_bytes(b"1\n")
        assert len(list(text_blocks(tmp_path / name))) == 1
    for name in ("a.fit", "a.xlsx", "a.json", "a.edf", "a.pdf.gz"):
        (tmp_path / name).write_bytes(b"1\n")
        with pytest.raises(DataError, match="is no ending of a text file"):
            list(text_blocks(tmp_path / name))
