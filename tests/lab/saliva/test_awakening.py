from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.saliva.awakening import at_planned, awakening_response, delays, response_tubes, with_schedule
from effleurage.lab.saliva.courses import Courses, courses_of, lay_out

PLAN = np.array([[0.0, 15, 30, 45]])


def rise(minutes: np.ndarray) -> np.ndarray:
    """A morning that does what the model assumes: 5 nmol/L, quiet for 10 min, then 0.3 a minute."""
    return np.asarray(5 + 0.3 * np.maximum(minutes - 10, 0))


def mornings(delays_: list[float], zero: str = "awakening", planned: bool = True) -> Courses:
    rows = [
        {
            "participant": f"P{person}",
            "sample": f"S{tube}",
            "minutes": PLAN[0, tube] + delay,
            "planned": PLAN[0, tube] if planned else np.nan,
            "zero": zero,
            "concentration": float(rise(PLAN[0, tube] + delay)),
            "unit": "nmol/L",
        }
        for person, delay in enumerate(delays_)
        for tube in range(4)
    ]
    table = lay_out(pd.DataFrame(rows))
    return courses_of(table, np.zeros(len(table), dtype=bool))


def found(courses: Courses, outcome: str) -> tuple[np.ndarray, list[str]]:
    results = awakening_response(courses, "nmol/L", 5.0, 15.0, [""] * len(courses.keys))
    (one,) = [result for result in results if result.outcome == outcome]
    return one.values, one.reasons


@given(st.floats(0, 15))
def test_the_model_recovers_a_delayed_morning_that_keeps_its_assumptions(delay: float) -> None:
    taken = PLAN + delay
    modelled, faults = at_planned(taken, rise(taken), PLAN, 15.0)
    assert faults == [""]
    np.testing.assert_allclose(modelled, rise(PLAN), atol=1e-9)


def test_a_moderate_delay_overestimates_the_rise_and_the_model_mends_it() -> None:
    courses = mornings([0.0, 8.0, 12.0, 16.0])
    truth = (rise(PLAN)[0, 1:].mean()) - 5
    sampled, said = found(courses, "CAR MnInc")
    assert sampled[0] == pytest.approx(truth) and sampled[1] > truth
    assert said[0] == "" and "first tube 8 min after awakening" in said[1]
    excluded, why = found(courses, "CAR MnInc (delays excluded)")
    assert excluded[0] == pytest.approx(truth) and np.isnan(excluded[1:]).all()
    assert all(reason.startswith("excluded: first tube") for reason in why[1:])
    modelled, why = found(courses, "CAR MnInc (delay-modelled)")
    np.testing.assert_allclose(modelled, [truth, truth, truth, np.nan])
    assert "not modelled beyond 15 min" in why[3] and "modelled from: first tube 8 min" in why[1]


def test_five_minutes_pass_and_more_do_not() -> None:
    excluded, _ = found(mornings([5.0, 5.1, -5.0, -6.0]), "CAR MnInc (delays excluded)")
    assert np.isfinite(excluded).tolist() == [True, False, True, False]


def test_a_late_later_tube_excludes_the_morning_and_is_named() -> None:
    courses = mornings([0.0])
    courses.minutes[0, 2] += 9
    excluded, why = found(courses, "CAR AUCi (delays excluded)")
    assert np.isnan(excluded[0]) and "S2 +9 min off the plan" in why[0]
    assert found(courses, "CAR timing error")[0][0] == 9.0


def test_without_the_time_of_awakening_nothing_is_modelled_and_it_is_said() -> None:
    courses = mornings([0.0], zero="first tube")
    assert np.isnan(delays(courses)[0][0])
    assert "awakening was not recorded" in found(courses, "CAR MnInc")[1][0]
    assert np.isfinite(found(courses, "CAR MnInc")[0][0])
    assert np.isnan(found(courses, "CAR MnInc (delay-modelled)")[0][0])


def test_a_missing_tube_is_named_in_every_index() -> None:
    courses = mornings([0.0, 0.0])
    courses.values[0, 1] = np.nan
    for index in ("MnInc", "AUCg", "AUCi", "MaxInc", "time of peak", "rise to +30"):
        for which in ("", " (delays excluded)", " (delay-modelled)"):
            values, reasons = found(courses, f"CAR {index}{which}")
            assert np.isnan(values[0]) and "S1" in reasons[0] and np.isfinite(values[1])


def test_the_model_refuses_far_times_and_negative_levels() -> None:
    taken = np.array([[0.0, 15, 30, 40], [0, 15, 25, 29]])
    _, faults = at_planned(taken, rise(taken), np.repeat(PLAN, 2, axis=0), 15.0)
    assert faults[0] == "" and "16 min outside" in faults[1]
    steep = np.array([[1.0, 20, 25, 25]])
    assert at_planned(PLAN + 14, steep, PLAN, 15.0)[1] == ["the morning's own line leads below zero"]


def test_within_the_quiet_minutes_the_samples_themselves_are_followed() -> None:
    taken, values = np.array([[2.0, 6, 40]]), np.array([[4.0, 5, 10]])
    modelled, _ = at_planned(taken, values, np.array([[0.0, 4, 25]]), 15.0)
    np.testing.assert_allclose(modelled, [[4.0, 4.5, 7.5]])


def test_a_schedule_is_read_from_ten_mornings_and_not_from_fewer() -> None:
    ten = mornings([0, 1, 2, 3, 0, 1, 2, 9, 1, 2], planned=False)
    courses, notes = with_schedule(ten, None)
    np.testing.assert_array_equal(courses.planned, np.repeat(PLAN, 10, axis=0))
    assert "S0 0, S1 15, S2 30, S3 45" in notes[0]
    few, notes = with_schedule(mornings([8.0], planned=False), None)
    assert np.isnan(few.planned).all() and notes == []
    assert "planned time" in found(few, "CAR timing error")[1][0]


def test_a_plan_may_be_given_in_order_or_by_label() -> None:
    one = mornings([8.0], planned=False)
    for plan in ([0, 15, 30, 45], {"S0": 0, "S1": 15, "S2": 30, "S3": 45}):
        np.testing.assert_array_equal(with_schedule(one, plan)[0].planned, PLAN)
    for plan, fault in (
        ([0, 15], "2 planned times for 4"),
        ([0, 15, 15, 45], "do not rise"),
        ({"S9": 0}, "no tube 'S9'"),
    ):
        with pytest.raises(RequestError, match=fault):
            with_schedule(one, plan)


def test_courses_without_times_are_put_at_the_plan_and_called_planned() -> None:
    untimed = mornings([0.0])
    untimed.minutes[:] = np.nan
    courses, notes = with_schedule(untimed, None)
    np.testing.assert_array_equal(courses.minutes, PLAN)
    assert courses.timing.tolist() == ["planned"] and "no times of their own" in notes[0]


def test_tubes_after_the_first_hour_are_not_of_the_response() -> None:
    courses = mornings([0.0])
    courses.planned[0] = [0, 30, 60, 90]
    assert response_tubes(courses).tolist() == [True, True, True, False]
