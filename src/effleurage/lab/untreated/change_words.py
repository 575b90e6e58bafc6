"""What is said beside a compared change: notes on the file, and the methods paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.bank import OF_A_KIND, ORDINARY
from effleurage.lab.untreated.clients import kinds
from effleurage.lab.untreated.comparable import STUDIED, comparable_of, course_for, held_against
from effleurage.lab.untreated.expected import Foretells, Wanted
from effleurage.lab.untreated.foretold import SHARE
from effleurage.lab.untreated.hours import FARTHEST
from effleurage.lab.untreated.nearby import FEWEST, HELD
from effleurage.lab.untreated.pair import PARTS
from effleurage.lab.untreated.sides import VISIT

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.lab.untreated.hours import Hours
    from effleurage.lab.untreated.pair import Pair
    from effleurage.lab.untreated.sides import Habits
    from effleurage.lab.untreated.taught import Lesson

NAMED = 5
"""Lines that are named one by one; the rest are counted."""
TRAIT_WORDS = {
    "age": "{:g} years of age",
    "pain": "pain that is usually {:g} of 10",
    "stress": "stress that is usually {:g} of 100",
    "sleep": "{:g} min of sleep a night",
}


def notes(
    pairs: Sequence[Pair],
    table: pd.DataFrame,
    ways: Sequence[Sequence[Hours]],
    lessons: Sequence[Lesson],
    habits: Habits,
) -> tuple[str, ...]:
    """What a reader must know of the file; ``ways``: those in which each pair may have been measured."""
    rests = [own[0].resting for own in ways]
    found = [*_missing(table), *_unreached(table), *_held(table), *_by_course(table), *_unsaid(pairs, ways)]
    found += [_lesson(lesson, table) for lesson in lessons]
    if any(rests) and (habits.posture or any(one.posture for one in pairs)):
        found.append("the posture is that of the visit: the first measurement is taken as made on arriving, upright")
    if any(own[0].rested for own in ways):
        found.append("who has rested already is not expected to fall again as on arriving")
    if any(pair.days_apart > own[0].days_apart for pair, own in zip(pairs, ways, strict=True)):
        found.append(f"pairs more than {FARTHEST} days apart are treated as {FARTHEST} days apart")
    lived = any(held_against(*name) != STUDIED for name in _outcomes(table))
    if lived and not any(np.isfinite(pair.up) for pair in pairs):
        found.append("nobody's hour of getting up is in the file; the usual one is taken, which matters in the morning")
    found += _people(pairs, table)
    if not table["control"].any():
        found.append("there is no control in the file: whatever is seen, the treatment may not be its cause")
    if any(rests):
        found.append("untreated people arrive, lie or sit, and rest quietly between the two measurements")
    return tuple(found)


def _missing(table: pd.DataFrame) -> list[str]:
    """Who was measured once."""
    rows = table[table["reason"].str.startswith("one of")].to_dict("records")
    if not rows:
        return []
    who = "; ".join(f"{_who(row)}: {row['outcome']}" for row in rows[:NAMED])
    more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    return [f"{len(rows)} of {len(table)} pairs lack a value and are in no mean ({who}{more})"]


def _unreached(table: pd.DataFrame) -> list[str]:
    """Of whom nothing is expected, by line."""
    rows = table[(table["reason"] != "") & table["expected"].isna() & table["before"].notna() & table["after"].notna()]
    found = []
    for row in rows.head(NAMED).to_dict("records"):
        begins = f"{row['outcome']} of {row['before']:g} {row['unit']} the first time"
        found.append(f"{_who(row)}: {begins}; {row['reason']}, and it is in no mean")
    if len(rows) > NAMED:
        found.append(f"the same holds for {len(rows) - NAMED} more pairs, which the table names")
    return found


def _held(table: pd.DataFrame) -> list[str]:
    """Against how many virtual people everybody is held."""
    people = table.loc[table["expected"].notna(), "people"].dropna()  # a course counts nobody
    if not len(people):
        return []
    least, most = (int(end) for end in (people.min(), people.max()))
    many = f"{least}" if least == most else f"{least} to {most}"
    return [f"each person is held against virtual people who begin near and are alike: as many as {many} of them count"]


def _by_course(table: pd.DataFrame) -> list[str]:
    """Of what the body has not: whose published course counts, and how well it is known."""
    found = []
    for outcome, instrument in _outcomes(table):
        if course := course_for(comparable_of(outcome, instrument)):
            recovery = f"how they recover {course.settled_grade}" if course.settled_grade else "no recovery is known"
            found.append(
                f"{outcome} ({instrument}) is held against {STUDIED} whom nobody treats: {course.whom} "
                f"({course.control}); their level is of grade {course.grade}, how two values of one person go together "
                f"{course.retest_grade}, {recovery}"
            )
    if found:
        found.append(
            f"where {STUDIED} count, age, hours and all else that is said of a person change nothing; grades go from "
            "A (measured more than once) to D (assumed)"
        )
    return found


def _outcomes(table: pd.DataFrame) -> list[tuple[str, str]]:
    """Every outcome and instrument of the table, once."""
    return list(dict.fromkeys(zip(table["outcome"], table["instrument"], strict=True)))


def _who(row: Mapping[str, object]) -> str:
    return ", ".join(str(row[part]) for part in ("line", "participant") if row[part]) or "one pair"


def _unsaid(pairs: Sequence[Pair], ways: Sequence[Sequence[Hours]]) -> list[str]:
    """Postures and hours that nobody said."""
    found = []
    postures = sum(len({way.posture for way in own}) > 1 for own in ways)
    if postures:
        found.append(
            f"the posture of {postures} of {len(pairs)} pairs is not said: lying, sitting and standing are held "
            "equally possible, a third each; say it in a column 'posture' (seated, supine, prone, side) for a narrower "
            "band"
        )
    parts = [pair for pair, own in zip(pairs, ways, strict=True) if pair.part in PARTS and len(own) > 1]
    if parts:
        named = ", ".join(dict.fromkeys(pair.part for pair in parts))
        gap = "" if all(pair.days_apart for pair in parts) else f", and {VISIT:g} min between the two of one day"
        found.append(
            f"no time of day in {len(parts)} of {len(pairs)} pairs: three hours of the {named} are held equally "
            f"possible{gap}"
        )
    return found


def _lesson(lesson: Lesson, table: pd.DataFrame) -> str:
    """How a control moved the band."""
    own = table[(table["outcome"] == lesson.outcome) & (table["instrument"] == lesson.instrument)]
    log = comparable_of(lesson.outcome, lesson.instrument).scale == "log"
    whom = held_against(lesson.outcome, lesson.instrument)
    moved = f"{100 * (np.exp(lesson.moved) - 1):+.2g} %" if log else f"{lesson.moved:+.2g} {own['unit'].iloc[0]}"
    return (
        f"the control in the file ({lesson.people} people) counts beside the {whom}: what is expected of "
        f"{lesson.outcome} is moved by {moved.replace('-', '−')}"
    )


def _people(pairs: Sequence[Pair], table: pd.DataFrame) -> list[str]:
    """Whose rows they are, where that is not one named person a row."""
    found = []
    if all(not pair.participant.strip() for pair in pairs) and len(pairs) > 1:
        found.append("no participant is named: each row is taken as another person; name them if somebody came twice")
    named = table.assign(person=table["participant"].str.strip().str.casefold())
    named = named[named["person"] != ""]
    again = named.groupby(["outcome", "instrument", "condition", "person"]).size()
    if (again > 1).any():
        found.append("several rows of one participant, outcome and condition are visits of one person and count once")
    groups = named.groupby(["outcome", "instrument", "person"])
    both = named[groups["control"].transform("nunique") > 1]
    if len(both):
        alone = len(named) > len(both)
        rows = [part for _, part in both.groupby(["outcome", "instrument", "person"], sort=False)][:NAMED]
        who = "; ".join(f"{part['participant'].iloc[0]}: {' and '.join(part['line'].head(2))}" for part in rows)
        where = f" ({who})" if alone and both["line"].any() else ""
        found.append(
            f"who stands in several conditions under one name is taken as the same person{where}; "
            "other people with the same number need names of their own"
        )
    return found


def methods(rests: bool, expected: Mapping[Wanted, Foretells], usual: Iterable[Mapping[str, float]]) -> str:
    """The paragraph for a paper: what the body shows, then what is told by published courses."""
    lived = {wanted: own for wanted, own in expected.items() if wanted[0].lived}
    courses = _course_methods(one for one, *_ in expected)
    return " ".join(part for part in (_lived_methods(rests, lived, usual) if lived else "", courses) if part)


def _course_methods(instruments: Iterable[Instrument]) -> str:
    """What is told by published courses, and from where; empty where nothing is."""
    from importlib.metadata import version

    found = []
    for one in dict.fromkeys(instruments):
        if course := course_for(one):
            known = {"level": course.source, "correlation": course.retest_source, "recovery": course.settled_source}
            cited = "; ".join(f"{name}: {source}" for name, source in known.items() if source)
            numbers = f"mean {course.mean:g}, SD {course.sd:g}, correlation of two values {course.retest:g}"
            found.append(f"{one.outcome} ({one.instrument}), {course.whom}, {course.control}: {numbers}; {cited}")
    if not found:
        return ""
    return (
        f"What the simulated body has not was compared with published courses without treatment (Effleurage "
        f"{version('effleurage')}; {'. '.join(found)}): the expected second value is the mean, moved by the recovery "
        "since the first, plus the correlation times the distance of the first value from the mean, and the band of "
        f"{SHARE:.0%} is 1.645 SD × √(1 − correlation²) on either side, within the ends of the scale. Nothing is "
        f"expected beyond the middle {HELD:.1%} of first values. Bands of means also hold what the course itself may "
        "be off by (three tenths of the spread between people, assumed)."
    )


def _lived_methods(rests: bool, expected: Mapping[Wanted, Foretells], usual: Iterable[Mapping[str, float]]) -> str:
    """What is told by virtual people."""
    from importlib.metadata import version

    asked = dict.fromkeys(name for one in expected for name in one[0].clients)
    met = ", ".join(kind.meaning for kind in kinds().values() if kind.name in asked)
    clients = f" and {OF_A_KIND} each of {met}, who count by how many of them there are," if met else ""
    rest = "quiet rest between the measurements" if rests else "ordinary days"
    said = dict.fromkeys(TRAIT_WORDS[name].format(value) for own in usual for name, value in own.items())
    alike = f" and the more alike they are in what is said of that person ({'; '.join(said)})" if said else ""
    slopes = ", ".join(f"{one.outcome} ({one.instrument}) {slope}" for one, slope in _slopes(expected).items())
    return (
        f"Changes were compared with those of untreated virtual people (Effleurage {version('effleurage')}; {rest}): "
        f"{ORDINARY:,} ordinary people{clients} lived through the same hours and were measured by the same "
        "instrument, with its noise; who of them passes the limits of life is left out. Each person is held against "
        f"those who begin near, each counting the more the nearer they begin{alike}: the expected second value is read "
        "from the local line through them, and the band from how they scatter around it, which includes time of day, "
        "regression to the mean, variation between days and measurement error (slope at the mean first value, on the "
        f"instrument's scale: {slopes}). Nothing is expected where they count as fewer than {FEWEST} people, or beyond "
        f"the middle {HELD:.1%} of their first values. The band holds {SHARE:.0%} of untreated people, and is no "
        "narrower than the rounding of both readings. The level of the laboratory was learnt from the group's own "
        "first values, and the mean change from a control in the file where there is one; bands of means also hold "
        "what the virtual mean itself may be off by (15 % on a log scale, assumed)."
    )


def _slopes(expected: Mapping[Wanted, Foretells]) -> dict[Instrument, str]:
    """The slope of each instrument, from its least to its most."""
    slopes: dict[Instrument, list[float]] = {}
    for (one, *_), own in expected.items():
        slopes.setdefault(one, []).append(own.slope(own.middle))
    return {
        one: f"{min(values):.2f}" + (f" to {max(values):.2f}" if max(values) - min(values) > 0.005 else "")
        for one, values in slopes.items()
    }
