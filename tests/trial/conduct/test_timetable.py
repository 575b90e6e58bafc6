from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from effleurage.errors import RequestError
from effleurage.trial.conduct.timetable import COLUMNS, FIRST_YEAR, LAST_YEAR, as_csv, as_ics, first_day, timetable
from effleurage.trial.design.design import Arm, Design, Measure

STAMP = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def design(**said: Any) -> Design:
    base: dict[str, Any] = {
        "title": "Massage, rest; and\nü" + "ber " * 30 + "C:\\new",
        "arms": (Arm(name="massage", pressure="moderate"), Arm(name="rest", kind="rest", minutes=45)),
        "outcomes": (
            Measure(outcome="cortisol", instrument="saliva"),
            Measure(outcome="systolic pressure", instrument="cuff", after=0, minutes_after=15, posture="supine"),
        ),
        "sessions": 3,
        "time": "14:30",
    }
    return Design(**{**base, **said})


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def read(text: str) -> list[dict[str, str]]:
    """Events of a calendar: lines unfolded, values unescaped."""
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    lines = text.replace("\r\n ", "").split("\r\n")[:-1]
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-1] == "END:VCALENDAR"
    events: list[dict[str, str]] = []
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif line != "END:VEVENT" and events:
            assert name not in events[-1]
            plain = re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)
            events[-1][name] = plain
    return events


def local(text: str) -> datetime:
    """A moment without a zone: any Z or zone is refused here."""
    return datetime.strptime(text, "%Y%m%dT%H%M%S")


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def test_every_session_and_measurement_has_its_row_in_order() -> None:
    plan = design()
    table = rows(as_csv(plan))
    assert tuple(table[0]) == COLUMNS
    assert [row["what"] for row in table].count("session") == 3 and len(table) == 3 + 2 * 2
    assert [(int(row["day"]), row["clock"]) for row in table] == sorted((int(r["day"]), r["clock"]) for r in table)
    sessions = [row for row in table if row["what"] == "session"]
    first = int(sessions[0]["day"])
    assert [int(row["day"]) - first for row in sessions] == [0, 7, 14]
    assert {row["clock"] for row in sessions} == {"14:30"} and {row["lasts"] for row in sessions} == {"60"}
    assert sessions[0]["details"] == "massage: swedish massage, moderate pressure, back, 60 min; rest: rest, 45 min"


def test_measurements_stand_where_the_design_looks() -> None:
    plan = design()
    found = {(row["outcome"], bool(row["before_session"])): row for row in rows(as_csv(plan)) if row["outcome"]}
    assert found["systolic pressure", True]["before_session"] == "20"
    assert found["systolic pressure", True]["clock"] == "14:10"
    assert found["systolic pressure", False]["after_session"] == "15"
    assert found["systolic pressure", False]["clock"] == "15:45"
    assert found["systolic pressure", False]["posture"] == "supine"
    assert found["cortisol", True]["instrument"] == "saliva"
    shift = timetable(plan)[0].minute - min(look for measure in plan.outcomes for look in plan.looks(measure))
    told = {event.minute - shift for event in timetable(plan) if event.outcome}
    assert told == {look for measure in plan.outcomes for look in plan.looks(measure)}


def test_day_one_is_the_first_day_and_a_crossover_repeats_after_the_washout() -> None:
    plan = design(layout="crossover", washout=5)
    events = timetable(plan)
    assert events[0].day == 1
    one, two = ([event for event in events if event.period == period] for period in (1, 2))
    assert len(one) == len(two) and two[0].day - one[-1].day == 5 + 1
    assert {b.minute - a.minute for a, b in zip(one, two, strict=True)} == {(one[-1].day + 5) * 1440.0}
    assert {event.period for event in timetable(design())} == {1}


def test_the_calendar_can_be_read_again() -> None:
    plan = design()
    text = as_ics(plan, date(2026, 3, 2), person="P-07", stamp=STAMP)
    assert {"VERSION:2.0", "PRODID:-//Effleurage//Trial timetable//EN"} <= set(text.split("\r\n"))
    events = read(text)
    assert len(events) == len(timetable(plan)) == len({event["UID"] for event in events})
    for event, planned in zip(events, timetable(plan), strict=True):
        assert event["DTSTAMP"] == "20260102T030405Z"
        begins = datetime(2026, 3, 2) + timedelta(minutes=planned.minute)
        assert local(event["DTSTART"]) == begins < local(event["DTEND"])
        assert event["DESCRIPTION"].startswith(plan.title + "\n") and event["SUMMARY"].startswith("P-07: ")
    session = next(event for event in events if event["SUMMARY"] == "P-07: Session 1")
    assert local(session["DTEND"]) - local(session["DTSTART"]) == timedelta(minutes=60)
    assert session["DESCRIPTION"].endswith("moderate pressure, back, 60 min; rest: rest, 45 min")


