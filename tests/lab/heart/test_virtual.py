from __future__ import annotations

import numpy as np
import pytest

from effleurage.errors import BeyondLife
from effleurage.lab.heart.virtual import READS, beats_at, window_index
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import own_values, simulate
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol

LYING = "title: lying\ndays: 2\ntimeline:\n  - day 2 10:00: rest, supine, 60 min\n"
MINUTE = 1440 + 630.0


@pytest.fixture(scope="module")
def lying() -> Protocol:
    return parse_protocol(LYING, "lying")


def test_beats_have_the_heart_rate_of_the_trajectory_and_their_persons_luck(lying: Protocol) -> None:
    cohort = Cohort.of(12, settings={"age": {"mean": 40, "sd": 15}})
    world = simulate(lying.only_at([MINUTE]), cohort, keep=READS)
    beats = beats_at(world, MINUTE, cohort)
    rate = 60_000 / np.nanmean(beats.rr, axis=1)
    assert rate == pytest.approx(world["heart_rate"].values[0], rel=0.02)
    rmssd = window_index(world, "rmssd", MINUTE, cohort)
    alone = Cohort(np.array([7]), {"age": {"mean": 40, "sd": 15}})
    assert window_index(world.isel(person=[7]), "rmssd", MINUTE, alone)[0] == rmssd[7]


@pytest.mark.slow
def test_rmssd_falls_with_age_and_lying_raises_it_by_the_bodys_own_tone(lying: Protocol) -> None:
    found = {}
    for age in (30.0, 60.0):
        cohort = Cohort.of(64, settings={"age": age})
        world = simulate(lying.only_at([1440 + 540.0, MINUTE]), cohort, keep=READS)
        found[age] = [float(np.mean(window_index(world, "rmssd", at, cohort))) for at in (1440 + 540.0, MINUTE)]
    assert found[30.0][1] == pytest.approx(41.3, rel=0.15)  # KORA, 25-34 years, Voss 2015
    assert found[60.0][1] == pytest.approx(20.7, rel=0.15)  # 55-64 years
    assert found[30.0][0] < 0.75 * found[30.0][1]


def test_age_is_a_persons_own() -> None:
    ages = own_values(Cohort.of(200, settings={"age": {"mean": 50, "sd": 10}}), "age")
    assert ages.std() == pytest.approx(10, rel=0.2)


def test_one_person_outside_life_costs_nobody_else_the_heartbeats(lying: Protocol) -> None:
    cohort = Cohort.of(12)
    world = simulate(lying.only_at([MINUTE]), cohort, keep=READS)
    whole = window_index(world, "rmssd", MINUTE, cohort)
    for name, value in (("systolic", 308.0), ("heart_rate", 260.0), ("breathing", 1.0)):
        ill = world.copy(deep=True)
        ill[name].values[0, 5] = value
        with pytest.warns(BeyondLife, match=rf"person 5: {name}"):
            found = window_index(ill, "rmssd", MINUTE, cohort)
        assert np.isnan(found[5])
        assert np.array_equal(np.delete(found, 5), np.delete(whole, 5))
