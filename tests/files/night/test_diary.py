"""Diaries and device summaries: column names, midnight, missing nights, clock changes, and what is refused."""

from __future__ import annotations

import math
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError
from effleurage.files.night.diary import read_diary, read_nights, read_summary
from effleurage.lab.night.nights import OUTCOMES, Night, measure_nights, outcomes_of

SHARED = Path(__file__).parents[3].parent / "shared" / "data"
WITHINGS = SHARED / "sleep_withings_biopsykit" / "sleep.csv"
HEAD = "participant,evening,into_bed,lights_out,minutes_to_sleep,minutes_awake,final_awakening,out_of_bed\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "diary.csv"
    path.write_text(text, encoding="utf-8")
    return path


def nights_of(folder: Path, text: str, **settings: Any) -> tuple[Night, ...]:
    return read_diary(write(folder, text), **settings)[0]


def minutes(night: Night) -> list[float]:
    found = outcomes_of(night)[0]
    return [found[name] for name in ("TIB", "SOL", "SPT", "WASO", "TST")]


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "A,2024-03-01,23:00,23:00,20,30,06:20,07:00\n",
        "ID;Abend;Ins Bett;Licht aus;Einschlafdauer (min);Wachzeit (min);Aufgewacht um;Aufgestanden\n"
        "A;1.3.2024;23.00 Uhr;23:00;20,0;30,0;6:20;7:00\n",
        "Subject\tDate\tBedtime\tTried to sleep\tSOL\tWASO\tWake time\tRise time\n"
        "A\t2024-03-02\t11:00 pm\t11:00 pm\t20\t30\t6:20 am\t7:00 am\n",
        HEAD + "A,,2024-03-01T23:00,2024-03-01T23:00,20,30,2024-03-02T06:20,2024-03-02T07:00\n",
        HEAD + "A,,2024-03-01 23:00+01:00,23:00,20,30,06:20,07:00\n",
    ],
)
def test_one_night_in_many_spellings(tmp_path: Path, text: str) -> None:
    (night,) = nights_of(tmp_path, text)
    assert minutes(night) == [480, 20, 420, 30, 390]
    assert outcomes_of(night)[0]["se_tib"] == 81.25
    assert night.participant == "A" and night.belongs_to == date(2024, 3, 1) and night.where == "diary.csv, line 2"


def test_midnight_is_crossed_as_a_night_does(tmp_path: Path) -> None:
    rows = "A,2024-03-01,00:30,01:00,10,0,08:00,13:30\nA,2024-03-02,21:00,00:15,10,0,05:00,05:10\n"
    late, early = nights_of(tmp_path, HEAD + rows)
    assert late.into_bed == datetime(2024, 3, 2, 0, 30) and late.out_of_bed == datetime(2024, 3, 2, 13, 30)
    assert early.lights_out == datetime(2024, 3, 3, 0, 15) and early.belongs_to == date(2024, 3, 2)
    assert minutes(early)[0] == 490


def test_without_a_date_clock_times_still_make_a_night(tmp_path: Path) -> None:
    text = "day,into_bed,lights_out,sol,waso,final_awakening,out_of_bed\n3,23:00,23:00,20,30,06:20,07:00\n"
    (night,) = nights_of(tmp_path, text)
    assert minutes(night) == [480, 20, 420, 30, 390] and night.began == 1380
    assert set(measure_nights([night]).table["day"]) == {"3"}


@pytest.mark.parametrize(
    ("head", "dated", "evening"),
    [("date", None, 1), ("date", "morning", 1), ("date", "evening", 2), ("evening", None, 2), ("Morgen", None, 1)],
)
def test_the_date_is_that_of_the_morning_unless_said(
    tmp_path: Path, head: str, dated: Literal["morning", "evening"] | None, evening: int
) -> None:
    path = write(tmp_path, f"{head},bedtime,got_up\n2024-03-02,23:00,07:00\n")
    (night,), notes = read_diary(path, dated=dated)
    assert night.belongs_to == date(2024, 3, evening)
    assert any("date of the morning (Carney 2012)" in note for note in notes) == (head == "date" and dated is None)


def test_missing_nights_are_nan_with_a_reason_and_never_borrow(tmp_path: Path) -> None:
    rows = [
        "A,2024-03-01,23:00,23:00,20,30,06:20,",
        "A,2024-03-02,,,,,,",
        "A,2024-03-04,22:00,22:10,20,30,06:20,07:00",
    ]
    table = measure_nights(nights_of(tmp_path, HEAD + "\n".join(rows))).table
    tib = table[table["outcome"] == "TIB"].set_index("day")
    assert tib["reason"].to_dict() == {
        "2024-03-01": "out_of_bed was not recorded",
        "2024-03-02": "no entry",
        "2024-03-03": "no entry",
        "2024-03-04": "",
    }
    assert tib["value"].isna().tolist() == [True, True, True, False] and tib["value"].iloc[-1] == 540


