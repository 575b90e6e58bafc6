"""Which results count, for which use: by one table, and nothing by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.evidence.published.appraisal import Group, evidence
from effleurage.evidence.published.eligibility import (
    REASONS,
    USES,
    Counted,
    Scope,
    Use,
    first_of_each_study,
    left_in,
    questions,
    shipped_questions,
    sorted_out,
    why_left_out,
)
from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.published.results import Result
from effleurage.people.simulate import whole_body

TABLE = {
    "memory": "naming evidence verdict ring",
    "animals": "evidence verdict ring",
    "review": "evidence verdict ring",
    "no massage": "evidence verdict ring",
    "within an arm": "evidence verdict ring",
    "mirror": "evidence verdict ring",
    "massages": "evidence verdict ring",
    "inferred": "evidence verdict ring",
    "one person": "evidence verdict ring",
    "not adults": "verdict ring",
    "technique": "ring",
    "comparator": "ring",
    "outcome": "ring",
    "other outcome": "verdict",
    "other occasion": "verdict",
    "other comparator": "verdict",
    "other people": "verdict",
}
"""Reason -> the uses that leave a result out for it."""
LEFT_IN = {"naming": 484, "evidence": 142, "verdict": 133, "ring": 93}
"""Use -> results of the shipped ledger, of 502."""
ADULTS_ONLY = {"adolescent": 3, "infant": 6}
"""Age -> results that a reader of the evidence sees and no verdict counts."""
DAY = "Day1987-1"


def ids(use: Use) -> set[str]:
    return {result.id for result in left_in(ledger(), use)}


def told_otherwise(row_id: str, **said: object) -> tuple[Result, Ledger]:
    """A result of the ledger, changed as said, in a ledger of its own."""
    own = next(one for one in ledger().results if one.id == row_id).model_copy(update=said)
    return own, replace(ledger(), results=(own,))


def asked_of(row_id: str, **said: object) -> tuple[Result, list[tuple[str, int, str, str, float]]]:
    """A result of the ledger, changed as said, and the questions that come of it."""
    own, book = told_otherwise(row_id, **said)
    return own, [(one.quantity, one.turn, one.fit, one.answer, one.weight) for one in questions(book)]


def test_the_table_says_which_use_asks_for_what() -> None:
    assert {reason.name: reason.uses for reason in REASONS} == {name: {*uses.split()} for name, uses in TABLE.items()}
    assert len({reason.words for reason in REASONS}) == len(REASONS)
    assert list(USES) == list(get_args(Use))


def test_each_use_leaves_in_what_it_did() -> None:
    assert {use: len(ids(use)) for use in USES} == LEFT_IN
    assert ids("ring") < ids("verdict") < ids("evidence") < ids("naming")


def test_a_reader_sees_children_and_a_verdict_does_not_count_them() -> None:
    extra = [result for result in left_in(ledger(), "evidence") if result.id not in ids("verdict")]
    ages = [ledger().study_of(result).age for result in extra]
    assert {age: ages.count(age) for age in ages} == ADULTS_ONLY


def mixed(groups: Sequence[Group]) -> list[str]:
    """Studies of a pool that are not in adults, as those beside them are."""
    lines = [line for group in groups if group.pool for line in group.sized]
    return [line.study.id for line in lines if line.study.age != "adult"]


def test_no_pool_of_the_shipped_ledger_mixes_children_with_adults() -> None:
    assert [mixed(evidence(pathway).groups) for pathway in {one.pathway for one in ledger().results}] == [[]] * 9


def test_a_pool_that_mixes_children_with_adults_would_be_seen() -> None:
    size = {"d": -0.5, "low": -1.0, "high": 0.0, "interval_of": "d", "outcome": "cortisol-saliva"}
    names = ("DiegoField2009", "Buttagat2011", "Diego2001_HIV")
    results = tuple(told_otherwise(DAY, study=name, id=name, **size)[0] for name in names)
    assert mixed(evidence("cortisol-saliva", book=replace(ledger(), results=results)).groups) == ["Diego2001_HIV"]


@pytest.mark.parametrize(("one", "other"), permutations(USES, 2))
def test_where_two_uses_differ_a_reason_of_the_table_says_why(one: Use, other: Use) -> None:
    for result in left_in(ledger(), one):
        why = why_left_out(result, ledger(), other)
        assert why is None or one not in why.uses


def test_every_result_is_left_in_or_has_one_reason() -> None:
    for use in USES:
        found = sorted_out(ledger().results, ledger(), use)
        assert sorted(one.id for kept in found.values() for one in kept) == sorted(one.id for one in ledger().results)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("memory", {"provenance": "memory"}),
        ("animals", {"study": "LPT_ECE_dog"}),
        ("review", {"study": "Tuina2024_MA"}),
        ("no massage", {"arm_kind": "osteopathic"}),
        ("within an arm", {"compared": "within-arm"}),
        ("mirror", {"mirror": "yes"}),
        ("mirror", {"mirror": "unmarked"}),
        ("mirror", {"comparator": "reference"}),
        ("massages", {"comparator": "massage-in-others"}),
        ("inferred", {"direction_inferred": True}),
        ("one person", {"n": 1}),
        ("not adults", {"study": "ShorPosner2004"}),
        ("technique", {"technique": "osteopathic"}),
        ("comparator", {"comparator": "drug"}),
        ("outcome", {"outcome": "oxytocin-plasma"}),
    ],
)
def test_each_reason_leaves_out_its_own_in_its_uses_and_in_no_other(name: str, said: dict[str, object]) -> None:
    reason = next(one for one in REASONS if one.name == name)
    for use in USES:
        assert why_left_out(*told_otherwise(DAY), use) is None
        assert why_left_out(*told_otherwise(DAY, **said), use) == (reason if use in reason.uses else None)


@pytest.mark.parametrize(
    ("name", "scope"),
    [
        ("other outcome", Scope(outcomes=("cortisol-saliva",))),
        ("other occasion", Scope(occasion="follow-up")),
        ("other comparator", Scope(comparators=("sham",))),
        ("other people", Scope(population="cancer or oncology")),
    ],
)
def test_a_statement_narrows_a_verdict_and_nothing_else(name: str, scope: Scope) -> None:
    left_out = {use: why_left_out(*told_otherwise(DAY), use, scope) for use in USES}
    assert {use: reason.name for use, reason in left_out.items() if reason} == {"verdict": name}


@given(st.permutations([one for one in ledger().results if one.study in ("Day1987", "Buttagat2011", "Zayer2025")]))
def test_a_study_counts_once_by_an_acute_result_if_it_has_one(results: list[Result]) -> None:
    chosen = first_of_each_study(results)
    assert sorted(one.study for one in chosen) == sorted({one.study for one in results})
    for one in chosen:
        own = [other for other in results if other.study == one.study]
        acute = [other for other in own if other.occasion == "acute"]
        assert one == (acute or own)[0]


def test_the_rule_leaves_out_what_is_remembered_and_what_has_no_control() -> None:
    left = left_in(ledger(), "ring")
    assert not [one for one in left if one.provenance == "memory" or one.comparator == "baseline"]
    assert {one.direction for one in left} == {"up", "none", "down"}


def test_questions_weigh_as_much_as_the_results_they_come_from() -> None:
    weight = sum(question.weight for question in shipped_questions())
    assert weight == pytest.approx(Counted.of(shipped_questions()).results) == len(left_in(ledger(), "ring"))


def test_every_question_is_about_something_that_people_here_have() -> None:
    heart = {"hf", "lf", "lf_hf", "total_power", "sdnn", "rmssd", "pnn50"}
    assert {question.quantity for question in shipped_questions()} <= set(whole_body().quantities) | heart


def test_a_row_of_several_outcomes_is_asked_once_for_each() -> None:
    _, found = asked_of("Hinds2004-10")
    assert found == [("systolic", 1, "part", "none", 0.5), ("diastolic", 1, "part", "none", 0.5)]
    assert Counted.of(questions(told_otherwise("Hinds2004-10")[1])) == Counted(questions=2, results=1, studies=1)


def test_an_outcome_that_rises_as_its_quantity_falls_is_turned() -> None:
    row, found = asked_of("Zayer2025-1")
    assert (row.outcome, row.direction) == ("psqi-total", "down")
    assert found == [("sleep_efficiency", -1, "near", "up", 1.0)]
