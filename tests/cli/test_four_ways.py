"""``four-ways``, also called ``demo``: what can be said stands above all numbers; refusals before anything is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import Result

from effleurage.cli import four_ways as view
from effleurage.evidence.claims.claims import claims
from effleurage.evidence.claims.delivered import Delivered
from effleurage.evidence.claims.verdicts import Verdict, judge
from effleurage.evidence.published.ledger import ledger

Say = Callable[..., Result]


@pytest.fixture(scope="module")
def every() -> list[Verdict]:
    body = Delivered(-2.0, -3.5, -0.5, "units", 50.0, (-4.0, -7.0, -1.0), 0.02, -0.5, 1234, "an hour", "rest")
    return [judge(claim, ledger(), body if claim.quantity else None) for claim in claims()]


def test_verdicts_stand_without_numbers_above_the_four_ways(
    every: list[Verdict], capsys: pytest.CaptureFixture[str]
) -> None:
    view.said(every)
    flat = " ".join(capsys.readouterr().out.split())
    assert all(one.claim.claim in flat for one in every)
    assert flat.index("Ask the oncology team first") < flat.index("Massage helps people with cancer")
    assert "−2.00" not in flat


def test_a_study_that_does_not_agree_is_shown_as_a_miss(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"study": "s", "arm": "leg", "outcome": "o", "published": "1", "simulated": "2", "agrees": "no"}
    view.studies_table(pd.DataFrame([row]))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].rstrip() == "Two studies, published beside simulated"
    assert lines[-1].split() == ["s", "leg", "o", "1", "2", "no"]


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("four-ways", "--html", "nowhere/page.html"), "Name a file in a folder that exists."),
        (("demo", "--out", "nowhere/page.html"), "no file can be written there"),
        (("four-ways", "--people", "1"), "Say 2 or more"),
        (("demo", "--people", "1"), "Say 2 or more"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_run(
    tmp_path: Path, words: tuple[str, ...], fix: str, say: Say
) -> None:
    done = say(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert fix in done.stderr
    assert list(tmp_path.iterdir()) == []
