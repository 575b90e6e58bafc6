"""The design of a trial in words: what people get, who they are, how they are counted, and what is analysed."""

from __future__ import annotations

from effleurage.protocol.times import time_of_day
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import NO_VISIT, Arm, Design
from effleurage.trial.design.therapists import team
from effleurage.trial.design.words import PEOPLE, settings_of
from effleurage.trial.plan.needs import FARTHEST

BEYOND = f"more than {FARTHEST:,}"


def design_words(design: Design) -> str:
    """The design in one sentence."""
    arms = [arm_words(arm) for arm in design.arms]
    against = f", against {' and against '.join(arms[1:])}" if len(arms) > 1 else ", without a control"
    apart = "every day" if design.every == 1 else f"one every {design.every} days"
    course = f"{design.sessions} sessions, {apart}," if design.sessions > 1 else "one session"
    layout = "" if len(arms) == 1 else "; crossover" if design.layout == "crossover" else "; parallel arms"
    size = "" if design.n is None else f"; {people(Size(design.n, design.n), design)}"
    level = f"{100 * design.power:g} % power at a two-sided {100 * design.alpha:g} % level".replace(" %", "\u00a0%")
    first = f"{arms[0][:1].upper()}{arms[0][1:]}, {course} at {time_of_day(design.time)}"
    return f"{first}{against}{layout}{size}; {who(design)}; {level}."


def arm_words(arm: Arm) -> str:
    """What an arm gets."""
    if arm.kind in NO_VISIT:
        return arm.kind
    if arm.kind == "massage":
        hands = " ".join(part for part in (arm.pressure and f"{arm.pressure}-pressure", arm.technique) if part)
        return f"{arm.minutes:g} min of {hands} massage ({arm.region})"
    return f"{arm.minutes:g} min of {'quiet rest' if arm.kind == 'rest' else arm.kind}"


def who(design: Design) -> str:
    """Whom the design takes in, by the words that a sentence has for such people."""
    left, said = dict(design.people), []
    for name, words in PEOPLE.items():
        settings = settings_of((name,)) if name else {}
        if settings and settings.items() <= left.items():
            said.append(words[0])
            left = {key: value for key, value in left.items() if key not in settings}
    said += [f"{name} {value:g}" for name, value in left.items()]
    return f"people: {', '.join(said)}" if said else "healthy adults"


def analysis_words(design: Design) -> str:
    """What the sizes and the simulated trials are of, in the words of a statistician."""
    if len(design.arms) == 1:
        return "none: one arm has nothing to be compared with"
    what = "the difference within people, adjusted for the period"
    if design.layout != "crossover":
        what = "one measurement after, adjusted for one before (ANCOVA)"
        if design.analysis == "change":
            what = "the change from before to after, whose SD is that of people times √(2 (1 − correlation))"
    elif design.analysis == "change":
        what = "the difference of changes within people, adjusted for the period"
    if any(team(arm) for arm in design.arms) and design.therapist_icc:
        what += "; therapists who share an arm are counted, not their people (Welch and Satterthwaite)"
    return what


def people(size: Size, design: Design, *, who: bool = False) -> str:
    """A size as ``72 an arm (85 to recruit)``; with ``who`` as ``72 people an arm``; of a crossover, in all."""
    count, of = number(size), each(design).removeprefix("people ")
    recruit = f" ({size.recruited:,} to recruit)" if size.recruited not in (None, size.analysed) else ""
    return f"{count}{' people' if who else ''} {of}{recruit}"


def each(design: Design) -> str:
    """What a size counts."""
    return "people in all" if design.layout == "crossover" else "people an arm"


def number(size: Size | None) -> str:
    """Persons analysed, with ``more than 100,000`` for what is out of reach and a dash where nothing is asked."""
    return "–" if size is None else BEYOND if size.analysed is None else f"{size.analysed:,}"
