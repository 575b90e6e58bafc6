from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.signal import welch

from effleurage.engine.streams import normal_blocks, normals
from effleurage.errors import RequestError
from effleurage.lab.heart import heartbeats
from effleurage.lab.heart.beat_numbers import map_numbers, table
from effleurage.lab.heart.heartbeats import Beats, beats
from effleurage.people.simulate import whole_body

KORA = {30: (41.3, 49.4), 50: (24.7, 36.9), 70: (19.1, 28.7)}
"""RMSSD and SDNN of five minutes, ms, mean of both sexes (Voss 2015, doi 10.1371/journal.pone.0118308)."""
KORA_SD = {30: (21.4, 20.0), 50: (12.3, 14.2), 70: (11.3, 12.5)}
LUCKY = "breathing_wander vasomotor vasomotor_wander vagal_wander drift pressure_noise vagal_noise sinus_noise"
QUIET = dict.fromkeys(LUCKY.split(), 0.0)
"""The map with nothing left to luck but the phase of breathing."""


def reflex(age: float) -> float:
    """The baroreflex of an age, as the body has it, ms/mmHg."""
    rows = whole_body().parameters
    return float(rows["baroreflex_rest"].value * math.exp(-rows["baroreflex_by_age"].value * (age - 40)))


def windows(number: int, purpose: str = "noon", **changed: Any) -> Beats:
    """So many persons of 40 years at rest on their backs, but for what is changed."""
    rest = {
        "heart_rate": 64,
        "vagal": 1.4,
        "sympathetic": 0.76,
        "breathing_hz": 0.25,
        "systolic": 115,
        "baroreflex": 8.75,
    }
    numbers = changed.pop("numbers", None)
    inputs = {**rest, **changed}
    return beats(**inputs, persons=np.arange(number), purposes=[purpose] * number, numbers=numbers)


def rmssd(found: Beats) -> np.ndarray:
    return np.asarray(np.sqrt(np.nanmean(np.diff(found.rr, axis=1) ** 2, axis=1)))


def sdnn(found: Beats) -> np.ndarray:
    return np.asarray(np.nanstd(found.rr, axis=1, ddof=1))


def powers(found: Beats) -> tuple[np.ndarray, np.ndarray]:
    """LF and HF, ms² (W,), as a laboratory has them: cubic at 4 Hz, Welch of 150 s."""
    rows = []
    for rr, time in zip(found.rr, found.time, strict=True):
        rr, time = rr[np.isfinite(rr)], time[np.isfinite(rr)]
        even = CubicSpline(time, rr)(np.arange(time[0], time[-1], 0.25))
        frequency, density = welch(even, fs=4, nperseg=600, detrend="linear")
        step = frequency[1]
        rows.append([density[(frequency >= a) & (frequency < b)].sum() * step for a, b in ((0.04, 0.15), (0.15, 0.4))])
    lf, hf = np.asarray(rows).T
    return lf, hf


TONE = 0.289
"""SD of ln vagal tone of persons at a minute: between them, their days and their minutes (body/autonomic.toml)."""


@cache
def lying(age: int, purpose: str = "rest") -> Beats:
    """300 persons of an age after 20 min on their backs: tones and rates as the body spreads them (cohort of 400)."""
    who = np.arange(300)
    tone, rate, drive, level = (normals(5, f"{name} {age}", who) for name in ("tone", "rate", "drive", "level"))
    centre, slope = {30: (62.2, 0.46), 50: (63.4, 0.38), 70: (61.8, 0.30)}[age]
    return beats(
        heart_rate=centre * np.exp(-slope * TONE * tone + 0.093 * rate),
        vagal=1.39 * np.exp(-0.018 * (age - 40) + TONE * tone),
        sympathetic=0.76 * np.exp(0.22 * (-0.22 * tone + 0.975 * drive)),
        breathing_hz=0.25 * np.exp(0.13 * normals(1, "between resting breathing", who)),
        systolic=114 * np.exp(0.11 * level),
        baroreflex=reflex(age),
        persons=who,
        purposes=[purpose] * len(who),
    )


