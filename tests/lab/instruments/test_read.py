from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr
from scipy.stats import norm

from effleurage.engine.streams import normals
from effleurage.errors import RequestError
from effleurage.lab.instruments.instruments import Instrument, instrument_of, instruments
from effleurage.lab.instruments.read import LATEST, looks_of, mean_and_variance, read, report, sampled, truth
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import simulate
from effleurage.protocol.given import protocol_of
from effleurage.protocol.model import Protocol

SOURCE = Path(__file__).parents[3] / "src" / "effleurage"
MINUTE = 1440 + 600.0
SALIVA = instrument_of("cortisol", "saliva")
TWO_DAYS = Protocol(title="two days", days=2)
MANY = np.arange(4000)


def usual(one: Instrument) -> float:
    """A state in the middle of the scale, on it."""
    middle = 50.0 if one.high == np.inf else (one.low + one.high) / 2
    return float(one.transformed(np.array(middle)))


def test_a_tube_is_taken_late_never_early() -> None:
    cohort = Cohort.of(64)
    world = simulate(sampled(TWO_DAYS, [(SALIVA, MINUTE)]), cohort, keep=("cortisol_saliva",))
    world["cortisol_saliva"].values[:] = np.array([[1.0], [2.0], [3.0]])  # rises by 2 within LATEST
    delay = (np.exp(truth(world, SALIVA, MINUTE, cohort)) - 1) / 2 * LATEST
    assert (delay >= 0).all() and (delay <= LATEST).all()
    assert delay.mean() == pytest.approx(SALIVA.timing * np.sqrt(2 / np.pi), rel=0.3)
    exact = read(world, replace(SALIVA, noise=0.0, moment=0.0), MINUTE, cohort)
    np.testing.assert_allclose(exact, 1 + 2 * delay / LATEST)


def test_a_reading_begins_at_its_minute_and_ends_within_its_window() -> None:
    for one in instruments().values():
        looks = looks_of(one, MINUTE)
        late = LATEST if one.timing else 0.0
        assert looks[0] >= MINUTE and looks[-1] <= MINUTE + one.window + late
        if not one.timing:
            assert np.mean(looks) == MINUTE + one.window / 2
    assert looks_of(instrument_of("TST"), MINUTE) == (MINUTE,)
    assert len(looks_of(SALIVA, MINUTE)) == 3


def test_the_half_minute_in_which_a_session_ends_decides_nothing() -> None:
    """A tube, a rating, a cuff and a recording at the end of a massage are alike to those of a minute later.

    Who stays lying: pressure falls on sitting up and is back within two minutes, as it is in people.
    """
    plan = protocol_of(
        "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, legs, supine, 20 min\n"
        "  - day 1 10:20: lying down, 20 min\n"
    )
    chosen = [
        instrument_of(name) for name in ("sIgA concentration", "VAS stress", "STAI-S", "systolic pressure", "mean HR")
    ]
    minutes, cohort = (620.0, 620.5, 621.0), Cohort.of(64)
    quantities = dict.fromkeys(name for one in chosen for name in one.reads())
    world = simulate(sampled(plan, [(one, at) for one in chosen for at in minutes]), cohort, keep=tuple(quantities))
    for one in chosen:
        at_end, later, latest = (float(np.nanmean(truth(world, one, minute, cohort))) for minute in minutes)
        assert at_end == pytest.approx(later, rel=0.02) == pytest.approx(latest, rel=0.02), one.outcome


def test_a_protocol_is_sampled_for_its_readings_and_lasts_until_the_latest_tube() -> None:
    midnight = 2 * 1440.0
    cuff = instrument_of("systolic pressure")
    found = sampled(TWO_DAYS, [(SALIVA, midnight - 6), (cuff, MINUTE), (cuff, MINUTE)])
    assert found.samples == (MINUTE + 0.25, MINUTE + 0.75, midnight - 5, midnight, midnight + 5)
    assert found.days == 3
    assert sampled(TWO_DAYS, [(cuff, midnight - 1)]).days == 2


