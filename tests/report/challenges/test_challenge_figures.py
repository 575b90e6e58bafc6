"""Small figures of challenges: what is on them, and that no point hides another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.report.made_up import tried

from effleurage.errors import RequestError
from effleurage.evidence.challenges.tried import Panel
from effleurage.report.challenges.challenge_figures import SHAPES, panel_chart, tried_chart
from effleurage.report.colours import STATUS
from effleurage.report.figures import QUARTER

WHOLE = tried("exercise", "vaccine", "night", "cold hand")


def drawn(panel: Panel, width: float = QUARTER) -> dict[str, Any]:
    spec: dict[str, Any] = panel_chart(panel, width).to_dict()
    return spec


def layer(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    return [it for it in spec["layer"] if it["mark"]["type"] == mark]


def rows(spec: dict[str, Any], part: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = spec["datasets"][part["data"]["name"]]
    return found


def test_a_panel_has_line_band_points_bars_and_what_is_done() -> None:
    spec = drawn(WHOLE.panels_of("exercise")[0])
    assert [len(layer(spec, mark)) for mark in ("rect", "area", "line", "rule", "point")] == [1, 1, 1, 2, 1]
    (points,) = layer(spec, "point")
    assert points["encoding"]["shape"]["scale"] == {"domain": list(SHAPES), "range": list(SHAPES.values())}
    assert points["encoding"]["color"]["scale"] == {"domain": list(STATUS), "range": list(STATUS.values())}
    assert {it["use"] for it in rows(spec, points)} == {"fit", "predict"}


def test_points_of_one_minute_stand_side_by_side() -> None:
    panel = WHOLE.panels_of("exercise")[0]
    places = [it["at"] for it in rows(drawn(panel), layer(drawn(panel), "point")[0])]
    assert len(panel.points) == 2 and len({point.minute for point in panel.points}) == 1
    assert len(set(places)) == 2 and min(places) == pytest.approx(panel.points[0].minute / 60)


def test_a_panel_without_values_is_drawn_all_the_same() -> None:
    bare = replace(WHOLE.panels[0], points=(), done=())
    assert [it["mark"]["type"] for it in drawn(bare)["layer"]] == ["area", "line"]


def test_the_axis_counts_days_of_weeks_and_the_clock_of_hours() -> None:
    weeks, hours = drawn(WHOLE.panels_of("vaccine")[0]), drawn(WHOLE.panels_of("night")[0])
    assert layer(weeks, "line")[0]["encoding"]["x"]["title"] == "day"
    axis = layer(hours, "line")[0]["encoding"]["x"]["axis"]
    assert "':'" in axis["labelExpr"] and len(axis["values"]) <= QUARTER / 56
    few, many = (
        len(layer(drawn(WHOLE.panels_of("night")[0], w), "line")[0]["encoding"]["x"]["axis"]["values"])
        for w in (120, 468)
    )
    assert few < many


def test_ticks_of_days_are_round() -> None:
    axis = layer(drawn(WHOLE.panels_of("vaccine")[0]), "line")[0]["encoding"]["x"]["axis"]
    assert {(value + 1) % 5 for value in axis["values"]} == {0}


def test_no_bar_of_a_logarithm_reaches_zero_and_all_that_was_published_is_on_the_axis() -> None:
    panel = WHOLE.panels_of("vaccine")[0]
    low = replace(panel, points=(replace(panel.points[0], low=-3.0),))
    spec = drawn(low)
    assert min(it["low"] for it in rows(spec, layer(spec, "point")[0])) > 0
    for own in WHOLE.panels:
        begin, end = layer(drawn(own), "line")[0]["encoding"]["y"]["scale"]["domain"]
        assert all(begin < point.value < end for point in own.points)


def test_a_logarithm_has_few_ticks_that_are_round() -> None:
    values = layer(drawn(WHOLE.panels_of("vaccine")[0]), "line")[0]["encoding"]["y"]["axis"]["values"]
    assert 2 <= len(values) <= 6 and {float(f"{value:e}"[:3]) for value in values} <= {1.0, 2.0, 5.0}


def test_the_figure_of_a_result_shows_all_or_what_is_named() -> None:
    assert len(tried_chart(WHOLE).to_dict()["concat"]) == len(WHOLE.panels)
    assert len(tried_chart(WHOLE, "cold hand").to_dict()["concat"]) == 3
    with pytest.raises(RequestError, match="'cold han' is not in it. Did you mean 'cold hand'"):
        tried_chart(WHOLE, "cold han")
