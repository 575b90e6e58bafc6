from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError, RequestError
from effleurage.files.saliva.tubes import MOST_BYTES, read_saliva
from effleurage.lab.saliva.courses import SAMPLE_COLUMNS
from effleurage.lab.saliva.saliva import measure_saliva

DATA = Path(__file__).parents[3].parent / "shared" / "data"
CAR = DATA / "cortisol_car_carwatch"
TSST = DATA / "cortisol_tsst_nelson"


def write(folder: Path, text: str | bytes, name: str = "x.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def refusal(path: Path, **options: str) -> str:
    with pytest.raises(EffleurageError) as refused:
        read_saliva(path, **options)
    return str(refused.value)


def test_a_long_table_is_read_with_its_unit_and_numeric_order(tmp_path: Path) -> None:
    path = write(
        tmp_path, "participant,sample,time,cortisol (nmol/L)\nA,S10,15,7\nA,S9,0,5\nB,S9,0,4\nB,S10,15,no sample\n"
    )
    table, notes = read_saliva(path)
    assert tuple(table.columns) == tuple(SAMPLE_COLUMNS)
    assert table["order"].tolist() == [1, 0, 0, 1]
    assert table["unit"].unique().tolist() == ["nmol/L"]
    assert table["reason"].tolist() == ["", "", "", "no sample"]
    assert table["line"].tolist() == [2, 3, 4, 5]
    assert notes[0].startswith("long table") and any("not from an awakening" in note for note in notes)


@pytest.mark.parametrize(
    "raw",
    [
        "participant;sample;time;Cortisol (µg/dl)\nÄnne;S1;0;0,5\n".encode("cp1252"),
        "\ufeffparticipant\tsample\ttime\tCortisol (µg/dl)\r\nÄnne\tS1\t0\t0,5\r\n".encode(),
        "sep=;\nparticipant;sample;time;Cortisol (µg/dl)\nÄnne;S1;0;0.5\n".encode(),
    ],
)
def test_encodings_delimiters_and_decimal_commas(tmp_path: Path, raw: bytes) -> None:
    table, _ = read_saliva(write(tmp_path, raw))
    assert table["participant"].tolist() == ["Änne"]
    assert table["concentration"].tolist() == [0.5] and table["unit"].tolist() == ["ug/dL"]


def test_a_wide_table_of_minutes_is_planned_and_counts_from_what_the_caller_says(tmp_path: Path) -> None:
    path = write(tmp_path, "subject,condition,-15,0,+15,30\nA,rest,4,5,6,\nB,rest,5,6,8,7\n")
    table, notes = read_saliva(path, unit="nmol/L", zero="awakening")
    one = table[table["participant"] == "A"]
    assert one["minutes"].tolist() == [-15, 0, 15, 30] == one["planned"].tolist()
    assert set(table["timing"]) == {"planned"} and set(table["zero"]) == {"awakening"}
    assert one["reason"].tolist()[-1] == "nothing in the table"
    assert any("planned minutes" in note for note in notes)


def test_a_wide_table_of_tubes_has_no_times_until_a_plan_is_given(tmp_path: Path) -> None:
    path = write(tmp_path, "subject,cort_S1,cort_S2,cort_S10\nA,4,8,6\n")
    table, notes = read_saliva(path, unit="nmol/L")
    assert table.sort_values("order")["sample"].tolist() == ["S1", "S2", "S10"] and table["minutes"].isna().all()
    assert any("give the planned minutes" in note for note in notes)
    without = measure_saliva(table).table.set_index("outcome")
    assert np.isnan(without.loc["cortisol AUCg", "value"]) and without.loc["cortisol MaxInc", "value"] == 4.0
    planned = measure_saliva(table, planned=[0, 10, 30]).table.set_index("outcome")
    assert planned.loc["cortisol AUCg", "value"] == pytest.approx(10 * 6 + 20 * 7)


def test_consecutive_numbers_count_tubes_and_others_are_minutes(tmp_path: Path) -> None:
    tubes, _ = read_saliva(write(tmp_path, "subject,condition,0,1,2\nA,x,1,2,3\n"), unit="nmol/L")
    assert tubes["minutes"].isna().all()
    minutes, _ = read_saliva(write(tmp_path, "subject,condition,0,10,20\nA,x,1,2,3\n"), unit="nmol/L")
    assert minutes["minutes"].tolist() == [0, 10, 20]


def test_clock_times_and_awakening_make_actual_minutes_over_midnight(tmp_path: Path) -> None:
    text = (
        "participant,sample,sampling_time,awakening_time,cortisol (nmol/L)\n"
        "A,S1,06:08,06:00,5\nA,S2,06:30,06:00,9\nA,S3,23:30,06:00,2\nA,S4,00:15,06:00,1\n"
    )
    table, notes = read_saliva(write(tmp_path, text))
    assert table["minutes"].tolist() == [8, 30, 1050, 1095]
    assert set(table["zero"]) == {"awakening"} and table["clock"].tolist() == [368, 390, 1410, 15]
    assert any("next day" in note for note in notes)


def test_study_results_of_carwatch_tell_the_delays_even_without_a_concentration(tmp_path: Path) -> None:
    text = (
        "participant,day,scheduled_sample,sampling_time,awakening_time,expected_interval_min,sample_compliant\n"
        "VP01,1,S1,2025-05-15 06:06:40+02:00,2025-05-15 06:00:40+02:00,0,False\n"
        "VP01,1,S2,2025-05-15 06:33:40+02:00,2025-05-15 06:00:40+02:00,30,True\n"
    )
    table, notes = read_saliva(write(tmp_path, text))
    assert table["minutes"].tolist() == [6, 33] and table["planned"].tolist() == [0, 30]
    assert any("no concentration" in note for note in notes)
    measured = measure_saliva(table).table.set_index("outcome")
    assert measured.loc["CAR delay", "value"] == 6.0 and measured.loc["CAR timing error", "value"] == 6.0
    assert "no concentration in this table" in measured.loc["CAR MnInc", "reason"]


def test_minutes_after_awakening_are_known_by_their_name(tmp_path: Path) -> None:
    text = "subject,sample,Minutes after awakening,cortisol (nmol/l)\nA,bed,900,1\nA,wake,4,5\nA,half,34,9\n"
    table, _ = read_saliva(write(tmp_path, text))
    assert set(table["zero"]) == {"awakening"}
    assert table.sort_values("order")["sample"].tolist() == ["wake", "half", "bed"]


def test_two_determinations_and_flow_are_read(tmp_path: Path) -> None:
    text = "id,sample,time,siga 1 (mg/L),siga 2 (mg/L),flow (ml/min)\nA,1,0,100,110,0.4\n"
    table, notes = read_saliva(write(tmp_path, text))
    assert table.loc[0, ["concentration", "duplicate", "flow"]].tolist() == [100, 110, 0.4]
    assert set(table["analyte"]) == {"sIgA"} and any("two determinations" in note for note in notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "id,sample,cortisol\nA,1,5\nA,2,7\n",
            "the unit of cortisol is not given (the median, 6, would be usual in nmol",
        ),
        ("id,sample,cortisol,unit\nA,1,5,nmol/L\nA,2,0.2,ug/dL\n", "line 3, column 'unit': the unit is ug/dL"),
        ("id,sample,cortisol,unit\nA,1,5,furlong\n", "'furlong' is no unit of cortisol"),
        ("id,sample,cortisol (nmol/L)\nA,1,-5\n", "line 2, A, tube 1: the concentration is negative"),
        ("id,sample,cortisol (nmol/L)\nA,1,1500\n", "line 2, A, tube 1: the concentration is more than 1000 nmol/L"),
        ("id,sample,cortisol (ug/dL)\nA,1,40\n", "more than 36.245 ug/dL"),
        ("id,sample,cortisol (nmol/L)\nA,1,5\nA,1,6\n", "line 3, A, tube 1: the tube stands twice"),
        (
            "id,sample,cortisol (nmol/L)\nA,1,five\nA,2,six\n",
            "line 3, column 'cortisol (nmol/L)': 'six' is not a number",
        ),
        ("id,sample,cortisol (nmol/L)\n,1,5\n", "line 2, column 'id': no participant"),
        ("id,sample,cortisol (nmol/L)\nA,,5\n", "line 2, column 'sample': the tube has no name"),
        ("id,sample,cortisol (nmol/L)\nA,1,5,3\n", "line 2: has more fields than the header's 3"),
        ("id,sample,sampling_time,cortisol (nmol/L)\nA,1,dawn,5\n", "'dawn' is not a time of day"),
        ("id,15,15\nA,1,2\n", "two columns are called '15'"),
        ("0,15,30\n1,2,3\n", "the first row holds numbers, not names"),
        ("name,age\nA,31\n", "no concentration is found among 'name', 'age'"),
        ("Participant ID,date_D1,sampling_time_D1_B1\nA,2025-05-15,06:13:55\n", "sampling times and no concentration"),
        ("id,sample,cortisol (nmol/L)\n", "holds one row only"),
        ("", "is empty"),
        (b"\x89PNG\x00\x01\x02", "no text"),
        (b"PK\x03\x04 workbook", "workbook"),
    ],
)
def test_bad_tables_are_refused_with_row_and_fix(tmp_path: Path, text: str | bytes, said: str) -> None:
    message = refusal(write(tmp_path, text))
    assert "x.csv" in message and said in message


