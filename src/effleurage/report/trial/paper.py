"""Skeletons of a protocol and a report, filled from a design and its plan; what neither says is left to be written."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from math import exp
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from effleurage.trial.conduct.codebook import readings
from effleurage.trial.conduct.consort import TO_WRITE as TO_WRITE
from effleurage.trial.conduct.consort import consort_flow as consort_flow
from effleurage.trial.conduct.consort import line_of
from effleurage.trial.conduct.randomisation import THEN, sequences
from effleurage.trial.conduct.timetable import given, timetable
from effleurage.trial.design.design import NO_VISIT, Design
from effleurage.trial.design.endpoints import amount, endpoint_of
from effleurage.trial.plan.notes import multiplicity
from effleurage.trial.plan.planned import Planned as Planned
from effleurage.words import in_markdown

if TYPE_CHECKING:
    import pandas as pd

UNSIZED = (
    "The design has one arm, so no number of persons is given: a change in one arm is not the effect of what the arm "
    "gets, and no number of persons tells it from what the clock, the day and chance change. A second arm, allotted by "
    "lot, is needed for a number."
)
CLUSTERED = (
    " Results are clustered by therapist: an arm that several share is the mean of their means, and its error that of "
    "those means (Welch and Satterthwaite)."
)
REFERENCES = (
    "Chan A-W, Boutron I, Hopewell S, et al. SPIRIT 2025 statement. BMJ 2025;389:e081477. doi 10.1136/bmj-2024-081477",
    "Chan A-W, Tetzlaff JM, Gøtzsche PC, et al. SPIRIT 2013 explanation. BMJ 2013;346:e7586. doi 10.1136/bmj.e7586",
    "CONSORT 2025, item 22a and its flow diagram: consort-spirit.org",
    "Zhang X, Liang F, Lau CT, et al. Standards for reporting interventions in clinical trials of Tuina/massage "
    "(STRICTOTM). J Evid Based Med 2023;16:68-81. doi 10.1111/jebm.12522",
)


def skeleton(
    design: Design,
    plans: Sequence[Planned] = (),
    persons: pd.DataFrame | None = None,
    data: pd.DataFrame | None = None,
) -> str:
    """Protocol and report in Markdown: sample size, SPIRIT items, CONSORT flow, STRICTOTM items, references."""
    flow, design = consort_flow(design, persons, data), _in_markdown(design)
    parts = [
        f"# {line_of(design.title)}",
        "A skeleton. What the design says is filled in; everything else is marked. Nothing in it has been approved by "
        "anybody, and no number in it was measured unless it says so.",
        "## Sample size",
        *([sample_size(design, plan) for plan in plans] or [UNSIZED if len(design.arms) == 1 else TO_WRITE]),
        *([multiplicity(design)] if plans and multiplicity(design) else []),
        spirit(design, plans),
        flow,
        strictotm(design),
        "## References",
        "\n".join(f"- {reference}" for reference in REFERENCES),
    ]
    return "\n\n".join(parts) + "\n"


def _in_markdown(design: Design) -> Design:
    """The design with its own words as Markdown shows them."""
    arms = tuple(arm.model_copy(update={"name": in_markdown(arm.name)}) for arm in design.arms)
    said = {"title": in_markdown(design.title), "reason": in_markdown(design.reason), "arms": arms}
    return design.model_copy(update=said)


def sample_size(design: Design, plan: Planned) -> str:
    """The paragraph on the number of persons for one outcome; every number is the plan's or the design's."""
    row = endpoint_of(plan.outcome, plan.instrument)
    if design.layout == "crossover":
        who = f"{plan.n_per_arm} persons are to be allocated, each of whom gets all of {len(design.arms)} arms"
    else:
        arms = f"each of {len(design.arms)} arms" if len(design.arms) > 1 else "the only arm"
        who = f"{plan.n_per_arm} persons are to be allocated to {arms}"
    against = in_markdown(plan.against) or (design.arms[1].name if len(design.arms) > 1 else "")
    what = f"between {design.arms[0].name} and {against}" if against else "from before to after"
    said = [
        f"**{line_of(row.outcome)} ({row.instrument}).** {who}. With them, a two-sided test at the level of "
        f"{_number(plan.alpha)} has a power of {_number(100 * plan.power)} % to find {_size(plan, plan.detectable)} "
        f"{what}. The analysis is {_method(design)}.",
        f"The smallest held to be worthwhile is {_size(plan, plan.worthwhile)}."
        if plan.worthwhile
        else "No smallest worthwhile difference has been said.",
    ]
    if plan.worthwhile and plan.cannot_be:
        said.append("The people planned for are too near the end of the scale to move by as much.")
    elif plan.worthwhile and abs(plan.detectable) > abs(plan.worthwhile):
        said.append("The trial is not large enough to find it with that power.")
    both = "two periods" if design.layout == "crossover" else "two measurements"
    scale = "on the scale of natural logarithms" if plan.log else plan.unit
    made = (
        "simulated on virtual people, not measured" if row.simulated else "published numbers, and nothing was simulated"
    )
    said.append(
        f"This assumes a standard deviation between persons of {_number(plan.sd)} {scale} and a correlation of "
        f"{_number(plan.r)} between the {both} of a person. Both are {made} ({line_of(plan.basis)}); measured values "
        "of the people to be studied should replace them where there are any."
    )
    if row.warning:
        said.append(f"{row.warning[0].upper()}{row.warning[1:]}.")
    said.append(
        f"The design expects {_number(100 * design.adherence)} % of sessions to be attended, "
        f"{_number(100 * design.dropout)} % of persons to drop out and {_number(100 * design.missing)} % of single "
        "measurements to be missing."
    )
    if design.therapist_icc and any(arm.therapists > 1 for arm in design.arms):
        said.append(
            f"It expects {_number(100 * design.therapist_icc)} % of the variance to lie between therapists, who are "
            "counted, not their people."
        )
    return " ".join(said)


class Item(BaseModel):
    """An item of SPIRIT: what it ``asks``, and what a design ``says`` of it, or with ``of_one_arm`` no comparison."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    asks: str
    says: str = ""
    of_one_arm: str = ""


