from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from effleurage.cli.cohort import Clock, at_the_end, lasting

Say = Callable[..., Result]
DAY = "title: x\ndays: 1\ntimeline:\n  - day 1 10:00: massage, swedish, moderate pressure, back, 30 min\n"
PEOPLE, CHUNKS = 81, 41
"""So many that a run is not over before it is interrupted, on a fast machine too."""
COHORT = ("day.yaml", "--against", "none", "--people", "81", "--chunk", "2", "--keep", "cortisol", "--out", "my run")


@pytest.fixture
def day(tmp_path: Path) -> Path:
    (tmp_path / "day.yaml").write_text(DAY)
    return tmp_path


@pytest.mark.slow
def test_a_run_is_interrupted_keeps_its_chunks_and_is_finished(
    day: Path, say: Say, started: Callable[..., subprocess.Popen[str]]
) -> None:
    chunks = day / "my run" / "chunks"
    process = started("simulate", *COHORT)
    while not (chunks / "000000").exists():
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGINT)
    shown, said = process.communicate(timeout=60)
    kept = len(list(chunks.iterdir()))
    assert (process.returncode, shown) == (130, "")
    last = said.splitlines()[-1]  # a slow machine says how far it is, before
    assert (
        last == f"effleurage: stopped; {kept} of {CHUNKS} chunks are kept. "
        "Go on with: effleurage simulate --resume 'my run'"
    )
    assert 1 <= kept < CHUNKS
    done = say("simulate", "--resume", "my run", "day.yaml", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert (told["people"], told["chunks"]) == (PEOPLE, CHUNKS)
    (row,) = told["quantities"]
    assert (row["world"], row["quantity"], row["time"], row["people"]) == ("difference", "cortisol", 1440, PEOPLE)
    assert row["low"] <= row["q50"] <= row["high"]
    (day / "day.yaml").write_text(DAY.replace("30 min", "40 min"))
    other = say("simulate", "--resume", "my run", "day.yaml")
    assert (other.exit_code, "not the protocol that my run began with" in other.stderr) == (2, True)
    again = say("simulate", "--resume", "my run")
    assert (again.exit_code, f"{PEOPLE} people" in again.stdout) == (0, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no protocol. Name a protocol file"),
        (("day.yaml", "--workers", "2"), "a cohort run needs a folder. Say --out DIR"),
        (("day.yaml", "--out", "run", "--workers", "2", "--scheduler", "tcp://x:1"), "Say one of the two"),
        (("day.yaml", "--out", "run", "--workers", "-1"), "-1 workers"),
        (("day.yaml", "--out", "run", "--chunk", "0"), "0 persons in a chunk"),
        (("day.yaml", "--out", "run", "--people", "0", "--summary-only"), "0 persons"),
        (("day.yaml", "--out", "run", "--people", "99999999"), "Ask for 1 to 10000000"),
        (("day.yaml", "--out", "run", "--keep", "cortisl"), "Did you mean 'cortisol'"),
        (("day.yaml", "--out", "run", "--chunk", "9", "--draws", "3"), "has no draws"),
        (("--resume", "nowhere"), "nowhere/run.json: is not there"),
        (("--resume", "nowhere", "--people", "3", "--out", "x", "--seed", "2"), "knows it already"),
    ],
)
def test_a_bad_request_is_refused_and_writes_nothing(words: tuple[str, ...], said: str, day: Path, say: Say) -> None:
    done = say("simulate", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert [path.name for path in day.iterdir()] == ["day.yaml"]


@pytest.mark.slow
def test_the_hint_to_go_beyond_works_for_a_cohort_in_chunks_too(day: Path, say: Say) -> None:
    ask = ("day.yaml", "--people", "2", "--keep", "cortisol", "--summary-only", "--set", "calm_by_quiet=10")
    refused = say("simulate", *ask, "--out", "run")
    assert (refused.exit_code, "beyond=True, or --beyond" in refused.stderr) == (2, True)
    done = say("simulate", *ask, "--out", "run", "--beyond")
    assert done.exit_code == 0, done.stderr
    assert say("simulate", "--resume", "run").exit_code == 0


@pytest.mark.slow
def test_a_cohort_in_32_bits_is_near_the_one_in_64(day: Path, say: Say) -> None:
    ask = ("day.yaml", "--people", "4", "--keep", "cortisol", "--summary-only")
    for name, more in (("64", ()), ("32", ("--single",))):
        done = say("simulate", *ask, "--out", name, *more)
        assert done.exit_code == 0, done.stderr
    means = [pd.read_parquet(day / name / "summary.parquet")["mean"].to_numpy() for name in ("64", "32")]
    assert means[0].tolist() != means[1].tolist()
    assert means[1] == pytest.approx(means[0], rel=1e-4)


def test_the_time_left_is_judged_by_this_session_alone() -> None:
    clock = Clock(100)
    assert clock.words(40, 1000.0) == "40 of 100 chunks, time left known after the first"
    assert clock.words(40.9, 1009.0) == "40 of 100 chunks, time left known after the first"
    assert clock.words(42, 1020.0) == "42 of 100 chunks, 10 min left"
    assert clock.words(100, 1600.0) == "100 of 100 chunks, summing up"


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.4, "0 s"), (99, "99 s"), (720, "12 min"), (7800, "2 h 10 min"), (273_600, "3 d 4 h")]
)
def test_how_long_in_words(seconds: float, said: str) -> None:
    assert lasting(seconds) == said


def test_the_end_of_a_summary_is_the_difference_where_there_is_one() -> None:
    table = pd.DataFrame({"world": ["treated"] * 2 + ["control"] * 2 + ["difference"] * 2, "time": [0.0, 60.0] * 3})
    assert at_the_end(table).to_dict("records") == [{"world": "difference", "time": 60.0}]
    assert at_the_end(table[:2]).to_dict("records") == [{"world": "treated", "time": 60.0}]
