"""``plan`` from the command line: an answer, files that are whole, refusals with a fix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Say = Callable[..., Result]
SENTENCE = "60 min vs quiet rest in stressed adults, stress"


def test_a_sentence_becomes_a_number_of_people(tmp_path: Path, say: Say) -> None:
    done = say("plan", SENTENCE, "--quick", "--json")
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert 10 < told["n_per_arm"] < 200
    assert told["needs"][0]["outcome"] == "VAS stress"
    assert told["needs"][0]["effect"]["value"] < 0
    assert next(iter(told)) == "design" and told["design"]["time"] == "14:00"
    assert any("swedish, back, at 14:00, one session" in note for note in told["design"]["assumed"])


def test_a_plan_writes_a_page_and_everything_a_trial_needs(tmp_path: Path, say: Say) -> None:
    done = say("plan", SENTENCE, "--replicates", "50", "--html", "plan.html", "--export", "PLAN")
    assert done.exit_code == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert told.startswith("The design as understood") and told.count("The design as understood") == 1
    for said in (
        "Arm 1, massage 60 min of swedish massage",
        "one, at 14:00",
        "VAS stress (questionnaire",
        "what the plan",
    ):
        assert said in told and told.index(said) < told.index("First answer")
    assert "people an arm" in told
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "</html>" in page
    assert page.index("The design as understood") < page.index("worth having") and "nobody drops out" in page
    calendar = (tmp_path / "PLAN" / "timetable.ics").read_text(encoding="utf-8")
    assert re.search(r"DTSTART:\d{8}T140000\s", calendar) and not re.search(r"DTSTART:\d{8}T\d{6}Z", calendar)
    names = {path.name for path in (tmp_path / "PLAN").iterdir()}
    texts = {"allocation.csv", "analysis.py", "design.yaml", "paper.md", "timetable.csv", "timetable.ics"}
    assert names == {*texts, "SHA256SUMS"}
    again = say("plan", "PLAN/design.yaml", "--quick", "--json")
    first = say("plan", SENTENCE, "--quick", "--json")
    assert json.loads(again.stdout)["needs"] == json.loads(first.stdout)["needs"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plan",), "nothing is said"),
        (("plan", "60 min vs quite rest, cortsol", "--quick"), "cortisol"),
        (("plan", "--study", "Buttagat"), "Buttagat2011"),
        (("plan", SENTENCE, "--study", "Buttagat2011"), "one of the two"),
        (("plan", SENTENCE, "--n", "1"), "no spread"),
        (("plan", SENTENCE, "--start", "tomorrow"), "2027-03-01"),
        (("plan", SENTENCE, "--start", "9999-12-31"), "--start: a trial does not start in the year 9999"),
        (("plan", SENTENCE, "--start", "0001-01-01"), "--start: a trial does not start in the year 1"),
        (("plan", SENTENCE, "--zone", "Middle/Earth"), "--zone: 'Middle/Earth' is no time zone"),
        (("plan", "massage vs control group in stressed adults, cortisol"), "does not say which control"),
        (("plan", "nothere.yaml"), "nothere.yaml"),
        (("plan", SENTENCE, "--html", "none/plan.html"), "none"),
    ],
)
def test_what_cannot_be_is_refused_with_a_fix(words: tuple[str, ...], said: str, tmp_path: Path, say: Say) -> None:
    done = say(*words)
    assert done.exit_code == 2, done.stdout
    assert said in done.stderr.replace("\n", " ")


def test_words_of_a_design_are_words(tmp_path: Path, say: Say) -> None:
    text = 'title: "weekly [/b] course"\narms: [{name: "[p01] hands", kind: massage}, {name: "[/i]", kind: rest}]\n'
    (tmp_path / "evil.yaml").write_text(f"{text}outcomes: PSS\n")
    done = say("plan", "evil.yaml", "--quick")
    assert done.exit_code == 0, done.stderr
    assert all(word in done.stdout for word in ("weekly [/b] course", "[p01] hands", "[/i]"))


ATTACK = Path(__file__).parents[3] / "shared" / "cases" / "attack"


@pytest.mark.skipif(not ATTACK.is_dir(), reason="the inputs of the attack are not here")
def test_the_words_of_the_attack_stay_words_in_all_files_of_a_plan(tmp_path: Path, say: Say) -> None:
    done = say("plan", ATTACK / "evil.yaml", "--quick", "--html", "plan.html", "--export", "PLAN")
    assert done.exit_code == 0, done.stderr
    assert "<script>document" not in (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert not re.search("<script|<img", (tmp_path / "PLAN" / "paper.md").read_text(encoding="utf-8"))
