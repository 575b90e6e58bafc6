"""Collisions on a timeline, repeats and arrivals included."""

from __future__ import annotations

import pytest

from effleurage.errors import ProtocolError
from effleurage.protocol.model import Protocol
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Visit


def visit(when: str, minutes: float = 60, arrival: float = 15) -> Visit:
    return Visit(when=When.read(when), minutes=minutes, arrival=arrival)


def said(*entries: Visit | Dose) -> list[str]:
    with pytest.raises(ProtocolError) as refused:
        Protocol(title="x", days=20, timeline=entries)
    return [str(finding) for finding in refused.value.findings]


def test_visits_may_touch_but_not_overlap() -> None:
    assert Protocol(title="x", days=3, timeline=(visit("day 2 10:00"), visit("day 2 11:15"))).days == 3
    assert Protocol(title="x", days=3, timeline=(visit("day 2 10:00"), visit("day 2 11:00", arrival=0))).days == 3
    (only,) = said(visit("day 2 10:00"), visit("day 2 11:14"))
    assert only.startswith("timeline 2: rest from day 2 10:59") and "timeline 1" in only


def test_repeats_overlap() -> None:
    (only,) = said(visit("every 7 days from day 3 18:00, 2 times"), visit("day 10 18:30"))
    assert only.startswith("timeline 2: rest from day 10 18:15")


def test_a_long_visit_hides_none_of_its_overlaps() -> None:
    found = said(visit("day 2 10:00", 240), visit("day 2 11:00", 5), visit("day 2 13:00", 5))
    assert [line.split(":")[0] for line in found] == ["timeline 2", "timeline 3"]


def test_outside_the_protocol() -> None:
    assert "after the end of day 20" in said(visit("day 21 10:00"))[0]
    assert "after the end of day 20" in said(visit("every 7 days from day 3 18:00, 4 times"))[0]
    strain = Dose(kind="chronic stress", when=When.read("day 15 09:00"), minutes=7 * 1440)
    assert "chronic stress of day 15 09:00 runs to day 22 09:00" in said(strain)[0]
    assert "before the start" in said(visit("day 1 00:05"))[0]


def test_in_bed() -> None:
    assert "falls in hours in bed" in said(visit("day 3 06:30"))[0]
    assert "falls in hours in bed" in said(visit("day 3 22:30"))[0]
    assert "falls in hours in bed" in said(visit("day 3 07:10"))[0]
    nap = Dose(kind="in bed", when=When.read("day 3 14:00"), minutes=60)
    assert "falls in hours in bed" in said(nap, visit("day 3 14:30"))[0]
    fits = Protocol(title="x", days=3, timeline=(visit("day 3 07:15"), visit("day 3 22:00"), nap))
    assert fits.sessions == ()
