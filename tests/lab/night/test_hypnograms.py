"""Hypnograms: worked nights, any epoch length, unscored epochs, and a night without sleep."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.night.hypnograms import STAGES, night_of_hypnogram
from effleurage.lab.night.nights import measure_nights, outcomes_of

TRUTH = ["wake"] * 40 + ["N2"] * 300 + ["wake"] * 60 + ["R"] * 480 + ["wake"] * 80
"""Half-minutes: 480 min in bed, 20 to sleep, 30 awake, 40 lying in."""


@pytest.mark.parametrize(("stages", "epoch"), [(TRUTH, 30.0), (np.repeat(TRUTH, 30).tolist(), 1.0), (TRUTH[::2], 60.0)])
def test_the_worked_night_at_any_epoch_length(stages: list[str], epoch: float) -> None:
    found, why = outcomes_of(night_of_hypnogram(stages, epoch))
    assert [found[name] for name in ("TIB", "SOL", "SPT", "WASO", "TST")] == [480, 20, 420, 30, 390]
    assert found["se_tib"] == 81.25 and found["sme"] == pytest.approx(92.857142857)
    assert math.isnan(found["se_dse"]) and "between 81.2 and 88.6 %" in why["se_dse"]


def test_it_is_polysomnography_of_its_evening() -> None:
    table = measure_nights([night_of_hypnogram(TRUTH, start=datetime(2024, 3, 2, 0, 30))]).table
    assert set(table["instrument"]) == {"polysomnography"} and set(table["day"]) == {"2024-03-01"}
    assert set(table["time"]) == {1470.0}
    assert measure_nights([night_of_hypnogram(TRUTH)]).table["time"].isna().all()


@given(st.lists(st.sampled_from(STAGES[:-1]), min_size=1, max_size=60))
def test_counting_epoch_by_epoch_agrees(stages: list[str]) -> None:
    found, why = outcomes_of(night_of_hypnogram(stages, 60.0))
    asleep = sum(stage != "wake" for stage in stages)
    assert found["TST"] == asleep and found["TIB"] == len(stages)
    if not asleep:
        assert math.isnan(found["SOL"]) and why["SOL"] == "no epoch of sleep" and found["se_tib"] == 0
        return
    first = len(list(takewhile(lambda stage: stage == "wake", stages)))
    last = len(list(takewhile(lambda stage: stage == "wake", stages[::-1])))
    assert found["SOL"] == first and found["WASO"] == len(stages) - asleep - first - last


@pytest.mark.parametrize(
    ("hole", "lost"),
    [
        (10, {"SOL", "SPT", "TST"}),
        (200, {"WASO", "TST"}),
        (-5, {"SPT", "TST"}),
    ],
)
def test_an_unscored_epoch_takes_what_it_touches(hole: int, lost: set[str]) -> None:
    stages = list(TRUTH)
    stages[hole] = "?"
    found, why = outcomes_of(night_of_hypnogram(stages))
    assert {name for name in ("TIB", "SOL", "SPT", "WASO", "TST") if math.isnan(found[name])} == lost
    assert all("1 of 960 epochs are not scored" in why[name] for name in lost)


def test_nothing_scored_is_nothing_known() -> None:
    found, why = outcomes_of(night_of_hypnogram(["?", "wake"]))
    assert found["TIB"] == 1 and math.isnan(found["TST"]) and why["TST"]


def test_odd_hypnograms_are_refused() -> None:
    with pytest.raises(RequestError, match="holds no epoch"):
        night_of_hypnogram([])
    with pytest.raises(RequestError, match="no stage 'N5'"):
        night_of_hypnogram(["N5"])
    for epoch in (0.0, -30.0, 7200.0, math.nan):
        with pytest.raises(RequestError, match="an epoch of"):
            night_of_hypnogram(["wake"], epoch)
