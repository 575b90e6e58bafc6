"""What can be held against no treatment: what the simulated body shows, and questionnaires with a published course."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from effleurage.errors import Finding, RequestError
from effleurage.lab.instruments.instruments import Instrument, instrument_of, instruments
from effleurage.lab.outcomes.codebook import codebook
from effleurage.lab.untreated.course import Course, courses, usual_course

STEP = 1.0
"""Totals of questionnaires are whole points."""
VIRTUAL, STUDIED = "virtual people", "people in studies"
"""Against whom somebody is held: by what the body shows, and by a published course."""
_ANY = ("", "questionnaire")
"""Instruments that name no form."""


@cache
def comparable() -> Mapping[tuple[str, str], Instrument]:
    """(outcome, instrument) -> the instrument; what the body shows comes first, and wins over a course."""
    lived = {row.id for row in instruments().values()}
    own = [_questionnaire(id) for id in dict.fromkeys(id for id, *_ in courses()) if id not in lived]
    return {**instruments(), **{(row.outcome, row.instrument): row for row in own}}


def comparable_of(outcome: str, instrument: str = "") -> Instrument:
    """The instrument that reports an outcome of which is known what happens to it without treatment.

    Raises ``RequestError`` as ``instrument_of`` does, and for another form of a questionnaire than the published one.

    >>> comparable_of("PSS").step, comparable_of("ISI").high
    (1.0, 28.0)
    """
    chosen = instrument_of(outcome, instrument, comparable())
    if chosen.lived or _bare(instrument) in {_bare(name) for name in (*_ANY, chosen.instrument, chosen.outcome)}:
        return chosen
    what = f"what happens to {chosen.outcome} without treatment is known of {chosen.instrument}, not of"
    fix = f"Say {chosen.instrument} in a column 'instrument' if it is that form, or leave the row out."
    raise RequestError(Finding("outcome", f"{what} '{instrument[:40]}'", fix))


def course_for(instrument: Instrument) -> Course | None:
    """The course by which an outcome is told that the body has not; None for what the body shows."""
    return None if instrument.lived else usual_course(instrument.id)


def held_against(outcome: str, instrument: str) -> str:
    """Whose course without treatment an outcome is held against, in two or three words."""
    return VIRTUAL if comparable_of(outcome, instrument).lived else STUDIED


def _questionnaire(id: str) -> Instrument:
    """A questionnaire as an instrument: what passes of a value is the noise of one answer about what lasts."""
    row, course = codebook()[id], usual_course(id)
    assert course is not None
    return Instrument(
        outcome=row.name,
        instrument=row.instrument,
        quantity="",
        unit=row.unit,
        scale="linear",
        noise=course.sd * math.sqrt(1 - course.retest),
        noise_source=course.retest_source,
        noise_rounded=True,
        timing=0.0,
        timing_source="it asks about days",
        laboratories=0.0,
        laboratories_source="in the spread of the course",
        id=id,
        low=row.low,
        high=row.high,
        step=STEP,
    )


def _bare(name: str) -> str:
    """Letters and digits alone: PSS-10, pss10 and PSS 10 are one form."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())
