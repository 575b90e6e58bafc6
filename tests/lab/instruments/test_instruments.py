from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.instruments.instruments import instrument_of, instruments
from effleurage.lab.saliva.assay import FLUIDS
from effleurage.people.simulate import readouts, whole_body

PEOPLE = np.arange(4000)


@pytest.mark.parametrize("key", sorted(instruments()))
def test_every_instrument_reads_what_the_body_has_and_says_where_its_numbers_are_from(key: tuple[str, str]) -> None:
    one = instruments()[key]
    assert set(one.reads()) <= set(readouts(whole_body()))
    assert one.scale in ("log", "linear")
    assert one.noise_source and one.timing_source and one.laboratories_source
    assert one.floor_source or not np.isfinite(one.floor)


@pytest.mark.parametrize("key", sorted(k for k, one in instruments().items() if not one.part))
def test_noise_has_the_size_that_is_said_and_no_bias(key: tuple[str, str]) -> None:
    one = instruments()[key]
    truth = np.full(len(PEOPLE), 50.0 if one.high == np.inf else (one.low + one.high) / 2)
    off = one.transformed(one.reported(truth, 1, PEOPLE, "a")) - one.transformed(truth)
    rounding = one.step / np.sqrt(12)
    assert off.std() == pytest.approx(np.hypot(one.noise, rounding), rel=0.06)
    assert abs(off.mean()) < 0.06 * max(one.noise, rounding) + one.noise**2


def test_two_readings_have_luck_of_their_own_and_the_same_one_repeats() -> None:
    one = instrument_of("cortisol", "saliva")
    truth = np.full(len(PEOPLE), 5.0)
    first, again, other = (one.reported(truth, 1, PEOPLE, purpose) for purpose in ("a", "a", "b"))
    assert (first == again).all()
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.05


@given(st.floats(0, 1e6))
def test_reports_stay_on_the_scale(truth: float) -> None:
    for one in instruments().values():
        read = one.reported(np.array([truth]), 1, np.array([3]), "x")
        assert np.isfinite(read).all()
        assert one.low <= read[0] <= one.high
        assert not read[0] < one.floor


@pytest.mark.parametrize("key", sorted(instruments()))
def test_a_number_that_no_living_person_has_is_no_reading(key: tuple[str, str]) -> None:
    one = instruments()[key]
    low, high = one.limits
    assert np.isfinite([low, high]).all() and (one.limits_source or np.isfinite(one.low))
    for wrong in (np.inf, -np.inf, 1e308, -1e308, 1e30, high * 1.01, low - 1):
        assert "lies outside" in one.impossible(wrong)
    for right in (low, (low + high) / 2, high, float("nan")):
        assert one.impossible(right) == ""


def test_what_a_fluid_can_hold_is_said_alike_where_saliva_is_measured() -> None:
    for fluid, analytes in FLUIDS.items():
        for analyte, (*_, most) in analytes.items():
            outcome = {"sIgA": "sIgA concentration"}.get(analyte, analyte)
            assert instruments()[outcome, fluid].most == most


@pytest.mark.parametrize(
    ("said", "meant"),
    [("pain", "pain NRS"), ("stress", "VAS stress"), ("rmsdd", "RMSSD"), ("Stai", "STAI-S"), ("HR", "mean HR")],
)
def test_an_outcome_that_is_nearly_named_is_offered_and_its_name_is_understood(said: str, meant: str) -> None:
    with pytest.raises(RequestError, match=f"Did you mean '{meant}'"):
        instrument_of(said)
    assert instrument_of(meant).outcome == meant


@pytest.mark.parametrize("said", ["PSQI", "sleep", "anxiety", ""])
def test_an_outcome_that_is_none_is_answered_with_every_name(said: str) -> None:
    with pytest.raises(RequestError) as refused:
        instrument_of(said)
    assert all(outcome in str(refused.value) for outcome, _ in instruments())


def test_an_outcome_in_two_fluids_must_say_which() -> None:
    assert instrument_of("Cortisol", "plasma").quantity == "cortisol"
    with pytest.raises(RequestError, match="measured in plasma, saliva"):
        instrument_of("cortisol")
    with pytest.raises(RequestError, match="not simulated"):
        instrument_of("wurss")


@pytest.mark.parametrize("key", sorted(key for key, one in instruments().items() if one.step))
def test_what_is_expected_of_a_report_is_what_reports_come_to(key: tuple[str, str]) -> None:
    one = instruments()[key]
    low, high = (one.low, one.high) if np.isfinite(one.low) else (100.0, 200.0)
    for truth in np.linspace(low, high, 7) + 0.3 * one.step:
        read = one.shown(truth + one.unrounded * np.random.default_rng(1).normal(size=200_000))
        mean, variance = one.expected(np.array([truth]))
        if not one.coarse and min(truth - low, high - truth) < 5 * one.noise and np.isfinite(one.low):
            continue  # the ends of a fine scale are left out
        assert read.mean() == pytest.approx(float(mean[0]), abs=0.02 * one.noise)
        assert read.var() == pytest.approx(float(variance[0]), rel=0.03, abs=0.002)


def test_only_whole_points_of_pain_hide_more_than_the_noise() -> None:
    assert [one.outcome for one in instruments().values() if one.coarse] == ["pain NRS"]
    pain = instrument_of("pain NRS")
    assert np.isnan(pain.expected(np.array([np.nan, 5.0]))[0]).tolist() == [True, False]
    inside = pain.expected(np.linspace(3.0, 7.0, 41))[1]
    assert inside.mean() == pytest.approx(pain.noise**2, rel=0.02)  # with rounding, what the row says of one reading


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Schmerz", "pain NRS"), ("Schmerzen", "pain NRS"), ("Stress", "VAS stress"), ("heart_rate", "mean HR"),
        ("heart rate", "mean HR"), ("heart-rate", "mean HR"), ("pulse", "mean HR"), ("Puls", "mean HR"),
        ("Herzfrequenz", "mean HR"), ("total sleep", "TST"), ("Schlafdauer", "TST"), ("SBP", "systolic pressure"),
    ],
)  # fmt: skip
def test_what_people_call_an_outcome_is_asked_about(said: str, meant: str) -> None:
    with pytest.raises(RequestError, match=f"Did you mean '{meant}'\\?"):
        instrument_of(said)


@pytest.mark.parametrize("said", ["blood pressure", "Blutdruck", "BP"])
def test_a_pressure_that_may_be_either_is_asked_about(said: str) -> None:
    with pytest.raises(RequestError, match="Did you mean 'systolic pressure' or 'diastolic pressure'"):
        instrument_of(said)


def test_words_are_lower_case_and_none_is_an_outcome() -> None:
    names = {outcome.casefold() for outcome, _ in instruments()}
    for one in instruments().values():
        assert all(word == word.casefold() and word not in names for word in (*one.words, *one.units))


def test_points_say_of_how_many() -> None:
    told = {one.outcome: one.told for one in instruments().values() if one.unit == "points"}
    assert told == {"STAI-S": "points", "VAS stress": "points of 100", "pain NRS": "points of 10"}
