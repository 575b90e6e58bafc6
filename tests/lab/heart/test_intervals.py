from __future__ import annotations

import numpy as np
import pytest

from effleurage.engine.streams import normals
from effleurage.errors import DataError
from effleurage.lab.heart.intervals import Intervals


def rows(*sizes: int) -> Intervals:
    table = np.full((len(sizes), max(sizes)), np.nan)
    for row, size in enumerate(sizes):
        table[row, :size] = 800 + 50 * normals(row, "intervals", np.arange(size))
    return Intervals.of(table)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_running_quantile_is_that_of_the_beats_around_within_the_row(share: float) -> None:
    flat, width = rows(30, 11, 4, 12, 1), 11
    found = flat.quantile(flat.rr, width, share)
    for row in range(5):
        own, values = flat.rr[flat.row == row], found[flat.row == row]
        for at, value in enumerate(values):
            first = min(max(at - width // 2, 0), max(len(own) - width, 0))
            assert value == pytest.approx(np.quantile(own[first : first + width], share), rel=1e-12)


def test_neighbours_end_at_rows_and_at_holes() -> None:
    flat = Intervals.of(np.array([[1.0, 2.0, np.nan, 3.0], [4.0, 5.0, np.nan, np.nan]]))
    assert flat.before(flat.rr).tolist() == [0, 1, 0, 0, 4]
    assert flat.after(flat.rr).tolist() == [2, 0, 0, 5, 0]


def test_time_is_counted_by_intervals_from_the_clock_at_the_start_of_each_stretch() -> None:
    table = np.array([[800.0, 900.0, 700.0]])
    assert Intervals.of(table).time() == pytest.approx([0.8, 1.7, 2.4])
    timed = Intervals.of(table, np.array([[100.0, 100.95, 160.0]]))
    assert timed.fresh.tolist() == [True, False, True]
    assert timed.time() == pytest.approx([100.0, 100.9, 160.0])


def test_a_clock_that_runs_backwards_is_refused_and_every_place_is_named() -> None:
    clock = np.tile([2.0, 1.0], 30)[None, :]
    with pytest.raises(DataError) as refusal:
        Intervals.of(np.full((1, 60), 800.0), clock)
    assert len(refusal.value.findings) == 20
    assert refusal.value.findings[0].where == "beat 2"
    assert "11 more" in refusal.value.findings[-1].what
