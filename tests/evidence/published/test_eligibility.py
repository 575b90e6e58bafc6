"""Which results are asked about: by rule, and nothing by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from effleurage.evidence.published.eligibility import comparable, eligible, questions, shipped_questions
from effleurage.evidence.published.ledger import Row, ledger
from effleurage.people.simulate import whole_body


def asked_of(row_id: str, **said: str) -> tuple[Row, list[tuple[str, int, str, str, float]]]:
    """A row of the ledger, changed as said, and the questions that come of it."""
    own = {**next(row for row in ledger().results if row["id"] == row_id), **said}
    found = questions(replace(ledger(), results=(own,)))
    return own, [(one.quantity, one.turn, one.fit, one.answer, one.weight) for one in found]


def test_the_rule_leaves_out_what_is_remembered_and_what_has_no_control() -> None:
    sizes = [len(rows) for _, rows in eligible(ledger())]
    assert sizes == sorted(sizes, reverse=True)
    left = eligible(ledger())[-1][1]
    assert len(left) > 80
    assert not [row for row in left if row["provenance"] == "memory" or row["comparator"] == "baseline"]
    assert {row["direction"] for row in left} == {"up", "none", "down"}


def test_verdicts_and_ring_share_their_first_clauses() -> None:
    assert {row["id"] for row in eligible(ledger())[-1][1]} < {row["id"] for row in comparable(ledger())}


def test_questions_weigh_as_much_as_the_rows_they_come_from() -> None:
    weight = sum(question.weight for question in shipped_questions())
    assert weight == pytest.approx(len(eligible(ledger())[-1][1]))


def test_every_question_is_about_something_that_people_here_have() -> None:
    heart = {"hf", "lf", "lf_hf", "total_power", "sdnn", "rmssd", "pnn50"}
    assert {question.quantity for question in shipped_questions()} <= set(whole_body().quantities) | heart


def test_a_row_of_several_outcomes_is_asked_once_for_each() -> None:
    _, found = asked_of("Hinds2004-10")
    assert found == [("systolic", 1, "part", "none", 0.5), ("diastolic", 1, "part", "none", 0.5)]


def test_an_outcome_that_rises_as_its_quantity_falls_is_turned() -> None:
    row, found = asked_of("Zayer2025-1")
    assert (row["outcome"], row["direction"]) == ("psqi-total", "down")
    assert found == [("sleep_efficiency", -1, "near", "up", 1.0)]


@pytest.mark.parametrize(
    "said",
    [
        {"provenance": "memory"},
        {"compared": "within-arm"},
        {"mirror": "yes"},
        {"direction_inferred": "yes"},
        {"arm_kind": "osteopathic"},
        {"comparator": "drug"},
        {"outcome": "oxytocin-plasma"},
        {"study": "ShorPosner2004"},
    ],
)
def test_each_clause_leaves_its_own_out(said: dict[str, str]) -> None:
    assert asked_of("Day1987-1")[1]
    assert asked_of("Day1987-1", **said)[1] == []
