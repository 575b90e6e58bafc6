"""When everything of a trial happens: sessions and measurements by day and clock, as a table and as a calendar."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING

from effleurage.errors import Finding, RequestError, short
from effleurage.protocol.times import DAY
from effleurage.trial.design.design import NO_VISIT, Arm, Design
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.words import in_cell

if TYPE_CHECKING:
    import icalendar

SESSION, MEASUREMENT = "session", "measurement"
SLOT = 10.0
"""Minutes that a measurement fills in a calendar; no statement of how long it takes."""
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""Years in which a trial may start: every calendar program knows them, and any other is a slip of the pen."""


@dataclass(frozen=True)
class Event:
    """One thing that happens to a person, the same in every arm; day 1 is the first day of the timetable.

    ``minute``: since midnight of day 1. ``before_session``: minutes until the first session of the period starts;
    ``after_session``: minutes since its last session ended, of the longest arm; each None for what is not measured
    then. ``details``: of a session, what every arm gets.
    """

    period: int
    minute: float
    what: str
    number: int
    outcome: str = ""
    instrument: str = ""
    posture: str = ""
    before_session: float | None = None
    after_session: float | None = None
    lasts: float = 0.0
    details: str = ""

    @property
    def day(self) -> int:
        """Day, from 1."""
        return int(self.minute // DAY) + 1

    @property
    def clock(self) -> str:
        """Clock time, ``18:30``."""
        rest = round(self.minute) % int(DAY)
        return f"{rest // 60:02d}:{rest % 60:02d}"


COLUMNS = ("day", "clock", *(field.name for field in fields(Event) if field.name != "minute"))
"""Of the timetable as a table."""


def timetable(design: Design) -> tuple[Event, ...]:
    """Everything that happens to one person, in order.

    The periods of a crossover are alike; the washout is the number of whole days between the last day on which
    something happens in a period and the first of the next.
    """
    once = sorted(_period(design), key=lambda event: (event.minute, event.what, event.number))
    days = once[-1].day - once[0].day + 1 + design.washout
    first = once[0].day - 1
    count = len(design.arms) if design.layout == "crossover" else 1
    found = []
    for period in range(count):
        shift = (period * days - first) * DAY
        found += [replace(event, period=period + 1, minute=event.minute + shift) for event in once]
    return tuple(found)


def as_csv(design: Design) -> str:
    """The timetable as CSV with the columns ``COLUMNS``, one row an event."""
    said = io.StringIO()
    writer = csv.writer(said, lineterminator="\n")
    writer.writerow(COLUMNS)
    for event in timetable(design):
        writer.writerow([_cell(getattr(event, name)) for name in COLUMNS])
    return said.getvalue()


def _cell(value: float | str | None) -> str:
    if value is None:
        return ""
    return in_cell(value) if isinstance(value, str) else f"{value:g}"


def first_day(day: str | date) -> date:
    """The date of day 1, of a date or of words such as ``2027-03-01``.

    Raises ``RequestError`` for what is no date, or for a year in which no trial starts.
    """
    try:
        start = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError:
        raise RequestError(Finding("start", f"'{short(str(day))}' is no date", "Write it as 2027-03-01.")) from None
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        fix = f"Give a year from {FIRST_YEAR} to {LAST_YEAR}, as in 2027-03-01."
        raise RequestError(Finding("start", f"a trial does not start in the year {start.year}", fix))
    return start


def as_ics(design: Design, start: date, zone: str = "", person: str = "", stamp: datetime | None = None) -> str:
    """The timetable of one person as a calendar to import (RFC 5545).

    start: date of day 1. zone: whose clocks the design means, such as ``Europe/Berlin``; the file then gives moments in
    UTC, right through summer time. Where no zone is said, 14:00 is written as 14:00 of whoever opens the file. person:
    a code, so that the calendars of two persons do not overwrite each other; the same person's do, when the start
    moves. stamp: when the calendar was made, now where it is not said.

    Raises ``RequestError`` for a zone that is not known and for a start that ``first_day`` refuses.
    """
    import icalendar

    where, day, made = time_zone(zone), first_day(start), (stamp or datetime.now(UTC)).astimezone(UTC)
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Effleurage//Trial timetable//EN")
    calendar.add("calscale", "GREGORIAN")
    for event in timetable(design):
        begins = datetime.combine(day, time(), tzinfo=where) + timedelta(minutes=round(event.minute))
        begins = begins.astimezone(UTC) if where else begins
        calendar.add_component(_entry(design, event, person, begins, made))
    return bytes(calendar.to_ical()).decode("utf-8")


def _entry(design: Design, event: Event, person: str, begins: datetime, made: datetime) -> icalendar.Event:
    import icalendar

    entry = icalendar.Event()
    entry.add("uid", _uid(design, event, person))
    entry.add("dtstamp", made)
    entry.add("dtstart", begins)
    entry.add("dtend", begins + timedelta(minutes=max(round(event.lasts), 1)))
    entry.add("summary", _plain(_summary(event, person)))
    entry.add("description", _plain(_description(design, event)))
    return entry


def _period(design: Design) -> Iterator[Event]:
    longest = max(arm.minutes for arm in design.arms)
    details = "; ".join(f"{arm.name}: {given(arm)}" for arm in design.arms)
    for number, start in enumerate(design.starts, 1):
        yield Event(1, start, SESSION, number, lasts=longest, details=details)
    ended = design.starts[-1] + longest
    for place, measure in enumerate(design.outcomes):
        first, second = design.looks(measure)
        row = endpoint_of(measure.outcome, measure.instrument)
        told = Event(1, first, MEASUREMENT, 2 * place + 1, row.outcome, row.instrument, measure.posture, lasts=SLOT)
        yield replace(told, before_session=design.starts[0] - first)
        yield replace(told, minute=second, number=told.number + 1, after_session=second - ended)


def given(arm: Arm) -> str:
    """What an arm gets at a session, in words."""
    if arm.kind in NO_VISIT:
        return f"{arm.kind}, no visit"
    said: list[str] = [arm.kind]
    if arm.kind == "massage":
        said = [f"{arm.technique} massage", *([f"{arm.pressure} pressure"] if arm.pressure else []), arm.region]
    elif arm.has_hands:
        said.append(arm.region)
    return ", ".join([*said, f"{arm.minutes:g} min"])


def _summary(event: Event, person: str) -> str:
    what = f"Session {event.number}" if event.what == SESSION else f"Measure {event.outcome} ({event.instrument})"
    return f"{person}: {what}" if person else what


def _description(design: Design, event: Event) -> str:
    said = [design.title, f"Day {event.day}, {event.clock}"]
    if design.layout == "crossover":
        said.append(f"Period {event.period}")
    if event.posture:
        said.append(f"Posture: {event.posture}")
    if event.before_session is not None:
        said.append(f"{event.before_session:g} min before the first session starts")
    if event.after_session is not None:
        said.append(f"{event.after_session:g} min after the last session ends")
    return "\n".join([*said, *([event.details] if event.details else [])])


def _uid(design: Design, event: Event, person: str) -> str:
    told = f"{design.title}|{person}|{event.period}|{event.what}|{event.number}|{event.outcome}|{event.instrument}"
    return f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@effleurage"


def time_zone(name: str) -> tzinfo | None:
    """The zone of a name, None where none is said; raises ``RequestError`` for one that this computer does not know."""
    from zoneinfo import ZoneInfo

    if not name:
        return None
    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        what = f"'{short(name)}' is no time zone that this computer knows"
        fix = "Write it as 'Europe/Berlin', or leave it out: the calendar then keeps its clock times anywhere."
        raise RequestError(Finding("zone", what, fix)) from None


def _plain(text: str) -> str:
    """Text of a calendar: lines end in one way, and no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\t\n" or (ord(sign) >= 32 and ord(sign) != 127))
