"""Times: what people write, in minutes since midnight of day 1."""

from __future__ import annotations

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
