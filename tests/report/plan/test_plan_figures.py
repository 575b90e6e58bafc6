"""The figures of a plan: each draws what it is given, and says it to whoever does not see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from effleurage.report.plan.plan_figures import clock_figure, controls_figure, drift_figure, power_figure, power_spoken
from effleurage.trial.plan.drift import Drift

Make = Callable[..., Any]


@pytest.fixture
def charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures give their chart as it is before it is drawn."""
    monkeypatch.setattr("effleurage.report.figures.plot", lambda chart, wide: chart.to_dict())


def marks(chart: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in chart["layer"]]


def rows_of(chart: Any, place: int) -> list[dict[str, Any]]:
    """The data of one layer."""
    rows: list[dict[str, Any]] = chart["datasets"][chart["layer"][place]["data"]["name"]]
    return rows


@pytest.mark.usefixtures("charts")
def test_the_power_figure_draws_what_there_is(need: Make, operating: Make) -> None:
    line = need().expected_curve
    assert marks(power_figure(line, ())) == ["rule", "line"]
    assert marks(power_figure(line, line)) == ["rule", "line", "line"]
    checked = power_figure(line, (), [operating("cortisol", 40)], asked=0.9)
    assert marks(checked) == ["rule", "line", "rule", "point"]
    assert rows_of(checked, 0) == [{"power": 0.9}]
    assert [(row["n"], row["power"]) for row in rows_of(checked, 1)] == list(line)
    (point,) = rows_of(checked, 3)
    assert point["n"] == 40 and point["low"] < point["power"] == 0.5 < point["high"]


@pytest.mark.usefixtures("charts")
def test_the_best_hour_is_marked_where_there_is_one(cortisol: Make) -> None:
    chart: Any = clock_figure(cortisol().hours)
    assert marks(chart) == ["line", "point", "point"]
    assert [row["hour"] for row in rows_of(chart, 0)] == [9, 8, 10]
    assert rows_of(chart, 2) == [{"hour": 8, "n": 800}]


def test_the_power_figure_is_spoken(need: Make, operating: Make) -> None:
    told = power_spoken(need().expected_curve, need().worth_curve, [operating("cortisol", 40)])
    assert "Power for what is expected: 5 % with 10, 6 % with 40" in told and "worth having: 18 % with 10" in told
    assert told.endswith("simulated: 50 % with 40")
    assert power_spoken((), need().worth_curve, ()).startswith("for what is worth having")


def test_controls_hours_and_what_changes_anyway_are_drawn(cortisol: Make) -> None:
    told = cortisol()
    assert {"quiet rest", "light touch", "6,637", "more than 100,000"} <= set(texts(controls_figure(told.controls)))
    assert "hour of the measurement" in texts(clock_figure(told.hours))
    assert {"massage arm", "control arm", "clock alone", "−27 %", "−2.0 %"} <= set(texts(drift_figure(told.drift)))
    lone = Drift(clock=-20.0, massage=-27.0, control=None, added=-7.0, added_low=-7.0, added_high=-7.0)
    assert "control arm" not in texts(drift_figure(lone))


def texts(svg: str) -> list[str]:
    """Every text of a figure."""
    return [part.split("</text>")[0].split(">")[-1] for part in svg.split("<text")[1:]]
