"""Times: what people write, in minutes since midnight of day 1."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from effleurage.errors import ProtocolError
from effleurage.protocol.times import DAY, When, clock, look_minutes, moment, read_when, say, time_of_day


def test_clock_and_moment() -> None:
    assert clock("18:30") == 1110
    assert clock("24:00") == 1440
    assert moment("day 1 00:00") == 0
    assert moment("day 3 18:30") == 2 * 1440 + 1110
    assert say(moment("day 3 18:30")) == "day 3 18:30"


def test_when_once_repeated_and_to() -> None:
    assert When.read("Day 3  18:30").starts == (3990,)
    weekly = When.read("every 7 days from day 3 18:00, 3 times")
    assert weekly.starts == (3960, 3960 + 7 * 1440, 3960 + 14 * 1440)
    assert When.read("every day from day 1 09:00, 2 times").starts == (540, 1980)
    assert read_when("day 5 09:00 to day 20 09:00")[1] == 15 * 1440
    assert read_when("day 5 09:00 to 10:30")[1] == 90


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day 3 25:00", "there is no 25:00"),
        ("day 3 10:75", "there is no 10:75"),
        ("day 3 24:01", "there is no 24:01"),
        ("day 0 10:00", "day 0 cannot be"),
        ("day -1 10:00", "day -1 cannot be"),
        ("day three 10:00", "not a whole number"),
        ("tomorrow", "not a time"),
        ("day 3", "not a time"),
        ("day 3 ten", "not a time of day"),
        ("day 3 10:00 to day 2 10:00", "ends before it begins"),
        ("every 0 days from day 3 10:00, 3 times", "days apart 0"),
        ("every 7 days from day 3 10:00, 0 times", "times 0"),
        ("every 7 days from day 3 10:00, 1001 times", "times 1001"),
        ("every week", "not a repeat"),
        ("", "not a time"),
    ],
)
def test_times_that_cannot_be(text: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        read_when(text)


def test_looks() -> None:
    hourly = look_minutes("every 60 min", 1)
    assert hourly[0] == 0 and hourly[-1] == 1440 and len(hourly) == 25
    assert look_minutes("every 1 h", 1) == hourly
    assert look_minutes("every 1 min from day 1 10:00 to 10:02", 1) == (600, 601, 602)
    assert look_minutes("every day 08:00, 20:00", 2) == (480, 1200, 1920, 2640)
    assert look_minutes("day 2 18:00, 19:00", 2) == (2520, 2580)
    assert look_minutes("day 1 18:00, day 2 18:00", 2) == (1080, 2520)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("every 0 min", "forward in time"),
        ("every -5 min", "forward in time"),
        ("every 5 kg", "not a unit of time"),
        ("every 0.1 min", "too many"),
        ("every 10 min from day 2 10:00 to day 1 10:00", "forward in time"),
        ("day 90 18:00", "after the end"),
        ("day 1 25:00", "no 25:00"),
        ("every day 25:00", "no 25:00"),
        ("now and then", "does not say when"),
        ("", "does not say when"),
    ],
)
def test_looks_that_cannot_be(text: str, said: str) -> None:
    with pytest.raises(ProtocolError, match=said):
        look_minutes(text, 56)


@pytest.mark.parametrize("said", ["00:00", "07:05", "23:59"])
def test_a_time_of_day_is_read_back(said: str) -> None:
    assert time_of_day(clock(said)) == said
    assert time_of_day(clock(said) + 3 * DAY) == said


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("7pm", 1140), ("6:30 pm", 1110), ("18.30", 1110), ("12 am", 0), ("12:15 pm", 735), ("9 am", 540)],
)
def test_the_clock_as_people_write_it(said: str, minutes: float) -> None:
    assert clock(said) == minutes and moment(f"day 3 {said}") == 2 * DAY + minutes


@pytest.mark.parametrize("said", ["13 pm", "0 am", "18", "18.3", "18.75", "7 p", "6:75 pm"])
def test_what_is_no_clock_time_stays_refused(said: str) -> None:
    with pytest.raises(ProtocolError):
        clock(said)


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("weekly from day 3 18:00, 8 times", "every 7 days from day 3 18:00, 8 times"),
        ("every week from day 3 6 pm, 8 times", "every 7 days from day 3 18:00, 8 times"),
        ("every 2 weeks from day 3 at 18.00, 4 times", "every 14 days from day 3 18:00, 4 times"),
        ("daily from day 3 18:00, 5 times", "every day from day 3 18:00, 5 times"),
    ],
)
def test_repeats_as_people_write_them(said: str, same: str) -> None:
    assert read_when(said) == read_when(same)


@pytest.mark.parametrize(
    ("said", "gaps"),
    [
        ("twice a week from day 3 18:00, 8 times", {72, 96}),
        ("2x per week from day 1 09:00, 5 times", {72, 96}),
        ("every 3.5 days from day 3 18:00, 8 times", {84}),
        ("every 12 h from day 3 08:00, 4 times", {12}),
        ("every 8 hours from day 2 07:00, 7 times", {8}),
    ],
)
def test_what_is_no_whole_number_of_days_is_refused_with_lines_that_say_it(said: str, gaps: set[int]) -> None:
    with pytest.raises(ProtocolError) as refused:
        read_when(said)
    (finding,) = refused.value.findings
    starts = sorted(start for line in re.findall("'([^']+)'", finding.fix) for start in When.read(line).starts)
    assert len(starts) == int(said.split(", ")[1].split()[0])
    assert starts[0] == moment(re.findall(r"day \d+ \d\d:\d\d", said)[0])
    assert {(later - first) / 60 for first, later in pairwise(starts)} == gaps


@pytest.mark.parametrize("said", ["every Tuesday 18:00, 8 times", "Mon and Thu 18:00", "every fri 9:00, 2 times"])
def test_a_day_of_the_week_is_told_to_be_counted(said: str) -> None:
    with pytest.raises(ProtocolError, match="the days of a protocol have no names. Count from day 1"):
        read_when(said)
