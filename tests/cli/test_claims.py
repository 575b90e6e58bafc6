"""``claims``, as a massage therapist says it. Only claims without a body are judged by command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from effleurage.cli import claims as view
from effleurage.evidence.claims.claims import claims
from effleurage.evidence.claims.delivered import Delivered
from effleurage.evidence.claims.verdicts import Verdict, judge
from effleurage.evidence.published.ledger import ledger
from effleurage.report.claims.claims_words import OTHER_WAY

Say = Callable[..., Result]


@pytest.fixture(scope="module")
def every() -> list[Verdict]:
    body = Delivered(-2.0, -3.5, -0.5, "units", 50.0, (-4.0, -7.0, -1.0), 0.02, -0.5, 1234, "an hour", "rest")
    return [judge(claim, ledger(), body if claim.quantity else None) for claim in claims()]


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "170")


def test_one_claim_is_told_from_its_verdict_to_its_sources(tmp_path: Path, say: Say) -> None:
    done = say("claims", "sleep-quality", "--html", "page.html")
    assert done.exit_code == 0, done.stderr
    shown = " ".join(done.stdout.split())
    assert "verdict: supported for a narrower statement" in shown
    assert "what holds: Over a course of massages" in shown
    assert "Not legal or medical advice" in shown and "weak link" in shown
    assert "10.1186/s12874-024-02297-0" in shown
    assert "wrote page.html" in done.stderr
    assert 'id="sleep-quality"' in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_json_of_one_claim_parses(tmp_path: Path, say: Say) -> None:
    done = say("claims", "sleep-quality", "--json")
    assert done.exit_code == 0, done.stderr
    (told,) = json.loads(done.stdout, parse_constant=pytest.fail)["claims"]
    assert (told["id"], told["effect"], told["studies"]["for"]) == ("sleep-quality", None, 9)
    assert all(source["citation"] for source in told["sources"])


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("claims", "cortisl"), "Did you mean 'cortisol'?"),
        (("claims", "--html", "nowhere/page.html"), "Name a file in a folder that exists."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_fix_before_anything_is_run(
    tmp_path: Path, words: tuple[str, ...], fix: str, say: Say
) -> None:
    done = say(*words)
    assert done.exit_code == 2
    assert fix in done.stderr
    assert done.stdout == "" and list(tmp_path.iterdir()) == []


def test_the_table_has_a_row_a_claim_and_the_caution_above_any_number(
    every: list[Verdict], capsys: pytest.CaptureFixture[str]
) -> None:
    view.table(every)
    shown = capsys.readouterr().out
    assert all(f"\n{one.claim.id} " in shown for one in every)
    flat = " ".join(shown.split())
    assert flat.index("Ask the oncology team first") < flat.index("−2.00 units")
    assert "1,234" in shown and "10 / 3 / 0" in shown and "no medical advice" in flat
    (row,) = (line for line in shown.splitlines() if line.startswith("immune-cells"))
    assert "the body goes" in row and "1,234" not in row
    assert OTHER_WAY.split()[-1] in shown


def test_the_story_of_a_claim_about_cancer_begins_with_its_caution(
    every: list[Verdict], capsys: pytest.CaptureFixture[str]
) -> None:
    one = next(one for one in every if one.claim.id == "cancer-defence")
    view.story(one)
    flat = " ".join(capsys.readouterr().out.split())
    assert flat.startswith("Before anything else: Ask the oncology team first")
    assert "verdict: not shown" in flat and "does not treat cancer" in flat
