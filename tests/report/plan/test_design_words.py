"""A design in one sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from effleurage.report.plan.design_words import design_words
from effleurage.trial.design.design import Arm

Make = Callable[..., Any]
MASSAGE = Arm(name="massage")


def test_the_design_is_one_sentence(design: Make) -> None:
    told = design_words(design(sessions=6, people={"chronic_stress": 1.0, "age": 31.0}))
    assert told.startswith(
        "60 min of swedish massage (back), 6 sessions, one every 7 days, at 14:00, against 60 min of"
    )
    assert "people: stressed, age 31" in told
    assert "without a control" in design_words(design(MASSAGE)) and "healthy adults" in design_words(design())


def test_sessions_of_every_day_are_said_to_be_so(design: Make) -> None:
    assert "5 sessions, every day, at" in design_words(design(sessions=5, every=1))
    assert "5 sessions, one every 2 days, at" in design_words(design(sessions=5, every=2))
