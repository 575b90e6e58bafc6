"""What decides the bits of a cohort run: every module that computes and writes it is in the digest."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.runs import versions as module


@pytest.mark.parametrize("name", ["carry_out.py", "chunks.py", "tables.py"])
def test_the_digest_holds_what_writes_a_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = Path(module.__file__).parent
    for path in own.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(module, "__file__", str(tmp_path / "versions.py"))
    before = module.versions.__wrapped__()
    assert before["code"] == module.versions()["code"]
    with (tmp_path / name).open("a", encoding="utf-8") as file:
        file.write("# another line\n")
    assert module.versions.__wrapped__()["code"] != before["code"]
