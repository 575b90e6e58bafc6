from __future__ import annotations

import numpy as np
import pytest

from effleurage.errors import RequestError
from effleurage.lab.instruments.instruments import instruments
from effleurage.lab.outcomes.codebook import codebook
from effleurage.lab.untreated.comparable import (
    STUDIED,
    VIRTUAL,
    comparable,
    comparable_of,
    course_for,
    held_against,
)
from effleurage.lab.untreated.course import courses

QUESTIONNAIRES = ("PSS", "PSQI", "ISI")


def test_every_outcome_with_a_course_is_known_and_the_body_wins_where_it_has_it() -> None:
    assert set(instruments()) < set(comparable())
    assert {row.id for row in comparable().values()} == {row.id for row in instruments().values()} | {
        id for id, *_ in courses()
    }
    for key, row in instruments().items():
        assert comparable()[key] is row and row.lived and course_for(row) is None
    assert [row.outcome for row in comparable().values() if not row.lived] == list(QUESTIONNAIRES)


@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_a_questionnaire_is_that_of_the_codebook_in_whole_points_at_no_hour(name: str) -> None:
    one = comparable_of(name)
    coded = codebook()[one.id]
    assert (one.outcome, one.instrument, one.unit) == (coded.name, coded.instrument, coded.unit)
    assert (one.low, one.high, one.step) == (coded.low, coded.high, 1.0)
    assert not one.clocked and not one.nightly
    course = course_for(one)
    assert course is not None and course.id == one.id
    # what passes of one answer, its rounding inside: the spread that two answers do not share
    assert one.error == pytest.approx(course.sd * np.sqrt(1 - course.retest))


def test_where_no_course_of_adults_is_known_the_first_of_others_counts() -> None:
    whom = {name: course.whom for name in QUESTIONNAIRES if (course := course_for(comparable_of(name)))}
    assert whom == {"PSS": "adults", "PSQI": "adults", "ISI": "people with insomnia"}


def test_it_is_said_whom_an_outcome_is_held_against() -> None:
    assert held_against("PSS", "PSS-10") == STUDIED and held_against("pain NRS", "questionnaire") == VIRTUAL


@pytest.mark.parametrize("form", ["", "PSS-10", "pss10", "PSS 10", "pss", "Questionnaire"])
def test_a_form_may_be_written_in_many_ways(form: str) -> None:
    assert comparable_of(" pss ", form).instrument == "PSS-10"


@pytest.mark.parametrize("form", ["PSS-4", "PSS-14", "cuff"])
def test_another_form_is_another_questionnaire(form: str) -> None:
    with pytest.raises(RequestError, match=f"known of PSS-10, not of '{form}'. Say PSS-10 in a column 'instrument'"):
        comparable_of("PSS", form)


@pytest.mark.parametrize("word", ["STAI-T", "PSQ", "wellness", ""])
def test_what_has_neither_body_nor_course_is_refused_and_courses_are_among_the_known(word: str) -> None:
    with pytest.raises(RequestError, match="is not simulated"):
        comparable_of(word)
    with pytest.raises(RequestError) as refused:
        comparable_of("wellness")
    assert all(name in str(refused.value) for name in QUESTIONNAIRES)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("perceived stress", "'PSS'"),
        ("Insomnia-Severity", "'ISI'"),
        ("sleep", "'TST' or 'PSQI'"),
        ("stress", "'VAS stress'"),
    ],
)
def test_what_people_call_it_is_asked_about(word: str, meant: str) -> None:
    with pytest.raises(RequestError, match=f"Did you mean {meant}\\?"):
        comparable_of(word)
