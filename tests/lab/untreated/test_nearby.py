from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.lab.untreated.nearby import HELD, WANTED, Pairs, quantiles


def group(people: int, days: int = 2, **usual: float) -> Pairs:
    first = np.repeat(np.linspace(-2, 2, people), days)
    own = {name: np.full(people * days, value) for name, value in usual.items()}
    return Pairs.sound(first, 0.5 * first, np.repeat(np.arange(people), days), 1.0, own)


def test_days_of_one_person_are_one_person() -> None:
    for days in (1, 5):
        assert group(40, days).people(np.ones(40 * days)) == pytest.approx(40)


@settings(deadline=None)
@given(st.lists(st.floats(0.01, 100), min_size=2, max_size=40))
def test_there_are_never_more_people_than_persons_and_unequal_weights_are_fewer(weights: list[float]) -> None:
    pairs = group(len(weights), 1)
    found = pairs.people(np.array(weights))
    assert 1 - 1e-9 <= found <= len(weights) + 1e-9
    assert pairs.people(np.array(weights) * 7) == pytest.approx(found)


def test_who_begins_near_counts_most_and_the_kernel_is_as_narrow_as_people_allow() -> None:
    many = group(4000, 1)
    counts, people = many.near(0.5, many.weight, 0.0)
    assert many.first[counts.argmax()] == pytest.approx(0.5, abs=0.01)
    assert people >= WANTED
    narrow = np.average((many.first - 0.5) ** 2, weights=counts) ** 0.5
    few = group(300, 1)
    counts, _ = few.near(0.5, few.weight, 0.0)
    assert narrow < np.average((few.first - 0.5) ** 2, weights=counts) ** 0.5
    counts, _ = many.near(0.5, many.weight, 0.4)
    assert np.average((many.first - 0.5) ** 2, weights=counts) ** 0.5 == pytest.approx(0.4, rel=0.05)


def test_who_is_alike_counts_more() -> None:
    both = Pairs.together([group(50, pain=1.0), group(50, pain=6.0)])
    counts = both.alike({"pain": 6.0})
    assert counts[100:].sum() > 1000 * counts[:100].sum()
    assert (both.alike({}) == both.weight).all()


def test_the_ends_hold_their_share() -> None:
    pairs = group(4000, 1)
    low, high = pairs.ends
    assert ((pairs.first >= low) & (pairs.first <= high)).mean() == pytest.approx(HELD, abs=0.001)


def test_a_weight_is_worth_as_many_copies() -> None:
    values = np.array([5.0, 1.0, 3.0])
    assert quantiles(values, np.array([1.0, 2.0, 1.0]), [0.5]) == np.quantile([1, 1, 3, 5], 0.5, method="inverted_cdf")
