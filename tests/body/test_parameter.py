"""Bounds of every ledger row: by the rule of its kind, or as the ledger writes them."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from effleurage.body.compose import Body
from effleurage.body.ledger import read_system
from effleurage.body.parameter import FARTHEST, Parameter, by_rule, far, holds_people
from effleurage.errors import BodyError

LOG = Parameter("a", "s", 2.0, "minute", 0.1, 0.1, "assumed", "D", "m")
LINEAR = replace(LOG, name="b", value=-0.5, scale="linear", between=0.1, low=-math.inf, high=math.inf)
NATURAL = {
    "about_work": "nobody works less than nothing",
    "age": "grown-up people that studies have",
    "carry_light": "a share",
    "carry_time": "the range that its meaning says",
    "chronic_stress": "none, to marked",
    "poor_sleep": "well, to twice as badly as with insomnia",
    "long_share": "a share",
    "flattening": "the day's curve neither turns over nor grows",
    "reset_share": "a share",
    "return_by_standing": "some blood comes back",
    "output_by_rate": "a faster beat is no fuller",
    "drive_by_waking": "the drive of CRH stays where it has been seen",
    "heart_by_age": "the rate stays above zero at any age",
    "lymph_cells": "cells that lymph has been seen to hold",
    "adrenal_by_sympathetic": "the adrenal's gain stays above zero",
    "capillary_by_exercise": "plasma stays above zero",
    "capillary_by_lying": "interstitium stays above zero",
    "pulse_most": "diastolic pressure stays above zero",
    "bias_rise": "no faster than steps of the solver",
    "reflection": "a share",
    "saliva_share": "a share",
    "tnf_by_vagal": "a restraint",
}
"""Rows whose bounds are ends of nature, and so may cut off what four standard deviations would reach."""


def test_every_row_has_bounds_that_hold_its_own_value_and_its_people(whole: Body) -> None:
    for row in whole.parameters.values():
        assert -math.inf < row.low <= row.value <= row.high < math.inf, row.name
        assert holds_people(row), row.name
        if row.scale == "log":
            assert row.low >= 0, row.name


def test_bounds_cut_no_draw_but_at_an_end_of_nature(whole: Body) -> None:
    """Four standard deviations of people, days, hours and doubt together: one draw in 16,000 lies beyond."""
    cut = set()
    for row in whole.parameters.values():
        by = 4 * math.hypot(row.between, row.within_day, row.within_hour, row.uncertainty)
        ends = [row.value * math.exp(way) if row.scale == "log" else row.value + way for way in (-by, by)]
        cut |= {row.name} if ends[0] < row.low or row.high < ends[1] else set()
    assert cut <= NATURAL.keys()
    assert cut >= {"age", "reflection", "saliva_share"}


@pytest.mark.parametrize(
    ("row", "low", "high"),
    [
        (LOG, 2 / FARTHEST, 2 * FARTHEST),
        (replace(LOG, gain="touch"), 0, 2 * FARTHEST),
        (LINEAR, -0.5 - 0.5 * FARTHEST, -0.5 + 0.5 * FARTHEST),
        (replace(LINEAR, uncertainty=3), -0.5 - 3 * FARTHEST, -0.5 + 3 * FARTHEST),
        (replace(LOG, source="definition"), 2, 2),
    ],
)
def test_the_rule_goes_by_the_kind_of_row(row: Parameter, low: float, high: float) -> None:
    assert by_rule(row) == pytest.approx((low, high))


def test_what_the_ledger_writes_wins_over_the_rule() -> None:
    one_end = Parameter("a", "s", 2.0, "minute", 0.1, 0.1, "assumed", "D", "m", high=5.0)
    assert (one_end.low, one_end.high) == (2 / FARTHEST, 5.0)


def test_ten_times_is_far_but_for_what_people_are_asked_for() -> None:
    assert (far(LOG, 20.0), far(LOG, 20.1), far(LOG, 0.19)) == ("", "more than 10 times", "less than 1/10 of")
    assert (far(LINEAR, 4.5), far(LINEAR, -5.6)) == ("", "more than 5 away from")
    assert far(replace(LOG, covariate=True), 300.0) == ""


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        ("low = 2", "value 1 outside its bounds, 2 to 100"),
        ("high = 0.5", "value 1 outside its bounds, 0.01 to 0.5"),
        ("low = 3, high = 2", "value 1 outside its bounds"),
        ("low = 0.9", "bounds 0.9 to 100 leave out more than 5 % of people"),
    ],
)
def test_bounds_that_do_not_hold_the_row_are_refused(bounds: str, said: str, tmp_path: Path) -> None:
    row = f'{{value = 1, unit = "minute", between = 0.1, uncertainty = 0.1, {bounds}, source = "assumed", grade = "D"'
    (tmp_path / "heart.ant").write_text("rate := pace;\n")
    (tmp_path / "heart.toml").write_text(f'[parameters]\npace = {row}, meaning = "m"}}\n')
    with pytest.raises(BodyError, match=said):
        read_system(tmp_path, "heart")
