"""A plan begins with the design as it was understood: every part of it, and what nobody said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from effleurage.report.plan.understood import assumed_lines, design_data, design_lines
from effleurage.trial.design.assumed import assumed, unsaid
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.sentence.sentence import read_sentence, understood

MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")


def design(**said: Any) -> Design:
    usual: dict[str, Any] = {"title": "x", "arms": (MASSAGE, REST), "outcomes": (Measure(outcome="cortisol"),)}
    return Design(**(usual | said))


def told(one: Design) -> str:
    return " | ".join(f"{about}: {text}" for about, text in design_lines(one))


def test_every_part_of_a_design_is_told_in_order() -> None:
    abouts = [about for about, _ in design_lines(design())]
    assert abouts == ["Arm 1, massage", "Arm 2, rest", "People", "Sessions", "Measured", "Number", "Losses", "Analysis"]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({}, "60 min of swedish massage, back, moderate pressure; by one therapist"),
        ({}, "Arm 2, rest: 60 min of quiet rest, lying."),
        ({}, "cortisol (saliva, nmol/L), at 13:40, 20 min before the session, and at 15:10, 10 min after the session"),
        ({}, "worth having: 1.5 nmol/L"),
        ({}, "Number: not said, so it is what the plan is for."),
        ({}, "nobody drops out, every session is attended, no measurement is lost"),
        ({}, "ANCOVA) ; estimand: treatment policy; 80 % power at a two-sided 5 % level".replace(") ;", ");")),
        ({"sessions": 6}, "Sessions: 6, one every 7 days, at 14:00"),
        ({"sessions": 5, "every": 1, "time": 600}, "Sessions: 5, every day, at 10:00"),
        ({"layout": "crossover", "n": 22}, "with 7 days of wash-out between"),
        ({"layout": "crossover", "n": 22}, "22 people in all, each in every arm"),
        ({"n": 40}, "40 people in each of 2 arms, 80 in all"),
        ({"arms": (MASSAGE,), "n": 40}, "Control: none"),
        ({"arms": (MASSAGE, Arm(name="w", kind="waiting list"))}, "waiting list: no visit, only the measurements"),
        (
            {"outcomes": (Measure(outcome="cortisol", time=480, after=1),)},
            "at 08:00 before the session, and at 08:00, one day",
        ),
        ({"people": {"chronic_stress": 1.0}}, "adults with chronic_stress 1 (chronic stress a person lives under"),
        ({"dropout": 0.1, "adherence": 0.7, "missing": 0.05}, "10 % drop out, 70 % of sessions attended, 5 % of"),
        ({"analysis": "change", "reason": "x", "alpha": 0.01}, "the change from the first to the last measurement"),
    ],
)
def test_each_part_says_what_the_design_says(said: dict[str, Any], text: str) -> None:
    assert text in told(design(**said)), told(design(**said))


def test_what_is_not_said_is_told_as_assumed_and_what_is_said_is_not() -> None:
    short, full = (
        read_sentence("x 6 vs rest, cortisol"),
        "60 min swedish of the back weekly x 6 vs rest at 14:00, cortisol",
    )
    assert assumed(short) == ("not said and assumed: 60 min, swedish, back, at 14:00, sessions 7 days apart",)
    assert assumed(read_sentence(full)) == ()
    assert "80 % power" in unsaid(read_sentence(full))[0] and "nobody drops out" in unsaid(read_sentence(full))[0]
    assert "80 % power" not in unsaid(read_sentence(f"{full}, 90 % power"))[0]
    notes = understood("massage vs rest in poor sleepers, cortisol").notes
    lines = assumed_lines(notes)
    assert ("Assumed", "60 min, swedish, back, at 14:00, one session") in lines
    assert any(about == "Note" and "poor sleepers" in text for about, text in lines)


def test_the_design_as_data_is_pythons_own() -> None:
    data = design_data(design(n=40, people={"age": 23.0}), ["not said and assumed: swedish"])
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["understood"][0].startswith("Arm 1, massage: ") and data["assumed"] == ["not said and assumed: swedish"]
    assert data["outcomes"][0]["first"] == "day 2 13:40" and data["outcomes"][0]["instrument"] == "saliva"
    assert (data["n"], data["time"], data["sessions"], data["people"]) == (40, "14:00", 1, {"age": 23.0})


def test_one_arm_is_said_to_be_compared_with_nothing() -> None:
    alone = design(arms=(MASSAGE,))
    assert "Analysis: none: what changes within people is told" in told(alone)
    assert "ANCOVA" not in told(alone) and "power" not in told(alone) and "every arm" not in told(alone)
    (said,) = unsaid(alone)
    assert "compared" not in said and "power" not in said and "nobody drops out" in said
    assert design_data(alone)["analysis"] is None and design_data(design())["analysis"] == "ancova"


def test_one_point_worth_having_is_one_point() -> None:
    said = "worth having: 1 point (a change in one person; what is worth having between arms is not known)."
    assert said in told(design(outcomes=(Measure(outcome="pain", worthwhile=1.0),)))
    assert "worth having: 2 points." in told(design(outcomes=(Measure(outcome="pain", worthwhile=2.0),)))
