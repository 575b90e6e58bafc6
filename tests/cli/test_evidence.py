"""``evidence``, as a student says it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from effleurage.evidence.published.appraisal import evidence
from effleurage.report.evidence.evidence_words import headline

Say = Callable[..., Result]


def test_the_table_has_every_study_what_comes_of_them_and_what_was_left_out(tmp_path: Path, say: Say) -> None:
    done = say("evidence", "cortisol", "--html", "page.html")
    assert done.exit_code == 0, done.stderr
    found = evidence("cortisol")
    shown = " ".join(done.stdout.split())
    assert headline(found) in shown
    for group in found.groups:
        assert all(line.study.doi.split(";")[0] in shown for line in group.lines)
    assert shown.count("not pooled:") == len(found.groups)
    for why, rows in found.left_out.items():
        assert f"{why}: {len(rows)} result" in shown
    assert "never pooled with the trials" in shown and "adverse events:" in shown
    assert "page.html" in done.stderr
    assert headline(found) in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_json_holds_the_same_and_parses(tmp_path: Path, say: Say) -> None:
    done = say("evidence", "systolic", "--json", "--correlation", "0.7")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout, parse_constant=pytest.fail)
    assert told == json.loads(json.dumps(evidence("systolic", 0.7).as_data()))
    (group,) = told["groups"]
    assert group["pooled"] is None and group["directions"]["up"] == 0
    assert {study["study"] for study in group["studies"]} >= {"Moeini2011", "Olney2005"}
    assert told != json.loads(json.dumps(evidence("systolic", 0.3).as_data()))


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("cortizol",), "Did you mean 'cortisol'?"),
        (("cortisol", "--correlation", "1.5"), "between -1 and 1"),
        (("cortisol", "--html", "nowhere/page.html"), "Name a file in a folder that exists."),
    ],
)
def test_what_is_unknown_is_refused_with_a_fix_and_without_a_traceback(
    tmp_path: Path, words: tuple[str, ...], fix: str, say: Say
) -> None:
    done = say("evidence", *words)
    assert done.exit_code == 2
    assert fix in done.stderr
    assert done.stdout == ""
