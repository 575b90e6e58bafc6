"""What the laboratory reports: every value stands or says why not."""

from __future__ import annotations

import gzip
import time
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from effleurage.engine.streams import normals
from effleurage.errors import DataError, RequestError
from effleurage.lab.heart.artefacts import find_artefacts
from effleurage.lab.heart.hrv import measure_hrv, windows_of
from effleurage.lab.heart.indices import INDICES
from effleurage.lab.heart.recording import Recording
from effleurage.lab.heart.spectrum import Welch
from effleurage.lab.records import COLUMNS, Measured

HOLTER = Path(__file__).parents[3].parent / "shared" / "data" / "hrv_nsr2db"
OUTCOMES = [outcome for outcome, _ in INDICES.values()] + ["corrected beats"]


def rhythm(breathing: float = 0.25, lasting: float = 300.0, lf: float = 25.0, hf: float = 20.0) -> np.ndarray:
    at, rr = 0.0, []
    while at < lasting:
        rr.append(900 + lf * np.sin(0.2 * np.pi * at) + hf * np.sin(2 * np.pi * breathing * at + 1))
        at += rr[-1] / 1000
    return np.array(rr)


def values(measured: Measured) -> dict[str, float]:
    return dict(zip(measured.table["outcome"], measured.table["value"], strict=True))


def reasons(measured: Measured) -> dict[str, str]:
    return dict(zip(measured.table["outcome"], measured.table["reason"], strict=True))


def test_five_minutes_of_known_truth() -> None:
    measured = measure_hrv(rhythm(), labels={"participant": "p1", "posture": "prone"}, begins=600)
    table, found = measured.table, values(measured)
    assert tuple(table.columns) == COLUMNS
    assert table["outcome"].tolist() == OUTCOMES
    assert set(table["participant"]) == {"p1"} and set(table["posture"]) == {"prone"} and set(table["time"]) == {600}
    assert set(table["instrument"]) == {"RR intervals"}
    assert found["LF"] == pytest.approx(312.5, rel=0.05)
    assert found["HF"] == pytest.approx(200, rel=0.05)
    assert found["RMSSD"] == pytest.approx(20.8, abs=0.05)
    assert found["breathing rate"] == pytest.approx(0.25, abs=0.005)
    assert dict(zip(table["outcome"], table["unit"], strict=True))["HF"] == "ms²"
    assert [name for name, why in reasons(measured).items() if why] == ["LF/HF"]
    assert "laboratory convention only" in reasons(measured)["LF/HF"]


def test_slow_breathing_takes_hf_away_unless_one_insists() -> None:
    slow = rhythm(breathing=0.1, lf=0.0, hf=40.0)
    measured = measure_hrv(slow)
    assert values(measured)["breathing rate"] == pytest.approx(0.1, abs=0.005)
    assert np.isnan(values(measured)["HF"]) and np.isnan(values(measured)["LF/HF"])
    assert reasons(measured)["HF"].startswith("invalid: breathing 0.10 Hz")
    assert "holds the breathing" in reasons(measured)["LF"]
    assert values(measured)["RMSSD"] > 0
    insisted = measure_hrv(slow, override="report anyway")
    assert values(insisted)["HF"] < 5
    assert reasons(insisted)["HF"].startswith("reported anyway, invalid: breathing 0.10 Hz")
    assert "even where breathing was outside" in insisted.methods
    assert insisted.parameters["override"] == "report anyway"


def test_a_belt_wins_over_the_estimate() -> None:
    measured = measure_hrv(rhythm(), given_breathing=0.16)
    assert reasons(measured)["HF"].startswith("borderline: breathing 0.16 Hz")
    assert values(measured)["HF"] == pytest.approx(200, rel=0.05)
    assert reasons(measured)["breathing rate"] == "given, not estimated"
    assert "Breathing rate was given" in measured.methods
    assert "0 valid, 1 borderline, 0 invalid" in " ".join(measured.notes)


