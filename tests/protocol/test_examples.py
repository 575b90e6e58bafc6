"""Every example is a protocol, and says what it claims to say."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.protocol.reading import read_protocol

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_parses_and_compiles(path: Path) -> None:
    protocol = read_protocol(path)
    schedule = protocol.schedule()
    assert schedule.samples and schedule.drives
    assert all(0 <= drive.start < drive.stop <= schedule.stop for drive in schedule.drives)
    assert "ssumed" in path.read_text(encoding="utf-8")


def test_the_weekly_course() -> None:
    course = read_protocol(EXAMPLES / "weekly-course.yaml")
    assert course.people == {"number": 200, "chronic_stress": 1, "pain_load": 5}
    assert len(course.sessions) == 8 and course.sessions[0] == (3960, 4020)
    assert course.days == 56 and len(course.samples) == 56 * 24 + 1


def test_the_rest_of_noto_is_its_massage_without_hands() -> None:
    massage = read_protocol(EXAMPLES / "noto-2010-leg-massage.yaml")
    rest = read_protocol(EXAMPLES / "noto-2010-rest.yaml")
    assert rest.schedule() == massage.against("rest").schedule()


def test_the_arms_of_diego_and_field_differ_by_pressure_alone() -> None:
    moderate = read_protocol(EXAMPLES / "diego-field-2009-moderate.yaml")
    light = read_protocol(EXAMPLES / "diego-field-2009-light.yaml")
    assert moderate.against("rest").schedule() == light.against("rest").schedule()
    pairs = zip(moderate.schedule().drives, light.schedule().drives, strict=True)
    (one,) = [(more.inputs, less.inputs) for more, less in pairs if more != less]
    assert (one[0]["stroke_pressure"], one[1]["stroke_pressure"]) == (30, 10)
