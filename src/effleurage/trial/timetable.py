"""When everything of a trial happens: sessions and measurements by day and clock, as a table and as a calendar."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from effleurage.errors import Finding, RequestError
from effleurage.protocol.times import DAY
from effleurage.trial.design import NO_VISIT, Arm, Design
from effleurage.trial.outcomes import outcome_of

SESSION, MEASUREMENT = "session", "measurement"
SLOT = 10.0
"""Minutes that a measurement fills in a calendar; no statement of how long it takes."""
OCTETS = 75
"""Longest line of a calendar, without its end."""


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
        cells = [getattr(event, name) for name in COLUMNS]
        writer.writerow(["" if cell is None else f"{cell:g}" if isinstance(cell, float) else cell for cell in cells])
    return said.getvalue()


def as_ics(design: Design, start: date, zone: str = "UTC", person: str = "", stamp: datetime | None = None) -> str:
    """The timetable of one person as a calendar to import (RFC 5545).

    start: date of day 1. zone: whose clocks the design means, such as ``Europe/Berlin``; the file says UTC. person:
    a code, so that the calendars of two persons do not overwrite each other; the same person's do, when the start
    moves. stamp: when the calendar was made, now where it is not said.

    Raises ``RequestError`` for a zone that is not known.
    """
    where, made = _zone(zone), (stamp or datetime.now(UTC)).astimezone(UTC)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Effleurage//Trial timetable//EN", "CALSCALE:GREGORIAN"]
    for event in timetable(design):
        begins = datetime.combine(start, time(), tzinfo=where) + timedelta(minutes=round(event.minute))
        begins = begins.astimezone(UTC)
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_uid(design, event, person)}",
            f"DTSTAMP:{_utc(made)}",
            f"DTSTART:{_utc(begins)}",
            f"DTEND:{_utc(begins + timedelta(minutes=max(round(event.lasts), 1)))}",
            f"SUMMARY:{_escaped(_summary(event, person))}",
            f"DESCRIPTION:{_escaped(_description(design, event))}",
            "END:VEVENT",
        ]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _period(design: Design) -> Iterator[Event]:
    longest = max(arm.minutes for arm in design.arms)
    details = "; ".join(f"{arm.name}: {given(arm)}" for arm in design.arms)
    for number, start in enumerate(design.starts, 1):
        yield Event(1, start, SESSION, number, lasts=longest, details=details)
    ended = design.starts[-1] + longest
    for place, measure in enumerate(design.outcomes):
        first, second = design.looks(measure)
        row = outcome_of(measure.outcome, measure.instrument)
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


def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    if name.upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        what = f"'{name}' is no time zone that this computer knows"
        raise RequestError(Finding("zone", what, "Write it as 'Europe/Berlin', or use 'UTC'.")) from None


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    """Text as a value: backslash, semicolon and comma escaped, line ends written out, no control characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\")
    text = text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return "".join(sign for sign in text if sign == "\t" or (ord(sign) >= 32 and ord(sign) != 127))


def _folded(line: str) -> Iterator[str]:
    """A line in pieces of at most ``OCTETS``, the later ones after a space; no character is cut in two."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