@pytest.mark.parametrize(
    ("seconds", "without"),
    [
        (5, set(OUTCOMES) - {"corrected beats"}),
        (20, {"SDNN", "LF", "HF", "total power", "LF/HF", "breathing rate"}),
        (50, {"LF", "HF", "total power", "LF/HF", "breathing rate"}),
        (90, {"LF", "total power", "LF/HF"}),
        (200, {"LF/HF"}),
        (300, set()),
    ],
)
def test_what_is_too_short_is_refused_and_says_so(seconds: float, without: set[str]) -> None:
    measured = measure_hrv(rhythm(lasting=seconds))
    missing = {name for name, value in values(measured).items() if np.isnan(value)}
    assert missing == without
    assert all(reasons(measured)[name] for name in missing)
    assert ("LF needs 120 s" in reasons(measured)["LF"]) == (seconds < 120)
    assert any("same length" in note for note in measured.notes) == (seconds < 300)


def test_corrected_beats_are_counted_and_many_are_flagged() -> None:
    few, many = rhythm(), rhythm()
    for rr, places in ((few, [100]), (many, range(20, 320, 15))):
        for at in places:
            rr[at : at + 2] += (-250, 250)
    measured = measure_hrv(few)
    assert values(measured)["corrected beats"] == pytest.approx(100 / 334)
    assert values(measured)["RMSSD"] == pytest.approx(20.8, rel=0.02)
    assert values(measured)["HF"] == pytest.approx(196.6, rel=0.03)
    assert "0.30 % of 334 beats corrected: 1 ectopic" in measured.notes
    flagged = measure_hrv(many)
    assert values(flagged)["corrected beats"] == pytest.approx(2000 / 334)
    assert reasons(flagged)["RMSSD"] == "6.0 % of beats corrected, more than 5 %"
    assert values(flagged)["RMSSD"] == pytest.approx(20.8, rel=0.03)
    assert "more than 5 % of beats corrected in 1 of 1 windows" in flagged.notes


def test_a_window_with_too_little_in_it_has_no_value() -> None:
    rr = rhythm(lasting=600)
    rr[400:500] = np.nan
    measured = measure_hrv(rr, times=np.cumsum(rhythm(lasting=600)) / 1000)
    second = measured.table[measured.table["time"] == 5]
    assert measured.table[measured.table["time"] == 0]["value"].notna().all()
    assert second[second["outcome"] != "corrected beats"]["value"].isna().all()
    assert second["reason"].iloc[0] == "intervals cover 70 % of the window, less than 80 %"


@pytest.mark.parametrize("rr", [[], [800.0], [800.0, 810.0], [np.nan] * 300, [-1.0] * 20, np.full(400, 800.0)])
def test_little_or_nothing_gives_reasons(rr: list[float]) -> None:
    measured = measure_hrv(rr)
    missing = measured.table["value"].isna()
    assert missing.any()
    assert (measured.table.loc[missing, "reason"] != "").all()


def test_rows_are_windows_with_labels_of_their_own() -> None:
    one, other = rhythm()[:330], rhythm(breathing=0.3)[:330]
    measured = measure_hrv(np.array([one, other]), labels={"participant": ["a", "b"]}, begins=np.array([0.0, 60.0]))
    rate = measured.table[measured.table["outcome"] == "breathing rate"]
    assert rate["participant"].tolist() == ["a", "b"]
    assert rate["time"].tolist() == [0, 60]
    assert rate["value"].tolist() == pytest.approx([0.25, 0.3], abs=0.005)


def test_every_way_in_gives_the_same_table() -> None:
    rr = rhythm(lasting=650)
    start = np.concatenate(([0.0], np.cumsum(rr)[:-1])) / 1000
    recording = Recording(rr, start, float(rr.sum()) / 1000, "s", "rr.txt", ("seconds were read",), "p7", "2")
    plain = measure_hrv(rr).table
    for record in (find_artefacts(rr), windows_of(rr), recording):
        np.testing.assert_allclose(measure_hrv(record).table["value"], plain["value"], rtol=1e-9)
    heard = measure_hrv(recording)
    assert heard.notes[:2] == ("seconds were read", "2 windows of 300 s")
    assert measure_hrv(rr).notes[:2] == ("intervals are taken as ms", "2 windows of 300 s")
    assert set(heard.table["participant"]) == {"p7"} and set(heard.table["session"]) == {"2"}


