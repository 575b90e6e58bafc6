from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.lab.instruments.instruments import instrument_of
from effleurage.lab.untreated.foretold import Foretold
from effleurage.lab.untreated.means import Visit
from effleurage.lab.untreated.taught import taught

STAI = instrument_of("STAI-S")
NAMED = [(STAI.outcome, STAI.instrument)]
EXPECTED, SPREAD, DOUBT = 36.0, 5.0, 2.0


def foretold(number: int, centre: float = EXPECTED) -> Foretold:
    def told(value: float) -> np.ndarray:
        return np.full(number, value)

    return replace(
        Foretold.nothing(number), centre=told(centre), low=told(centre - 8), high=told(centre + 8),
        spread=told(SPREAD), doubt=told(DOUBT), reason=np.full(number, "", dtype=object),
        likely=np.full((number, 101), centre),
    )  # fmt: skip


def visits(controls: int, after: float) -> list[Visit]:
    own = [Visit(STAI, "rest", True, f"R{i}", 45.0, after + (-1) ** i * (i < controls - controls % 2))
           for i in range(controls)]  # fmt: skip
    return [Visit(STAI, "massage", False, "M", 45.0, 30.0), *own]


@settings(deadline=None)
@given(st.integers(3, 60), st.floats(25, 45))
def test_the_posterior_lies_between_and_nearer_to_many_controls(controls: int, after: float) -> None:
    seen = visits(controls, after)
    (side,), (lesson,) = taught(seen, [foretold(len(seen))], NAMED)
    share = DOUBT**2 / (DOUBT**2 + SPREAD**2 / controls)
    assert side.centre == pytest.approx(EXPECTED + share * (after - EXPECTED))
    assert side.doubt == pytest.approx(DOUBT * np.sqrt(1 - share))
    assert side.high - side.low == pytest.approx(16.0)
    assert lesson.people == controls
    assert lesson.moved == pytest.approx(share * (after - EXPECTED))


def test_controls_tell_which_side_was_true() -> None:
    seen = visits(12, 40.0)
    sides, _ = taught(seen, [foretold(len(seen), centre) for centre in (32.0, 36.0, 40.0)], NAMED)
    middles = [float(side.centre[0]) for side in sides]
    assert middles == sorted(middles) and middles[-1] - middles[0] < 4
    assert np.mean(middles) == pytest.approx(40.0, abs=1.0)


def test_visits_of_one_control_count_once() -> None:
    few = visits(3, 40.0)
    often = [*few, *[few[-1]] * 9]
    (once,), _ = taught(few, [foretold(len(few))], NAMED)
    (again,), _ = taught(often, [foretold(len(often))], NAMED)
    assert again.doubt[0] == pytest.approx(once.doubt[0])


def test_other_outcomes_are_left_alone() -> None:
    pain = instrument_of("pain NRS")
    seen = [*visits(5, 40.0), Visit(pain, "massage", False, "M", 6.0, 4.0)]
    (side,), _ = taught(seen, [foretold(len(seen))], NAMED)
    assert side.centre[-1] == EXPECTED and side.doubt[-1] == DOUBT
    assert side.centre[0] != EXPECTED
