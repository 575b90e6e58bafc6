"""What is supplied where a study is silent can be carried out."""

from __future__ import annotations

from effleurage.evidence.published.silent import silent
from effleurage.people.cohort import check_settings
from effleurage.people.simulate import whole_body
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose


def test_people_and_readings_are_of_the_body() -> None:
    for people in silent().people:
        check_settings(whole_body(), people.settings)
        assert people.words and people.why
    named = {name for name, row in silent().readings.items() if row.noise}
    assert named <= whole_body().quantities.keys()


def test_what_goes_before_is_a_dose_and_the_region_is_one() -> None:
    for before in silent().before:
        dose = before.dose
        assert Dose(kind=dose.kind, strength=dose.strength, minutes=dose.minutes, when=When(start=0)).level > 0
    assert silent().arm.region in catalogue().regions
    assert 0 <= silent().arm.hour < silent().arm.evening < 1440
