"""What a protocol switches on: verified numbers of physiology.md A4.1, A5.1, A5.2 and A5.5 on the typical person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr

from effleurage.body import CHALLENGES
from effleurage.body.compose import Body
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import challenges_of, simulate, twin
from effleurage.protocol.reading import parse_protocol

TYPICAL = Cohort(np.array([0]), typical=True)
STEADY = Cohort(np.array([0]), typical=True, steady=True)


def world(timeline: list[str], sample: str, keep: list[str], days: int = 4, **rest: Any) -> xr.Dataset:
    lines = ["title: a challenge", f"days: {days}", "timeline:", *(f"  - {line}" for line in timeline)]
    protocol = parse_protocol("\n".join([*lines, f"sample: ['{sample}']", ""]), "challenge")
    return simulate(protocol, TYPICAL, keep=keep, **rest)


@pytest.fixture(scope="module")
def endotoxin() -> xr.Dataset:
    line = "day 2 10:00: endotoxin, 2 ng/kg, 1 min"
    keep = ["tnf", "il6", "il10", "temperature", "heart_rate", "lymphocytes", "acth", "cortisol"]
    return world([line], "every 6 min from day 2 10:00 to 22:00", keep)


@pytest.mark.parametrize(("name", "peak", "hours"), [("tnf", 392, 1.7), ("il6", 832, 2.1), ("il10", 37, 2.7)])
def test_cytokines_peak_as_brady_has_them(endotoxin: xr.Dataset, name: str, peak: float, hours: float) -> None:
    values = endotoxin[name].values[:, 0]
    assert values.max() == pytest.approx(peak, rel=0.2)
    assert values.argmax() / 10 == pytest.approx(hours, abs=0.5)
    assert values[-1] < 0.1 * values.max()


def test_fever_and_heart_follow_the_cytokines_by_hours(endotoxin: xr.Dataset) -> None:
    rise = endotoxin["temperature"].values[:, 0] - endotoxin["temperature"].values[0, 0]
    assert rise.max() == pytest.approx(2.1, abs=0.4)
    assert 3 <= rise.argmax() / 10 <= 5
    assert endotoxin["heart_rate"].values.max() > endotoxin["heart_rate"].values[0, 0] + 15


def test_the_evening_answers_more_at_equal_cytokines() -> None:
    def peak(hour: str, name: str) -> float:
        line = f"day 2 {hour}: endotoxin, 0.8 ng/kg, 1 min"
        hours = f"every 15 min from day 2 {hour} to {int(hour[:2]) + 4}:45"
        return float(world([line], hours, [name])[name].values.max())

    assert peak("19:00", "tnf") == pytest.approx(peak("09:00", "tnf"), rel=0.3)
    rise = [peak(hour, "temperature") - 36.8 for hour in ("09:00", "19:00")]
    assert 1.4 < rise[1] / rise[0] < 2.6


def test_tnf_falls_with_the_dose() -> None:
    peaks = [
        float(
            world([f"day 2 10:00: endotoxin, {dose} ng/kg, 1 min"], "every 15 min from day 2 10:00 to 14:00", ["tnf"])[
                "tnf"
            ].values.max()
        )
        for dose in (0.5, 1, 2)
    ]
    assert peaks[0] < peaks[1] < peaks[2]


def test_hydrocortisone_empties_blood_of_lymphocytes_and_gives_them_back() -> None:
    line = "day 2 10:00: hydrocortisone, 400 mg, 5 min"
    keep = ["lymphocytes", "t_cells", "nk_cells", "neutrophils"]
    found = world([line], "every 60 min from day 2 10:00 to day 3 10:00", keep)
    ratio = {name: found[name].values[:, 0] / found[name].values[0, 0] for name in keep}
    assert ratio["lymphocytes"][4] == pytest.approx(0.46, abs=0.05)
    assert ratio["t_cells"][4] == pytest.approx(0.10, abs=0.05)
    assert ratio["lymphocytes"][24] > 0.85
    assert ratio["nk_cells"][4] == pytest.approx(1, abs=0.1)
    assert 1.5 < ratio["neutrophils"].max() < 4


def test_adrenaline_frees_nk_cells_and_lets_them_go_back() -> None:
    line = "day 2 10:00: adrenaline infusion, 34 pg/mL, 60 min"
    found = world([line], "every 30 min from day 2 10:00 to 13:00", ["nk_cells", "t_cells"])
    nk, t = (found[name].values[:, 0] / found[name].values[0, 0] for name in ("nk_cells", "t_cells"))
    assert nk[2] > 1.5 and nk[4] == pytest.approx(1, abs=0.1)
    assert t[2] == pytest.approx(1, abs=0.1)


def test_a_lost_night_raises_the_next_evening_and_lowers_nk_activity() -> None:
    keep = ["cortisol", "acth", "nk_activity", "total_sleep", "sleep_efficiency"]
    evening = "every 30 min from day 3 18:00 to 23:00"
    usual, short, none = (
        world(timeline, evening, keep)
        for timeline in (
            ["day 1 12:00: attention, 1 min"],
            ["day 2 23:00: kept awake, 5 h"],
            ["day 2 23:00: kept awake, 8 h"],
        )
    )
    means = [float(found["cortisol"].values.mean()) for found in (usual, short, none)]
    assert means[1] / means[0] == pytest.approx(1.37, abs=0.1)
    assert means[2] / means[0] == pytest.approx(1.45, abs=0.1)
    assert none["total_sleep"].values[0, 0] == 0
    assert 0 < short["total_sleep"].values[0, 0] < 181
    assert np.isfinite(none["sleep_efficiency"].values).all()
    assert short["nk_activity"].values[0, 0] < 0.8 * usual["nk_activity"].values[0, 0]


@pytest.fixture(scope="module")
def antibody() -> tuple[Any, Any]:
    """Titre day by day (29,) from the morning of a vaccine on, after usual nights and after six short ones."""
    days = "every 24 h from day 6 09:00 to day 34 09:00"
    plain = ["day 6 10:00: vaccine, 1 min"]
    short = [*plain, "every 1 day from day 2 23:00, 6 times: kept awake, 4 h"]
    usual, slow = (world(lines, days, ["antibody"], 34)["antibody"].values[:, 0] for lines in (plain, short))
    return usual, slow


def test_a_vaccine_raises_antibody_and_short_nights_slow_it(antibody: tuple[Any, Any]) -> None:
    usual, slow = antibody
    assert 3.1 < usual[21] / usual[0] < 7.1  # published of those vaccinated before, and of those never
    gain = (slow - slow[0])[[10, 25]] / (usual - usual[0])[[10, 25]]
    assert gain[0] < gain[1] < 1


@pytest.mark.xfail(strict=True, reason="fitted to Sun 2010 and Benedict 2012 as well, the vaccine misses both")
def test_titre_and_short_nights_are_those_of_spiegel(antibody: tuple[Any, Any]) -> None:
    usual, slow = antibody
    gain = (slow - slow[0])[[10, 25]] / (usual - usual[0])[[10, 25]]
    assert usual[21] / usual[0] == pytest.approx(3.1, abs=0.5)
    assert gain[0] < 0.55
    assert gain[1] > gain[0] + 0.15


@pytest.mark.parametrize(("gain", "sign"), [(0.4, 1), (-0.4, -1)])
def test_massage_may_move_antibody_either_way(gain: float, sign: int) -> None:
    text = """
