from __future__ import annotations

import numpy as np
import pytest

from effleurage.engine.streams import normals
from effleurage.lab.heart.breathing import FOUND, OVERTONE_SEEN, UNCLEAR, WAVE, WHY, breathing_rate, hf_gate
from effleurage.lab.heart.spectrum import Welch, power_density

FREQUENCY = Welch().frequency


def rates_of(
    breathing: np.ndarray, breath: np.ndarray, wave: np.ndarray, noise: float, irregular: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """Rate and code for simulated hearts (W,): breaths (Hz, ms), a wandering ten-second wave (ms), noise (ms)."""
    who = np.arange(len(breathing))
    at, lung, slow, wander = np.zeros(len(who)), np.zeros(len(who)), np.zeros(len(who)), np.zeros(len(who))
    beats, rr = [], []
    for beat in range(370):
        rr.append(860 + breath * np.sin(lung) + wave * np.sin(slow) + noise * normals(beat, "shaken", who))
        step = rr[-1] / 1000
        at = at + step
        beats.append(at)
        wander = 0.85 * wander + 0.5 * normals(beat, "breath", who)
        lung = lung + 2 * np.pi * breathing * (1 + irregular * wander) * step
        slow = slow + 2 * np.pi * 0.1 * step + 0.3 * normals(beat, "wave", who)
    sizes = np.full(len(who), len(rr))
    return breathing_rate(FREQUENCY, power_density(np.array(beats).T.ravel(), np.array(rr).T.ravel(), sizes, Welch()))


def test_quiet_breathing_is_found_beside_the_ten_second_wave() -> None:
    truth = np.repeat([0.20, 0.24, 0.28, 0.33], 10)
    rate, code = rates_of(truth, np.full(40, 30.0), np.full(40, 25.0), 6)
    right = abs(rate - truth) < 0.02
    assert right.mean() > 0.9
    assert (right | np.isnan(rate)).mean() > 0.95
    assert ((code == FOUND) == np.isfinite(rate)).all()


def test_slow_breathing_is_found_and_never_taken_for_quiet_breathing() -> None:
    truth = np.repeat([0.08, 0.10, 0.12], 10)
    rate, _ = rates_of(truth, np.full(30, 45.0), np.full(30, 10.0), 4, irregular=0.03)
    assert (abs(rate - truth) < 0.02).mean() > 0.9
    assert not (rate >= 0.15).any()


def test_a_wave_without_breath_or_noise_alone_is_unclear() -> None:
    _, wave = rates_of(np.full(20, 0.25), np.full(20, 0.0), np.full(20, 14.0), 14)
    assert set(wave) <= {UNCLEAR, WAVE} and (wave == WAVE).any()
    rate, noise = rates_of(np.full(20, 0.25), np.full(20, 0.0), np.full(20, 0.0), 20)
    assert (np.isnan(rate)).mean() > 0.8 and (noise == UNCLEAR).any()


def density_of(*peaks: tuple[float, float]) -> np.ndarray:
    heard = sum((power * np.exp(-0.5 * ((FREQUENCY - rate) / 0.008) ** 2) for power, rate in peaks), 0 * FREQUENCY)
    return 1e-3 + heard[None, :]


@pytest.mark.parametrize(
    ("peaks", "code", "rate"),
    [
        ([(1, 0.25)], FOUND, 0.25),
        ([(5, 0.10), (1, 0.25)], FOUND, 0.25),
        ([(5, 0.12), (1, 0.24)], OVERTONE_SEEN, np.nan),
        ([(20, 0.12), (1, 0.24)], FOUND, 0.12),
        ([(2, 0.12), (1, 0.24)], FOUND, 0.24),
        ([(1, 0.10)], FOUND, 0.10),
        ([(1, 0.10), (0.4, 0.2), (0.4, 0.3), (0.4, 0.4)], UNCLEAR, np.nan),
        ([(3, 0.10), (0.4, 0.2), (0.4, 0.3), (0.4, 0.4)], WAVE, np.nan),
        ([(1, 0.02)], UNCLEAR, np.nan),
    ],
)
def test_the_rules_on_drawn_spectra(peaks: list[tuple[float, float]], code: int, rate: float) -> None:
    found, said = breathing_rate(FREQUENCY, density_of(*peaks))
    assert said[0] == code
    assert found[0] == pytest.approx(rate, abs=0.003, nan_ok=True)
    assert bool(WHY[code]) == np.isnan(rate)


def test_no_power_is_no_rhythm() -> None:
    rate, code = breathing_rate(FREQUENCY, np.zeros((2, len(FREQUENCY))))
    assert np.isnan(rate).all() and (code == UNCLEAR).all()


def test_hf_is_valid_well_inside_its_band_only() -> None:
    rate = np.array([0.10, 0.149, 0.15, 0.165, 0.1701, 0.25, 0.38, 0.39, 0.41, np.nan])
    state, why = hf_gate(rate, np.array([0] * 9 + [WAVE]))
    assert state.tolist() == (
        ["invalid"] * 2 + ["borderline"] * 2 + ["valid"] * 3 + ["borderline", "invalid", "borderline"]
    )
    assert [bool(word) for word in why] == [one != "valid" for one in state]
    assert "0.10 Hz" in why[0] and why[-1] == WHY[WAVE]
