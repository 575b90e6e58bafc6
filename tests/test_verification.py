"""The physiology page's verification set, as far as it concerns resident systems; each with its tolerance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from effleurage.people.cohort import Cohort
from effleurage.people.simulate import resident_body, simulate
from effleurage.protocol.model import Habits, Protocol
from effleurage.protocol.reading import parse_protocol

TYPICAL = Cohort(np.array([0]), typical=True, steady=True)
UG_PER_DL = 27.59
CORTISOL = np.fromstring(
    "2.1 2.2 2.6 5.5 6.9 7.7 10.1 11.4 11.4 9.3 7.6 7.4 7.9 7.6 6.1 6.4 5.1 3.5 3.1 2.8 2.2 1.9 1.9 1.6",
    sep=" ",
)
ACTH = np.fromstring(
    "15.6 15.6 17.8 20.3 23.6 27.3 31.1 31.2 28.9 23.6 24.0 23.0 25.4 24.0 21.1 21.5 20.2 "
    "17.2 17.8 15.6 14.7 14.6 15.3 15.2",
    sep=" ",
)


@pytest.fixture(scope="module")
def day() -> xr.Dataset:
    protocol = Protocol(title="a day", days=3, sample=("every 10 min",))
    return simulate(protocol, TYPICAL).isel(time=slice(144, 288))


@pytest.fixture(scope="module")
def people() -> xr.Dataset:
    """Carroll's curves are means over people, and secretion a steep power of a drive that pulses: so are ours."""
    protocol = Protocol(title="a day", days=2, sample=("every 60 min from day 2 00:00 to 23:00",))
    return simulate(protocol, 128, keep=["cortisol", "acth"]).mean("person")


def test_the_cortisol_day_is_carrolls(people: xr.Dataset) -> None:
    hourly = people["cortisol"].values / UG_PER_DL
    assert np.sqrt(np.mean((hourly - CORTISOL) ** 2)) <= 0.80
    assert hourly.mean() == pytest.approx(5.62, abs=0.3)


def test_the_acth_day_is_carrolls(people: xr.Dataset) -> None:
    assert np.sqrt(np.mean((people["acth"].values - ACTH) ** 2)) <= 1.8


def test_waking_raises_salivary_cortisol_by_about_half(day: xr.Dataset) -> None:
    saliva = day["cortisol_saliva"].values[:, 0]
    waking = int(np.argmax(np.diff(day["total_sleep"].values[:, 0]) != 0)) + 1
    assert saliva[waking + 3] / saliva[waking - 1] == pytest.approx(1.5, abs=0.15)


def test_beta_endorphin_rests_where_three_laboratories_find_it() -> None:
    protocol = Protocol(title="a day", days=2, sample=("day 2 10:00",))
    assert 14 <= simulate(protocol, 64, keep=["endorphin"])["endorphin"].values.mean() <= 18


def test_the_social_stress_test_raises_cortisol_and_acth_as_measured() -> None:
    text = "title: TSST\ndays: 2\ntimeline:\n  - day 2 14:00: stressor, 20 min\nsample: every 5 min\n"
    world = simulate(parse_protocol(text, "tsst"), TYPICAL)
    after = world.sel(time=slice(1440 + 840, 1440 + 960))
    before = world.sel(time=1440 + 840)
    rise = after["cortisol"].values[:, 0] / before["cortisol"].values[0]
    assert 2.0 <= rise.max() <= 3.0
    assert 25 <= 5 * rise.argmax() <= 45
    assert 1.5 <= after["acth"].values.max() / before["acth"].values[0] <= 2.6
    assert 9 <= after["heart_rate"].values.max() - before["heart_rate"].values[0] <= 16