@cache
def spirit_items() -> dict[str, Item]:
    """Items of ``spirit.toml`` by their number."""
    text = files("effleurage.report.trial").joinpath("spirit.toml").read_text(encoding="utf-8")
    return {number: Item(**item) for number, item in tomllib.loads(text).items()}


def spirit(design: Design, plans: Sequence[Planned] = ()) -> str:
    """The items of a protocol, numbered as in SPIRIT 2025 and worded by us; each filled, or marked to be written."""
    head = "Numbers are those of SPIRIT 2025, which replaces SPIRIT 2013; the words are ours, so read the statement."
    lines, facts = ["## Protocol items (SPIRIT 2025)", "", head, ""], _facts(design)
    for number, item in spirit_items().items():
        said = (item.of_one_arm if len(design.arms) == 1 else "") or item.says
        told = line_of(said.format_map(facts)) if said else TO_WRITE
        told = "See the section 'Sample size'." if number == "19" and plans else told
        lines.append(f"- **{number} {item.asks}.** {told}")
    return "\n".join(lines)


def strictotm(design: Design) -> str:
    """The seven headings of STRICTOTM with what the design says of each; the questions under them are ours."""
    arms = [arm for arm in design.arms if arm.kind == "massage"]
    styles = sorted({arm.technique for arm in arms})
    hands = "; ".join(f"{arm.name}: {given(arm)}" for arm in arms) or "no arm gets a massage"
    others = "; ".join(f"{arm.name}: {given(arm)}" for arm in design.arms if arm.kind != "massage")
    items = (
        ("Rationale", f"Style: {', '.join(styles) or 'none'}. Why this one, and how far it may be varied: {TO_WRITE}"),
        ("Details of the massage", f"{hands}. Order of strokes, position, oil or lotion, response sought: {TO_WRITE}"),
        ("Regimen", _regimen(design)),
        ("Other components", f"What else the receivers get, setting, what they are told: {TO_WRITE}"),
        ("Who gives it", f"{_therapists(design)} Qualification, years of practice, training for the trial: {TO_WRITE}"),
        ("Control or comparator", f"{others or 'The design has none'}. Why it was chosen: {TO_WRITE}"),
        ("Precautions", f"Contraindications, what is watched for, what is done then: {TO_WRITE}"),
    )
    lines = [f"{place}. **{item}.** {line_of(said)}" for place, (item, said) in enumerate(items, 1)]
    head = "## The massage (STRICTOTM)\n\nThe seven headings follow the statement; its sub-items must be read there."
    return f"{head}\n\n" + "\n".join(lines)


