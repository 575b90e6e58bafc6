"""``measure``, as an analyst says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

Say = Callable[..., Result]
DATA = Path(__file__).parents[3] / "shared" / "data"


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
def test_measure_gives_table_notes_and_methods(
    files: Path, words: tuple[str, ...], outcome: str, unit: str, say: Say
) -> None:
    done = say("measure", *words, "--json", "--out", "table.csv")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    row = next(row for row in told["table"] if row["outcome"] == outcome)
    assert row["unit"] == unit
    assert row["value"] is not None or row["reason"]
    assert told["methods"]
    assert (files / "table.csv").read_text().startswith("participant,session,day,condition,outcome")
    shown = say("measure", *words)
    assert shown.exit_code == 0 and outcome in shown.stdout


@pytest.mark.parametrize("words", [("hrv",), ("saliva",), ("sleep",), ("scale",)])
@pytest.mark.parametrize("bad", [b"", b"\x00\x01\x02\xff", b"only words\nand more\n"])
def test_a_bad_file_is_refused_by_name_and_without_a_traceback(
    tmp_path: Path, words: tuple[str, ...], bad: bytes, say: Say
) -> None:
    (tmp_path / "bad.txt").write_bytes(bad)
    done = say("measure", *words, "bad.txt")
    assert done.exit_code == 2
    assert "bad.txt" in done.stderr


NASTY = ("[p01]", "[/b]", "[red]x\\", "[bold", "a[/]b")


@pytest.mark.slow
def test_names_with_brackets_are_printed_as_they_are(files: Path, say: Say) -> None:
    tubes = "".join(f'"{name}",1,S1,0,8\n"{name}",1,S2,30,12\n' for name in NASTY)
    (files / "[b]saliva.csv").write_text("subject,day,sample,time,cortisol (nmol/L)\n" + tubes)
    done = say("measure", "saliva", "[b]saliva.csv", "--zero", "start")
    assert done.exit_code == 0, done.stderr
    assert all(name in done.stdout for name in (*NASTY, "[b]saliva.csv"))


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the public data sets are not beside the project")
def test_a_day_of_real_beats_is_measured_window_by_window(tmp_path: Path, say: Say) -> None:
    done = say("measure", "hrv", str(DATA / "hrv_nsr2db" / "nsr001_rr_secs.txt.gz"), "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert sum(row["outcome"] == "RMSSD" for row in told["table"]) == 270
    assert any("corrected" in note for note in told["notes"])


def answer(say: Say, *words: str) -> dict[str, float]:
    done = say("measure", *words, "--json")
    assert done.exit_code == 0, done.stderr
    return {row["outcome"]: row["value"] for row in json.loads(done.stdout)["table"]}


def test_hints_name_options_that_exist_and_work(tmp_path: Path, say: Say) -> None:
    beats = np.round(900 + 25 * np.sin(2 * np.pi * 0.1 * 0.9 * np.arange(400)))
    counts = np.round(beats / 1000 * 256)
    (tmp_path / "rr.txt").write_text("\n".join(f"{one:.0f}" for one in counts))
    assert "--unit 1/256" in say("measure", "hrv", "rr.txt").stderr
    assert answer(say, "hrv", "rr.txt", "--unit", "1/256")["mean RR"] == pytest.approx(900, abs=1)
    clock = [f"23:{turn // 3:02d}:{turn % 3 * 20:02d},{'N2' if turn > 30 else 'W'}" for turn in range(120)]
    (tmp_path / "night.csv").write_text("clock,stage\n" + "\n".join(clock))
    assert answer(say, "sleep", "night.csv")["TIB"] == 40
    assert "--epoch" in say("measure", "sleep", "night.csv", "--epoch", "30").stderr
    head = ",".join(["id", *(f"pss_{n}" for n in range(1, 11))])
    (tmp_path / "scores.csv").write_text(f"{head}\nA,99,2,4,3,2,3,3,4,3,4\nB,1,1,0,1,1,1,-9,1,1,0\n")
    shown = say("measure", "scale", "scores.csv", "--json").stdout
    assert "--missing 99" in shown and "--already-reversed" in shown
    words = ("measure", "scale", "scores.csv", "--missing", "99", "--missing", "-9", "--already-reversed", "--json")
    rows = json.loads(say(*words).stdout)["table"]
    assert [row["value"] for row in rows] == pytest.approx([28 / 9 * 10, 7 / 9 * 10])


@pytest.mark.parametrize("coding", ["PSS=²-5", "PSS=1-٥", "PSS=1", "=1-5"])
def test_a_coding_that_is_none_is_refused(files: Path, coding: str, say: Say) -> None:
    done = say("measure", "scale", "scores.csv", "--coding", coding)
    assert done.exit_code == 2 and "Write it like PSS=1-5" in done.stderr


@pytest.mark.parametrize("kind", ["hrv", "saliva", "sleep", "scale"])
def test_a_field_beyond_all_bounds_is_an_ordinary_finding(kind: str, tmp_path: Path, say: Say) -> None:
    (tmp_path / "long.csv").write_text("id,time,stage\n1," + "9" * 140_000 + ",W\n")
    done = say("measure", kind, "long.csv")
    assert done.exit_code == 2 and "long.csv" in done.stderr


ATTACK = Path(__file__).parents[3] / "shared" / "cases" / "attack"


@pytest.mark.skipif(not ATTACK.is_dir(), reason="the inputs of the attack are not here")
def test_names_that_are_mark_up_or_formulas_are_told_whole_and_written_inert(say: Say, tmp_path: Path) -> None:
    done = say("measure", "saliva", ATTACK / "m.csv", "--out", "out.csv")
    assert done.exit_code == 0 and "[p01]  " in done.stdout and "=cmd|'x'!A1  " in done.stdout
    names = {line.split(",")[0] for line in (tmp_path / "out.csv").read_text().splitlines()[1:]}
    assert names == {"'=cmd|'x'!A1", "[p01]"}


@pytest.mark.parametrize("name", ["[/b]", "[p01]", "=1+1", "a\x1b[31mb", "a\x9b31mb", "a\u202eb"])
def test_a_participant_on_the_command_line_is_a_word(name: str, files: Path, say: Say) -> None:
    done = say("measure", "hrv", "rr.txt", "--participant", name, "--out", "out.csv")
    assert done.exit_code == 0
    assert not {"\x1b", "\x9b", "\u202e"} & set(done.stdout)
    assert name.translate({27: "␛", 0x9B: "\ufffd", 0x202E: "\ufffd"}) in done.stdout
    told = say("measure", "hrv", "rr.txt", "--participant", name, "--json")
    assert json.loads(told.stdout)["table"][0]["participant"] == name
    assert not {"\x1b", "\x9b", "\u202e"} & set(told.stdout)


@pytest.mark.parametrize("name", ["a\x1b[31m.csv", "a\nb.csv"])
def test_a_file_name_steers_no_terminal(name: str, files: Path, say: Say) -> None:
    refused = say("measure", "saliva", name)
    assert refused.exit_code == 2 and refused.stderr.count("\n") == 1 and "\x1b" not in refused.stderr
    (files / "saliva.csv").rename(files / name)
    assert "\x1b" not in say("measure", "saliva", name).stdout


def test_a_file_name_that_is_no_text(files: Path, say: Say) -> None:
    name = b"\xff.csv".decode("utf-8", "surrogateescape")
    (files / "saliva.csv").rename(files / name)
    assert say("measure", "saliva", name, "--json", "--out", f"{name}.out").exit_code == 0
    name = name.replace(".csv", ".txt")
    (files / "rr.txt").rename(files / name)
    assert say("measure", "hrv", name, "--out", "out.csv").exit_code == 0
    assert "\n\\udcff," in (files / "out.csv").read_text(encoding="utf-8")
