"""Indices by hand, against NeuroKit2, and as properties."""

from __future__ import annotations

import json
import runpy
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from effleurage.engine.streams import normals
from effleurage.lab.heart.indices import INDICES, hrv_indices
from effleurage.lab.heart.spectrum import AS_NEUROKIT

ROOT = Path(__file__).parents[3]
STORED: dict[str, Any] = json.loads(Path(__file__).with_name("neurokit.json").read_text(encoding="utf-8"))
HEARTS = STORED["hearts"]
record = runpy.run_path(str(ROOT / "bench" / "referee.py"))["record"]


def beats_of(heart: dict[str, Any]) -> np.ndarray:
    """The heartbeats that NeuroKit2 was given, made again."""
    found: np.ndarray = record(heart["seed"], heart["mean"], heart["breathing"])
    assert len(found) == heart["beats"]
    return found


def as_neurokit(rr: np.ndarray) -> dict[str, float]:
    """Ours, by its definitions: pNN50 is a share of intervals there, of differences here."""
    found = {name: float(values[0]) for name, values in hrv_indices(rr, settings=AS_NEUROKIT).items()}
    return found | {"pnn50": found["pnn50"] * (len(rr) - 1) / len(rr)}


def random_windows(count: int, beats: int = 100) -> np.ndarray:
    return np.array([800 + 40 * normals(seed, "windows", np.arange(beats)) for seed in range(count)])


@pytest.mark.parametrize("heart", HEARTS, ids=lambda heart: f"{heart['mean']:g} ms")
def test_values_are_those_that_neurokit_gives(heart: dict[str, Any]) -> None:
    ours = as_neurokit(beats_of(heart))
    assert set(heart["indices"]) == {"mean_rr", "sdnn", "rmssd", "pnn50", "lf", "hf"}
    for name, value in heart["indices"].items():
        assert ours[name] == pytest.approx(value, rel=1e-9), name


def test_another_settings_powers_would_be_seen() -> None:
    ours = {name: float(values[0]) for name, values in hrv_indices(beats_of(HEARTS[0])).items()}
    assert ours["hf"] != pytest.approx(HEARTS[0]["indices"]["hf"], rel=1e-6)


def test_the_stored_numbers_name_their_recipe_and_the_version_that_make_installs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"neurokit2=={STORED['versions']['neurokit2']}" in makefile
    assert STORED["recipe"] == "make referee (bench/referee.py)" and "bench/referee.py" in makefile


@pytest.mark.parametrize("heart", HEARTS[:3], ids=lambda heart: str(heart["seed"]))
def test_our_own_settings_differ_little_and_the_quadratic_spline_loses_hf(heart: dict[str, Any]) -> None:
    own = hrv_indices(beats_of(heart))
    assert own["lf"][0] == pytest.approx(heart["indices"]["lf"], rel=0.01)
    assert own["hf"][0] == pytest.approx(heart["indices"]["hf"], rel=0.01)
    assert heart["hf_quadratic"] / as_neurokit(beats_of(heart))["hf"] == pytest.approx(0.983, abs=0.001)


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
