from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.lab.saliva.cosinor import cosinor, cosinor_fault, diurnal_slope

DATA = Path(__file__).parents[3].parent / "shared" / "data" / "cortisol_diurnal_vevapy"
AROUND = np.array([[0.0, 400, 500, 800, 1100, 1300]])


def wave(clock: np.ndarray, peak: float, mesor: float = 10.0, amplitude: float = 4.0) -> np.ndarray:
    return mesor + amplitude * np.cos(2 * np.pi * (clock - 60 * peak) / 1440)


@given(st.floats(0, 23.99))
def test_a_known_cosine_is_found_again(peak: float) -> None:
    fit = cosinor(AROUND, wave(AROUND, peak))
    assert fit["mesor"][0] == pytest.approx(10.0)
    assert fit["amplitude"][0] == pytest.approx(4.0)
    assert np.cos(2 * np.pi * (fit["acrophase"][0] - peak) / 24) == pytest.approx(1.0)
    assert 0 <= fit["acrophase"][0] < 24


def test_radians_are_negative_and_rebuild_the_curve() -> None:
    fit = cosinor(AROUND, wave(AROUND, 8.0))
    assert fit["radians"][0] == pytest.approx(-2 * np.pi * 8 / 24)
    rebuilt = fit["mesor"] + fit["amplitude"] * np.cos(2 * np.pi * AROUND / 1440 + fit["radians"])
    np.testing.assert_allclose(rebuilt, wave(AROUND, 8.0))


def test_noise_is_fitted_as_least_squares_would() -> None:
    values = wave(AROUND, 8.0) + np.array([[0.5, -1, 0.3, 0.8, -0.2, 0.1]])
    angle = 2 * np.pi * AROUND[0] / 1440
    by_numpy = np.linalg.lstsq(np.stack([np.ones(6), np.cos(angle), np.sin(angle)], axis=1), values[0], rcond=None)[0]
    fit = cosinor(AROUND, values)
    assert fit["mesor"][0] == pytest.approx(by_numpy[0])
    assert fit["amplitude"][0] == pytest.approx(np.hypot(by_numpy[1], by_numpy[2]))


def test_a_missing_sample_is_left_out_and_courses_do_not_mix() -> None:
    clock = np.repeat(AROUND, 2, axis=0)
    values = np.stack([wave(AROUND[0], 8.0), wave(AROUND[0], 20.0)])
    values[0, 3] = np.nan
    assert cosinor(clock, values)["acrophase"] == pytest.approx([8.0, 20.0])


def test_few_samples_a_long_gap_and_a_flat_course_have_no_peak() -> None:
    few, morning = np.array([[0.0, 480, 960, np.nan]]), np.array([[400.0, 430, 460, 500]])
    assert "needs 4 samples" in cosinor_fault(few, np.ones((1, 4)))[0]
    assert "h around the clock are without a sample" in cosinor_fault(morning, np.ones((1, 4)))[0]
    assert np.isnan(cosinor(morning, np.ones((1, 4)))["mesor"][0])
    flat = cosinor(AROUND, np.full((1, 6), 3.0))
    assert flat["mesor"][0] == pytest.approx(3.0) and np.isnan(flat["acrophase"][0])


@pytest.mark.skipif(not DATA.is_dir(), reason="the public day courses are not here")
def test_plasma_of_controls_peaks_in_the_morning() -> None:
    day = np.loadtxt(DATA / "Carroll-2007-controlGroupCortisol.txt")
    fit = cosinor(day[None, :, 0] % 1440, day[None, :, 1])
    assert 7 < fit["acrophase"][0] < 12
    assert 0 < fit["amplitude"][0] < fit["mesor"][0]


@given(st.floats(-0.3, 0.1), st.floats(0.5, 40))
def test_the_slope_of_an_exponential_is_its_rate(rate: float, start: float) -> None:
    minutes = np.array([[0.0, 180, 420, 900]])
    slope, faults = diurnal_slope(minutes, start * np.exp(rate * minutes / 60))
    assert faults == [""]
    assert slope[0] == pytest.approx(rate, abs=1e-9)


def test_the_slope_is_that_of_least_squares_without_missing_samples() -> None:
    minutes = np.array([[0.0, 180, 420, 900, 700]])
    values = np.array([[12.0, 7, 6, 2, np.nan]])
    by_numpy = np.polyfit(minutes[0, :4] / 60, np.log(values[0, :4]), 1)[0]
    assert diurnal_slope(minutes, values)[0][0] == pytest.approx(by_numpy)


def test_a_short_day_one_sample_and_a_zero_have_no_slope() -> None:
    minutes = np.array([[0.0, 100], [0, np.nan], [0, 900]])
    values = np.array([[10.0, 5], [10, 5], [10, 0]])
    slope, faults = diurnal_slope(minutes, values)
    assert np.isnan(slope).all()
    assert "less than 6 h" in faults[0] and "fewer than 2" in faults[1] and "zero has no logarithm" in faults[2]
