"""The parts of a night: that they add up, and that each impossible night is named by what is impossible in it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.lab.night.parts import MINUTES, PARTS, STAMPS, efficiency_bounds, impossible, parts_of

SOUND = dict(zip((*STAMPS, *MINUTES), (1380.0, 1390.0, 1860.0, 1880.0, 20.0, 30.0, 5.0, math.nan), strict=True))


def faults(**changes: float) -> list[str]:
    return list(impossible(SOUND | changes, lambda name: f"<{name}>"))


lengths = st.floats(0, 300)


@given(st.lists(lengths, min_size=6, max_size=6))
def test_the_parts_add_up_to_the_time_in_bed(spans: list[float]) -> None:
    before, latency, asleep, awake, trying, after = spans
    begun, woken = 1380.0 + before, 1380.0 + before + latency + asleep + awake
    stamps = (1380.0, begun, woken, woken + trying + after)
    known = dict(zip((*STAMPS, *MINUTES), (*stamps, latency, awake, trying, math.nan), strict=True))
    parts = parts_of(known)
    assert set(parts) == set(PARTS)
    assert parts["TST"] == pytest.approx(asleep, abs=1e-9)
    assert parts["TIB"] == pytest.approx(sum(spans), abs=1e-9)
    assert parts["SPT"] == pytest.approx(parts["TST"] + parts["WASO"], abs=1e-9)


def test_sleep_that_the_instrument_states_is_taken_at_its_word() -> None:
    assert parts_of(SOUND)["TST"] == 420.0
    assert parts_of(SOUND | {"minutes_asleep": 417.0})["TST"] == 417.0


def test_a_sound_night_and_an_empty_one_are_possible() -> None:
    assert faults() == []
    assert faults(**dict.fromkeys(SOUND, math.nan)) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes_awake": -1.0}, "minutes_awake is -1 min, below 0"),
        ({"final_awakening": 1385.0}, "final_awakening (<final_awakening>) is before lights_out (<lights_out>)"),
        ({"out_of_bed": 3000.0}, "into_bed to out_of_bed is 27.0 h, more than a day"),
        ({"minutes_to_sleep": 1200.0}, "minutes_to_sleep (1200) is more than the 500 min in bed: is it in seconds?"),
        ({"minutes_to_sleep": 480.0}, "minutes_to_sleep (480) reaches beyond final_awakening"),
        ({"minutes_awake": 455.0}, "minutes_awake (455) is more than the 450 min of the sleep period"),
        ({"minutes_trying": 21.0}, "minutes_trying (21) reaches beyond out_of_bed"),
        ({"minutes_asleep": 501.0}, "minutes_asleep (501) is more than the 500 min in bed"),
        ({"minutes_asleep": 460.0}, "minutes_asleep (460) is more than the 450 min of the sleep period"),
        ({"minutes_asleep": 400.0}, "minutes_asleep (400) is not the sleep period less minutes_awake"),
    ],
)
def test_what_cannot_have_been_is_named(changes: dict[str, float], said: str) -> None:
    assert said in faults(**changes)


@given(st.floats(0, 20))
def test_the_efficiency_lies_between_its_bounds_whatever_the_time_of_trying(trying: float) -> None:
    values = parts_of(SOUND | {"minutes_trying": math.nan})
    low, high = (float(word) for word in efficiency_bounds(values, SOUND).split() if word[0].isdigit())
    base = values["SOL"] + values["TST"] + values["WASO"]
    assert low - 0.05 <= 100 * values["TST"] / (base + trying) <= high + 0.05


@pytest.mark.parametrize("name", MINUTES)
def test_no_part_is_longer_than_a_day_even_where_nothing_else_is_known(name: str) -> None:
    unknown = dict.fromkeys(SOUND, math.nan)
    assert faults(**unknown | {name: 1e20}) == [f"{name} is 1e+20 min, more than a day"]
    assert faults(**unknown | {name: 1440.0}) == []
