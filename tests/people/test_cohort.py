from __future__ import annotations

import re

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.arrays import Floats
from effleurage.asked import a_kind
from effleurage.body.compose import Body
from effleurage.body.parameter import FAR
from effleurage.body.units import in_model
from effleurage.engine.flowing import KNOT
from effleurage.engine.program import Program
from effleurage.engine.varying import Varying
from effleurage.errors import RequestError
from effleurage.people.cohort import Cohort, Person, check_settings
from effleurage.people.within import Setting


def values_at(varying: Varying, name: str, minute: float) -> Floats:
    """What a constant is for everybody at a minute, in the model's unit."""
    knots = varying.knots(int(minute // KNOT), np.float64)
    places = list(varying.flowing.names)
    fixed = jnp.zeros((len(places), len(varying.persons)))
    own = varying.flowing.at(places, varying.flowing.within(fixed, knots, jnp.asarray(0)), jnp.asarray(minute))
    return np.asarray(own[places.index(name)])


def test_what_varies_in_a_person_has_the_spreads_of_its_row(body: Body, program: Program) -> None:
    cohort = Cohort(np.arange(4000), seed=3)
    varying = cohort.varying(body, program, cohort.constants(body, program), 3000)
    assert 0 < len(varying.flowing.hourly) < len(varying.flowing.names)
    for name in varying.flowing.names:
        row = body.parameters[name]
        factor = in_model(1.0, row.unit)[0]
        moved = [values_at(varying, name, minute) / factor for minute in (3.0, 1711.0)]
        moved = [np.log(values) if row.scale == "log" else values for values in moved]
        own = cohort.values(row)
        off = np.array(moved) - (np.log(own) if row.scale == "log" else own)
        wanted = np.hypot(row.within_day, row.within_hour if name in varying.flowing.hourly else 0.0)
        if row.low < own.min() * 0.6 and own.max() * 1.6 < row.high:
            assert abs(off.std() / wanted - 1) < 0.05, name
            assert abs(off.mean()) < 0.06 * wanted, name


def test_nobody_passes_the_bounds_of_a_row_by_luck(body: Body, program: Program) -> None:
    cohort = Cohort(np.arange(500), seed=2)
    varying = cohort.varying(body, program, cohort.constants(body, program), 1440)
    for name in varying.flowing.names:
        row = body.parameters[name]
        ends = np.array([row.low, row.high]) * in_model(1.0, row.unit)[0]
        for minute in (0.0, 7.0, 607.0):
            own = values_at(varying, name, minute)
            assert (own >= ends[0] - 1e-12).all() and (own <= ends[1] + 1e-12).all()


def test_steady_and_typical_persons_do_not_move(body: Body, program: Program) -> None:
    for cohort in (Cohort(np.arange(3), steady=True), Cohort(np.arange(3), typical=True)):
        constants = cohort.constants(body, program)
        varying = cohort.varying(body, program, constants, 3000)
        for name in varying.flowing.names:
            assert (values_at(varying, name, 1001.0) == constants[program.constants.index(name)]).all()


def test_a_part_of_a_cohort_has_the_same_people_and_the_same_luck(body: Body, program: Program) -> None:
    settings = {"age": {"mean": 50.0, "sd": 5.0}}
    whole, part = (Cohort(np.arange(first, 4100), settings, 1) for first in (0, 4090))
    assert (whole.constants(body, program)[:, 4090:] == part.constants(body, program)).all()
    moving = [one.varying(body, program, one.constants(body, program), 200) for one in (whole, part)]
    for name in moving[0].flowing.names:
        assert (values_at(moving[0], name, 95.0)[4090:] == values_at(moving[1], name, 95.0)).all()


def test_a_longer_stretch_begins_like_a_shorter_one(body: Body, program: Program) -> None:
    cohort = Cohort(np.arange(5))
    constants = cohort.constants(body, program)
    short, long = (cohort.varying(body, program, constants, minutes) for minutes in (600, 6000))
    for name in short.flowing.names:
        assert (values_at(short, name, 420.0) == values_at(long, name, 420.0)).all()


@pytest.mark.slow
def test_what_does_not_last_of_a_person_moves_over_weeks_and_the_spread_stays(body: Body, program: Program) -> None:
    setting = {"mean": 5.0, "sd": 1.0, "lasting": 0.6, "weeks": 4.0}
    still = Cohort(np.arange(3000), {"pain_load": {"mean": 5.0, "sd": 1.0}})
    moving = Cohort(np.arange(3000), {"pain_load": setting})
    place = program.constants.index("pain_load")
    start = moving.constants(body, program)
    assert (start == still.constants(body, program)).all()
    weeks = 10
    values = [one.varying(body, program, start, weeks * 7 * 1440) for one in (moving, still)]
    column = values[0].flowing.names.index("pain_load")
    day = np.log(values[1].daily[:, column] / start[place])  # the luck of the day alone
    own = (values[0].daily[:, column] / np.exp(day))[: weeks * 42 + 1]
    assert np.allclose(own[0], start[place])
    last = own[-1]
    assert abs(last.std() - 1.0) < 0.05
    wanted = 0.6 + 0.4 * np.exp(-10 / 4)
    assert abs(np.corrcoef(own[0], last)[0, 1] - wanted) < 0.04
    week = own[42]
    assert abs(np.corrcoef(own[0], week)[0, 1] - (0.6 + 0.4 * np.exp(-1 / 4))) < 0.04


def test_a_part_of_a_cohort_moves_alike(body: Body, program: Program) -> None:
    settings = {"pain_load": {"mean": 5.0, "sd": 2.0, "lasting": 0.5, "weeks": 2.0}}
    whole, part = (Cohort(np.arange(first, 50), settings, 1) for first in (0, 40))
    values = [one.varying(body, program, one.constants(body, program), 12_000).daily for one in (whole, part)]
    assert (values[0][:, :, 40:] == values[1]).all()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pain", "pain_load"),
        ("Pain", "pain_load"),
        ("pain_lode", "pain_load"),
        ("chronic", "chronic_stress"),
        ("chronic_stres", "chronic_stress"),
        ("ages", "age"),
        ("pain_topp", "pain_top"),
    ],
)
def test_a_hint_names_what_people_are_asked_for_before_other_rows(body: Body, said: str, meant: str) -> None:
    with pytest.raises(RequestError, match=f"no parameter '{said}'. Did you mean '{meant}'"):
        check_settings(body, {said: 1.0})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("acth_gain", 450.1, "is more than 10 times the ledger's 1"),
        ("acth_gain", 1.4, "is less than 1/10 of the ledger's 1"),
        ("drive_level", 9.3, "away from the ledger's 0."),
        ("calm_by_deep_touch", -2.3, "is more than 2.5 away from the ledger's 0.25"),
    ],
)
def test_a_setting_far_from_the_ledger_is_refused_unless_insisted_on(
    body: Body, name: str, value: float, said: str
) -> None:
    with pytest.raises(RequestError, match=said) as refused:
        check_settings(body, {name: value})
    assert "beyond=True, or --beyond" in str(refused.value)
    check_settings(body, {name: value}, beyond=True)
    with pytest.raises(RequestError, match=said):
        check_settings(body, {name: {"mean": value, "sd": 0.1}})


