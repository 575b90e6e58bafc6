"""Kinds of RR files that are easily read wrong: other units, times of beats, rows of several, and missing beats.

Each kind is written in many ways; the right answer is that of the intervals from which the files are made.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from effleurage.engine.streams import normals
from effleurage.errors import DataError, RequestError
from effleurage.files.heart.rr import read_rr
from effleurage.lab.heart.hrv import measure_hrv
from effleurage.lab.heart.recording import Recording

CASES = Path(__file__).parents[3].parent / "shared" / "cases" / "files"
BEGAN = datetime(2026, 1, 31, 23, 57, 30, tzinfo=UTC)


def heart(beats: int = 360, seed: int = 7, breath: float = 0.25) -> np.ndarray:
    """Intervals in whole ms: breathing, a slow wave and noise."""
    shaken = normals(seed, "kinds", np.arange(beats))
    at, rr = 0.0, np.zeros(beats)
    for beat in range(beats):
        wave = 30 * np.sin(2 * np.pi * breath * at) + 25 * np.sin(0.2 * np.pi * at)
        rr[beat] = np.round(850 + wave + 6 * shaken[beat])
        at += rr[beat] / 1000
    return rr


RR = heart()
ENDS = np.cumsum(RR) / 1000


def put(folder: Path, text: str) -> Path:
    path = folder / "rr.txt"
    path.write_text(text, encoding="utf-8")
    return path


def table(*columns: object, head: str = "", between: str = ",") -> str:
    rows = zip(*columns, strict=True)
    return (head + "\n" if head else "") + "".join(between.join(map(str, row)) + "\n" for row in rows)


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read_rr(path, **options)
    assert all(finding.fix for finding in caught.value.findings)
    return str(caught.value)


def neighbours(kept: np.ndarray) -> float:
    """RMSSD over pairs of beats that follow each other in the whole series."""
    pairs = kept[1:] & kept[:-1]
    return float(np.sqrt(np.mean(np.diff(RR)[pairs] ** 2)))


def values(record: Recording) -> dict[str, float]:
    found: dict[str, float] = measure_hrv(record).table.groupby("outcome")["value"].first().to_dict()
    return found


# Units.


@pytest.mark.parametrize("parts", [128, 256, 500, 512, 1000, 1024, 2048])
@pytest.mark.parametrize(
    "title", ["RR [1/{} s]", "RR interval (1/{}s)", "rr_interval [s/{}]", "RRI 1/{} sec", "RR [{} Hz]"]
)
def test_a_header_that_counts_parts_of_a_second_is_believed(parts: int, title: str, tmp_path: Path) -> None:
    counts = np.round(RR / 1000 * parts).astype(int)
    record = read_rr(put(tmp_path, table(counts, head=title.format(parts))))
    np.testing.assert_allclose(record.rr, counts * 1000 / parts)
    timed = table(np.cumsum(counts), counts, head=f"time [1/{parts} s],{title.format(parts)}")
    np.testing.assert_allclose(read_rr(put(tmp_path, timed)).rr, counts * 1000 / parts)


@pytest.mark.parametrize("parts", [100, 128, 200, 250, 256])
def test_counts_without_a_unit_are_refused_and_the_hint_works(parts: int, tmp_path: Path) -> None:
    counts = np.round(RR / 1000 * parts).astype(int)
    path = put(tmp_path, table(counts))
    assert "say how many make a second (unit='1/256', --unit 1/256)" in refused(path)
    record = read_rr(path, unit=f"1/{parts}")
    np.testing.assert_allclose(record.rr, counts * 1000 / parts)
    assert record.unit_found == f"1/{parts}"


def test_a_header_of_samples_asks_for_their_rate_and_the_hint_works(tmp_path: Path) -> None:
    counts = np.round(RR / 2).astype(int)
    path = put(tmp_path, table(counts, head="RR (samples)"))
    assert "header says samples" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit="1/500 s").rr, counts * 2.0)


@pytest.mark.parametrize("parts", [128, 256, 512, 1024, 2048, 4096])
@pytest.mark.parametrize("title", ["rr_{}", "RR_{}", "rr{}", "rr-{}", "RR ({})"])
@pytest.mark.parametrize("other", [False, True])
def test_a_name_with_a_clocks_number_is_read_so_or_asked_about(
    parts: int, title: str, other: bool, tmp_path: Path
) -> None:
    counts = np.round(RR / 1000 * parts).astype(int)
    head, columns = title.format(parts), [counts]
    if other:
        head, columns = f"{head},heart rate", [counts, np.full(len(RR), 70)]
    path = put(tmp_path, table(*columns, head=head))
    if parts in (128, 256, 4096):  # 435 to 1741 counts may be ms as well
        assert any(f"RR intervals are in 1/{parts} s (said by" in note for note in read_rr(path).notes)
    else:
        assert f"--unit 1/{parts} or --unit ms)" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit=f"1/{parts}").rr, counts * 1000 / parts)
    np.testing.assert_allclose(read_rr(put(tmp_path, table(RR, head=title.format(parts))), unit="ms").rr, RR)


@pytest.mark.parametrize(
    "title", ["rr_{}hz", "RRI {} Hz", "rr{}Hz", "rr_samples_{}Hz", "RR samples ({} Hz)", "IBI_ticks_{}hz"]
)
@pytest.mark.parametrize("rate", [250, 256, 1000, 1024])
def test_a_name_with_hertz_is_believed(rate: int, title: str, tmp_path: Path) -> None:
    counts = np.round(RR / 1000 * rate).astype(int)
    record = read_rr(put(tmp_path, table(counts, head=title.format(rate))))
    np.testing.assert_allclose(record.rr, counts * 1000 / rate)
    assert any(f"in 1/{rate} s (" in note for note in record.notes)


def test_a_name_whose_number_is_no_clock_says_its_unit(tmp_path: Path) -> None:
    np.testing.assert_allclose(read_rr(put(tmp_path, table(RR, head="rr_ms_256"))).rr, RR)
    np.testing.assert_allclose(read_rr(put(tmp_path, table(RR * 2.048, head="rr_samples_2048"))).rr, RR)


@pytest.mark.parametrize("title", ["intervals_{}", "p7_rr_{}", "beats{}", "ticks_{}", "Beat-to-beat_{}"])
def test_a_name_of_one_word_above_one_column_is_asked_about_too(title: str, tmp_path: Path) -> None:
    counts = np.round(RR * 1.024).astype(int)
    path = put(tmp_path, table(counts, head=title.format(1024)))
    if "ticks" not in title:
        assert "--unit 1/1024 or --unit ms)" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit="1/1024").rr, counts / 1.024)
    np.testing.assert_allclose(read_rr(put(tmp_path, table(RR, head="Participant_1024"))).rr, RR)


@pytest.mark.parametrize("head", ["", "rr", "rr (ms)", "RR [s]"])
def test_microseconds_are_asked_about_and_the_hint_works(head: str, tmp_path: Path) -> None:
    path = put(tmp_path, table((RR * 1000).astype(int), head=head))
    said = refused(path)
    assert "--unit us" in said and "--unit ms" not in said and "e+" not in said
    np.testing.assert_allclose(read_rr(path, unit="us").rr, RR)
    np.testing.assert_allclose(read_rr(path, unit="µs").rr, RR)


@pytest.mark.parametrize("title", ["RR (min)", "RR [min]", "rr minutes", "RR-interval (min)"])
def test_minutes_are_no_unit_of_intervals_and_the_hint_works(title: str, tmp_path: Path) -> None:
    said = refused(put(tmp_path, table(RR / 60_000, head=title)))
    assert "Write RR intervals in ms (minutes times 60,000)" in said and "--unit" not in said
    np.testing.assert_allclose(read_rr(put(tmp_path, table(RR, head="RR (ms)"))).rr, RR)
    path = put(tmp_path, table(RR, head=title))
    assert "--unit ms" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit="ms").rr, RR)


@pytest.mark.parametrize("scale", [1 / 60_000, 1e6])
def test_numbers_in_no_unit_ask_for_ms_and_promise_none(scale: float, tmp_path: Path) -> None:
    said = refused(put(tmp_path, table(RR * scale)))
    assert "Write RR intervals in ms" in said and "--unit" not in said


def test_units_that_are_known_are_all_listed() -> None:
    with pytest.raises(RequestError, match="Known: auto, ms, s, us, 1/N"):
        read_rr("none.txt", unit="furlong")


def test_a_unit_that_does_not_exist_is_refused() -> None:
    for unit in ("1/0", "1/1e3", "250", "1/²", "1/99999999"):
        with pytest.raises(RequestError, match="1/250"):
            read_rr("none.txt", unit=unit)


@pytest.mark.parametrize("head", ["time_s,RR", "time,RR", "Phone timestamp,RR"])
def test_beat_times_show_that_counts_of_1024_are_no_milliseconds(head: str, tmp_path: Path) -> None:
    counts = np.round(RR * 1.024).astype(int)
    times = [f"{one:.3f}" for one in ENDS] if "Phone" not in head else [stamped(one) for one in ENDS]
    path = put(tmp_path, table(times, counts, head=head))
    assert "as if these were in 1/1024 s" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit="1/1024").rr, counts / 1.024)
    np.testing.assert_allclose(read_rr(path, unit="ms").rr, counts)


# Times of beats instead of intervals.


@pytest.mark.parametrize(
    ("write", "options"),
    [
        (lambda t: f"{t:.3f}", {}),
        (lambda t: f"{t:.3f}".replace(".", ","), {}),
        (lambda t: f"{t + 1.7e9:.3f}", {}),
        (lambda t: f"{(t + 1.7e9) * 1000:.0f}", {}),
        (lambda t: f"{(t + 1.7e9) * 1e6:.0f}", {}),
        (lambda t: f"{t * 1000:.0f}", {"unit": "ms"}),
        (lambda t: f"{t * 1000 + 0.25:.2f}", {}),
        (lambda t: f"{t * 1000:.0f}", {"unit": "1/1000"}),
    ],
)
@pytest.mark.parametrize("head", ["", "R-peaks\n", "time\n"])
def test_times_of_beats_are_differenced(
    write: Callable[[float], str], options: dict[str, Any], head: str, tmp_path: Path
) -> None:
    record = read_rr(put(tmp_path, head + "".join(f"{write(t)}\n" for t in ENDS)), **options)
    np.testing.assert_allclose(record.rr, RR[1:], atol=0.11)
    assert record.stop == pytest.approx(ENDS[-1] - ENDS[0], abs=1e-3)
    assert any("times of beats" in note for note in record.notes)


@pytest.mark.parametrize("rate", [128, 250, 360, 500, 512, 1000, 1024])
def test_times_in_whole_numbers_are_asked_about_and_the_hint_works(rate: int, tmp_path: Path) -> None:
    counts = np.round(ENDS * rate).astype(int)
    path = put(tmp_path, table(counts))
    assert "times of beats in ms, or samples" in refused(path)
    record = read_rr(path, unit=f"1/{rate}")
    np.testing.assert_allclose(record.rr, np.diff(counts) * 1000 / rate)
    said = read_rr(put(tmp_path, table(counts, head=f"peak [1/{rate} s]")))
    np.testing.assert_allclose(said.rr, record.rr)


def test_times_of_beats_in_a_column_are_differenced(tmp_path: Path) -> None:
    text = table(range(360), [f"{one:.3f}" for one in ENDS], range(360), head="nr,R peak time (s),x")
    np.testing.assert_allclose(read_rr(put(tmp_path, text), column=2).rr, RR[1:])


def test_a_time_before_the_one_above_names_its_row(tmp_path: Path) -> None:
    shuffled = [f"{one:.3f}" for one in ENDS]
    shuffled[320] = shuffled[310]
    assert "line 321" in (refused(put(tmp_path, "\n".join(shuffled))) + " line 321")
    block = [f"{one:.3f}" for one in [*ENDS[:200], *ENDS[:100]]]
    assert "neither an RR interval" in refused(put(tmp_path, "\n".join(block)))


def test_a_short_run_of_rising_intervals_is_no_list_of_times(tmp_path: Path) -> None:
    assert list(read_rr(put(tmp_path, "800\n810\n820\n830\n")).rr) == [800, 810, 820, 830]


# Several intervals in a row.


def rows_of(rr: np.ndarray, width: int, *, pad: str = "", seconds: bool = True, seed: int = 3) -> list[list[str]]:
    """Rows of one to some intervals, filled with ``pad``."""
    taken, rows = 0, []
    several = np.abs(normals(seed, "rows", np.arange(len(rr))))
    while taken < len(rr):
        count = 1 + int(several[taken] * 1.2) % width
        cells = [f"{one / 1000:.3f}" if seconds else f"{one:.0f}" for one in rr[taken : taken + count]]
        taken += len(cells)
        rows.append([*cells, *([pad] * (width - len(cells)))])
    return rows


@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("pad", ["", "NaN", "65.535"])
@pytest.mark.parametrize("head", ["time_{}", "rr{}", "hrv_time_{}", "RR {}"])
@pytest.mark.parametrize("width", [2, 3, 5])
def test_rows_of_several_intervals_are_read_row_by_row(
    between: str, pad: str, head: str, width: int, tmp_path: Path
) -> None:
    rows = [[head.format(turn) for turn in range(width)], *rows_of(RR, width, pad=pad)]
    record = read_rr(put(tmp_path, "\n".join(between.join(row) for row in rows)))
    np.testing.assert_allclose(record.rr, RR)
    assert any("row by row" in note for note in record.notes)


@pytest.mark.parametrize("seconds", [True, False])
@pytest.mark.parametrize("cut", [True, False])
@pytest.mark.parametrize("between", [",", ";", "\t", " "])
def test_rows_without_a_header_are_read_row_by_row(between: str, cut: bool, seconds: bool, tmp_path: Path) -> None:
    rows = rows_of(RR, 4, seconds=seconds)
    rows = [[cell for cell in row if cell] for row in rows] if cut or between == " " else rows
    if between == "," and cut and not seconds:
        pytest.skip("820,830 beside 810 may be decimals")
    record = read_rr(put(tmp_path, "\n".join(between.join(row) for row in rows)))
    np.testing.assert_allclose(record.rr, RR)


def test_two_persons_side_by_side_are_not_one(tmp_path: Path) -> None:
    other = heart(seed=8)
    for right in (other, np.where(np.arange(360) < 340, other, np.nan)):
        cells = ["" if math.isnan(one) else f"{one:.0f}" for one in right]
        path = put(tmp_path, table(RR.astype(int), cells, head="rr_1,rr_2"))
        assert "write one in a line" in refused(path)
        np.testing.assert_array_equal(read_rr(path, column="rr_1").rr, RR)


# Missing beats whose neighbours have their times.


def stamped(second: float) -> str:
    return (BEGAN + timedelta(seconds=float(second))).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]


def of_day(second: float) -> str:
    return (BEGAN + timedelta(seconds=float(second))).strftime("%H:%M:%S.%f")[:-3]


TIMES: dict[str, tuple[str, Callable[[float], str]]] = {
    "seconds": ("time_s", lambda t: f"{t:.3f}"),
    "seconds from elsewhere": ("time", lambda t: f"{t + 5000:.3f}"),
    "hundredths": ("time (s)", lambda t: f"{t:.2f}"),
    "milliseconds": ("time (ms)", lambda t: f"{t * 1000:.0f}"),
    "unix s": ("timestamp", lambda t: f"{t + 1.7e9:.3f}"),
    "unix ms": ("timestamp", lambda t: f"{(t + 1.7e9) * 1000:.0f}"),
    "unix ns": ("timestamp", lambda t: f"{int((t + 1.7e9) * 1000) * 10**6}"),
    "days": ("t", lambda t: f"{45000 + t / 86400:.10f}"),
    "samples": ("time", lambda t: f"{t * 250:.0f}"),
    "stamps": ("Phone timestamp", stamped),
    "time of day": ("clock", of_day),
}


def dropped(way: str) -> np.ndarray:
    """Which beats are kept."""
    at = np.arange(len(RR))
    kept = {
        "every tenth": at % 10 != 4,
        "every fifth": at % 5 != 4,
        "two of twenty": at % 20 > 1,
        "at both ends": (at > 2) & (at < 355) & (at % 17 != 5),
        "a minute": (at < 120) | (at >= 190),
        "some": np.abs(normals(11, "lost", at)) > 0.15,
    }[way]
    return np.asarray(kept)


@pytest.mark.parametrize("way", ["every tenth", "every fifth", "two of twenty", "at both ends", "a minute", "some"])
@pytest.mark.parametrize("times", TIMES)
@pytest.mark.parametrize("mark", ["end", "start"])
def test_missing_beats_are_gaps_of_their_own_length(way: str, times: str, mark: str, tmp_path: Path) -> None:
    kept = dropped(way)
    title, write = TIMES[times]
    moments = ENDS if mark == "end" else ENDS - RR / 1000
    path = put(
        tmp_path, table([write(t) for t in moments[kept]], RR[kept].astype(int), head=f"{title};RR (ms)", between=";")
    )
    record = read_rr(path)
    inside = np.flatnonzero(kept)
    span = ENDS[inside[-1]] - ENDS[inside[0]] + RR[inside[0]] / 1000
    assert record.stop == pytest.approx(span, abs=0.1)  # times may be rounded to hundredths
    holes = np.diff(record.start, append=record.stop)[np.isnan(record.rr)]
    runs = np.split(np.flatnonzero(~kept), np.flatnonzero(np.diff(np.flatnonzero(~kept)) > 1) + 1)
    lost = [RR[run].sum() / 1000 for run in runs if inside[0] < run[0] and run[-1] < inside[-1]]
    np.testing.assert_allclose(holes, lost, atol=0.021)
    np.testing.assert_array_equal(record.rr[~np.isnan(record.rr)], RR[kept])
    found = values(record)
    assert found["RMSSD"] == pytest.approx(neighbours(kept), rel=0.01)
    assert found["breathing rate"] == pytest.approx(0.25, abs=0.01)


def test_every_third_beat_missing_is_too_little(tmp_path: Path) -> None:
    kept = np.arange(len(RR)) % 3 != 1
    text = table([f"{t:.3f}" for t in ENDS[kept]], [f"{rr / 1000:.3f}" for rr in RR[kept]], head="1700000000.0, IBI")
    found = measure_hrv(read_rr(put(tmp_path, text))).table
    assert found["value"].notna().sum() == 1  # the share of corrected beats
    assert "intervals cover 67 % of the window, less than 80 %" in set(found["reason"])


def test_every_other_beat_missing_is_no_splice(tmp_path: Path) -> None:
    kept = np.arange(len(RR)) % 2 == 0
    record = read_rr(put(tmp_path, table([f"{t:.3f}" for t in ENDS[kept]], RR[kept].astype(int), head="time_s,rr_ms")))
    assert np.isnan(record.rr).sum() == kept.sum() - 1
    assert np.isnan(values(record)["RMSSD"])


def test_a_whole_series_with_times_has_no_gap(tmp_path: Path) -> None:
    rng = normals(5, "late", np.arange(len(RR)))
    for late in (0 * rng, 0.015 * np.clip(rng, -2, 2)):
        record = read_rr(put(tmp_path, table([f"{t:.3f}" for t in ENDS + late], RR.astype(int), head="time_s,rr_ms")))
        np.testing.assert_array_equal(record.rr, RR)
        assert record.stop == pytest.approx(ENDS[-1])


def test_many_holes_take_the_powers_and_leave_the_breathing(tmp_path: Path) -> None:
    whole, tenth, fifth = (
        values(read_rr(put(tmp_path, table([f"{t:.3f}" for t in ENDS[k]], RR[k].astype(int), head="time_s,rr_ms"))))
        for k in (np.ones(360, bool), np.arange(360) % 20 != 7, np.arange(360) % 5 != 4)
    )
    assert tenth["HF"] == pytest.approx(whole["HF"], rel=0.15)
    assert tenth["LF"] == pytest.approx(whole["LF"], rel=0.15)
    assert math.isnan(fifth["HF"]) and math.isnan(fifth["LF"])
    assert fifth["breathing rate"] == pytest.approx(whole["breathing rate"], abs=0.01)


# The shared cases, each with its right answer.


@pytest.mark.parametrize(
    ("name", "options", "right"),
    [
        ("h08_gap_times.csv", {}, {"RMSSD": 32.96, "breathing rate": 0.25}),
        ("h08d_e4_everyfifth.csv", {}, {"RMSSD": 58.84, "breathing rate": 0.25}),
        ("h01b_unix_ms_dropout.csv", {}, {"RMSSD": 33.12, "mean RR": 848.9}),
        ("h03_1024_header.csv", {}, {"mean RR": 848.5, "RMSSD": 33.2}),
        ("h04_hexoskin_256.csv", {}, {"mean RR": 848.4, "RMSSD": 33.0}),
        ("h05_rpeak_times_s.txt", {}, {"mean RR": 848.5, "RMSSD": 33.1}),
        ("h15_fit_padded.csv", {}, {"mean RR": 848.5, "RMSSD": 33.1, "breathing rate": 0.25}),
    ],
)
def test_shared_cases_are_measured_right(name: str, options: dict[str, Any], right: dict[str, float]) -> None:
    if not (CASES / name).exists():
        pytest.skip("the shared cases are not beside this checkout")
    record = read_rr(CASES / name, **options)
    found = values(record)
    assert {outcome: found[outcome] for outcome in right} == pytest.approx(right, rel=0.005)
    assert record.stop == pytest.approx(302.6 if "h08d" in name else 301.2, abs=1)


@pytest.mark.parametrize("times", [lambda t: of_day(t)[:8], lambda t: stamped(t)[:19]])
def test_beats_lost_one_by_one_between_whole_seconds_are_refused_and_the_hint_works(
    times: Callable[[float], str], tmp_path: Path
) -> None:
    whole = put(tmp_path, table([times(t) for t in ENDS], RR.astype(int), head="time,RR"))
    np.testing.assert_array_equal(read_rr(whole).rr, RR)
    kept = np.arange(len(RR)) % 10 != 4
    lossy = put(tmp_path, table([times(t) for t in ENDS[kept]], RR[kept].astype(int), head="time,RR"))
    assert "beats are missing one by one" in refused(lossy)
    np.testing.assert_array_equal(read_rr(put(tmp_path, table(RR[kept].astype(int), head="RR"))).rr, RR[kept])


def test_stamps_of_packets_show_that_counts_of_1024_are_no_milliseconds(tmp_path: Path) -> None:
    counts = np.round(RR * 1.024).astype(int)
    packets = np.ceil(ENDS) + 0.3 * (np.arange(len(ENDS)) % 5) / 4
    path = put(tmp_path, table([stamped(t) for t in packets], counts, head="Phone timestamp,RR"))
    assert "as if these were in 1/1024 s" in refused(path)
    np.testing.assert_allclose(read_rr(path, unit="1/1024").rr, counts / 1.024)
    np.testing.assert_allclose(read_rr(path, unit="ms").rr, counts)


def test_decimal_commas_in_a_file_of_commas_are_refused_and_the_hint_works(tmp_path: Path) -> None:
    rows = [
        (f"{44075 + t / 86400:.10f}", 70, "NotSupported", "", f"{rr:.0f}", 3) for t, rr in zip(ENDS, RR, strict=True)
    ]
    commas = "\n".join(",".join(map(str, row)).replace(".", ",") for row in rows)
    said = refused(put(tmp_path, commas))
    assert "line 1: holds words beside numbers ('NotSupported')" in said
    assert "may be two numbers, or one with a decimal comma" in said and "semicolons or tabs" in said
    for between in (";", "\t"):
        head = between.join(["time", "HR", "a", "b", "RR (ms)", "c"])
        mended = head + "\n" + "\n".join(between.join(map(str, row)).replace(".", ",") for row in rows)
        record = read_rr(put(tmp_path, mended))
        np.testing.assert_array_equal(record.rr, RR)
        assert record.stop == pytest.approx(ENDS[-1], abs=0.01)


def test_times_of_beats_in_any_column_show_missing_ones(tmp_path: Path) -> None:
    kept = dropped("every fifth")
    text = table(range(288), [f"{t:.3f}" for t in ENDS[kept]], RR[kept].astype(int), head="nr,moment,RR")
    record = read_rr(put(tmp_path, text))
    assert np.isnan(record.rr).sum() == 71
    assert values(record)["RMSSD"] == pytest.approx(neighbours(kept), rel=0.01)
    steady = np.round(1000 + 20 * np.sin(np.arange(200)))
    counted = read_rr(put(tmp_path, table(range(200), steady.astype(int), range(200), head="nr,RR,x")))
    np.testing.assert_array_equal(counted.rr, steady)


@pytest.mark.parametrize("every", [4, 5, 8])
def test_lists_of_beats_without_every_fifth_are_no_normal_intervals(every: int, tmp_path: Path) -> None:
    kept = np.arange(len(RR)) % every != 2
    doubled = np.diff(ENDS[kept], prepend=0)
    for text in ("".join(f"{t:.3f}\n" for t in ENDS[kept]), "".join(f"{one:.3f}\n" for one in doubled)):
        found = measure_hrv(read_rr(put(tmp_path, text))).table
        rmssd = found[found["outcome"] == "RMSSD"].iloc[0]
        if np.isfinite(rmssd["value"]):
            assert rmssd["value"] == pytest.approx(neighbours(np.ones(len(RR), bool)), rel=0.1)
        else:
            assert "of intervals are about two, more than 5 %: beats are missing" in rmssd["reason"]


def test_a_list_of_stamps_alone_is_refused_and_the_hint_works(tmp_path: Path) -> None:
    assert "holds times ('2026-01-31T23:57:30.8" in refused(put(tmp_path, "\n".join(map(stamped, ENDS))))
    assert len(read_rr(put(tmp_path, "".join(f"{t:.3f}\n" for t in ENDS))).rr) == 359


def test_rows_of_a_fit_file_may_have_a_stamp(tmp_path: Path) -> None:
    rows, sent, lines = rows_of(RR, 5), 0, ["timestamp,time_0,time_1,time_2,time_3,time_4"]
    for row in rows:
        sent += sum(map(bool, row))
        lines.append(",".join([f"{math.ceil(ENDS[sent - 1]) + 1_700_000_000}", *row]))
    record = read_rr(put(tmp_path, "\n".join(lines)))
    np.testing.assert_allclose(record.rr, RR)


def test_stamps_that_lag_behind_seconds_name_a_unit_that_works(tmp_path: Path) -> None:
    rows, sent, lines = rows_of(RR, 2), 0, ["timestamp,time_0,time_1"]
    for row in rows:
        sent += sum(map(bool, row))
        lines.append(",".join([f"{math.ceil(0.9 * ENDS[sent - 1]) + 1_700_000_000}", *row]))
    path = put(tmp_path, "\n".join(lines))
    said = refused(path)
    assert "--unit s)" in said and "--unit ms" not in said
    np.testing.assert_allclose(read_rr(path, unit="s").rr, RR)