def test_clock_change_nights(tmp_path: Path) -> None:
    (night,) = nights_of(tmp_path, HEAD + "A,2024-10-26,23:00,23:00,20,30,06:20,07:00\n")
    placed = measure_nights([night], zone="Europe/Berlin").table.set_index("outcome")
    assert placed.loc["TIB", "value"] == 540 and placed.loc["TIB", "reason"] == ""
    assert "an hour wrong" in measure_nights([night]).table.set_index("outcome").loc["TIB", "reason"]


def test_impossible_nights_name_their_line(tmp_path: Path) -> None:
    (night,) = nights_of(tmp_path, HEAD + "A,2024-03-01,23:00,22:50,20,30,06:20,07:00\n")
    assert outcomes_of(night)[1]["TST"] == (
        "diary.csv, line 2: final_awakening (2024-03-02 06:20) is before lights_out (2024-03-02 22:50)"
    )


def test_all_faults_are_named_at_once_with_line_and_column(tmp_path: Path) -> None:
    rows = "A,2024-03-01,25:00,soon,x,30,06:20,07:00\n,2024-13-01,23:00,23:00,-,3o,06:20,07:00\n"
    with pytest.raises(DataError) as refusal:
        nights_of(tmp_path, HEAD + rows)
    said = {finding.where: finding.what for finding in refusal.value.findings}
    assert said == {
        "diary.csv, line 2, column 'into_bed'": "there is no '25:00' in a day",
        "diary.csv, line 2, column 'lights_out'": "'soon' is not a time of day",
        "diary.csv, line 2, column 'minutes_to_sleep'": "'x' is not a number",
        "diary.csv, line 3, column 'participant'": "is empty",
        "diary.csv, line 3, column 'evening'": "there is no '2024-13-01' in the calendar",
        "diary.csv, line 3, column 'minutes_awake'": "'3o' is not a number",
    }
    assert all(finding.fix for finding in refusal.value.findings)


def test_dates_that_can_be_read_twice_are_refused_unless_the_column_decides(tmp_path: Path) -> None:
    head = "evening,bedtime,got_up\n"
    with pytest.raises(DataError, match="line 2, column 'evening': '03/04/2024' can be read day first or month first"):
        nights_of(tmp_path, head + "03/04/2024,23:00,07:00\n")
    first, second = nights_of(tmp_path, head + "03/04/2024,23:00,07:00\n13/04/2024,23:00,07:00\n")
    assert first.belongs_to == date(2024, 4, 3) and second.belongs_to == date(2024, 4, 13)


def test_a_table_that_is_no_diary_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no column for into_bed or lights_out among a, b.*bedtime") as refusal:
        nights_of(tmp_path, "a,b\n1,2\n")
    assert len(refusal.value.findings) == 2


SUMMARY = "von,bis,leicht (s),tief (s),rem (s),wach (s),Duration to sleep (s),Duration to wake up (s)\n"
NIGHT = "2024-03-01T23:00:00+01:00,2024-03-02T07:00:00+01:00,12000,5400,6000,5400,1200,2400\n"


@pytest.mark.parametrize("head", [SUMMARY, SUMMARY.replace("von,bis", "from,to").replace("leicht", "light")])
def test_a_devices_summary(tmp_path: Path, head: str) -> None:
    (night,), notes = read_nights(write(tmp_path, head + NIGHT))
    assert minutes(night) == [480, 20, 420, 30, 390] and night.instrument == "sleep_mat"
    assert any("sum of the device's own stages" in note for note in notes)


def test_six_columns_are_enough_for_sleep_and_bed(tmp_path: Path) -> None:
    text = "von;bis;leicht (s);tief (s);rem (s);wach (s)\n" + ";".join(NIGHT.split(",")[:6]) + "\n"
    (night,), _ = read_nights(write(tmp_path, text))
    found, why = outcomes_of(night)
    assert (found["TIB"], found["TST"], found["se_tib"]) == (480, 390, 81.25)
    assert math.isnan(found["SOL"]) and why["SOL"] == "the device gives no time to fall asleep"
    assert math.isnan(found["WASO"]) and math.isnan(found["sme"])


