"""Delimited text: what is decided is said, lines keep their numbers, and whatever is no table is refused."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError, Finding
from effleurage.files.table.delimited import is_missing, number_of, plain_name, read_table, read_text, refuse

QUICK = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "scores.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,night,sol\nA,1,20\nB,2,30\n", "comma"),
        ("id;night;sol\nA;1;20,5\nB;2;30,5\n", "semicolon"),
        ("id\tnight\tsol\nA\t1\t20,5\nB\t2\t30,5\n", "tab"),
        ("sep=;\nid;night;sol\nA;1;20,5\nB;2;30,5\n", "semicolon"),
    ],
)
def test_the_delimiter_is_found_and_said(tmp_path: Path, text: str, said: str) -> None:
    table, notes = read_table(write(tmp_path, text))
    assert list(table.columns) == ["id", "night", "sol"] and table["id"].tolist() == ["A", "B"]
    assert notes == (f"fields are separated by {said}",)


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    text = 'sep=,\n\nid,text\n\nA,"two\nlines"\n,\nB,x\r\nC,y'
    table, _ = read_table(write(tmp_path, text))
    assert table.index.name == "line"
    assert table["id"].to_dict() == {5: "A", 8: "B", 9: "C"}
    assert table["text"].iloc[0] == "two\nlines"


def test_headers_become_plain_and_stay_known(tmp_path: Path) -> None:
    table, _ = read_table(write(tmp_path, "Größe (µg/dL), Schlaf-Effizienz %,\n1,2,3\n"))
    assert list(table.columns) == ["grosse_μg_dl", "schlaf_effizienz_percent", "column_3"]
    assert table.attrs["headers"]["grosse_μg_dl"] == "Größe (µg/dL)"
    assert plain_name("leicht (s)") == "leicht_s" and plain_name("  PSS-10 ") == "pss_10"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_read_and_said(tmp_path: Path, encoding: str) -> None:
    table, notes = read_table(write(tmp_path, "Müdigkeit,name\n1,Zoë\n".encode(encoding)))
    assert table["mudigkeit"].tolist() == ["1"] and table["name"].tolist() == ["Zoë"]
    assert any("Windows-1252" in note for note in notes) == (encoding == "cp1252")
    assert any("UTF-16" in note for note in notes) == (encoding == "utf-16")


def test_short_rows_are_filled_and_said_and_empty_ends_dropped(tmp_path: Path) -> None:
    table, notes = read_table(write(tmp_path, "a,b,c,,\n1,2\n3,4,5,,\n"))
    assert table.values.tolist() == [["1", "2", ""], ["3", "4", "5"]]
    assert notes[0] == "1 rows end before the header does and were filled with nothing"


def test_a_table_without_header(tmp_path: Path) -> None:
    table, notes = read_table(write(tmp_path, "W\nN1\nN2\n"), header=False)
    assert table["column_1"].to_dict() == {1: "W", 2: "N1", 3: "N2"} and notes == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n ", "is empty"),
        (b"a,b\n", "holds a header and no row below it"),
        (b"a,b\n1,2\x00\n", "line 2: holds bytes that are no text"),
        (bytes(range(256)), "no text"),
        (b"PK\x03\x04rest", "a workbook or zip archive"),
        (b"%PDF-1.7", "a PDF"),
        (b"a,a\n1,2\n", "two columns are called 'a'"),
        (b"sol,waso\n1,5,2,5\n", "line 2: has 4 fields where the header has 2"),
        (b"My diary\na,b\n1,2\n", "has 2 fields where the header has 1"),
        (b'a,b\n1,"open\n2,3\n', "line 2: quotes or fields cannot be told apart"),
        (b"\xff\xfea", "neither text nor UTF-16"),
        (b"a,b\n\x81,2\n", "line 2: is no text in UTF-8 or Latin-1"),
        (b"a,b\n1," + b"x" * 200_000, "line 2: a field is longer than 131,072 characters"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(DataError, match="scores.csv") as refusal:
        read_table(write(tmp_path, content))
    assert said in str(refusal.value)
    assert all(finding.fix for finding in refusal.value.findings)


def test_files_that_are_not_there_or_too_large_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(DataError, match="is not a file"):
        read_table(tmp_path)
    path = write(tmp_path, "a,b\n" + "1,2\n" * 100)
    assert len(read_table(path, most_bytes=404)[0]) == 100
    with pytest.raises(DataError, match="is larger than 0.000403 MB"):
        read_table(path, most_bytes=403)
    with pytest.raises(DataError, match="no such"):
        read_table("a\x00b")


def test_a_table_that_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a,b\n" + "1,2\n" * 9)
    monkeypatch.setattr("effleurage.files.table.delimited.MOST_ROWS", 9)
    assert len(read_table(path)[0]) == 9
    monkeypatch.setattr("effleurage.files.table.delimited.MOST_ROWS", 8)
    with pytest.raises(DataError, match="holds more than 8 rows"):
        read_table(path)


@pytest.mark.parametrize("head", [lambda n: f"c{n}", lambda n: "c", lambda n: ""])
def test_a_table_of_very_many_columns_is_refused_at_once(head: Callable[[int], str], tmp_path: Path) -> None:
    begin = time.perf_counter()
    wide = write(tmp_path, ",".join(map(head, range(200_000))) + "\n" + ",".join("1" for _ in range(200_000)) + "\n")
    with pytest.raises(DataError, match="line 1: holds 200,000 fields, and at most 5,000 are read"):
        read_table(wide)
    same = write(tmp_path, ",".join("c" for _ in range(5000)) + "\n" + ",".join("1" for _ in range(5000)) + "\n")
    with pytest.raises(DataError, match="two columns are called 'c'"):
        read_table(same)
    assert time.perf_counter() - begin < 5


def test_a_long_list_of_faults_is_cut_and_counted(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refusal:
        read_table(write(tmp_path, "a,b\n" + "1,2,3\n" * 50))
    assert len(refusal.value.findings) == 20 and refusal.value.findings[-1].what == "31 more like these"
    refuse([])
    with pytest.raises(DataError, match="here: odd. Mend it."):
        refuse([Finding("here", "odd", "Mend it.")])


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.5", 1.5), ("1,5", 1.5), (" -2 ", -2.0), ("−3", -3.0), (".5", 0.5), ("7.", 7.0), ("1e3", 1000.0), ("+4", 4.0)],
)
def test_numbers(cell: str, value: float) -> None:
    assert number_of(cell) == value


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "-", "NaN", "fehlt", "."])
def test_missing_words(cell: str) -> None:
    assert is_missing(cell) and math.isnan(number_of(cell))


@pytest.mark.parametrize("cell", ["1.234,5", "1,234,567", "12 min", "inf", "1e999", "0x1f", "١٢", "1_000", "e5", ","])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="number"):
        number_of(cell)


@QUICK
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    for header in (True, False):
        try:
            table, _ = read_table(path, header=header)
        except EffleurageError as refusal:
            assert refusal.findings
        else:
            assert table.index.is_unique and all(isinstance(cell, str) for row in table.values for cell in row)


@QUICK
@given(content=st.text(st.sampled_from("a1 ,;\t\"'\n\r.-µé\x0b\x85\u2028"), max_size=60))
def test_any_small_table_is_a_table_or_a_refusal(tmp_path: Path, content: str) -> None:
    try:
        table, _ = read_table(write(tmp_path, content))
    except EffleurageError as refusal:
        assert refusal.findings
    else:
        assert table.shape[1] == len(table.attrs["headers"]) and len(table)


@QUICK
@given(
    rows=st.lists(st.lists(st.text("ab1 .", max_size=4), min_size=3, max_size=3), min_size=1, max_size=6),
    between=st.sampled_from(",;\t"),
)
def test_what_was_written_is_read(tmp_path: Path, rows: list[list[str]], between: str) -> None:
    text = "\n".join(between.join(row) for row in [["x", "y", "z"], *rows])
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        return
    table, _ = read_table(write(tmp_path, text))
    width = table.shape[1]
    assert table.values.tolist() == [row[:width] for row in kept] and not any(any(row[width:]) for row in kept)


def test_text_alone_keeps_its_lines(tmp_path: Path) -> None:
    assert read_text(write(tmp_path, b"\xef\xbb\xbfW\r\nN1\x1a")) == ("W\r\nN1", ())