def test_a_trajectory_that_was_not_sampled_for_a_reading_is_refused() -> None:
    cohort = Cohort.of(2)
    world = simulate(TWO_DAYS.only_at((MINUTE,)), cohort, keep=("cortisol_saliva",))
    for minute in (MINUTE, MINUTE - 30):
        with pytest.raises(RequestError, match="was not sampled at minute .* at which cortisol is read"):
            read(world, SALIVA, minute, cohort)


def test_a_persons_reading_does_not_depend_on_who_else_is_measured() -> None:
    days = sampled(TWO_DAYS, [(SALIVA, MINUTE)])
    among, alone = Cohort.of(8), Cohort(np.array([5]))
    one = read(simulate(days, alone, keep=("cortisol_saliva",)), SALIVA, MINUTE, alone)
    many = read(simulate(days, among, keep=("cortisol_saliva",)), SALIVA, MINUTE, among)
    assert one[0] == many[5]


def test_two_readings_have_luck_of_their_own_and_the_same_one_repeats() -> None:
    cohort, later = Cohort.of(len(MANY)), MINUTE + 60
    world = simulate(sampled(TWO_DAYS, [(SALIVA, MINUTE), (SALIVA, later)]), Cohort.of(1), keep=("cortisol_saliva",))
    world = world.isel(person=np.zeros(len(MANY), dtype=int))
    world["cortisol_saliva"].values[:] = 5.0
    first, again, other = (read(world, SALIVA, minute, cohort) for minute in (MINUTE, MINUTE, later))
    assert (first == again).all()
    assert abs(np.corrcoef(first, other)[0, 1]) < 0.05


@pytest.mark.parametrize("key", sorted(key for key, one in instruments().items() if not one.part))
def test_noise_has_the_size_that_is_said_and_no_bias(key: tuple[str, str]) -> None:
    one = instruments()[key]
    states = usual(one) + one.step * np.linspace(0, 1, len(MANY), endpoint=False)
    off = one.transformed(report(one, states, normals(1, "luck of a reading", MANY))) - states
    assert off.std() == pytest.approx(one.error, rel=0.05)
    assert abs(off.mean()) < 0.05 * one.error


@given(st.floats(0, 1e6), st.floats(-6, 6))
def test_reports_stay_on_the_scale(state: float, luck: float) -> None:
    for one in instruments().values():
        told = report(one, one.transformed(np.array([max(state, 1e-9)])), np.array([luck]))
        assert np.isfinite(told).all()
        assert one.low <= told[0] <= one.high
        assert not told[0] < one.floor


def test_shapes_broadcast_and_who_was_lost_is_lost() -> None:
    states = np.array([[4.0, np.nan, 6.0]])
    told = report(instrument_of("pain NRS"), states, np.zeros((5, 1)))
    assert told.tolist() == 5 * [[4.0, pytest.approx(np.nan, nan_ok=True), 6.0]]
    mean, variance = mean_and_variance(instrument_of("pain NRS"), states)
    assert mean.shape == variance.shape == states.shape
    assert np.isnan(mean[0]).tolist() == np.isnan(variance[0]).tolist() == [False, True, False]


def exact(one: Instrument, state: float) -> tuple[float, float]:
    """Mean and variance of a report by other means: all that can be said, or the moments of a clipped normal."""
    noise = max(one.unrounded, 1e-12)
    if one.step:
        reach = 10 * noise + 2 * one.step
        least, most = max(one.low, state - reach), min(one.high, state + reach)
        said = np.arange(np.ceil(least / one.step), np.floor(most / one.step) + 1) * one.step
        if not len(said):
            said = np.array([one.low if state < one.low else one.high])
        ends = np.concatenate(([-np.inf], (said[1:] + said[:-1]) / 2, [np.inf]))
        chance = np.diff(ndtr((ends - state) / noise))
        mean = float(said @ chance)
        return mean, float((said - mean) ** 2 @ chance)
    least = np.log(one.floor) if one.scale == "log" else one.floor
    a = (np.nan_to_num(least, nan=-1e9) - state) / noise
    above, level = norm.sf(a), norm.pdf(a)
    mean = a * (1 - above) + level
    return state + noise * mean, noise**2 * (a**2 * (1 - above) + above + a * level - mean**2)


