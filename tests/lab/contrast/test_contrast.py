"""The difference and its two intervals, against cases where each is known."""

from __future__ import annotations

import numpy as np
import pytest

from effleurage.lab.contrast.contrast import contrast, in_words
from effleurage.lab.contrast.readouts import Readout
from effleurage.people.cohort import Cohort
from effleurage.protocol.model import Protocol

HEART = (Readout("parasympathetic side", "heart_rate", "Heart rate", "end of session"),)
ROW = {
    "control": 40.0,
    "treated": 36.0,
    "difference": -4.0,
    "uncertain_low": -6.0,
    "uncertain_high": -1.0,
    "spread": 10.0,
    "matters": np.nan,
}


def test_no_touch_no_difference_and_two_intervals_of_nothing(untouched: dict[str, float], short: Protocol) -> None:
    row = contrast(short, "rest", HEART, 5, draws=6, settings=untouched).effects.iloc[0]
    assert [row[n] for n in ("difference", "person_low", "person_high", "uncertain_low", "uncertain_high")] == [0.0] * 5
    assert row["words"] == "no difference at all"


def test_people_who_do_not_differ_have_no_spread_but_the_numbers_stay_unsure(short: Protocol) -> None:
    same = Cohort(np.zeros(4, dtype=np.int64), typical=True, steady=True)
    row = contrast(short, "rest", HEART, same, draws=12).effects.iloc[0]
    assert row["person_low"] == row["person_high"] == row["difference"]
    assert row["uncertain_high"] - row["uncertain_low"] > 0.5


def test_more_people_leave_the_uncertainty_of_the_numbers_alone(short: Protocol) -> None:
    few, many = (contrast(short, "rest", HEART, n, draws=12).effects.iloc[0] for n in (4, 30))
    widths = [row["uncertain_high"] - row["uncertain_low"] for row in (few, many)]
    assert widths[0] == pytest.approx(widths[1], rel=1e-9)


def test_another_protocol_can_be_the_control(short: Protocol) -> None:
    row = contrast(short, short, HEART, 3, draws=0).effects.iloc[0]
    assert row["difference"] == 0
    assert np.isnan(row["uncertain_low"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "somewhat lower"),
        ({"difference": 4.0, "uncertain_low": 1.0, "uncertain_high": 6.0}, "somewhat higher"),
        ({"spread": 5.0}, "clearly lower"),
        ({"spread": 100.0}, "barely lower"),
        ({"spread": 1000.0}, "practically unchanged"),
        ({"uncertain_high": 1.0}, "lower at best guess, but the sign is not known"),
        ({"matters": 5.0}, "lower, but less than a person would notice"),
        ({"matters": 3.0}, "lower, enough to matter"),
        ({"difference": np.nan}, "could not be measured"),
        ({"difference": -1.1e-16, "uncertain_low": -1e-16, "uncertain_high": 1e-16}, "no difference at all"),
    ],
)
def test_words(change: dict[str, float], words: str) -> None:
    assert in_words({**ROW, **change}) == words
