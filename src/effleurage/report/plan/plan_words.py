"""The plan of a trial in words: the answer first, then how sure it is, and what the number cannot find."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from effleurage.protocol.times import time_of_day
from effleurage.report.numbers import human
from effleurage.report.plan.design_words import number, people
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Design
from effleurage.trial.design.endpoints import amount
from effleurage.trial.plan.drift import Drift
from effleurage.trial.plan.hours import Hour
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.plan import OutcomePlan, Plan
from effleurage.trial.plan.unknowns import Pilot, Unknown

LARGEST = 190
"""People an arm of the largest two-armed trial of massage in the ledger (Kutner2008: 380 in all)."""
TOO_MANY = 1000
"""People an arm from which we say that no such trial can be run; about five times the largest."""
SIGN = "cannot be known: the sign is not sure"
REACH = "beyond reach"
ALONE = (
    "There is no control, so no number of people is given. What changes in one arm is not the effect of the massage: "
    "the clock, the day and chance change it too, and no number of people tells them apart. Say what the massage is "
    "compared with, such as 'vs quiet rest', and allot people to it by lot."
)
LITTLE = 0.1
"""Share of the doubt below which a pilot tells next to nothing of the effect."""


def sentences(plan: Plan) -> list[str]:
    """The plan in plain sentences: for each outcome the answer, how sure it is, and what the own number misses."""
    if len(plan.design.arms) == 1:
        return [ALONE]
    return [text for outcome in plan.outcomes for text in outcome_words(outcome, plan.design)]


def outcome_words(outcome: OutcomePlan, design: Design) -> list[str]:
    """All sentences about one outcome, the answer first."""
    need = outcome.need
    extra = (
        within_words(need, design),
        range_words(need),
        detectable_words(need, design),
        unknown_words(outcome.unknowns),
        pilot_words(need, outcome.pilots),
    )
    return [answer(need, design), *(text for text in extra if text)]


def moved_words(first: Plan, plan: Plan) -> list[str]:
    """What became of the first answer's sizes: one sentence for each outcome whose size has moved since."""
    said = []
    for early, need in zip(first.needs, plan.needs, strict=True):
        sizes = ((early.worth, need.worth, "is worth having"), (early.expected, need.expected, "is expected"))
        moved = [
            f"{count(early, old)} was the first answer for what {what}, on {first.people} virtual people, and "
            f"{count(need, new)} is the number, on {plan.people}"
            for old, new, what in sizes
            if old != new
        ]
        if moved:
            said.append(f"{titled(need, plan.design)}: {'; '.join(moved)}.")
    return said


def answer(need: Need, design: Design) -> str:
    """How many people find what is expected, and what is worth having."""
    name = titled(need, design)
    if len(design.arms) == 1:
        return (
            f"No number of people for {name}: there is no control, and a change in one arm is not an effect. Compare "
            "the massage with something, such as quiet rest."
        )
    return f"{_expected_words(need, design, name)} {_worth_having_words(need, design, name)}".lstrip()


def _expected_words(need: Need, design: Design, name: str) -> str:
    if need.effect is None:
        return f"No body stands behind {name}, so no difference is expected of it."
    if need.alike:
        return f"The body expects no difference in {name}: both arms are alike, so no number of people finds one."
    if need.expected is None:
        return ""
    effect = in_unit(need.effect, need, signed=True)
    verb = "is" if need.expected.analysed == 1 else "are"
    many = f"{people(need.expected, design, who=True)} {verb} needed{_reach(need.expected)}"
    return f"To find the difference that the body expects in {name} ({effect}), {too_few(need, need.expected) or many}."


def _worth_having_words(need: Need, design: Design, name: str) -> str:
    if need.worth is None:
        return f"No smallest difference worth having is known for {name}; say one and it is planned for."
    which = f" in {name}" if need.effect is None else ""
    needed = f"needs {people(need.worth, design, who=need.effect is None)}{_reach(need.worth)}"
    short = too_few(need, need.worth)
    needed = cannot_be_words(need) or (f"cannot be found: {short}" if short else needed)
    return f"A difference worth having{which} ({worth_words(need)}) {needed}."


def too_few(need: Need, size: Size) -> str:
    """That more people do not help where therapists are too few; nothing where they would."""
    if not need.contrast or not need.too_few_therapists(size):
        return ""
    many = " and ".join(str(team) for team in need.contrast.teams if team)
    return f"no number of people is enough: {many} therapists are too few to tell the arms apart"


def cannot_be_words(need: Need) -> str:
    """That people are too near the end of the scale for the difference worth having; nothing where they are not."""
    way = "rise" if (need.effect or -1) > 0 else "fall"
    usual = f"the usual level is {in_unit(need.usual, need)}, so it cannot {way} by as much"
    return f"is {REACH}: {usual}" if need.cannot_be else ""


def within_words(need: Need, design: Design) -> str:
    """How a person differs from period to period; nothing for parallel arms."""
    if design.layout != "crossover" or need.contrast is None:
        return ""
    return (
        f"Within a person, {named(need)} varies from period to period by {on_scale(need.within, need)} "
        f"(SD; between persons {on_scale(need.sd, need)}, correlation of both periods {need.r:.2f})."
    )


def count(need: Need, size: Size | None) -> str:
    """A size of a need as a number, with ``beyond reach`` where more people do not help."""
    return REACH if size is not None and need.never(size) else number(size)


def _reach(size: Size) -> str:
    if size.analysed is None or size.analysed > TOO_MANY:
        return ": not with a trial of this kind"
    return f": the largest trial of massage that we know had {LARGEST}" if size.analysed > LARGEST else ""


