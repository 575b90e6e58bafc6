from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.untreated.change import compare
from effleurage.lab.untreated.clients import kinds
from effleurage.lab.untreated.expected import Hours, expected, key_of
from effleurage.lab.untreated.foretold import SHARE, Expected
from effleurage.lab.untreated.pair import Pair

DATA = Path(__file__).parents[4] / "shared" / "data"
NMOL_PER_UG_DL = 27.59
MORNING = Hours(600.0, 675.0)
NEXT_WEEK = Hours(600.0, 600.0, 7)
CHOSEN = [
    (instrument_of("cortisol", "saliva"), MORNING),
    (instrument_of("STAI-S"), NEXT_WEEK),
    (instrument_of("RMSSD"), NEXT_WEEK),
    (instrument_of("systolic pressure"), MORNING),
]


@pytest.fixture(scope="module")
def lines() -> dict[tuple[str, str, Hours], Expected]:
    return expected(CHOSEN, people=128)


def of(lines: dict[tuple[str, str, Hours], Expected], one: Instrument, hours: Hours) -> Expected:
    return lines[one.outcome, one.instrument, hours]


@pytest.mark.slow
def test_other_untreated_people_lie_in_the_band_nine_times_in_ten(
    lines: dict[tuple[str, str, Hours], Expected],
) -> None:
    others = expected(CHOSEN, people=128, seed=2)
    for one, hours in CHOSEN:
        made, seen = of(lines, one, hours), of(others, one, hours)
        first = seen.first
        second = seen.level + seen.slope * first + seen.scatter
        # one measurement a person: repeats of one person are not independent
        own = slice(0, 128)
        _, low, high = made.band(one.back(first[own]))
        inside = int(((one.back(second[own]) >= low) & (one.back(second[own]) <= high)).sum())
        assert binomtest(inside, 128, SHARE).pvalue > 0.005, (one.outcome, inside)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "kind", "hours", "least"),
    [
        ("pain NRS", "in pain", Hours(600.0, 675.0), 3.0),
        ("pain NRS", "in pain", NEXT_WEEK, 3.0),
        ("systolic pressure", "with high pressure", Hours(840.0, 900.0, resting=True, posture="seated"), 150.0),
        ("VAS stress", "under heavy strain", MORNING, 70.0),
        ("TST", "sleeping badly", NEXT_WEEK, 0.0),
    ],
)
def test_other_clients_lie_in_the_band_nine_times_in_ten(outcome: str, kind: str, hours: Hours, least: float) -> None:
    one = instrument_of(outcome)
    key = key_of(one, hours)
    seen = expected([(one, hours)], seed=2, settings=kinds()[kind].people)[key]
    first = np.round(seen.first[:192] / one.step) * one.step
    second = (seen.level + seen.slope * seen.first + seen.scatter)[:192]
    kept = first >= least
    made = expected([(one, hours)], begin={key: first[kept]})[key]
    _, low, high = made.band(first[kept])
    known = np.isfinite(low)
    assert known.mean() > 0.95
    inside = int(((second[kept] >= low) & (second[kept] <= high))[known].sum())
    total = int(known.sum())
    assert binomtest(inside, total, SHARE, alternative="less").pvalue > 0.005, (inside, total)
    assert inside / total < 0.98  # in whole points a band holds a little more


def test_cortisol_falls_through_the_morning_with_nobodys_help(lines: dict[tuple[str, str, Hours], Expected]) -> None:
    one, hours = CHOSEN[0]
    middle = np.array([one.back(of(lines, one, hours).first).mean()])
    centre, low, high = of(lines, one, hours).band(middle)
    assert low[0] < centre[0] < middle[0] < high[0]


def test_who_came_on_a_bad_day_is_expected_back_nearer_the_mean(lines: dict[tuple[str, str, Hours], Expected]) -> None:
    one, hours = CHOSEN[1]
    line = of(lines, one, hours)
    assert 0.1 < line.slope < 0.9
    high = np.array([line.first.mean() + 2 * line.first.std()])
    centre, *_ = line.band(high)
    assert line.first.mean() < centre[0] < high[0]