@settings(deadline=None, max_examples=40, derandomize=True)
@given(share=st.floats(0, 1), noise=st.floats(0.7, 3))
@pytest.mark.parametrize("key", sorted(instruments()))
def test_what_reports_come_to_is_exact_at_every_level(key: tuple[str, str], share: float, noise: float) -> None:
    one = instruments()[key]
    one = replace(one, noise=noise * max(one.noise, one.step / 2))
    low, high = (one.low, one.high) if np.isfinite(one.low) else (100.0, 200.0)
    if one.scale == "log":
        low, high = np.log(one.floor) - 0.2, np.log(one.floor) + 2
    state = low + share * (high - low)
    mean, variance = mean_and_variance(one, np.array(state))
    told = exact(one, state)
    size = max(one.step, one.unrounded, 1e-6)
    assert float(mean) == pytest.approx(told[0], abs=0.005 * size)
    assert float(variance) == pytest.approx(told[1], abs=0.01 * size**2)


def test_whole_points_of_pain_have_on_average_the_error_of_the_row() -> None:
    pain = instrument_of("pain NRS")
    inside = mean_and_variance(pain, np.linspace(3.0, 7.0, 41))[1]
    assert inside.mean() == pytest.approx(pain.error**2, rel=0.02)
    assert inside.max() > 1.1 * inside.min()  # half-way between two points a person says one or the other


NOT_OF_READINGS = {"lab/heart/heartbeats.py"}
"""Where ``noise`` is that of the beats themselves."""
ROUNDING = {"round", "rint", "around", "floor", "ceil", "trunc"}


def readings_elsewhere(text: str) -> Iterator[str]:
    """Where a module outside ``lab/instruments`` takes an instrument's noise, or rounds to an instrument's step."""
    nodes = list(ast.walk(ast.parse(text)))
    made = {node.value for node in nodes if isinstance(node, ast.keyword) and node.arg == "noise"}  # of an instrument
    for node in nodes:
        if isinstance(node, ast.Attribute) and node.attr in ("noise", "unrounded") and node not in made:
            yield f"line {node.lineno}: .{node.attr}"
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            inside = [one for part in node.args for one in ast.walk(part)]
            if name in ROUNDING and any(isinstance(one, ast.Attribute) and one.attr == "step" for one in inside):
                yield f"line {node.lineno}: {name} of a step"


def test_nobody_else_puts_noise_on_a_state_or_rounds_it() -> None:
    modules = {path.relative_to(SOURCE).as_posix(): path for path in SOURCE.rglob("*.py")}
    others = {name: path for name, path in modules.items() if not name.startswith("lab/instruments/")}
    found = {name: list(readings_elsewhere(path.read_text(encoding="utf-8"))) for name, path in others.items()}
    assert {name: faults for name, faults in found.items() if faults and name not in NOT_OF_READINGS} == {}
    own = (SOURCE / "lab/instruments/read.py").read_text(encoding="utf-8")
    assert len(list(readings_elsewhere(own))) >= 2  # what the rule looks for is there


@pytest.mark.parametrize(
    "text",
    [
        "read = state + one.noise * luck",
        "x = one.unrounded",
        "x = np.round(y / one.step) * one.step",
        "round(y / a.step)",
    ],
)
def test_a_second_reading_would_be_seen(text: str) -> None:
    assert list(readings_elsewhere(text))
