from __future__ import annotations

import numpy as np
import pytest

from effleurage.arrays import Floats
from effleurage.engine.streams import normal_rows
from effleurage.statistics.memory import Course
from effleurage.statistics.paces import Paces, fitted

TIMES: Floats = 5.0 * np.arange(72.0)
PEOPLE = np.arange(200)
LINE = np.linspace(-1, 1, len(TIMES))


def courses(paces: Paces, slope: float = 0.0, size: float = 0.0) -> list[Course]:
    """Six hours of people who wander so, about a mean and a line of their own; ``size``: SD of ln of their sizes."""
    luck = normal_rows(1, [f"wandering {at:g}" for at in TIMES], PEOPLE)
    values = np.linalg.cholesky(paces.covariance(TIMES)) @ luck * np.exp(size * normal_rows(1, ["size"], PEOPLE))
    own = 4 + normal_rows(1, ["mean"], PEOPLE)
    return [Course(TIMES, one) for one in (own + slope * LINE[:, None] + values).T]


@pytest.mark.parametrize("degree", [0, 1])
def test_paces_that_are_known_are_found(degree: int) -> None:
    known = Paces(own=0.02, soon=0.06, soon_time=20)
    found = fitted(courses(known, slope=0.5 * degree, size=0.3), degree)
    assert [found.own, found.soon, found.soon_time] == pytest.approx([0.02, 0.06, 20], rel=0.15)
    assert found.late == 0


def test_what_passes_late_is_told_from_what_passes_soon() -> None:
    known = Paces(own=0.02, soon=0.06, soon_time=20, late=0.12, late_time=240)
    found = fitted(courses(known), late_time=240)
    assert [found.soon, found.soon_time, found.late] == pytest.approx([0.06, 20, 0.12], rel=0.2)
    alone = fitted(courses(Paces(own=0.02, soon=0.06, soon_time=20)), late_time=240)
    assert alone.late < 0.03


def test_gaps_are_left_out() -> None:
    whole = courses(Paces(own=0.02, soon=0.06, soon_time=20))[:8]
    holed = [Course(TIMES, np.where(np.arange(72) % 4 == 1, np.nan, one.values)) for one in whole]
    kept = [Course(one.times[np.isfinite(one.values)], one.values[np.isfinite(one.values)]) for one in holed]
    assert fitted(holed) == fitted(kept)
