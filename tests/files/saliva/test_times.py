"""Clock times and minutes brought to one zero, worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import pytest

from effleurage.files.saliva.times import Times, times_of


def timed(
    columns: Mapping[str, Sequence[str]], fields: dict[str, str], *, people: int = 1, zero: str | None = None
) -> Times:
    """The times of courses of as many tubes each; every column holds the cells of all of them."""
    table = pd.DataFrame(columns, dtype=str)
    table.index = pd.Index(range(2, 2 + len(table)), name="line")
    table.attrs = {"source": "saliva.csv", "delimiter": ",", "headers": {name: name for name in columns}}
    tubes = len(table) // people
    course, order = np.repeat(np.arange(people), tubes), np.tile(np.arange(float(tubes)), people)
    return times_of(table, fields, course, order, zero=zero, zone=None)


CLOCK = {"clock": "time"}
WOKEN = {"clock": "time", "awakening": "awakening"}


def test_minutes_count_from_awakening_where_it_is_known() -> None:
    found = timed({"time": ["06:40", "07:10"], "awakening": ["06:32", "06:32"]}, WOKEN)
    np.testing.assert_allclose(found.minutes, [8, 38])
    assert list(found.zero) == ["awakening"] * 2 and found.timing == "recorded"
    np.testing.assert_allclose(found.clock, [400, 430])


def test_without_an_awakening_they_count_from_the_first_tube() -> None:
    found = timed({"time": ["14:00", "14:25", "15:10"]}, CLOCK)
    np.testing.assert_allclose(found.minutes, [0, 25, 70])
    assert list(found.zero) == ["start"] * 3


def test_a_person_without_an_awakening_is_not_mixed_with_those_who_have_one() -> None:
    columns = {"time": ["06:40", "07:10", "06:50", "07:20"], "awakening": ["06:32", "06:32", "", ""]}
    found = timed(columns, WOKEN, people=2)
    np.testing.assert_allclose(found.minutes, [8, 38, 0, 30])
    assert list(found.zero) == ["awakening"] * 2 + ["first tube"] * 2


def test_a_tube_after_midnight_is_of_the_next_day_and_that_is_said() -> None:
    found = timed({"time": ["22:30", "23:30", "00:30"]}, CLOCK)
    np.testing.assert_allclose(found.minutes, [0, 60, 120])
    assert "1 clock times are taken to be of the next day, after midnight" in found.notes


def test_minutes_since_awakening_are_those_and_others_are_from_the_start() -> None:
    named = timed({"min_since_awakening": ["0", "30"]}, {"when": "min_since_awakening"})
    plain = timed({"minutes": ["0", "30"]}, {"when": "minutes"})
    assert set(named.zero) == {"awakening"} and set(plain.zero) == {"start"}
    assert any("taken to count from the start" in note for note in plain.notes)
    np.testing.assert_allclose(named.minutes, plain.minutes)


def test_hours_are_sixty_minutes_each() -> None:
    np.testing.assert_allclose(timed({"hours": ["0", "0.5", "12"]}, {"hours": "hours"}).minutes, [0, 30, 720])


@pytest.mark.parametrize(("people", "timing"), [(2, "recorded"), (3, "planned")])
def test_minutes_alike_in_three_courses_are_a_plan(people: int, timing: str) -> None:
    found = timed({"minutes": ["0", "15", "30"] * people}, {"when": "minutes"}, people=people)
    assert found.timing == timing


def test_a_column_of_minutes_that_says_otherwise_is_told_and_the_clock_believed() -> None:
    columns = {"time": ["08:00", "08:30", "09:00"], "minutes": ["0", "30", "45"]}
    found = timed(columns, {"clock": "time", "when": "minutes"})
    np.testing.assert_allclose(found.minutes, [0, 30, 60])
    assert "column 'minutes' differs from the clock times in 1 of 3 rows; the clock times are used" in found.notes


def test_intervals_of_a_plan_add_up_within_a_course() -> None:
    columns = {"minutes": ["0", "14", "31", "0", "16", "29"], "every": ["0", "15", "15", "0", "15", "15"]}
    found = timed(columns, {"when": "minutes", "interval": "every"}, people=2)
    np.testing.assert_allclose(found.planned, [0, 15, 30, 0, 15, 30])


def test_what_is_no_time_is_a_finding_with_its_line() -> None:
    found = timed({"time": ["08:00", "25:61"]}, CLOCK)
    assert [finding.where for finding in found.findings] == ["saliva.csv, line 3, column 'time'"]


@pytest.mark.parametrize(("field", "cell"), [("when", "-9223372036854775809"), ("when", "1e20"), ("hours", "8785")])
def test_no_tube_is_years_away_from_its_zero(field: str, cell: str) -> None:
    found = timed({"when": ["0", cell]}, {field: "when"})
    assert [finding.where for finding in found.findings] == ["saliva.csv, line 3, column 'when'"]
    assert timed({"when": ["0", "527040" if field == "when" else "8784"]}, {field: "when"}).findings == []


@pytest.mark.parametrize("field", ["planned", "interval"])
def test_no_plan_is_years_long(field: str) -> None:
    columns = {"minutes": ["0", "14"], "plan": ["0", "1e19"]}
    (fault,) = timed(columns, {"when": "minutes", field: "plan"}).findings
    assert fault.what == "1e19 lies beyond all that can be here"
