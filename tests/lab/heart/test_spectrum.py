"""Powers against known truths, and against SciPy's spline and Welch, one run at a time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.interpolate import CubicSpline
from scipy.signal import detrend, welch

from effleurage.engine.streams import normals
from effleurage.lab.heart.spectrum import AS_NEUROKIT, HF, LF, TOTAL, Welch, band_power, power_density, tachogram

OWN = Welch()


def waves(*parts: tuple[float, float], lasting: float = 300.0) -> np.ndarray:
    """NN of 900 ms and sine waves of (ms, Hz)."""
    at, rr = 0.0, []
    while at < lasting:
        rr.append(900 + sum(size * np.sin(2 * np.pi * rate * at + number) for number, (size, rate) in enumerate(parts)))
        at += rr[-1] / 1000
    return np.array(rr)


def density_of(*runs: np.ndarray, how: Welch = OWN) -> np.ndarray:
    beats = np.concatenate([np.cumsum(run) / 1000 for run in runs])
    return power_density(beats, np.concatenate(runs), np.array([len(run) for run in runs]), how)


@pytest.mark.parametrize("segment", [150.0, 300.0])
def test_two_rhythms_have_the_power_of_their_amplitudes(segment: float) -> None:
    """Truth: a²/2, so 312.5 and 200 ms²."""
    rr, how = waves((25, 0.10), (20, 0.25)), Welch(segment=segment)
    assert len(rr) == 334
    density = density_of(rr, how=how)
    assert band_power(density, LF, how) == pytest.approx(312.5, rel=0.01)
    assert band_power(density, HF, how) == pytest.approx(200, rel=0.05)
    assert band_power(density, TOTAL, how) == pytest.approx(512.5, rel=0.03)


@pytest.mark.parametrize(("rate", "least", "most"), [(0.06, 0, 1), (0.10, 0, 1), (0.2, 190, 202), (0.35, 180, 202)])
def test_the_same_modulation_leaves_hf_when_breathing_slows(rate: float, least: float, most: float) -> None:
    assert least <= band_power(density_of(waves((20, rate))), HF, OWN)[0] <= most


def test_the_spline_is_scipy_s_on_runs_of_any_length() -> None:
    sizes = np.array([334, 100, 5, 4, 250, 333])
    runs = [800 + 60 * normals(seed, "spline", np.arange(size)) for seed, size in enumerate(sizes)]
    beats = [np.cumsum(run) / 1000 for run in runs]
    series, samples = tachogram(np.concatenate(beats), np.concatenate(runs), sizes, 4.0)
    for row, (at, run) in enumerate(zip(beats, runs, strict=True)):
        grid = at[0] + np.arange(samples[row]) / 4
        assert at[-1] - 0.25 < grid[-1] <= at[-1]
        np.testing.assert_allclose(series[row, : samples[row]], CubicSpline(at, run)(grid), rtol=1e-11)
        assert (series[row, samples[row] :] == 0).all()


def test_the_spectrum_is_scipy_s_welch_where_segments_fit() -> None:
    """300 s less a sample: 1,200 samples, three segments of 600."""
    rr = 850 + 40 * normals(4, "welch", np.arange(400))
    rr = rr[: np.searchsorted(np.cumsum(rr[1:]), 299_750.0) + 1]
    rr[1:] *= 299_750.0 / rr[1:].sum()
    series, samples = tachogram(np.cumsum(rr) / 1000, rr, np.array([len(rr)]), 4.0)
    assert samples[0] == 1200
    for how in (OWN, AS_NEUROKIT):
        flat = detrend(series[0], type="linear" if how.trend == "line" else "constant")
        frequency, power = welch(flat, fs=4, window="hann", nperseg=600, noverlap=300, nfft=1200, detrend=False)
        np.testing.assert_allclose(density_of(rr, how=how)[0], power[: len(how.frequency)], rtol=1e-8, atol=1e-9)
        np.testing.assert_allclose(how.frequency, frequency[: len(how.frequency)])


def test_a_short_run_is_one_segment_of_its_own_length() -> None:
    rr = waves((20, 0.25), lasting=60)
    (series,), (samples,) = tachogram(np.cumsum(rr) / 1000, rr, np.array([len(rr)]), 4.0)
    flat = detrend(series)
    _, power = welch(flat, fs=4, window="hann", nperseg=samples, nfft=1200, detrend=False)
    np.testing.assert_allclose(density_of(rr)[0], power[: len(OWN.frequency)], rtol=1e-8, atol=1e-9)


def test_runs_do_not_touch_each_other() -> None:
    runs = [waves((25, 0.1), (20, 0.25)), waves((9, 0.3), lasting=70), waves((30, 0.2), lasting=200)]
    together = density_of(*runs)
    for row, run in enumerate(runs):
        np.testing.assert_allclose(together[row], density_of(run)[0], rtol=1e-12, atol=1e-12)


def test_a_drift_of_the_heart_is_no_power() -> None:
    rr = waves((25, 0.10), (20, 0.25))
    drifting = rr + np.linspace(-100, 100, len(rr))
    at = np.cumsum(rr) / 1000
    density = power_density(at, drifting, np.array([len(rr)]), OWN)
    assert band_power(density, LF, OWN) == pytest.approx(312.5, rel=0.02)


def test_bands_share_out_the_power_without_loss() -> None:
    density = density_of(900 + 30 * normals(1, "bands", np.arange(334)))
    cut = 0.1837  # between two bins
    parts = [band_power(density, band, OWN)[0] for band in ((0.04, cut), (cut, 0.4))]
    assert sum(parts) == pytest.approx(band_power(density, (0.04, 0.4), OWN)[0], rel=1e-12)
    assert band_power(np.ones_like(density), HF, OWN)[0] == pytest.approx(0.25, rel=1e-12)
    inside = (OWN.frequency >= HF[0]) & (OWN.frequency < HF[1])
    bins = trapezoid(density[0, inside], OWN.frequency[inside])
    assert band_power(density, HF, AS_NEUROKIT)[0] == pytest.approx(bins, rel=1e-12)
    assert bins < band_power(density, HF, OWN)[0]


def test_no_run_no_density() -> None:
    assert power_density(np.zeros(0), np.zeros(0), np.zeros(0, dtype=int), OWN).shape == (0, len(OWN.frequency))
