"""The design of a trial as it was understood, in plain sentences: what a plan begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import say, time_of_day
from effleurage.trial.design.assumed import UNSAID
from effleurage.trial.design.design import NO_VISIT, Arm, Design, Measure
from effleurage.trial.design.endpoints import amount, endpoint_of

TITLE = "The design as understood"
ANALYSES = {
    "ancova": "the last measurement, adjusted for the first (ANCOVA)",
    "change": "the change from the first to the last measurement",
}


def design_lines(design: Design) -> list[tuple[str, str]]:
    """(what it is about, a sentence) of everything in a design, in the order in which a trial is told."""
    lines = [(f"Arm {number}, {arm.name}", _arm(arm)) for number, arm in enumerate(design.arms, 1)]
    if len(design.arms) == 1:
        lines.append(("Control", "none: what changes in one arm is not the effect of the massage."))
    lines += [("People", _people(design)), ("Sessions", _sessions(design))]
    lines += [("Measured", text) for text in _measures(design)]
    return [*lines, ("Number", _number(design)), ("Losses", _losses(design)), ("Analysis", _analysis(design))]


def told_lines(design: Design, notes: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The lines of a design with those of what was assumed or noted when it was read."""
    return [*design_lines(design), *assumed_lines(notes)]


def assumed_lines(notes: Sequence[str]) -> list[tuple[str, str]]:
    """(``Assumed`` or ``Note``, a sentence) of what nobody said of the design, and of how it was read."""
    return [("Assumed" if UNSAID in note else "Note", note.removeprefix(UNSAID)) for note in notes]


def design_data(design: Design, assumed: Sequence[str] = ()) -> dict[str, Any]:
    """The same as data, in Python's own types; ``assumed`` is what nobody said, in words."""
    return {
        "understood": [f"{about}: {text}" for about, text in design_lines(design)],
        "assumed": list(assumed),
        "arms": [arm.model_dump() for arm in design.arms],
        "people": dict(design.people),
        "layout": design.layout,
        "sessions": design.sessions,
        "every": design.every,
        "time": time_of_day(design.time),
        "outcomes": [_measure_data(design, measure) for measure in design.outcomes],
        "n": design.n,
        "analysis": design.analysis if len(design.arms) > 1 else None,
        "power": design.power,
        "alpha": design.alpha,
    }


def _arm(arm: Arm) -> str:
    if arm.kind in NO_VISIT:
        return f"{arm.kind}: no visit, only the measurements."
    said = f"{arm.minutes:g} min of {'quiet rest, lying' if arm.kind == 'rest' else arm.kind}"
    if arm.kind == "massage":
        pressure = arm.pressure or catalogue().techniques[arm.technique].pressure
        said = f"{arm.minutes:g} min of {arm.technique} massage, {arm.region}, {pressure} pressure"
    elif arm.has_hands:
        said += f", {arm.region}"
    if not arm.therapists:
        return f"{said}."
    return f"{said}; by {_counted(arm.therapists, 'therapist')}."


def _people(design: Design) -> str:
    from effleurage.people.simulate import whole_body

    rows = whole_body().parameters
    told = [f"{name} {value:g} ({rows[name].meaning})" for name, value in design.people.items() if name in rows]
    who = f"adults with {'; '.join(told)}" if told else "adults as in the ledger, with nothing set"
    return f"{who}; in bed from {time_of_day(design.habits.lights_out)} to {time_of_day(design.habits.up)}."


def _sessions(design: Design) -> str:
    said = f"one, at {time_of_day(design.time)}"
    if design.sessions > 1:
        apart = "every day" if design.every == 1 else f"one every {design.every} days"
        said = f"{design.sessions}, {apart}, at {time_of_day(design.time)}"
    if len(design.arms) == 1:
        return f"{said}."
    if design.layout != "crossover":
        return f"{said}, on the same days in every arm that has visits."
    return (
        f"{said}, in each period; crossover: everybody goes through every arm, in an order by lot, with "
        f"{_counted(design.washout, 'day')} of wash-out between."
    )


def _measures(design: Design) -> Iterator[str]:
    last = "the session" if design.sessions == 1 else "the last session"
    first = "the session" if design.sessions == 1 else "the first session"
    for measure in design.outcomes:
        row = endpoint_of(measure.outcome, measure.instrument)
        before, after = (time_of_day(minute) for minute in design.looks(measure))
        if measure.after == 0:
            when = f"at {before}, 20 min before {first}, and at {after}, {measure.minutes_after:g} min after {last}"
        else:
            when = f"at {before} before {first}, and at {after}, {_counted(measure.after, 'day')} after {last}"
        whom = f", {measure.taken_in}" if measure.taken_in else ""
        said = f"{row.outcome} ({row.instrument}, {row.unit}), {when}, {measure.posture}{whom}"
        unit = measure.worthwhile_unit or row.unit
        usual = (measure.worthwhile, unit) == (row.worthwhile, row.worthwhile_unit)
        why = f" ({row.coded.stand_in})" if usual and row.coded.stand_in else ""
        worth = f"; worth having: {amount(f'{measure.worthwhile:g}', unit)}{why}"
        yield f"{said}{worth if measure.worthwhile else ''}."


def _measure_data(design: Design, measure: Measure) -> dict[str, Any]:
    row = endpoint_of(measure.outcome, measure.instrument)
    first, second = design.looks(measure)
    return {
        "outcome": row.outcome,
        "instrument": row.instrument,
        "unit": row.unit,
        "first": say(first),
        "second": say(second),
        "worthwhile": measure.worthwhile or None,
        "worthwhile_unit": measure.worthwhile_unit or row.unit,
        "intake": measure.intake,
    }


def _number(design: Design) -> str:
    if design.n is None:
        return "not said, so it is what the plan is for."
    if design.layout == "crossover":
        return f"{design.n} people in all, each in every arm."
    arms = len(design.arms)
    return f"{design.n} people in each of {arms} arms, {design.n * arms} in all." if arms > 1 else f"{design.n} people."


def _losses(design: Design) -> str:
    drop = f"{100 * design.dropout:g} % drop out" if design.dropout else "nobody drops out"
    come = (
        "every session is attended" if design.adherence == 1 else f"{100 * design.adherence:g} % of sessions attended"
    )
    lost = f"{100 * design.missing:g} % of measurements lost" if design.missing else "no measurement is lost"
    return f"{drop}, {come}, {lost}."


def _analysis(design: Design) -> str:
    if len(design.arms) == 1:
        return "none: what changes within people is told, and it is compared with nothing."
    how = ANALYSES[design.analysis]
    if design.layout == "crossover":
        how = (
            f"within people, adjusted for the period; {'the last measurement' if design.analysis == 'ancova' else how}"
        )
    return (
        f"{how}; estimand: {design.estimand}; {100 * design.power:g} % power at a two-sided "
        f"{100 * design.alpha:g} % level."
    )


def _counted(many: int, what: str) -> str:
    return f"{'one' if many == 1 else many} {what}{'s' * (many != 1)}"
