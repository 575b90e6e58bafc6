"""``export``, for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]

WEEK = "title: x\ndays: 3\ntimeline:\n  - day 2 10:00: massage, swedish, moderate pressure, back, 30 min\n"


def test_the_body_leaves_the_house(tmp_path: Path, say: Say) -> None:
    (tmp_path / "week.yaml").write_text(WEEK)
    done = say("export", "sbml", "body.xml", "--protocol", "week.yaml")
    assert done.exit_code == 0, done.stderr
    assert (tmp_path / "body.xml").read_text().startswith("<?xml")
    assert done.stderr.startswith("wrote body.xml\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere/body.xml",), "no file can be written there"),
        (("x" * 300,), "no such name can be"),
        (("body.xml", "--set", "agee=3"), "Did you mean 'age'"),
        (("body.xml", "--protocol", "nothere.yaml"), "no such file"),
    ],
)
def test_what_cannot_be_written_is_refused(words: tuple[str, ...], said: str, tmp_path: Path, say: Say) -> None:
    done = say("export", "sbml", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []
