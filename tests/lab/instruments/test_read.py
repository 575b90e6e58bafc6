from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import instrument_of
from effleurage.lab.instruments.read import LATEST, looks_of, read
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import simulate
from effleurage.protocol.model import Protocol

MINUTE = 1440 + 600.0
SALIVA = instrument_of("cortisol", "saliva")


def test_a_tube_is_taken_late_never_early() -> None:
    cohort = Cohort.of(64)
    days = Protocol(title="two days", days=2).only_at(looks_of(SALIVA, MINUTE))
    world = simulate(days, cohort, keep=("cortisol_saliva",))
    world["cortisol_saliva"].values[:] = np.array([[1.0], [2.0], [3.0]])  # rises by 2 within LATEST
    exact = replace(SALIVA, noise=0.0)
    taken = read(world, exact, MINUTE, cohort)
    delay = (taken - 1) / 2 * LATEST
    assert (delay >= 0).all() and (delay <= LATEST).all()
    assert delay.mean() == pytest.approx(exact.timing * np.sqrt(2 / np.pi), rel=0.3)


def test_an_instrument_with_a_clock_looks_once() -> None:
    assert looks_of(instrument_of("systolic pressure"), MINUTE) == (MINUTE,)
    assert len(looks_of(SALIVA, MINUTE)) == 3


def test_a_persons_reading_does_not_depend_on_who_else_is_measured() -> None:
    days = Protocol(title="two days", days=2).only_at(looks_of(SALIVA, MINUTE))
    among, alone = Cohort.of(8), Cohort(np.array([5]))
    one = read(simulate(days, alone, keep=("cortisol_saliva",)), SALIVA, MINUTE, alone)
    many = read(simulate(days, among, keep=("cortisol_saliva",)), SALIVA, MINUTE, among)
    assert one[0] == many[5]