def test_the_level_of_a_laboratory_is_learnt_from_many_people() -> None:
    one = instrument_of("cortisol", "saliva")
    first = np.log(5) + 0.5 * np.linspace(-2, 2, 41)
    line = Expected(one, 0.2 * np.log(5), 0.8, np.linspace(-0.3, 0.3, 41), first)
    twice = 2 * np.exp(first)
    many, *_ = line.band(twice)
    alone = np.array([line.band(twice[i : i + 1])[0][0] for i in range(41)])
    assert np.log(many / twice).mean() == pytest.approx(0.0, abs=0.01)
    assert np.log(alone / twice).mean() < -0.05
    _, low, high = line.band(twice[:1])
    _, low_many, high_many = line.band(twice)
    assert np.log(high / low)[0] > np.log(high_many / low_many)[0]


def test_rest_between_is_a_visit_of_its_own() -> None:
    resting = Hours(600.0, 645.0, resting=True, posture="supine").protocol((2040.0,))
    assert len(resting.timeline) == 1
    assert not resting.sessions
    assert not Hours(600.0, 645.0).protocol((2040.0,)).timeline


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_real_people_before_their_stress_test_lie_in_the_band() -> None:
    one = instrument_of("cortisol", "plasma")
    groups = np.loadtxt(DATA / "cortisol_tsst_nelson" / "nelson-MDD-subtypes.txt")
    table = np.loadtxt(DATA / "cortisol_tsst_nelson" / "tsst_cort_nelson.txt")
    healthy = np.isin(table[:, 0], groups[groups[:, 1] == 4, 0])
    values = table[healthy] * NMOL_PER_UG_DL
    hours = [Hours(810.0, 825.0), Hours(825.0, 840.0), Hours(810.0, 840.0)]
    lines = expected([(one, when) for when in hours])
    inside = total = 0
    for when, (before, after) in zip(hours, ((1, 2), (2, 3), (1, 3)), strict=True):
        _, low, high = of(lines, one, when).band(values[:, before])
        inside += int(((values[:, after] >= low) & (values[:, after] <= high)).sum())
        total += len(values)
    assert inside / total >= 0.85


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_real_mornings_lie_in_the_band() -> None:
    import pandas as pd

    table = pd.read_csv(DATA / "cortisol_car_carwatch" / "cortisol_samples_cleaned.csv")
    table["up"] = pd.to_timedelta(table["wake_onset_time"]).dt.total_seconds() / 60
    table["clock"] = pd.to_timedelta(table["time_abs"]).dt.total_seconds() / 60
    table = table.dropna(subset=["up", "clock", "cortisol"])
    compared = compare([*_within_mornings(table), *_between_mornings(table)], resting=False)
    found = compared.table
    placed = found[found["where"] != ""]
    inside = (placed["where"] == "within").groupby(placed["condition"]).mean()
    alone = found[found["where"] == ""]
    assert len(placed) + len(alone) == 5 * 210 + 3 * 98
    assert len(alone) < 0.01 * len(found)  # who begins where hardly any of the virtual people does, and is named
    assert alone["expected"].isna().all()
    assert (placed["where"] == "within").mean() >= 0.85
    assert inside["S0 S2"] >= 0.85  # the awakening response itself
    assert (compared.groups["where"] == "within").all()  # nobody was treated, and no mean says so
    assert inside.min() >= 0.7  # a quarter of an hour apart, people differ by more than hourly pulses


def _within_mornings(table: Any) -> list[Pair]:
    found = []
    for (who, _), rows in table.groupby(["subject", "night"]):
        tubes = rows.set_index("sample")
        for first, second in (("S0", "S1"), ("S0", "S2"), ("S0", "S4"), ("S2", "S4"), ("S3", "S4")):
            a, b = tubes.loc[first], tubes.loc[second]
            found.append(_pair(f"{first} {second}", who, a, b, 0))
    return found


def _between_mornings(table: Any) -> list[Pair]:
    found = []
    for (who, tube), rows in table.groupby(["subject", "sample"]):
        if tube in ("S0", "S2", "S4") and len(rows) == 2:
            a, b = (row for _, row in rows.sort_values("night").iterrows())
            found.append(_pair(f"{tube} next morning", who, a, b, 1))
    return found


def _pair(name: str, who: str, a: Any, b: Any, days: int) -> Pair:
    after = b["clock"] - (b["up"] - a["up"])  # each tube keeps its distance from getting up on its own day
    return Pair(
        "cortisol", a["cortisol"], b["cortisol"], a["clock"], after, "saliva", "nmol/L", days, who, name, up=a["up"]
    )
