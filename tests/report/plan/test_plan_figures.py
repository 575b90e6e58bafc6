"""The figures of a plan: each draws what it is given, and says it to whoever does not see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from effleurage.report.plan.plan_figures import clock_figure, controls_figure, drift_figure, power_figure, power_spoken
from effleurage.trial.plan.drift import Drift

Make = Callable[..., Any]


def test_the_power_figure_draws_what_there_is(need: Make, operating: Make) -> None:
    line = need().expected_curve
    bare = power_figure(line, ())
    assert power_figure(line, line).count("<path") > bare.count("<path")
    assert len(power_figure(line, (), [operating("cortisol", 40)])) > len(bare)


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