def test_options_that_do_not_exist_are_refused_all_at_once(tmp_path: Path) -> None:
    path = write(tmp_path, "id,sample,cortisol (nmol/L)\nA,1,5\n")
    message = refusal(path, analyte="gold", zero="noon", unit="nmol", fluid="sweat")
    assert all(word in message for word in ("gold", "noon", "'nmol'", "sweat"))
    assert "the heading says nmol/L, not ug/dL" in refusal(path, unit="ug/dL")
    assert "holds no sIgA" in refusal(path, analyte="sIgA")
    with pytest.raises(RequestError, match="no column 'reporting_type'"):
        read_saliva(path, reporting_type="Naive")


def test_reporting_types_are_never_mixed(tmp_path: Path) -> None:
    text = "subject,reporting_type,sample,cortisol (nmol/L)\nA,Naive,S1,5\nA,App,S1,5\n"
    path = write(tmp_path, text)
    assert "Choose a reporting type: Naive; App" in refusal(path)
    assert "Did you mean 'App'" in refusal(path, reporting_type="Apps")
    table, notes = read_saliva(path, reporting_type="App")
    assert len(table) == 1 and "reporting type 'App' of 2 in the file" in notes


def test_a_file_that_is_too_large_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    assert "is larger than 8 MB" in refusal(path)
    assert "no such file" in refusal(tmp_path / "none.csv")


