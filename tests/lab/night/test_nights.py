"""Sleep outcomes: worked nights, the identity between them, and nights that cannot have been."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.night.nights import OUTCOMES, Night, measure_nights, outcomes_of
from effleurage.lab.records import COLUMNS
from effleurage.lab.wall_clock import zone_named

START = datetime(2024, 3, 1, 23)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def moved(night: Night, shift: timedelta) -> Night:
    """The same night at another date."""
    moments: dict[str, Any] = night.moments
    return replace(night, **{name: moment + shift for name, moment in moments.items()})


TRUTH = Night(
    participant="A",
    where="diary.csv, line 2",
    into_bed=START,
    lights_out=START,
    final_awakening=after(440),
    out_of_bed=after(480),
    minutes_to_sleep=20.0,
    minutes_awake=30.0,
    minutes_trying=0.0,
)
"""480 min in bed, 20 to fall asleep, 30 awake, 40 lying in: 390 min of sleep."""


def values(night: Night, **place: Any) -> dict[str, float]:
    return outcomes_of(night, **place)[0]


def reasons(night: Night, **place: Any) -> dict[str, str]:
    return outcomes_of(night, **place)[1]


def test_the_worked_night() -> None:
    found = values(TRUTH)
    assert found == {
        "TIB": 480.0,
        "SOL": 20.0,
        "SPT": 420.0,
        "WASO": 30.0,
        "TST": 390.0,
        "se_tib": 81.25,
        "se_dse": pytest.approx(100 * 390 / 440),
        "sme": pytest.approx(92.857142857),
    }
    assert set(reasons(TRUTH).values()) == {""}


def test_reading_before_lights_out_and_lying_in_lower_one_efficiency_only() -> None:
    reader = replace(TRUTH, into_bed=after(-60), out_of_bed=after(540))
    assert values(reader)["se_tib"] == pytest.approx(100 * 390 / 600)
    assert values(reader)["se_dse"] == values(TRUTH)["se_dse"]
    assert values(reader)["sme"] == values(TRUTH)["sme"]


@given(
    before=st.integers(0, 90),
    sol=st.integers(0, 120),
    asleep=st.integers(1, 600),
    awake=st.integers(0, 120),
    trying=st.integers(0, 60),
    rest=st.integers(0, 60),
)
def test_parts_add_up_and_efficiencies_are_ordered(
    before: int, sol: int, asleep: int, awake: int, trying: int, rest: int
) -> None:
    final = sol + asleep + awake
    night = Night(
        into_bed=after(-before),
        lights_out=START,
        final_awakening=after(final),
        out_of_bed=after(final + trying + rest),
        minutes_to_sleep=float(sol),
        minutes_awake=float(awake),
        minutes_trying=float(trying),
    )
    found = values(night)
    assert found["TST"] == asleep and found["SPT"] == asleep + awake
    assert found["TIB"] == before + found["SOL"] + found["SPT"] + trying + rest
    assert 0 < found["se_tib"] <= found["se_dse"] + 1e-9 <= found["sme"] + 2e-9 <= 100 + 3e-9


def test_without_the_time_of_trying_one_efficiency_is_missing_and_bounded() -> None:
    night = replace(TRUTH, minutes_trying=math.nan)
    assert math.isnan(values(night)["se_dse"])
    assert reasons(night)["se_dse"] == "minutes_trying was not recorded (se_dse is between 81.2 and 88.6 %)"
    assert values(night)["se_tib"] == 81.25
    assert values(replace(night, out_of_bed=night.final_awakening))["se_dse"] == pytest.approx(100 * 390 / 440)


@pytest.mark.parametrize(
    ("field", "stay"),
    [
        ("into_bed", {"SOL", "SPT", "WASO", "TST", "se_dse", "sme"}),
        ("lights_out", {"TIB", "SOL", "WASO"}),
        ("final_awakening", {"TIB", "SOL", "WASO"}),
        ("out_of_bed", {"SOL", "SPT", "WASO", "TST", "se_dse", "sme"}),
        ("minutes_to_sleep", {"TIB", "WASO"}),
        ("minutes_awake", {"TIB", "SOL", "SPT"}),
    ],
)
def test_what_is_missing_takes_only_what_rests_on_it(field: str, stay: set[str]) -> None:
    missing: Any = math.nan if field.startswith("minutes") else None
    found, why = outcomes_of(replace(TRUTH, **{field: missing}))
    assert {name for name in OUTCOMES if math.isfinite(found[name])} == stay
    assert all(why[name] == f"{field} was not recorded" for name in OUTCOMES if name not in stay)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"out_of_bed": after(-10)}, "out_of_bed (2024-03-01 22:50) is before final_awakening (2024-03-02 06:20)"),
        ({"lights_out": after(-5)}, "lights_out (2024-03-01 22:55) is before into_bed (2024-03-01 23:00)"),
        ({"out_of_bed": after(30), "final_awakening": None, "lights_out": None, "into_bed": after(60)}, "is before"),
        ({"minutes_to_sleep": -1.0}, "minutes_to_sleep is -1 min, below 0"),
        ({"minutes_awake": -1.0}, "minutes_awake is -1 min, below 0"),
        ({"minutes_to_sleep": 441.0}, "minutes_to_sleep (441) reaches beyond final_awakening"),
        ({"minutes_awake": 421.0}, "minutes_awake (421) is more than the 420 min of the sleep period"),
        ({"minutes_trying": 41.0}, "minutes_trying (41) reaches beyond out_of_bed"),
        ({"minutes_asleep": 500.0}, "minutes_asleep (500) is more than the 480 min in bed"),
        ({"minutes_asleep": 421.0}, "minutes_asleep (421) is more than the 420 min of the sleep period"),
        ({"minutes_asleep": 380.0}, "minutes_asleep (380) is not the sleep period less minutes_awake"),
        ({"out_of_bed": after(1500)}, "into_bed to out_of_bed is 25.0 h, more than a day"),
    ],
)
def test_a_night_that_cannot_have_been_names_row_and_field(change: dict[str, Any], said: str) -> None:
    found, why = outcomes_of(replace(TRUTH, **change))
    assert all(math.isnan(value) for value in found.values())
    assert all(why[name].startswith("diary.csv, line 2: ") and said in why[name] for name in OUTCOMES)


def test_a_device_that_states_its_sleep_is_believed() -> None:
    device = Night(into_bed=START, out_of_bed=after(480), minutes_asleep=400.0, instrument="sleep_mat")
    found = values(device)
    assert found["TST"] == 400.0 and found["se_tib"] == pytest.approx(100 * 400 / 480)
    assert math.isnan(found["sme"]) and reasons(device)["sme"].startswith("lights_out was not recorded")


def test_no_time_in_bed_is_no_efficiency() -> None:
    found, why = outcomes_of(Night(into_bed=START, out_of_bed=START, minutes_asleep=0.0))
    assert math.isnan(found["se_tib"]) and why["se_tib"] == "TIB is 0 min"


def test_clock_change_nights_have_their_true_length() -> None:
    spring = moved(TRUTH, datetime(2024, 3, 30, 23) - START)
    placed = values(spring, zone=zone_named("Europe/Berlin"))
    assert placed["TIB"] == 420 and placed["TST"] == 330 and placed["SOL"] == 20
    assert values(spring)["TIB"] == 480
    assert "an hour wrong" in reasons(spring)["TIB"] and reasons(spring)["SOL"] == ""
    assert reasons(spring, zone=zone_named("Australia/Brisbane"))["TIB"] == ""


def test_a_time_that_happened_twice_is_missing_with_its_reason() -> None:
    woke = datetime(2024, 10, 27, 2, 30)
    night = Night(into_bed=datetime(2024, 10, 26, 22), out_of_bed=datetime(2024, 10, 27, 7), final_awakening=woke)
    found, why = outcomes_of(night, zone_named("Europe/Berlin"))
    assert found["TIB"] == 600 and "02:30 happened twice" in why["TST"]


def test_times_with_and_without_offset_are_not_mixed() -> None:
    mixed = replace(TRUTH, out_of_bed=after(480).replace(tzinfo=UTC))
    assert math.isnan(values(mixed)["TIB"]) and "some have none" in reasons(mixed)["TIB"]
    assert values(mixed, zone=zone_named("UTC"))["TIB"] == 480


@pytest.mark.parametrize(
    ("bed", "evening"),
    [
        ("2024-03-01 23:00", "2024-03-01"),
        ("2024-03-02 00:30", "2024-03-01"),
        ("2024-03-02 11:59", "2024-03-01"),
        ("2024-03-02 12:00", "2024-03-02"),
    ],
)
def test_a_night_belongs_to_its_evening(bed: str, evening: str) -> None:
    night = Night(into_bed=datetime.fromisoformat(bed), out_of_bed=datetime.fromisoformat(bed) + timedelta(hours=7))
    assert night.belongs_to == date.fromisoformat(evening)
    midnight = datetime.fromisoformat(f"{evening} 00:00")
    assert night.began == (datetime.fromisoformat(bed) - midnight).total_seconds() / 60
    assert set(measure_nights([night]).table["day"]) == {evening}


def test_the_table_is_the_house_table() -> None:
    measured = measure_nights([TRUTH])
    assert tuple(measured.table.columns) == COLUMNS
    assert measured.table["outcome"].tolist() == list(OUTCOMES)
    assert measured.table["unit"].tolist() == list(OUTCOMES.values())
    assert set(measured.table["instrument"]) == {"diary"} and set(measured.table["time"]) == {1380.0}
    assert "TST/TIB" in measured.methods and "Reed & Sacco 2016" in measured.methods
    assert measure_nights([]).table.empty


def test_nights_without_an_entry_are_rows_with_a_reason_and_take_nothing_from_the_next() -> None:
    later = moved(TRUTH, timedelta(days=3))
    cut = replace(TRUTH, out_of_bed=None)
    table = measure_nights([later, cut]).table
    tib = table[table["outcome"] == "TIB"].set_index("day")
    assert tib.index.tolist() == ["2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04"]
    assert tib["reason"].tolist() == ["out_of_bed was not recorded", "no entry", "no entry", ""]
    np.testing.assert_equal(tib["value"].to_numpy(), [np.nan, np.nan, np.nan, 480.0])


def test_a_gap_between_two_periods_is_not_listed() -> None:
    later = moved(TRUTH, timedelta(days=90))
    measured = measure_nights([TRUTH, later])
    assert len(measured.table) == 16 and any("gaps of more than" in note for note in measured.notes)


def test_instruments_are_kept_apart_and_two_entries_of_an_evening_are_said() -> None:
    measured = measure_nights([TRUTH, replace(TRUTH, instrument="actigraphy"), replace(TRUTH, participant="B"), TRUTH])
    tib = measured.table[measured.table["outcome"] == "TIB"]
    assert tib["instrument"].value_counts().to_dict() == {"diary": 3, "actigraphy": 1}
    assert tib["reason"].tolist() == ["2 entries are of this evening"] * 2 + ["", ""]
    assert any("different outcomes" in note for note in measured.notes)


def test_unknown_instruments_and_places_are_refused() -> None:
    with pytest.raises(RequestError, match="no instrument 'dairy'.*'diary'"):
        measure_nights([replace(TRUTH, instrument="dairy")])
    with pytest.raises(RequestError, match="no time zone"):
        measure_nights([TRUTH], zone="Europe/Nowhere")


def test_a_day_in_bed_asks_about_am_and_pm() -> None:
    night = replace(TRUTH, into_bed=START - timedelta(hours=12))
    assert values(night)["TIB"] == 1200 and "were am and pm mixed up?" in reasons(night)["TIB"]
