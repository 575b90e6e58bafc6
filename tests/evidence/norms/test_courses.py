from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from effleurage.engine.streams import normal_rows
from effleurage.evidence.norms.courses import (
    DEGREE,
    INDICES,
    awakening,
    courses_of,
    holter,
    own_wander,
    shipped_wanders,
    stress_test,
)
from effleurage.statistics.memory import pooled
from effleurage.statistics.paces import fitted

DATA = Path(__file__).parents[4] / "shared" / "data"
beside = pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")


def test_every_range_has_two_ends_a_lag_and_a_source() -> None:
    for row in shipped_wanders().values():
        assert len(row.lags) == len(row.low) == len(row.high) and row.source and row.population
        assert (np.array(row.low) < np.array(row.high)).all()
    assert {f"{name}, {when}" for name in INDICES.values() for when in DEGREE} < set(shipped_wanders())


@pytest.mark.slow
@beside
def test_what_is_shipped_is_of_the_kept_people() -> None:
    kept = courses_of(DATA, "kept")
    assert set(kept) == set(shipped_wanders())
    for name, row in shipped_wanders().items():
        own = own_wander(kept[name], row)
        assert len(own) == row.n
        if row.measure == "autocorrelation":
            low, high = np.nanmin(own, axis=0), np.nanmax(own, axis=0)
        else:
            luck = normal_rows(1, [f"again {again}" for again in range(2000)], np.arange(row.n))
            low, high = (together := pooled(own, luck, power=2)).low, together.high
        assert np.concatenate([low, high]) == pytest.approx([*row.low, *row.high], abs=1e-3)


@pytest.mark.slow
@beside
def test_the_hearts_that_the_ledger_learns_from_wander_for_a_third_of_an_hour_asleep() -> None:
    courses = holter(DATA / "hrv_nsr2db", "fit")
    rate, rmssd, sdnn = (fitted(courses[f"{name}, asleep"]) for name in INDICES.values())
    assert [rate.soon_time, rmssd.soon_time] == pytest.approx([20, 22], abs=2)
    assert [rate.soon, rmssd.soon] == pytest.approx([0.057, 0.255], rel=0.03)
    assert [rate.own, rmssd.own, sdnn.own] == pytest.approx([0.015, 0.06, 0.256], abs=0.005)


@beside
def test_the_halves_share_nobody() -> None:
    for reader, folder in ((stress_test, "cortisol_tsst_nelson"), (awakening, "cortisol_car_carwatch")):
        ((name, fit),), ((_, kept),) = reader(DATA / folder, "fit").items(), reader(DATA / folder, "kept").items()
        assert abs(len(fit) - len(kept)) <= 1
        assert name in shipped_wanders() and len(kept) == shipped_wanders()[name].n
        assert not {tuple(one.values) for one in fit} & {tuple(one.values) for one in kept}
