from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from effleurage.lab.instruments.instruments import Instrument, instrument_of
from effleurage.lab.untreated.foretold import ALONE, SHARE, TRIPLED, UNREACHED, UNSAID, Expected, mixed
from effleurage.lab.untreated.nearby import FEWEST, Pairs

PAIN, PRESSURE, CORTISOL = (
    instrument_of("pain NRS"),
    replace(instrument_of("systolic pressure"), laboratories=0.0, clients=()),
    instrument_of("cortisol", "saliva"),
)
PEOPLE = 600


def group(
    one: Instrument, mean: float, sd: float, slope: float, noise: float, weight: float = 1.0, at: int = 0
) -> Pairs:
    """People in even steps around a mean, each twice, whose second number goes back to it."""
    z = np.repeat(np.linspace(-2.5, 2.5, PEOPLE), 2)
    luck = noise * np.tile(np.linspace(-1, 1, 50), PEOPLE // 25)[np.argsort(np.sin(np.arange(2 * PEOPLE)))]
    first = np.clip(mean + sd * z, one.low, one.high)
    second = np.clip(mean + slope * (first - mean) + luck, one.low, one.high)
    return Pairs.sound(first, second, np.repeat(np.arange(PEOPLE), 2) + at, weight)


def test_no_line_is_prolonged_to_people_whom_nobody_has_lived() -> None:
    found = Expected(PRESSURE, group(PRESSURE, 120, 10, 0.8, 5))
    told = found.foretell(np.array([120.0, 140.0, 150.0, 200.0, 60.0]))
    assert np.isfinite(told.centre[:2]).all() and (told.reason[:2] == "").all()
    for values in (told.centre, told.low, told.high, told.spread):
        assert np.isnan(values[2:]).all()
    assert (told.reason[2:] == UNREACHED).all()


def test_somebody_is_held_against_those_who_begin_near() -> None:
    usual = group(PAIN, 0.5, 0.6, 0.3, 0.4)
    alone, *_ = Expected(PAIN, usual).band(np.array([7.0]))
    assert np.isnan(alone[0])
    found = Expected(PAIN, Pairs.together([usual, group(PAIN, 5.5, 2.0, 0.9, 1.0, 0.2, PEOPLE)]))
    centre, low, high = found.band(np.array([0.5, 7.0]))
    assert centre[1] == pytest.approx(5.5 + 0.9 * 1.5, abs=0.25)
    assert low[1] < centre[1] < high[1] and high[1] - low[1] < 3
    assert centre[0] == pytest.approx(0.5, abs=0.2)  # an ordinary number keeps its ordinary people


def test_a_kind_of_clients_counts_as_much_as_its_share() -> None:
    usual = group(PRESSURE, 120, 10, 0.5, 2)
    few, many = (
        Expected(PRESSURE, Pairs.together([usual, group(PRESSURE, 160, 12, 1.0, 2, weight, PEOPLE)])).band(
            np.array([142.0])
        )[0][0]
        for weight in (0.01, 10.0)
    )
    assert few == pytest.approx(131, abs=2) and many == pytest.approx(142, abs=2)


def test_who_begins_at_the_end_of_a_scale_is_not_worse_for_staying_there_and_no_band_leaves_it() -> None:
    both = Pairs.together([group(PAIN, 0.5, 0.6, 0.3, 0.4), group(PAIN, 9.0, 0.9, 0.5, 0.3, at=PEOPLE)])
    centre, low, high = Expected(PAIN, both).band(np.array([10.0, 0.0]))
    assert centre[0] < 9.7 and high[0] == 10
    assert low[1] == 0


def test_no_band_is_narrower_than_the_step_in_which_is_reported() -> None:
    numbers = np.repeat([1.0, 2.0, 3.0], 100)
    same = Pairs.sound(numbers, numbers, np.arange(300))
    _, low, high = Expected(PAIN, same).band(np.array([2.0]))
    assert high[0] - low[0] >= PAIN.step


def test_few_people_and_not_few_readings_are_few() -> None:
    often = Pairs.sound(np.full(400, 170.0), np.full(400, 168.0), np.repeat(np.arange(10), 40) + PEOPLE)
    found = Expected(PRESSURE, Pairs.together([group(PRESSURE, 120, 2, 0.8, 5), often]))
    told = found.foretell(np.array([170.0, 121.0]))
    assert np.isnan(told.centre[0]) and told.reason[0] == ALONE and told.people[0] < FEWEST
    assert np.isfinite(told.centre[1]) and told.people[1] >= FEWEST


@pytest.mark.parametrize("people", [1, 6])
def test_neither_one_person_nor_a_group_is_excused_by_a_level_that_no_laboratory_has(people: int) -> None:
    found = Expected(CORTISOL, group(CORTISOL, np.log(4), 0.5, 0.6, 0.3))
    centre, *_ = found.band(np.full(people, 80.0))
    assert np.isnan(centre).all()
    centre, *_ = found.band(np.full(people, 5.0))
    assert np.isfinite(centre).all()


def test_the_level_of_a_laboratory_is_learnt_from_many_people() -> None:
    first = np.log(5) + 0.5 * np.linspace(-2, 2, 401)
    second = 0.2 * np.log(5) + 0.8 * first + np.linspace(-0.3, 0.3, 401)[np.argsort(np.sin(np.arange(401)))]
    line = Expected(CORTISOL, Pairs.sound(first, second, np.arange(401)))
    twice = 2 * np.exp(first[100:-100:5])
    many, *_ = line.band(twice)
    alone = np.array([line.band(twice[i : i + 1])[0][0] for i in range(len(twice))])
    assert np.log(many / twice).mean() == pytest.approx(0.0, abs=0.02)
    assert np.log(alone / twice).mean() < -0.05
    _, low, high = line.band(twice[:1])
    _, low_many, high_many = line.band(twice)
    assert np.log(high / low)[0] > np.log(high_many / low_many)[0]


def test_visits_of_one_person_teach_the_level_of_a_laboratory_once() -> None:
    found = Expected(CORTISOL, group(CORTISOL, np.log(4), 0.5, 0.6, 0.3))
    once = found.foretell(np.array([8.0, 6.0]))
    often = found.foretell(np.array([8.0] * 9 + [6.0]), who=["A"] * 9 + ["B"])
    assert often.centre[0] == pytest.approx(once.centre[0]) and often.centre[-1] == pytest.approx(once.centre[1])


def test_a_band_holds_its_share_of_all_who_may_have_begun_there() -> None:
    everybody = Pairs.together([group(PRESSURE, 120, 10, 0.8, 5), group(PRESSURE, 160, 15, 0.9, 8, 0.2, PEOPLE)])
    _, low, high = Expected(PRESSURE, everybody).band(everybody.first)
    inside = (everybody.second >= low) & (everybody.second <= high)
    known = np.isfinite(low)
    beyond = known & (everybody.first > 135)
    assert np.average(inside[known], weights=everybody.weight[known]) == pytest.approx(SHARE, abs=0.03)
    assert np.average(inside[beyond], weights=everybody.weight[beyond]) == pytest.approx(SHARE, abs=0.06)


def test_what_is_not_said_is_held_equally_possible_until_it_triples_the_band() -> None:
    sides = [Expected(PRESSURE, group(PRESSURE, 120, 10, 0.8, 5)).foretell(np.array([120.0, 125.0]))]
    wide = float(sides[0].high[0] - sides[0].low[0])
    for by, few in ((0.6 * wide, False), (TRIPLED * wide, True)):
        moved = [sides[0], sides[0].moved(np.full(2, by), sides[0].doubt)]
        found = mixed(moved, np.array([True, False]))
        assert found.centre[1] == sides[0].centre[1] and found.high[1] == sides[0].high[1]
        assert (found.reason[0] == UNSAID) == few
        if few:
            assert np.isnan(found.low[0])
        else:
            assert found.centre[0] == pytest.approx(sides[0].centre[0] + by / 2)
            share = [(side.likely[0] >= found.low[0]) & (side.likely[0] <= found.high[0]) for side in moved]
            assert np.mean(share) == pytest.approx(SHARE, abs=0.02)
