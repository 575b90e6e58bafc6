"""Published studies, repeated: ranges hold chance and ignorance, and a miss is shown as one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from effleurage.evidence.ring import replication
from effleurage.evidence.ring.replication import pattern, ranges


@pytest.fixture(scope="module")
def table() -> Iterator[pd.DataFrame]:
    patch = pytest.MonkeyPatch()
    patch.setattr(replication, "REPEATS", 16)
    yield ranges()
    patch.undo()


def test_every_mean_of_both_arms_has_a_range_and_so_has_the_difference(table: pd.DataFrame) -> None:
    assert list(table["arm"].value_counts()) == [3, 3, 3]
    assert (table["low"] < table["high"]).all()
    assert table["inside"].notna().sum() == 8


def test_inside_is_what_the_numbers_say(table: pd.DataFrame) -> None:
    for row in table.to_dict("records"):
        if row["published"].endswith("%"):
            value = float(row["published"].removesuffix(" %"))
            assert row["inside"] == (row["low"] <= value <= row["high"])
    null = table[table["published"] == "no significant change"].iloc[0]
    assert null["inside"] == (null["low"] <= 0 <= null["high"])


def test_massage_and_rest_share_most_of_their_fall(table: pd.DataFrame) -> None:
    stress = table[table["outcome"] == "self-rated stress"].set_index("arm")
    difference = stress.loc["massage less rest"]
    assert difference["low"] < 0
    rest = stress.loc["rest on bed, 20 min"]
    assert difference["high"] - difference["low"] < rest["high"] - rest["low"]
    assert stress.drop("massage less rest")["high"].max() < 0


def test_a_pattern_is_rarer_than_each_of_its_arms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replication, "REPEATS", 16)
    found = pattern()
    assert found.n == 10
    assert found.all <= min(found.arms.values())
    assert np.mean(list(found.arms.values())) > 0
