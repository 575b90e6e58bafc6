from __future__ import annotations

import numpy as np

from effleurage.engine.grid import Grid
from effleurage.engine.watch import Beyond, Watch

LIMITS = {"pressure": (60.0, 300.0), "pulse": (25.0, 230.0)}


def test_the_first_limit_that_is_passed_is_kept() -> None:
    seen = Beyond.nobody(4)
    early = [[100, 100, 310, np.nan], [60, 240, 60, 60]]
    later = [[301, 100, 320, np.nan], [60, 250, 60, 60]]
    seen.look(LIMITS, np.array([5.0, 10.0]), np.array([early, later], float))
    seen.look(LIMITS, np.array([15.0]), np.array([[[500, 500, 500, 59.0], [60, 60, 60, 60]]]))
    assert list(seen.minute) == [10, 5, 5, 15]
    assert list(seen.quantity) == [0, 1, 0, 0]
    assert list(seen.value) == [301, 240, 310, 59]


def test_what_a_step_may_be_off_passes_no_limit() -> None:
    seen = Beyond.nobody(1)
    seen.look({"share": (0.0, 1.0)}, np.array([5.0]), np.array([[[1 + 1e-9]]]))
    seen.look({}, np.array([5.0]), np.empty((1, 0, 1)))
    assert np.isnan(seen.minute[0])
    assert list(seen.quantity) == [-1]


def test_limits_are_looked_at_every_hour_and_at_every_change() -> None:
    time = np.arange(0.0, 181.0, 15.0)
    grid = Grid(time, np.diff(time, append=180.0), np.array([2]))
    inputs = np.where(time[:, None] >= 75, 1.0, 0.0)
    watch = Watch.of(grid, inputs, ("acth", "pulse"), LIMITS)
    assert list(time[watch.rows]) == [0, 30, 60, 75, 120, 180]
    assert list(time[watch.rows][watch.kept]) == [30]
    assert watch.names == ("acth", "pulse", "pressure")
    assert list(watch.watched) == [2, 1]
    assert list(Watch.of(grid, inputs, ("acth",), {}).rows) == [2]
