from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError
from effleurage.io.pairs import read_pairs

WIDE = """participant,condition,outcome,instrument,unit,before,after,clock_before,clock_after,up
A,massage,cortisol,saliva,ug/dL,0.30,0.20,10:00,11:15,07:00
B,rest,cortisol,saliva,ug/dL,0.28,,10:00,11:15,06:30
"""
LONG = """participant;day;outcome;value;clock
A;1;systolic pressure;121;10:00
A;8;systolic pressure;118;10:15
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "pairs.csv"
    file.write_text(text, encoding="utf-8")
    return file


def test_before_and_after_in_columns(tmp_path: Path) -> None:
    pairs, _ = read_pairs(write(tmp_path, WIDE))
    first, second = pairs
    assert first.before == pytest.approx(0.30 * 27.59)
    assert (first.clock_before, first.clock_after, first.up) == (600.0, 675.0, 420.0)
    assert second.is_control and not first.is_control
    assert second.after != second.after


def test_a_row_a_measurement(tmp_path: Path) -> None:
    ((pair,), _) = read_pairs(write(tmp_path, LONG))
    assert (pair.before, pair.after, pair.days_apart, pair.clock_after) == (121.0, 118.0, 7, 615.0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ug/dL,0.30", "furlong,0.30", "line 2, column 'unit': 'furlong' is no unit of cortisol"),
        ("ug/dL,0.30", ",0.30", "no unit of cortisol"),
        ("10:00,11:15,07:00", ",11:15,07:00", "line 2, column 'clock_before': no time of day"),
        ("A,massage,cortisol,saliva", "A,massage,cortisol,blood", "not in 'blood'"),
        ("A,massage,cortisol,saliva", "A,massage,luck,saliva", "not simulated"),
        ("0.30", "-0.30", "Give a value above 0"),
        ("0.30", "much", "line 2, column 'before'"),
        ("before,after", "first,after", "no column for"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in WIDE
    with pytest.raises(DataError) as refused:
        read_pairs(write(tmp_path, WIDE.replace(old, new, 1)))
    assert said in str(refused.value)


def test_three_measurements_are_no_pair(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="3 measurements"):
        read_pairs(write(tmp_path, LONG + "A;9;systolic pressure;117;10:00\n"))


cells = st.sampled_from(
    ["", "A", "rest", "cortisol", "saliva", "nmol/L", "5,5", "-1", "10:00", "25:00", "1e400", "\x00"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(cells, min_size=10, max_size=10), min_size=1, max_size=3))
def test_any_table_gives_pairs_or_a_refusal(tmp_path: Path, rows: list[list[str]]) -> None:
    text = WIDE.splitlines()[0] + "\n" + "\n".join(",".join(row) for row in rows) + "\n"
    try:
        pairs, _ = read_pairs(write(tmp_path, text))
    except EffleurageError:
        return
    assert len(pairs) <= len(rows)
