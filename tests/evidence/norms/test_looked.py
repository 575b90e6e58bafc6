"""Worlds are carried out once, whoever asks, and looked at where they are asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from tests.report.made_up import pretended

from effleurage.evidence.norms import looked
from effleurage.evidence.norms.looked import Looked, key_of, look_at, looked_at
from effleurage.evidence.norms.targets import Look, World
from effleurage.people.cohort import Cohort

STRESSED = World(timeline=("day 2 10:00: stressor, 12 min",), people={"age": 30.0})
QUIET = World(people={"age": 30.0})


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The protocols that were carried out, on people who are not simulated."""
    done: list[Any] = []

    def simulate(protocol: Any, cohort: Any, **more: Any) -> xr.Dataset:
        done.append(protocol)
        return pretended(protocol, cohort, **more)

    monkeypatch.setattr(looked, "simulate", simulate)
    return done


def test_each_world_is_carried_out_once_at_all_minutes_that_are_asked_for(runs: list[Any]) -> None:
    wanted = [("heart_rate", STRESSED, (2040.0, 2050.0)), ("cortisol", STRESSED, (2060.0,)), ("acth", QUIET, (600.0,))]
    seen = look_at(wanted, Cohort.of(5))
    assert sorted(protocol.samples for protocol in runs) == [(600.0,), (2040.0, 2050.0, 2060.0)]
    assert set(seen.worlds) == {key_of(STRESSED), key_of(QUIET)}


def test_values_are_those_of_the_minutes(runs: list[Any]) -> None:
    seen = look_at([("heart_rate", STRESSED, (2030.0, 2040.0, 2130.0))], Cohort.of(5))
    values = seen.values("heart_rate", STRESSED, (2030.0, 2040.0))
    assert values.shape == (2, 5)
    assert values[1] / values[0] == pytest.approx(np.full(5, 1.4))


@pytest.mark.parametrize(
    ("measure", "expected"), [("mean", 1.2), ("peak", 1.4), ("trough", 1.0), ("time of peak", 10.0)]
)
def test_a_look_measures_each_person_over_its_minutes(measure: Any, expected: float, runs: list[Any]) -> None:
    look = Look(at="day 2 09:50, 10:00", measure=measure, world=STRESSED)
    rest = Look(at="day 2 09:50", measure="mean", world=STRESSED)
    read = looked_at([("systolic", look), ("systolic", rest)], Cohort.of(4))
    own = read("systolic", look)
    shown = own if measure.startswith("time") else own / read("systolic", rest)
    assert shown == pytest.approx(np.full(4, expected))


def test_an_index_of_heartbeats_is_read_of_the_quantities_behind_it(runs: list[Any]) -> None:
    read = looked_at([("RMSSD", Look(at="day 2 08:00", measure="mean", world=QUIET))], Cohort.of(3))
    assert isinstance(read, Looked)
    rmssd = read.values("RMSSD", QUIET, (1920.0,))
    assert rmssd.shape == (1, 3) and ((rmssd > 5) & (rmssd < 200)).all()
