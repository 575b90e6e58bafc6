from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from effleurage.errors import DataError, RequestError
from effleurage.lab.records import COLUMNS
from effleurage.lab.saliva.saliva import measure_saliva


def day(**columns: object) -> pd.DataFrame:
    """A morning and a day of one person, from awakening at 06:30."""
    minutes = np.array([0.0, 30, 45, 240, 540, 900])
    base = {
        "participant": "A",
        "day": 1,
        "sample": ["S1", "S2", "S3", "S4", "S5", "S6"],
        "minutes": minutes,
        "planned": minutes,
        "clock": (390 + minutes) % 1440,
        "zero": "awakening",
        "concentration": [8.0, 14.0, 12.0, 6.0, 4.0, 1.5],
        "unit": "nmol/L",
    }
    return pd.DataFrame({**base, **columns})


def session(**columns: object) -> pd.DataFrame:
    base = {"participant": "A", "sample": ["pre", "post"], "order": [0, 1], "minutes": [0.0, 40.0]}
    return pd.DataFrame({**base, "concentration": [8.0, 6.0], "unit": "nmol/L", **columns})


def value(table: pd.DataFrame, outcome: str) -> float:
    (found,) = table.loc[table["outcome"] == outcome, "value"]
    return float(found)


def reason(table: pd.DataFrame, outcome: str) -> str:
    (found,) = table.loc[table["outcome"] == outcome, "reason"]
    return str(found)


def test_a_day_has_every_outcome_with_unit_and_definition() -> None:
    measured = measure_saliva(day())
    table = measured.table
    assert tuple(table.columns) == COLUMNS and (table["day"] == 1).all()
    values = day()["concentration"].to_numpy()
    assert value(table, "cortisol AUCg") == pytest.approx(np.trapezoid(values, day()["minutes"]))
    assert value(table, "CAR AUCg") == pytest.approx(30 * 11 + 15 * 13)
    assert value(table, "CAR AUCi") == pytest.approx(30 * 11 + 15 * 13 - 8 * 45)
    assert value(table, "CAR MnInc") == pytest.approx(5.0)
    assert value(table, "CAR rise to +30") == value(table, "CAR MaxInc") == pytest.approx(6.0)
    assert value(table, "CAR time of peak") == 30.0
    waking = np.polyfit(np.array([0, 4, 9, 15]), np.log([8.0, 6, 4, 1.5]), 1)[0]
    assert value(table, "cortisol diurnal slope (from waking)") == pytest.approx(waking)
    later = np.polyfit(np.array([4, 9, 15]), np.log([6.0, 4, 1.5]), 1)[0]
    assert value(table, "cortisol diurnal slope (after the CAR)") == pytest.approx(later)
    assert value(table, "cortisol acrophase") == pytest.approx(
        -value(table, "cortisol acrophase, radians") / (2 * np.pi) * 24
    )
    assert set(table["unit"]) == {"nmol/L", "nmol/L·min", "min", "ln(nmol/L)/h", "h", "rad"}
    assert measured.parameters["planned (min)"] == {"S1": 0, "S2": 30, "S3": 45, "S4": 240, "S5": 540, "S6": 900}
    for words in ("Pruessner", "Stalder", "Smyth", "Adam & Kumari", "Cornelissen"):
        assert words in measured.methods


def test_units_are_converted_and_the_shape_of_the_course_is_not() -> None:
    table = measure_saliva(day(concentration=day()["concentration"] / 27.59, unit="ug/dL")).table
    again = measure_saliva(day()).table
    np.testing.assert_allclose(table["value"], again["value"], rtol=1e-12)
    in_ug = measure_saliva(day(), unit="ug/dL")
    assert value(in_ug.table, "CAR MnInc") == pytest.approx(5 / 27.59)
    assert "1 ug/dL = 27.59 nmol/L" in in_ug.methods


def test_a_missing_tube_is_named_and_the_slope_says_what_it_was_fitted_without() -> None:
    samples = day(reason=["", "", "", "", "insufficient volume", ""])
    samples.loc[4, "concentration"] = np.nan
    table = measure_saliva(samples).table
    assert np.isnan(value(table, "cortisol AUCg"))
    assert reason(table, "cortisol AUCg") == "tube S5 is missing (insufficient volume)"
    assert np.isfinite(value(table, "CAR MnInc"))
    assert np.isfinite(value(table, "cortisol diurnal slope (from waking)"))
    assert reason(table, "cortisol diurnal slope (from waking)").startswith("fitted without: tube S5")
    samples.loc[0, "concentration"] = np.nan
    assert reason(measure_saliva(samples).table, "cortisol diurnal slope (from waking)") == "no tube at waking"


