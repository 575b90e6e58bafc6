from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError, RequestError
from effleurage.files.ask import measure_scale
from effleurage.files.pairs import read_pairs
from effleurage.lab.untreated.pair import Pair

WIDE = """participant,condition,outcome,instrument,unit,before,after,clock_before,clock_after,up
A,massage,cortisol,saliva,ug/dL,0.30,0.20,10:00,11:15,07:00
B,rest,cortisol,saliva,ug/dL,0.28,,10:00,11:15,06:30
"""
LONG = """participant;day;outcome;value;clock
A;1;systolic pressure;121;10:00
A;8;systolic pressure;118;10:15
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "pairs.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_before_and_after_in_columns(tmp_path: Path) -> None:
    pairs, _ = read_pairs(write(tmp_path, WIDE))
    first, second = pairs
    assert first.before == pytest.approx(0.30 * 27.59)
    assert (first.clock_before, first.clock_after, first.up) == (600.0, 675.0, 420.0)
    assert second.is_control and not first.is_control
    assert second.after != second.after


def test_a_row_a_measurement(tmp_path: Path) -> None:
    ((pair,), _) = read_pairs(write(tmp_path, LONG))
    assert (pair.before, pair.after, pair.days_apart, pair.clock_after) == (121.0, 118.0, 7, 615.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ug/dL,0.30", "furlong,0.30", "line 2, column 'unit': 'furlong' is no unit of cortisol"),
        ("ug/dL,0.30", ",0.30", "no unit of cortisol"),
        ("10:00,11:15,07:00", ",11:15,07:00", "line 2, column 'clock_before': no time of day"),
        ("A,massage,cortisol,saliva", "A,massage,cortisol,blood", "not in 'blood'"),
        ("A,massage,cortisol,saliva", "A,massage,luck,saliva", "not simulated"),
        ("0.30", "-0.30", "Give a value above 0"),
        ("0.30", "much", "line 2, column 'before'"),
        ("before,after", "first,after", "no column for"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WIDE
    with pytest.raises(DataError) as refused:
        read_pairs(write(tmp_path, WIDE.replace(old, new, 1)))
    assert said in str(refused.value)


def test_three_measurements_are_no_pair(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="3 measurements of systolic pressure in A. Give two, before and after"):
        read_pairs(write(tmp_path, LONG + "A;9;systolic pressure;117;10:00\n"))


RATED = "participant,condition,outcome,unit,before,after,clock_before,clock_after\n"


def rated(folder: Path, *rows: str) -> tuple[Pair, ...]:
    return read_pairs(
        write(folder, RATED + "\n".join(f"P{i},massage,{row},18:00,19:15" for i, row in enumerate(rows)))
    )[0]


@pytest.mark.parametrize(
    ("row", "before"),
    [
        ("VAS stress,0-10,7,3", 70.0),
        ("VAS stress,/10,6.5,3", 65.0),
        ("VAS stress,cm,7,3", 70.0),
        ("VAS stress,mm,7,3", 7.0),
        ("VAS stress,0-100,7,3", 7.0),
        ("VAS stress,points,62,31", 62.0),
        ("VAS stress,,62,3", 62.0),
        ("VAS stress,,0,0", 0.0),
        ("pain NRS,0-10,7,3", 7.0),
        ("pain NRS,,7,3", 7.0),
        ("pain NRS,points,7,3", 7.0),
        ("pain NRS,0-100,70,30", 7.0),
        ("pain NRS,mm,70,30", 7.0),
        ("STAI-S,,41,30", 41.0),
        ("STAI-S,20-80,41,30", 41.0),
        ("STAI-S,score,41,30", 41.0),
    ],
)
def test_ratings_are_read_in_the_range_that_is_said(tmp_path: Path, row: str, before: float) -> None:
    (pair,) = rated(tmp_path, row)
    assert pair.before == pytest.approx(before)


@pytest.mark.parametrize("unit", ["", "points", "NRS"])
def test_a_scale_without_its_range_is_asked_about_and_the_answer_works(tmp_path: Path, unit: str) -> None:
    with pytest.raises(DataError, match="line 2, column 'unit': VAS stress of 7 at most") as refused:
        rated(tmp_path, f"VAS stress,{unit},7,3", f"VAS stress,{unit},6,4")
    assert str(refused.value).count("\n") == 0  # asked once
    assert "Write 0-10 or 0-100 there" in str(refused.value)
    assert [pair.before for pair in rated(tmp_path, "VAS stress,0-10,7,3", "VAS stress,0-10,6,4")] == [70.0, 60.0]
    bare = "participant,outcome,before,after,clock_before,clock_after\nA,VAS stress,7,3,18:00,19:15\n"
    with pytest.raises(DataError, match="Add a column 'unit' with 0-10 or 0-100"):
        read_pairs(write(tmp_path, bare))


def test_one_number_above_ten_says_the_range_of_its_column(tmp_path: Path) -> None:
    assert [pair.before for pair in rated(tmp_path, "VAS stress,,7,3", "VAS stress,,61,40")] == [7.0, 61.0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "pain NRS,,70,30",
            "column 'before': 70 points lies outside the scale, 0 to 10. Mend the value, or say its range",
        ),
        ("pain NRS,0-10,7,11", "column 'after': 11 points lies outside"),
        ("VAS stress,0-10,70,30", "column 'before': 700 points lies outside the scale, 0 to 100"),
        ("STAI-S,0-10,7,3", "column 'unit': '0-10' is no range of STAI-S. Say 20-80"),
        ("pain NRS,furlong,7,3", "column 'unit': 'furlong' is no range of pain NRS. Say 0-10 or 0-100"),
        ("RMSSD,ms,1e308,3", "column 'before': 1e+308 ms lies outside what RMSSD can be"),
        ("systolic pressure,mmHg,120,-1e308", "column 'after': -1e+308 mmHg lies outside"),
        ("mean HR,/min,inf,70", "column 'before': 'inf' is not a number"),
        ("TST,min,400,1e30", "column 'after': 1e+30 min lies outside"),
        ("RMSSD,s,30,3", "column 'unit': 's' is not the unit of RMSSD. Give it in ms"),
    ],
)
def test_numbers_and_units_that_cannot_be_are_named_once(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DataError) as refused:
        rated(tmp_path, row)
    lines = str(refused.value).splitlines()
    assert sum(said in line for line in lines) == 1
    assert len(lines) == len(set(lines))


def test_cortisol_is_held_to_its_limits_in_the_unit_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="column 'after': 27590 nmol/L lies outside what cortisol can be"):
        read_pairs(write(tmp_path, WIDE.replace("0.20", "1000")))


def test_days_apart_that_cannot_be(tmp_path: Path) -> None:
    wide = WIDE.splitlines()[0] + ",days_apart\nA,massage,cortisol,saliva,nmol/L,5,4,10:00,10:00,07:00,{}\n"
    for wrong in ("1e30", "36526", "-1", "0.5"):
        with pytest.raises(DataError, match="column 'days_apart'.* Give whole days, 0 to 36525"):
            read_pairs(write(tmp_path, wide.format(wrong)))
    assert read_pairs(write(tmp_path, wide.format("7")))[0][0].days_apart == 7


VISITS = "participant,visit,condition,outcome,value,clock\n" + "".join(
    f"A,{visit},{arm},STAI-S,{before},18:00\nA,{visit},{arm},STAI-S,{before - fall},19:00\n"
    for visit, (arm, before, fall) in enumerate([("massage", 46, 15), ("rest", 45, 5), ("massage", 44, 14)], 1)
)


def test_two_rows_of_each_visit_are_a_pair(tmp_path: Path) -> None:
    pairs, _ = read_pairs(write(tmp_path, VISITS))
    assert [(pair.condition, pair.before, pair.after) for pair in pairs] == [
        ("massage", 46, 31), ("massage", 44, 30), ("rest", 45, 40)
    ]  # fmt: skip
    by_day, _ = read_pairs(write(tmp_path, VISITS.replace("visit", "day")))
    assert [pair.days_apart for pair in by_day] == [0, 0, 0]


def test_visits_that_are_not_told_apart_are_asked_for_and_the_answer_works(tmp_path: Path) -> None:
    bare = "\n".join(",".join(line.split(",")[:1] + line.split(",")[2:]) for line in VISITS.splitlines())
    with pytest.raises(DataError, match="4 measurements of STAI-S in A.*say which visit in a column 'visit'"):
        read_pairs(write(tmp_path, bare))


def test_a_visit_with_one_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 6, column 'outcome': 1 measurement of STAI-S in A"):
        read_pairs(write(tmp_path, "\n".join(VISITS.splitlines()[:-1])))


def test_before_and_after_may_be_called_visits(tmp_path: Path) -> None:
    text = "participant,visit,outcome,value,clock\nA,pre,STAI-S,46,18:00\nA,post,STAI-S,31,19:00\n"
    ((pair,), _) = read_pairs(write(tmp_path, text))
    assert (pair.before, pair.after) == (46, 31)


def test_german_headers_and_controls(tmp_path: Path) -> None:
    text = (
        "Teilnehmer;Gruppe;Messgröße;Messmittel;Einheit;vorher;nachher;Uhrzeit vorher;Uhrzeit nachher\n"
        "1;Massage;cortisol;saliva;nmol/l;6,1;3,9;10:00;11:15\n2;Ruhe;cortisol;saliva;nmol/l;5,8;3,8;10:00;11:15\n"
    )
    (first, second), _ = read_pairs(write(tmp_path, text))
    assert first.before == 6.1 and not first.is_control and second.is_control


cells = st.sampled_from(
    ["", "A", "rest", "cortisol", "saliva", "nmol/L", "5,5", "-1", "10:00", "25:00", "1e400", "\x00"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=10, max_size=10), min_size=1, max_size=3))
def test_any_table_gives_pairs_or_a_refusal(tmp_path: Path, rows: list[list[str]]) -> None:
    text = WIDE.splitlines()[0] + "\n" + "\n".join(",".join(row) for row in rows) + "\n"
    try:
        pairs, _ = read_pairs(write(tmp_path, text))
    except EffleurageError:
        return
    assert len(pairs) <= len(rows)


@pytest.mark.parametrize("unit", ["bpm", "BPM", "/min", "1/min", ""])
def test_beats_per_minute_are_spelt_in_several_ways(tmp_path: Path, unit: str) -> None:
    (pair,) = rated(tmp_path, f"mean HR,{unit},70,66")
    assert (pair.before, pair.after) == (70.0, 66.0)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("VAS stress,0-10,7,3", "VAS stress given in 0-10 is told in points of 100: 1 of the file is 10"),
        ("VAS stress,cm,7,3", "VAS stress given in 0-10 is told in points of 100: 1 of the file is 10"),
        ("pain NRS,mm,70,30", "pain NRS given in 0-100 is told in points of 10: 1 of the file is 0.1"),
    ],
)
def test_a_rating_told_in_another_range_says_how_it_was_converted(tmp_path: Path, row: str, said: str) -> None:
    _, notes = read_pairs(write(tmp_path, RATED + f"A,massage,{row},18:00,19:15\n"))
    assert notes.count(said) == 1
    _, notes = read_pairs(write(tmp_path, RATED + "A,massage,pain NRS,0-10,7,3,18:00,19:15\n"))
    assert not any("told in" in note for note in notes)


def test_whole_points_of_a_shorter_scale_are_steps_and_finer_ones_are_none(tmp_path: Path) -> None:
    assert [pair.step for pair in rated(tmp_path, "VAS stress,0-10,7,3", "VAS stress,0-10,6,4")] == [10.0, 10.0]
    assert [pair.step for pair in rated(tmp_path, "VAS stress,0-10,7.3,3", "VAS stress,0-10,6,4")] == [0.0, 0.0]
    assert [pair.step for pair in rated(tmp_path, "pain NRS,mm,70,30", "VAS stress,mm,70,30")] == [0.0, 0.0]


def test_a_question_ends_in_its_mark(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"Is that of 10 or of 100\? Write 0-10 or 0-100 there"):
        rated(tmp_path, "VAS stress,,8,3")


DATED = "Klient;Datum;Messgröße;Wert;Uhrzeit\nA;{};STAI-S;40;18:00\nA;{};STAI-S;36;17:00\n"


@pytest.mark.parametrize(
    ("first", "second", "apart"), [("01.03.2024", "08.03.2024", 7), ("2024-02-28", "2024-03-01", 2)]
)
def test_dates_say_the_days_between(tmp_path: Path, first: str, second: str, apart: int) -> None:
    ((pair,), notes) = read_pairs(write(tmp_path, DATED.format(first, second)))
    assert (pair.participant, pair.days_apart, pair.before) == ("A", apart, 40.0)
    assert not any("not used" in note for note in notes)
    with pytest.raises(DataError, match="column 'Datum': .* is not a date"):
        read_pairs(write(tmp_path, DATED.format(first, "March")))
    with pytest.raises(DataError, match="column 'Datum': the days between are not said. Give both dates"):
        read_pairs(write(tmp_path, DATED.format(first, "")))


def test_a_column_that_lacks_is_named_among_those_that_the_user_wrote(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="among Klient, Datum, Größe, Wert, Uhrzeit. .*Messgröße") as refused:
        read_pairs(write(tmp_path, DATED.format(1, 2).replace("Messgröße", "Größe")))
    assert "grosse" not in str(refused.value)


NO_CLOCK = "participant,outcome,before,after{more}\nA,{outcome},{values}{cells}\n"


def unclocked(folder: Path, outcome: str, values: str, more: str = "", cells: str = "") -> Path:
    return write(folder, NO_CLOCK.format(outcome=outcome, values=values, more=more, cells=cells))


def test_without_a_clock_the_part_of_the_day_is_asked_for_and_enough(tmp_path: Path) -> None:
    file = unclocked(tmp_path, "STAI-S", "45,38")
    with pytest.raises(DataError, match=r"no column for 'clock_before'.* --when morning\|midday"):
        read_pairs(file)
    ((pair,), _) = read_pairs(file, "morning")
    assert pair.part == "morning" and math.isnan(pair.clock_before)
    file = unclocked(tmp_path, "STAI-S", "45,38", ",clock_before,clock_after", ",Abend,evening")
    assert read_pairs(file)[0][0].part == "evening"
    file = unclocked(tmp_path, "STAI-S", "45,38", ",clock_before,clock_after", ",evening,18:00")
    with pytest.raises(DataError, match="line 2, column 'clock_after': the times of a pair are not said alike"):
        read_pairs(file)
    with pytest.raises(RequestError, match="no part of the day"):
        read_pairs(file, "tea time")


def test_a_night_needs_no_clock(tmp_path: Path) -> None:
    ((pair,), _) = read_pairs(unclocked(tmp_path, "TST", "240,300", ",days_apart", ",7"))
    assert (pair.before, pair.days_apart) == (240.0, 7)


def test_what_is_usual_of_a_person_and_rest_before_are_read(tmp_path: Path) -> None:
    more = ",clock_before,clock_after,age,usual_pain,usual_stress,usual_sleep,rested"
    ((pair,), notes) = read_pairs(unclocked(tmp_path, "pain NRS", "6,4", more, ",10:00,11:00,61,5,,300,20"))
    assert pair.usual == {"age": 61.0, "pain": 5.0, "sleep": 300.0} and pair.rested == 20.0
    assert not any("not used" in note for note in notes)
    rests = [unclocked(tmp_path, "pain NRS", "6,4", more, f",10:00,11:00,,,,,{said}") for said in ("no", "999")]
    with pytest.raises(DataError, match="line 2, column 'rested': 999 min of rest. Give 0 to 240"):
        read_pairs(rests[-1])


def test_what_measure_writes_is_read(tmp_path: Path) -> None:
    head = "participant,session,day,condition,outcome,instrument,posture,unit,value,time,reason\n"
    night = "A,,2026-03-0{day},,{outcome},diary,,min,{value},1380.0,\n"
    rows = [night.format(day=day, outcome=outcome, value=value)
            for day, value in ((2, 240.0), (9, 300.0)) for outcome in ("SOL", "TST")]  # fmt: skip
    ((pair,), notes) = read_pairs(write(tmp_path, head + "".join(rows)))
    assert (pair.before, pair.after, pair.days_apart) == (240.0, 300.0, 7)
    assert any("2 rows are used; nothing is known" in note and "SOL" in note for note in notes)


def test_a_baseline_after_the_treatment_is_named(tmp_path: Path) -> None:
    rows = "participant,visit,outcome,value,clock\nA,before,STAI-S,45,18:00\nA,after,STAI-S,38,17:00\n"
    with pytest.raises(
        DataError, match="line 2, column 'clock': 'before' is later than 'after'.*line 3.*Mend the times"
    ):
        read_pairs(write(tmp_path, rows))


ASKED = "participant,outcome,instrument,before,after,days_apart\n"


def test_questionnaires_that_ask_about_weeks_need_no_time_of_day(tmp_path: Path) -> None:
    text = ASKED + "A,PSS,PSS-10,26,20,56\nB,pss,,12,16,56\nC,ISI,,18,9,84\nD,TST,,400,410,7\n"
    pairs, _ = read_pairs(write(tmp_path, text))
    assert [pair.days_apart for pair in pairs] == [56, 56, 84, 7]
    assert [pair.unit for pair in pairs] == ["points", "points", "points", "min"]
    assert all(math.isfinite(pair.clock_before) and not pair.part for pair in pairs)
    assert read_pairs(write(tmp_path, text), "morning")[0] == pairs
    with pytest.raises(DataError, match="no column for 'clock_before'"):
        read_pairs(write(tmp_path, f"{text}E,pain NRS,,5,4,7\n"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,PSS,PSS-14,26,20,56", "line 2, column 'outcome': what happens to PSS without treatment is known of PSS-10"),
        ("A,PSS,,41,20,56", "line 2, column 'before': 41 points lies outside the scale, 0 to 40"),
        ("A,PSS,,much,20,56", "line 2, column 'before'"),
        ("A,PSS,,26,20,1.5", "1.5 days apart"),
    ],
)
def test_what_is_wrong_with_a_questionnaire_is_named(tmp_path: Path, row: str, said: str) -> None:
    with pytest.raises(DataError) as refused:
        read_pairs(write(tmp_path, ASKED + row + "\n"))
    assert said in str(refused.value)


def test_of_a_table_that_measure_wrote_the_form_that_is_known_is_used(tmp_path: Path) -> None:
    scores = tmp_path / "scores.csv"
    scores.write_text("id,day,pss10_total,pss4_total\nA,1,26,8\nA,57,20,7\n", encoding="utf-8")
    measured = tmp_path / "measured.csv"
    measure_scale(scores).table.to_csv(measured, index=False)
    (pair,), notes = read_pairs(measured)
    assert (pair.outcome, pair.instrument, pair.before, pair.after) == ("PSS", "PSS-10", 26.0, 20.0)
    assert pair.days_apart == 56
    assert any("2 rows are used; nothing is known of what happens without treatment to PSS (PSS-4)" in x for x in notes)
