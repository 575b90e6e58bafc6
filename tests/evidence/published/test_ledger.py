"""The massage ledger: whole, sourced, and refusing what cannot be."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from effleurage.errors import TargetError
from effleurage.evidence.published.ledger import RESULTS, STUDIES, ledger, read_ledger
from effleurage.evidence.published.results import Result

SHIPPED = Path(str(files("effleurage.evidence.published").joinpath("massage")))
SOURCE = Path(__file__).parents[4] / "shared" / "evidence" / "massage_studies.csv"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "massage"))


def edit(folder: Path, change: Callable[[list[dict[str, str]]], None], name: str = RESULTS) -> None:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    change(rows)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def refused(folder: Path) -> list[str]:
    with pytest.raises(TargetError) as caught:
        read_ledger(folder)
    return [str(finding) for finding in caught.value.findings]


def test_every_result_has_a_study_and_every_study_a_result() -> None:
    found = ledger()
    assert len(found.results) == 502
    assert {result.study for result in found.results} == set(found.studies)


def cells(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def same(text: str, cell: str) -> bool:
    """Whether two cells say the same: equal, or one number in fewer figures."""
    return text == cell or (bool(text and cell) and float(text) == float(cell))


def test_nothing_is_lost_between_a_line_and_its_result() -> None:
    for line, result in zip(cells(RESULTS), ledger().results, strict=True):
        told = result.as_cells()
        assert list(told) == list(line)
        assert {name: (line[name], told[name]) for name in line if not same(line[name], told[name])} == {}


def test_no_number_of_a_result_travels_as_text() -> None:
    columns = [name for name in Result.model_fields if not name.endswith("_words")]
    texts = {
        (name, value) for name in columns for one in ledger().results if isinstance(value := getattr(one, name), str)
    }
    assert texts
    assert [one for one in texts if re.fullmatch(r"[-+]?\d+(\.\d+)?", one[1])] == []


def test_no_figure_comes_from_the_address_of_a_mirror() -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(SHIPPED.iterdir())]
    assert texts
    assert not [address for text in texts for address in re.findall(r"https?://\S+", text)]


@pytest.mark.skipif(not SOURCE.exists(), reason="the extracted table is not beside the project")
def test_signs_and_sizes_are_those_of_the_extracted_table() -> None:
    with SOURCE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    same = {"direction": "direction", "study_id": "study", "outcome": "outcome_words", "effect_size_d": "d"}
    same |= {"percent_change": "percent_change", "baseline_mean": "baseline_mean", "extracted_from": "provenance"}
    for theirs, ours in zip(rows, cells(RESULTS), strict=True):
        assert [theirs[name] for name in same] == [ours[name] for name in same.values()]


def test_what_cannot_be_is_refused_all_at_once_with_row_and_fix(folder: Path) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0]["comparator"] = ""
        rows[1]["post_sd"] = "-2"
        rows[2]["id"] = rows[3]["id"]
        rows[4]["outcome"] = "cortisol-salivia"
        rows[5] |= {"percent_change": "12", "percent_of": ""}
        rows[6]["n"] = "many"
        rows[7] |= {"outcome": "", "post_sd": "nan"}
        rows[8] |= {"low": "2", "high": "1", "study": "Nobody"}
        rows[9] |= {"n_arm": "7.5", "p": "1.5", "direction": "lower", "mirror": "maybe", "pressure_inferred": "perhaps"}

    edit(folder, spoil)
    said = refused(folder)
    places = (
        ("row 2, comparator", "compared with nothing"),
        ("row 3, post_sd", "more than 0"),
        ("row 4, id", "2 times"),
        ("row 5, id", "2 times"),
        ("row 6, outcome", "cortisol-saliva"),
        ("row 7, percent_of", "baseline or comparator"),
        ("row 8, n", "whole number"),
        ("row 9, outcome", "nothing is said"),
        ("row 9, post_sd", "'nan' cannot be"),
        ("row 10, high", "before it begins (2)"),
        ("row 10, study", "'Nobody' is not known"),
        ("row 11, n_arm", "'7.5' cannot be. Give a whole number"),
        ("row 11, p", "0 or more and at most 1"),
        ("row 11, direction", "Known: down, none, up"),
        ("row 11, mirror", "Known: no, unmarked, yes"),
        ("row 11, pressure_inferred", "neither yes nor no"),
    )
    for place, words in places:
        assert [finding for finding in said if f"{RESULTS} {place}" in finding and words in finding], (place, said)
    assert len(said) == len(places)


def test_a_wrong_study_is_named_once_and_not_again_by_each_of_its_results(folder: Path) -> None:
    edit(folder, lambda rows: rows[0].update(design="crosover", year="soon"), STUDIES)
    said = refused(folder)
    assert len(said) == 2
    assert any("studies.csv row 2, design" in one and "crossover" in one for one in said)
    assert any("studies.csv row 2, year: 'soon' cannot be. Give a whole number" in one for one in said)


def test_a_study_that_is_there_twice_is_refused(folder: Path) -> None:
    edit(folder, lambda rows: rows.append(dict(rows[0])), STUDIES)
    assert len(refused(folder)) == 2


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    assert "no ledger" in refused(tmp_path)[0]


def test_a_table_without_a_column_or_with_another_is_refused(folder: Path) -> None:
    def rename(rows: list[dict[str, str]]) -> None:
        for row in rows:
            row["directions"] = row.pop("direction")

    edit(folder, rename)
    said = refused(folder)
    assert any("results.csv, first row: there is no column 'direction'" in one for one in said)
    assert any("no column is called 'directions'. Did you mean 'direction'?" in one for one in said)
