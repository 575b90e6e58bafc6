"""Compressed bytes that are cut, seen as such in both formats; whole ones left alone."""

from __future__ import annotations

import doctest
import zlib

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.engine import compressed
from effleurage.engine.compressed import is_cut

FORMATS = {"zlib": zlib.compress, "zstd": lambda data: pa.compress(data, codec="zstd", asbytes=True)}
DATA = st.one_of(st.binary(max_size=300), st.integers(0, 400_000).map(lambda size: bytes(size) + b"end" * 20))


@pytest.mark.parametrize("name", FORMATS)
@given(data=DATA, share=st.floats(0, 1, exclude_max=True))
def test_whole_bytes_are_not_cut_and_cut_ones_are(name: str, data: bytes, share: float) -> None:
    whole = FORMATS[name](data)
    assert not is_cut(whole)
    cut = whole[: int(share * len(whole))]
    assert is_cut(cut) or len(cut) < 4  # too short to tell its format


@pytest.mark.parametrize("name", FORMATS)
def test_of_what_was_compiled_every_cut_is_seen(name: str) -> None:
    whole = FORMATS[name](bytes(range(256)) * 2000)
    assert all(is_cut(whole[:size]) for size in range(4, len(whole)))


@pytest.mark.parametrize("data", [b"?", b"null", b"PK\x03\x04", bytes(50)])
def test_what_is_in_another_format_is_left_alone(data: bytes) -> None:
    assert not is_cut(data)


def test_nothing_at_all_is_cut() -> None:
    assert is_cut(b"")


def test_the_example_holds() -> None:
    assert doctest.testmod(compressed).failed == 0 < doctest.testmod(compressed).attempted
