"""Every protocol of a challenge is one that ``simulate`` reads, and does what its targets say."""

from __future__ import annotations

import pytest

from effleurage.evidence.challenges.challenge import Challenge, challenges
from effleurage.evidence.challenges.protocols import protocol_files, protocol_text
from effleurage.evidence.challenges.tried import PEOPLE
from effleurage.people.cohort import check_settings
from effleurage.people.simulate import people_of, whole_body
from effleurage.protocol.reading import parse_protocol

CURVES = [(one, number) for one in challenges().values() for number in range(len(one.curve))]


@pytest.mark.parametrize(("challenge", "number"), CURVES, ids=[f"{one.id} {number + 1}" for one, number in CURVES])
def test_a_protocol_is_read_as_the_world_of_its_curve(challenge: Challenge, number: int) -> None:
    curve = challenge.curve[number]
    read = parse_protocol(protocol_text(challenge, curve), "challenge")
    world = curve.world.protocol()
    assert (read.timeline, read.habits, read.days) == (world.timeline, world.habits, world.days)
    assert read.people == {"number": PEOPLE, **curve.world.people}
    assert read.samples == curve.places(curve.draw[0])
    check_settings(whole_body(), {name: value for name, value in read.people.items() if name != "number"})
    assert len(people_of(read, None, 1, {}).persons) == PEOPLE


def test_every_curve_has_a_file_of_its_own() -> None:
    files = protocol_files(challenges().values())
    assert len(files) == len(CURVES)
    assert {"exercise-1.yaml", "cold-hand-2.yaml", "slow-breathing-1.yaml"} <= set(files)


def test_numbers_are_written_as_people_write_them() -> None:
    text = protocol_files([challenges()["age"]])["age-1.yaml"]
    assert "mean: 72\n" in text and "72.0" not in text
    assert "title: 'Growing old: an ordinary day, 72 (SD 6) years'" in text
