"""The list of challenges is whole, and what is wrong with one is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from effleurage.errors import RequestError, TargetError
from effleurage.evidence.challenges.challenge import (
    MOST_PANELS,
    MOST_PLACES,
    Challenge,
    Curve,
    challenge_named,
    challenges,
    check,
)
from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms.targets import World

OWN = [target for target in shipped_challenges() if target.challenge == "exercise"]
CURVE = Curve("to exhaustion", OWN[0].world, "day 2 09:00 to 10:00", ("heart_rate",))
SOUND = Challenge("exercise", "Exercise", "People run.", (CURVE,))


def test_every_word_of_a_target_is_a_challenge_and_the_other_way_round() -> None:
    assert set(challenges()) == {target.challenge for target in shipped_challenges()}
    assert len(challenges()) == 17


def test_every_challenge_has_words_and_few_panels() -> None:
    for one in challenges().values():
        assert one.title and one.about.endswith(".")
        assert 2 <= sum(len(curve.draw) for curve in one.curve) <= MOST_PANELS


def test_a_sound_challenge_passes() -> None:
    check([SOUND], OWN)
    assert SOUND.curve[0].span == (1980.0, 2040.0)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": " "}, "exercise: has no title"),
        ({"about": ""}, "exercise: has no about"),
        ({"curve": ()}, "exercise: 0 curves. Give 1 to 3"),
        ({"curve": (CURVE,) * 4}, "exercise: 4 curves"),
        ({"curve": (replace(CURVE, draw=("heart_rate",) * 5),)}, "exercise: 5 panels. Draw at most 4"),
        (
            {"curve": (replace(CURVE, draw=("heart_rat",)),)},
            "no laboratory reads 'heart_rat'. Did you mean 'heart_rate'",
        ),
        ({"curve": (replace(CURVE, draw=()),)}, "nothing is drawn of 'to exhaustion'"),
        ({"curve": (replace(CURVE, title=""),)}, "a curve has no title"),
        ({"curve": (replace(CURVE, during="day 2 09:00 to 08:00"),)}, "samples must go forward in time"),
        ({"curve": (replace(CURVE, during="day 3 09:00 to 10:00"),)}, "is after the end"),
        (
            {"curve": (replace(CURVE, world=World(timeline=("day 2 10:00: runing, 5 min",))),)},
            "'runing' is no stimulus",
        ),
        ({"curve": (replace(CURVE, world=World(people={"agee": 30.0})),)}, "people: "),
        ({"curve": (replace(CURVE, world=World(days=5)),)}, "no target of it has the world of 'to exhaustion'"),
        ({"id": "exercises"}, "no target names it"),
        ({"id": "exercises"}, "no challenge 'exercise'. Did you mean 'exercises'"),
    ],
)
def test_what_is_wrong_with_a_challenge_is_found(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(TargetError) as refused:
        check([replace(SOUND, **changed)], OWN)
    assert said in str(refused.value)


def test_a_challenge_that_stands_there_twice_is_found() -> None:
    with pytest.raises(TargetError, match="exercise: stands there twice"):
        check([SOUND, SOUND], OWN)


def test_an_unknown_name_names_the_nearest() -> None:
    assert challenge_named("posture").title == "Standing up and lying down"
    with pytest.raises(RequestError, match="no challenge 'postur'. Did you mean 'posture'"):
        challenge_named("postur")


@pytest.mark.parametrize(
    ("during", "quantity", "apart"),
    [
        ("day 1 09:00 to 10:00", "heart_rate", 2),
        ("day 1 09:00 to 10:00", "RMSSD", 5),
        ("day 1 09:00 to 19:00", "heart_rate", 5),
        ("day 1 09:00 to day 2 15:00", "heart_rate", 15),
        ("day 1 10:00 to day 62 10:00", "heart_rate", 720),
    ],
)
def test_a_curve_is_looked_at_every_two_minutes_or_as_often_as_a_panel_shows(
    during: str, quantity: str, apart: float
) -> None:
    places = replace(CURVE, world=World(days=63), during=during).places(quantity)
    assert places[1] - places[0] == apart
    assert len(places) <= MOST_PLACES + 1
