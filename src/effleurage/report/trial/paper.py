"""Skeletons of a protocol and a report, filled from a design and its plan; what neither says is left to be written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    import pandas as pd

UNSIZED = (
    "The design has one arm, so no number of persons is given: a change in one arm is not the effect of what the arm "
    "gets, and no number of persons tells it from what the clock, the day and chance change. A second arm, allotted by "
    "lot, is needed for a number."
)
NOT_ALLOCATED = "None: the design has one arm, so nothing is allocated."
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
    parts = [
        f"# {line_of(design.title)}",
        "A skeleton. What the design says is filled in; everything else is marked. Nothing in it has been approved by "
        "anybody, and no number in it was measured unless it says so.",
        "## Sample size",
        *([sample_size(design, plan) for plan in plans] or [UNSIZED if len(design.arms) == 1 else TO_WRITE]),
        *([multiplicity(design)] if plans and multiplicity(design) else []),
        spirit(design, plans),
        consort_flow(design, persons, data),
        strictotm(design),
        "## References",
        "\n".join(f"- {reference}" for reference in REFERENCES),
    ]
    return "\n\n".join(parts) + "\n"


def sample_size(design: Design, plan: Planned) -> str:
    """The paragraph on the number of persons for one outcome; every number is the plan's or the design's."""
    row = endpoint_of(plan.outcome, plan.instrument)
    if design.layout == "crossover":
        who = f"{plan.n_per_arm} persons are to be allocated, each of whom gets all of {len(design.arms)} arms"
    else:
        arms = f"each of {len(design.arms)} arms" if len(design.arms) > 1 else "the only arm"
        who = f"{plan.n_per_arm} persons are to be allocated to {arms}"
    against = plan.against or (design.arms[1].name if len(design.arms) > 1 else "")
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


def spirit(design: Design, plans: Sequence[Planned] = ()) -> str:
    """The items of a protocol, numbered as in SPIRIT 2025 and worded by us; each filled, or marked to be written."""
    head = "Numbers are those of SPIRIT 2025, which replaces SPIRIT 2013; the words are ours, so read the statement."
    lines = ["## Protocol items (SPIRIT 2025)", "", head, ""]
    filled = {number: line_of(fill(design)) for number, fill in _FILLED.items()}
    filled |= {"19": "See the section 'Sample size'."} if plans else {}
    for line in _ITEMS.splitlines():
        lines.append(f"- **{line}.** {filled.get(line.split()[0], TO_WRITE)}")
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
        said.append(f"{row.outcome} ({row.instrument}, {measure.posture}), {reading['when']}: {metric}")
    which = "" if len(said) == 1 else f" Which of them is primary: {TO_WRITE}"
    return f"{'; '.join(said)}.{which}"


def _regimen(design: Design) -> str:
    visits = [f"{arm.name} {arm.minutes:g} min" for arm in design.arms if arm.kind not in NO_VISIT]
    many = "1 session" if design.sessions == 1 else f"{design.sessions} sessions, one every {design.every} d"
    clock = f"{int(design.time // 60):02d}:{int(design.time % 60):02d}"
    return f"{many}, at {clock} ({', '.join(visits)})."


def _therapists(design: Design) -> str:
    return f"Therapists: {', '.join(f'{arm.name} {arm.therapists}' for arm in design.arms)}."


def _schedule(design: Design) -> str:
    said = [f"day {one.day} {one.clock} {one.outcome or f'session {one.number}'}" for one in timetable(design)]
    gap = f" Wash-out: {design.washout} d." if design.layout == "crossover" else ""
    return f"{'; '.join(said)}.{gap} Enrolment and consent: {TO_WRITE}"


def _design(design: Design) -> str:
    names = ", ".join(arm.name for arm in design.arms)
    kind = (
        f"{_kind(design)} ({names})"
        if len(design.arms) == 1
        else f"{_kind(design)} of {len(design.arms)} arms ({names})"
    )
    if design.layout == "crossover":
        kind += f" in the orders {', '.join(THEN.join(one) for one in sequences(design))}"
    share = "equal allocation" if len(design.arms) > 1 else "so nothing is allocated"
    return f"{kind[0].upper()}{kind[1:]}, {share}. Framework, such as superiority: {TO_WRITE}"


def _kind(design: Design) -> str:
    return f"randomised {design.layout} trial" if len(design.arms) > 1 else "trial of one arm"


def _sequence(design: Design) -> str:
    if len(design.arms) == 1:
        return NOT_ALLOCATED
    what = "sequences of a crossover" if design.layout == "crossover" else "arms"
    return f"Permuted blocks of {what}, from a seeded generator of random numbers. Who generates them: {TO_WRITE}"


def _arms(design: Design) -> str:
    return f"{'; '.join(f'{arm.name}: {given(arm)}' for arm in design.arms)}. {_regimen(design)} {_therapists(design)}"


def _people(design: Design) -> str:
    said = ", ".join(f"{name} = {value:g}" for name, value in design.people.items())
    return f"Simulated with {said}. Criteria: {TO_WRITE}" if said else TO_WRITE


def _included(design: Design) -> str:
    where = " in the arm they were allocated to" if len(design.arms) > 1 else ""
    return (
        f"Estimand of the design: {design.estimand}. Everybody who was measured counts{where}; who stopped, and from "
        "when their measurements do not count, is to be marked in the data."
    )


def _versus(design: Design) -> str:
    if len(design.arms) == 1:
        return f"To describe what changes in {design.arms[0].name}, which is compared with nothing. {TO_WRITE}"
    others = ", ".join(arm.name for arm in design.arms[1:])
    return f"To compare {design.arms[0].name} with {others}. Objectives on benefit and harm: {TO_WRITE}"


def _statistics(design: Design) -> str:
    shared = len(design.arms) > 1 and any(arm.therapists > 1 for arm in design.arms)
    errors = (
        " Results are clustered by therapist: an arm that several share is the mean of their means, and its error that "
        "of those means (Welch and Satterthwaite)."
        if shared
        else ""
    )
    several = f" {multiplicity(design)}" if multiplicity(design) else ""
    level = f"Level {_number(design.alpha)}, two-sided."
    return f"The analysis is {_method(design)}.{errors}{several} {level} Harms: {TO_WRITE}"


def _instruments(design: Design) -> str:
    said = "; ".join(f"{measure.outcome}: {measure.instrument}, {measure.posture}" for measure in design.outcomes)
    return f"{said}. Training, forms, reliability: {TO_WRITE}"


def _missing(design: Design) -> str:
    share = f"{_number(100 * design.missing)} % of measurements missing"
    return f"The design expects {share}; nothing is imputed. Whether that is enough: {TO_WRITE}"


_ITEMS = """\
1a Title that names design, people and interventions, and says that this is a protocol
1b Structured summary, with what a registry asks for
2 Version and date
3a Who contributed to the protocol
3b Sponsor and how to reach it
3c What sponsor and funders decide
3d Committees and groups that oversee the trial
4 Registration
5 Where protocol and analysis plan can be read
6 Where data, code and materials will be found
7a Funding
7b Conflicts of interest
8 How results will be told, and to whom
9a Background: what is known of benefit and harm
9b Why this comparator
10 Objectives
11 Patients and public in design, conduct and report
12 Trial design
13 Setting and places
14a Who may take part
14b Who may give the interventions
15a Intervention and comparator
15b When an intervention is stopped or changed
15c How attendance is supported and watched
15d Other care that is allowed or not
16 Outcomes
17 Harms: what they are and how they are looked for
18 Schedule of a participant
19 Sample size and its assumptions
20 How enough people will be enrolled
21a Random sequence
21b Restriction and strata; block sizes belong in a separate document
22 Concealment of the sequence
23 Who enrols, who assigns, and whether they can see the sequence
24a Who is blinded
24b How, and how alike the interventions are
24c When the allocation may be revealed
25a Collection of data and instruments
25b Keeping participants, and what is measured of those who stop
26 Management of data
27a Statistical methods
27b Who is in each analysis
27c Missing data
27d Further analyses
28a Data monitoring committee, or why none
28b Interim analyses and stopping
29 Monitoring of conduct
30 Ethics approval
31 How changes of the protocol are told
32a Consent
32b Consent to further use of data and samples
33 Confidentiality
34 Care after the trial, and compensation for harm
"""
_FILLED: dict[str, Callable[[Design], str]] = {
    "1a": lambda design: f"{design.title}: protocol of a {_kind(design)}",
    "10": _versus,
    "12": _design,
    "14a": _people,
    "14b": lambda design: f"{_therapists(design)} Criteria: {TO_WRITE}",
    "15a": _arms,
    "15c": lambda design: f"The design expects {_number(100 * design.adherence)} % of sessions attended. {TO_WRITE}",
    "16": _outcomes,
    "18": _schedule,
    "21a": _sequence,
    "21b": lambda design: f"Restricted, in blocks. Strata: {TO_WRITE}" if len(design.arms) > 1 else NOT_ALLOCATED,
    "25a": _instruments,
    "27a": _statistics,
    "27b": _included,
    "27c": _missing,
    "28b": lambda design: "The design has none.",
}
