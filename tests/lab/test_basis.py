from __future__ import annotations

from effleurage.lab.basis import basis
from effleurage.lab.outcomes import Outcome
from effleurage.protocol.model import Protocol


def test_skin_flow_rests_on_its_own_gain_and_not_on_sleep(short: Protocol) -> None:
    table = basis(short, "rest", (Outcome("blood", "skin_flow", "skin", "end of session"),))
    assert table["name"].iloc[0] == "skin_by_touch"
    assert 0.5 < table["share"].iloc[0] <= 1
    assert table["share"].sum() <= 1 + 1e-9
    assert not table["name"].str.startswith("wave_").any()