@pytest.mark.skipif(not CAR.is_dir(), reason="the public awakening study is not here")
def test_216_mornings_equal_the_numbers_of_their_authors() -> None:
    samples, notes = read_saliva(CAR / "cortisol_samples_cleaned.csv", unit="nmol/L")
    assert any("counts from the first tube" in note for note in notes)
    table = measure_saliva(samples, slopes=[("S0", "S3"), ("S0", "S4")]).table
    theirs = pd.read_csv(CAR / "cortisol_features_cleaned.csv", dtype={"night": str})
    pairs = {
        "CAR AUCg": ("auc_g", 213),
        "CAR AUCi": ("auc_i", 213),
        "CAR MaxInc": ("max_inc", 216),
        "cortisol slope S0 to S3": ("slopeS0S3", 213),
        "cortisol slope S0 to S4": ("slopeS0S4", 213),
    }
    for ours, (name, mornings) in pairs.items():
        one = table[table["outcome"] == ours].set_index(["participant", "day"])["value"]
        other = theirs[theirs["saliva_feature"] == name].set_index(["subject", "night"])["cortisol"]
        other = other.rename_axis(["participant", "day"])
        both = pd.concat([one.rename("a"), other.rename("b")], axis=1).dropna()
        assert len(one) == 216 and len(both) == mornings
        np.testing.assert_allclose(both["a"], both["b"], rtol=1e-6, atol=1e-9)
    untimed = table[(table["outcome"] == "CAR AUCg") & table["value"].isna()]
    assert len(untimed) == 3 and untimed["reason"].str.contains("time of tube").all()