@pytest.mark.parametrize("age", KORA)
def test_rmssd_and_sdnn_are_those_of_the_age(age: int) -> None:
    for mine, mean, spread in zip((rmssd, sdnn), KORA[age], KORA_SD[age], strict=True):
        values = mine(lying(age))
        assert values.mean() == pytest.approx(mean, rel=0.15)
        assert values.std() == pytest.approx(spread, rel=0.30)


def test_spectra_lie_within_those_of_laboratories() -> None:
    lf, hf = powers(lying(50))
    assert 1.2 < np.median(lf / hf) < 2.4  # medians 1.6 to 2.1 at 35-65 y (heart.bmj.com table, 293 adults)
    lf, hf = powers(windows(200))
    assert 110 < np.median(hf) < 660  # KORA's mean to Nunan's
    assert 160 < np.median(lf) < 810


def test_lying_down_nearly_doubles_rmssd() -> None:
    """Seated to supine 26.1 to 48.6 ms, 88 to 76 /min (J Sports Sci Med 9:176); the body moves ln tone by 0.34."""
    seated = windows(150, vagal=1.19, sympathetic=1.02, heart_rate=73, systolic=119, baroreflex=reflex(30))
    supine = windows(150, vagal=1.66, sympathetic=0.76, heart_rate=62.2, baroreflex=reflex(30))
    assert 1.5 < rmssd(supine).mean() / rmssd(seated).mean() < 2.1
    assert 1.1 < sdnn(supine).mean() / sdnn(seated).mean() < 1.6


def test_slow_breathing_alone_moves_lf_over_hf() -> None:
    usual, slow = windows(150), windows(150, breathing_hz=0.10)
    before, after = powers(usual), powers(slow)
    assert np.median(after[0] / after[1]) > 5 * np.median(before[0] / before[1])
    assert np.nanmean(slow.rr) == pytest.approx(np.nanmean(usual.rr), rel=0.002)


def test_sinus_arrhythmia_falls_with_faster_breathing_as_measured() -> None:
    """21 dB a decade above 7.2 breaths a minute at constant depth, flat below (Hirsch & Bishop 1981)."""
    straight = {**QUIET, "breathing_pressure": 0.0, "sympathetic_heart": 0.0}
    rates = (0.06, 0.24, 0.48)
    low, usual, fast = (np.nanstd(windows(1, breathing_hz=f, baroreflex=0.0, numbers=straight).rr) for f in rates)
    assert 20 * math.log10(usual / fast) / math.log10(2) == pytest.approx(20, abs=4)
    assert 1.5 < low / usual < 2.5


def test_nothing_is_left_without_nerves() -> None:
    """Double blockade removes more than 98 % of the variance (PMID 7733345)."""
    blocked = windows(50, vagal=0.0, sympathetic=0.0, heart_rate=95)
    free = sdnn(windows(50))
    assert sdnn(blocked).mean() < 0.1 * free.mean()
    assert np.mean(sdnn(blocked) ** 2) < 0.02 * np.mean(free**2)


def test_lf_rises_with_sympathetic_tone_and_hf_hardly() -> None:
    before, after = powers(windows(100, sympathetic=0.5)), powers(windows(100, sympathetic=1.6))
    assert np.median(after[0]) > 2 * np.median(before[0])
    assert np.median(after[1]) == pytest.approx(np.median(before[1]), rel=0.15)


def test_hf_falls_with_the_vagus() -> None:
    assert np.median(powers(windows(60, vagal=0.7))[1]) < 0.4 * np.median(powers(windows(60, vagal=1.4))[1])


def test_no_tone_makes_the_loop_run_away() -> None:
    tones = np.array([(v, s, rate) for v in (0, 0.05, 1, 2.5) for s in (0, 1, 4) for rate in (45, 75, 120, 180)])
    number = len(tones)
    found = windows(number, vagal=tones[:, 0], sympathetic=tones[:, 1], heart_rate=tones[:, 2])
    assert (sdnn(found) < 200).all()
    assert (np.nanstd(found.systolic, axis=1) < 30).all()
    assert np.nanmin(found.systolic) > 40
    assert np.nanmean(found.rr, axis=1) * tones[:, 2] / 60_000 == pytest.approx(np.ones(number), rel=0.02)


