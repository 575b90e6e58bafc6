"""A trial plan as JSON. Plans are made by hand; nothing is simulated."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from effleurage.report.plan.plan_data import as_data
from effleurage.trial.design.contrast import Size

Make = Callable[..., Any]


def test_json_has_the_promised_keys_and_pythons_own_numbers(whole: Make) -> None:
    data = as_data(whole())
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    promised = (
        "design",
        "title",
        "n_per_arm",
        "needs",
        "notes",
        "checked",
        "controls",
        "clock",
        "unknown",
        "pilot",
        "people",
    )
    assert tuple(data) == promised
    assert data["n_per_arm"] == 72
    one, other, _ = data["needs"]
    assert one["effect"] == {"value": -0.17, "low": -0.42, "high": -0.07} and type(one["effect"]["value"]) is float
    assert one["n_per_arm"] == {"expected": 6637, "at_best": 1250, "at_worst": 50_000, "worthwhile": 72}
    assert one["recruited"]["worthwhile"] == 85 and one["curve"][0] == [10, 0.05]
    assert other["effect"] is None and other["n_per_arm"]["expected"] is None and other["worthwhile"] is None
    assert data["checked"][0]["type_s"] is None and data["checked"][0]["power"] == 0.5
    assert [one["best"] for one in data["clock"]] == [8, None] and data["clock"][1]["hours"][0]["n_per_arm"] is None
    assert [(one["outcome"], len(one["numbers"])) for one in data["unknown"]] == [("cortisol", 1), ("VAS stress", 0)]
    assert data["controls"][0]["n_per_arm"] == {"expected": 6637, "worthwhile": 72}


def test_json_of_a_first_answer_claims_no_range(first: Make, need: Make) -> None:
    sure = need(effect_low=-0.17, effect_high=-0.17, at_best=Size(6637, 6637), at_worst=Size(6637, 6637), worth=None)
    data = as_data(first(sure))
    assert data["n_per_arm"] == 6637
    assert data["needs"][0]["effect"] == {"value": -0.17, "low": None, "high": None}
    assert data["needs"][0]["n_per_arm"]["at_worst"] is None is data["needs"][0]["sign_sure"]
    assert data["checked"] == data["clock"] == []


def test_json_tells_an_unsure_sign_and_refuses_what_it_does_not_know(first: Make, need: Make) -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None), detectable=float("inf"))
    told = as_data(first(across))["needs"][0]
    assert told["sign_sure"] is False and told["n_per_arm"]["at_worst"] is None is told["detectable"]
    with pytest.raises(TypeError):
        as_data(first(need(r=1 + 1j)))


def test_the_scale_of_an_sd_is_said_in_json(whole: Make) -> None:
    logs, points = as_data(whole())["needs"][0], as_data(whole())["needs"][1]
    assert (logs["scale"], logs["sd_of"]) == ("log", "natural logarithms of nmol/L")
    assert (points["scale"], points["sd_of"]) == ("linear", "points")
