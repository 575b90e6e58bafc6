from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.errors import RequestError
from effleurage.lab.change import Compared, Pair, compare

PAIR = Pair("systolic pressure", 120.0, 118.0, 600.0, 645.0, participant="A", condition="massage")


@pytest.fixture(scope="module")
def trial() -> Compared:
    luck = np.linspace(-1.5, 1.5, 12)
    rows = []
    for arm, fall in (("massage", -14.0), ("rest", -6.0)):
        for number, z in enumerate(luck):
            rows.append(
                replace(
                    PAIR,
                    participant=f"{arm} {number}",
                    condition=arm,
                    before=122 + 6 * z,
                    after=122 + 6 * z + fall + 3 * luck[(5 * number) % 12],
                )
            )
    return compare(rows, people=64)


def test_every_pair_has_its_band_and_its_place(trial: Compared) -> None:
    table = trial.table
    assert len(table) == 24
    assert (table["low"] < table["expected"]).all() and (table["expected"] < table["high"]).all()
    placed = np.where(
        table["after"] > table["high"], "above", np.where(table["after"] < table["low"], "below", "within")
    )
    assert (table["where"] == placed).all()
    assert table["resting"].all()


def test_the_arms_are_compared_at_equal_first_values(trial: Compared) -> None:
    (row,) = trial.contrasts.to_dict("records")
    assert row["difference"] == pytest.approx(-8.0, abs=0.5)
    assert row["low"] < row["difference"] < row["high"] < 0
    assert row["sure"]


def test_without_a_control_nothing_is_said_to_be_caused() -> None:
    found = compare([replace(PAIR, participant=str(i)) for i in range(4)], people=64)
    assert found.contrasts.empty
    assert any("no control" in note for note in found.notes)


def test_a_missing_tube_is_a_reason_and_no_place() -> None:
    found = compare([PAIR, replace(PAIR, participant="B", after=float("nan"))], people=64)
    assert found.table["where"].tolist()[1] == ""
    assert "not measured" in found.table["reason"].tolist()[1]
    assert found.groups["n"].tolist() == [1]


def test_every_fault_is_named_at_once() -> None:
    wrong = [replace(PAIR, outcome="luck", where="row 2"), replace(PAIR, clock_after=500.0, where="row 3")]
    with pytest.raises(RequestError) as refused:
        compare(wrong)
    assert "row 2" in str(refused.value) and "row 3" in str(refused.value)
