"""Somebody else's massage results: read whole or refused whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.errors import TargetError
from effleurage.evidence.arms import arms_of
from effleurage.evidence.outside import read_results

HEAD = "study,outcome,comparator,technique,minutes,sessions,weeks,population,n_massage,n_control,result\n"


def written(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "ours.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def refused(path: Path) -> list[str]:
    with pytest.raises(TargetError) as caught:
        read_results([path])
    return [str(finding) for finding in caught.value.findings]


def test_a_result_is_asked_as_ours_are(tmp_path: Path) -> None:
    rows = (
        "Ours,cortisol-saliva,rest,swedish,60,,,back pain,40,41,none",
        "Theirs,heart_rate,no-massage,,,8,4,,12,12,down",
    )
    book, (saliva, heart) = read_results([written(tmp_path, *rows)])
    assert (saliva.quantity, saliva.answer, saliva.fit, saliva.assumed) == ("cortisol_saliva", "none", "same", False)
    assert (heart.quantity, heart.assumed, heart.row["pathway"]) == ("heart_rate", True, "autonomic")
    first, course = arms_of(saliva, book), arms_of(heart, book)
    assert (first.n_massage, first.n_control, first.massage.people) == (40, 41, {"pain_load": 5.0})
    assert len(course.massage.sessions) == 8
    assert course.control.sessions == ()


def test_an_outcome_that_only_comes_near_says_so(tmp_path: Path) -> None:
    _, (asked,) = read_results([written(tmp_path, "Ours,psqi-total,usual-care,swedish,60,,,,20,20,down")])
    assert (asked.quantity, asked.fit, asked.answer) == ("sleep_efficiency", "near", "up")


def test_all_faults_are_named_at_once_with_row_field_and_fix(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "Ours,cortisol-salivia,rest,swedish,60,,,,40,41,none",
        ",heart_rate,drug,swidish,sixty,,,,1,41,lower",
        "Ours,heart_rate,rest,swedish,60,,,,40,41,none",
    )
    said = refused(path)
    for place, words in (
        ("row 2, outcome", "cortisol-saliva"),
        ("row 3, study", "no study"),
        ("row 3, comparator", "'drug' is not known"),
        ("row 3, technique", "swedish"),
        ("row 3, minutes", "'sixty' cannot be"),
        ("row 3, n_massage", "2 or more"),
        ("row 3, result", "'lower' is not known"),
    ):
        assert [one for one in said if place in one and words in one], place
    assert len(said) == 7
    assert all("ours.csv" in one for one in said)


def test_columns_are_named_and_none_is_passed_over(tmp_path: Path) -> None:
    said = refused(written(tmp_path, "x,1", head="study,comparater\n"))
    assert [one for one in said if "no column 'result'" in one]
    assert [one for one in said if "'comparater'" in one and "comparator" in one]


def test_a_protocol_that_cannot_be_is_refused_by_row(tmp_path: Path) -> None:
    said = refused(written(tmp_path, "Ours,heart_rate,rest,swedish,6000,,,,40,41,none"))
    assert [one for one in said if "ours.csv row 2" in one and "minutes" in one]


def test_a_study_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    rows = ("Ours,heart_rate,rest,swedish,60,,,back pain,40,41,none", "Ours,systolic,rest,swedish,60,,,,40,41,none")
    assert [one for one in refused(written(tmp_path, *rows)) if "row 3, study" in one]


def test_an_empty_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    assert "no result" in refused(written(tmp_path))[0]
    assert "cannot be read" in refused(tmp_path / "none.csv")[0]
