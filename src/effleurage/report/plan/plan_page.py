"""The page of a trial plan: the answer, its warnings, and figures of power, controls, hours and the clock alone.

It draws what a plan holds, and computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, floor, isfinite, log10
from typing import Any

from effleurage.body.ledger import GRADES
from effleurage.report.numbers import human
from effleurage.report.pages import UNSAID, Made, page
from effleurage.report.plan import design_words, plan_figures
from effleurage.report.plan import plan_words as words
from effleurage.report.plan.understood import told_lines
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Design
from effleurage.trial.plan.controls import Against
from effleurage.trial.plan.hours import Hour, best
from effleurage.trial.plan.moments import DRAWS
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.plan import OutcomePlan, Plan
from effleurage.trial.plan.replicates import Operating


def as_html(plan: Plan, assumed: Sequence[str] = (), made: Made = UNSAID) -> str:
    """One page that needs nothing else; ``assumed``: what nobody said of the design, in words."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):
        alone = _alone(plan.outcomes)
        panels = [_panel(outcome, plan.design, alone) for outcome in plan.outcomes]
    return page(
        "plan/plan.html",
        made,
        design=plan.design,
        sentence=design_words.design_words(plan.design),
        understood=told_lines(plan.design, assumed),
        panels=panels,
        alone=alone,
        notes=words.all_notes(plan),
        clock_notes=[note.text for note in plan.notes if note.about in ("the clock", "no control")],
        one_arm=len(plan.design.arms) == 1,
        crossover=plan.design.layout == "crossover",
        first=plan.first,
        people=plan.people,
        replicates=max((trials.replicates for trials in plan.checked), default=0),
        draws=DRAWS,
        analysis=design_words.analysis_words(plan.design),
        grades=GRADES,
        power=f"{100 * plan.design.power:g} %",
    )


def _alone(outcomes: Sequence[OutcomePlan]) -> set[str]:
    """The figures that only one outcome has: they are as wide as their card."""
    drawn: dict[str, list[Any]] = {
        "power": [outcome.need.expected_curve or outcome.need.worth_curve for outcome in outcomes],
        "drift": [outcome.drift for outcome in outcomes],
        "controls": [outcome.controls for outcome in outcomes],
        "hours": [outcome.hours for outcome in outcomes],
    }
    return {name for name, own in drawn.items() if sum(map(bool, own)) == 1}


def _panel(outcome: OutcomePlan, design: Design, alone: set[str]) -> dict[str, Any]:
    """All that the page shows of an outcome; the figures that stand ``alone`` are as wide as a card."""
    need, each = outcome.need, design_words.each(design)
    return {
        "name": words.titled(need, design),
        "instrument": need.measure.instrument or need.outcome.instrument,
        "when": words.when(need, design),
        "each": each,
        "worth": _size(need.worth, need, words.worth_words(need)),
        "expected": _size(need.expected, need, words.in_unit(need.effect or 0.0, need, signed=True)),
        "range": words.range_words(need),
        "sure": need.sign_sure,
        "sentences": words.outcome_words(outcome, design),
        "detectable": words.detectable_words(need, design),
        "warning": need.warning,
        "usual": f"{human(need.usual)} {need.outcome.unit}".strip(),
        "sd": words.on_scale(need.sd, need),
        "r": f"{need.r:.2f}",
        **_power(outcome, design, each, "power" in alone),
        "controls": plan_figures.controls_figure(outcome.controls, each, alone="controls" in alone)
        if outcome.controls
        else "",
        "against": [_control(against) for against in outcome.controls],
        **_hours(outcome, each, "hours" in alone),
        "drift": plan_figures.drift_figure(outcome.drift, alone="drift" in alone) if outcome.drift else "",
        "drift_words": words.drift_words(need, outcome.drift) if outcome.drift else "",
        "checks": [_check(trials, need) for trials in outcome.checked],
        "unknown": outcome.unknowns,
        "pilots": [
            {"n": pilot.n, "error": words.on_scale(pilot.error, need), "removed": words.percent(pilot.removed)}
            for pilot in outcome.pilots
        ],
        "pilot_words": words.pilot_words(need, outcome.pilots),
    }


def _power(outcome: OutcomePlan, design: Design, each: str, alone: bool) -> dict[str, Any]:
    """The figure of power, what it says, and which of its three lines it has."""
    expected, worth, trials = outcome.need.expected_curve, outcome.need.worth_curve, outcome.checked
    drawn = bool(expected or worth)
    return {
        "power": plan_figures.power_figure(expected, worth, trials, design.power, each, alone=alone) if drawn else "",
        "power_alt": plan_figures.power_spoken(expected, worth, trials),
        "lines": [bool(expected), bool(worth), bool(trials)],
    }


def _hours(outcome: OutcomePlan, each: str, alone: bool) -> dict[str, Any]:
    """Every hour, the best of them, and their figure."""
    able = best(list(outcome.hours))
    return {
        "clock": plan_figures.clock_figure(outcome.hours, each, alone=alone) if able else "",
        "hours": [_hour(hour, outcome.need) for hour in outcome.hours],
        "best": _hour(able, outcome.need) if able else None,
    }


def _size(size: Size | None, need: Need, difference: str) -> dict[str, str] | None:
    if size is None:
        return None
    recruit = f"{size.recruited:,}" if size.recruited not in (None, size.analysed) else ""
    return {"n": words.count(need, size), "recruit": recruit, "difference": difference}


def _control(against: Against) -> dict[str, str]:
    need = against.need
    return {
        "control": against.control,
        "effect": words.in_unit(need.effect or 0.0, need, signed=True),
        "expected": words.count(need, need.expected),
        "worth": words.count(need, need.worth),
    }


def _hour(hour: Hour, need: Need) -> dict[str, str]:
    return {
        "hour": f"{hour.hour:02d}:00",
        "later": words.later(hour),
        "effect": words.in_unit(hour.effect, need, signed=True),
        "n": design_words.number(hour.need),
    }


def _check(trials: Operating, need: Need) -> dict[str, str]:
    """A row of the table of simulated trials."""
    unit, values = need.outcome.unit, (trials.bias, trials.bias_error)
    if need.outcome.log:
        unit, values = "%", (100 * (exp(trials.bias) - 1), 100 * (exp(trials.bias_error) - 1))
    digits = max(0, 1 - floor(log10(values[1]))) if values[1] > 0 else 2
    return {
        "n": str(trials.n),
        "power": f"{100 * trials.power:.1f} %",
        "power_error": f"{100 * trials.power_error:.1f}",
        "type_one": f"{100 * trials.type_one:.1f} %",
        "type_one_error": f"{100 * trials.type_one_error:.1f}",
        "bias": f"{values[0]:+.{digits}f} {unit}".replace("-", "−"),
        "bias_error": f"{values[1]:.{digits}f}",
        "coverage": f"{100 * trials.coverage:.1f} %",
        "coverage_error": f"{100 * trials.coverage_error:.1f}",
        "type_s": words.percent(trials.type_s),
        "type_m": f"{trials.type_m:.1f} ×" if isfinite(trials.type_m) else "–",
    }
