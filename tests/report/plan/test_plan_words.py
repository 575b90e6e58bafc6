"""A trial plan in words and as JSON. Plans are made by hand; nothing is simulated."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from effleurage.report.plan.plan_words import (
    BEYOND,
    SIGN,
    all_notes,
    answer,
    as_data,
    at_worst,
    checks_of,
    count,
    design_words,
    detectable_words,
    pilot_words,
    range_words,
    sentences,
    unknown_words,
)
from effleurage.trial.design.contrast import Contrast
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import outcome_of
from effleurage.trial.plan.hours import Hour
from effleurage.trial.plan.needs import Need, Size
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.plan import Against, Plan
from effleurage.trial.plan.replicates import Operating
from effleurage.trial.plan.unknowns import Pilot, Unknown

MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")


def design(*arms: Arm, **more: Any) -> Design:
    asked = tuple(Measure(outcome=name) for name in ("cortisol", "stress", "PSS"))
    return Design(title="a trial", arms=arms or (MASSAGE, REST), outcomes=asked, **more)


def need(outcome: str = "cortisol", **more: Any) -> Need:
    told: dict[str, Any] = {
        "measure": Measure(outcome=outcome),
        "outcome": outcome_of(outcome),
        "usual": 6.6,
        "sd": 0.6,
        "r": 0.3,
        "effect": np.float64(-0.17),
        "effect_low": np.float64(-0.42),
        "effect_high": -0.07,
        "expected": Size(6637, 6637),
        "at_best": Size(1250, 1250),
        "at_worst": Size(50_000, 50_000),
        "worthwhile": 1.5,
        "worth": Size(72, 85),
        "detectable": None,
        "curve": ((10, 0.05), (40, 0.06), (480, 0.11)),
        "warning": "",
    }
    return Need(**(told | more))


def published(worth: Size | None = None) -> Need:
    """A questionnaire that the body has not."""
    none = dict.fromkeys(("effect", "effect_low", "effect_high", "expected", "at_best", "at_worst"))
    curve = ((10, 0.3), (40, 0.8)) if worth else ()
    return need("PSS", **none, worth=worth, worthwhile=3.0 if worth else 0.0, curve=curve, warning="no counterpart")


def operating(outcome: str, n: int, **more: float) -> Operating:
    shares = {"power": 0.5, "type_one": 0.05, "coverage": 0.95}
    errors = {"power_error": 0.016, "type_one_error": 0.007, "coverage_error": 0.007, "bias_error": 0.04}
    told = {**shares, **errors, "bias": 0.01, "type_s": float("nan"), "type_m": float("nan"), **more}
    return Operating(outcome=outcome, n=n, replicates=1000, truth=-0.03, cohort_error=0.001, **told)


def whole(**more: Any) -> Plan:
    """A plan with a bit of everything."""
    cortisol, stress = need(), need("stress", worth=Size(37, 37), worthwhile=10.0, usual=39.0, sd=17.0)
    hours = (Hour(7, 1, np.float64(-0.1), 0.5, Size(900, 900)), Hour(8, 1, -0.2, 0.5, Size(None, None)))
    told: dict[str, Any] = {
        "design": design(),
        "needs": (cortisol, published(), stress),
        "notes": (Note("amber", "the clock", "it moves"),),
        "people": 512,
        "checked": tuple(operating(name, n) for name in ("cortisol", "VAS stress") for n in (10, 40)),
        "controls": (Against("quiet rest", "cortisol", cortisol), Against("light touch", "cortisol", cortisol)),
        "clock": (("cortisol", hours), ("VAS stress", (replace(hours[0], hour=9),))),
        "unknown": (("cortisol", (Unknown("gain", "what touch does", "C", 0.47),)), ("VAS stress", ())),
        "pilot": (("cortisol", (Pilot(20, 0.2, 0.02),)), ("VAS stress", (Pilot(20, 4.7, 0.2),))),
    }
    return Plan(**(told | more))


def test_the_answer_comes_first_and_in_one_sentence() -> None:
    assert answer(need(), design()) == (
        "To find the difference that the body expects in cortisol (−0.170 nmol/L), 6,637 people an arm are needed: not "
        "with a trial of this kind. A difference worth having (1.5 nmol/L) needs 72 an arm (85 to recruit)."
    )
    assert sentences(whole())[0].startswith("To find the difference that the body expects in cortisol")


def test_a_difference_larger_than_the_level_itself_is_out_of_reach() -> None:
    said = answer(need("pain", usual=0.53, worthwhile=1.0, worth=Size(None, None)), design())
    assert said.endswith(
        "worth having (1 point) is beyond reach: the usual level is 0.530 points, so it cannot fall by as much."
    )
    rising = need("pain", usual=9.5, effect=0.1, worthwhile=1.0, worth=Size(None, None))
    assert "cannot rise by as much" in answer(rising, design())
    assert count(rising, rising.worth) == "beyond reach"
    assert "beyond reach" not in answer(need("pain", usual=4.5, worthwhile=1.0), design())


def test_only_what_no_trial_reaches_is_called_so() -> None:
    assert "not with a trial" not in answer(need(expected=Size(80, 80)), design())
    assert "that we know had 190" in answer(need(expected=Size(231, 231)), design())
    assert f"{BEYOND} people an arm are needed: not with" in answer(need(expected=Size(None, None)), design())


def test_a_questionnaire_without_a_body_is_planned_by_what_is_worth_having() -> None:
    assert "A difference worth having in PSS (3 points) needs 40 people an arm" in answer(
        published(Size(40, 40)), design()
    )
    assert "say one and it is planned for" in answer(published(), design())
    assert "expects in PSS" not in answer(published(), design())


def test_a_range_across_zero_has_no_worst_number() -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None))
    assert at_worst(across) == SIGN and SIGN in range_words(across)
    far = need(at_worst=Size(None, None))
    assert at_worst(far) == BEYOND and SIGN not in range_words(far)
    assert range_words(need(effect_low=-0.17, effect_high=-0.17)) == ""


def test_the_own_number_tells_what_it_misses() -> None:
    assert detectable_words(need(), design(n=40)) == ""
    told = detectable_words(need(detectable=2.0), design(n=40))
    assert told.startswith("With 40 an arm, a difference in cortisol smaller than 2.00 nmol/L")
    assert "one time in 5; and what the body expects is smaller" in told
    assert "what it expects is not" in detectable_words(need(detectable=0.1), design(n=40))
    assert "too few to analyse" in detectable_words(need(detectable=float("inf")), design(n=2))


def test_a_crossover_counts_people_in_all() -> None:
    crossed = design(layout="crossover", n=30)
    assert "72 in all (85 to recruit)" in answer(need(), crossed) and "an arm" not in answer(need(), crossed)
    assert "crossover; 30 in all" in design_words(crossed)


def test_what_is_not_known_and_what_a_pilot_tells() -> None:
    assert unknown_words([Unknown("gain", "what touch does", "C", 0.47)]) == (
        "What is most worth knowing: what touch does (grade C). 47 % of the doubt about the effect goes along with it."
    )
    assert unknown_words([]) == ""
    assert "next to nothing of the effect" in pilot_words(need(), [Pilot(20, 0.2, 0.02)])
    assert "±20.0 % (standard error)" in pilot_words(need(), [Pilot(20, 0.2, 0.4)])
    assert "±4.70 points" in pilot_words(need("stress"), [Pilot(20, 4.7, 0.4)])
    assert pilot_words(need(), [Pilot(20, float("nan"), float("nan"))]) == ""


def test_the_design_is_one_sentence() -> None:
    told = design_words(design(sessions=6, people={"chronic_stress": 1.0, "age": 31.0}))
    assert told.startswith(
        "60 min of swedish massage (back), 6 sessions, one every 7 days, at 14:00, against 60 min of"
    )
    assert "people: stressed, age 31" in told
    assert "without a control" in design_words(design(MASSAGE)) and "healthy adults" in design_words(design())


def test_one_arm_always_has_a_red_note() -> None:
    lone = whole(design=design(MASSAGE), notes=(Note("amber", "few people", "few"),))
    assert [note.colour for note in all_notes(lone)] == ["red", "amber"]
    assert sentences(lone)[-1].startswith("There is no control")
    own = whole(design=design(MASSAGE), notes=(Note("amber", "few", "few"), Note("red", "no control", "own")))
    assert [note.text for note in all_notes(own)] == ["own", "few"]
    assert all(note.colour != "red" for note in all_notes(whole()))


def test_checks_belong_to_their_outcome_even_under_one_name() -> None:
    twice = tuple(operating("cortisol", n, power=power) for power in (0.1, 0.9) for n in (10, 40))
    one, other = need(), need(measure=Measure(outcome="cortisol", time=600.0, after=2))
    plan = whole(needs=(one, other), checked=twice)
    assert [check.power for check in checks_of(plan, other)] == [0.9, 0.9]
    assert [check.n for check in checks_of(plan, one)] == [10, 40]
    assert checks_of(whole(), whole().needs[1]) == []


def test_json_has_the_promised_keys_and_pythons_own_numbers() -> None:
    data = as_data(whole())
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    promised = (
        "design",
        "title",
        "n_per_arm",
        "needs",
        "notes",
        "checked",
        "controls",
        "clock",
        "unknown",
        "pilot",
        "people",
    )
    assert tuple(data) == promised
    assert data["n_per_arm"] == 72
    first, second, _ = data["needs"]
    assert first["effect"] == {"value": -0.17, "low": -0.42, "high": -0.07} and type(first["effect"]["value"]) is float
    assert first["n_per_arm"] == {"expected": 6637, "at_best": 1250, "at_worst": 50_000, "worthwhile": 72}
    assert first["recruited"]["worthwhile"] == 85 and first["curve"][0] == [10, 0.05]
    assert second["effect"] is None and second["n_per_arm"]["expected"] is None and second["worthwhile"] is None
    assert data["checked"][0]["type_m"] is None and data["checked"][0]["power"] == 0.5
    assert data["clock"][0]["best"] == 7 and data["clock"][0]["hours"][1]["n_per_arm"] is None
    assert data["controls"][0]["n_per_arm"] == {"expected": 6637, "worthwhile": 72}


def test_json_of_a_first_answer_claims_no_range() -> None:
    sure = need(effect_low=-0.17, effect_high=-0.17, at_best=Size(6637, 6637), at_worst=Size(6637, 6637), worth=None)
    data = as_data(Plan(design(), (sure,), (), 128))
    assert data["n_per_arm"] == 6637
    assert data["needs"][0]["effect"] == {"value": -0.17, "low": None, "high": None}
    assert data["needs"][0]["n_per_arm"]["at_worst"] is None is data["needs"][0]["sign_sure"]
    assert data["checked"] == data["clock"] == []


def test_json_tells_an_unsure_sign_and_refuses_what_it_does_not_know() -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None), detectable=float("inf"))
    told = as_data(Plan(design(), (across,), (), 512))["needs"][0]
    assert told["sign_sure"] is False and told["n_per_arm"]["at_worst"] is None is told["detectable"]
    with pytest.raises(TypeError):
        as_data(Plan(design(), (need(r=1 + 1j),), (), 512))


def test_arms_that_are_alike_are_not_blamed_on_therapists() -> None:
    team = design(Arm(name="one", therapists=3), Arm(name="two", therapists=3))
    contrast = Contrast.of(team, 0.6, 0.3, team.arms[1])
    same = need(effect=0.0, effect_low=0.0, effect_high=0.0, expected=Size(None, None), contrast=contrast)
    said = answer(same, team)
    assert said.startswith("The body expects no difference in cortisol: both arms are alike, so no number of people")
    assert "therapists" not in said and count(same, same.expected) == "beyond reach"
    assert "3 and 3 therapists are too few" in answer(replace(same, effect=-0.1), team)


def test_the_scale_of_an_sd_is_said_in_json() -> None:
    logs, points = as_data(whole())["needs"][0], as_data(whole())["needs"][1]
    assert (logs["scale"], logs["sd_of"]) == ("log", "natural logarithms of nmol/L")
    assert (points["scale"], points["sd_of"]) == ("linear", "points")


def test_sessions_of_every_day_are_said_to_be_so() -> None:
    assert "5 sessions, every day, at" in design_words(design(sessions=5, every=1))
    assert "5 sessions, one every 2 days, at" in design_words(design(sessions=5, every=2))
