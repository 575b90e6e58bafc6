from __future__ import annotations

import doctest
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.report import as_json
from effleurage.report.as_json import plain

leaves = st.none() | st.booleans() | st.text() | st.integers() | st.floats()
trees = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(trees)
def test_anything_becomes_json_without_nan_and_reads_the_same_again(tree: object) -> None:
    told = plain(tree)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert plain(told) == told


def test_numbers_of_arrays_become_pythons_own() -> None:
    told = plain(
        {"n": np.int64(3), "x": np.float64(0.5), "none": np.float32("nan"), "pair": (1, math.inf), "so": np.True_, 7: 0}
    )
    assert told == {"n": 3, "x": 0.5, "none": None, "pair": [1, None], "so": True, "7": 0}
    assert [type(told[name]) for name in ("n", "x", "so")] == [int, float, bool]


def test_what_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(TypeError, match="set has no place"):
        plain({"a": [{1}]})


def test_the_example_of_the_docstring() -> None:
    tried = doctest.testmod(as_json)
    assert tried.attempted and not tried.failed
