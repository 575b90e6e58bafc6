"""RR files as recorders, apps and archives write them, and as nobody should."""

from __future__ import annotations

import gzip
import itertools
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from effleurage.errors import DataError, EffleurageError, RequestError
from effleurage.files.heart.rr import read_rr, stream_rr
from effleurage.files.table import text_stream
from effleurage.lab.heart.recording import Recording

HOLTER = Path(__file__).parents[3].parent / "shared" / "data" / "hrv_nsr2db"
RR = np.array([800.0, 810, 790, 805, 820, 815, 799])
ENDS = np.cumsum(RR) / 1000
NOON = datetime(2026, 1, 31, 12)
QUICKLY = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def put(folder: Path, text: str | bytes, name: str = "rr.txt") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def lines(*columns: object, between: str = ";", head: str = "") -> str:
    rows = zip(*columns, strict=True)
    return head + "".join(between.join(map(str, row)) + "\n" for row in rows)


def said(recording: Recording) -> str:
    return "\n".join(recording.notes)


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(DataError) as caught:
        read_rr(path, **options)
    assert all(finding.fix for finding in caught.value.findings)
    return str(caught.value)


def phone(seconds: float) -> str:
    return (NOON + timedelta(seconds=float(seconds))).isoformat(timespec="milliseconds")