def test_lines_are_folded_between_characters_and_text_is_escaped() -> None:
    text = as_ics(design(title="ü" * 200 + "a,b;c\\d\ne\x07"), date(2026, 3, 2), stamp=STAMP)
    lines = text.encode().split(b"\r\n")
    assert max(map(len, lines)) in (74, 75) and all(line.decode() for line in lines[:-1])
    assert "a\\,b\\;c\\\\d\\ne\\n" in text.replace("\r\n ", "") and "\x07" not in text


def test_an_event_keeps_its_name_when_the_start_moves_and_not_between_persons() -> None:
    def names(start: date, person: str = "") -> list[str]:
        return [event["UID"] for event in read(as_ics(design(), start, person=person, stamp=STAMP))]

    assert names(date(2026, 3, 2)) == names(date(2026, 5, 4))
    assert not set(names(date(2026, 3, 2), "A")) & set(names(date(2026, 3, 2), "B"))


def test_clocks_of_a_zone_stay_the_same_through_its_summer_time() -> None:
    plan = design(outcomes=(Measure(outcome="cortisol", instrument="saliva"),), sessions=2, every=7)
    events = read(as_ics(plan, date(2026, 3, 23), "Europe/Berlin", stamp=STAMP))
    hours = [moment(event["DTSTART"]).hour for event in events if "Session" in event["SUMMARY"]]
    assert hours == [13, 12]
    with pytest.raises(RequestError, match="no time zone"):
        as_ics(plan, date(2026, 3, 23), "Middle/Earth")


@pytest.mark.parametrize("hour", ["08:00", "14:00", "18:45"])
def test_without_a_zone_a_clock_time_stays_that_clock_time(hour: str) -> None:
    text = as_ics(design(time=hour), date(2026, 3, 23), stamp=STAMP)
    starts = re.findall(r"^DTSTART[^\r\n]*", text, re.MULTILINE)
    sessions = [event for event in read(text) if event["SUMMARY"].startswith("Session")]
    assert {local(event["DTSTART"]).strftime("%H:%M") for event in sessions} == {hour}
    assert starts and not any(line.endswith("Z") or "TZID" in line for line in starts)


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 23), [13, 12, 12]),  # summer time begins between the first two
        ("America/New_York", date(2026, 10, 26), [18, 19, 19]),  # and ends
        ("Asia/Kolkata", date(2026, 3, 23), [8, 8, 8]),
        ("UTC", date(2026, 3, 23), [14, 14, 14]),
    ],
)
def test_a_zone_gives_the_moment_that_its_clocks_show(zone: str, start: date, hours: list[int]) -> None:
    plan = design(outcomes=(Measure(outcome="cortisol"),), sessions=3, every=7, time="14:00")
    sessions = [event for event in read(as_ics(plan, start, zone, stamp=STAMP)) if "Session" in event["SUMMARY"]]
    assert [moment(event["DTSTART"]).hour for event in sessions] == hours


def test_another_program_reads_the_same_moments() -> None:
    import icalendar

    found = icalendar.Calendar.from_ical(as_ics(design(), date(2026, 3, 2), stamp=STAMP))
    begins = [entry.decoded("DTSTART") for entry in found.walk("VEVENT")]
    assert begins == [datetime(2026, 3, 2) + timedelta(minutes=event.minute) for event in timetable(design())]


@pytest.mark.parametrize("year", [1, 1000, FIRST_YEAR - 1, LAST_YEAR + 1, 9999])
def test_a_year_in_which_no_trial_starts_is_one_clear_finding(year: int) -> None:
    for refuse in (lambda: as_ics(design(), date(year, 12, 31)), lambda: first_day(f"{year:04d}-12-31")):
        with pytest.raises(RequestError, match=f"does not start in the year {year}. Give a year from") as refused:
            refuse()
        assert len(refused.value.findings) == 1


def test_the_first_and_the_last_year_hold_the_longest_crossover() -> None:
    long = design(layout="crossover", washout=700, sessions=100, every=7)
    for year in (FIRST_YEAR, LAST_YEAR):
        assert f"DTSTART:{year}1231T" in as_ics(long, date(year, 12, 31), stamp=STAMP)
    with pytest.raises(RequestError, match="'1 March' is no date"):
        first_day("1 March")
