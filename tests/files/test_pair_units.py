from __future__ import annotations

from pathlib import Path

import pytest

from effleurage.errors import DataError
from effleurage.files.pairs import read_pairs

HEAD = "participant,outcome,instrument,unit,before,after,clock_before,clock_after,days_apart\n"


def read(folder: Path, *rows: str) -> tuple[list[float], list[str]]:
    file = folder / "f.csv"
    file.write_text(HEAD + "\n".join(rows) + "\n")
    pairs, notes = read_pairs(file)
    return [pair.before for pair in pairs], [note for note in notes if "separated" not in note]


def test_hours_of_sleep_are_read_where_they_are_said_and_asked_about_where_they_are_meant(tmp_path: Path) -> None:
    assert read(tmp_path, "A,TST,,h,6.5,7,,,7")[0] == [390.0]
    with pytest.raises(DataError, match=r"line 3, column 'before': 6.5 min of TST looks like hours. Give minutes: 390"):
        read(tmp_path, "A,TST,,,390,400,,,7", "B,TST,,,6.5,400,,,7")


def test_two_units_in_one_column_are_each_read_as_they_are_said(tmp_path: Path) -> None:
    rows = ("A,cortisol,saliva,nmol/L,6,5,10:00,11:00,0", "B,cortisol,saliva,ug/dL,0.2,0.1,10:00,11:00,0")
    before, notes = read(tmp_path, *rows)
    assert before == [6.0, pytest.approx(5.518)]
    assert any("cortisol given in ug/dL is told in nmol/L" in note for note in notes)


def test_a_row_that_may_be_of_ten_among_numbers_of_a_hundred_is_named_with_its_fix(tmp_path: Path) -> None:
    rows = ("A,VAS stress,,,62,40,10:00,11:00,0", "B,VAS stress,,,7,4,10:00,11:00,0")
    _, notes = read(tmp_path, *rows)
    (note,) = [note for note in notes if "line 3" in note]
    assert "VAS stress of 7 and 4" in note and "write that in a column 'unit'" in note
    _, notes = read(tmp_path, rows[0], rows[1].replace(",,,", ",,0-10,"))
    assert not any("line 3" in note for note in notes)
