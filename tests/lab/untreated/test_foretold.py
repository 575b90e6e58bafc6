from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.untreated.foretold import FEWEST, SHARE, Expected, Pairs

PAIN, PRESSURE, CORTISOL = (
    instrument_of("pain NRS"),
    replace(instrument_of("systolic pressure"), laboratories=0.0, clients=()),
    instrument_of("cortisol", "saliva"),
)
PEOPLE = 200


def group(
    one: Instrument, mean: float, sd: float, slope: float, noise: float, weight: float = 1.0, at: int = 0
) -> Pairs:
    """People in even steps around a mean, each twice, whose second number goes back to it."""
    z = np.repeat(np.linspace(-2.5, 2.5, PEOPLE), 2)
    luck = noise * np.tile(np.linspace(-1, 1, 50), 8)[np.argsort(np.sin(np.arange(400)))]
    first = np.clip(mean + sd * z, one.low, one.high)
    second = np.clip(mean + slope * (first - mean) + luck, one.low, one.high)
    return Pairs.sound(first, second, np.repeat(np.arange(PEOPLE), 2) + at, weight)


def test_no_line_is_prolonged_to_people_whom_nobody_has_lived() -> None:
    found = Expected.of(PRESSURE, group(PRESSURE, 120, 10, 0.8, 5))
    centre, low, high = found.band(np.array([120.0, 140.0, 150.0, 200.0, 60.0]))
    assert np.isfinite(centre[:2]).all() and np.isnan(centre[2:]).all()
    assert np.isnan(low[2:]).all() and np.isnan(high[2:]).all()
    assert np.isnan(found.foretell(np.array([200.0])).spread).all()


def test_clients_are_held_against_those_who_begin_near() -> None:
    usual = group(PAIN, 0.5, 0.6, 0.3, 0.4)
    found = Expected.of(PAIN, usual)
    alone, *_ = found.band(np.array([7.0]))
    assert np.isnan(alone[0])
    found = replace(found, clients=usual.and_of(group(PAIN, 5.5, 2.0, 0.9, 1.0, 0.2, PEOPLE)))
    centre, low, high = found.band(np.array([0.5, 7.0]))
    assert centre[1] == pytest.approx(5.5 + 0.9 * 1.5, abs=0.25)
    assert low[1] < centre[1] < high[1] and high[1] - low[1] < 3
    assert centre[0] == pytest.approx(0.5, abs=0.2)  # an ordinary number keeps its ordinary people


def test_a_kind_of_clients_counts_as_much_as_its_share() -> None:
    usual, kind = group(PRESSURE, 120, 10, 0.5, 2), group(PRESSURE, 160, 12, 1.0, 2, at=PEOPLE)
    few, many = (
        replace(
            Expected.of(PRESSURE, usual), clients=usual.and_of(replace(kind, weight=np.full(len(kind.first), weight)))
        ).band(np.array([142.0]))[0][0]
        for weight in (0.01, 10.0)
    )
    assert few == pytest.approx(131, abs=2) and many == pytest.approx(142, abs=2)


def test_who_begins_at_the_end_of_a_scale_is_not_worse_for_staying_there() -> None:
    usual = group(PAIN, 0.5, 0.6, 0.3, 0.4)
    worst = group(PAIN, 9.0, 0.9, 0.5, 0.3, at=PEOPLE)
    found = replace(Expected.of(PAIN, usual), clients=usual.and_of(worst))
    centre, low, high = found.band(np.array([10.0, 0.0]))
    assert centre[0] < 9.7 and high[0] >= 10
    assert low[1] <= 0


def test_no_band_is_narrower_than_the_step_in_which_is_reported() -> None:
    same = Pairs.sound(np.repeat([1.0, 2.0, 3.0], 50), np.repeat([1.0, 2.0, 3.0], 50), np.arange(150))
    _, low, high = Expected.of(PAIN, same).band(np.array([2.0]))
    assert high[0] - low[0] >= PAIN.step


def test_few_people_and_not_few_readings_are_few() -> None:
    usual = group(PRESSURE, 120, 10, 0.8, 5)
    one_often = Pairs.sound(np.full(60, 170.0), np.full(60, 168.0), np.full(60, PEOPLE))
    found = Expected.of(PRESSURE, usual.and_of(one_often))
    assert int(np.ceil(FEWEST * (PEOPLE + 1))) > 1
    assert np.isnan(found.band(np.array([170.0]))[0][0])


@pytest.mark.parametrize("people", [1, 6])
def test_neither_one_person_nor_a_group_is_excused_by_a_level_that_no_laboratory_has(people: int) -> None:
    found = Expected.of(CORTISOL, group(CORTISOL, np.log(4), 0.5, 0.6, 0.3))
    centre, *_ = found.band(np.full(people, 80.0))
    assert np.isnan(centre).all()
    centre, *_ = found.band(np.full(people, 5.0))
    assert np.isfinite(centre).all()


def test_a_band_holds_its_share_of_all_who_may_have_begun_there() -> None:
    usual, kind = group(PRESSURE, 120, 10, 0.8, 5), group(PRESSURE, 160, 15, 0.9, 8, 0.2, PEOPLE)
    everybody = usual.and_of(kind)
    found = replace(Expected.of(PRESSURE, usual), clients=everybody)
    _, low, high = found.band(everybody.first)
    inside = (everybody.second >= low) & (everybody.second <= high)
    known = np.isfinite(low)
    beyond = known & (everybody.first > 135)
    assert np.average(inside[known], weights=everybody.weight[known]) == pytest.approx(SHARE, abs=0.03)
    assert np.average(inside[beyond], weights=everybody.weight[beyond]) == pytest.approx(SHARE, abs=0.06)