def test_the_methods_paragraph_says_every_setting() -> None:
    measured = measure_hrv(rhythm(), settings=Welch(segment=300.0, rate=5.0))
    for said in ("Lipponen & Tarvainen 2019", "5.2", "300-2000 ms", "5 Hz", "300 s segments", "0.15-0.40", "ms²"):
        assert said in measured.methods
    assert measured.parameters["welch_segment"] == 300.0
    assert measured.parameters["artefacts_spreads"] == 5.2
    assert measured.parameters["least_seconds_lf"] == 120.0


def test_options_that_do_not_exist_are_refused_all_at_once() -> None:
    with pytest.raises(RequestError) as refusal:
        measure_hrv(rhythm(), override="please", labels={"subject": "p1"}, given_breathing=15)
    assert [finding.where for finding in refusal.value.findings] == ["override", "labels, subject", "given_breathing"]
    assert "Divide breaths a minute by 60" in str(refusal.value)


def test_lists_that_do_not_fit_the_windows_are_refused() -> None:
    with pytest.raises(RequestError) as refusal:
        measure_hrv(rhythm(), labels={"participant": ["a", "b"]}, given_breathing=[0.2, 0.3, 0.2])
    assert [finding.what for finding in refusal.value.findings] == ["2 values for 1 windows", "3 rates for 1 windows"]
    with pytest.raises(DataError, match="no window"):
        measure_hrv(np.zeros((0, 300)))
    with pytest.raises(DataError, match="2 times for 3 intervals"):
        measure_hrv([800.0, 800.0, 800.0], times=[0.8, 1.6])


@given(
    arrays(
        float,
        st.integers(0, 60),
        elements=st.floats(100, 3000) | st.sampled_from([np.nan, np.inf, 0.0, -800.0, 400_000.0]),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_record_is_measured_without_a_crash_or_a_warning(rr: np.ndarray) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = measure_hrv(rr, seconds=20)
    missing = measured.table["value"].isna()
    assert (measured.table.loc[missing, "reason"] != "").all()
    assert len(measured.table) % len(OUTCOMES) == 0


@pytest.mark.parametrize("name", ["nsr004", "nsr015"])
def test_a_day_of_a_healthy_heart(name: str) -> None:
    """Holter records of PhysioNet's nsr2db: every window is measured; the second has 600 pauses."""
    path = HOLTER / f"{name}_rr_secs.txt.gz"
    if not path.exists():
        pytest.skip("the Holter records are not beside this checkout")
    rr = 1000 * np.array(gzip.decompress(path.read_bytes()).split(), dtype=float)[1:]
    begin = time.perf_counter()
    measured = measure_hrv(rr)
    assert time.perf_counter() - begin < 5
    table = measured.table.pivot(index="time", columns="outcome", values="value")
    assert 270 < len(table) < 290
    assert table["corrected beats"].mean() < 3
    middle = table.median()
    assert 50 < middle["mean HR"] < 90
    assert 10 < middle["RMSSD"] < 60 and 20 < middle["SDNN"] < 80
    assert 50 < middle["LF"] < 1500 and 30 < middle["HF"] < 1000
    assert (measured.table.loc[measured.table["value"].isna(), "reason"] != "").all()


def test_noise_does_not_hide_what_belongs_to_whom() -> None:
    """Test and retest of one simulated heart: RMSSD of two five-minute windows agrees within sampling error."""
    rr = rhythm(lasting=600) + 5 * normals(1, "retest", np.arange(len(rhythm(lasting=600))))
    table = measure_hrv(rr).table
    first, second = table[table["outcome"] == "RMSSD"]["value"]
    assert first == pytest.approx(second, rel=0.1)
