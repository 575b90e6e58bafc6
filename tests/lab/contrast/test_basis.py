from __future__ import annotations

from effleurage.lab.contrast.basis import arrows, basis, sensitivity
from effleurage.lab.contrast.readouts import Readout
from effleurage.protocol.model import Protocol


def test_skin_flow_rests_on_its_own_gain_and_not_on_sleep(short: Protocol) -> None:
    table = basis(short, "rest", (Readout("blood", "skin_flow", "skin", "end of session"),))
    assert table["name"].iloc[0] == "skin_by_touch"
    assert 0.5 < table["share"].iloc[0] <= 1
    assert table["share"].sum() <= 1 + 1e-9
    assert not table["name"].str.startswith("wave_").any()


def test_the_day_of_cortisol_is_moved_by_the_axis_and_not_by_saliva() -> None:
    table = sensitivity("cortisol")
    assert "mr_half" in set(table["name"].head(5))
    assert "saliva_rest" not in set(table["name"])
    assert abs(table["share"].sum() - 1) < 1e-9
    assert (table["change"] != 0).all()


def test_the_arrows_that_hold_cortisol_are_feedback_and_clock_and_not_saliva() -> None:
    table = arrows("cortisol").set_index("arrow")
    assert table.loc["glucocorticoid->feedback_fast", "change"] > 0
    assert table.loc["acth_action->secretion", "change"] < 0
    assert not any(name.endswith("->saliva_flow") for name in table.index)