WHOLE = [int(value) for value in RR]
LAYOUTS = {
    "one a line, ms (Elite HRV, Kubios type 1)": lines(WHOLE),
    "no end of the last line": lines(WHOLE).rstrip(),
    "one a line, s": lines(RR / 1000),
    "decimal commas, s": lines(RR / 1000).replace(".", ","),
    "decimal commas, ms": lines([f"{value:.2f}" for value in RR]).replace(".", ","),
    "leading blanks, returns": "".join(f"   {value}\r\n" for value in WHOLE),
    "returns only": lines(WHOLE).replace("\n", "\r"),
    "header with unit": lines(WHOLE, head="RR [ms]\n"),
    "quoted": lines([f'"{value}"' for value in WHOLE], head='"RR"\n'),
    "comments and words above": lines(WHOLE, head="# made by hand\nParticipant 7, rest\nRR-Intervalle\n"),
    "HRVAS": lines(ENDS, RR / 1000, between=","),
    "HRVAS in whole ms": lines([int(end * 1000) for end in np.round(ENDS, 3)], WHOLE, between=","),
    "Polar Flow, older": lines([f"{end:.3f}" for end in ENDS], WHOLE, between="\t"),
    "columns the other way": lines(RR / 1000, ENDS, between="  "),
    "decimal commas and semicolons": lines(ENDS, RR / 1000, head="Zeit;RR (s)\n").replace(".", ","),
    "Polar Sensor Logger": lines(map(phone, ENDS), WHOLE, head="Phone timestamp;RR-interval [ms]\n"),
    "Polar, no header": lines(map(phone, ENDS), WHOLE),
    "Polar Flow": lines(WHOLE, [0] * 7, between=",", head="duration,offline\n"),
    "HRV Logger": lines(map(phone, ENDS), WHOLE, WHOLE, between=",", head="date,rr,since start\n"),
    "Empatica": lines(ENDS, RR / 1000, between=",", head="1775181600.000000, IBI\n"),
    "units in a row of their own": lines(ENDS, RR / 1000, head="Time;RR interval\n(s);(s)\n"),
    "a title above a header": lines(ENDS, RR / 1000, between=",", head="RR intervals\ntime,rr\n"),
    "German dates": lines([f"31.01.2026 12:00:{end:06.3f}" for end in ENDS], WHOLE, head="Datum;RR\n"),
    "nanoseconds": lines([int(end * 1e9) for end in ENDS], WHOLE, head="timestamp [ns];RR [ms]\n"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dress", ["utf-8", "utf-8-sig", "utf-16", "gzip"])
def test_every_layout_gives_the_same_beats(layout: str, dress: str, tmp_path: Path) -> None:
    raw = LAYOUTS[layout].encode("utf-8" if dress == "gzip" else dress)
    path = put(tmp_path, gzip.compress(raw), "rr.txt.gz") if dress == "gzip" else put(tmp_path, raw)
    recording = read_rr(path)
    np.testing.assert_allclose(recording.rr, RR, rtol=1e-12)
    np.testing.assert_allclose(recording.start, [0, *ENDS[:-1]], atol=1e-9)
    assert recording.stop == pytest.approx(ENDS[-1])
    assert recording.source == path.name
    assert f"RR intervals are in {recording.unit_found}" in said(recording)


def test_headers_comments_and_blank_lines_are_skipped_and_said(tmp_path: Path) -> None:
    recording = read_rr(put(tmp_path, "# note\nGröße\n800\n# pause\n\n810\n790\n\n".encode("latin-1")))
    assert list(recording.rr) == [800, 810, 790]
    assert "line 2 skipped as header ('Größe')" in said(recording)
    assert "comments between rows, skipped: 1" in said(recording)
    assert "blank lines between rows, skipped: 1" in said(recording)


KUBIOS = """HRV results,,,
www.kubios.com,,,
Detrending method: Smoothness priors,,,
RR Interval Samples Selected for Analysis,,,
,SAMPLE 1,,,
,00:00:00-00:05:00,,,
Mean RR (ms),804,,,

RR INTERVAL DATA and SPECTRUM ESTIMATES,,,
,SAMPLE 1,,,
RR data,,FFT spectrum,
Time,RR interval,Frequency,PSD
(s),(s),(Hz),(ms^2/Hz)
0.8,0.8,0.00,1
1.61,0.81,0.01,1
2.4,0.79,0.02,1
,,0.03,1
,,0.04,1
"""


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_a_kubios_report_gives_its_block_of_intervals(between: str, tmp_path: Path) -> None:
    recording = read_rr(put(tmp_path, KUBIOS.replace(",", between), "report.csv"))
    assert list(recording.rr) == [800, 810, 790]
    assert recording.unit_found == "s"
    assert "may be corrected already" in said(recording)


def test_a_kubios_report_is_asked_for_what_it_lacks(tmp_path: Path) -> None:
    assert "without its RR intervals" in refused(put(tmp_path, KUBIOS.split("RR INTERVAL DATA")[0]))
    double = KUBIOS.replace("RR interval,", "RR interval,RR interval,").replace("0.8,0.8", "0.8,0.8,0.9")
    assert "more than one column is named as RR intervals" in refused(put(tmp_path, double))
    assert len(read_rr(put(tmp_path, "# for Kubios\n800\n810\n")).rr) == 2


def test_the_unit_can_be_said(tmp_path: Path) -> None:
    fast = put(tmp_path, "250\n260\n255\n")
    assert "neither an RR interval in s (0.3 to 2) nor in ms" in refused(fast)
    assert list(read_rr(fast, unit="ms").rr) == [250, 260, 255]
    assert "as asked" in said(read_rr(fast, unit="ms"))
    assert "header says ms" in refused(put(tmp_path, "RR [ms]\n0.8\n0.81\n"))
    assert list(read_rr(put(tmp_path, "RR [ms]\n0.8\n0.81\n"), unit="s").rr) == [800, 810]
    with pytest.raises(RequestError, match="Known: auto, ms, s"):
        read_rr(fast, unit="sec")


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("800\n810\n0.79\n800\n0.8\n805\n", ["line 3: 0.79 looks like s", "line 5: 0.8 looks like s"]),
        ("0.8\n0.81\n0.8\n790\n800\n0.8\n", ["line 4: 790 looks like ms", "line 5: 800 looks like ms"]),
        ("0.8\n800\n0.8\n0.81\n" * 5, ["file of seconds: 5", "lines 2, 6, 10 and 2 more"]),
        ("0.8\n0.81\n800\n0.8\n", ["file of seconds: 1", "line 3"]),
    ],
)
def test_mixed_units_are_refused_by_row(text: str, faults: list[str], tmp_path: Path) -> None:
    message = refused(put(tmp_path, text))
    assert [fault for fault in faults if fault not in message] == []


def test_a_lone_gap_of_minutes_is_no_other_unit(tmp_path: Path) -> None:
    text = "0.8\n" * 50 + "800\n" + "0.8\n" * 50
    assert "kept as gaps of that length: 1 (13.3 min in all; line 51)" in said(read_rr(put(tmp_path, text)))
    assert read_rr(put(tmp_path, "0.8\n0.81\n800\n0.8\n"), unit="s").stop == pytest.approx(802.41)


