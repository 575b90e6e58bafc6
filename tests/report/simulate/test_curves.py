"""Curves of simulated quantities: which are drawn, on which clock, and which world is which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from effleurage.errors import RequestError
from effleurage.people.simulate import Twin
from effleurage.report.simulate.curves import MOST_POINTS, SHOWN, chosen, curves, panel, worlds_of

HOUR = 60.0


def world(start: float, steps: int, **paths: float) -> xr.Dataset:
    """Each quantity rises from 10 by so much in all, in three people 1 apart; a sample an hour."""
    time = start + HOUR * np.arange(steps)
    rise = np.linspace(0, 1, steps)[:, None]
    labels = {"units": "", "ledger_unit": "dimensionless"}
    data = {
        name: (("time", "person"), 10 + by * rise + np.array([[-1.0, 0.0, 1.0]]), {**labels, "long_name": name})
        for name, by in paths.items()
    }
    return xr.Dataset(data, coords={"time": time, "person": [0, 1, 2], "beyond": ("person", ["", "", ""])})


def test_what_moves_most_is_drawn_first_and_a_wrong_name_is_refused() -> None:
    told = world(0, 5, still=0.0, slow=1.0, fast=9.0)
    assert chosen(told)[:2] == ["fast", "slow"]
    assert chosen(told, ["still"]) == ["still"]
    with pytest.raises(RequestError, match=r"'fastt' was not recorded.*Did you mean 'fast'"):
        chosen(told, ["fastt"])


def test_what_moves_by_next_to_nothing_is_not_drawn_for_being_alike_in_all() -> None:
    told = world(0, 5, **{f"seen{place}": 1.0 for place in range(SHOWN)})
    told["alike"] = told["seen0"] * 0 + 1 + 4e-9 * np.linspace(0, 1, 5)[:, None]
    assert "alike" not in chosen(told)


def test_a_curve_is_the_mean_and_the_middle_half_and_has_no_more_points_than_are_seen() -> None:
    table = curves({"massage": world(0, 3, a=2.0)}, "a")
    assert table["mean"].tolist() == [10.0, 11.0, 12.0]
    assert table["low"].tolist() == [9.5, 10.5, 11.5] and table["high"].tolist() == [10.5, 11.5, 12.5]
    assert len(curves({"massage": world(0, 5 * MOST_POINTS, a=2.0)}, "a")) <= MOST_POINTS


@pytest.mark.parametrize("place", [1, 702, 4998])
def test_of_many_times_a_short_peak_is_kept_in_every_world(place: int) -> None:
    treated, control = world(0, 5000, a=0.0), world(0, 5000, a=0.0)
    treated["a"][place] += 3.0
    table = curves(worlds_of(Twin(treated, control)), "a").set_index(["world", "minute"])["mean"]
    assert table["massage", place * HOUR] == table["quiet rest", place * HOUR] + 3.0 == 13.0
    assert table["difference"].max() == 3.0


@pytest.mark.parametrize(
    ("start", "steps", "title"),
    [(58 * HOUR, 3, "time of day 3"), (70 * HOUR, 4, "time of days 3 and 4"), (0.0, 80, "day")],
)
def test_an_axis_says_which_day_it_is(start: float, steps: int, title: str) -> None:
    spec: Any = panel(world(start, steps, a=2.0), "a").to_dict()
    assert spec["layer"][0]["encoding"]["x"]["title"] == title


def test_of_two_worlds_the_difference_is_paired() -> None:
    both = Twin(world(0, 3, a=2.0), world(0, 3, a=1.0))
    assert list(worlds_of(both)) == ["massage", "quiet rest", "difference"]
    paired = curves(worlds_of(both), "a").query("world == 'difference'")
    assert paired["mean"].tolist() == pytest.approx([0.0, 0.5, 1.0])
    drawn: Any = panel(both, "a").to_dict()
    titles = [
        layer["encoding"]["x"]["axis"].get("title", layer["encoding"]["x"].get("title"))
        for layer in (drawn["vconcat"][0]["layer"][0], drawn["vconcat"][1]["layer"][-1])
    ]
    assert titles == [None, "time of day 1"]  # one axis for both
    assert (paired["high"] - paired["low"]).tolist() == pytest.approx([0.0, 0.0, 0.0])  # the same people