def at_worst(need: Need) -> str:
    """Persons at the unlucky end of the effect's range."""
    return count(need, need.at_worst) if need.sign_sure else SIGN


def range_words(need: Need) -> str:
    """How unsure the size is; nothing where that is not known."""
    if not need.ranged:
        return ""
    low, high = (human(float(end), signed=True) for end in (need.effect_low or 0.0, need.effect_high or 0.0))
    worst = f"{at_worst(need)} at worst" if need.sign_sure else f"at worst it {SIGN}"
    return (
        f"The body is unsure of this effect: anything from {low} to {high} {need.outcome.unit} fits what is known, "
        f"so {count(need, need.at_best)} at best, {worst}."
    )


def detectable_words(need: Need, design: Design) -> str:
    """What the design's own n will usually miss; nothing where it says no n."""
    if need.detectable is None or design.n is None:
        return ""
    many = people(Size(design.n, design.n), design)
    if not isfinite(need.detectable):
        return f"{many} are too few to analyse {titled(need, design)} at all."
    text = (
        f"With {many}, a difference in {titled(need, design)} smaller than {in_unit(need.detectable, need)} stays "
        f"unfound more often than one time in {_one_in(design.power)}"
    )
    if need.effect is None:
        return f"{text}."
    smaller = "and what the body expects is smaller" if abs(need.effect) < need.detectable else "what it expects is not"
    return f"{text}; {smaller}."


def _one_in(power: float) -> str:
    return human(1 / (1 - power)).removesuffix(".00")


def unknown_words(unknowns: Sequence[Unknown]) -> str:
    """The uncertain number that matters most; nothing where none stands out."""
    if not unknowns:
        return ""
    first = unknowns[0]
    return (
        f"What is most worth knowing: {first.meaning} (grade {first.grade}). "
        f"{percent(first.share)} of the doubt about the effect goes along with it."
    )


def pilot_words(need: Need, pilots: Sequence[Pilot]) -> str:
    """What the middle one of the pilots tells."""
    known = [pilot for pilot in pilots if isfinite(pilot.removed) and isfinite(pilot.error)]
    if not known:
        return ""
    pilot = known[len(known) // 2]
    removed = percent(pilot.removed)
    text = f"A pilot of {pilot.n} an arm removes {removed} of the doubt about the effect on {named(need)}"
    if pilot.removed < LITTLE:
        return f"{text}: it shows whether people come and stay, but next to nothing of the effect."
    return f"{text}; it measures it to ±{on_scale(pilot.error, need)} (standard error)."


def on_scale(value: float, need: Need) -> str:
    """A size on the instrument's scale: in per cent where that is a logarithm, else in the unit."""
    return f"{human(100 * float(value))} %" if need.outcome.log else in_unit(value, need)


def in_unit(value: float, need: Need, *, signed: bool = False) -> str:
    """A difference with its unit."""
    return amount(human(float(value), signed=signed), need.outcome.unit)


def worth_words(need: Need) -> str:
    """The difference worth having, as it was said; in three digits where it was said in per cent of the level."""
    short = f"{need.worthwhile:g}"
    return amount(short if len(short) <= 4 else human(need.worthwhile), need.outcome.unit)


def percent(share: float) -> str:
    """A share as ``47 %``."""
    return f"{100 * share:.0f} %" if isfinite(share) else "–"


def named(need: Need) -> str:
    """The outcome's name."""
    return need.measure.outcome


def titled(need: Need, design: Design) -> str:
    """The outcome's name, with the arm that the first is compared with where there are several."""
    return f"{named(need)} against {need.against}" if len(design.arms) > 2 else named(need)


def when(need: Need, design: Design) -> str:
    """When the outcome is measured."""
    measure = need.measure
    last = "the session" if design.sessions == 1 else "the last session"
    if measure.after == 0:
        return f"{measure.minutes_after:g} min after {last}"
    days = f"{measure.after} day{'s' if measure.after > 1 else ''}"
    return f"at {time_of_day(measure.time)}, {days} after {last}"


def all_notes(plan: Plan) -> list[Note]:
    """Every note, the red ones first; a design with one arm always has a red one."""
    own = [Note("red", "no control", ALONE)] if _lacks_red(plan) else []
    return [*own, *sorted(plan.notes, key=lambda note: note.colour != "red")]


def _lacks_red(plan: Plan) -> bool:
    return len(plan.design.arms) == 1 and not any(note.colour == "red" for note in plan.notes)


def later(hour: Hour) -> str:
    """When the second measurement of an hour is made."""
    if not hour.after:
        return "with the session at that hour"
    return f"{hour.after} day{'s' if hour.after > 1 else ''} after the last session"


def drift_words(need: Need, drift: Drift) -> str:
    """What changes anyway and what massage adds, in a sentence."""
    against = need.against or "no visit"
    rest = f", with {against} by {relative(drift.control)} %" if drift.control is not None else ""
    return (
        f"From before to after, {named(need)} changes by {relative(drift.massage)} % with massage{rest}, and by "
        f"{relative(drift.clock)} % by the clock alone, with no visit. What massage adds, against {against}, is "
        f"{relative(drift.added)} %."
    )


def relative(value: float) -> str:
    """A change in per cent, no finer than it is worth: ``−27``, ``−2.7``, ``0``."""
    text = f"{value:+.0f}" if abs(value) >= 10 else f"{value:+.1f}"
    return "0" if float(text) == 0 else text.replace("-", "−")
