from __future__ import annotations

import doctest
from functools import reduce

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from effleurage.people import summary
from effleurage.people.summary import ERROR, QUANTILES, Summary, summary_of

SIZES = st.one_of(st.floats(1e-9, 1e9), st.floats(-1e9, -1e-9), st.just(0.0))
FIELDS = ("n", "lost", "mean", "m2", "low", "high", "bins", "counts")


def same(one: Summary, other: Summary) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True) for name in FIELDS)


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 40)), elements=SIZES), st.integers(0, 40))
def test_parts_merge_to_the_whole(values: np.ndarray, cut: int) -> None:
    whole = Summary.of([values])
    merged = Summary.of([values[:, :cut]]).merged(Summary.of([values[:, cut:]]))
    for name in ("n", "lost", "low", "high", "bins", "counts"):
        assert np.array_equal(getattr(whole, name), getattr(merged, name))
    largest = np.abs(values).max(axis=1)
    for found in (whole, merged):
        assert (np.abs(found.average - values.mean(axis=1)) <= 1e-12 * largest).all()
        assert (np.abs(found.m2 - ((values.T - values.mean(axis=1)) ** 2).sum(axis=0)) <= 1e-9 * largest**2).all()


@settings(deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 60)), elements=SIZES))
def test_quantiles_are_those_of_numpy_to_one_percent(values: np.ndarray) -> None:
    found = Summary.of([values]).quantiles()
    exact = np.quantile(values, QUANTILES, axis=1)
    below = np.abs(np.quantile(values, QUANTILES, axis=1, method="lower"))
    above = np.abs(np.quantile(values, QUANTILES, axis=1, method="higher"))
    assert (np.abs(found - exact) <= ERROR * (1 + 1e-9) * np.maximum(below, above)).all()


def test_a_cohort_in_chunks_has_the_quantiles_of_the_whole() -> None:
    person = np.linspace(-3, 3, 1001)
    values = np.stack([np.exp(person), person, np.zeros(1001)])
    found = reduce(Summary.merged, [Summary.of([part]) for part in np.array_split(values, 7, axis=1)])
    assert found.quantiles() == pytest.approx(np.quantile(values, QUANTILES, axis=1), rel=1.001 * ERROR)
    assert found.sd == pytest.approx(values.std(axis=1, ddof=1), rel=1e-12)


def test_merging_in_one_order_gives_the_same_bits() -> None:
    parts = [Summary.of([np.sin(np.arange(60.0) * turn).reshape(3, 20)]) for turn in range(1, 9)]
    assert same(reduce(Summary.merged, parts), reduce(Summary.merged, parts))
    assert not same(reduce(Summary.merged, parts), reduce(Summary.merged, parts[::-1]))


def test_the_lost_are_counted_and_left_out() -> None:
    found = Summary.of([np.array([[1.0, np.nan, 3.0], [np.nan, np.nan, np.nan], [np.inf, -2.0, 0.0]])])
    assert found.n.tolist() == [2, 0, 2]
    assert found.lost.tolist() == [1, 3, 1]
    assert found.average == pytest.approx([2, np.nan, -1], nan_ok=True)
    assert found.low == pytest.approx([1, np.nan, -2], nan_ok=True)
    expected = np.array([[1, 2, 3], [np.nan] * 3, [-2, -1, 0]])
    ends_and_middle = found.quantiles((0.0, 0.5, 1.0)).T
    assert ends_and_middle == pytest.approx(expected, rel=ERROR, nan_ok=True)
    nobody = Summary.of([np.full((3, 2), np.nan)])
    merged = nobody.merged(found)
    assert np.array_equal(merged.mean, found.mean)
    assert merged.lost.tolist() == [3, 5, 3]


def test_every_size_that_a_number_can_have() -> None:
    extremes = np.array([[-1.7e308, -1e-308, -5e-324, 0.0, 5e-324, 1e-308, 1.7e308]])
    with np.errstate(over="ignore"):
        found = Summary.of([extremes])
    assert found.counts.tolist() == [1] * 7
    assert found.quantiles(np.linspace(0, 1, 7).tolist())[:, 0] == pytest.approx(extremes[0], rel=ERROR)


def test_cells_keep_their_place_side_by_side() -> None:
    one, other = np.array([[1.0, 2.0]]), np.array([[-3.0, -4.0], [5.0, 6.0]])
    apart = Summary.side_by_side([Summary.of([one]), Summary.of([other])])
    assert same(apart, Summary.of([np.vstack([one, other])]))
    assert same(apart, Summary.of([one, other]))
    assert apart.quantiles((0.5,))[0] == pytest.approx([1.5, -3.5, 5.5], rel=ERROR)


def test_a_world_is_summed_up_by_quantity_and_unseen_times_are_left_out() -> None:
    about = {"units": "1/min", "ledger_unit": "bpm", "long_name": "heart rate"}
    values = np.array([[60.0, 80.0, np.nan], [70.0, np.nan, np.nan]])
    world = xr.Dataset({"heart_rate": (("time", "person"), values, about)})
    (row,) = summary_of(world).to_dict("records")
    own = [65.0, 80.0]
    assert row == {
        "quantity": "heart_rate",
        "unit": "bpm",
        "meaning": "heart rate",
        "low": 60.0,
        "high": 80.0,
        "mean": pytest.approx(np.mean(own)),
        "spread": pytest.approx(np.std(own)),
    }


def test_the_example_holds() -> None:
    assert doctest.testmod(summary).failed == 0 < doctest.testmod(summary).attempted