def test_the_mean_is_what_the_body_says() -> None:
    rate, level = np.linspace(45, 120, 200), np.linspace(95, 160, 200)
    found = windows(200, heart_rate=rate, systolic=level)
    assert abs(60_000 / np.nanmean(found.rr, axis=1) / rate - 1).max() < 0.02
    assert abs(np.nanmean(found.systolic, axis=1) - level).max() < 2


def test_the_reflex_flattens_with_age() -> None:
    """19.5, 10.7 and 6.0 ms/mmHg at 31, 50 and 68 years (PMC6931942): here the gain in LF, as without a drug."""
    gains = []
    for age in (30, 50, 70):
        found = lying(age)
        rr, level = powers(found)[0], powers(Beats(found.systolic, found.systolic, found.time))[0]
        gains.append(np.median(np.sqrt(rr / level)))
    assert gains[0] > 1.4 * gains[1] > 1.4 * 1.4 * gains[2]
    assert 6 < gains[1] < 15


def test_one_person_twice_differs_as_published() -> None:
    """Typical error within a session: RMSSD 21 %, LF 94 % (PMC5260644); the tone's own minutes are a part of it."""
    row = whole_body().parameters["vagal_rest"]
    minutes = row.within_hour * np.random.default_rng(1).normal(size=(2, 300))
    looks = zip(("day 3 10:00", "day 3 10:30"), minutes, strict=True)
    first, second = (windows(300, purpose=purpose, vagal=1.4 * np.exp(by)) for purpose, by in looks)
    for one, other, low, high in (
        (rmssd(first), rmssd(second), 0.17, 0.25),
        (powers(first)[0], powers(second)[0], 0.6, 1.2),
    ):
        error = np.exp(np.log(one / other).std() / math.sqrt(2)) - 1
        assert low < error < high
    assert abs(np.corrcoef(rmssd(first), rmssd(second))[0, 1]) < 0.2


def test_a_window_does_not_depend_on_those_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rate = np.linspace(50, 140, 9)
    many = windows(9, heart_rate=rate)
    monkeypatch.setattr(heartbeats, "TOGETHER", 4)
    split = windows(9, heart_rate=rate)
    alone = beats(rate[6], 1.4, 0.76, 0.25, 115, 8.75, persons=np.array([6]), purposes=["noon"])
    for name in ("rr", "systolic", "time"):
        whole, one = getattr(many, name), getattr(alone, name)
        assert np.array_equal(getattr(split, name), whole, equal_nan=True)
        assert (one[0] == whole[6, : one.shape[1]]).all()


def test_twins_share_their_luck_and_strangers_do_not() -> None:
    person, calmer = windows(40), windows(40, vagal=1.5)
    common = min(person.rr.shape[1], calmer.rr.shape[1]) - 20
    alike = [np.corrcoef(person.rr[i, :common], calmer.rr[i, :common])[0, 1] for i in range(40)]
    assert np.median(alike) > 0.98
    assert abs(np.corrcoef(person.rr[0, :common], person.rr[1, :common])[0, 1]) < 0.5
    assert rmssd(calmer)[0] > rmssd(person)[0]


def test_beats_fill_the_window_and_nothing_else() -> None:
    found = windows(20, heart_rate=np.linspace(48, 130, 20))
    for rr, systolic, time in zip(found.rr, found.systolic, found.time, strict=True):
        count = np.isfinite(rr).sum()
        assert np.isfinite(rr[:count]).all() and np.isfinite(systolic[:count]).all() and np.isnan(time[count:]).all()
        np.testing.assert_allclose(np.diff(time[:count]) * 1000, rr[1:count], rtol=1e-9)
        assert 0 <= time[0] - rr[0] / 1000 < rr[:count].max() / 1000
        assert 300 - 2 * rr[count - 1] / 1000 < time[count - 1] <= 300


