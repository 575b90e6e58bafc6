from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from effleurage.body.compose import Body
from effleurage.engine.program import Program
from effleurage.engine.settle import settled_states
from effleurage.people.cohort import Cohort
from effleurage.protocol.model import Protocol


@pytest.mark.slow
def test_settled_people_are_found_again_on_disk_and_made_anew_where_a_file_was_harmed(
    body: Body, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path))
    monkeypatch.setattr("effleurage.engine.kept._told", set())
    constants = Cohort(np.arange(2)).constants(body, program)
    day = Protocol(title="a day", days=1).ordinary_day()
    first = settled_states(program, constants, day, body.slow)
    kept = list((tmp_path / "settled").iterdir())
    assert len(kept) == 2
    assert (settled_states(program, constants, day, body.slow) == first).all()
    whole = {path: path.read_bytes() for path in kept}
    for harm in (lambda data: b"torn", lambda data: b"", flipped, lambda data: data[:-9], lambda data: b"PK\x03\x04"):
        for path in kept:
            path.write_bytes(harm(whole[path]))
        assert (settled_states(program, constants, day, body.slow) == first).all()
    told = [record.getMessage() for record in caplog.records if record.name.endswith("kept")]
    assert told == ["a kept file was damaged and is made anew: settled/…"]
    kept[0].write_bytes(whole[kept[1]])
    kept[1].write_bytes(whole[kept[0]])
    assert (settled_states(program, constants, day, body.slow) == first).all()


def flipped(data: bytes) -> bytes:
    """One bit of a number is another."""
    found = bytearray(data)
    found[-80] ^= 64
    return bytes(found)


def test_each_person_settles_to_the_same_whoever_else_is_there(body: Body, program: Program) -> None:
    day = Protocol(title="a day", days=1).ordinary_day()
    together = settled_states(program, Cohort(np.arange(5)).constants(body, program), day, body.slow)
    alone = settled_states(program, Cohort(np.array([3])).constants(body, program), day, body.slow)
    assert (together[:, 3] == alone[:, 0]).all()
