"""Charts before they are drawn, and how they take their place."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
from tests.report.made_up import curves

from effleurage.report.colours import COLOURS, DIFFERENCE, MASSAGE, REST
from effleurage.report.figures import (
    HALF,
    PAPER,
    PHONE,
    TEXT,
    THIRD,
    WHOLE,
    interval_chart,
    plain,
    plot,
    twin_chart,
    twin_figure,
)

EFFECT = {"difference": -1.0, "person_low": -2.0, "person_high": 0.5, "uncertain_low": -1.5, "uncertain_high": -0.2}


def layers(view: dict[str, Any]) -> list[str]:
    return [part["mark"]["type"] for part in view["layer"]]


def test_both_worlds_stand_above_their_difference() -> None:
    chart = twin_chart(curves("calm", "hour"), "hour", [(0.0, 9.0)], 300).to_dict()
    above, below = chart["vconcat"]
    data = [chart["datasets"][view["layer"][-1]["data"]["name"]] for view in (above, below)]
    assert [{row["world"] for row in rows} for rows in data] == [{MASSAGE, REST}, {DIFFERENCE}]
    assert layers(above) == ["rect", "area", "line"] and layers(below) == ["rect", "rule", "area", "line"]
    (shade,) = chart["datasets"][above["layer"][0]["data"]["name"]]
    assert shade == {"from": 0.0, "to": 3.5}  # hands work no longer than the curve is drawn
    line = below["layer"][-1]["encoding"]
    assert line["color"]["scale"] == {"domain": list(COLOURS), "range": list(COLOURS.values())}
    assert line["y"]["scale"]["zero"] is True and above["layer"][-1]["encoding"]["y"]["scale"]["zero"] is False


def test_without_hands_there_is_no_shade() -> None:
    chart = twin_chart(curves("sleep", "day"), "day", (), 300).to_dict()
    assert [layers(view) for view in chart["vconcat"]] == [["area", "line"], ["rule", "area", "line"]]
    assert chart["vconcat"][1]["layer"][-1]["encoding"]["x"]["title"] == "day"


def test_an_effect_has_what_is_known_of_it() -> None:
    chart = interval_chart({**EFFECT, "matters": 0.7}).to_dict()
    assert layers(chart) == ["rect", "rule", "rule", "rule", "point"]
    told = [chart["datasets"][part["data"]["name"]][0] for part in chart["layer"]]
    assert told == [
        {"at": -0.7, "to": 0.7},
        {"at": 0.0},
        {"at": -2.0, "to": 0.5},
        {"at": -1.5, "to": -0.2},
        {"at": -1.0},
    ]
    bare = interval_chart(dict.fromkeys((*EFFECT, "matters"), np.nan)).to_dict()
    assert layers(bare) == ["rule"]


def boxes(text: str) -> list[float]:
    """How wide each drawing is that a page would show, in its own pixels."""
    return [float(width) for width in re.findall(r'viewBox="0 0 ([\d.]+) ', text)]


@pytest.mark.parametrize(
    ("wide", "others"), [(THIRD, [PHONE]), (HALF, [PHONE]), (WHOLE, [PAPER, PHONE])], ids=["third", "half", "whole"]
)
def test_a_drawing_fills_its_place_whatever_its_axes_take(wide: int, others: list[int]) -> None:
    for scale in (1.0, 12345.0):
        table = pd.DataFrame({"x": [1.0, 2.0], "y": [scale, 2 * scale]})
        chart = alt.Chart(table).mark_line().encode(x="x:Q", y=alt.Y("y:Q", title="a title"))
        assert boxes(plot(chart, wide)) == pytest.approx([wide, *others], abs=1.0)
    assert boxes(twin_figure(curves("calm", "hour"), "hour", (), wide)) == pytest.approx([wide, *others], abs=1.0)


def test_letters_are_of_one_size() -> None:
    text = twin_figure(curves("calm", "hour"), "hour") + twin_figure(curves("calm", "day"), "day")
    assert set(re.findall(r'font-size="([\d.]+)px"', text)) == {str(TEXT)}


def test_a_clip_is_that_of_its_own_drawing() -> None:
    chart = alt.Chart(pd.DataFrame({"x": [1, 2], "y": [1, 2]})).mark_line(clip=True).encode(x="x:Q", y="y:Q")
    text = plot(chart, THIRD) + plot(chart, THIRD)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids)) == 4
    assert set(re.findall(r"url\(#([^)]+)\)", text)) == set(ids)


def test_the_house_style_is_in_every_chart() -> None:
    config = plain(alt.Chart(pd.DataFrame({"x": [1]})).mark_point()).to_dict()["config"]
    assert config["text"]["fontSize"] == config["axis"]["labelFontSize"] == config["axis"]["titleFontSize"] == TEXT
