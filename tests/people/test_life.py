from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from effleurage.cli.commands import app
from effleurage.errors import BeyondLife, ProtocolError
from effleurage.people.life import beyond, in_words, limits_of
from effleurage.people.simulate import resident_body, simulate, twin
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol
from effleurage.runs.open import beyond_life

HARD = """
title: hard
days: 2
people: {systolic_rest: {mean: 170, sd: 20}}
timeline:
  - day 2 10:05: exercise, 100 % VO2max, 45 min
sample: day 2 08:00
"""
HALF_AWAKE = "title: half\ndays: 3\ntimeline:\n  - day 2 00:00: kept awake, strength 0.5, 480 min\n"
CLOCK = (0, 4, 8, 12, 16, 20)
STRAIN = """
title: strain
days: 3
people: {chronic_stress: 1, systolic_rest: {mean: 170, sd: 20}}
timeline:
  - day 2 08:00: stressor, strength 2, 240 min
  - day 2 13:00: exercise, 90 % VO2max, 30 min
"""


VITAL = {
    "systolic",
    "diastolic",
    "adrenaline",
    "heart_rate",
    "breathing",
    "cortisol",
    "cardiac_output",
    "mean_pressure",
}


@pytest.mark.parametrize("text", [HARD, STRAIN], ids=["hard", "strain"])
def test_a_protocol_that_drives_people_out_of_life_is_beyond_the_model(text: str) -> None:
    with pytest.warns(BeyondLife, match="beyond the model: take none of its numbers"):
        world = simulate(parse_protocol(text, "x"), 32)
    passed = beyond([world])
    assert len(passed) > 1
    assert all(where.split()[0] in VITAL for _, where in passed)
    assert all(" on day " in where for _, where in passed)


@pytest.mark.parametrize("strength", [0.3, 0.5, 0.7])
def test_who_is_kept_half_awake_sleeps_no_more_than_the_time_in_bed(strength: float) -> None:
    """Half kept awake, people once slept for 1.64 of their time in bed."""
    world = simulate(parse_protocol(HALF_AWAKE.replace("0.5", str(strength)), "x"), 50, keep=("sleep_efficiency",))
    seen = world["sleep_efficiency"].values
    assert np.isfinite(seen).all() and seen.min() >= 0 and seen.max() <= 1


def test_no_pool_passes_zero_where_people_are_driven_hard() -> None:
    """NK cells at the wall once came to -0.5 G/L under stressors around the clock; their number changes at midnight."""
    rule = "  - every 1 day from day 1 {:02d}:00, 7 times: stressor, strength 2, 240 min\n"
    hours = "".join(rule.format(hour) for hour in CLOCK)
    text = f"title: driven\ndays: 7\npeople: {{chronic_stress: 3}}\nsample: every 15 min\ntimeline:\n{hours}"
    plan = parse_protocol(text, "driven")
    pools = ("nk_wall", "nk_blood", "t_blood", "t_lymphoid", "muscle_tension", "plasma_volume", "interstitial")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BeyondLife)
        world = simulate(plan, 32, keep=pools)
    for name in pools:
        assert np.nanmin(world[name].values) > 0, name


PASSED = {
    "daylight": "light of a day is spread over people on the logarithmic scale, without an end",
    "iga_pool": "so is the secretion of IgA",
    "iga_concentration": "and its share in saliva, which is more the drier a mouth is",
}
"""Misses: what one ordinary person in a hundred, and no more, passes the ledger's bounds in. None is vital."""


def test_few_pass_a_bound_of_the_ledger_on_an_ordinary_day_and_in_what_is_known() -> None:
    """Every quantity of 1,000 people, not only the vital ones; a step's own error is allowed for, as it is there."""
    body = resident_body()
    plan = parse_protocol("title: ordinary\ndays: 2\nsample: every 20 min\n", "ordinary")
    world = simulate(plan, 1000, keep=list(body.quantities))
    assert set(world.status.values) == {"ok"}
    for name, row in body.quantities.items():
        slack = 1e-6 * (row.high - row.low)
        values = world[name].values
        beyond = ((values < row.low - slack) | (values > row.high + slack)).any(axis=0).mean()
        assert beyond <= (0.01 if name in PASSED else 0), name


def test_the_brightest_lamp_loses_nobody() -> None:
    """Under 100,000 lux at night the light receptor ran away, to -61; no such lamp is sold, and none is taken."""
    night = "title: lamp\ndays: 3\ntimeline:\n  - every 1 day from day 1 23:00, 2 times: bright light, {} lux, 8 h\n"
    with pytest.raises(ProtocolError, match="100000 lux cannot be. Say 0 to 20000 lux"):
        parse_protocol(night.format(100_000), "lamp")
    world = simulate(parse_protocol(night.format(20_000), "lamp"), 32, keep=("receptor",))
    assert set(world.status.values) == {"ok"}
    assert world["receptor"].values.min() >= 0 and world["receptor"].values.max() <= 1


def test_people_are_watched_whatever_is_recorded_and_watching_moves_no_number(short: Protocol) -> None:
    hard = parse_protocol(HARD, "hard")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BeyondLife)
        few, all_of_it = (simulate(hard, 24, keep=keep) for keep in (["acth"], None))
    assert list(few.beyond.values) == list(all_of_it.beyond.values)
    assert any(few.beyond.values)
    assert np.array_equal(few["acth"].values, all_of_it["acth"].values, equal_nan=True)


def test_ordinary_days_and_a_massage_keep_people_alive(short: Protocol) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", BeyondLife)
        worlds = twin(short, "rest", 256)
    assert not beyond([worlds.treated, worlds.control])


def test_every_vital_quantity_rests_within_its_limits() -> None:
    body = resident_body()
    limits = limits_of(body)
    assert {"heart_rate", "systolic", "diastolic", "adrenaline", "cortisol", "sleep_efficiency"} <= set(limits)
    for name, (low, high) in limits.items():
        rest = body.quantities[name].rest
        assert isinstance(rest, str) or low <= rest <= high


def test_words_say_how_many_and_what_follows() -> None:
    assert in_words([], 64) == ""
    one = in_words([(3, "systolic 308 mmHg on day 2 at 17:40")], 64)
    assert one.startswith("1 of 64 people passes the limits of life (person 3: systolic 308 mmHg on day 2 at 17:40).")
    assert "beyond the model" not in one
    many = in_words([(person, "heart_rate 240/min") for person in range(8)], 64)
    assert "; and 3 more)" in many
    assert "beyond the model" in many


def test_the_command_line_names_them(tmp_path: Path) -> None:
    file = tmp_path / "hard.yaml"
    file.write_text(HARD)
    with pytest.warns(BeyondLife, match="person"):
        result = CliRunner().invoke(app, ["simulate", str(file), "--people", "24", "--json"])
    assert result.exit_code == 0
    assert len(json.loads(result.stdout)["beyond_life"]) > 1


def test_a_cohort_run_names_them(tmp_path: Path) -> None:
    file, folder = tmp_path / "hard.yaml", tmp_path / "run"
    file.write_text(HARD)
    asked = ["simulate", str(file), "--people", "24", "--chunk", "16", "--summary-only", "--out", str(folder)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 0
    assert "beyond the model" in result.stderr
    assert len(beyond_life(folder)) > 1
