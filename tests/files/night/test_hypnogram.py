"""Hypnogram files: words, numbers and times, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError
from effleurage.files.night.hypnogram import read_hypnogram
from effleurage.lab.night.nights import Night, outcomes_of

TRUTH = ["W"] * 4 + ["N2"] * 30 + ["W"] * 6 + ["REM"] * 48 + ["W"] * 8


def read(folder: Path, text: str, **settings: Any) -> tuple[Night, tuple[str, ...]]:
    path = folder / "night.txt"
    path.write_text(text, encoding="utf-8")
    (night,), notes = read_hypnogram(path, **settings)
    return night, notes


def minutes(night: Night) -> list[float]:
    found = outcomes_of(night)[0]
    return [found[name] for name in ("TIB", "SOL", "SPT", "WASO", "TST")]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(TRUTH),
        "stage\n" + "\n".join(TRUTH),
        "epoch,Sleep Stage\n" + "\n".join(f"{turn},{stage}" for turn, stage in enumerate(TRUTH)),
        "\n".join({"W": "0", "N2": "2", "REM": "4"}[stage] for stage in TRUTH),
        "\n".join({"W": "0.0", "N2": "2.0", "REM": "5.0"}[stage] for stage in TRUTH),
        "\n".join({"W": "Sleep stage W", "N2": "Sleep stage 2", "REM": "Sleep stage R"}[stage] for stage in TRUTH),
    ],
)
def test_one_night_in_many_spellings(tmp_path: Path, text: str) -> None:
    night, notes = read(tmp_path, text, epoch_seconds=300.0)
    assert minutes(night) == [480, 20, 420, 30, 390]
    assert any("stages are numbers: 0 is read as wake" in note for note in notes) == text.startswith("0")


def test_thirty_seconds_are_taken_and_said(tmp_path: Path) -> None:
    night, notes = read(tmp_path, "\n".join(stage for stage in TRUTH for _ in range(10)))
    assert minutes(night) == [480, 20, 420, 30, 390] and "an epoch is taken to be 30 s" in notes


@pytest.mark.parametrize(("epochs", "lasts"), [(96, "48 min"), (119, "59.5 min"), (1921, "16.01 h"), (28_800, "240 h")])
@pytest.mark.parametrize("head", ["", "stage\n"])
def test_thirty_seconds_are_not_taken_where_they_make_no_night(
    tmp_path: Path, epochs: int, lasts: str, head: str
) -> None:
    text = head + "\n".join((TRUTH * epochs)[:epochs])
    with pytest.raises(DataError, match=rf"make {lasts} in bed.*--epoch 20"):
        read(tmp_path, text)
    assert minutes(read(tmp_path, text, epoch_seconds=1.0)[0])[0] == pytest.approx(epochs / 60)
    for right in (120, 1920):
        read(tmp_path, "\n".join((TRUTH * 20)[:right]))


@pytest.mark.parametrize("gone", [1, 2, 40])
@pytest.mark.parametrize("seconds", [20, 30])
def test_epochs_that_are_gone_are_counted_and_the_hint_works(tmp_path: Path, gone: int, seconds: int) -> None:
    stages = [*TRUTH, *["?"] * gone, *TRUTH]
    start = datetime(2024, 3, 1, 23)
    lines = [f"{start + timedelta(seconds=seconds * turn)},{stage}" for turn, stage in enumerate(stages)]
    rows = f"{gone} rows '\\?', each with its own time," if gone > 1 else "a row '\\?'"
    with pytest.raises(DataError, match=f"Write {rows} for") as refusal:
        read(tmp_path, "time,stage\n" + "\n".join(line for line in lines if not line.endswith("?")))
    assert len(refusal.value.findings) == 1
    night, notes = read(tmp_path, "time,stage\n" + "\n".join(lines))
    assert f"{gone} of {len(stages)} epochs are not scored" in notes
    assert night.into_bed == start


def test_times_give_start_and_epoch(tmp_path: Path) -> None:
    start = datetime(2024, 3, 1, 23)
    lines = [f"{start + timedelta(minutes=5 * turn)},{stage}" for turn, stage in enumerate(TRUTH)]
    night, notes = read(tmp_path, "time,stage\n" + "\n".join(lines))
    assert night.into_bed == start and minutes(night) == [480, 20, 420, 30, 390]
    assert not any("taken to be" in note for note in notes)


def test_a_hole_in_the_times_names_its_line(tmp_path: Path) -> None:
    text = "time,stage\n2024-03-01 23:00,W\n2024-03-01 23:01,N1\n2024-03-01 23:04,N2\n"
    with pytest.raises(DataError, match="line 4, column 'time': starts 180 s after the row above"):
        read(tmp_path, text)


def test_rows_of_one_moment_do_not_tell_the_length_of_an_epoch(tmp_path: Path) -> None:
    one = "2024-03-01 23:00:30,W\n"
    with pytest.raises(DataError, match="most rows have the same time in 'time'"):
        read(tmp_path, f"time,stage\n2024-03-01 23:00:10,W\n{one}{one}{one}{one}2024-03-01 23:01:00,N1\n")


def test_unscored_epochs_are_counted(tmp_path: Path) -> None:
    night, notes = read(tmp_path, "W\nN1\n?\nN2\nW\n", epoch_seconds=60.0)
    assert "1 of 5 epochs are not scored" in notes
    assert outcomes_of(night)[1]["TST"] == "1 of 5 epochs are not scored"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("W\nN1\nlight\n", "line 3, column 'column_1': 'light' is no stage of sleep"),
        ("1\n2\n3\n", "none is 0 (wake)"),
        ("epoch,phase\n1,W\n2,N1\n", "no column for 'stage'"),
        ("time,stage\nlate,W\n", "line 2, column 'time': 'late' is not a date and time"),
        ("time,stage\n2024-03-01 23:00,W\n,N1\n", "line 3, column 'time': there is no time"),
        ("time,stage\n2024-03-01 23:00,W\n2024-03-01 23:01Z,N1\n", "some times have an offset"),
    ],
)
def test_what_is_no_hypnogram_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match="night.txt") as refusal:
        read(tmp_path, text)
    assert said in str(refusal.value)


def test_an_epoch_of_no_length_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="an epoch of -30 s"):
        read(tmp_path, "W\nN1\n", epoch_seconds=-30.0)
    with pytest.raises(DataError, match="line 3, column 'time': starts 60 s before the row above"):
        read(tmp_path, "time,stage\n2024-03-01 23:01,W\n2024-03-01 23:00,N1\n")


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    text=st.lists(
        st.sampled_from(["W", "N1", "0", "5", "?", "", "stage", "a,b", "2024-03-01 23:00", ";"]), max_size=8
    ).map("\n".join)
    | st.lists(st.sampled_from(["W,2024-03-01 23:00", "N1,2024-03-01 23:01", "R,", ",", "x"]), max_size=5).map(
        lambda lines: "\n".join(["stage,time", *lines])
    )
)
def test_any_small_file_is_a_night_or_a_refusal(tmp_path: Path, text: str) -> None:
    try:
        night, _ = read(tmp_path, text)
    except EffleurageError as refusal:
        assert all(finding.fix for finding in refusal.findings)
    else:
        assert set(outcomes_of(night)[0]) == set(outcomes_of(night)[1])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.binary(max_size=200))
def test_any_bytes_are_a_night_or_a_refusal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "night.bin"
    path.write_bytes(content)
    try:
        nights, _ = read_hypnogram(path)
    except EffleurageError as refusal:
        assert refusal.findings
    else:
        assert len(nights) == 1
