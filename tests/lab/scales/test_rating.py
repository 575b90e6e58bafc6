from __future__ import annotations

import pytest

from effleurage.lab.instruments.instruments import instrument_of, instruments
from effleurage.lab.scales.rating import NOT_SAID, factor, is_rating, range_said, ranges

STRESS, PAIN, ANXIETY = (instrument_of(name) for name in ("VAS stress", "pain NRS", "STAI-S"))


@pytest.mark.parametrize("said", ["0-10", "0 - 10", "0–10", "0 to 10", "/10", "/ 10", "of 10", "out of 10", "cm", "CM",
                                  "0-10 points", "points (0-10)", "NRS 0-10"])  # fmt: skip
def test_ways_to_say_ten(said: str) -> None:
    assert range_said(said, STRESS) == range_said(said, PAIN) == "0-10"
    assert factor(STRESS, "0-10") == 10 and factor(PAIN, "0-10") == 1


@pytest.mark.parametrize("said", ["0-100", "/100", "mm", "0 bis 100", "%", "0-100 mm"[:5]])
def test_ways_to_say_a_hundred(said: str) -> None:
    assert range_said(said, STRESS) == range_said(said, PAIN) == "0-100"
    assert factor(STRESS, "0-100") == 1 and factor(PAIN, "0-100") == 0.1


def test_a_questionnaire_keeps_its_own_range() -> None:
    assert ranges(ANXIETY) == ("20-80",)
    assert range_said("20-80", ANXIETY) == range_said("/80", ANXIETY) == "20-80"
    assert range_said("0-10", ANXIETY) == range_said("0-60", ANXIETY) == ""


@pytest.mark.parametrize("said", ["furlong", "1-10", "0-5", "mmHg", "10", "10-0", "/0", "", "٠-١٠"])
def test_what_says_no_range(said: str) -> None:
    assert range_said(said, STRESS) == ""


def test_every_scale_with_two_ends_counts_points() -> None:
    for one in instruments().values():
        assert is_rating(one) == (one.unit == "points")
        assert not is_rating(one) or one.unit in NOT_SAID
