from __future__ import annotations

from dataclasses import replace

import pytest

from effleurage.lab.untreated.change import Compared, compare
from effleurage.lab.untreated.pair import Pair
from effleurage.report.change.change_sentences import ANYWAY, ASIDE, SMALLEST, sentences, smallest

PAIN = Pair("pain NRS", 6.0, 4.0, 1080.0, 1155.0, condition="massage")


def clients(number: int, fall: float = 1.0) -> Compared:
    rows = [
        replace(PAIN, participant=f"client {i}", before=5.0 + i % 4, after=5.0 + i % 4 - fall) for i in range(number)
    ]
    return compare(rows)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_each_answer_says_the_smallest_difference_that_could_have_been_seen(number: int) -> None:
    line = sentences(clients(number))[0]
    assert line.count(SMALLEST) == 1
    assert ("in their mean" in line) == (number >= 3)
    assert "in one person" in line or number == 1


def test_the_mean_of_more_people_shows_smaller_differences_and_one_person_does_not() -> None:
    few, many = clients(3), clients(12)
    assert many.groups["seen"].iloc[0] < few.groups["seen"].iloc[0] < few.table["seen"].median()
    assert many.table["seen"].median() == pytest.approx(few.table["seen"].median(), rel=0.1)
    row = many.table.iloc[0]
    assert row["seen"] == pytest.approx((row["high"] - row["low"]) / 2)


def test_a_smallest_difference_has_two_digits_and_is_a_factor_where_changes_are_ratios() -> None:
    assert smallest(1.4567, "points of 10") == "1.5 points of 10"
    assert smallest(1.72, "fold") == "a factor of 1.7"


def test_no_surprise_and_a_clear_difference_from_the_control_do_not_contradict_each_other() -> None:
    fall = {"massage": 1.9, "rest": 0.6}
    rows = [
        replace(
            PAIN, participant=f"{arm} {i}", condition=arm, before=5.0 + i % 4, after=5.0 + i % 4 - by - (i % 3 - 1) / 4
        )
        for arm, by in fall.items()
        for i in range(9)
    ]
    said = sentences(compare(rows))
    assert said[0].startswith("massage lowered pain NRS")
    assert not any(ANYWAY in line for line in said)
    assert all("lower than expected" in line or ASIDE in line for line in said[1:])
