"""``validate`` and ``calibrate``, as a doubter says them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from effleurage.cli import judging
from effleurage.evidence.ring.foretold import Foretold

Say = Callable[..., Result]
ATTACK = Path(__file__).parents[3] / "shared" / "cases" / "attack"

TARGET = (
    '[[target]]\nid = "a"\nring = "norm"\nuse = "predict"\nquantity = "heart_rate"\nat = "day 2 10:00"\n'
    'value = 300\nunit = "/min"\npopulation = "p"\nstudy = "s"\nsource = "s"\nseen = "A"\n'
)


def test_a_target_file_of_ones_own_is_carried_out(tmp_path: Path, say: Say) -> None:
    (tmp_path / "mine.toml").write_text(TARGET)
    done = say("validate", "--targets", "mine.toml", "--json", "--html", "board.html")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["targets"][0]["status"] == "red"
    assert "Scoreboard" in (tmp_path / "board.html").read_text()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("t1.toml", "t1.toml, target 1: 1 is no target"),
        ("t2.toml", "no [[target]] rows"),
        ("t3.toml", "no [[target]] rows"),
        ("t4.toml", "not a TOML file (a number too long"),
        ("o1.csv", "row 2, n_massage: 'inf' cannot be"),
        ("o6.csv", "row 2, sessions: '1e9' cannot be"),
    ],
)
def test_target_files_of_an_attack_are_refused_with_a_fix(name: str, said: str, say: Say) -> None:
    file = ATTACK / name
    if not file.exists():
        pytest.skip("the attack's files are beside the clone, in ../shared")
    done = say("validate", "--targets", file)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize("ending", ["toml", "csv"])
@pytest.mark.parametrize("kind", ["fifo", "zero", "folder"])
def test_what_is_no_plain_file_is_no_target_file(kind: str, ending: str, tmp_path: Path, say: Say) -> None:
    """Opening a pipe once waited for ever, and reading a device filled the memory."""
    place = tmp_path / f"odd.{ending}"
    {"fifo": os.mkfifo, "zero": lambda to: to.symlink_to("/dev/zero"), "folder": Path.mkdir}[kind](place)
    done = say("validate", "--targets", place.name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"odd.{ending}" in done.stderr


def test_misses_come_first_in_the_table(tmp_path: Path, say: Say) -> None:
    (tmp_path / "mine.toml").write_text(TARGET)
    shown = say("validate", "--targets", "mine.toml").stdout.splitlines()
    assert shown[0].rstrip() == "Misses"
    assert shown[2].split()[:4] == ["a", "predict", "red", "300"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("validate", "--ring", "nrom"), "Did you mean 'norm'"),
        (("validate", "--targets", "nothere.toml"), "no such file"),
        (("validate", "--targets", "/dev/zero"), "no plain file"),
        (("validate", "--targets", "a.csv", "--targets", "b.toml"), "Give them in two calls"),
        (("validate", "--targets", "a.csv", "--html", "page.html"), "Use --markdown or --json"),
        (("validate", "--html", "nowhere/page.html"), "no file can be written there"),
        (("calibrate", "massage"), "never calibrated here"),
    ],
)
def test_a_bad_request_is_refused(words: tuple[str, ...], said: str, tmp_path: Path, say: Say) -> None:
    done = say(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_people_who_were_provoked_are_told_last(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"id": "a-1", "study": "a", "quantity": "cortisol", "fit": "same", "comparator": "rest", "supplied": False}
    answer |= {"n_massage": 9, "n_control": 9, "published": "down", "ln_p": -1.0, "d": -0.1, "inside": None}
    chances = {"down": 0.2, "none": 0.7, "up": 0.1}
    held = {"id": "b after a test", "use": "predict", "quantity": "acth", "published": "down", "d": -0.1}
    held |= {"status": "red", "status_forecast": "green", "source": "b", "note": "", "why": "no arrow"}
    foretold = Foretold(-1.0, -1.1, (), {}, pd.DataFrame([answer | chances]))
    page = tmp_path / "page.md"
    judging._answered(foretold, False, page, pd.DataFrame([held | chances]), alone=False)
    shown = capsys.readouterr().out
    assert shown.index("Least foreseen") < shown.index("People who were provoked") < shown.index("b after a test")
    text = page.read_text(encoding="utf-8")
    assert "| b after a test | predict | acth | down | 20 % | 70 % | 10 % | −0.10 | green | red |" in text
    assert text.rstrip().endswith("- b after a test: no arrow")
    judging._answered(foretold, False, page)
    assert "provoked" not in page.read_text(encoding="utf-8") + capsys.readouterr().out
