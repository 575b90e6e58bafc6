"""``measure`` and ``compare``, as an analyst says them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from effleurage.cli.laboratory import _codings
from effleurage.errors import RequestError

DATA = Path(__file__).parents[3] / "shared" / "data"
PAIRS = """participant,condition,outcome,instrument,unit,before,after,clock_before,clock_after
A,massage,systolic pressure,cuff,mmHg,121,118,10:00,10:45
B,massage,systolic pressure,cuff,mmHg,118,117,10:00,10:45
"""


def say(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from effleurage.cli import main; main()", *words]
    return subprocess.run(command, cwd=at, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    beats = 900 + 25 * np.sin(2 * np.pi * 0.1 * 0.9 * np.arange(400))
    (tmp_path / "rr.txt").write_text("\n".join(f"{rr:.0f}" for rr in beats))
    (tmp_path / "saliva.csv").write_text(
        "subject,day,sample,time,cortisol (nmol/L)\nA,1,S1,0,8\nA,1,S2,30,12.5\nA,1,S3,45,11\n"
    )
    (tmp_path / "diary.csv").write_text(
        "participant,date,into_bed,lights_out,minutes_to_sleep,minutes_awake,final_awakening,out_of_bed\n"
        "A,2026-03-02,22:30,23:00,20,30,06:20,07:00\n"
    )
    (tmp_path / "scores.csv").write_text("participant,pss10_total,vas_stress\nA,17,42\n")
    (tmp_path / "pairs.csv").write_text(PAIRS)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "outcome", "unit"),
    [
        (("hrv", "rr.txt"), "RMSSD", "ms"),
        (("saliva", "saliva.csv", "--zero", "awakening"), "CAR AUCg", "nmol/L·min"),
        (("sleep", "diary.csv"), "TST", "min"),
        (("scale", "scores.csv"), "PSS", "points"),
    ],
)
def test_measure_gives_table_notes_and_methods(files: Path, words: tuple[str, ...], outcome: str, unit: str) -> None:
    done = say("measure", *words, "--json", "--out", "table.csv", at=files)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    row = next(row for row in told["table"] if row["outcome"] == outcome)
    assert row["unit"] == unit
    assert row["value"] is not None or row["reason"]
    assert told["methods"]
    assert (files / "table.csv").read_text().startswith("participant,session,day,condition,outcome")
    shown = say("measure", *words, at=files)
    assert shown.returncode == 0 and outcome in shown.stdout


@pytest.mark.parametrize("words", [("hrv",), ("saliva",), ("sleep",), ("scale",)])
@pytest.mark.parametrize("bad", [b"", b"\x00\x01\x02\xff", b"only words\nand more\n"])
def test_a_bad_file_is_refused_by_name_and_without_a_traceback(
    tmp_path: Path, words: tuple[str, ...], bad: bytes
) -> None:
    (tmp_path / "bad.txt").write_bytes(bad)
    done = say("measure", *words, "bad.txt", at=tmp_path)
    assert done.returncode == 2
    assert "bad.txt" in done.stderr and "Traceback" not in done.stderr


def test_compare_says_it_in_words_and_writes_the_page(files: Path) -> None:
    done = say("compare", "pairs.csv", "--html", "page.html", at=files)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 people changed" in done.stdout.replace("\n", " ")
    assert "no control in the file" in done.stdout
    assert "<svg" in (files / "page.html").read_text(encoding="utf-8")


def test_compare_names_row_and_fix(files: Path) -> None:
    (files / "pairs.csv").write_text(PAIRS.replace("121", "much"))
    done = say("compare", "pairs.csv", at=files)
    assert done.returncode == 2
    assert "line 2, column 'before'" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_a_day_of_real_beats_is_measured_window_by_window(tmp_path: Path) -> None:
    done = say("measure", "hrv", str(DATA / "hrv_nsr2db" / "nsr001_rr_secs.txt.gz"), "--json", at=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert sum(row["outcome"] == "RMSSD" for row in told["table"]) == 270
    assert any("corrected" in note for note in told["notes"])


@pytest.mark.parametrize("text", ["PSS=²-5", "PSS=1-5¹", "PSS=٣-5", "PSS=1-5-9", "=1-5", "PSS=" + "9" * 5000 + "-5"])
def test_a_coding_of_odd_digits_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match="Write it like PSS=1-5"):
        _codings([text])
    assert _codings(["PSS=1-5", " STAI = 0-3 "]) == {"PSS": (1, 5), "STAI": (0, 3)}
