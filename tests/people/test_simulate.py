"""Laws of the whole: conservation, rest stays rest, no touch no difference, same seed same bits."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.arrays import Floats
from effleurage.body.compose import Body
from effleurage.body.units import in_model
from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.program import Program
from effleurage.engine.run import FARTHEST, run, starting_states
from effleurage.errors import BeyondLife, RequestError
from effleurage.people.cohort import Cohort, Person
from effleurage.people.simulate import body_of, program_of, simulate, twin
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol

STEADY = Cohort(np.array([0]), typical=True, steady=True)


def test_no_touch_gains_no_difference_to_the_last_bit(untouched: dict[str, float], short: Protocol) -> None:
    assert len(untouched) >= 12
    worlds = twin(short, "rest", 3, settings=untouched)
    same = ("arousal", "cortisol", "vagal", "heart_rate", "lymph_flow", "total_sleep", "nk_cells", "iga_rate")
    for name in same:
        assert (worlds.treated[name].values == worlds.control[name].values).all(), name


def test_with_touch_there_is_a_difference(short: Protocol) -> None:
    worlds = twin(short, "rest", 3)
    assert (worlds.difference["arousal"].values.min(axis=0) < 0).all()


def test_one_person_and_a_hundred_give_the_same_bits(short: Protocol) -> None:
    alone = simulate(short, Cohort(np.array([7])))
    among = simulate(short, 100).sel(person=[7])
    for name in alone.data_vars:
        assert (alone[name].values == among[name].values).all(), name


def test_the_same_seed_gives_the_same_bits_and_another_does_not(short: Protocol) -> None:
    first, again, other = (simulate(short, 2, seed=seed) for seed in (5, 5, 6))
    assert first.equals(again)
    assert not first.equals(other)


def test_t_and_nk_pools_are_conserved(short: Protocol) -> None:
    keep = ("t_blood", "t_lymphoid", "nk_blood", "nk_wall")
    world = simulate(short, Cohort(np.arange(5), steady=True), keep=keep)
    for blood, rest in (keep[:2], keep[2:]):
        total = (world[blood] + world[rest]).values
        assert np.abs(total / total[0] - 1).max() < 1e-9, blood


class AtBounds(Cohort):
    """Two typical persons a ledger row: the one has it at its lower bound, the other at its upper one."""

    def constants(self, body: Body, program: Program) -> Floats:
        values = super().constants(body, program)
        for place, row in enumerate(body.parameters.values()):
            own = np.array([row.low, row.high]) * in_model(1.0, row.unit)[0]
            values[program.constants.index(row.name), 2 * place : 2 * place + 2] = own
        return values


@pytest.mark.slow
@pytest.mark.parametrize("challenge", ["exercise, moderate", "hydrocortisone, 100 mg", "vaccine", "endotoxin, 2 ng/kg"])
def test_a_row_at_its_bound_makes_no_pool_negative_and_no_value_infinite(challenge: str) -> None:
    """heart_intercept = 1.2 once gave -18 beats a minute; who is lost on the way is named and has no number."""
    massage = "  - day 1 10:00: massage, swedish, moderate pressure, back, 60 min\n"
    text = f"title: x\ndays: 2\nsample: every 30 min\ntimeline:\n{massage}  - day 2 10:00: {challenge}, 30 min\n"
    plan = parse_protocol(text, "bounds")
    body = body_of([plan])
    people = np.arange(2 * len(body.parameters))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BeyondLife)
        world = simulate(plan, AtBounds(people, typical=True, steady=True), keep=list(body.quantities))
    kept = world.isel(person=np.flatnonzero(world.status.values == "ok"))
    assert kept.sizes["person"] > 0.8 * len(people)
    for name, row in body.quantities.items():
        values = kept[name].values
        assert np.isfinite(values).all(), name
        if row.low >= 0:
            below = values.min(axis=0) < -1e-6 * (row.high - row.low)  # a step's own error
            assert not below.any(), (name, kept.person.values[below])


def test_nobody_falls_asleep_out_of_bed() -> None:
    days = Protocol(title="late risers", days=4, sample=("every 10 min from day 2 10:00 to day 2 22:30",))
    world = simulate(days, 64, keep=("asleep", "wake_pulse"))
    assert world["asleep"].values.max() == 0.0
    assert (np.diff(world["wake_pulse"].values, axis=0) <= 0).all()


def test_whoever_runs_away_is_left_out_and_not_averaged() -> None:
    """One life in a million is too stiff for our steps: its salivary IgA once stood at 8e38 with the status 'ok'."""
    strained = "title: strain\ndays: 7\npeople: {chronic_stress: 1, pain_load: 5}\ntimeline:\n"
    massage = "  - day 3 18:00: massage, swedish, moderate pressure, back and neck, 60 min\n"
    plan = parse_protocol(strained + massage, "strain")
    found = simulate(plan, Person(36261), keep=("iga_rate",))
    values = found["iga_rate"].values
    assert found.status.values[0] != "ok" or values.max() < 1e6
    assert not (values >= FARTHEST).any()


def test_thirty_ordinary_days_stay_at_rest() -> None:
    quiet = Protocol(title="ordinary days", days=30, sample=("every day 12:00",))
    world = simulate(quiet, STEADY)
    for name, values in world.data_vars.items():
        first, last = values.values[0, 0], values.values[-1, 0]
        assert abs(last - first) <= 2e-3 * max(abs(first), 1e-6), (name, first, last)


def test_within_person_variation_is_off_for_a_steady_person_and_on_otherwise() -> None:
    quiet = Protocol(title="ordinary days", days=6, sample=("every day 12:00",))
    steady = simulate(quiet, Cohort(np.array([3]), steady=True))["cortisol"].values[:, 0]
    moving = simulate(quiet, Cohort(np.array([3])))["cortisol"].values[:, 0]
    assert np.ptp(steady) < 0.01 * steady.mean()
    assert np.ptp(moving) > 0.03 * moving.mean()


def test_a_carry_over_is_needed_for_any_effect_days_later(short: Protocol) -> None:
    def later(gain: float) -> float:
        fixed = {"carry_gain": gain, "tension_ease": 0.0, "pain_ease": 0.0}
        difference = twin(short, "rest", STEADY, settings=fixed).difference["arousal"].values[:, 0]
        return float(np.abs(difference[-6:]).max())

    assert later(0.0) < 1e-3
    assert later(0.1) > 10 * later(0.0)


@pytest.mark.parametrize(("named", "said"), [({"acth_half_lif": 40.0}, "acth_half_life"), ({"age": 300.0}, "18 to 90")])
def test_a_setting_that_cannot_be_is_refused(short: Protocol, named: dict[str, float], said: str) -> None:
    with pytest.raises(RequestError, match=said):
        simulate(short, 1, settings=named)


def test_an_unknown_quantity_is_refused_with_the_nearest(short: Protocol) -> None:
    with pytest.raises(RequestError, match="cortisol"):
        simulate(short, 1, keep=["cortisoll"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.floats(1.0, 60.0), st.floats(0.05, 0.9))
def test_quantities_stay_within_their_ledger_range(body: Body, pressure: float, exercise: float) -> None:
    text = f"""
