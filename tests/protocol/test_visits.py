"""A visit is made of parts, and rest is the visit minus the hands."""

from __future__ import annotations

from pathlib import Path

import pytest

import effleurage.body
from effleurage.body.ledger import read_system
from effleurage.engine.schedule import Drive
from effleurage.errors import ProtocolError
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Strokes, Visit

NOON = When.read("day 2 12:00")
HANDS = Strokes(technique="swedish", region="back and legs")


def test_every_part_of_a_massage_is_a_drive() -> None:
    visit = Visit(when=NOON, minutes=60, strokes=HANDS, expectation=0.7)
    assert list(visit.drives()) == [
        Drive(2145, 2160, {"arrival": 1.0}),
        Drive(2160, 2220, {"supine": 1.0}),
        Drive(2160, 2220, {"quiet": 1.0}),
        Drive(2160, 2220, {"attention": 0.5}),
        Drive(2160, 2220, {"expectation": 0.7}),
        Drive(
            2160,
            2220,
            {"stroke_pressure": 30.0, "stroke_region": 0.54, "stroke_flow": 0.5, "stroke_knead": 0.6},
        ),
    ]


def test_rest_is_the_visit_minus_the_hands() -> None:
    for technique in catalogue().techniques:
        visit = Visit(when=NOON, minutes=45, strokes=Strokes(technique=technique, region="back"), arrival=5)
        assert list(visit.without_hands().drives()) == list(visit.drives())[:-1]
        assert visit.without_hands().kind == "rest"


def test_kinds_and_what_techniques_imply() -> None:
    assert Visit(when=NOON, minutes=9, strokes=HANDS).kind == "massage"
    touch = Visit(when=NOON, minutes=9, strokes=Strokes(technique="light touch", region="arm"))
    assert touch.kind == "light touch" and touch.strokes is not None and touch.strokes.mmhg == 5
    chair = Visit(when=NOON, minutes=9, strokes=Strokes(technique="chair", region="back"))
    assert chair.lies == "seated" and chair.without_hands().lies == "seated"
    assert Strokes(technique="reflexology").inputs["stroke_region"] == catalogue().regions["feet"].value
    assert Strokes(technique="swedish", pressure=22, region="back").mmhg == 22


def test_no_arrival_no_drive() -> None:
    assert all("arrival" not in drive.inputs for drive in Visit(when=NOON, minutes=5, arrival=0).drives())


def test_the_body_reads_every_input_within_its_range() -> None:
    folder = Path(effleurage.body.__file__).parent
    systems = (*effleurage.body.RESIDENT, *effleurage.body.CHALLENGES)
    read = {key: row for name in systems for key, row in read_system(folder, name).inputs.items()}
    for name, kind in catalogue().kinds.items():
        weakest, strongest = (kind.strength.low, kind.strength.high) if kind.strength else (0, 0)
        for one in kind.inputs:
            most = strongest * (kind.course.highest(one) if kind.course else 1)
            fits = read[one].low <= weakest and most <= read[one].high
            assert fits if kind.whole or kind.course else (weakest, strongest) == (read[one].low, read[one].high), name
    visit = Visit(when=NOON, minutes=60, strokes=HANDS)
    for drive in visit.drives():
        for name, value in drive.inputs.items():
            assert read[name].low <= value <= read[name].high, name


def test_doses() -> None:
    assert [drive.inputs for drive in Dose(kind="exercise", when=NOON, minutes=30).drives()] == [{"exercise": 0.6}]
    assert Dose(kind="exercise", when=NOON, minutes=30, strength="hard").level == 0.75
    assert Dose(kind="bright light", when=NOON, minutes=30, strength=5000).level == 5000
    assert Dose(kind="chronic stress", when=NOON, minutes=7 * 1440).reads() == ("strain",)


def test_a_dose_with_a_course_is_a_drive_a_piece_in_every_turn() -> None:
    when = When.read("every day from day 2 12:00, 2 times")
    speech = Dose(kind="speech", when=when, minutes=8, strength=0.5)
    assert list(speech.drives()) == [
        Drive(2160, 2164, {"stressor": 0.375}),
        Drive(2164, 2168, {"stressor": 0.675}),
        Drive(3600, 3604, {"stressor": 0.375}),
        Drive(3604, 3608, {"stressor": 0.675}),
    ]
    assert list(speech.spans()) == [(2160, 2168), (3600, 3608)]
    assert Dose(kind="socially evaluated cold pressor", when=NOON, minutes=3).reads() == ("cold", "stressor")


def test_every_finding_at_once() -> None:
    with pytest.raises(ProtocolError) as refused:
        Visit(when=NOON, minutes=-5, posture="floating", attention=2, expectation=-1, arrival=900)
    assert [finding.where for finding in refused.value.findings] == [
        "minutes",
        "posture",
        "arrival",
        "attention",
        "expectation",
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"technique": "swedsh", "region": "back"}, "technique"),
        ({"technique": "swedish", "region": "bakc"}, "region"),
        ({"technique": "swedish"}, "region"),
        ({"technique": "swedish", "region": "back", "pressure": "hefty"}, "pressure"),
        ({"technique": "swedish", "region": "back", "pressure": 900.0}, "pressure"),
    ],
)
def test_hands_that_cannot_be(said: dict[str, str], field: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        Strokes(**said)
    assert [finding.where for finding in refused.value.findings] == [field]


@pytest.mark.parametrize(
    ("kind", "minutes", "strength", "field"),
    [
        ("massage", 60, "", "kind"),
        ("exercise", 60, 1.5, "strength"),
        ("exercise", 60, "brutal", "strength"),
        ("laughter", 60, "loud", "strength"),
        ("laughter", 6000, "", "minutes"),
        ("endotoxin", 1, "", "strength"),
        ("dexamethasone", 1, "", "strength"),
        ("trier", 30, "", "minutes"),
        ("trier", 20, 1.5, "strength"),
        ("speech", 10, "loud", "strength"),
    ],
)
def test_doses_that_cannot_be(kind: str, minutes: float, strength: str | float, field: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        Dose(kind=kind, when=NOON, minutes=minutes, strength=strength)
    assert [finding.where for finding in refused.value.findings] == [field]