@pytest.mark.parametrize("per_second", [1, 1000])
def test_an_offset_to_the_first_beat_is_dropped_and_said(per_second: int, tmp_path: Path) -> None:
    path = put(tmp_path, lines(np.array([225, 0.8, 0.81, 0.79]) * per_second))
    recording = read_rr(path)
    np.testing.assert_allclose(recording.rr, [800, 810, 790])
    assert recording.start[0] == 0
    assert "line 1: 225 s dropped as the offset" in said(recording)
    kept = read_rr(path, first_is_offset=False)
    assert np.isnan(kept.rr[0])
    assert kept.start[1] == 225
    assert list(read_rr(put(tmp_path, "700\n800\n810\n"), first_is_offset=True).rr) == [800, 810]


def test_gaps_keep_their_time_and_are_never_filled(tmp_path: Path) -> None:
    recording = read_rr(put(tmp_path, "800\n810\n2500\n790\n86400000\n800\n"))
    np.testing.assert_array_equal(recording.rr, [800, 810, np.nan, 790, np.nan, 800])
    np.testing.assert_allclose(np.diff(recording.start, append=recording.stop), [0.8, 0.81, 2.5, 0.79, 86400, 0.8])
    assert "intervals longer than 2 s, kept as gaps of that length: 2" in said(recording)
    assert "lines 3, 5" in said(recording)


def test_missing_intervals_of_unknown_length_take_no_time_and_are_said(tmp_path: Path) -> None:
    recording = read_rr(put(tmp_path, "800\nNaN\nNaN\n0\n810\nn/a\n800\n"))
    np.testing.assert_array_equal(recording.rr, [800, np.nan, np.nan, np.nan, 810, np.nan, 800])
    assert recording.stop == pytest.approx(2.41)
    assert "of unknown length, counted as 0 s: 4 (lines 2, 3, 4 and 1 more)" in said(recording)


def test_beats_marked_as_lost_are_gaps_as_long_as_they_say(tmp_path: Path) -> None:
    recording = read_rr(put(tmp_path, "duration,offline\n800,0\n1500,1\n790,0\n", "rr.csv"))
    np.testing.assert_array_equal(recording.rr, [800, np.nan, 790])
    assert recording.start[2] == pytest.approx(2.3)
    assert "marks as lost, kept as gaps of that length: 1 (1.5 s in all; line 3)" in said(recording)


def test_one_beat_is_no_recording(tmp_path: Path) -> None:
    assert "too few RR intervals (1" in refused(put(tmp_path, "800\n"))
    assert "too few RR intervals (0" in refused(put(tmp_path, "NaN\n0\nNaN\n"))
    assert len(read_rr(put(tmp_path, "800\n810\n")).rr) == 2


BAD = {
    "": "is empty",
    " \n\n": "holds no row of numbers",
    "RR [ms]\n": "holds a header and no row below it",
    "words\nand more\n": "holds no row of numbers",
    "800\n-810\n790\n": "line 2: a negative RR interval (-810)",
    "800\nfoo\n790\n12:30\n": "line 4: '12:30' is not a number",
    "800\n1e999\n790\n": "line 2: '1e999' is too large",
    "800\n172800000\n790\n": "line 2: an interval of 172,800 s is longer than a day",
    "70\n71\n72\n": "may be a pulse a minute",
    "800 810\n790 805\n805 790\n": "no column can be told to hold RR intervals; its columns: 1, 2",
    "Phone timestamp;HR [bpm]\n2026-01-31T12:00:00;64\n2026-01-31T12:00:01;65\n": "may be a pulse a minute",
    "a;b;c\n1;2;3\n1;2;3\n": "its columns: 1 ('a'), 2 ('b'), 3 ('c')",
    "time;RR\n1;800\n2;800;5\n3\n": "line 4: number of fields is 1, not 2",
    "800\n\x00810\n": "line 2: holds bytes that are no text",
    "x;RR\nlost;\nlost;\n": "too few RR intervals (0",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: repr(text[:20]))
