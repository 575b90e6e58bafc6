from __future__ import annotations

from hashlib import sha256

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.engine.streams import BLOCK, normal_blocks, normal_rows, normals

PINNED = [0.0335198668855806, -0.20210062018323977]
"""Persons 0 and 4095 of seed 1, as every version of ours has drawn them."""


def by_hand(seed: int, purpose: str, person: int, count: int) -> np.ndarray:
    key = int.from_bytes(sha256(f"block|{seed}|{purpose}".encode()).digest()[:16], "little")
    return np.random.Generator(np.random.Philox(key=key, counter=person << 192)).standard_normal(count)


def test_normals_keep_their_bits() -> None:
    key = int.from_bytes(sha256(b"1|day 3 hour 10").digest()[:16], "little")
    drawn = np.random.Generator(np.random.Philox(key=key)).standard_normal(8)
    assert (normals(1, "day 3 hour 10", np.array([7, 0, 7])) == drawn[[7, 0, 7]]).all()


def test_a_block_is_named_by_its_purpose_and_its_person() -> None:
    blocks = normal_blocks(1, ["noon", "noon", "night"], np.array([7, 2**40, 7]), 9)
    for row, (purpose, person) in enumerate((("noon", 7), ("noon", 2**40), ("night", 7))):
        assert (blocks[row] == by_hand(1, purpose, person, 9)).all()


def test_a_block_does_not_depend_on_those_beside_it() -> None:
    many = normal_blocks(3, [f"day {day}" for day in range(50)], np.arange(50), 40)
    alone = normal_blocks(3, ["day 31"], np.array([31]), 15)
    assert (alone[0] == many[31, :15]).all()
    assert normal_blocks(3, [], np.array([], np.int64), 4).shape == (0, 4)


def test_blocks_are_normal_and_have_nothing_in_common() -> None:
    blocks = normal_blocks(1, ["noon"] * 200 + ["night"] * 200, np.tile(np.arange(200), 2), 500)
    assert abs(blocks.mean()) < 4 / np.sqrt(blocks.size)
    assert blocks.std() == pytest.approx(1, abs=0.01)
    alike = np.asarray(np.corrcoef(blocks))[np.triu_indices(400, 1)]
    assert abs(alike).max() < 6 / np.sqrt(500)
    assert abs(np.corrcoef(normals(1, "noon", np.arange(200)), blocks[:200, 0])[0, 1]) < 0.3


def test_every_row_needs_a_purpose() -> None:
    with pytest.raises(ValueError):
        normal_blocks(1, ["noon"], np.arange(2), 3)


def test_the_first_block_keeps_its_numbers() -> None:
    assert normals(1, "between age", np.array([0, BLOCK - 1])).tolist() == PINNED
    assert not set(normals(1, "between age", np.arange(BLOCK))) & set(
        normals(1, "between age", BLOCK + np.arange(BLOCK))
    )


@given(st.lists(st.integers(0, 50 * BLOCK), min_size=1, max_size=20), st.integers(0, 19))
def test_a_person_has_the_same_number_whoever_else_is_asked_for(persons: list[int], which: int) -> None:
    chosen = persons[which % len(persons)]
    together = normals(7, "noon", np.array(persons))[which % len(persons)]
    assert together == normals(7, "noon", np.array([chosen]))[0]
    assert together == normal_rows(7, ["night", "noon"], np.array([chosen, 3 * BLOCK]))[1, 0]


def test_a_late_person_does_not_need_the_early_ones() -> None:
    key = int.from_bytes(sha256(b"1|noon").digest()[:16], "little")
    late = np.random.Generator(np.random.Philox(key=key, counter=10**9 << 192)).standard_normal(6)
    assert (normals(1, "noon", 10**9 * BLOCK + np.array([5, 0])) == late[[5, 0]]).all()
