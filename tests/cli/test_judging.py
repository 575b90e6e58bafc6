"""``validate`` and ``calibrate``, as a doubter says them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]

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
