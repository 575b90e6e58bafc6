"""``measure`` and ``compare``, as an analyst says them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

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
    assert "2 of 2 people changed" in " ".join(done.stdout.split())
    assert "no control in the file" in done.stdout
    assert "<svg" in (files / "page.html").read_text(encoding="utf-8")


def test_compare_names_row_and_fix(files: Path) -> None:
    (files / "pairs.csv").write_text(PAIRS.replace("121", "much"))
    done = say("compare", "pairs.csv", at=files)
    assert done.returncode == 2
    assert "line 2, column 'before'" in done.stderr


NASTY = ("[p01]", "[/b]", "[red]x\\", "[bold", "a[/]b")


@pytest.mark.slow
def test_names_with_brackets_are_printed_as_they_are(files: Path) -> None:
    rows = "".join(f'"{name}","{name}",pain NRS,,,7,2,18:00,19:15\n' for name in NASTY)
    (files / "[b]pairs.csv").write_text(PAIRS.splitlines()[0] + "\n" + rows)
    done = say("compare", "[b]pairs.csv", at=files)
    assert done.returncode == 0, done.stderr
    assert all(done.stdout.count(name) >= 3 for name in NASTY)
    tubes = "".join(f'"{name}",1,S1,0,8\n"{name}",1,S2,30,12\n' for name in NASTY)
    (files / "[b]saliva.csv").write_text("subject,day,sample,time,cortisol (nmol/L)\n" + tubes)
    done = say("measure", "saliva", "[b]saliva.csv", "--zero", "start", at=files)
    assert done.returncode == 0, done.stderr
    assert all(name in done.stdout for name in (*NASTY, "[b]saliva.csv"))


CASES = DATA.parent / "cases"
shared = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases are not beside the project")


@shared
def test_improvers_in_pain_are_lower_than_expected(files: Path) -> None:
    done = say("compare", str(CASES / "plan" / "pain.csv"), "--json", at=files)
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert "lower than expected" in told["sentences"][0]
    assert sum(row["where"] == "below" for row in told["pairs"]) >= 4
    assert not any(row["where"] == "above" for row in told["pairs"])
    (group,) = told["groups"]
    assert group["expected"] == pytest.approx(-0.8, abs=0.35)


@shared
def test_eight_visits_of_one_client_are_visits_of_one_person(files: Path) -> None:
    done = say("compare", str(CASES / "plan" / "nof1.csv"), at=files)
    said = " ".join(done.stdout.split())
    assert "visits of one person" in said
    assert "4 against 4 people" not in said and "lowered" not in said


@shared
@pytest.mark.slow
def test_a_control_arm_that_hardly_changed_is_told_first(files: Path) -> None:
    done = say("compare", str(CASES / "files" / "p08_rmssd_24.csv"), "--json", at=files)
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert "rest itself changed by −1.92 % (12 people)" in told["sentences"][0]
    assert any("posture of 24 of 24 pairs is not said" in note for note in told["notes"])
    assert not any(row["where"] for row in told["pairs"])
    for group in told["groups"]:
        assert group["expected_low"] < 1.3 < 1.6 < group["expected_high"]


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_a_day_of_real_beats_is_measured_window_by_window(tmp_path: Path) -> None:
    done = say("measure", "hrv", str(DATA / "hrv_nsr2db" / "nsr001_rr_secs.txt.gz"), "--json", at=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert sum(row["outcome"] == "RMSSD" for row in told["table"]) == 270
    assert any("corrected" in note for note in told["notes"])


def answer(*words: str, at: Path) -> dict[str, float]:
    done = say("measure", *words, "--json", at=at)
    assert done.returncode == 0, done.stderr
    return {row["outcome"]: row["value"] for row in json.loads(done.stdout)["table"]}


def test_hints_name_options_that_exist_and_work(tmp_path: Path) -> None:
    beats = np.round(900 + 25 * np.sin(2 * np.pi * 0.1 * 0.9 * np.arange(400)))
    counts = np.round(beats / 1000 * 256)
    (tmp_path / "rr.txt").write_text("\n".join(f"{one:.0f}" for one in counts))
    assert "--unit 1/256" in say("measure", "hrv", "rr.txt", at=tmp_path).stderr
    assert answer("hrv", "rr.txt", "--unit", "1/256", at=tmp_path)["mean RR"] == pytest.approx(900, abs=1)
    clock = [f"23:{turn // 3:02d}:{turn % 3 * 20:02d},{'N2' if turn > 30 else 'W'}" for turn in range(120)]
    (tmp_path / "night.csv").write_text("clock,stage\n" + "\n".join(clock))
    assert answer("sleep", "night.csv", at=tmp_path)["TIB"] == 40
    assert "--epoch" in say("measure", "sleep", "night.csv", "--epoch", "30", at=tmp_path).stderr
    head = ",".join(["id", *(f"pss_{n}" for n in range(1, 11))])
    (tmp_path / "scores.csv").write_text(f"{head}\nA,99,2,4,3,2,3,3,4,3,4\nB,1,1,0,1,1,1,-9,1,1,0\n")
    shown = say("measure", "scale", "scores.csv", "--json", at=tmp_path).stdout
    assert "--missing 99" in shown and "--already-reversed" in shown
    words = ("measure", "scale", "scores.csv", "--missing", "99", "--missing", "-9", "--already-reversed", "--json")
    rows = json.loads(say(*words, at=tmp_path).stdout)["table"]
    assert [row["value"] for row in rows] == pytest.approx([28 / 9 * 10, 7 / 9 * 10])


@pytest.mark.parametrize("coding", ["PSS=²-5", "PSS=1-٥", "PSS=1", "=1-5"])
def test_a_coding_that_is_none_is_refused(files: Path, coding: str) -> None:
    done = say("measure", "scale", "scores.csv", "--coding", coding, at=files)
    assert done.returncode == 2 and "Write it like PSS=1-5" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("kind", ["hrv", "saliva", "sleep", "scale"])
def test_a_field_beyond_all_bounds_is_an_ordinary_finding(kind: str, tmp_path: Path) -> None:
    (tmp_path / "long.csv").write_text("id,time,stage\n1," + "9" * 140_000 + ",W\n")
    done = say("measure", kind, "long.csv", at=tmp_path)
    assert done.returncode == 2 and "long.csv" in done.stderr and "Traceback" not in done.stderr