@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("heart_intercept", 1.2, "heart_intercept = 1.2 /min. Keep it"),
        ("acth_gain", 450.1, "acth_gain = 450.1 pg/mL is more than"),
        ("calm_by_deep_touch", -2.3, "calm_by_deep_touch = -2.3 is more than"),
        ("heart_intercept", {"mean": 130, "sd": 300}, "heart_intercept: sd 300 /min. People lie"),
    ],
)
def test_a_refused_setting_is_told_in_the_unit_that_people_read(
    body: Body, name: str, setting: Setting, said: str
) -> None:
    with pytest.raises(RequestError, match=re.escape(said)):
        check_settings(body, {name: setting})


def test_what_people_are_asked_for_is_held_by_its_bounds_alone(body: Body) -> None:
    assert body.parameters["pain_load"].high == 9.5 and FAR * body.parameters["pain_load"].value < 9
    check_settings(body, {"pain_load": 9, "chronic_stress": 3, "age": 90})
    check_settings(body, {"pain_load": 0, "chronic_stress": 0, "age": 18})
    with pytest.raises(RequestError, match="Keep it within 18"):
        check_settings(body, {"age": 400}, beyond=True)


def test_every_row_takes_its_bounds_and_nothing_past_them(whole: Body) -> None:
    for name, row in whole.parameters.items():
        check_settings(whole, {name: row.low}, beyond=True)
        check_settings(whole, {name: row.high}, beyond=True)
        past = 1e-6 * max(row.high - row.low, abs(row.value))
        for value in (row.low - past, row.high + past, -1e300, 1e300):
            with pytest.raises(RequestError, match=f"{name} = .*(Keep it within|It is a definition)"):
                check_settings(whole, {name: value}, beyond=True)


def test_a_heart_without_a_rate_is_refused_whatever_is_said(body: Body) -> None:
    with pytest.raises(RequestError, match=r"heart_intercept = 1.2 /min. Keep it within 80 to 180"):
        check_settings(body, {"heart_intercept": 1.2}, beyond=True)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), 10**400, 10**5000, True, "5", None, [5]], ids=a_kind
)
def test_what_is_no_number_is_refused_in_every_place(value: object, body: Body) -> None:
    for setting in (value, {"mean": value, "sd": 1.0}, {"mean": 40.0, "sd": value}):
        with pytest.raises(RequestError, match="Give a number, or"):
            check_settings(body, {"age": setting}, beyond=True)  # type: ignore[dict-item]


def test_people_cannot_be_further_apart_than_their_bounds(body: Body) -> None:
    check_settings(body, {"age": {"mean": 50, "sd": 72}})
    with pytest.raises(RequestError, match=r"age: sd 1e\+30 year. People lie within 18 to 90"):
        check_settings(body, {"age": {"mean": 50, "sd": 1e30}})


def test_the_ledgers_own_values_and_a_gain_switched_off_are_never_far(body: Body) -> None:
    own = {name: row.value for name, row in body.parameters.items() if row.value or row.gain}
    off = {name: 0.0 for name, row in body.parameters.items() if row.gain}
    assert len(own) > len(off) > 10
    check_settings(body, own)
    check_settings(body, off)


def test_the_typical_person_has_the_ledgers_values() -> None:
    assert Person.typical(age=70) == Person(0, {"age": 70}, luck=False)
    assert Person(3).luck
