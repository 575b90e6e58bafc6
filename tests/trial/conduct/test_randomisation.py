from __future__ import annotations

from collections import Counter
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from effleurage.errors import RequestError
from effleurage.trial.conduct.randomisation import COLUMNS, allocation, sequences
from effleurage.trial.design.design import Arm, Design, Measure


def design(*arms: str, **said: Any) -> Design:
    names = arms or ("massage", "rest")
    kinds = [Arm(name=name, kind="massage" if name == "massage" else "rest") for name in names]
    return Design(title="t", arms=tuple(kinds), outcomes=(Measure(outcome="cortisol", instrument="saliva"),), **said)


def blocks(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return [tuple(rows["arm"]) for _, rows in table.groupby("block")]


@pytest.mark.parametrize("varied", [False, True])
@pytest.mark.parametrize(("arms", "n"), [(("massage", "rest"), 31), (("massage", "rest", "talk"), 10)])
def test_every_block_is_even_and_every_arm_gets_its_number(arms: tuple[str, ...], n: int, varied: bool) -> None:
    table = allocation(design(*arms), n, seed=1, varied=varied)
    assert tuple(table.columns) == COLUMNS and list(table["number"]) == list(range(1, n * len(arms) + 1))
    assert Counter(table["arm"]) == dict.fromkeys(arms, n)
    for block in blocks(table):
        assert set(Counter(block).values()) == {len(block) // len(arms)}
    running = np.cumsum([np.array(arms) == arm for arm in table["arm"]], axis=0)
    assert np.ptp(running, axis=1).max() <= 4 / 2 * (2 if varied else 1)


def test_the_seed_and_nothing_else_makes_the_list() -> None:
    first, again, other = (allocation(design(), 40, seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, again)
    assert list(first["arm"]) != list(other["arm"])
    shorter = allocation(design(), 20, 1)
    pd.testing.assert_frame_equal(first[: len(shorter)], shorter)


def test_every_order_within_a_block_occurs_and_alike_often() -> None:
    seen = Counter(blocks(allocation(design(), 6000, seed=3)))
    assert set(seen) == set(permutations(["massage", "massage", "rest", "rest"]))
    counts = np.array(list(seen.values()))
    assert ((counts - 500) ** 2 / 500).sum() < 20.5  # chi-square of 5 degrees of freedom, p = 0.001


def test_blocks_vary_from_once_to_twice_the_size_when_asked() -> None:
    sizes = Counter(map(len, blocks(allocation(design(), 3000, seed=1, varied=True))))
    assert {4, 6, 8} <= set(sizes) and min(sizes[size] for size in (4, 6, 8)) > 250


def test_a_block_is_made_large_enough_for_all_arms() -> None:
    assert {len(block) for block in blocks(allocation(design("massage", "rest", "talk"), 10, seed=1))} == {6}


def test_each_stratum_has_a_list_of_its_own() -> None:
    table = allocation(design(), 20, seed=1, strata=("women", "men"))
    assert list(table["stratum"].unique()) == ["women", "men"] and table["number"].is_unique
    women, men = (table.loc[table["stratum"] == name] for name in ("women", "men"))
    assert Counter(women["arm"]) == Counter(men["arm"]) == {"massage": 20, "rest": 20}
    assert list(women["arm"]) != list(men["arm"]) and not set(women["block"]) & set(men["block"])


def test_a_crossover_allocates_sequences_to_n_persons_in_all() -> None:
    table = allocation(design(layout="crossover"), 20, seed=1)
    assert Counter(table["sequence"]) == {"massage > rest": 10, "rest > massage": 10}
    assert (table["arm"] == table["sequence"].str.split(" > ").str[0]).all()
    odd = allocation(design(layout="crossover"), 21, seed=1)
    assert len(odd) == 21 and abs(Counter(odd["arm"])["rest"] - 10.5) == 0.5


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
def test_in_the_sequences_every_arm_follows_every_other_alike_often(count: int) -> None:
    names = ("massage", *(f"rest {turn}" for turn in range(1, count)))
    orders = sequences(design(*names))
    assert all(sorted(order) == sorted(names) for order in orders) and len(set(orders)) == len(orders)
    followed = Counter(pair for order in orders for pair in pairwise(order))
    assert len(followed) == count * (count - 1) and len(set(followed.values())) <= 1
    for place in range(count):
        assert len(set(Counter(order[place] for order in orders).values())) == 1


def test_nobody_and_a_stratum_named_twice_are_refused_at_once() -> None:
    with pytest.raises(RequestError, match="0 persons(.|\n)*two strata are called 'men'"):
        allocation(design(), 0, seed=1, strata=("men", "men"))
