"""Challenges as data: whole, finite, and with each value's own words."""

from __future__ import annotations

import json

import pytest
from tests.report.made_up import tried

from effleurage.evidence.challenges.as_data import as_data
from effleurage.report.as_json import plain


def test_the_data_are_whole_and_finite() -> None:
    told = as_data(tried("crh", "exercise"))
    assert {"people", "seed", "targets", "summary", "challenges", "panels"} <= set(told)
    assert (told["people"], told["seed"]) == (64, 1)
    assert {"all", "fit", "predict", "seen"} <= set(told["summary"])
    (row,) = [it for it in told["targets"] if it["id"] == "ovine CRH, peak of ACTH (Young1990)"]
    assert {"challenge", "quote", "status", "status_1", "difference", "use", "compared"} <= set(row)
    assert {it["challenge"] for it in told["challenges"]} == {"crh", "exercise"}
    assert all(it["targets"] == it["red"] + it["yellow"] + it["green"] for it in told["challenges"])
    panel = told["panels"][0]
    assert len(panel["minute"]) == len(panel["median"]) == len(panel["low"]) == len(panel["high"])
    assert {"target", "minute", "value", "low", "high", "use", "status"} <= set(panel["points"][0])
    json.loads(json.dumps(plain(told), allow_nan=False), parse_constant=pytest.fail)