def test_bad_files_are_refused_with_row_and_fix(text: str, tmp_path: Path) -> None:
    assert BAD[text] in refused(put(tmp_path, text))


def test_all_findings_come_at_once_and_a_long_list_is_counted(tmp_path: Path) -> None:
    message = refused(put(tmp_path, "800\n810\n805\n-1\nx\n0.5\n" + "y\n" * 30))
    assert [f"line {line}:" in message for line in (4, 5, 6, 7)] == [True] * 4
    assert len(message.splitlines()) == 20
    assert "14 more up to line 36" in message


def test_the_column_can_be_said(tmp_path: Path) -> None:
    path = put(tmp_path, "left,right\n800,810\n790,805\n805,790\n")
    assert list(read_rr(path, column=2).rr) == list(read_rr(path, column="right").rr) == [810, 805, 790]
    assert "not used: 'left'" in said(read_rr(path, column=2))
    assert "no column 'middle'; its columns: 1 ('left'), 2 ('right')" in refused(path, column="middle")
    assert "no column '3'" in refused(path, column=3)
    assert "its columns: 1, 2" in refused(put(tmp_path, "800,810\n790,805\n805,790\n"))


def test_files_that_are_no_files_are_refused(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path)
    assert "there is no such file" in refused(tmp_path / "none.txt")
    assert "there is no such file" in refused(tmp_path / "a\0b.txt")
    assert "'.fit' is no ending" in refused(put(tmp_path, "800\n810\n", "ride.fit"))
    assert len(read_rr(put(tmp_path, "800\n810\n", "2026-01-31 07.30.12")).rr) == 2
    assert "is called .gz but is no gzip" in refused(put(tmp_path, "800\n810\n", "rr.txt.gz"))
    packed = gzip.compress(lines(np.random.Generator(np.random.Philox(1)).integers(700, 900, 9000)).encode())
    for cut in (len(packed) // 2, 30, 12):
        assert "damaged or cut short" in refused(put(tmp_path, packed[:cut], "rr.txt.gz"))


def test_a_file_closed_to_us_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = put(tmp_path, "800\n810\n")
    monkeypatch.setattr(Path, "open", closed)
    assert "cannot be read (Permission denied)" in refused(path)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_stream.text_blocks, "__kwdefaults__", {"size": 1000})


@pytest.mark.usefixtures("small_blocks")
def test_pieces_go_on_where_the_last_one_ended(tmp_path: Path) -> None:
    rng = np.random.Generator(np.random.Philox(2))
    rr = rng.integers(600, 1000, 5000).astype(float)
    path = put(tmp_path, lines(map(phone, np.cumsum(rr) / 1000), rr, head="Phone timestamp;RR-interval [ms]\n"))
    pieces = list(stream_rr(path))
    assert len(pieces) > 50
    np.testing.assert_array_equal(np.concatenate([piece.rr for piece in pieces]), rr)
    starts = np.concatenate([piece.start for piece in pieces])
    np.testing.assert_allclose(starts, np.cumsum(rr) / 1000 - rr / 1000, atol=1e-6)
    assert [one.stop for one in pieces[:-1]] == [following.start[0] for following in pieces[1:]]
    assert "Phone timestamp" in pieces[0].notes[0]
    whole = read_rr(path)
    np.testing.assert_array_equal(whole.start, starts)
    assert whole.notes == tuple(note for piece in pieces for note in piece.notes)


@pytest.mark.usefixtures("small_blocks")
def test_a_fault_far_down_ends_the_pieces(tmp_path: Path) -> None:
    path = put(tmp_path, "800\n" * 3000 + "x\n" + "800\n" * 3000)
    pieces = stream_rr(path)
    assert len(list(itertools.islice(pieces, 5))) == 5
    with pytest.raises(DataError, match="line 3001: 'x' is not a number"):
        list(pieces)


def test_more_beats_than_fit_are_refused_with_the_limit(tmp_path: Path) -> None:
    assert "more than 5 intervals" in refused(put(tmp_path, "800\n" * 6), most_beats=5)
    assert len(read_rr(put(tmp_path, "800\n" * 5), most_beats=5).rr) == 5


