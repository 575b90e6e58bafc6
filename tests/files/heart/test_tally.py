from __future__ import annotations

import numpy as np
import pytest

from effleurage.files.heart.tally import Tally


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([7], "line 7"),
        ([3, 8], "lines 3, 8"),
        ([3, 8, 11], "lines 3, 8, 11"),
        ([*range(1, 8)], "lines 1, 2, 3 and 4 more"),
    ],
)
def test_the_first_lines_are_named_and_the_rest_counted(lines: list[int], said: str) -> None:
    tally = Tally()
    for line in lines:
        tally.add(np.array([line]))
    whole = Tally()
    whole.add(np.array(lines))
    assert tally == whole
    assert whole.where() == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.0, ""), (48.23, "48.2 s in all; "), (599.0, "599.0 s in all; "), (90_000.0, "1,500.0 min in all; ")],
)
def test_a_length_is_said_in_seconds_and_from_ten_minutes_on_in_minutes(seconds: float, said: str) -> None:
    tally = Tally()
    tally.add(np.array([1]), seconds / 2)
    tally.add(np.array([2]), seconds / 2)
    assert tally.length() == said
