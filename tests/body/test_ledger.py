from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.body.compose import Body
from effleurage.body.ledger import read_system
from effleurage.body.sources import cited, keys_in, sources
from effleurage.errors import BodyError

ROW = '{value = 1, unit = "minute", between = 0.1, uncertainty = 0.1, source = "assumed", grade = "D", meaning = "m"}'


def system(folder: Path, row: str) -> Path:
    (folder / "heart.ant").write_text("rate := pace;\n")
    (folder / "heart.toml").write_text(f"[parameters]\npace = {row}\n")
    return folder


def test_a_whole_row_is_read(tmp_path: Path) -> None:
    assert read_system(system(tmp_path, ROW), "heart").parameters["pace"].unit == "minute"


@pytest.mark.parametrize("field", ["source", "unit", "between", "uncertainty", "grade", "meaning", "value"])
def test_a_row_without_a_field_is_refused_by_name(tmp_path: Path, field: str) -> None:
    kept = ", ".join(part for part in ROW[1:-1].split(", ") if not part.startswith(f"{field} "))
    with pytest.raises(BodyError, match=rf"heart.toml, parameters.pace: no {field}"):
        read_system(system(tmp_path, f"{{{kept}}}"), "heart")


@pytest.mark.parametrize(
    ("was", "now", "said"),
    [
        ('grade = "D"', 'grade = "E"', "grade 'E'"),
        ("between = 0.1", "between = -0.1", "negative"),
        ("value = 1", "value = -1", "log scale"),
        ("value = 1", 'value = "one"', "not a number"),
        ('grade = "D"', 'grade = "D", spred = 1', "unknown field 'spred'"),
        ('grade = "D"', 'grade = "D", system = "x"', "unknown field 'system'"),
        ("between = 0.1", 'between = "wide"', "heart.toml, parameters.pace, between: is not a number"),
        ("value = 1", "value = true", "heart.toml, parameters.pace, value: is not a number"),
        ('unit = "minute"', 'unit = ""', "no unit"),
        ('grade = "D"', 'grade = "D", covariate = 1', "covariate: is not true or false"),
        (ROW, "3", "heart.toml, parameters.pace: is no row"),
    ],
)
def test_a_wrong_row_is_refused(tmp_path: Path, was: str, now: str, said: str) -> None:
    with pytest.raises(BodyError, match=said):
        read_system(system(tmp_path, ROW.replace(was, now)), "heart")


def test_every_row_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "heart.ant").write_text("rate := pace;\n")
    (tmp_path / "heart.toml").write_text(f"[parameters]\na = {{value = 1}}\nb = {ROW}\nc = {{grade = 3}}\n")
    with pytest.raises(BodyError) as refused:
        read_system(tmp_path, "heart")
    assert len(refused.value.findings) == 6 + 7


def test_every_source_resolves_and_every_citation_is_used(whole: Body) -> None:
    rows = whole.parameters.values()
    used = {key for row in rows for source in (row.source, row.within_source) for key in keys_in(source)}
    assert used == set(sources())
    assert all(cited(row.source) for row in whole.parameters.values())


def test_assumed_rows_never_claim_a_good_grade(whole: Body) -> None:
    flattered = [r.name for r in whole.parameters.values() if r.source == "assumed" and r.grade == "A"]
    assert flattered == []
