from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from effleurage.evidence.ring.replay import Shown, agreement, replay, shipped_protocol, studies

BEFORE = np.full(10, 100.0)
CHANGE = np.linspace(-2.0, 2.0, 10)


@pytest.mark.parametrize(
    ("outcome", "change", "agrees"),
    [
        ({"percent": 20}, CHANGE + 20, "yes"),
        ({"percent": 20}, CHANGE + 39, "yes"),
        ({"percent": 20}, CHANGE + 41, "no"),
        ({"percent": 20}, CHANGE + 9, "no"),
        ({"percent": 20}, CHANGE - 20, "no"),
        ({"direction": "up"}, CHANGE + 5, "yes"),
        ({"direction": "up"}, CHANGE + 0.1, "no"),
        ({"direction": "down"}, CHANGE + 5, "no"),
        ({"direction": "none"}, CHANGE, "yes"),
        ({"direction": "none"}, CHANGE + 5, "no"),
        ({"direction": "not reported"}, CHANGE, "not comparable"),
    ],
)
def test_the_rule_of_agreement(outcome: dict[str, Any], change: np.ndarray, agrees: str) -> None:
    assert agreement(Shown("a", "cortisol", (0, 1), (2, 3), **outcome), BEFORE, change) == agrees


def test_every_arm_is_carried_out_and_misses_are_kept() -> None:
    table = replay()
    assert len(table) == sum(len(arm.outcome) for study in studies() for arm in study.arm)
    assert set(table["agrees"]) <= {"yes", "no", "not comparable"}
    assert (table["agrees"] == "no").any()


def test_both_worlds_of_noto_differ_by_the_hands_alone() -> None:
    rest, massage = (shipped_protocol(f"noto-2010-{arm}.yaml") for arm in ("rest", "leg-massage"))
    assert massage.against("rest").schedule() == rest.schedule()