PEAK = """
import resource, sys
from effleurage.files.heart.rr import stream_rr
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
beats = sum(len(piece.rr) for piece in stream_rr(sys.argv[1]))
print(beats, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_long_file_needs_the_memory_of_one_block(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="the system does not tell peak memory")
    path = put(tmp_path, "800\n" * 2_000_000)
    done = subprocess.run([sys.executable, "-c", PEAK, path], capture_output=True, text=True, check=True)
    beats, grown = map(int, done.stdout.split())
    assert beats == 2_000_000
    # one block of 1 MB takes about 42 MB as words and numbers; all 2 million beats would take 114 MB as words alone
    assert grown * (1 if sys.platform == "darwin" else 1024) < 75e6


@pytest.mark.parametrize("number", [1, 16])
def test_day_long_records_are_read(number: int) -> None:
    path = HOLTER / f"nsr{number:03d}_rr_secs.txt.gz"
    if not path.exists():
        pytest.skip("the day-long RR records are not beside this checkout")
    with gzip.open(path, "rt") as file:
        seconds = np.array([float(line) for line in file])
    recording = read_rr(path)
    assert recording.unit_found == "s"
    assert len(recording.rr) == len(seconds) - 1
    assert recording.stop == pytest.approx(seconds[1:].sum())
    np.testing.assert_array_equal(np.isnan(recording.rr), seconds[1:] > 2)
    good = ~np.isnan(recording.rr)
    np.testing.assert_allclose(recording.rr[good], 1000 * seconds[1:][good])
    assert f"line 1: {seconds[0]:.6g} s dropped" in said(recording)


@QUICKLY
@given(raw=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes, tmp_path: Path) -> None:
    assert_sound(put(tmp_path, raw))


WORDS = "800 0.8 0,81 -5 NaN 1e300 1e-300 x RR time [ms] # 12:00:00 2026-01-31 2026-01-31T12:00:01 . 9999999 (s) kubios"
PHRASES = ("offline", "duration", "rr interval data", "detrending", "inf", "\r\n")
PART = st.sampled_from([*WORDS.split(), *PHRASES, *'\t;, \n\r"\ufeffé−_'])


@QUICKLY
@given(parts=st.lists(PART, max_size=60), column=st.sampled_from([None, 1, 2, "RR"]))
def test_any_table_is_read_or_refused(parts: list[str], column: str | int | None, tmp_path: Path) -> None:
    assert_sound(put(tmp_path, "".join(parts)), column=column)


def assert_sound(path: Path, **options: Any) -> None:
    """A file is refused in our own words, or its beats are possible and in order."""
    try:
        recording = read_rr(path, **options)
    except EffleurageError as error:
        assert error.findings
        return
    known = recording.rr[~np.isnan(recording.rr)]
    assert len(known) >= 2
    assert ((known > 0) & (known <= 2000)).all()
    assert (np.diff(recording.start, append=recording.stop) >= 0).all()
    assert recording.notes


@QUICKLY
@example(rr=[497.8, 497.8, 754.2], unit="ms", comma=False, times="numbers", end="\n", head=False)
@given(
    rr=st.lists(st.integers(3000, 20000).map(lambda tenths: tenths / 10), min_size=2, max_size=60),
    unit=st.sampled_from(["ms", "s"]),
    comma=st.booleans(),
    times=st.sampled_from(["", "numbers", "dates"]),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    head=st.booleans(),
)
def test_beats_written_in_any_way_come_back(
    rr: list[float], unit: str, comma: bool, times: str, end: str, head: bool, tmp_path: Path
) -> None:
    written = [f"{value:.1f}" if unit == "ms" else f"{value / 1000:.4f}" for value in rr]
    ends = np.cumsum(rr) / 1000
    column = {"": [], "numbers": [[f"{one:.4f}" for one in ends]], "dates": [[phone(one) for one in ends]]}[times]
    text = lines(*column, written)
    text = (text.replace(".", ",") if comma else text).replace("\n", end)
    title = ("time;" if times else "") + f"RR [{unit}]" + end
    recording = read_rr(put(tmp_path, (title if head or times else "") + text))
    np.testing.assert_allclose(recording.rr, rr, rtol=1e-12)
    np.testing.assert_allclose(recording.start, ends - np.array(rr) / 1000, atol=1e-9)
