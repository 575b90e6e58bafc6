"""True minutes between clock times in the two nights of a year in which clocks jump."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from effleurage.errors import RequestError
from effleurage.lab.wall_clock import even_minutes, may_have_changed, zone_named

BERLIN = zone_named("Europe/Berlin")


def between(early: datetime, late: datetime, **place: Any) -> float:
    return even_minutes(late, **place)[0] - even_minutes(early, **place)[0]


@pytest.mark.parametrize(("evening", "hours"), [("2024-03-30", 7.0), ("2024-03-31", 8.0), ("2024-10-26", 9.0)])
def test_eleven_to_seven_is_seven_eight_or_nine_hours(evening: str, hours: float) -> None:
    early = datetime.fromisoformat(f"{evening} 23:00")
    late = early + timedelta(hours=8)
    assert between(early, late, zone=BERLIN) == hours * 60
    assert between(early.replace(tzinfo=BERLIN), late.replace(tzinfo=BERLIN)) == hours * 60
    assert between(early, late) == 480


def test_offsets_need_no_place() -> None:
    summer, winter = timezone(timedelta(hours=2)), timezone(timedelta(hours=1))
    assert between(datetime(2024, 10, 26, 23, tzinfo=summer), datetime(2024, 10, 27, 7, tzinfo=winter)) == 540


@pytest.mark.parametrize(("stamp", "said"), [("2024-10-27 02:30", "twice"), ("2024-03-31 02:30", "did not happen")])
def test_an_hour_that_happened_twice_or_never_is_said(stamp: str, said: str) -> None:
    moment = datetime.fromisoformat(stamp)
    assert said in even_minutes(moment, BERLIN)[1]
    assert even_minutes(moment)[1] == ""
    assert even_minutes(moment + timedelta(hours=1), BERLIN)[1] == ""


def test_nights_in_which_some_clocks_change_are_known() -> None:
    def night(date: str) -> list[datetime]:
        start = datetime.fromisoformat(f"{date} 23:00")
        return [start, start + timedelta(hours=8)]

    assert may_have_changed(night("2024-03-30")) == "Europe/Berlin"
    assert may_have_changed(night("2024-11-02")) == "America/New_York"
    assert may_have_changed(night("2024-04-06")) == "Australia/Sydney"
    assert may_have_changed(night("2024-05-01")) == ""
    assert may_have_changed([stamp.replace(tzinfo=BERLIN) for stamp in night("2024-03-30")]) == ""


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc", "Europe", "x" * 300])
def test_a_place_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="no time zone"):
        zone_named(name)
