"""A trial plan in words. Plans are made by hand; nothing is simulated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from effleurage.report.plan.design_words import BEYOND, design_words
from effleurage.report.plan.plan_words import (
    SIGN,
    all_notes,
    answer,
    at_worst,
    count,
    detectable_words,
    drift_words,
    moved_words,
    pilot_words,
    range_words,
    relative,
    sentences,
    unknown_words,
)
from effleurage.trial.design.contrast import Contrast, Size
from effleurage.trial.design.design import Arm
from effleurage.trial.plan.drift import Drift
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.unknowns import Pilot, Unknown

Make = Callable[..., Any]
MASSAGE = Arm(name="massage")


def test_the_answer_comes_first_and_in_one_sentence(design: Make, need: Make, whole: Make) -> None:
    assert answer(need(), design()) == (
        "To find the difference that the body expects in cortisol (−0.170 nmol/L), 6,637 people an arm are needed: not "
        "with a trial of this kind. A difference worth having (1.5 nmol/L) needs 72 an arm (85 to recruit)."
    )
    assert sentences(whole())[0].startswith("To find the difference that the body expects in cortisol")


def test_a_difference_larger_than_the_level_itself_is_out_of_reach(design: Make, need: Make) -> None:
    said = answer(need("pain", usual=0.53, worthwhile=1.0, worth=Size(None, None)), design())
    assert said.endswith(
        "worth having (1 point) is beyond reach: the usual level is 0.530 points, so it cannot fall by as much."
    )
    rising = need("pain", usual=9.5, effect=0.1, worthwhile=1.0, worth=Size(None, None))
    assert "cannot rise by as much" in answer(rising, design())
    assert count(rising, rising.worth) == "beyond reach"
    assert "beyond reach" not in answer(need("pain", usual=4.5, worthwhile=1.0), design())


def test_only_what_no_trial_reaches_is_called_so(design: Make, need: Make) -> None:
    assert "not with a trial" not in answer(need(expected=Size(80, 80)), design())
    assert "that we know had 190" in answer(need(expected=Size(231, 231)), design())
    assert f"{BEYOND} people an arm are needed: not with" in answer(need(expected=Size(None, None)), design())


def test_a_questionnaire_without_a_body_is_planned_by_what_is_worth_having(design: Make, published: Make) -> None:
    assert "A difference worth having in PSS (3 points) needs 40 people an arm" in answer(
        published(Size(40, 40)), design()
    )
    assert "say one and it is planned for" in answer(published(), design())
    assert "expects in PSS" not in answer(published(), design())


def test_a_range_across_zero_has_no_worst_number(need: Make) -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None))
    assert at_worst(across) == SIGN and SIGN in range_words(across)
    far = need(at_worst=Size(None, None))
    assert at_worst(far) == BEYOND and SIGN not in range_words(far)
    assert range_words(need(effect_low=-0.17, effect_high=-0.17)) == ""


def test_the_own_number_tells_what_it_misses(design: Make, need: Make) -> None:
    assert detectable_words(need(), design(n=40)) == ""
    told = detectable_words(need(detectable=2.0), design(n=40))
    assert told.startswith("With 40 an arm, a difference in cortisol smaller than 2.00 nmol/L")
    assert "one time in 5; and what the body expects is smaller" in told
    assert "what it expects is not" in detectable_words(need(detectable=0.1), design(n=40))
    assert "too few to analyse" in detectable_words(need(detectable=float("inf")), design(n=2))


def test_a_crossover_counts_people_in_all(design: Make, need: Make) -> None:
    crossed = design(layout="crossover", n=30)
    assert "72 in all (85 to recruit)" in answer(need(), crossed) and "an arm" not in answer(need(), crossed)
    assert "crossover; 30 in all" in design_words(crossed)


def test_what_is_not_known_and_what_a_pilot_tells(need: Make) -> None:
    assert unknown_words([Unknown("gain", "what touch does", "C", 0.47)]) == (
        "What is most worth knowing: what touch does (grade C). 47 % of the doubt about the effect goes along with it."
    )
    assert unknown_words([]) == ""
    assert "next to nothing of the effect" in pilot_words(need(), [Pilot(20, 0.2, 0.02)])
    assert "±20.0 % (standard error)" in pilot_words(need(), [Pilot(20, 0.2, 0.4)])
    assert "±4.70 points" in pilot_words(need("stress"), [Pilot(20, 4.7, 0.4)])
    assert pilot_words(need(), [Pilot(20, float("nan"), float("nan"))]) == ""


def test_one_arm_always_has_a_red_note(whole: Make, design: Make) -> None:
    lone = whole(design=design(MASSAGE), notes=(Note("amber", "few people", "few"),))
    assert [note.colour for note in all_notes(lone)] == ["red", "amber"]
    assert sentences(lone)[-1].startswith("There is no control")
    own = whole(design=design(MASSAGE), notes=(Note("amber", "few", "few"), Note("red", "no control", "own")))
    assert [note.text for note in all_notes(own)] == ["own", "few"]
    assert all(note.colour != "red" for note in all_notes(whole()))


def test_arms_that_are_alike_are_not_blamed_on_therapists(design: Make, need: Make) -> None:
    team = design(Arm(name="one", therapists=3), Arm(name="two", therapists=3))
    contrast = Contrast.of(team, 0.6, 0.3, team.arms[1])
    same = need(effect=0.0, effect_low=0.0, effect_high=0.0, expected=Size(None, None), contrast=contrast)
    said = answer(same, team)
    assert said.startswith("The body expects no difference in cortisol: both arms are alike, so no number of people")
    assert "therapists" not in said and count(same, same.expected) == "beyond reach"
    assert "3 and 3 therapists are too few" in answer(replace(same, effect=-0.1), team)


def test_what_became_of_the_first_answer_is_said_once(first: Make, need: Make) -> None:
    early, late = need(), need(expected=Size(7327, 7327))
    (said,) = moved_words(first(early), first(late, people=512))
    assert said == (
        "cortisol: 6,637 was the first answer for what is expected, on 128 virtual people, and 7,327 is the number, "
        "on 512."
    )
    assert moved_words(first(early), first(early, people=512)) == []
    never = need(worth=Size(None, None), expected=early.expected)
    (said,) = moved_words(first(early), first(never, people=512))
    assert "72 was the first answer for what is worth having" in said and f"{BEYOND} is the number" in said


def test_what_changes_anyway_and_what_massage_adds_is_one_sentence(need: Make) -> None:
    drift = Drift(clock=-20.0, massage=-27.0, control=-25.0, added=-2.0, added_low=-4.8, added_high=-0.8)
    told = drift_words(need(against="rest"), drift)
    assert "changes by −27 % with massage, with rest by −25 %, and by −20 % by the clock alone" in told
    assert told.endswith("against rest, is −2.0 %.")
    alone = drift_words(need(), replace(drift, control=None))
    assert "with massage, and by −20 %" in alone and "against no visit" in alone
    assert [relative(value) for value in (-27.04, -2.66, -0.03, 4.04)] == ["−27", "−2.7", "0", "+4.0"]
