"""One count and one threshold: what pages, docs and codebooks say in numbers is what is there."""

from __future__ import annotations

import csv
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from effleurage.body import CHALLENGES, RESIDENT
from effleurage.evidence.norms.targets import shipped_targets
from effleurage.evidence.norms.validate import PEOPLE
from effleurage.evidence.published.eligibility import Counted, shipped_questions
from effleurage.evidence.published.ledger import RESULTS, STUDIES, ledger
from effleurage.evidence.ring.foretold import parts_of
from effleurage.evidence.ring.respond import gains
from effleurage.fit.touch import SOURCE
from effleurage.people.simulate import whole_body
from effleurage.report.four_ways.four_ways import held_words
from effleurage.trial.lives.bank import MANY

ROOT = Path(__file__).parents[1]
MASSAGE = files("effleurage.evidence.published").joinpath("massage")
ASKED = Counted.of(shipped_questions())
NUMBERS = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def page(name: str) -> str:
    """A page in one line, so that a break of the text hides nothing."""
    return " ".join((ROOT / name).read_text(encoding="utf-8").split())


def counts(text: str, thing: str) -> list[int]:
    """Every number that stands before a thing: ``counts("93 massage results", "massage results")``."""
    return [int(one.replace(",", "")) for one in re.findall(rf"([\d,]+) {thing}", text)]


@pytest.mark.parametrize(
    ("name", "thing", "number"),
    [
        ("README.md", "(?:published )?massage results", ASKED.results),
        ("README.md", f"massage results of {ASKED.studies} studies", ASKED.results),
        ("docs/massage-ring.md", f"results of {ASKED.studies} studies", ASKED.results),
        ("docs/massage-ring.md", "questions", ASKED.questions),
        ("docs/massage-scoreboard.md", f"questions about {ASKED.results} results", ASKED.questions),
        ("README.md", "published values", sum(target.seen != "-" for target in shipped_targets())),
        ("docs/scoreboard.md", "targets from", sum(target.seen != "-" for target in shipped_targets())),
        ("docs/targets.md", r"virtual people\) and the published value", PEOPLE),
        ("docs/planning.md", "lives,", MANY),
        ("README.md", "states", sum(one.kind == "rate" for one in whole_body().equations)),
        ("README.md", "numbers", len(whole_body().parameters)),
        ("README.md", "arrows", len(whole_body().arrows)),
    ],
)
def test_what_a_page_counts_is_there(name: str, thing: str, number: int) -> None:
    said = counts(page(name), thing)
    assert said and set(said) == {number}


def test_a_wrong_count_would_be_seen() -> None:
    assert counts("held against 99 results and 1,280 pairs", "results") == [99]
    assert counts("of 1,280 pairs", "pairs") == [1280]


def test_studies_are_counted_the_same_everywhere() -> None:
    assert ASKED.studies == 48
    assert f"{ASKED.results} published results of {ASKED.studies} studies" in held_words()


def test_the_scoreboard_counts_the_questions_of_every_part() -> None:
    text = page("docs/massage-scoreboard.md")
    for name, kept in parts_of(shipped_questions()).items():
        said = f"{name}: {kept.sum()} questions, score"
        assert f"- {said}" in text and f"## {said[0].upper()}{said[1:]}" in text
    assert text.count("| **") == ASKED.questions


def test_the_readme_names_the_systems_there_are() -> None:
    said = page("README.md")
    assert (
        f"{NUMBERS[len(RESIDENT)].capitalize()} systems (touch, stress, autonomic tone, heart, circulation, sleep, "
        in said
    )
    assert f"and {NUMBERS[len(CHALLENGES)]} that a protocol switches on ({', '.join(CHALLENGES)})" in said


def test_what_massage_studies_moved_is_what_the_pages_say() -> None:
    rows = whole_body().parameters
    moved = [name for name, gain in gains().items() if any(SOURCE in rows[one].source for one in gain.parameters)]
    assert moved == ["vagal", "skin"]
    assert f"they moved {NUMBERS[len(moved)]} of its numbers (the vagal reflex, the flush of the skin)" in page(
        "README.md"
    )
    assert f"Only {NUMBERS[len(moved)]} of its gains, the vagal reflex and the flush of the skin" in held_words()
    assert f"{NUMBERS[len(gains())]} gains of touch" in page("docs/massage-ring.md")


def codebook(table: str) -> dict[str, str]:
    """Column -> what the codebook says of it, of one of its tables."""
    text = MASSAGE.joinpath("codebook.md").read_text(encoding="utf-8")
    part = text.split(f"\n## {table}\n")[1].split("\n## ")[0]
    return dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", part, re.MULTILINE))


COUNTED = {
    STUDIES: ("species", "age", "design", "randomised"),
    RESULTS: (
        *(
            "arm_kind",
            "comparator",
            "n_inferred",
            "dose_words",
            "technique",
            "pressure",
            "pressure_inferred",
            "pathway",
        ),
        *(
            "occasion",
            "percent_of",
            "interval_of",
            "value_kind",
            "derived",
            "p_bound",
            "direction",
            "direction_inferred",
        ),
        *("compared", "provenance", "mirror"),
    ),
}


@pytest.mark.parametrize(("table", "column"), [(table, name) for table, names in COUNTED.items() for name in names])
def test_the_codebook_counts_what_the_table_holds(table: str, column: str) -> None:
    lines = MASSAGE.joinpath(table).read_text(encoding="utf-8").splitlines()
    held = Counter(row[column] or "(empty)" for row in csv.DictReader(lines))
    said = codebook(table)[column]
    wrong = {
        word: number for word, number in held.items() if not re.search(rf"(^|[ ,;]){re.escape(word)} {number}\b", said)
    }
    if column in ("dose_words", "derived"):
        wrong.pop("(empty)")
    assert wrong == {}


def test_the_codebook_counts_results_and_studies() -> None:
    text = MASSAGE.joinpath("codebook.md").read_text(encoding="utf-8")
    assert f"{len(ledger().results)} results of {len(ledger().studies)} studies" in text
    assert f"{len(ledger().outcomes)} outcomes" in text and f"outcomes.toml: {len(ledger().outcomes)} of them" in text
    known = sum(study.n is not None for study in ledger().studies.values())
    assert f"known for {known} of {len(ledger().studies)}" in text