@pytest.mark.parametrize(
    ("wake", "said"),
    [("3000", "40 min of the night have no stage"), ("9000", "stages add up to 540 min, more than the 480 min in bed")],
)
def test_stages_that_do_not_fill_the_night_are_no_sleep(tmp_path: Path, wake: str, said: str) -> None:
    (night,), _ = read_summary(write(tmp_path, SUMMARY + NIGHT.replace("6000,5400,", f"6000,{wake},")))
    found, why = outcomes_of(night)
    assert math.isnan(found["TST"]) and said in why["TST"]
    assert math.isnan(found["TIB"]) == ("more" in said)


@pytest.mark.skipif(not WITHINGS.is_file(), reason="the shared data are not beside this checkout")
def test_a_real_sleep_mat() -> None:
    nights, _ = read_nights(WITHINGS)
    measured = measure_nights(nights)
    table = measured.table.pivot(index="day", columns="outcome", values="value")
    assert len(nights) == 8 and len(table) == 14 and measured.notes[0] == "8 nights with an entry, 6 without"
    first = table.loc["2020-10-10"]
    asleep = (15780 + 5340 + 4920) / 60
    assert (first["TIB"], first["SOL"], first["TST"]) == (475, 22, asleep) and first["WASO"] == (2460 - 1320 - 720) / 60
    assert first["se_tib"] == pytest.approx(100 * asleep / 475)
    known = table.dropna(subset=["TST", "SPT", "WASO"])
    assert len(known) == 7 and (abs(known["SPT"] - known["WASO"] - known["TST"]) <= 3).all()
    assert not (measured.table["value"].isna() & (measured.table["reason"] == "")).any()


def test_the_right_reader_is_taken(tmp_path: Path) -> None:
    rows = "".join(f"{turn},{'W' if turn % 9 else 'N2'}\n" for turn in range(1, 801))
    assert read_nights(write(tmp_path, "W\nN1\nN2\nW\n" * 200))[0][0].instrument == "polysomnography"
    assert read_nights(write(tmp_path, "epoch,stage\n" + rows))[0][0].instrument == "polysomnography"
    assert read_nights(write(tmp_path, "bedtime,got_up\n23:00,07:00\n"))[0][0].instrument == "diary"


WHO = st.sampled_from(["A", "B"])
DATE = st.sampled_from(["2024-03-01", "2024-03-30", "2024-03-31", "1.4.2024", "2199-12-31", "1900-01-01", ""])
CLOCK = st.sampled_from(["23:00", "22.45", "00:00", "24:00", "06:00", "7:30 am", "11:59", "12:00", "02:30", "", "NA"])
STAMP = st.sampled_from(["2024-03-31 02:30", "2024-03-31T06:00+02:00", "2024-10-27 02:30", "2199-12-31 23:59", ""])
LENGTH = st.sampled_from(["0", "20", "1,5", "33.3", "-3", "600", "1e300", "", "-"])
JUNK = st.sampled_from(["x", '"', "25:00", "1/2/2024", "1.234,5", "é", " "])
TIME = st.one_of(CLOCK, CLOCK, STAMP)
ROW = st.tuples(WHO, DATE, TIME, TIME, LENGTH, LENGTH, LENGTH, TIME, TIME)
HEADS = ["id", "date", "bedtime", "lights_out", "sol", "waso", "tasafa", "wake_time", "got_up"]
SECONDS = st.sampled_from(["0", "600", "7200", "12000", "28800", "-60", "1e300", "1,5", ""])
BOTH = st.sampled_from(["2024-03-30T23:00", "2024-03-31T07:00", "2024-03-31T02:30", ""])
SUMS = st.tuples(BOTH, BOTH, SECONDS, SECONDS, SECONDS, SECONDS, SECONDS, SECONDS)
FUZZ = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def assert_held(path: Path, sure: bool = False) -> None:
    """A result whose every NaN has a reason, or (unless ``sure``) a refusal whose every finding has a fix."""
    try:
        nights, _ = read_nights(path)
        table = measure_nights(nights, zone="Europe/Berlin").table
    except EffleurageError as refusal:
        assert not sure and refusal.findings and all(finding.fix for finding in refusal.findings)
    else:
        assert len(table) % len(OUTCOMES) == 0
        share = table[table["unit"] == "%"]["value"].dropna()
        assert ((share >= 0) & (share <= 100.0001)).all() and (table["value"].dropna() >= 0).all()


@FUZZ
@given(rows=st.lists(ROW, min_size=1, max_size=4), between=st.sampled_from(";\t"))
def test_any_small_diary_is_nights(tmp_path: Path, rows: list[tuple[str, ...]], between: str) -> None:
    assert_held(write(tmp_path, "\n".join(between.join(row) for row in [HEADS, *rows])), sure=any(map(any, rows)))


