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

SHIPPED = Path(str(files("effleurage.evidence").joinpath("massage")))
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
    assert {row["study"] for row in found.results} == set(found.studies)


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
    for theirs, ours in zip(rows, ledger().results, strict=True):
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

    edit(folder, spoil)
    said = refused(folder)
    assert len(said) == 9
    for place, words in (
        ("row 2, comparator", "compared with nothing"),
        ("row 3, post_sd", "deviation of -2"),
        ("row 4, id", "2 times"),
        ("row 6, outcome", "cortisol-saliva"),
        ("row 7, percent_of", "baseline or comparator"),
        ("row 8, n", "no number"),
        ("row 9, outcome", "not known"),
        ("row 9, post_sd", "no number"),
    ):
        assert [finding for finding in said if place in finding and words in finding], place


def test_a_study_that_is_there_twice_is_refused(folder: Path) -> None:
    edit(folder, lambda rows: rows.append(dict(rows[0])), STUDIES)
    assert len(refused(folder)) == 2


def test_a_folder_without_a_ledger_is_refused(tmp_path: Path) -> None:
    assert "no ledger" in refused(tmp_path)[0]


def test_a_table_without_a_column_that_is_read_is_refused(folder: Path) -> None:
    def drop(rows: list[dict[str, str]]) -> None:
        for row in rows:
            del row["direction"]

    edit(folder, drop)
    assert "results.csv row 2 has no direction" in refused(folder)[0]