def test_the_map_is_the_one_that_is_written_down() -> None:
    """The equations of the module's text, beat by beat, by another hand."""
    level, mean, rate, v, s, steep = 120.0, 60_000 / 70, 0.2, 0.8, 1.5, 7.6
    p = {**map_numbers(), **QUIET, "breathing_pressure": 2.0}
    found = beats(70, v, s, rate, level, steep, persons=np.array([3]), purposes=["noon"], numbers=p)
    start = normal_blocks(1, ["noon"], np.array([3]), 3)[0, 2]
    longer = (mean / 900) ** p["interval_power"]
    vagus = 4 * math.tanh(v ** p["vagal_power"] / 4) * longer
    drive = 2 * s / (s + 1)
    reflex = 35 * math.tanh(steep * vagus / 35)
    gate = p["breathing_swing"] * vagus * math.sqrt((1 + (0.25 / 0.12) ** 2) / (1 + (rate / 0.12) ** 2))
    time, pressure, interval, runoff, felt = 0.0, level, mean, 1425.0, [0.0] * 6
    expected = []
    while time < 360:
        breath = math.sin(2 * math.pi * (start + rate * (time + 1)))
        diastolic = 0.625 * pressure * math.exp(mean / 1425 - interval / runoff)
        pressure = level + (diastolic - 0.625 * level) + 0.016 * (interval - mean) - 2.0 * breath
        before = felt[::-1]
        delayed = sum(weight * before[k] for k, weight in enumerate((0, 1, 2, 3, 2, 1))) / 9
        felt = [*felt[1:], 18 * math.atan((pressure - level) / 18)]
        swing = reflex * felt[-1] + drive * longer * delayed - gate * breath
        interval = mean + 0.45 * mean * math.tanh(swing / (0.45 * mean))
        runoff = 1425 * math.exp(-12.6 * drive * delayed / 1425)
        begun, time = time, time + interval / 1000
        if begun >= 60 and time <= 360:
            expected.append((time - 60, interval))
    time, rr = np.array(expected).T
    np.testing.assert_allclose(found.time[0], time, rtol=1e-6)
    # breathing is read between whole seconds, and its rate is steady, so the line between them is exact
    np.testing.assert_allclose(found.rr[0], rr, rtol=1e-6)


def test_a_lost_person_has_no_beats_and_spoils_no_others() -> None:
    found = windows(3, vagal=np.array([1.4, np.nan, 1.4]))
    assert np.isnan(found.rr[1]).all()
    assert (np.isfinite(found.rr).sum(axis=1) > 200).tolist() == [True, False, True]
    assert windows(2, baroreflex=np.nan).rr.shape == (2, 0)


def test_every_input_out_of_bounds_is_named_at_once() -> None:
    with pytest.raises(RequestError) as caught:
        windows(3, heart_rate=np.array([64, 700, 64]), breathing_hz=0.0, systolic=np.array([115, 115]))
    said = str(caught.value)
    assert (
        "window 2: heart_rate 700" in said
        and "every window: breathing_hz 0 (" in said
        and "systolic: shape (2,)" in said
    )
    with pytest.raises(RequestError) as caught:
        windows(90, vagal=np.full(90, -1.0))
    assert len(caught.value.findings) == 21 and "70 more" in str(caught.value)
    for bad in ({"persons": np.array([-1])}, {"purposes": "n"}, {"seconds": math.nan}, {"seconds": 5}):
        given = {"persons": np.array([0]), "purposes": ["noon"], **bad}
        with pytest.raises(RequestError):
            beats(64, 1, 1, 0.25, 115, 40, **given)  # type: ignore[arg-type]
    with pytest.raises(RequestError, match="sinus_nose"):
        windows(1, numbers={"sinus_nose": 0.0})


def test_every_number_has_its_source_and_is_used() -> None:
    text = Path(heartbeats.__file__).read_text(encoding="utf-8")
    for name, row in table().parameters.items():
        assert row.unit and row.source and row.meaning, name
        assert f'["{name}"]' in text, name
        assumed = row.source.startswith("assumed")
        assert not (assumed and row.grade in "AB") and (assumed or row.grade != "D"), name
