"""Which column holds the intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import DataError
from effleurage.files.heart.columns import padded, rr_column, rr_places, seconds_of, side_by_side, typical

GRID = [["0.8", "800"], ["1.61", "810"], ["2.4", "790"]]


def test_the_column_with_the_name_of_intervals_is_theirs() -> None:
    assert rr_places(["time", "RR [ms]", "heart rate"]) == [1]
    assert rr_column(["time", "RR (ms)"], GRID, "a.csv", None) == 1


def test_a_duration_is_an_interval_only_beside_what_a_recorder_calls_lost() -> None:
    assert rr_places(["duration", "offline"]) == [0]
    assert rr_places(["duration", "comment"]) == []


def test_without_titles_the_column_whose_sums_are_the_other_is_found() -> None:
    assert rr_column(["", ""], GRID, "a.csv", None) == 1


@pytest.mark.parametrize(("asked", "place"), [(1, 0), ("2", 1), ("rr", 1), ("RR", 1)])
def test_a_column_is_asked_for_by_number_from_one_or_by_name(asked: str | int, place: int) -> None:
    assert rr_column(["time", "rr"], GRID, "a.csv", asked) == place


@pytest.mark.parametrize(
    ("titles", "asked", "words"),
    [
        (["rr", "ibi"], None, r"more than one column is named as RR intervals; its columns: 1 \('rr'\), 2 \('ibi'\)"),
        (["a", "b"], "c", r"no column 'c'; its columns: 1 \('a'\), 2 \('b'\)"),
        (["a", "b"], 3, "no column '3'"),
    ],
)
def test_what_cannot_be_told_is_refused_with_the_columns(
    titles: list[str], asked: str | int | None, words: str
) -> None:
    with pytest.raises(DataError, match=words):
        rr_column(titles, [["x", "y"]], "a.csv", asked)


@given(st.lists(st.floats(300, 2000), min_size=1, max_size=50))
def test_the_typical_interval_is_one_of_them_with_half_at_most_above(values: list[float]) -> None:
    found = typical(np.array(values))
    assert found in values and sum(value > found for value in values) <= len(values) / 2 + 0.5
    assert sum(value < found for value in values) <= len(values) / 2


def test_seconds_are_told_from_milliseconds_by_the_typical_interval() -> None:
    for values in ([800.0, 0.0, 900.0], [0.8, 0.0, 0.9]):
        np.testing.assert_allclose(seconds_of(np.array(values)), [0.8, np.nan, 0.9])
    assert np.isnan(seconds_of(np.array([72.0, 75.0]))).all()


def test_intervals_that_go_on_from_column_to_column() -> None:
    titles = ["time_0", "time_1", "time_2"]
    assert side_by_side(titles, [["0.8", "", ""], ["0.81", "0.79", "65535"]]) == [0, 1, 2]
    assert side_by_side(titles, [["0.8", "0.8", "0.8"], ["0.81", "0.79", "0.8"]]) == []
    assert side_by_side(titles, [["", "0.8", ""], ["0.81", "0.79", "0.8"]]) == []


def test_short_rows_are_filled() -> None:
    assert padded([["a"], ["b", "c"]], 2) == [["a", ""], ["b", "c"]]
