"""YAML that could harm, and files that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.errors import ProtocolError
from effleurage.protocol.nodes import MOST_BYTES, line, read_node, read_text


def test_nodes_carry_lines() -> None:
    node = read_node("title: x\n\ndays: 3\n", "f.yaml")
    assert [(key.value, line(key)) for key, _ in node.value] == [("title", 1), ("days", 3)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "f.yaml: the file is empty"),
        ("# only a comment\n", "f.yaml: the file is empty"),
        ("- a\n- b\n", "not a list of fields"),
        ("just words", "not a list of fields"),
        ("title: x\ndays: !!python/object/apply:os.system [ls]\n", "f.yaml, line 2: a tag"),
        ("title: &a x\n", "f.yaml, line 1: an anchor"),
        ("a: &a [x, x]\nb: [*a, *a]\n", "f.yaml, line 2: an alias"),
        ("a: [[[[[[[[x]]]]]]]]\n", "f.yaml, line 1: nested too deep"),
        ("a: " + "[" * 100_000, "nested too deep"),
        ("a: {" * 5000, "f.yaml"),
        ("title: x\n---\ntitle: y\n", "a second document"),
        ("title: 'x\n", "not YAML"),
        ("title: x\n\tdays: 3\n", "not YAML"),
        ("a: b: c\n", "f.yaml, line 1: not YAML"),
        ("title: \x07\n", "not YAML"),
        ('title: "\\UFFFFFFFF"\n', "not YAML"),
        ("title: \ud800\n", "not Unicode"),
        ("#" * (MOST_BYTES + 1), "over 1 MB"),
    ],
)
def test_refused(text: str, said: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        read_node(text, "f.yaml")
    assert said in str(refused.value)


def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f.yaml"
    with pytest.raises(ProtocolError, match="f.yaml: there is no such file"):
        read_text(file)
    with pytest.raises(ProtocolError, match="is a folder, and no file. Check the path"):
        read_text(tmp_path)
    with pytest.raises(ProtocolError):
        read_text(Path("a\0b"))
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProtocolError, match="not UTF-8"):
        read_text(file)
    file.write_bytes(b"\xef\xbb\xbftitle: x\n")
    assert read_text(file) == "title: x\n"
    file.write_bytes(b"#" * (MOST_BYTES + 1))
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("read before its size was looked at"))
    with pytest.raises(ProtocolError, match="over 1 MB"):
        read_text(file)
