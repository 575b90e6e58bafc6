from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from effleurage.errors import DataError
from effleurage.lab.saliva.courses import courses_of, lay_out, sample_order


def samples(**columns: list[object]) -> pd.DataFrame:
    base = {"participant": ["A", "A", "B"], "sample": ["S9", "S10", "S9"], "concentration": [1.0, 2.0, 3.0]}
    return pd.DataFrame({**base, "unit": "nmol/L", **columns})


def test_ten_comes_after_nine_and_minus_before_plus() -> None:
    assert sample_order(["S10", "S9", "S1"]) == ["S1", "S9", "S10"]
    assert sample_order(["+10", "-10", "0", "5 min"]) == ["-10", "0", "5 min", "+10"]


def test_courses_are_rows_and_tubes_columns_in_order() -> None:
    table = lay_out(samples())
    courses = courses_of(table, np.zeros(3, dtype=bool))
    assert courses.labels == ("S9", "S10")
    np.testing.assert_array_equal(courses.values, [[1.0, 2.0], [3.0, np.nan]])
    assert courses.gaps() == ["", "tube S10 is missing (not in the table)"]


def test_a_condition_with_fewer_tubes_does_not_lack_those_of_another() -> None:
    table = lay_out(samples(condition=["long", "long", "short"]))
    designs = list(courses_of(table, np.zeros(3, dtype=bool)).designs())
    assert [design.labels for design in designs] == [("S9", "S10"), ("S9",)]
    assert [design.gaps() for design in designs] == [[""], [""]]


def test_times_that_do_not_rise_or_lack_name_their_tube() -> None:
    back = courses_of(lay_out(samples(minutes=[30.0, 15.0, 0.0])), np.zeros(3, dtype=bool))
    assert "tube S10 (15 min) is not later than tube S9 (30 min)" in back.order_faults()[0]
    assert back.clock_faults()[1] == "the time of tube S10 is not known"


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"sample": ["S9", "S9", "S9"]}, "row 2, A, tube S9: the tube stands twice"),
        ({"sample": ["S9", " ", "S9"]}, "has no name"),
        ({"concentration": [1.0, -2.0, 3.0]}, "row 2, A, tube S10: the concentration is negative"),
        ({"concentration": [1.0, 2.0, 1001.0]}, "row 3, B, tube S9: the concentration is more than 1000 nmol/L"),
        ({"flow": [0.5, 21.0, 0.5]}, "no flow of 0 to 20 mL/min"),
        ({"zero": ["noon", "start", "start"]}, "zero is none of awakening"),
        ({"fluid": ["blood", "saliva", "saliva"]}, "fluid is none of saliva"),
        ({"concentration": ["a", "2", "3"]}, "column 'concentration'"),
    ],
)
def test_what_cannot_be_is_refused_by_row(columns: dict[str, list[object]], fault: str) -> None:
    with pytest.raises(DataError) as refusal:
        lay_out(samples(**columns))
    assert fault in str(refusal.value)


def test_all_faults_are_said_at_once_and_a_long_list_is_cut() -> None:
    table = pd.DataFrame(
        {"participant": [f"P{n}" for n in range(30)], "sample": "S", "concentration": -1.0, "unit": "nmol/L"}
    )
    with pytest.raises(DataError) as refusal:
        lay_out(table.assign(flow=99.0))
    assert str(refusal.value).count("21 more like these") == 2 and "no flow" in str(refusal.value)
    assert len(refusal.value.findings) == 20


def test_a_table_without_concentrations_or_rows_is_refused() -> None:
    with pytest.raises(DataError, match="no column concentration"):
        lay_out(samples().drop(columns="concentration"))
    with pytest.raises(DataError, match="no sample"):
        lay_out(samples().iloc[:0])
