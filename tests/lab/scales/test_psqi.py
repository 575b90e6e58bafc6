"""PSQI components: the published tables of edges, and both rules where they differ."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import RequestError
from effleurage.lab.scales.psqi import ASKED, BOUNDARIES, psqi_components

GOOD = {
    "quality": 0.0,
    "minutes_to_sleep": 10.0,
    "trouble": 0.0,
    "hours_asleep": 8.0,
    "hours_in_bed": 8.5,
    "disturbance": 0.0,
    "medication": 0.0,
    "daytime": 0.0,
}


def component(number: int, boundary: str = "pittsburgh", **change: float) -> float:
    return psqi_components(GOOD | change, boundary)[0][number]


def test_a_good_sleeper_has_nothing() -> None:
    assert psqi_components(GOOD) == (dict.fromkeys(range(1, 8), 0), [])


@pytest.mark.parametrize(
    ("hours", "pittsburgh", "printed"),
    [
        (9.0, 0, 0),
        (7.1, 0, 0),
        (7.0, 0, 1),
        (6.5, 1, 1),
        (6.0, 1, 1),
        (5.9, 2, 2),
        (5.0, 2, 2),
        (4.9, 3, 3),
        (0.0, 3, 3),
    ],
)
def test_hours_of_sleep(hours: float, pittsburgh: int, printed: int) -> None:
    assert component(3, hours_asleep=hours, hours_in_bed=10.0) == pittsburgh
    assert component(3, "printed", hours_asleep=hours, hours_in_bed=10.0) == printed
    said = psqi_components(GOOD | {"hours_asleep": hours, "hours_in_bed": 10.0})[1]
    assert bool(said) == (pittsburgh != printed)


@pytest.mark.parametrize(
    ("percent", "pittsburgh", "printed"),
    [(86, 0, 0), (85, 0, 1), (84, 1, 1), (75, 1, 1), (74, 2, 2), (65, 2, 2), (64, 3, 3)],
)
def test_efficiency(percent: int, pittsburgh: int, printed: int) -> None:
    asked: dict[str, Any] = {"hours_asleep": percent / 10, "hours_in_bed": 10.0}
    assert component(4, **asked) == pittsburgh
    assert component(4, "printed", **asked) == printed


@pytest.mark.parametrize(
    ("minutes", "trouble", "expected"),
    [(15, 0, 0), (16, 0, 1), (30, 1, 1), (31, 0, 1), (31, 1, 2), (60, 2, 2), (61, 1, 2), (61, 2, 3), (61, 3, 3)],
)
def test_falling_asleep(minutes: float, trouble: float, expected: int) -> None:
    assert component(2, minutes_to_sleep=minutes, trouble=trouble) == expected


@pytest.mark.parametrize(("total", "expected"), [(0, 0), (1, 1), (9, 1), (10, 2), (18, 2), (19, 3), (27, 3)])
def test_disturbance(total: float, expected: int) -> None:
    assert component(5, disturbance=total) == expected


@pytest.mark.parametrize(("total", "expected"), [(0, 0), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3)])
def test_daytime(total: float, expected: int) -> None:
    assert component(7, daytime=total) == expected


def test_what_cannot_be_is_missing_and_said() -> None:
    components, said = psqi_components(GOOD | {"hours_asleep": 9.0, "medication": 4.0, "quality": 1.5})
    assert math.isnan(components[4]) and math.isnan(components[6]) and math.isnan(components[1])
    assert said == [
        "quality is 1.5, not a whole number",
        "medication is 4, not within 0 to 3",
        "9 h asleep in 8.5 h of bed",
    ]


@given(st.dictionaries(st.sampled_from(sorted(ASKED)), st.floats()), st.sampled_from(BOUNDARIES))
def test_components_are_zero_to_three_or_missing(asked: dict[str, float], boundary: str) -> None:
    components, _ = psqi_components(asked, boundary)
    assert list(components) == [1, 2, 3, 4, 5, 6, 7]
    assert all(math.isnan(value) or value in (0, 1, 2, 3) for value in components.values())


def test_other_names_and_rules_are_refused() -> None:
    with pytest.raises(RequestError, match="no boundary rule 'print'.*'printed'"):
        psqi_components(GOOD, "print")
    with pytest.raises(RequestError, match="nothing is called 'hours'"):
        psqi_components({"hours": 7.0})
