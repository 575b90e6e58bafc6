from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import effleurage.body
from effleurage.body.ledger import read_system
from effleurage.errors import RequestError, RunError
from effleurage.evidence.norms.targets import shipped_targets
from effleurage.fit.physiology import Fitted, blocks, calibrate, with_numbers, write
from effleurage.people.simulate import resident_body

HOME = Path(effleurage.body.__file__).parent


def test_only_fit_rows_of_physiology_are_ever_fitted() -> None:
    known = {target.id: target for target in shipped_targets()}
    for ring in ("norm", "challenge"):
        for block in blocks(ring):
            assert all(known[name].use == "fit" and known[name].ring != "massage" for name in block.targets)
    with pytest.raises(RequestError, match="never calibrated here"):
        blocks("massage")


@pytest.mark.slow
def test_a_run_gives_the_ledgers_own_numbers() -> None:
    ledger = resident_body().parameters
    for one in calibrate("challenge"):
        name, field = one.number.split(".")
        assert one.low <= one.after <= one.high
        assert getattr(ledger[name], field) == pytest.approx(one.after, rel=0.02)


def test_rows_stand_in_and_the_body_is_left_alone() -> None:
    before = resident_body().parameters["t_set"].value
    changed = with_numbers({}, {"t_set.value": 9.0, "t_set.between": 0.5})
    assert (changed["t_set"].value, changed["t_set"].between) == (9.0, 0.5)
    assert resident_body().parameters["t_set"].value == before


def fitted(number: str) -> Fitted:
    return Fitted("block", number, 1.6, 1.75, 1.5, 2.0, True, ("T cells in blood",))


def test_numbers_are_written_with_their_source(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "body")
    write([fitted("t_set.value"), fitted("t_set.between")], tmp_path / "body")
    row = read_system(tmp_path / "body", "immunity").parameters["t_set"]
    assert (row.value, row.between, row.source) == (1.75, 1.75, "fit:LymphocyteNorms+Targets")


def test_a_field_that_is_not_there_is_refused(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "body")
    with pytest.raises(RunError, match="no field within_day in the row t_total"):
        write([fitted("t_total.within_day")], tmp_path / "body")
