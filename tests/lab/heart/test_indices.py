"""Indices by hand, against NeuroKit2, and as properties."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from effleurage.engine.streams import normals
from effleurage.lab.heart.indices import INDICES, hrv_indices
from effleurage.lab.heart.spectrum import AS_NEUROKIT

LASTING = 299.75 - 1e-9
NEUROKIT = {
    1: {
        "mean_rr": 846.8167776995742,
        "sdnn": 27.34292566927593,
        "rmssd": 29.15748098311909,
        "pnn50": 9.577464788732394,
        "lf": 310.26786709132676,
        "hf": 294.2618704796519,
    },
    2: {
        "mean_rr": 846.8537547227417,
        "sdnn": 26.618187081441796,
        "rmssd": 28.55385266759107,
        "pnn50": 9.295774647887324,
        "lf": 295.81125346597605,
        "hf": 281.02021627728453,
    },
    3: {
        "mean_rr": 849.1807399735862,
        "sdnn": 27.756628025339623,
        "rmssd": 29.5255704078578,
        "pnn50": 10.734463276836157,
        "lf": 384.09181674712374,
        "hf": 272.7697899358598,
    },
}
"""What NeuroKit2 0.2.13 (``neurokit`` below; NumPy 2.4.6) makes of ``record`` 1 to 3."""
NEUROKIT_QUADRATIC = {1: 289.16308165426045, 2: 276.0683899558702, 3: 268.16182986098937}
"""HF by NeuroKit2 0.2.13 as it comes: ``hrv_frequency`` joins intervals by a quadratic spline."""


def record(seed: int) -> np.ndarray:
    """Five minutes that end on NeuroKit2's grid as on ours: see ``bench/hrv.py``."""
    noise = normals(seed, "beats", np.arange(400))
    at, rr = 0.0, []
    while at <= LASTING + 0.4:
        rr.append(
            850 + 25 * np.sin(2 * np.pi * 0.1 * at) + 20 * np.sin(2 * np.pi * 0.25 * at + 1) + 15 * noise[len(rr)]
        )
        at += rr[-1] / 1000 if len(rr) > 1 else 0
    found = np.array(rr)
    found[1:] *= 1000 * LASTING / found[1:].sum()
    return found


def neurokit(rr: np.ndarray) -> dict[str, float]:
    """``hrv_time`` and ``hrv_frequency`` at 4 Hz in ms², its interpolation told to be cubic."""
    import neurokit2 as nk

    inner = importlib.import_module("neurokit2.hrv.hrv_frequency")
    as_made = inner.intervals_process
    inner.intervals_process = functools.partial(as_made, method="cubic")
    try:
        beats = {"RRI": rr, "RRI_Time": np.cumsum(rr) / 1000}
        time = nk.hrv_time(beats).iloc[0]
        power = nk.hrv_frequency(beats, normalize=False, interpolation_rate=4).iloc[0]
    finally:
        inner.intervals_process = as_made
    names = {"mean_rr": "MeanNN", "sdnn": "SDNN", "rmssd": "RMSSD", "pnn50": "pNN50"}
    found = {ours: float(time[f"HRV_{theirs}"]) for ours, theirs in names.items()}
    return found | {"lf": float(power["HRV_LF"]), "hf": float(power["HRV_HF"])}


def as_neurokit(rr: np.ndarray) -> dict[str, float]:
    """Ours, by its definitions: pNN50 is a share of intervals there, of differences here."""
    found = {name: float(values[0]) for name, values in hrv_indices(rr, settings=AS_NEUROKIT).items()}
    return found | {"pnn50": found["pnn50"] * (len(rr) - 1) / len(rr)}


def random_windows(count: int, beats: int = 100) -> np.ndarray:
    return np.array([800 + 40 * normals(seed, "windows", np.arange(beats)) for seed in range(count)])


@pytest.mark.parametrize("seed", sorted(NEUROKIT))
def test_values_are_those_that_neurokit_gave(seed: int) -> None:
    ours = as_neurokit(record(seed))
    for name, value in NEUROKIT[seed].items():
        assert ours[name] == pytest.approx(value, rel=1e-9), name


@pytest.mark.skipif(importlib.util.find_spec("neurokit2") is None, reason="NeuroKit2 is not installed here")
@pytest.mark.parametrize("seed", [1, 11, 12])
def test_values_are_those_that_neurokit_gives(seed: int) -> None:
    ours, theirs = as_neurokit(record(seed)), neurokit(record(seed))
    for name, value in theirs.items():
        assert ours[name] == pytest.approx(value, rel=1e-9), name


@pytest.mark.parametrize("seed", sorted(NEUROKIT))
def test_our_own_settings_differ_little_and_the_quadratic_spline_loses_hf(seed: int) -> None:
    own = hrv_indices(record(seed))
    assert own["lf"][0] == pytest.approx(NEUROKIT[seed]["lf"], rel=0.01)
    assert own["hf"][0] == pytest.approx(NEUROKIT[seed]["hf"], rel=0.01)
    assert NEUROKIT_QUADRATIC[seed] / as_neurokit(record(seed))["hf"] == pytest.approx(0.983, abs=0.001)


