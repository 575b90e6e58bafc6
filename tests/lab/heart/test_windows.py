from __future__ import annotations

import numpy as np
import pytest

from effleurage.engine.streams import normals
from effleurage.errors import DataError, RequestError
from effleurage.lab.heart.artefacts import find_artefacts
from effleurage.lab.heart.recording import Recording
from effleurage.lab.heart.windows import LEAST_COVERED, Windows, window_rows, windows_of


def steady(seconds: float, rr: float = 800.0) -> np.ndarray:
    count = round(1000 * seconds / rr)
    return rr + 3 * normals(3, "steady", np.arange(count))


def beats_in(windows: Windows) -> list[int]:
    return [int(count) for count in np.isfinite(windows.beats.rr).sum(axis=1)]


def test_an_hour_is_twelve_windows_and_no_beat_is_lost_or_read_twice() -> None:
    rr = steady(3600)
    windows = windows_of(rr)
    assert windows.start.tolist() == [300.0 * number for number in range(12)]
    assert sum(beats_in(windows)) == len(rr)
    np.testing.assert_array_equal(windows.beats.rr[np.isfinite(windows.beats.rr)], rr)
    assert (windows.covered > 0.99).all() and windows.notes == ()


@pytest.mark.parametrize(("seconds", "count"), [(301, 1), (299, 1), (330, 1), (590, 2), (601, 2)])
def test_what_is_left_at_the_end_is_a_window_only_if_it_nearly_fills_one(seconds: float, count: int) -> None:
    windows = windows_of(steady(seconds))
    assert len(windows.start) == count
    assert bool(windows.notes) == (seconds == 330)


def test_a_short_record_is_one_window_of_its_own_length() -> None:
    windows = windows_of(steady(60))
    assert windows.seconds == pytest.approx([60], abs=1)
    assert windows.covered == pytest.approx([1.0])


def test_windows_do_not_reach_across_a_day_without_beats() -> None:
    rr = steady(900)
    times = np.cumsum(rr) / 1000
    times[600:] += 86_400
    windows = windows_of(rr, times=times)
    assert "287 windows hold no beat" in windows.notes[0]
    assert sum(beats_in(windows)) == len(rr)
    assert windows.start[-1] > 86_400
    ends = windows.beats.time
    assert (np.nanmax(ends, axis=1) - np.nanmin(ends, axis=1) < 301).all()


def test_a_gap_inside_a_window_takes_from_what_is_covered() -> None:
    rr = steady(300)
    rr[100] = 100_000
    windows = windows_of(rr[:226])
    assert windows.covered[0] == pytest.approx(180 / 280, abs=0.01)
    assert windows.covered[0] < LEAST_COVERED
    assert np.isnan(windows.beats.rr[0, 100])


def test_a_recording_brings_its_own_clock_and_gaps() -> None:
    rr = steady(540)
    rr[300] = np.nan
    lasting = np.where(np.isnan(rr), 60_000.0, rr) / 1000
    start = np.concatenate(([0.0], np.cumsum(lasting)[:-1]))
    windows = windows_of(Recording(rr, start, float(lasting.sum()), "ms", "rr.txt"))
    assert len(windows.start) == 2
    assert sum(beats_in(windows)) == len(rr) - 1
    assert windows.covered[0] == pytest.approx(0.8, abs=0.01)


def test_rows_are_windows_as_long_as_their_beats() -> None:
    table = np.full((3, 400), np.nan)
    table[0, :375], table[1, :75] = steady(300), steady(60)
    windows = window_rows(table)
    assert windows.seconds == pytest.approx([300, 60, 0], abs=1)
    assert windows.covered == pytest.approx([1, 1, 0])
    assert beats_in(window_rows(find_artefacts(table))) == beats_in(windows)


@pytest.mark.parametrize("record", [[], [np.nan] * 9, [-5.0, 0.0]])
def test_a_record_without_intervals_is_one_empty_window(record: list[float]) -> None:
    windows = windows_of(record)
    assert windows.covered.tolist() == [0.0]
    assert windows.notes == ("no usable interval",)


@pytest.mark.parametrize("seconds", [0, -1, np.nan, np.inf])
def test_a_length_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(RequestError, match="no length of a window"):
        windows_of(steady(60), seconds)


def test_a_clock_that_runs_backwards_is_refused() -> None:
    with pytest.raises(DataError, match="beat 2"):
        windows_of([800.0, 800.0], times=[10.0, 9.0])