@pytest.mark.skipif(not CAR.is_dir(), reason="the public awakening study is not here")
def test_late_mornings_are_shown_both_ways() -> None:
    samples, _ = read_saliva(CAR / "cortisol_samples_cleaned.csv", unit="nmol/L")
    measured = measure_saliva(samples)
    wide = measured.table.pivot_table(index=["participant", "day"], columns="outcome", values="value", dropna=False)
    late = wide["CAR timing error"] > 5
    assert wide.loc[late, "CAR MnInc (delays excluded)"].isna().all()
    assert wide.loc[late & (wide["CAR delay"].abs() <= 15), "CAR MnInc (delay-modelled)"].notna().sum() > 30
    assert wide.loc[wide["CAR delay"].abs() > 15, "CAR MnInc (delay-modelled)"].isna().all()
    on_time = (wide["CAR delay"] == 0) & (wide["CAR timing error"] == 0)
    assert on_time.sum() > 10
    np.testing.assert_allclose(
        wide.loc[on_time, "CAR MnInc"], wide.loc[on_time, "CAR MnInc (delay-modelled)"], rtol=1e-12
    )


@pytest.mark.skipif(not CAR.is_dir(), reason="the public awakening study is not here")
@pytest.mark.parametrize(("reporting_type", "mornings"), [("Naive", 204), ("AW: Sensor, ST: App", 41)])
def test_one_reporting_type_of_many_is_read(reporting_type: str, mornings: int) -> None:
    file = CAR / "cortisol_samples_processed_all_reporting_types.csv"
    samples, _ = read_saliva(file, unit="nmol/L", reporting_type=reporting_type)
    assert len(samples) == 5 * mornings and set(samples["zero"]) == {"awakening"}
    own = pd.read_csv(file).query("reporting_type == @reporting_type")
    np.testing.assert_allclose(samples["minutes"], own["time_diff_min"], atol=0.02)
    assert "which must not be mixed" in refusal(file, unit="nmol/L")


@pytest.mark.skipif(not TSST.is_dir(), reason="the public stress test is not here")
def test_the_stress_test_runs_as_a_wide_table(tmp_path: Path) -> None:
    matrix = np.loadtxt(TSST / "tsst_cort_nelson.txt")
    minutes = [0, 15, 30, 40, 50, 65, 80, 95, 110, 125, 140]
    table = pd.DataFrame(matrix, columns=["subject", *map(str, minutes)]).astype({"subject": int})
    table.to_csv(tmp_path / "wide.csv", index=False)
    samples, _ = read_saliva(tmp_path / "wide.csv", unit="ug/dL", fluid="plasma")
    measured = measure_saliva(samples, unit="ug/dL").table
    found = measured[measured["outcome"] == "cortisol AUCg"].set_index("participant")["value"]
    assert len(found) == 58
    by_hand = np.trapezoid(matrix[:, 1:], minutes, axis=1)
    np.testing.assert_allclose(found.loc[[f"{person:.0f}" for person in matrix[:, 0]]], by_hand, rtol=1e-9)


_CELLS = """A|B|S1|S2|S10|0|15|30|5.1|5,1|-3|1e5|<0.3|<LOD|NA|-|06:00|23:50|00:10|nmol/L|ug/dL|1,250|inf|no sample
|2024-03-31T02:30|0 days 06:00:00|2024-10-27 02:30|€"""
_NAMES = """participant|day|date|condition|sample|time|sampling_time|awakening_time|planned|expected_interval_min|unit
|flow|cortisol (nmol/l)|cortisol|siga (mg/L)|0|15|-15|S1|S10|reporting_type|minutes after awakening|x|"""
CELLS = st.sampled_from([*_CELLS.replace("\n", "").split("|"), ""])
NAMES = st.sampled_from(_NAMES.replace("\n", "").split("|"))


