"""Beats are placed by their intervals; stamps show gaps, changes of the clock, and nothing else."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError
from effleurage.files.heart.beat_clock import BeatClock, Beats
from effleurage.files.heart.rr_cells import Findings

ROWS = 400
RR = 700 + 200 * (np.arange(ROWS) % 7) / 6.0
ENDS = np.cumsum(RR) / 1000
DAY = 86_400


def played(
    stamp: np.ndarray | None, rr: np.ndarray = RR, *, pieces: int = 1, daily: bool = False
) -> tuple[np.ndarray, np.ndarray, BeatClock]:
    """Intervals, starts and notes of rows that come in some pieces; line 2 is the first row."""
    findings = Findings()
    clock = BeatClock("rr.txt", findings, daily=daily)
    rows = Beats(rr, np.arange(2, 2 + len(rr)), None, stamp)
    edges = np.linspace(0, len(rr), pieces + 1).astype(int)
    made = [clock.place(rows.part(slice(a, b)), last=b == len(rr)) for a, b in pairwise(edges)]
    findings.refuse()
    return np.concatenate([one for one, _ in made]), np.concatenate([start for _, start in made]), clock


def packets(ends: np.ndarray = ENDS) -> np.ndarray:
    """Stamps of a strap that sends once a second, between 0 and 0.4 s late."""
    late: np.ndarray = np.ceil(ends) + 0.4 * (np.arange(len(ends)) % 5) / 4
    return late


@pytest.mark.parametrize("pieces", [1, 3, 50, ROWS])
def test_late_packets_move_no_beat_and_make_no_gap(pieces: int) -> None:
    burst = packets()
    burst[100:106] = burst[106]  # six intervals held up and sent at once
    for stamp in (None, ENDS, packets(), burst, packets() + 1.7e9):
        rr, start, clock = played(stamp, pieces=pieces)
        np.testing.assert_array_equal(rr, RR)
        np.testing.assert_allclose(start, ENDS - RR / 1000, atol=1e-9)
        assert clock.notes() == ()


@pytest.mark.parametrize("pieces", [1, 3, 50, ROWS])
@pytest.mark.parametrize("gap", [5.0, 300.0, 80_000.0])
def test_a_gap_that_only_stamps_know_is_kept_as_time(gap: float, pieces: int) -> None:
    stamp = packets() + np.where(np.arange(ROWS) >= 150, gap, 0)
    rr, start, clock = played(stamp, pieces=pieces)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(rr)), [150])
    np.testing.assert_array_equal(rr[~np.isnan(rr)], RR)
    lasts = np.diff(start, append=clock.stop)
    assert lasts[150] == pytest.approx(gap, abs=0.5)
    np.testing.assert_allclose(np.delete(lasts, 150), RR / 1000, atol=1e-9)
    assert clock.notes()[0].startswith("places where time stamps run ahead of the intervals, kept as gaps: 1")
    assert "line 152" in clock.notes()[0]


def test_two_gaps_close_together_are_two() -> None:
    stamp = ENDS + np.where(np.arange(ROWS) >= 150, 60, 0) + np.where(np.arange(ROWS) >= 160, 30, 0)
    rr, start, clock = played(stamp)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(rr)), [150, 161])
    np.testing.assert_allclose(np.diff(start, append=clock.stop)[[150, 161]], [60, 30])


@pytest.mark.parametrize("pieces", [1, 50])
def test_a_clock_put_back_moves_no_beat_and_names_its_row(pieces: int) -> None:
    rr, start, clock = played(packets() - np.where(np.arange(ROWS) >= 200, 3600, 0), pieces=pieces)
    np.testing.assert_array_equal(rr, RR)
    np.testing.assert_allclose(start, ENDS - RR / 1000, atol=1e-9)
    assert "run backward" in clock.notes()[0]
    assert "1 (line 202)" in clock.notes()[0]
    assert len(clock.notes()) == 1


def test_a_gap_of_just_an_hour_may_be_a_clock_put_forward() -> None:
    _, _, clock = played(packets() + np.where(np.arange(ROWS) >= 200, 3600, 0))
    assert any("change of the clock: 1 (line 202)" in note for note in clock.notes())


def test_midnight_is_no_step_backward() -> None:
    rr, _, clock = played((ENDS + DAY - 100) % DAY, daily=True)
    np.testing.assert_array_equal(rr, RR)
    assert clock.notes() == ()
    _, _, naive = played((ENDS + DAY - 100) % DAY)
    assert "run backward" in naive.notes()[0]


def test_missing_intervals_last_as_long_as_stamps_say() -> None:
    holes = RR.copy()
    holes[50:60] = np.nan
    holes[300] = 0
    rr, start, clock = played(ENDS, holes)
    np.testing.assert_array_equal(np.isnan(rr), np.isnan(holes) | (holes == 0))
    np.testing.assert_allclose(start, ENDS - RR / 1000, atol=1e-9)
    assert "as long as stamps say: 11" in clock.notes()[0]


def test_beats_dropped_one_by_one_are_told_as_drift() -> None:
    kept = np.arange(ROWS) % 20 != 0
    _, _, clock = played(ENDS[kept], RR[kept])
    assert clock.notes()[0].startswith("in small steps, time stamps count 15.")


def test_stamps_that_cannot_be_read_are_told() -> None:
    stamp = ENDS.copy()
    stamp[[0, 7]] = np.nan
    rr, _, clock = played(stamp)
    np.testing.assert_array_equal(rr, RR)
    assert "cannot be read" in clock.notes()[0]
    assert "lines 2, 9" in clock.notes()[0]
    assert len(played(np.full(ROWS, np.nan))[0]) == ROWS


def test_more_than_a_day_without_a_beat_is_two_recordings() -> None:
    with pytest.raises(DataError, match="line 152: 3.0 days pass before this row"):
        played(ENDS + np.where(np.arange(ROWS) >= 150, 3 * DAY, 0))


@settings(max_examples=25, deadline=None)
@given(
    rr=st.lists(st.sampled_from([0.0, np.nan, 400.0, 800.0, 1200.0, 5000.0]), min_size=1, max_size=150),
    steps=st.lists(st.sampled_from([0.0, 0.8, 1.0, 5.0, -5.0, 100.0, np.nan, -3600.0, 3600.0]), min_size=200),
    pieces=st.integers(2, 9),
)
def test_pieces_make_no_difference(rr: list[float], steps: list[float], pieces: int) -> None:
    intervals = np.array(rr)
    stamp = np.where(np.isnan(steps), np.nan, np.nancumsum(steps))[: len(rr)]
    whole, parts = played(stamp, intervals), played(stamp, intervals, pieces=pieces)
    np.testing.assert_array_equal(whole[0], parts[0])
    np.testing.assert_allclose(whole[1], parts[1], atol=1e-6)
    assert whole[2].notes() == parts[2].notes()
    assert (np.diff(whole[1]) >= 0).all()
