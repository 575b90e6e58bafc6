"""The whole model against a second engine."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import numpy as np
import pytest

from effleurage.body.compose import Body
from effleurage.engine.grid import lay_grid, lay_inputs
from effleurage.engine.lanes import NARROW
from effleurage.engine.program import Program, derive
from effleurage.engine.run import LANES, Precision, Record, lanes_of, run, starting_states
from effleurage.engine.schedule import Drive, Schedule
from effleurage.engine.settle import settled_states
from effleurage.people.cohort import Cohort
from effleurage.protocol.model import Protocol
from effleurage.runs.sbml import to_sbml

roadrunner = pytest.importorskip("roadrunner")
SETTINGS = {"chronic_stress": 1.0, "pain_load": 5.0}


def simulate(
    body: Body, program: Program, protocol: Protocol, looks: np.ndarray, precision: Precision = "double"
) -> Record:
    cohort = Cohort(np.array([0]), SETTINGS, typical=True, steady=True)
    constants = cohort.constants(body, program)
    start = settled_states(program, constants, protocol.ordinary_day(), body.slow)
    schedule = replace(protocol.schedule(), samples=tuple(looks))
    grid = lay_grid([schedule])
    rest = {name: row.rest for name, row in body.inputs.items()}
    inputs = lay_inputs(schedule, grid, program.inputs, rest)
    return run(program, constants, grid, inputs, keep=tuple(body.quantities), start=start, precision=precision)


@pytest.fixture(scope="module")
def reference(body: Body, fortnight: Protocol) -> tuple[np.ndarray, np.ndarray]:
    """libRoadRunner (CVODE at 1e-10) on the exported SBML: looks, and every quantity there."""
    looks = np.arange(10.5, 14 * 1440, 60.0)
    runner = roadrunner.RoadRunner(to_sbml(fortnight))
    solver = runner.integrator
    solver.setValue("relative_tolerance", 1e-10)
    solver.setValue("absolute_tolerance", [1e-10] * len(solver.getAbsoluteToleranceVector()))
    solver.setValue("maximum_num_steps", 1_000_000)
    runner.timeCourseSelections = ["time", *body.quantities]
    return looks, np.array(runner.simulate(times=[0.0, *looks]))[1:, 1:]


@pytest.mark.parametrize("precision", ["double", "single"])
def test_every_quantity_agrees_with_libroadrunner(
    body: Body,
    program: Program,
    fortnight: Protocol,
    reference: tuple[np.ndarray, np.ndarray],
    precision: Precision,
) -> None:
    looks, theirs = reference
    ours = simulate(body, program, fortnight, looks, precision).values[:, :, 0]
    assert np.isfinite(ours).all()
    assert np.isfinite(theirs).all()
    worst = (np.abs(ours - theirs) / np.abs(theirs).max(axis=0).clip(1e-300)).max(axis=0)
    assert worst.max() <= 1e-3, dict(zip(body.quantities, worst, strict=True))


def test_sleep_and_waking_fall_within_five_seconds_of_libroadrunner(
    body: Body, program: Program, fortnight: Protocol
) -> None:
    window = 5.0 / 60
    runner = roadrunner.RoadRunner(to_sbml(fortnight))
    solver = runner.integrator
    solver.setValue("relative_tolerance", 1e-10)
    solver.setValue("absolute_tolerance", [1e-10] * len(solver.getAbsoluteToleranceVector()))
    solver.setValue("maximum_num_steps", 1_000_000)
    runner.timeCourseSelections = ["time", "asleep"]
    coarse = np.array(runner.simulate(0, 14 * 1440, 14 * 1440 * 12 + 1))
    switches = coarse[1:, 0][np.diff(coarse[:, 1]) != 0]
    assert len(switches) >= 26
    looks = np.sort(np.concatenate([switches - 2 * window, switches + window]))
    asleep = simulate(body, program, fortnight, looks).values[:, list(body.quantities).index("asleep"), 0]
    assert (np.abs(np.diff(asleep)[::2]) == 1).all()


def run_alone(text: str, samples: tuple[float, ...], keep: tuple[str, ...]) -> np.ndarray:
    """An hour of a small model in one person: (samples, quantities)."""
    import antimony

    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(f"model alone() unit time_unit = 60 second; {text} end") >= 0
    program = derive(antimony.getSBMLString("alone"), sha256(text.encode()).hexdigest())
    schedule = Schedule(60.0, (), samples)
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, dict(zip(program.inputs, program.input_values, strict=True)))
    constants = np.asarray(program.constant_values)[:, None]
    return run(program, constants, grid, inputs, keep=keep).values[:, :, 0]


def test_a_step_in_which_a_stage_leaves_the_domain_is_taken_again() -> None:
    text = """
    x' = k*(100/(1 + exp(2*(time - 51))) - x); k = 0.277; x = 100; var u; u = 0; y' = ln(x) + 0*u; y = 0;
    never: at (x > 1e9): x = 0;
    """
    found = run_alone(text, (0.0, 60.0), ("x", "y"))
    assert np.isfinite(found).all()


def test_a_switch_is_located_inside_a_long_step() -> None:
    text = """
    x' = rate; rate = 0.1; x = 0; on = 0; var on; var u; u = 0; y' = u*0 + 0*x; y = 0;
    fire: at (x > 1): on = 1, x = 0;
    """
    found = run_alone(text, (9.99, 10.01, 59.99), ("x", "on"))
    assert found[:, 1].tolist() == [0.0, 1.0, 1.0]
    assert found[1, 0] == pytest.approx(0.001, abs=1e-9)
    assert found[2, 0] == pytest.approx(0.999, abs=1e-9)


def test_halving_every_step_barely_moves_the_twin_difference(body: Body, program: Program, fortnight: Protocol) -> None:
    looks = np.arange(0.0, 14 * 1440, 30.0)
    control = fortnight.against("rest")
    both = [fortnight.schedule(), control.schedule()]
    differences = []
    cohort = Cohort(np.array([0]), SETTINGS, typical=True, steady=True)
    constants = cohort.constants(body, program)
    start = settled_states(program, constants, fortnight.ordinary_day(), body.slow)
    rest = {name: row.rest for name, row in body.inputs.items()}
    readouts = tuple(name for name, row in body.quantities.items() if row.readout)
    for halvings in (0, 1):
        schedules = [replace(schedule, samples=tuple(looks)) for schedule in both]
        grid = lay_grid(schedules, halvings)
        worlds = [
            run(program, constants, grid, lay_inputs(s, grid, program.inputs, rest), keep=readouts, start=start).values
            for s in schedules
        ]
        differences.append((worlds[0] - worlds[1])[:, :, 0])
        scale = np.abs(worlds[1][:, :, 0]).max(axis=0)
    coarse, fine = differences
    size = np.abs(fine).max(axis=0)
    floor = 1e-6 * scale
    moved = np.abs(coarse - fine).max(axis=0)
    assert (moved <= 0.01 * size + floor).all(), dict(zip(readouts, moved / (size + 1e-300), strict=True))


def test_overlapping_drives_give_the_largest_value() -> None:
    schedule = Schedule(60.0, (Drive(10, 30, {"u": 1.0}), Drive(20, 40, {"u": 0.5})), ())
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, ("u",), {"u": 0.0})[:, 0]
    at = {minute: inputs[np.searchsorted(grid.time, minute)] for minute in (5, 10, 25, 30, 40)}
    assert at == {5: 0.0, 10: 1.0, 25: 1.0, 30: 0.5, 40: 0.0}


@pytest.mark.parametrize("precision", ["double", "single"])
def test_few_people_have_a_small_block_and_the_bits_of_a_large_one(
    body: Body, program: Program, short: Protocol, precision: Precision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(LANES, raising=False)
    assert lanes_of(precision, NARROW) == NARROW < lanes_of(precision, NARROW + 1) == lanes_of(precision)
    schedule = replace(short.schedule(), samples=tuple(np.arange(0.0, 3 * 1440, 60.0)))
    grid = lay_grid([schedule])
    inputs = lay_inputs(schedule, grid, program.inputs, {name: row.rest for name, row in body.inputs.items()})
    cohort = Cohort(np.arange(3))
    constants = cohort.constants(body, program)
    start, varying = starting_states(program, constants), cohort.varying(body, program, constants, 3 * 1440.0)
    few, many = (
        run(
            *(program, constants, grid, inputs),
            keep=program.states,
            start=start,
            varying=varying,
            precision=precision,
            among=among,
        )
        for among in (None, NARROW + 1)
    )
    assert np.isfinite(few.last).all()
    assert np.array_equal(few.values, many.values)
    assert np.array_equal(few.last, many.last)
