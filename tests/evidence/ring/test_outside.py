"""Somebody else's massage results: read whole or refused whole."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import TargetError
from effleurage.evidence.ring.arms import arms_of
from effleurage.evidence.ring.outside import Told, read_results

COLUMNS = tuple(Told.model_fields)
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
    assert (heart.quantity, heart.assumed, heart.result.pathway) == ("heart_rate", True, "autonomic")
    first, course = arms_of(saliva, book), arms_of(heart, book)
    assert (first.n_massage, first.n_control, first.massage.people) == (40, 41, {"pain_load": 5.0})
    assert len(course.massage.sessions) == 8
    assert course.control.sessions == ()


def test_the_docs_explain_every_column_and_no_other() -> None:
    text = (Path(__file__).parents[3] / "docs" / "massage-ring.md").read_text(encoding="utf-8")
    cells = re.findall(r"^\| (`.*?`) \|", text, re.MULTILINE)
    assert sorted(name for cell in cells for name in re.findall(r"`(\w+)`", cell)) == sorted(COLUMNS)


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


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"stressor": "trior, 20 min"}, "row 2, stressor: 'trior' is no stimulus. Did you mean 'trier'"),
        ({"stressor": "trier, 40 min"}, "row 2, stressor: 40 min cannot be. Say 13 to 20 min"),
        ({"stressor": "rest, 10 min"}, "row 2, stressor: a visit provokes nobody"),
        ({"stressor_after": "5"}, "row 2, stressor: of no stressor"),
    ],
)
def test_a_stressor_that_cannot_be_is_refused_by_row(told: dict[str, str], words: str, tmp_path: Path) -> None:
    quoted = {name: f'"{text}"' for name, text in told.items()}
    (said,) = refused(written(tmp_path, row(**quoted), head=ALL))
    assert words in said


def test_a_study_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    rows = ("Ours,heart_rate,rest,swedish,60,,,back pain,40,41,none", "Ours,systolic,rest,swedish,60,,,,40,41,none")
    assert [one for one in refused(written(tmp_path, *rows)) if "row 3, study" in one]


def test_an_empty_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    assert "no result" in refused(written(tmp_path))[0]
    assert "cannot be read" in refused(tmp_path / "none.csv")[0]


NUMBERS = ("n_massage", "n_control", "minutes", "sessions", "weeks", "minutes_after", "stressor_after")
ODD = ("nan", "NaN", "inf", "-inf", "infinity", "1e400", "1e308", "-1", "1_0", "5¹", "²", "٣", "５", "0x10", "9" * 400)


def row(**said: str) -> str:
    """A good row in which something is said otherwise; every column is there."""
    good = {"study": "Ours", "outcome": "cortisol", "comparator": "rest", "result": "down", "technique": "swedish"}
    good |= {"n_massage": "20", "n_control": "20", "minutes": "30", "occasion": "course", "design": "parallel"}
    return ",".join({**dict.fromkeys(COLUMNS, ""), **good, **said}.values())


ALL = ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("field", NUMBERS)
@pytest.mark.parametrize("text", ODD)
def test_a_number_that_cannot_be_is_named_with_its_row_and_field(field: str, text: str, tmp_path: Path) -> None:
    (said,) = refused(written(tmp_path, row(), row(**{field: text}), head=ALL))
    assert f"ours.csv row 3, {field}: '" in said
    assert "number" in said
    assert len(said) < 300


@pytest.mark.parametrize(
    ("field", "text", "fix"),
    [
        ("n_massage", "1e9", "at most 10,000,000"),
        ("n_control", "20.5", "whole number"),
        ("sessions", "337203", "at most 1,000"),
        ("sessions", "2.5", "whole number"),
        ("minutes", "6000", "at most 1,440"),
        ("weeks", "5000", "at most 104"),
        ("minutes_after", "1e9", "at most 1,051,200"),
    ],
)
def test_a_number_beyond_its_range_is_refused_with_the_range(field: str, text: str, fix: str, tmp_path: Path) -> None:
    (said,) = refused(written(tmp_path, row(**{field: text}), head=ALL))
    assert f"row 2, {field}" in said
    assert fix in said


def test_every_odd_number_is_named_at_once(tmp_path: Path) -> None:
    said = refused(written(tmp_path, row(**dict.fromkeys(NUMBERS, "inf")), row(sessions="nan"), head=ALL))
    assert len(said) == len(NUMBERS) + 1


def test_numbers_are_read_as_people_write_them(tmp_path: Path) -> None:
    rows = row(n_massage="40.0", n_control="4e1", sessions="1.0", minutes="45.5", occasion="")
    book, (asked,) = read_results([written(tmp_path, rows, head=ALL)])
    assert asked.result.occasion == "acute"
    found = arms_of(asked, book)
    assert (found.n_massage, found.n_control, len(found.massage.sessions)) == (40, 40, 1)


def test_a_column_given_twice_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, f"{row()},30", head=ALL.replace("\n", ",n_massage\n"))
    assert "the column 'n_massage' is there 2 times" in refused(path)[0]


def test_a_row_with_more_fields_than_columns_is_named(tmp_path: Path) -> None:
    (said,) = refused(written(tmp_path, row(), row(population="pain, chronic", arm="first"), head=ALL))
    assert "row 3" in said
    assert "quotes" in said
    _, asked = read_results(
        [written(tmp_path, row(population='"pain, chronic"'), f"{row(study='Theirs')},,", head=ALL)]
    )
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ALL + row(population="x" * 200_000), "field larger than field limit"),
        (ALL + row(population='"never closed'), "unexpected end of data"),
        (ALL + row(arm="x" * 1_100_000), "over 1 MB"),
        ("", "there is no column 'study'"),
    ],
)
def test_what_is_no_table_is_named(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text(text, encoding="utf-8")
    assert [one for one in refused(path) if "ours.csv" in one and said in one]


def test_only_files_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "zero.csv").symlink_to("/dev/zero")
    (tmp_path / "folder.csv").mkdir()
    for name, said in (("pipe", "is no plain file"), ("zero", "is no plain file"), ("folder", "is a folder")):
        assert said in refused(tmp_path / f"{name}.csv")[0]


CELLS = st.sampled_from(
    [*ODD, "", "1", "2", "7", "104", "730", "1000", "1e5", "a" * 999, '"', "\x00", "back", "up", "[/b]"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, len(COLUMNS) - 1), CELLS), max_size=4), luck=st.randoms())
def test_whatever_is_in_a_row_it_is_read_or_refused(
    changes: list[tuple[int, str]], luck: random.Random, tmp_path: Path
) -> None:
    cells = row().split(",")
    for place, text in changes:
        cells[place] = text
    text = ALL + ",".join(cells) + "\n"
    if luck.random() < 0.2:
        place = luck.randrange(len(text))
        text = text[:place] + luck.choice('"\r\n\0,;\ufeff') + text[place + 1 :]
    path = tmp_path / "ours.csv"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        _, asked = read_results([path])
    except TargetError as error:
        assert all("ours.csv" in finding.where for finding in error.findings)
    else:
        assert len(asked) == 1