def assert_result_or_refusal(raw: bytes, **options: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), raw)
        try:
            samples, notes = read_saliva(path, **options)
        except EffleurageError as refused:
            assert refused.findings
            return
        assert len(samples) and notes
        assert (samples["concentration"].notna() | samples["limit"].notna() | (samples["reason"] != "")).all()
        table = measure_saliva(samples).table
        assert (table["value"].notna() | (table["reason"] != "")).all()


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
def test_any_bytes_are_a_result_or_a_refusal(raw: bytes) -> None:
    assert_result_or_refusal(raw)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_small_table_is_a_result_or_a_refusal(data: st.DataObject) -> None:
    names = data.draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=5))
    between = data.draw(st.sampled_from(",;\t"))
    text = "\n".join(between.join(cells) for cells in [names, *rows])
    unit = data.draw(st.sampled_from(["nmol/L", "mg/L"]))
    assert_result_or_refusal(text.encode(), unit=unit, zero=data.draw(st.sampled_from(["awakening", "start"])))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 12), st.integers(0, 90), CELLS), min_size=1, max_size=8)
)
def test_any_plausible_course_is_a_result_or_a_refusal(rows: list[tuple[str, int, int, str]]) -> None:
    lines = [f"{person};S{tube};{minute};{cell}" for person, tube, minute, cell in rows]
    text = "\n".join(["participant;sample;minutes after awakening;cortisol (nmol/L)", *lines])
    assert_result_or_refusal(text.encode())


def test_a_damaged_file_of_the_real_kind_raises_no_other_error(tmp_path: Path) -> None:
    text = (
        "subject,night,sample,time_abs,wake_onset_time,time,cortisol\nA,0,S0,0 days 06:00:00,0 days 05:45:00,0.0,2.8\n"
    )
    with pytest.raises(DataError):
        read_saliva(write(tmp_path, text[: len(text) // 2]), unit="nmol/L")
    table, _ = read_saliva(write(tmp_path, text), unit="nmol/L")
    assert table["minutes"].tolist() == [15.0]


@pytest.mark.parametrize("times", ["6:32,7:01", "0,30", "06:32:10,07:01:00"])
@pytest.mark.parametrize("names", ["t1,t2", "time1,time2", "S1,S2"])
def test_times_of_tubes_are_no_concentrations_and_the_hint_works(times: str, names: str, tmp_path: Path) -> None:
    path = write(tmp_path, f"ID,{names},cort1 (ug/dL),cort2 (ug/dL)\n101,{times},0.31,0.52\n")
    assert "seem to be times of tubes, not concentrations" in refusal(path)
    text = "participant,day,sample,sampling_time,cortisol (ug/dL)\n101,1,S1,6:32,0.31\n101,1,S2,7:01,0.52\n"
    samples, _ = read_saliva(write(tmp_path, text))
    assert samples["concentration"].tolist() == [0.31, 0.52]


@pytest.mark.parametrize("minutes", ["duration (min)", "collection time (min)"])
def test_volume_and_minutes_are_a_flow(minutes: str, tmp_path: Path) -> None:
    text = f"participant,sample,time,sIgA (µg/mL),volume (mL),{minutes}\n101,pre,0,120,1.2,3\n101,post,20,180,1.5,0\n"
    samples, notes = read_saliva(write(tmp_path, text))
    assert samples["flow"].iloc[0] == pytest.approx(0.4) and np.isnan(samples["flow"].iloc[1])
    assert any("flow in mL/min is 'volume (mL)'" in note for note in notes)
    found = measure_saliva(samples).table.set_index("outcome")["value"]
    assert found["sIgA secretion rate pre"] == pytest.approx(48)


def test_another_analyte_is_named_as_not_read(tmp_path: Path) -> None:
    text = "participant,sample,time,alpha-amylase (U/mL)\n101,pre,0,80\n101,post,20,120\n"
    assert "Only cortisol and sIgA are read from saliva" in refusal(write(tmp_path, text))
