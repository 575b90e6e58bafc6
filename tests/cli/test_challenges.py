"""``challenges``, as somebody says it who tries a body for the first time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.report.made_up import pretended
from typer.testing import Result

from effleurage.evidence.challenges.challenges import shipped_challenges
from effleurage.evidence.norms import looked

Say = Callable[..., Result]
WORDS = (f"{len(shipped_challenges())} targets", "All:", "Fitted:", "Predicted:", "Seen before:", "challenge", "Misses")
"""How the parts of what is shown begin, in their order."""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who are not simulated."""
    monkeypatch.setattr(looked, "simulate", pretended)


@pytest.mark.usefixtures("quick")
def test_totals_then_a_line_a_challenge_then_misses(say: Say) -> None:
    done = say("challenges")
    assert done.exit_code == 0, done.stderr
    shown = [line.strip() for line in done.stdout.splitlines()]
    starts = [next(place for place, line in enumerate(shown) if line.startswith(word)) for word in WORDS]
    assert starts == sorted(starts)
    misses = shown[starts[-1] + 2 :]
    states = ["red" if " red " in f"{line} " else "yellow" for line in misses if " red " in line or " yellow " in line]
    assert states == sorted(states) and {"red", "yellow"} == set(states)
    assert "vagus stimulation" in done.stdout and "green by rule 1" in done.stdout


@pytest.mark.usefixtures("quick")
def test_one_challenge_alone_as_data_page_and_markdown(say: Say, tmp_path: Path) -> None:
    done = say("challenges", "cold hand", "--json", "--html", "page.html", "--markdown", "page.md", "--seed", "3")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert {row["challenge"] for row in told["targets"]} == {"cold hand"} and told["seed"] == 3
    assert "seed 3" in (tmp_path / "page.html").read_text()
    assert "## A hand in ice water" in (tmp_path / "page.md").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("cold hands",), "no challenge 'cold hands'. Did you mean 'cold hand'?"),
        (("--html", "nowhere/page.html"), "no file can be written there"),
        (("--protocols", "folder", "--json"), "Ask in two calls"),
        (("--protocols", "/dev/null"), "/dev/null"),
    ],
)
def test_a_bad_request_is_refused(words: tuple[str, ...], said: str, tmp_path: Path, say: Say) -> None:
    done = say("challenges", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_protocols_are_written_and_nothing_is_carried_out(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looked, "simulate", None)
    done = say("challenges", "posture", "--protocols", "made")
    assert done.exit_code == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == [
        "SHA256SUMS",
        "posture-1.yaml",
        "posture-2.yaml",
    ]
    assert "effleurage simulate made/posture-1.yaml" in done.stdout


@pytest.mark.slow
def test_a_protocol_that_was_written_runs(say: Say, tmp_path: Path) -> None:
    say("challenges", "cold hand", "--protocols", "made")
    done = say("simulate", "made/cold-hand-1.yaml", "--people", "2", "--json")
    assert done.exit_code == 0, done.stderr
    told = {row["quantity"]: row for row in json.loads(done.stdout)["quantities"]}
    assert told["systolic"]["high"] > told["systolic"]["low"] + 3


@pytest.mark.slow
def test_a_challenge_is_carried_out_on_virtual_people(say: Say) -> None:
    done = say("challenges", "slow breathing", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert [panel["quantity"] for panel in told["panels"]] == ["systolic", "heart_rate"]
    low, high = min(told["panels"][1]["median"]), max(told["panels"][1]["median"])
    assert 40 < low < high < 110
    assert told["targets"][0]["status"] in ("green", "yellow", "red")
