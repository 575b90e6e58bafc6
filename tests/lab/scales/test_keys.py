"""Keys of scales and the totals they make, against other ways of counting; missing answers and the impossible."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.lab.scales.keys import looks_back, scales, total_of

COUNTED = [scale for scale in scales().values() if scale.items]
CONSTANTS = {"STAI-S-Y": 50, "STAI-S-X": 50, "STAI-T-Y": 45, "STAI-T-X": 35}
"""The paper form's way: direct items less reversed ones, and 5 for each reversed one."""


def items(*answers: float) -> dict[int, float]:
    return dict(enumerate(answers, 1))


@pytest.mark.parametrize("name", ["PSS-4", "PSS-10", "PSS-14"])
@given(data=st.data())
def test_pss_turns_its_positive_items_round(name: str, data: st.DataObject) -> None:
    scale = scales()[name]
    answers = items(*data.draw(st.lists(st.integers(0, 4), min_size=scale.items, max_size=scale.items)))
    positive = {"PSS-4": {2, 3}, "PSS-10": {4, 5, 7, 8}, "PSS-14": {4, 5, 6, 7, 9, 10, 13}}[name]
    expected = sum((4 - answer if number in positive else answer for number, answer in answers.items()), 0.0)
    assert total_of(scale, answers, (0, 4)) == (expected, "")
    assert total_of(scale, {n: a + 1 for n, a in answers.items()}, (1, 5)) == (expected, "")


@pytest.mark.parametrize("name", CONSTANTS)
@given(answers=st.lists(st.integers(1, 4), min_size=20, max_size=20))
def test_stai_agrees_with_the_constant_of_the_paper_form(name: str, answers: list[int]) -> None:
    scale = scales()[name]
    reversed_sum = sum(answer for number, answer in enumerate(answers, 1) if number in scale.reversed)
    expected = sum(answers) - 2 * reversed_sum + CONSTANTS[name]
    assert total_of(scale, items(*answers), (1, 4)) == (expected, "")
    assert total_of(scale, items(*(a - 1 for a in answers)), (0, 3)) == (expected, "")


def test_keys_of_forms_x_and_y_differ_for_the_trait_only() -> None:
    known = scales()
    assert known["STAI-S-X"].reversed == known["STAI-S-Y"].reversed
    assert set(known["STAI-T-Y"].reversed) - set(known["STAI-T-X"].reversed) == {3, 14}
    assert [n + 20 for n in known["STAI-T-Y"].reversed] == [21, 23, 26, 27, 30, 33, 34, 36, 39]


@pytest.mark.parametrize("scale", COUNTED, ids=lambda scale: scale.name)
def test_the_extremes_are_the_published_range(scale: Any) -> None:
    low, high = scale.codings[0]
    calm = {n: high if n in scale.reversed else low for n in range(1, scale.items + 1)}
    worst = {n: low if n in scale.reversed else high for n in range(1, scale.items + 1)}
    assert total_of(scale, calm, (low, high))[0] == scale.low
    assert total_of(scale, worst, (low, high))[0] == scale.high


def test_every_rule_has_its_source_and_no_item_has_its_text() -> None:
    for scale in scales().values():
        assert scale.source and scale.grade in "ABD" and scale.recall
        assert not scale.items or scale.missing_source
        lists = [value for value in vars(scale).values() if isinstance(value, tuple)]
        assert all(isinstance(number, int | tuple) for value in lists for number in value)


def test_missing_answers_up_to_the_share_are_the_persons_mean() -> None:
    answers = items(1, 1, 1, 3, 3, 1, 3, 3, 1, 4)
    whole = total_of(scales()["PSS-10"], answers, (0, 4))[0]
    assert whole == 13
    value, said = total_of(scales()["PSS-10"], answers | {10: math.nan, 1: math.nan}, (0, 4))
    assert value == pytest.approx(10.0) and said == "2 of 10 items are missing: mean answer times items"
    value, said = total_of(scales()["PSS-10"], answers | {10: math.nan, 1: math.nan, 2: math.nan}, (0, 4))
    assert math.isnan(value) and said == "3 of 10 items are missing, and at most 2 may be"
    assert total_of(scales()["PSS-10"], {n: a for n, a in answers.items() if n < 8}, (0, 4), 0.5)[0] == pytest.approx(
        10.0
    )
    assert math.isnan(total_of(scales()["PSS-4"], items(0, 1, 2), (0, 4))[0])
    assert math.isnan(total_of(scales()["PSS-10"], {}, (0, 4), 1.0)[0])


@pytest.mark.parametrize(
    ("answer", "said"), [(5.0, "item 2 is 5, not one of 0 to 4"), (1.5, "item 2 is 1.5"), (-1.0, "item 2 is -1")]
)
def test_an_answer_that_cannot_be_is_named(answer: float, said: str) -> None:
    value, reason = total_of(scales()["PSS-4"], items(1, answer, 1, 1), (0, 4))
    assert math.isnan(value) and said in reason


def test_what_is_asked_about_longer_than_a_week_is_known_of_an_outcome_only_where_a_scale_says_it() -> None:
    back = {scale.name: scale.looks_back for scale in scales().values() if scale.looks_back}
    assert back == dict.fromkeys(("PSS-4", "PSS-10", "PSS-14", "PSQI"), "the past month")
    assert looks_back("psqi-total") == looks_back("stress-pss") == "the past month"
    assert [looks_back(id) for id in ("anxiety-state", "pain-rating", "insomnia-isi", "")] == [""] * 4