def _number(value: float) -> str:
    return f"{value:.4g}"


def _size(plan: Planned, value: float) -> str:
    if plan.log:
        return f"a ratio of {_number(exp(value))} ({_number(value)} on the scale of natural logarithms)"
    return f"a difference of {amount(_number(value), plan.unit)}"


def _method(design: Design) -> str:
    if design.layout == "crossover":
        value = "change" if design.analysis == "change" else "last measurement"
        return f"of the {value} of each period within persons, adjusted for the period"
    if len(design.arms) == 1:
        return "of the change within persons, without a comparator"
    if design.analysis == "change":
        return f"of the change from the first measurement ({line_of(design.reason)})"
    return "of the last measurement, adjusted for the first (ANCOVA)"


def _outcomes(design: Design) -> str:
    said = []
    for reading, measure in zip(readings(design), design.outcomes, strict=True):
        row = endpoint_of(measure.outcome, measure.instrument)
        metric = "ratio of geometric means" if row.log else f"difference of means, {row.unit}"
        if len(design.arms) == 1:
            metric = "geometric mean of after to before" if row.log else f"mean change from before, {row.unit}"
        whom = f", {measure.taken_in}" if measure.taken_in else ""
        said.append(f"{row.outcome} ({row.instrument}, {measure.posture}), {reading['when']}{whom}: {metric}")
    which = "" if len(said) == 1 else f" Which of them is primary: {TO_WRITE}"
    return f"{'; '.join(said)}.{which}"


def _regimen(design: Design) -> str:
    visits = [f"{arm.name} {arm.minutes:g} min" for arm in design.arms if arm.kind not in NO_VISIT]
    many = "1 session" if design.sessions == 1 else f"{design.sessions} sessions, one every {design.every} d"
    clock = f"{int(design.time // 60):02d}:{int(design.time % 60):02d}"
    return f"{many}, at {clock} ({', '.join(visits)})."


def _therapists(design: Design) -> str:
    return f"Therapists: {', '.join(f'{arm.name} {arm.therapists}' for arm in design.arms)}."


def _facts(design: Design) -> dict[str, str]:
    """What ``spirit.toml`` names of a design, in words."""
    others = design.arms[1:]
    orders = f" in the orders {', '.join(THEN.join(one) for one in sequences(design))}"
    crossover = design.layout == "crossover"
    shared = bool(others) and any(arm.therapists > 1 for arm in design.arms)
    people = ", ".join(f"{name} = {value:g}" for name, value in design.people.items())
    return {
        "to_write": TO_WRITE,
        "title": design.title,
        "kind": _kind(design),
        "first": design.arms[0].name,
        "others": ", ".join(arm.name for arm in others),
        "layout": f"{_layout(design)}{orders if crossover else ''}",
        "people": f"Simulated with {people}. Criteria: {TO_WRITE}" if people else TO_WRITE,
        "therapists": _therapists(design),
        "arms": "; ".join(f"{arm.name}: {given(arm)}" for arm in design.arms),
        "regimen": _regimen(design),
        "adherence": _number(100 * design.adherence),
        "missing": _number(100 * design.missing),
        "outcomes": _outcomes(design),
        "schedule": _schedule(design),
        "allotted": "sequences of a crossover" if crossover else "arms",
        "instruments": "; ".join(f"{one.outcome}: {one.instrument}, {one.posture}" for one in design.outcomes),
        "method": _method(design),
        "errors": CLUSTERED if shared else "",
        "several": f" {multiplicity(design)}" if multiplicity(design) else "",
        "alpha": _number(design.alpha),
        "estimand": design.estimand,
    }


def _schedule(design: Design) -> str:
    said = [f"day {one.day} {one.clock} {one.outcome or f'session {one.number}'}" for one in timetable(design)]
    gap = f" Wash-out: {design.washout} d." if design.layout == "crossover" else ""
    return f"{'; '.join(said)}.{gap}"


def _layout(design: Design) -> str:
    several = f" of {len(design.arms)} arms" if len(design.arms) > 1 else ""
    kind = f"{_kind(design)}{several} ({', '.join(arm.name for arm in design.arms)})"
    return f"{kind[0].upper()}{kind[1:]}"


def _kind(design: Design) -> str:
    return f"randomised {design.layout} trial" if len(design.arms) > 1 else "trial of one arm"
