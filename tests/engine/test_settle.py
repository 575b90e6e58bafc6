from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from effleurage.body.compose import Body
from effleurage.engine.program import Program
from effleurage.engine.settle import settled_states
from effleurage.people.cohort import Cohort
from effleurage.protocol.model import Protocol


def test_settled_people_are_found_again_on_disk(
    body: Body, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EFFLEURAGE_CACHE", str(tmp_path))
    constants = Cohort(np.arange(2)).constants(body, program)
    day = Protocol(title="a day", days=1).ordinary_day()
    first = settled_states(program, constants, day, body.slow)
    kept = list((tmp_path / "settled").iterdir())
    assert len(kept) == 2
    assert (settled_states(program, constants, day, body.slow) == first).all()
    for path in kept:
        path.write_bytes(b"torn")
    assert (settled_states(program, constants, day, body.slow) == first).all()


def test_each_person_settles_to_the_same_whoever_else_is_there(body: Body, program: Program) -> None:
    day = Protocol(title="a day", days=1).ordinary_day()
    together = settled_states(program, Cohort(np.arange(5)).constants(body, program), day, body.slow)
    alone = settled_states(program, Cohort(np.array([3])).constants(body, program), day, body.slow)
    assert (together[:, 3] == alone[:, 0]).all()
