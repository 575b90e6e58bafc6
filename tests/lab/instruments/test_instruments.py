from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.errors import RequestError
from effleurage.lab.instruments.instruments import instrument_of, instruments
from effleurage.lab.saliva.assay import FLUIDS
from effleurage.people.simulate import readouts, whole_body


@pytest.mark.parametrize("key", sorted(instruments()))
def test_every_instrument_reads_what_the_body_has_and_says_where_its_numbers_are_from(key: tuple[str, str]) -> None:
    one = instruments()[key]
    assert set(one.reads()) <= set(readouts(whole_body()))
    assert one.scale in ("log", "linear")
    assert one.noise_source and one.moment_source and one.timing_source and one.laboratories_source
    assert one.floor_source or not np.isfinite(one.floor)


@pytest.mark.parametrize("key", sorted(instruments()))
def test_noise_that_holds_rounding_is_no_less_than_rounding_alone(key: tuple[str, str]) -> None:
    one = instruments()[key]
    assert one.scale == "linear" or not one.step  # steps of a logarithm are not equal, so no row has any
    rounding = one.step / np.sqrt(12)
    assert one.noise >= rounding if one.noise_rounded else one.noise >= 0
    assert np.hypot(one.unrounded, rounding) == pytest.approx(one.error)
    alone = replace(one, moment=0.0)
    assert one.noise in (pytest.approx(alone.error), pytest.approx(alone.unrounded))


@pytest.mark.parametrize("key", sorted(instruments()))
def test_what_the_moment_brings_counts_once_and_beside_the_noise(key: tuple[str, str]) -> None:
    one = instruments()[key]
    assert one.error**2 == pytest.approx(replace(one, moment=0.0).error ** 2 + one.moment**2)


def test_windows_of_heartbeats_vary_by_themselves_and_are_given_nothing_on_top() -> None:
    assert [instrument_of(outcome).error for outcome in ("RMSSD", "SDNN")] == [0, 0.26]
    assert instrument_of("mean HR").error == pytest.approx(1.4, abs=0.05)


def test_tube_and_answer_are_no_better_than_they_were_measured() -> None:
    assert instrument_of("cortisol", "saliva").error == pytest.approx(0.134, abs=0.005)
    assert instrument_of("pain NRS").error == pytest.approx(0.48, abs=0.005)


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
    [
        ("pain", "pain NRS"),
        ("stress", "VAS stress"),
        ("rmsdd", "RMSSD"),
        ("Stai", "STAI-S"),
        ("HR", "mean HR"),
        ("anxiety", "STAI-S"),
        ("sleep", "TST"),
    ],
)
def test_an_outcome_that_is_nearly_named_is_offered_and_its_name_is_understood(said: str, meant: str) -> None:
    with pytest.raises(RequestError, match=f"Did you mean '{meant}'"):
        instrument_of(said)
    assert instrument_of(meant).outcome == meant


@pytest.mark.parametrize("said", ["PSQI", "wellness", ""])
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


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("anxiety", "STAI-S"), ("sleep", "TST"),
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


def test_spellings_of_units_are_lower_case_and_none_is_an_outcome() -> None:
    names = {outcome.casefold() for outcome, _ in instruments()}
    for one in instruments().values():
        assert all(word == word.casefold() and word not in names for word in one.units)


def test_points_say_of_how_many() -> None:
    told = {one.outcome: one.told for one in instruments().values() if one.unit == "points"}
    assert told == {"STAI-S": "points", "VAS stress": "points of 100", "pain NRS": "points of 10"}
