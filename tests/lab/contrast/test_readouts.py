from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from effleurage.engine.grid import DAY
from effleurage.errors import RequestError
from effleurage.lab.contrast.readouts import WINDOWS, Readout, Window, every_readout, shipped_readouts

SESSIONS = ((1.0 * DAY + 600, 1.0 * DAY + 630), (3.0 * DAY + 600, 3.0 * DAY + 630))


def ramp(days: int) -> xr.Dataset:
    """A world in which the quantity is the minute of the day, for two people, the second twice the first."""
    time = np.arange(0.0, days * DAY)
    values = (time % DAY)[:, None] * np.array([1.0, 2.0])
    return xr.Dataset({"clock": (("time", "person"), values)}, coords={"time": time, "person": [0, 1]})


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("end of session", 630.0),
        ("last minute of hands", 629.0),
        ("day after", np.mean((630 + 60 * np.arange(24)) % DAY)),
        ("night after", 720.0),
        ("last week", np.mean(60.0 * np.arange(24))),
    ],
)
def test_a_window_reads_the_minutes_it_says(window: Window, expected: float) -> None:
    measured = Readout("way", "clock", "clock", window).measure(ramp(6), SESSIONS, 6)
    np.testing.assert_allclose(measured, [expected, 2 * expected])


def test_a_world_that_was_not_looked_at_is_refused() -> None:
    sparse = ramp(6).isel(time=slice(0, None, 7))
    with pytest.raises(RequestError, match="not sampled at the end of a session"):
        Readout("way", "clock", "clock", "end of session").measure(sparse, SESSIONS, 6)


def test_the_outcomes_of_the_four_ways_are_whole() -> None:
    found = shipped_readouts()
    assert len({outcome.way for outcome in found}) == 5
    assert all(outcome.window in WINDOWS for outcome in found)
    assert {row.title: row.noticed.value for row in found if row.noticed} == {"Pain (0-10)": 1.0}


def test_without_sessions_only_the_end_can_be_read() -> None:
    assert {o.window for o in every_readout({"clock": "time"}, ())} == {"last week"}
