"""Luck against what it promises: its spread, its memory, its independence, and the same bits in any stretch."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from effleurage.arrays import Floats
from effleurage.engine import kernel  # noqa: F401 - 64 bits
from effleurage.engine.flowing import KNOT
from effleurage.engine.luck import Pulses, Wander, counters_of, key_of, phases, pulsing, wandering
from effleurage.engine.spline import REACH, steps_of, value_at

PERSONS = np.arange(20_000)
KNOTS = 40


def knots(process: Wander | Pulses, persons: np.ndarray = PERSONS, first: int = 0, purpose: str = "a row") -> Floats:
    """KNOTS knots of many persons (KNOTS, persons)."""
    key, who = jnp.asarray(key_of(1, purpose)), counters_of(persons)
    if isinstance(process, Wander):
        return np.asarray(wandering(key, who, jnp.asarray(process.taps()), first, KNOTS))
    mean, spread = process.moments()
    return (np.asarray(pulsing(key, who, jnp.asarray(process.every), first, KNOTS)) - mean) / spread


def course(process: Wander | Pulses) -> Floats:
    """A value every 5 minutes of many persons, each with knots at own minutes."""
    found, begun = knots(process), jnp.asarray(phases(1, PERSONS, "begin"))
    steps = [steps_of(jnp.asarray(found[first : first + REACH])[:, None]) for first in range(KNOTS - REACH)]
    return np.array([value_at(one, begun + part / 3)[0] for one in steps for part in range(3)])


@pytest.mark.parametrize("process", [Wander(10), Wander(60), Pulses(80)])
def test_it_has_mean_0_and_an_sd_of_1_at_every_minute(process: Wander | Pulses) -> None:
    found = course(process)
    assert np.abs(found.mean(axis=1)).max() < 0.04
    assert np.abs(found.std(axis=1) - 1).max() < 0.03


@pytest.mark.parametrize("process", [Wander(10), Wander(60), Pulses(80)])
def test_a_change_has_the_same_spread_at_every_phase_of_the_hour(process: Wander | Pulses) -> None:
    found = course(process)
    for lag in (3, 6, 12, 18):
        spreads = (found[lag:] - found[:-lag])[:12].std(axis=1)
        assert np.abs(spreads / spreads.mean() - 1).max() < 0.03


@pytest.mark.parametrize("time", [30.0, 60.0])
def test_what_wanders_forgets_with_its_time(time: float) -> None:
    found = course(Wander(time))
    for lag, minutes in ((12, 60), (18, 90)):
        ratio = np.corrcoef(found[0], found[lag])[0, 1] / np.corrcoef(found[0], found[lag - 6])[0, 1]
        assert abs(ratio - np.exp(-30 / time)) < 0.06, minutes


def test_pulses_come_about_as_often_as_said() -> None:
    found = course(Pulses(80))[:, :2000]
    peaks = (found[1:-1] > found[:-2]) & (found[1:-1] >= found[2:]) & (found[1:-1] > 0)
    between = 5 * (len(found) - 2) * found.shape[1] / peaks.sum()
    assert 70 < between < 95


@pytest.mark.parametrize("process", [Wander(20), Pulses(85)])
def test_any_stretch_and_any_company_have_the_same_bits(process: Wander | Pulses) -> None:
    whole = knots(process, PERSONS[:128])
    for first in (1, 7, 12):
        assert (knots(process, PERSONS[:128], first)[: KNOTS - first] == whole[first:]).all()
    assert (knots(process, PERSONS[64:192])[:, :64] == whole[:, 64:]).all()


def test_rows_persons_and_seeds_have_luck_of_their_own() -> None:
    one, other = knots(Wander(20)), knots(Wander(20), purpose="another row")
    assert abs(np.corrcoef(one[5], other[5])[0, 1]) < 0.03
    assert abs(np.corrcoef(one[5][:-1], one[5][1:])[0, 1]) < 0.03
    assert (key_of(1, "a row") != key_of(2, "a row")).any()


def test_knots_of_persons_stand_at_all_minutes() -> None:
    shares = np.histogram(phases(1, PERSONS, "begin"), bins=int(KNOT), range=(0, 1))[0] / len(PERSONS)
    assert np.abs(shares * KNOT - 1).max() < 0.12