def test_the_time_domain_by_hand() -> None:
    found = hrv_indices([[800, 860, 800, 820]])
    assert found["mean_rr"][0] == 820
    assert found["mean_hr"][0] == 60_000 / 820
    assert found["sdnn"][0] == pytest.approx(np.sqrt((20**2 + 40**2 + 20**2) / 3))
    assert found["rmssd"][0] == pytest.approx(np.sqrt((60**2 + 60**2 + 20**2) / 3))
    assert found["ln_rmssd"][0] == pytest.approx(np.log(found["rmssd"][0]))
    assert found["pnn50"][0] == pytest.approx(100 * 2 / 3)


def test_no_difference_reaches_across_a_gap_or_a_rejected_interval() -> None:
    gap = hrv_indices([[800, 810, np.nan, 1200, 1190, 1200]])
    assert gap["rmssd"][0] == pytest.approx(10)
    assert gap["nn"][0] == 5
    rejected = hrv_indices([[800, 810, 1500, 1200, 1190, 1200]], accepted=[[1, 1, 0, 1, 1, 1]])
    for name in ("rmssd", "sdnn", "mean_rr", "pnn50", "nn"):
        assert rejected[name][0] == gap[name][0]
    times = np.array([[0.8, 1.61, 60.0, 61.19, 62.39]])
    assert hrv_indices([[800, 810, 1200, 1190, 1200]], times=times)["rmssd"][0] == pytest.approx(10)


def test_powers_are_those_of_the_longest_stretch_without_a_gap() -> None:
    rr = record(5)
    holed = np.concatenate((rr[:60] + 40, [np.nan], rr, [np.nan], rr[:90] - 30))
    whole, found = hrv_indices(rr), hrv_indices(holed)
    assert found["run_seconds"][0] == pytest.approx(rr.sum() / 1000)
    for name in ("lf", "hf", "total_power", "lf_hf", "breathing_rate"):
        assert found[name][0] == pytest.approx(whole[name][0], rel=1e-9)


@pytest.mark.parametrize(
    ("seconds", "there"),
    [(50, set()), (70, {"hf", "breathing_rate"}), (200, {"hf", "lf", "total_power", "breathing_rate"})],
)
def test_a_power_needs_its_minutes(seconds: int, there: set[str]) -> None:
    rr = record(5)
    found = hrv_indices(rr[: np.searchsorted(np.cumsum(rr), 1000 * seconds)])
    powers = ("lf", "hf", "total_power", "lf_hf", "breathing_rate")
    assert {name for name in powers if np.isfinite(found[name][0])} == there


def test_a_given_breathing_rate_wins() -> None:
    rr = np.array([record(1)[:354], record(2)[:354]])
    assert hrv_indices(rr)["breathing_rate"] == pytest.approx([0.25, 0.25], abs=0.01)
    assert hrv_indices(rr, breathing=[0.1, np.nan])["breathing_rate"] == pytest.approx([0.1, 0.25], abs=0.01)
    assert hrv_indices(rr[:, :20], breathing=0.1)["breathing_rate"].tolist() == [0.1, 0.1]


def test_a_thousand_windows_are_as_one_by_one() -> None:
    table = random_windows(300)
    table[::3, 80:] = np.nan
    table[1, 40] = np.nan
    together = hrv_indices(table)
    for row in (0, 1, 2, 127, 128, 255, 256, 299):
        alone = hrv_indices(table[row])
        for name in alone:
            np.testing.assert_allclose(together[name][row], alone[name][0], rtol=1e-9, err_msg=name)


@given(st.integers(0, 50), st.floats(-200, 400), st.floats(0.6, 1.6), st.integers(0, 20))
@settings(max_examples=40, deadline=None)
def test_level_scale_and_padding(seed: int, level: float, scale: float, padding: int) -> None:
    rr = 800 + 30 * normals(seed, "property", np.arange(90))
    plain = hrv_indices(rr)
    shifted, scaled = hrv_indices(rr + level), hrv_indices(rr * scale)
    assert shifted["rmssd"] == pytest.approx(plain["rmssd"], rel=1e-9)
    assert shifted["sdnn"] == pytest.approx(plain["sdnn"], rel=1e-9)
    assert shifted["pnn50"] == pytest.approx(plain["pnn50"])
    for name in ("rmssd", "sdnn", "mean_rr"):
        assert scaled[name] == pytest.approx(scale * plain[name], rel=1e-9)
    padded = hrv_indices(np.pad(rr, (padding // 2, padding), constant_values=np.nan))
    for name, value in plain.items():
        np.testing.assert_allclose(padded[name], value, rtol=1e-9, err_msg=name)


@given(
    arrays(
        float,
        st.tuples(st.integers(1, 3), st.integers(0, 90)),
        elements=st.floats(200, 2100) | st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -800.0, 1e300]),
    )
)
@settings(max_examples=120, deadline=None)
def test_anything_gives_a_number_or_nan_without_a_warning(rr: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = hrv_indices(rr)
    assert set(INDICES) <= set(found)
    for name in INDICES:
        assert found[name].shape == (len(rr),)
        assert not np.isinf(found[name]).any()


@pytest.mark.parametrize("rr", [[], [800], [800, 810], [np.nan] * 400, [3000] * 10])
def test_too_little_is_nan(rr: list[float]) -> None:
    found = hrv_indices([rr])
    assert all(np.isnan(found[name]).all() for name in INDICES)
