from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

import effleurage.body
from effleurage.body.ledger import read_system
from effleurage.errors import RequestError, RunError
from effleurage.evidence.norms.targets import shipped_targets
from effleurage.fit.physiology import Fitted, blocks, calibrate, changed_ledgers, with_numbers
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


def test_numbers_are_written_with_their_source_and_nothing_else_changes() -> None:
    texts = changed_ledgers([fitted("t_set.value"), fitted("t_set.between")])
    before = (HOME / "immunity.toml").read_text(encoding="utf-8")
    assert list(texts) == ["immunity.toml"] and before == (HOME / "immunity.toml").read_text(encoding="utf-8")
    pairs = list(zip(before.splitlines(), texts["immunity.toml"].splitlines(), strict=True))
    assert [old.split(" = ")[0] for old, new in pairs if old != new] == ["t_set"]
    row = tomllib.loads(texts["immunity.toml"])["parameters"]["t_set"]
    assert (row["value"], row["between"], row["source"]) == (1.75, 1.75, "fit:LymphocyteNorms+Targets")


def test_a_written_ledger_is_read_as_a_body(tmp_path: Path) -> None:
    shutil.copytree(HOME, tmp_path / "body")
    for name, text in changed_ledgers([fitted("t_set.value")]).items():
        (tmp_path / "body" / name).write_text(text, encoding="utf-8")
    assert read_system(tmp_path / "body", "immunity").parameters["t_set"].value == 1.75


@pytest.mark.parametrize("system", [path.stem for path in sorted(HOME.glob("*.ant"))])
def test_a_ledger_that_keeps_its_numbers_keeps_its_text(system: str) -> None:
    rows = read_system(HOME, system).parameters
    name = next((name for name, row in rows.items() if row.value), "")
    same = Fitted("block", f"{name}.value", 1, rows[name].value, 1, 1, False, ())
    assert changed_ledgers([same])[f"{system}.toml"] == (HOME / f"{system}.toml").read_text(encoding="utf-8")


def test_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(RunError, match="no field within_day in the row t_total"):
        changed_ledgers([fitted("t_total.within_day")])
