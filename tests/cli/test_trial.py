"""``trial`` from the command line: one data set that its script can read, or many trials; refusals with a fix."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]
SENTENCE = "60 min vs quiet rest in stressed adults, stress"


def test_a_trial_is_conducted_and_its_script_runs(tmp_path: Path, say: Say) -> None:
    done = say("trial", SENTENCE, "--n", "20", "--out", "TRIAL")
    assert done.exit_code == 0, done.stderr
    with (tmp_path / "TRIAL" / "data.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 80
    script = subprocess.run(
        [sys.executable, "analysis.py"], cwd=tmp_path / "TRIAL", capture_output=True, text=True, timeout=120
    )
    assert script.returncode == 0, script.stderr
    assert "VAS stress" in script.stdout


def test_many_trials_are_told_as_data(tmp_path: Path, say: Say) -> None:
    done = say("trial", SENTENCE, "--n", "20", "--replicates", "200", "--json")
    assert done.exit_code == 0, done.stderr
    (told,) = json.loads(done.stdout)
    assert told["n"] == 20
    assert 0 < told["type_one"] < 0.12


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("trial", SENTENCE), "--out DIR"),
        (("trial", SENTENCE, "--out", "T", "--n", "1000000000"), "1,000,000,000 persons in an arm, more than memory"),
        (("trial", SENTENCE, "--out", "T", "--n", "9000000"), "9,000,000 persons in an arm take 90 GB of memory"),
        (("trial", SENTENCE, "--n", "20", "--replicates", "1000000000"), "trials of 20 persons an arm take 5,120 GB"),
        (("trial", SENTENCE, "--n", "20", "--replicates", "-1"), "-1 trials. Ask for 2 or more"),
        (("trial", SENTENCE, "--out", "T"), "no number of persons"),
        (("trial", "60 min without a control, stress", "--n", "20", "--replicates", "50"), "Add a control"),
        (
            ("trial", "60 min without a control, stress", "--n", "20", "--replicates", "9", "--out", "T"),
            "Add a control",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_fix(words: tuple[str, ...], said: str, tmp_path: Path, say: Say) -> None:
    done = say(*words)
    assert done.exit_code == 2, done.stdout
    assert said in done.stderr.replace("\n", " ")