def test_free_sleep_is_skeldons() -> None:
    numbers = {"latency_rest": 0.5, "latency_slope": 0.002, "latency_by_arousal": 1e-9, "latency_by_pain": 1e-9}
    # past the bounds that people's settings are held to: rows that stand in for the ledger's
    free = {name: replace(resident_body().parameters[name], value=value, low=0.0) for name, value in numbers.items()}
    always = Protocol(
        title="free",
        days=40,
        habits=Habits(lights_out=12 * 60, up=12 * 60 - 1),
        # falling asleep within seconds of a threshold is steeper than ordinary steps are made for
        sample=("every 5 min", "every 1 min from day 38 12:00 to day 40 12:00"),
    )
    world = simulate(always, replace(TYPICAL, rows=free), keep=["asleep", "clock_x"])
    world = world.sel(time=slice((37 * 24 + 12) * 60, None))
    asleep = world["asleep"].values[:, 0]
    times = world.time.values[1:][np.diff(asleep) != 0] % 1440
    onsets = [t for t, to in zip(times, np.diff(asleep)[np.diff(asleep) != 0], strict=True) if to > 0]
    wakings = [t for t, to in zip(times, np.diff(asleep)[np.diff(asleep) != 0], strict=True) if to < 0]
    assert onsets[-1] == pytest.approx(23 * 60 + 54, abs=10)
    assert wakings[-1] == pytest.approx(7 * 60 + 12, abs=10)
    lowest = world.time.values[world["clock_x"].values[:1440, 0].argmin()] % 1440
    assert lowest == pytest.approx(3 * 60 + 21, abs=10)


def test_blood_t_cells_are_high_at_night_and_low_by_day(day: xr.Dataset) -> None:
    cells = day["t_cells"].values[:, 0]
    assert cells.argmax() / 6 < 5 or cells.argmax() / 6 > 22
    assert 8 <= cells.argmin() / 6 <= 16


@pytest.mark.xfail(strict=True, reason="0.548: they leave as fast as 400 mg of hydrocortisone asks (t_time 1.45 h)")
def test_the_day_takes_no_more_than_nine_twentieths_of_blood_t_cells(day: xr.Dataset) -> None:
    cells = day["t_cells"].values[:, 0]
    assert 0.55 <= cells.min() / cells.max() <= 0.85


def test_speaking_frees_nk_cells_and_after_exercise_they_are_back_in_a_quarter_of_an_hour() -> None:
    def ratios(stimulus: str) -> tuple[float, float]:
        text = f"title: x\ndays: 2\ntimeline:\n  - day 2 10:00: {stimulus}, 20 min\nsample: every 5 min\n"
        cells = simulate(parse_protocol(text, "x"), TYPICAL)["nk_cells"]
        rest, top, after = (float(cells.sel(time=1440 + minute).values[0]) for minute in (600, 620, 640))
        return top / rest, after / rest

    assert 2.0 <= ratios("stressor")[0] <= 3.6
    top, after = ratios("exercise, 60 % VO2max")
    assert after - 1 <= 0.2 * (top - 1)


def test_the_heart_slows_on_lying_down_and_at_night(day: xr.Dataset) -> None:
    heart = day["heart_rate"].values[:, 0]
    awake, asleep = heart[60:130].mean(), heart[6:30].mean()
    assert awake == pytest.approx(72, abs=4)  # NHANES, seated
    assert 0.10 <= 1 - asleep / awake <= 0.20


def test_regional_massage_moves_less_than_two_percent_of_the_lymphocytes(short: Protocol) -> None:
    from effleurage.people.simulate import twin

    worlds = twin(short, "rest", TYPICAL, keep=["t_blood"])
    share = np.abs(worlds.difference["t_blood"].values).max() / worlds.control["t_blood"].values.mean()
    assert share < 0.02


def test_sustained_calm_lowers_the_day_of_cortisol_for_weeks_as_gland_masses_follow() -> None:
    calm = Protocol(title="calmer", days=61, sample=("every 60 min",))
    usual = simulate(calm, TYPICAL, keep=["cortisol"])["cortisol"].values[:1440, 0].reshape(-1, 24).mean(axis=1)
    text = "title: strain\ndays: 61\ntimeline:\n  - day 2 00:00 to day 61 00:00: chronic stress, strength 1\n"
    strained = simulate(parse_protocol(text, "strain"), TYPICAL, keep=["cortisol", "adrenal"])
    raised = strained["cortisol"].values[:1440, 0].reshape(-1, 24).mean(axis=1)
    assert raised[5] > usual[5]
    assert raised[58] > raised[5]
    assert strained["adrenal"].values[-1, 0] > 1.02 * strained["adrenal"].values[0, 0]
