"""The plan of a trial in words: the answer first, then how sure it is, what the number cannot find, and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite, sqrt
from numbers import Integral, Real
from typing import Any

from effleurage.protocol.times import time_of_day
from effleurage.report.numbers import human
from effleurage.report.plan.design_words import BEYOND as BEYOND
from effleurage.report.plan.design_words import analysis_words, number, people
from effleurage.report.plan.design_words import design_words as design_words
from effleurage.report.plan.understood import design_data
from effleurage.trial.design.contrast import Size
from effleurage.trial.design.design import Design
from effleurage.trial.design.endpoints import amount
from effleurage.trial.plan.hours import Hour, best
from effleurage.trial.plan.needs import Need
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.plan import Against, Plan
from effleurage.trial.plan.replicates import Operating
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


def sentences(found: Plan) -> list[str]:
    """The plan in plain sentences: for each outcome the answer, how sure it is, and what the own number misses."""
    if len(found.design.arms) == 1:
        return [ALONE]
    return [text for need in found.needs for text in outcome_words(need, found)]


def outcome_words(need: Need, found: Plan) -> list[str]:
    """All sentences about one outcome, the answer first."""
    extra = (
        within_words(need, found.design),
        range_words(need),
        detectable_words(need, found.design),
        unknown_words(of_need(found, found.unknown, need)),
        pilot_words(need, of_need(found, found.pilot, need)),
    )
    return [answer(need, found.design), *(text for text in extra if text)]


def answer(need: Need, design: Design) -> str:
    """How many people find what is expected, and what is worth having."""
    name, said = titled(need, design), []
    if len(design.arms) == 1:
        return (
            f"No number of people for {name}: there is no control, and a change in one arm is not an effect. Compare "
            "the massage with something, such as quiet rest."
        )
    if need.effect is None:
        said.append(f"No body stands behind {name}, so no difference is expected of it.")
    elif alike(need):
        said.append(f"The body expects no difference in {name}: both arms are alike, so no number of people finds one.")
    elif need.expected is not None:
        effect = in_unit(need.effect, need, signed=True)
        verb = "is" if need.expected.analysed == 1 else "are"
        many = f"{people(need.expected, design, who=True)} {verb} needed{_reach(need.expected)}"
        many = too_few(need, need.expected) or many
        said.append(f"To find the difference that the body expects in {name} ({effect}), {many}.")
    if need.worth is not None:
        size = worth_words(need)
        which = f" in {name}" if need.effect is None else ""
        number = f"needs {people(need.worth, design, who=need.effect is None)}{_reach(need.worth)}"
        short = too_few(need, need.worth)
        number = f"cannot be found: {short}" if short else number
        number = cannot_be_words(need) or number
        said.append(f"A difference worth having{which} ({size}) {number}.")
    else:
        said.append(f"No smallest difference worth having is known for {name}; say one and it is planned for.")
    return " ".join(said)


def alike(need: Need) -> bool:
    """Whether the body does the same in both arms."""
    return need.effect == 0


def too_few(need: Need, size: Size) -> str:
    """That more people do not help where therapists are too few; nothing where they would."""
    contrast = need.contrast
    if alike(need) and size is not need.worth:
        return ""
    if size.analysed is not None or contrast is None or not contrast.counts_therapists:
        return ""
    many = " and ".join(str(team) for team in contrast.teams if team)
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
        f"Within a person, {named(need)} varies from period to period by {on_scale(within(need), need)} "
        f"(SD; between persons {on_scale(need.sd, need)}, correlation of both periods {need.r:.2f})."
    )


def within(need: Need) -> float:
    """SD of a person from period to period, on the instrument's scale."""
    return float(need.sd * sqrt(1 - need.r))


def count(need: Need, size: Size | None) -> str:
    """The same, with ``beyond reach`` where more people do not help."""
    worth = size is need.worth
    never = size is not None and (too_few(need, size) or (need.cannot_be if worth else alike(need)))
    return REACH if never else number(size)


def _reach(size: Size) -> str:
    if size.analysed is None or size.analysed > TOO_MANY:
        return ": not with a trial of this kind"
    return f": the largest trial of massage that we know had {LARGEST}" if size.analysed > LARGEST else ""


def sign_sure(need: Need) -> bool:
    """Whether all that the uncertain numbers allow goes one way."""
    low, high = need.effect_low, need.effect_high
    return low is None or high is None or not low < 0 < high


def ranged(need: Need) -> bool:
    """Whether it is known how unsure the effect is; in a first answer it is not."""
    return need.effect_low is not None and need.effect_low != need.effect_high


def at_worst(need: Need) -> str:
    """Persons at the unlucky end of the effect's range."""
    return count(need, need.at_worst) if sign_sure(need) else SIGN


def range_words(need: Need) -> str:
    """How unsure the size is; nothing where that is not known."""
    if not ranged(need):
        return ""
    low, high = (human(float(end), signed=True) for end in (need.effect_low or 0.0, need.effect_high or 0.0))
    worst = f"{at_worst(need)} at worst" if sign_sure(need) else f"at worst it {SIGN}"
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


def unknown_words(found: Sequence[Unknown]) -> str:
    """The uncertain number that matters most; nothing where none stands out."""
    if not found:
        return ""
    first = found[0]
    return (
        f"What is most worth knowing: {first.meaning} (grade {first.grade}). "
        f"{percent(first.share)} of the doubt about the effect goes along with it."
    )