title: massage and vaccine
days: 21
timeline:
  - day 3 09:00: vaccine, 1 min
  - every 1 day from day 2 18:00, 6 times: massage, swedish, moderate pressure, back and legs, 60 min
sample: ['day 21 09:00']
"""
    protocol = parse_protocol(text, "vaccine")
    found = twin(protocol, "rest", STEADY, settings={"help_by_touch": gain}, keep=["antibody"]).difference
    assert np.sign(found["antibody"].values[0, 0]) == sign


def test_nobody_carries_a_challenge_that_is_not_done(body: Body, whole: Body) -> None:
    assert not set(CHALLENGES) & {system.name for system in body.systems}
    quiet = parse_protocol("title: quiet\ndays: 2\n", "quiet")
    assert challenges_of([quiet]) == ()
    assert {"cortisol_infused", "sickness", "il6_made"} <= set(body.inputs)
    assert not {"cortisol_infused", "sickness", "il6_made"} & set(whole.inputs)


def test_an_untouched_challenge_changes_nothing() -> None:
    sample = "every 60 min from day 2 00:00 to day 3 23:00"
    keep = ["cortisol", "il6", "tnf", "nk_cells", "heart_rate"]
    plain = world(["day 1 12:00: attention, 1 min"], sample, keep)
    idle = world(["day 1 12:00: attention, 1 min", "day 4 23:00: endotoxin, 0 ng/kg, 1 min"], sample, keep)
    for name in keep:
        assert idle[name].values == pytest.approx(plain[name].values, rel=1e-6), name


def test_an_arrow_from_a_state_that_starts_from_an_expression_can_be_cut() -> None:
    sample = "every 6 h from day 2 00:00 to 18:00"
    found = world(["day 1 12:00: attention, 1 min"], sample, ["t_cells", "t_blood"], 2, without=["t_blood->t_cells"])
    assert np.ptp(found["t_cells"].values) < 0.1 * np.ptp(found["t_blood"].values)
