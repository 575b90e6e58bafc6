"""A run with names, units and an account of who was lost."""

from __future__ import annotations

import numpy as np
import pytest

from effleurage.engine.run import Record
from effleurage.engine.trajectory import Labels, to_dataset


def record(lost: list[float]) -> Record:
    values = np.arange(12.0).reshape(2, 2, 3)
    return Record(("calm", "sleep"), np.array([0.0, 60.0]), values, np.zeros((2, 3)), np.array(lost), None)  # type: ignore[arg-type]


LABELS: dict[str, Labels] = {
    "calm": {"units": "dimensionless", "long_name": "calm"},
    "sleep": {"units": "minute", "long_name": "time asleep"},
}


def test_every_quantity_is_a_variable_of_time_and_person_with_its_unit() -> None:
    found = to_dataset(record([np.nan] * 3), np.array([4, 7, 9]), LABELS)
    assert found["sleep"].dims == ("time", "person") and found["sleep"].attrs["units"] == "minute"
    np.testing.assert_array_equal(found["calm"].values, [[0, 1, 2], [6, 7, 8]])
    np.testing.assert_array_equal(found["sleep"].sel(person=7), [4, 10])
    assert list(found.time.values) == [0, 60] and set(found.status.values) == {"ok"}


def test_whoever_was_lost_is_nan_and_says_since_when() -> None:
    found = to_dataset(record([np.nan, 30.0, np.nan]), np.arange(3), LABELS)
    assert list(found.status.values) == ["ok", "not finite by minute 30", "ok"]
    assert np.isnan(found["calm"].sel(person=1)).all() and np.isfinite(found["calm"].sel(person=[0, 2])).all()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_nobody_is_ok_with_a_value_that_is_not_finite(odd: float) -> None:
    """Sleep debt once stood at infinity with the status 'ok', for the states were finite."""
    seen = record([np.nan, np.nan, 30.0])
    seen.values[1, 1, 1] = odd
    seen.values[0, 0, 2] = odd
    found = to_dataset(seen, np.arange(3), LABELS)
    assert list(found.status.values) == ["ok", "not finite by minute 60", "not finite by minute 0"]
    assert np.isnan(found["calm"].sel(person=1)).all()
