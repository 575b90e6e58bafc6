"""How constants move in many persons: what is handed to the engine, call by call."""

from __future__ import annotations

import numpy as np

from effleurage.body.compose import Body
from effleurage.engine.flowing import INTERVALS
from effleurage.engine.program import Program
from effleurage.engine.varying import Varying, pad
from effleurage.people.cohort import Cohort


def moving(body: Body, program: Program, persons: int = 6, minutes: float = 2 * 1440) -> Varying:
    cohort = Cohort.of(persons)
    return cohort.varying(body, program, cohort.constants(body, program), minutes)


def test_calls_overlap_bit_by_bit(body: Body, program: Program) -> None:
    varying = moving(body, program)
    here, further = varying.knots(0, np.float64), varying.knots(32, np.float64)
    assert (here.hourly[32:] == further.hourly[: len(here.hourly) - 32]).all()
    assert (here.daily[2:] == further.daily[: len(here.daily) - 2]).all()


def test_a_block_has_its_own_persons_and_repeats_the_last(body: Body, program: Program) -> None:
    """Eight lanes: of a number that is no multiple of a processor's width, XLA rounds the last ones in another way."""
    varying = moving(body, program, persons=8)
    whole, block = varying.knots(5, np.float64), varying.of_block(slice(6, 8), 8).knots(5, np.float64)
    for mine, theirs in zip(block[:4], whole[:4], strict=True):
        assert mine.shape[-1] == 8
        assert (mine[..., :2] == theirs[..., 6:]).all()
        assert (mine[..., 2:] == theirs[..., 7:]).all()


def test_still_persons_keep_their_constants_for_ever(program: Program) -> None:
    constants = np.random.default_rng(1).uniform(1, 2, (len(program.constants), 3))
    for first in (0, 1000 * INTERVALS):
        knots = Varying.still(program, constants).knots(first, np.float64)
        rows = [program.constants.index(name) for name in program.flowing.names]
        assert (np.asarray(knots.daily) == constants[rows]).all()
        linear = [name in program.flowing.linear for name in program.flowing.hourly]
        assert (np.asarray(knots.hourly) == np.where(linear, 0.0, 1.0)[:, None]).all()


def test_padding_repeats_the_last_person() -> None:
    assert pad(np.array([[1, 2], [3, 4]]), 4).tolist() == [[1, 2, 2, 2], [3, 4, 4, 4]]
    assert pad(np.array([1, 2]), 2).tolist() == [1, 2]