def pilot_words(need: Need, found: Sequence[Pilot]) -> str:
    """What the middle one of the pilots tells."""
    known = [one for one in found if isfinite(one.removed) and isfinite(one.error)]
    if not known:
        return ""
    one = known[len(known) // 2]
    text = f"A pilot of {one.n} an arm removes {percent(one.removed)} of the doubt about the effect on {named(need)}"
    if one.removed < LITTLE:
        return f"{text}: it shows whether people come and stay, but next to nothing of the effect."
    return f"{text}; it measures it to ±{on_scale(one.error, need)} (standard error)."


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


def all_notes(found: Plan) -> list[Note]:
    """Every note, the red ones first; a design with one arm always has a red one."""
    own = [Note("red", "no control", ALONE)] if _lacks_red(found) else []
    return [*own, *sorted(found.notes, key=lambda note: note.colour != "red")]


def _lacks_red(found: Plan) -> bool:
    return len(found.design.arms) == 1 and not any(note.colour == "red" for note in found.notes)


def of_need(found: Plan, rows: Sequence[tuple[str, tuple[Any, ...]]], need: Need) -> tuple[Any, ...]:
    """What a plan's list says of a need: rows stand in the order of the outcomes that the body has."""
    bodily = [one for one in found.needs if one.outcome.simulated]
    place = next((at for at, one in enumerate(bodily) if one is need), len(rows))
    return rows[place][1] if place < len(rows) else ()


def checks_of(found: Plan, need: Need) -> list[Operating]:
    """Simulated trials of a need: runs of rising size, in the order of the outcomes that the body has."""
    runs: list[list[Operating]] = []
    for one in found.checked:
        last = runs[-1][-1] if runs else None
        if last is None or (one.outcome, one.against) != (last.outcome, last.against) or one.n <= last.n:
            runs.append([])
        runs[-1].append(one)
    return list(of_need(found, [(run[0].outcome, tuple(run)) for run in runs], need))


def controls_of(found: Plan, need: Need) -> list[Against]:
    """The same outcome against other controls, told with its first comparison."""
    first = next((one for one in found.needs if one.measure == need.measure), need)
    return [one for one in found.controls if one.need.measure == need.measure] if first is need else []


def later(one: Hour) -> str:
    """When the second measurement of an hour is made."""
    if not one.after:
        return "with the session at that hour"
    return f"{one.after} day{'s' if one.after > 1 else ''} after the last session"


def as_data(found: Plan, assumed: Sequence[str] = ()) -> dict[str, Any]:
    """For ``--json``: all that a plan says; what is no number, is out of reach or is not known is null.

    ``assumed``: what nobody said of the design, in words.
    """
    data = {
        "design": design_data(found.design, assumed),
        "title": found.design.title,
        "n_per_arm": _largest(found),
        "needs": [_need(need, found.design) for need in found.needs],
        "notes": [asdict(note) for note in all_notes(found)],
        "checked": [asdict(one) for one in found.checked],
        "controls": [_control(one) for one in found.controls],
        "clock": [_clock(name, rows) for name, rows in found.clock if rows],
        "unknown": [{"outcome": name, "numbers": [asdict(one) for one in rows]} for name, rows in found.unknown],
        "pilot": [{"outcome": name, "pilots": [asdict(one) for one in rows]} for name, rows in found.pilot],
        "people": found.people,
    }
    return {name: _clean(value) for name, value in data.items()}


def _largest(found: Plan) -> int | None:
    """People an arm for the first outcome, of which the largest of its comparisons decides; None beyond reach."""
    first = [one for one in found.needs if one.measure == found.primary.measure]
    sizes = [_analysed(one.worth if one.worth is not None else one.expected) for one in first]
    known = [size for size in sizes if size is not None]
    return max(known) if known and len(known) == len(sizes) else None


def _sizes(need: Need) -> Iterator[tuple[str, Size | None]]:
    known = ranged(need)
    yield "expected", need.expected
    yield "at_best", need.at_best if known else None
    yield "at_worst", need.at_worst if known else None
    yield "worthwhile", need.worth


def _need(need: Need, design: Design) -> dict[str, Any]:
    ends = (need.effect_low, need.effect_high) if ranged(need) else (None, None)
    return {
        "outcome": need.measure.outcome,
        "against": need.against or None,
        "instrument": need.measure.instrument,
        "unit": need.outcome.unit,
        "analysis": analysis_words(design),
        "effect": None if need.effect is None else {"value": need.effect, "low": ends[0], "high": ends[1]},
        "sign_sure": sign_sure(need) if ranged(need) else None,
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


def _control(one: Against) -> dict[str, Any]:
    return {
        "control": one.control,
        "outcome": one.outcome,
        "effect": one.need.effect,
        "n_per_arm": {"expected": _analysed(one.need.expected), "worthwhile": _analysed(one.need.worth)},
    }


def _clock(name: str, rows: Sequence[Hour]) -> dict[str, Any]:
    hours = [
        {"hour": one.hour, "after": one.after, "effect": one.effect, "r": one.r, "n_per_arm": one.need.analysed}
        for one in rows
    ]
    able = best(list(rows))
    return {"outcome": name, "best": able.hour if able else None, "hours": hours}


def _analysed(size: Size | None) -> int | None:
    return size.analysed if size else None


def _clean(value: Any) -> Any:
    """Python's own types alone; no NaN and no infinity."""
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(part) for part in value]
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if isfinite(value) else None
    raise TypeError(f"{type(value).__name__} has no place in JSON")
