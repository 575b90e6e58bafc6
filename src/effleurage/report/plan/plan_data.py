"""The plan of a trial as data, for ``--json``: Python's own types alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from effleurage.report.as_json import plain
from effleurage.report.plan.design_words import analysis_words
from effleurage.report.plan.plan_words import all_notes
from effleurage.report.plan.understood import design_data
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Design
from effleurage.trial.plan.controls import Against
from effleurage.trial.plan.hours import best
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.plan import OutcomePlan, Plan


def as_data(plan: Plan, assumed: Sequence[str] = ()) -> dict[str, Any]:
    """All that a plan says; what is no number, is out of reach or is not known is null.

    ``assumed``: what nobody said of the design, in words.
    """
    data = {
        "design": design_data(plan.design, assumed),
        "title": plan.design.title,
        "n_per_arm": plan.n_per_arm,
        "needs": [_need(need, plan.design) for need in plan.needs],
        "notes": [asdict(note) for note in all_notes(plan)],
        "checked": [asdict(trials) for trials in plan.checked],
        "controls": [_control(against) for against in plan.controls],
        "clock": [_clock(outcome) for outcome in plan.outcomes if outcome.hours],
        "unknown": [
            {"outcome": outcome.need.measure.outcome, "numbers": [asdict(number) for number in outcome.unknowns]}
            for outcome in plan.outcomes
            if outcome.pilots
        ],
        "pilot": [
            {"outcome": outcome.need.measure.outcome, "pilots": [asdict(pilot) for pilot in outcome.pilots]}
            for outcome in plan.outcomes
            if outcome.pilots
        ],
        "people": plan.people,
    }
    return {name: plain(value) for name, value in data.items()}


def _sizes(need: Need) -> Iterator[tuple[str, Size | None]]:
    yield "expected", need.expected
    yield "at_best", need.at_best if need.ranged else None
    yield "at_worst", need.at_worst if need.ranged else None
    yield "worthwhile", need.worth


def _need(need: Need, design: Design) -> dict[str, Any]:
    ends = (need.effect_low, need.effect_high) if need.ranged else (None, None)
    return {
        "outcome": need.measure.outcome,
        "against": need.against or None,
        "instrument": need.measure.instrument,
        "unit": need.outcome.unit,
        "analysis": analysis_words(design),
        "effect": None if need.effect is None else {"value": need.effect, "low": ends[0], "high": ends[1]},
        "sign_sure": need.sign_sure if need.ranged else None,
        "n_per_arm": {name: _analysed(size) for name, size in _sizes(need)},
        "recruited": {name: size.recruited if size else None for name, size in _sizes(need)},
        "worthwhile": need.worthwhile or None,
        "detectable": need.detectable,
        "r": need.r,
        "sd": need.sd,
        "scale": "log" if need.outcome.log else "linear",
        "sd_of": f"natural logarithms of {need.outcome.unit}" if need.outcome.log else need.outcome.unit,
        "sd_left": need.contrast.scatter if need.contrast else None,
        "usual": need.usual,
        "curve": [list(point) for point in need.curve],
        "warning": need.warning,
    }


def _control(against: Against) -> dict[str, Any]:
    need = against.need
    return {
        "control": against.control,
        "outcome": against.outcome,
        "effect": need.effect,
        "n_per_arm": {"expected": _analysed(need.expected), "worthwhile": _analysed(need.worth)},
    }


def _clock(outcome: OutcomePlan) -> dict[str, Any]:
    hours = [
        {"hour": hour.hour, "after": hour.after, "effect": hour.effect, "r": hour.r, "n_per_arm": hour.need.analysed}
        for hour in outcome.hours
    ]
    able = best(list(outcome.hours))
    return {"outcome": outcome.need.measure.outcome, "best": able.hour if able else None, "hours": hours}


def _analysed(size: Size | None) -> int | None:
    return size.analysed if size else None
