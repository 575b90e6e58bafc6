"""When rows begin and how long they last: merged epochs, epochs of any length, and what contradicts itself."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from effleurage.errors import DataError
from effleurage.files.night.diary import read_nights
from effleurage.lab.night.nights import outcomes_of

CASES = Path(__file__).parents[3].parent / "shared" / "cases" / "files"
BEGAN = datetime(2024, 3, 12, 22, 50)
BOUTS = [("W", 20), ("N1", 3), ("N2", 60), ("N3", 30), ("R", 25), ("W", 6), ("N2", 90), ("W", 4), ("R", 40), ("W", 10)]
"""Stage and minutes: TIB 288, SOL 20, WASO 10, TST 248."""
RIGHT = [288, 20, 258, 10, 248]


def read(path: Path, **options: Any) -> list[float]:
    (night,), _ = read_nights(path, **options)
    found = outcomes_of(night)[0]
    return [found[name] for name in ("TIB", "SOL", "SPT", "WASO", "TST")]


def put(folder: Path, head: str, rows: Iterable[Sequence[object]], between: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=between, lineterminator="\n").writerows([head.split(","), *rows])
    path = folder / "night.txt"
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


def bouts() -> Iterator[tuple[float, float, str]]:
    """Seconds at which a stage begins, how many it lasts, and its name."""
    begin = 0.0
    for stage, minutes in BOUTS:
        yield begin, minutes * 60, stage
        begin += minutes * 60


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read_nights(path, **options)
    assert all(finding.fix for finding in caught.value.findings)
    return str(caught.value)


def stamp(second: float) -> str:
    return f"{BEGAN + timedelta(seconds=second):%Y-%m-%d %H:%M:%S}"


def clock(second: float) -> str:
    return f"{BEGAN + timedelta(seconds=second):%H:%M:%S}"


WAYS: dict[str, tuple[str, Callable[[float, float, str], tuple[object, ...]]]] = {
    "BIDS": ("onset,duration,stage", lambda t, d, s: (t, d, s)),
    "MNE annotations": ("onset,duration,description", lambda t, d, s: (t, d, f"Sleep stage {s}")),
    "EDFbrowser": ("Onset,Duration,Annotation", lambda t, d, s: (f"{t:.4f}", f"{d:.4f}", f"Sleep stage {s}")),
    "MNE stamps": ("onset,duration,description", lambda t, d, s: (f"{stamp(t)}.000000", d, f"Sleep stage {s}")),
    "trial_type": ("onset,duration,trial_type", lambda t, d, s: (t, d, s)),
    "lengths alone": ("stage,duration (s)", lambda t, d, s: (s, d)),
    "minutes": ("onset_min,duration_min,stage", lambda t, d, s: (t / 60, d / 60, s)),
    "minutes, said once": ("onset,duration (min),stage", lambda t, d, s: (t / 60, d / 60, s)),
    "seconds and minutes": ("onset,duration (min),stage", lambda t, d, s: (t, d / 60, s)),
    "milliseconds": ("onset (ms),duration (ms),stage", lambda t, d, s: (t * 1000, d * 1000, s)),
    "clock and minutes": ("Uhrzeit,Dauer (min),Schlafstadium", lambda t, d, s: (clock(t), d / 60, s)),
    "clock, unit unsaid": ("clock,duration,stage", lambda t, d, s: (clock(t), d / 60, s)),
    "stamps and seconds": ("start,duration,stage", lambda t, d, s: (stamp(t), d, s)),
    "beginning and end": ("start,end,stage", lambda t, d, s: (t, t + d, s)),
    "stamps of both": ("Start Time,End Time,Sleep Stage", lambda t, d, s: (stamp(t), stamp(t + d), s)),
    "clocks of both": ("start,stop,stage", lambda t, d, s: (clock(t), clock(t + d), s)),
    "all three": ("start,end,duration,stage", lambda t, d, s: (stamp(t), stamp(t + d), d, s)),
}


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("way", WAYS)
def test_merged_epochs_last_as_long_as_they_say(way: str, between: str, tmp_path: Path) -> None:
    head, row = WAYS[way]
    assert read(put(tmp_path, head, [row(*bout) for bout in bouts()], between)) == pytest.approx(RIGHT)


def epochs(length: float, shift: float = 0.0) -> list[tuple[float, str]]:
    """Beginning in s and stage of every epoch of some length."""
    made = []
    for begin, lasts, stage in bouts():
        made += [(begin + turn * length + shift, stage) for turn in range(round(lasts / length))]
    return made


@pytest.mark.parametrize("length", [10, 15, 20, 30, 60])
@pytest.mark.parametrize(
    ("head", "time"),
    [
        ("Epoch,Clock,Stage", clock),
        ("Epoch,Start Time,Stage", stamp),
        ("Epoch,time,stage", float),
        ("Epoch,when it was,stage", clock),
        ("Epoch,since lights out,stage", float),
        ("Epoch,onset (min),stage", lambda second: second / 60),
        ("Epoch,t,stage", lambda second: f"{BEGAN + timedelta(seconds=second):%d.%m.%Y %H:%M:%S.%f}"),
    ],
)
def test_the_length_of_an_epoch_is_that_of_its_times(
    length: int, head: str, time: Callable[[float], object], tmp_path: Path
) -> None:
    rows = [(turn, time(begin), stage) for turn, (begin, stage) in enumerate(epochs(length), 1)]
    path = put(tmp_path, head, rows)
    assert read(path) == pytest.approx(RIGHT)
    assert read(path, epoch_seconds=float(length)) == pytest.approx(RIGHT)
    said = refused(path, epoch_seconds=45.0)
    assert f"rows start {length} s apart" in said and "an epoch is said to be 45 s" in said


@pytest.mark.parametrize("time", [clock, stamp, float])
def test_uneven_times_are_refused_by_row_and_the_hints_work(time: Callable[[float], object], tmp_path: Path) -> None:
    rows = [(time(begin), stage) for begin, stage in epochs(20)]
    said = refused(put(tmp_path, "time,stage", rows[:100] + rows[102:]))
    assert "line 102, column 'time': starts 60 s after the row above, where others start 20 s after" in said
    unscored = [(row[0], "?") for row in rows[100:102]]
    (night,), notes = read_nights(put(tmp_path, "time,stage", rows[:100] + unscored + rows[102:]))
    assert outcomes_of(night)[0]["TIB"] == pytest.approx(288) and "2 of 864 epochs are not scored" in notes
    merged = [next(group) for _, group in groupby(rows, key=lambda row: row[1])]
    assert "say in a column 'duration (s)'" in refused(put(tmp_path, "time,stage", merged))
    lasting = [(*row, minutes * 60) for row, (_, minutes) in zip(merged, BOUTS, strict=True)]
    assert read(put(tmp_path, "time,stage,duration (s)", lasting)) == pytest.approx(RIGHT)


def test_the_count_of_findings_is_true(tmp_path: Path) -> None:
    rows = [(f"{turn} past", "W") for turn in range(604)]
    told = refused(put(tmp_path, "time,stage", rows)).splitlines()
    assert len(told) == 20 and told[-1].startswith("585 more like these")


def test_gaps_and_overlaps_between_rows_are_refused_and_the_hint_works(tmp_path: Path) -> None:
    rows: list[list[Any]] = [list(bout) for bout in bouts()]
    rows[3][1] -= 30
    said = refused(put(tmp_path, "onset,duration,stage", [tuple(row) for row in rows]))
    assert "line 6, column 'onset': begins 30 s after the row above ends" in said
    assert "a row '?'" in said
    rows.insert(4, [rows[4][0] - 30, 30, "?"])
    (night,), _ = read_nights(put(tmp_path, "onset,duration,stage", [tuple(row) for row in rows]))
    assert outcomes_of(night)[1]["TST"] == "0.5 of 288 min are not scored"
    rows.pop(4)
    rows[3][1] += 90
    assert "begins 60 s before the row above ends" in refused(
        put(tmp_path, "onset,duration,stage", [tuple(row) for row in rows])
    )


def test_rows_need_be_no_multiple_of_an_epoch_unless_one_is_said(tmp_path: Path) -> None:
    path = put(tmp_path, "onset,duration,stage", [(0, 1207.5, "W"), (1207.5, 6000, "N2"), (7207.5, 300, "W")])
    assert read(path) == pytest.approx([125.125, 20.125, 100, 0, 100])
    assert "1207.5 s by 'duration', which is no multiple of an epoch of 30 s" in refused(path, epoch_seconds=30.0)
    even = put(tmp_path, "onset,duration,stage", list(bouts()))
    assert read(even, epoch_seconds=30.0) == pytest.approx(RIGHT)


@pytest.mark.parametrize(
    ("head", "rows", "said", "mended"),
    [
        (
            "onset,duration,stage",
            [(begin / 60, lasts / 60, stage) for begin, lasts, stage in bouts()],
            "'duration' makes a night of 288: seconds or minutes cannot be told",
            "onset (min),duration (min),stage",
        ),
        (
            "start,end,stage",
            [(begin / 60, (begin + lasts) / 60, stage) for begin, lasts, stage in bouts()],
            "seconds or minutes cannot be told",
            "start (min),end (min),stage",
        ),
        (
            "time,stage",
            [(begin / 60, stage) for begin, stage in epochs(30)],
            "numbers in 'time' rise by 0.5, which is no usual epoch in seconds",
            "time (min),stage",
        ),
        (
            "onset,Stage duration in s,stage",
            list(bouts()),
            "column 'Stage duration in s': is not understood",
            "onset,duration (s),stage",
        ),
    ],
)
def test_what_cannot_be_told_is_asked_and_the_hint_works(
    head: str, rows: list[tuple[object, ...]], said: str, mended: str, tmp_path: Path
) -> None:
    assert said in refused(put(tmp_path, head, rows))
    assert read(put(tmp_path, mended, rows)) == pytest.approx(RIGHT)


def test_rows_that_only_count_need_the_length_of_an_epoch(tmp_path: Path) -> None:
    rows = [(turn, stage) for turn, (_, stage) in enumerate(epochs(20))]
    assert "If they only count, call it 'epoch'" in refused(put(tmp_path, "time,stage", rows))
    assert read(put(tmp_path, "epoch,stage", rows), epoch_seconds=20.0) == pytest.approx(RIGHT)


def test_whole_minutes_do_not_tell_an_epoch_and_the_hint_works(tmp_path: Path) -> None:
    rows = [(clock(begin)[:5], stage) for begin, stage in epochs(30)]
    assert "whole minutes do not tell the length" in refused(put(tmp_path, "time,stage", rows))
    assert read(put(tmp_path, "stage", [row[1:] for row in rows]), epoch_seconds=30.0) == pytest.approx(RIGHT)


def test_columns_that_nobody_reads_are_told(tmp_path: Path) -> None:
    rows = [(turn, stage) for turn, (_, stage) in enumerate(epochs(30))]
    (_,), notes = read_nights(put(tmp_path, "epoch,stage", rows))
    assert "columns not used: epoch" in notes and "an epoch is taken to be 30 s" in notes


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("s12b_bids_hypnogram.tsv", [325, 20, 295, 10, 285]),
        ("s12_mne_annot.csv", [325, 20, 295, 10, 285]),
        ("s13d_clock_20s.csv", [208, 20, 178, 5, 173]),
        ("s13g_stamped_20s.csv", [208, 20, 178, 5, 173]),
        ("s13f_time_seconds.csv", [312, 30, 267, 7.5, 259.5]),
    ],
)
def test_shared_cases_are_read_right(name: str, right: list[float]) -> None:
    if not (CASES / name).exists():
        pytest.skip("the shared cases are not beside this checkout")
    assert read(CASES / name) == pytest.approx(right)


def test_clock_times_place_lights_out(tmp_path: Path) -> None:
    (night,), _ = read_nights(put(tmp_path, "clock,stage", [(clock(b), s) for b, s in epochs(30)]))
    assert night.began == 22 * 60 + 50
