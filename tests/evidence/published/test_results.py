"""A result and its study as typed rows: what cannot be is refused, whoever says it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.published.results import Result, Study


def test_a_result_made_in_python_is_held_to_the_same_rules() -> None:
    plain = ledger().results[0].model_dump()
    assert Result(**plain) == ledger().results[0]
    for wrong in (
        {"post_sd": -1.0},
        {"n": 0},
        {"low": 2.0, "high": 1.0},
        {"percent_change": 5.0, "percent_of": ""},
        {"comparator": ""},
        {"direction": "lower"},
        {"hands": "two"},
    ):
        with pytest.raises(ValidationError):
            Result(**{**plain, **wrong})


def test_a_result_cannot_be_changed_in_place() -> None:
    with pytest.raises(ValidationError):
        ledger().results[0].direction = "none"


def test_a_study_is_cited_with_its_doi_where_it_has_one() -> None:
    said = {bool(study.doi): study.cited for study in ledger().studies.values()}
    assert ", doi 10." in said[True]
    assert ", doi" not in said[False]
    crossed = Study(id="A", species="human", age="adult", design="crossover")
    assert crossed.same_people and not crossed.model_copy(update={"design": "parallel"}).same_people