def test_below_the_limit_stands_with_a_caution_or_is_missing() -> None:
    stands = measure_saliva(day(), lod=2.0).table
    assert value(stands, "cortisol S6") == pytest.approx(2 / np.sqrt(2))
    assert "below the detection limit" in reason(stands, "cortisol AUCg")
    gone = measure_saliva(day(), lod=2.0, below="missing").table
    assert np.isnan(value(gone, "cortisol S6"))
    assert reason(gone, "cortisol S6") == "tube S6 is missing (below the detection limit of 2 nmol/L)"
    said_so = day(reason=["", "", "", "", "", "below the detection limit"])
    said_so.loc[5, "concentration"] = np.nan
    assert np.isnan(value(measure_saliva(said_so).table, "cortisol S6"))
    assert value(measure_saliva(said_so, lod=2.0).table, "cortisol S6") == pytest.approx(2 / np.sqrt(2))


def test_duplicates_are_averaged_and_their_cv_is_said() -> None:
    measured = measure_saliva(session(duplicate=[9.0, 6.0]))
    assert value(measured.table, "cortisol pre") == 8.5
    assert measured.parameters["duplicate CV (%)"] == pytest.approx(100 / np.sqrt(2) / 8.5 / np.sqrt(2))
    assert any("CV" in note for note in measured.notes)


def test_a_session_has_no_awakening_response() -> None:
    measured = measure_saliva(session())
    assert not measured.table["outcome"].str.startswith("CAR").any()
    assert value(measured.table, "cortisol AUCi") == pytest.approx(-40.0)
    assert any("no awakening response" in note for note in measured.notes)


def test_siga_has_concentration_and_rate_and_warns_of_the_wrong_tube() -> None:
    samples = session(analyte="sIgA", unit="ug/mL", concentration=[100.0, 150.0], flow=[0.4, np.nan])
    measured = measure_saliva(samples)
    assert value(measured.table, "sIgA post") == 150.0
    assert value(measured.table, "sIgA secretion rate pre") == pytest.approx(40.0)
    assert np.isnan(value(measured.table, "sIgA secretion rate post"))
    assert reason(measured.table, "sIgA secretion rate post") == "no flow for tube post"
    assert any("Salivette" in note for note in measured.notes)
    assert set(measured.table["unit"]) == {"mg/L", "ug/min"}


def test_the_slope_between_two_tubes_can_be_asked_for() -> None:
    table = measure_saliva(day(), slopes=[("S1", "S3")]).table
    assert value(table, "cortisol slope S1 to S3") == pytest.approx(4 / 45)
    with pytest.raises(RequestError, match="no tube 'S9'"):
        measure_saliva(day(), slopes=[("S1", "S9")])


def test_times_that_go_back_leave_a_reason_and_not_a_number() -> None:
    table = measure_saliva(session(minutes=[40.0, 0.0])).table
    assert table.loc[table["outcome"].str.contains("AUC|Inc|peak"), "value"].isna().all()
    assert "clock change" in reason(table, "cortisol AUCg")


def test_mixed_or_absent_units_are_refused_by_row() -> None:
    with pytest.raises(DataError, match="row 2, A, tube post: the unit is not"):
        measure_saliva(session(unit=["nmol/L", "ug/dL"]))
    with pytest.raises(DataError, match="the unit is not given"):
        measure_saliva(session(unit=""))
    with pytest.raises(RequestError, match="no detection limit"):
        measure_saliva(session(), lod=0.0)
    with pytest.raises(RequestError, match="no unit 'nmol'"):
        measure_saliva(session(unit="nmol"))


def test_plasma_may_hold_more_than_saliva() -> None:
    high = session(concentration=[1200.0, 900.0])
    with pytest.raises(DataError, match="more than 1000"):
        measure_saliva(high)
    assert value(measure_saliva(high.assign(fluid="plasma")).table, "cortisol pre") == 1200.0


def test_a_unit_that_the_numbers_belie_is_questioned_and_not_changed() -> None:
    measured = measure_saliva(session(concentration=[0.3, 0.2]))
    assert any("check the unit" in note for note in measured.notes)
    assert value(measured.table, "cortisol pre") == 0.3


def test_people_and_days_do_not_mix() -> None:
    both = pd.concat([session(), session(participant="B", concentration=[1.0, 9.0])], ignore_index=True)
    table = measure_saliva(both.sample(frac=1, random_state=1)).table.set_index(["participant", "outcome"])["value"]
    assert table["A", "cortisol MaxInc"] == -2.0 and table["B", "cortisol MaxInc"] == 8.0


def test_every_missing_value_of_a_scattered_table_says_why() -> None:
    rows = pd.concat([day(participant=f"P{n}") for n in range(12)], ignore_index=True)
    rows["minutes"] += np.repeat(np.arange(12) * 2.0, 6)
    rows.loc[::7, "concentration"] = np.nan
    rows.loc[::11, "minutes"] = np.nan
    table = measure_saliva(rows).table
    missing = table["value"].isna()
    assert missing.any() and not missing.all()
    assert (table.loc[missing, "reason"] != "").all()