title: anything
days: 2
timeline:
  - day 1 10:00: massage, swedish, {pressure:.0f} mmHg, back, 45 min
  - day 1 15:00: exercise, {100 * exercise:.0f} % VO2max, 40 min
  - day 1 17:00: stressor, 20 min
"""
    protocol = parse_protocol(text, "anything")
    world = simulate(protocol, 4, keep=tuple(body.quantities))
    for name, row in body.quantities.items():
        values = world[name].values
        assert np.isfinite(values).all(), name
        assert values.min() >= row.low - 1e-9 * abs(row.low) - 1e-9, (name, values.min())
        assert values.max() <= row.high * (1 + 1e-9) + 1e-9, (name, values.max())


def test_every_parameter_is_alive(whole: Body) -> None:
    """All stand at one start, so each must act within the nine days, and nobody waits for anybody to settle."""
    text = """
title: everything happens
days: 9
timeline:
  - day 2 08:00: vaccine, 1 min
  - day 6 23:00: kept awake, 4 h
  - day 7 10:00: hydrocortisone, 100 mg, 5 min
  - day 7 12:00: adrenaline infusion, 100 pg/mL, 30 min
  - day 8 10:00: endotoxin, 2 ng/kg, 1 min
  - day 2 10:00: massage, swedish, moderate pressure, back and legs, 45 min
  - day 2 13:00: light touch, arms, 20 min
  - day 2 15:00: stressor, 20 min
  - day 2 17:00: exercise, 80 % VO2max, 40 min
  - day 2 19:00: laughter, 20 min
  - day 2 20:00: excitement, 20 min
  - day 3 09:00 to day 5 09:00: chronic stress, strength 1
  - day 3 17:00: exercise, 70 % VO2max, 30 min
  - day 3 17:32: massage, swedish, deep pressure, legs, 20 min, arrival 0 min
  - day 5 09:00: paced breathing, 5 a minute, 20 min
  - day 5 09:30: paced breathing, 2 a minute, 20 min
  - day 5 10:00: vagus stimulation, 20 min
  - day 5 11:00: cold hand, 3 min
  - day 5 12:00: standing up, 20 min
  - day 5 13:00: up and about, 60 min
  - day 5 14:30: atropine, 20 min
  - day 5 15:30: propranolol, 20 min
  - day 6 08:00: corticorelin, 70 ug, 1 min
  - day 6 11:00: cosyntropin, 1 ug, 1 min
  - day 6 14:00: oral hydrocortisone, 20 mg, 1 min
  - day 6 18:00: dexamethasone, 1 mg, 1 min
"""
    schedule = parse_protocol(text, "everything").only_at(np.arange(0, 9 * 1440, 10.0)).schedule()
    names = ("", *whole.parameters)
    program = program_of(whole)
    asked = {"age": 50.0, "female": 1.0, "poor_sleep": 1.0, "vagal_by_pacing": 0.2}  # by the ledger it does nothing
    base = Cohort(np.array([0]), asked, typical=True, steady=True).constants(whole, program)
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, {name: row.rest for name, row in whole.inputs.items()})
    moved = run(
        program,
        nudged(base, [program.constants.index(name) if name else None for name in names]),
        grid,
        inputs,
        keep=tuple(name for name, row in whole.quantities.items() if row.readout),
        start=np.repeat(starting_states(program, base), len(names), axis=1),
    ).values
    change = np.abs(moved - moved[:, :, :1]).max(axis=(0, 1))
    dead = [name for name, far in zip(names[1:], change[1:], strict=True) if not far > 0]
    assert dead == []


def nudged(base: Floats, places: Sequence[int | None]) -> Floats:
    """Columns of constants (C, N), each with one row moved by a tenth of its value or an absolute step, or none."""
    constants = np.repeat(base, len(places), axis=1)
    for column, place in enumerate(places):
        if place is not None:
            constants[place, column] = base[place, 0] * 1.1 if base[place, 0] else 0.1
    return constants
