"""Cells as typed rows: read as they were written, and each fault named with its row, column and fix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from effleurage.errors import Finding
from effleurage.evidence.published.cells import YesNo, amount, cell_of, listed, needed, read_rows


class Visit(BaseModel):
    """A row with a cell of every kind."""

    name: Annotated[str, needed()]
    hands: Annotated[str, listed("hands")]
    minutes: Annotated[float | None, amount(above=0)] = None
    people: Annotated[int | None, amount(1, 9, whole=True)] = None
    sure: YesNo = False
    side: Literal["left", "right", ""] = ""


def read(folder: Path, text: str, *, every: bool = False) -> tuple[list[tuple[int, Visit]], list[str]]:
    path = folder / "visits.csv"
    path.write_text(text, encoding="utf-8")
    findings: list[Finding] = []
    rows = list(read_rows(path, Visit, findings, {"hands": ["firm", "light"]}, every=every))
    return rows, [str(one).removeprefix(f"{folder}/") for one in findings]


def test_a_row_is_typed_and_an_empty_cell_is_what_is_usual(tmp_path: Path) -> None:
    (first, second), said = read(tmp_path, "name,hands,minutes,people,sure\nA, firm ,4e1,2.0,yes\n\nB,light,,,\n")
    assert said == []
    assert first == (2, Visit(name="A", hands="firm", minutes=40.0, people=2, sure=True))
    assert isinstance(first[1].people, int)
    assert second == (4, Visit(name="B", hands="light"))


def test_every_fault_of_every_row_is_named_at_once(tmp_path: Path) -> None:
    rows = "name,hands,minutes,people,sure,side\n,firn,0,2.5,maybe,lefft\nB,,inf,10,,\nC,light,1,1,no,left,x\n"
    found, said = read(tmp_path, rows)
    assert found == []
    assert said == [
        "visits.csv row 2, name: nothing is said. Fill it in.",
        "visits.csv row 2, hands: 'firn' is not known. Did you mean 'firm'?",
        "visits.csv row 2, minutes: '0' cannot be. Give a number, more than 0.",
        "visits.csv row 2, people: '2.5' cannot be. Give a whole number, 1 or more and at most 9.",
        "visits.csv row 2, sure: 'maybe' is neither yes nor no. Say yes or no.",
        "visits.csv row 2, side: 'lefft' is not known. Did you mean 'left'?",
        "visits.csv row 3, hands: nothing is said. Known: firm, light",
        "visits.csv row 3, minutes: 'inf' cannot be. Give a number, more than 0.",
        "visits.csv row 3, people: '10' cannot be. Give a whole number, 1 or more and at most 9.",
        'visits.csv row 4: 7 fields under 6 columns. Put a field that holds a comma in quotes ("…").',
    ]


@pytest.mark.parametrize(("every", "missing"), [(False, []), (True, ["minutes", "people", "sure", "side"])])
def test_columns_that_must_be_there_are_asked_for(every: bool, missing: list[str], tmp_path: Path) -> None:
    _, said = read(tmp_path, "name,hands\nA,firm\n", every=every)
    assert [one.split("'")[1] for one in said] == missing


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    minutes=st.none() | st.floats(0, exclude_min=True, allow_infinity=False),
    people=st.none() | st.integers(1, 9),
    sure=st.booleans(),
)
def test_what_is_written_as_cells_is_read_as_it_was(
    minutes: float | None, people: int | None, sure: bool, tmp_path: Path
) -> None:
    row = Visit(name="A", hands="firm", minutes=minutes, people=people, sure=sure)
    cells = [cell_of(value) for _, value in row]
    ((_, again),), said = read(tmp_path, f"{','.join(Visit.model_fields)}\n{','.join(cells)}\n")
    assert (said, again) == ([], row)
