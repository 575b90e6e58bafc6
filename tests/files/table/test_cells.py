"""Which column is which, and numbers of a column: commas said, thousands refused."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from effleurage.files.table.cells import at, columns_of, names_in, numbers_of, written
from effleurage.files.table.delimited import plain_name, read_table

KNOWN = {"participant": ("id", "subject"), "sol": ("latency",)}


def table(folder: Path, text: str) -> pd.DataFrame:
    path = folder / "diary.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path)[0]


def test_a_column_is_found_by_any_of_its_names(tmp_path: Path) -> None:
    found, findings = columns_of(table(tmp_path, "Subject;Latency\nA;1\n"), KNOWN, required=("sol",))
    assert found == {"participant": "subject", "sol": "latency"} and findings == []


def test_its_own_name_comes_first(tmp_path: Path) -> None:
    found, findings = columns_of(table(tmp_path, "id;participant;sol\n1;A;1\n"), KNOWN)
    assert found["participant"] == "participant" and findings == []


def test_two_claims_and_a_lack_are_findings(tmp_path: Path) -> None:
    found, findings = columns_of(table(tmp_path, "ID;Subject;x\n1;A;1\n"), KNOWN, required=("sol",))
    assert found["participant"] == "id"
    said = [str(finding) for finding in findings]
    assert said[0] == "diary.csv: columns 'ID' and 'Subject' both say 'participant'. Keep one of them."
    assert said[1] == "diary.csv: no column for 'sol' among ID, Subject, x. Name it one of: sol, latency."


def test_numbers_with_a_comma_are_said(tmp_path: Path) -> None:
    values, findings, notes = numbers_of(table(tmp_path, "a;SOL (min)\n1;1,250\n2;\n3;4.5\n"), "sol_min")
    assert values.to_dict() == {2: 1.25, 3: pytest.approx(math.nan, nan_ok=True), 4: 4.5} and findings == []
    assert notes == ("column 'SOL (min)': a comma is read as the decimal mark",)


def test_what_is_no_number_names_line_and_column(tmp_path: Path) -> None:
    values, findings, _ = numbers_of(table(tmp_path, "a;Sleep latency\n1;x\n2;5\n"), "sleep_latency")
    assert math.isnan(values[2]) and values[3] == 5
    assert str(findings[0]).startswith("diary.csv, line 2, column 'Sleep latency': 'x' is not a number.")


@pytest.mark.parametrize(
    ("cells", "refused"),
    [(("1,250", "2,500"), True), (("1,250", "2,5"), False), (("0,250",), False), (("12,5",), False)],
)
def test_a_comma_that_may_be_thousands_is_refused_in_comma_files(
    tmp_path: Path, cells: tuple[str, ...], refused: bool
) -> None:
    text = "a,b\n" + "".join(f'1,"{cell}"\n' for cell in cells)
    _, findings, _ = numbers_of(table(tmp_path, text), "b")
    assert [finding.what for finding in findings] == ["'1,250' may be a decimal or a thousand"] * refused


def test_places_are_named_as_the_file_names_them(tmp_path: Path) -> None:
    frame = table(tmp_path, "a;Wach (s)\n1;2\n")
    assert at(frame, 2, "wach_s") == "diary.csv, line 2, column 'Wach (s)'" and at(frame, 2) == "diary.csv, line 2"
    assert written(frame, "wach_s") == "Wach (s)" and written(frame, "other") == "other"


PARTS = (
    *("who", "clock", "dates", "times", "minutes", "summary", "summary_seconds", "hypnogram", "stages"),
    *("scores", "psqi", "long"),
)


@pytest.mark.parametrize("part", PARTS)
def test_listed_names_are_plain_and_mean_one_thing(part: str) -> None:
    names = [name for names in names_in(part).values() for name in names]
    assert names == [plain_name(name) for name in names]
    assert len(names) == len(set(names))


def test_what_lies_beyond_all_that_can_be_is_a_finding(tmp_path: Path) -> None:
    _, findings, _ = numbers_of(table(tmp_path, "a;min\n1;-1e19\n2;60\n3;61\n"), "min", 60)
    assert [str(one) for one in findings] == [
        f"diary.csv, {place}: {cell} lies beyond all that can be here. Mend it: at most 60 either way."
        for place, cell in (("line 2, column 'min'", "-1e19"), ("line 4, column 'min'", "61"))
    ]