@FUZZ
@given(rows=st.lists(st.lists(st.one_of(JUNK, TIME, LENGTH), min_size=9, max_size=9), max_size=3))
def test_any_mixed_up_diary_is_nights_or_a_refusal(tmp_path: Path, rows: list[list[str]]) -> None:
    assert_held(write(tmp_path, "\n".join(",".join(row) for row in [HEADS, *rows])))


@FUZZ
@given(rows=st.lists(SUMS, min_size=1, max_size=3))
def test_any_small_summary_is_nights(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    path = write(tmp_path, SUMMARY.replace(",", ";") + "\n".join(";".join(row) for row in rows))
    assert_held(path, sure=any(map(any, rows)))


@FUZZ
@given(content=st.binary(max_size=200))
def test_any_bytes_are_nights_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "diary.csv"
    path.write_bytes(content)
    assert_held(path)


@pytest.mark.parametrize("head", ["date", "morning"])
@pytest.mark.parametrize(
    ("bed", "up", "begins"),
    [
        ("23:00", "07:00", "2024-03-14 23:00"),
        ("00:30", "08:00", "2024-03-15 00:30"),
        ("08:00", "15:30", "2024-03-15 08:00"),
        ("11:30", "19:00", "2024-03-15 11:30"),
        ("12:30", "20:00", "2024-03-15 12:30"),
        ("14:00", "21:45", "2024-03-15 14:00"),
        ("16:00", "00:20", "2024-03-14 16:00"),
    ],
)
def test_who_gets_up_does_so_on_the_date_of_the_morning(
    head: str, bed: str, up: str, begins: str, tmp_path: Path
) -> None:
    (night,) = nights_of(tmp_path, f"{head},bedtime,got_up\n2024-03-15,{bed},{up}\n")
    assert night.into_bed == datetime.fromisoformat(begins)
    assert isinstance(night.out_of_bed, datetime) and night.out_of_bed.date() == date(2024, 3, 15)


def test_a_sleeper_by_day_has_no_missing_and_no_overlapping_days(tmp_path: Path) -> None:
    rows = "201,2024-03-13,08:00,15:30\n201,2024-03-14,11:30,19:00\n201,2024-03-15,12:30,20:00\n"
    nights = nights_of(tmp_path, f"id,date,bedtime,get_up\n{rows}")
    table = measure_nights(nights).table
    tib = table[table["outcome"] == "TIB"]
    assert tib["day"].tolist() == ["2024-03-12", "2024-03-13", "2024-03-15"]
    assert tib["value"].tolist() == [450, 450, 450] and tib["reason"].tolist() == ["", "", ""]
    late = measure_nights(nights_of(tmp_path, f"id,date,bedtime,get_up\n{rows}", dated="evening"))
    assert any("overlap another" in note for note in late.notes)
    assert "overlaps diary.csv, line 4: is the date that of the morning or of the evening?" in set(late.table["reason"])


def test_nights_side_by_side_are_refused_and_the_hint_works(tmp_path: Path) -> None:
    path = write(tmp_path, "ID,onset_N1,wakeup_N1,onset_N2,wakeup_N2\n101,23:10,06:50,23:40,07:15\n")
    with pytest.raises(DataError, match="Give one row a night: columns participant, evening"):
        read_nights(path)
    text = "participant,evening,lights_out,final_awakening\n101,2024-03-01,23:10,06:50\n101,2024-03-02,23:40,07:15\n"
    assert len(nights_of(tmp_path, text)) == 2


def test_oura_writes_seconds_and_is_read_as_a_wearable(tmp_path: Path) -> None:
    names = "Total Sleep Duration,Awake Time,REM Sleep Duration,Light Sleep Duration,Deep Sleep Duration,Sleep Latency"
    text = f"date,bedtime_start,bedtime_end,{names}\n"
    text += "2024-03-14,2024-03-13T23:05:00+01:00,2024-03-14T06:47:00+01:00,24060,3660,5520,14400,4140,600\n"
    (night,), _ = read_nights(write(tmp_path, text))
    found = outcomes_of(night)[0]
    assert [found[name] for name in ("TIB", "SOL", "TST")] == [462, 10, 401]
    assert night.instrument == "wearable"


@pytest.mark.parametrize("column", ["sol", "waso"])
def test_seconds_in_a_column_of_minutes_are_seen(column: str, tmp_path: Path) -> None:
    (night,) = nights_of(tmp_path, f"date,into_bed,out_of_bed,{column}\n2024-03-14,23:05,06:47,600\n")
    assert "(600) is more than the 462 min in bed: is it in seconds?" in outcomes_of(night)[1]["TIB"]
