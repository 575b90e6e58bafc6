"""The massage ring: what virtual people answer to published questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nct, t

from effleurage.evidence.published.eligibility import questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring.arms import silent
from effleurage.evidence.ring.respond import ANSWERS, Response, chances, gains, instrument_for, respond, rows_at
from effleurage.lab.instruments.instruments import instrument_of
from effleurage.people.simulate import whole_body


def responses(*row_ids: str, **said: str) -> list[Response]:
    """What virtual people answer to rows of the ledger, changed as said."""
    results = tuple(one.model_copy(update=said) for one in ledger().results if one.id in row_ids)
    book = replace(ledger(), results=results)
    return respond(questions(book), book)


@pytest.fixture(scope="module")
def acute() -> list[Response]:
    return responses("Buttagat2011-1", "Buttagat2011-3", "Buttagat2011-4")


def test_an_answer_has_a_size_an_error_and_a_slope_for_each_gain(acute: list[Response]) -> None:
    heart, anxiety, tension = acute
    assert heart.d > 0 > anxiety.d
    assert tension.d < 0
    assert heart.arms.error == pytest.approx(np.sqrt(2 / 18))
    assert heart.arms.df == 33
    assert set(heart.slopes) == set(gains())
    assert heart.slopes["vagal"] > 0.1
    assert anxiety.slopes["arousal"] < -0.1
    assert anxiety.slopes["skin"] == pytest.approx(0, abs=1e-9)


def test_other_gains_follow_a_straight_line(acute: list[Response]) -> None:
    one = acute[1]
    assert one.at({}) == one.d
    assert one.at({"arousal": 0.0}) == pytest.approx(one.d - one.slopes["arousal"])
    assert one.at({"arousal": 2.0, "saliva": 3.0}) == pytest.approx(
        one.d + one.slopes["arousal"] + 2 * one.slopes["saliva"]
    )


def test_questions_of_one_arm_are_answered_by_the_same_lives(acute: list[Response]) -> None:
    (alone,) = responses("Buttagat2011-3")
    assert alone.d == pytest.approx(acute[1].d, rel=1e-6)


def test_a_comparator_of_nothing_leaves_room_for_rest(acute: list[Response]) -> None:
    (open_control,) = responses("Buttagat2011-3", comparator="no-massage")
    assert open_control.d < acute[1].d < 0


def test_a_gain_at_its_prior_centre_is_the_ledger_of_gains() -> None:
    centre = rows_at({})
    for gain in gains().values():
        for name, value in gain.parameters.items():
            assert centre[name].value == value
    off = rows_at({"skin": 0.0, "arousal": 0.0})
    assert (off["skin_by_touch"].value, off["skin_by_touch"].between) == (0.0, 0.0)
    assert off["calm_by_deep_touch"].value == 0
    assert off["vagal_by_deep_touch"].value == centre["vagal_by_deep_touch"].value


def test_gains_are_at_most_six_and_all_of_touch() -> None:
    assert len(gains()) <= 6
    body = whole_body()
    names = [name for gain in gains().values() for name in gain.parameters]
    assert len(names) == len(set(names))
    assert {body.parameters[name].gain for name in names} == {"touch"}


def test_every_reading_has_a_claim_and_a_source_where_it_is_ours() -> None:
    for name in silent().readings:
        one = instrument_for(name)
        assert one.noise >= 0
        assert one.noise_source
    assert instrument_for("cortisol_saliva") is instrument_of("cortisol", "saliva")
    assert instrument_for("hf").part == "hf"


@settings(deadline=None)
@given(
    d=st.floats(-3, 3),
    error=st.floats(0.05, 1.5),
    df=st.integers(2, 400),
    tau=st.floats(0, 1),
)
def test_three_answers_are_all_there_is_and_mirror_each_other(d: float, error: float, df: int, tau: float) -> None:
    found = chances(np.array([d, -d]), np.array([error, error]), np.array([df, df]), tau)
    assert found.sum(axis=1) == pytest.approx([1, 1])
    assert (found >= -1e-12).all()
    assert found[0] == pytest.approx(found[1][::-1], abs=1e-9)


@pytest.mark.parametrize("d", [0.0, 0.3, 0.8])
def test_the_normal_form_is_near_the_exact_power(d: float) -> None:
    df, error = 38, np.sqrt(2 / 20)
    limit = t.ppf(0.975, df)
    exact = 1 - nct.cdf(limit, df, d / error) if d else 0.025
    assert chances(np.array([d]), np.array([error]), np.array([df]), 0.0)[0][ANSWERS.index("up")] == pytest.approx(
        exact, abs=0.005
    )
