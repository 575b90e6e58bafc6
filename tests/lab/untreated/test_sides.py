from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import instrument_of
from effleurage.lab.untreated.comparable import comparable_of
from effleurage.lab.untreated.pair import PARTS, Pair
from effleurage.lab.untreated.sides import POSTURES, VISIT, Habits, abreast, sides_of

VISITED = Pair("RMSSD", 20.0, 22.0, 1080.0, 1155.0, condition="massage")
RMSSD, PAIN = instrument_of("RMSSD"), instrument_of("pain NRS")
NONE = float("nan")


def test_a_posture_that_is_not_said_is_each_of_three_where_it_matters() -> None:
    assert [way.posture for way in sides_of(VISITED, RMSSD, Habits())] == list(POSTURES)
    assert len(sides_of(VISITED, PAIN, Habits())) == 1
    assert [way.posture for way in sides_of(VISITED, RMSSD, Habits(posture="seated"))] == ["seated"]
    own = replace(VISITED, posture="prone")
    assert [way.posture for way in sides_of(own, RMSSD, Habits(posture="seated"))] == ["prone"]
    assert [way.posture for way in sides_of(VISITED, RMSSD, Habits(resting=False))] == [""]


@pytest.mark.parametrize("part", list(PARTS))
def test_a_part_of_the_day_is_three_hours(part: str) -> None:
    pair = replace(VISITED, clock_before=NONE, clock_after=NONE, part=part)
    ways = sides_of(pair, PAIN, Habits())
    assert [way.before for way in ways] == list(PARTS[part])
    assert {way.after - way.before for way in ways} == {VISIT}
    assert {way.after - way.before for way in sides_of(replace(pair, days_apart=7), PAIN, Habits())} == {0.0}


def test_ways_stand_abreast_each_as_likely_as_before() -> None:
    three, one = sides_of(VISITED, RMSSD, Habits()), sides_of(VISITED, PAIN, Habits())
    nine = three * 3
    sides = abreast([three, one, nine])
    assert len(sides) == 9 and all(len(side) == 3 for side in sides)
    for place, own in enumerate((three, one, nine)):
        seen = [side[place] for side in sides]
        assert {seen.count(way) / 9 for way in own} == {1 / len(set(own))}


def test_who_has_rested_rests_without_a_condition_too() -> None:
    (way,) = sides_of(replace(VISITED, condition="", rested=15.0, posture="supine"), RMSSD, Habits())
    assert way.resting and way.rested == 15.0
    (way,) = sides_of(replace(VISITED, posture="supine"), RMSSD, Habits(rested=20.0))
    assert way.rested == 20.0
    (way,) = sides_of(replace(VISITED, rested=15.0, days_apart=3), RMSSD, Habits())
    assert not way.resting and not way.rested


def test_who_gets_up_at_another_hour_keeps_the_distance_from_getting_up() -> None:
    (way,) = sides_of(Pair("cortisol", 9.0, 6.0, 1020.0, 1080.0, "saliva", up=900.0), PAIN, Habits())
    assert (way.up, way.lights_out) == (900.0, 420.0)
    assert way.before - way.up == 120.0


def test_two_readings_of_one_day_are_never_of_one_minute() -> None:
    for gap in (0.4, 1.0, 7.0, 20.0, 300.0):
        (way,) = sides_of(replace(VISITED, clock_after=1080.0 + gap, posture="seated"), RMSSD, Habits())
        assert way.after >= way.before + 1 and np.isfinite(way.after)


def test_of_a_questionnaire_only_the_days_between_count_however_many() -> None:
    weeks = replace(VISITED, outcome="PSS", days_apart=182, part="morning", clock_before=np.nan, clock_after=np.nan)
    (way,) = sides_of(weeks, comparable_of("PSS"), Habits(resting=True, rested=10.0, posture="seated"))
    assert way.days_apart == 182 and not way.resting and not way.posture and way.rested == 0.0
    assert sides_of(replace(weeks, up=300.0, posture="lying"), comparable_of("PSS"), Habits()) == (way,)
