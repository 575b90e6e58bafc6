"""People who were provoked: their results are targets with a rule, and a red one says why it misses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from effleurage.errors import TargetError
from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring.arms import arms_of
from effleurage.evidence.ring.provoked import asked_of, hold, provoked, status
from effleurage.evidence.ring.respond import kept_quantities
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.protocol.reading import parse_protocol
from effleurage.protocol.visits import Dose

PAGE = Path(__file__).parents[3] / "docs" / "massage-scoreboard.md"


@pytest.mark.parametrize(
    ("chances", "published", "said"),
    [
        ((0.5, 0.3, 0.2), "down", "green"),
        ((0.36, 0.5, 0.14), "down", "yellow"),
        ((0.3, 0.6, 0.1), "down", "red"),
        ((0.2, 0.3, 0.5), "none", "red"),
    ],
)
def test_the_rule(chances: tuple[float, ...], published: str, said: str) -> None:
    assert status(np.array(chances), published) == said


def test_both_arms_are_provoked_alike_before_or_after_the_session() -> None:
    book, questions = asked_of(provoked())
    assert len(questions) == 5
    for question in questions:
        found = arms_of(question, book)
        both = [[one for one in arm.timeline if isinstance(one, Dose)] for arm in (found.massage, found.control)]
        assert both[0] == both[1] and len(both[0]) == 1
        ((begin, end),) = found.massage.sessions
        dose = both[0][0]
        before = question.study == "Sripongngam2015"
        assert (dose.when.start + dose.minutes == begin) if before else (dose.when.start == end)
        assert found.before < dose.when.start and found.after > begin
        assert found.control.sessions == ()


def test_use_follows_from_the_identifier_and_that_of_a_study_in_the_ledger_is_its_doi() -> None:
    uses = {one.row.study: one.use for one in provoked()}
    assert uses == {"Sripongngam2015": "predict", "Dreisoerner2021": "fit"}
    (own,) = {one.identifier for one in provoked() if one.row.study == "Sripongngam2015"}
    study = ledger().studies["Sripongngam2015"]
    assert own.lower() == study.doi.lower() and study.same_people and study.n == 29


def test_none_of_them_is_among_the_questions_of_the_ring() -> None:
    theirs = {one.row.study for one in provoked()}
    assert not theirs & {question.study for question in shipped_questions()}


def test_a_word_of_no_list_is_refused_by_row_and_field() -> None:
    one = provoked()[0]
    with pytest.raises(TargetError, match="provoked.toml, Sripongngam 2015.*, outcome.*Did you mean"):
        _ = replace(one, told={**one.told, "outcome": "alpha-amylas"}).row


def on_page() -> dict[str, str]:
    """Id of every result on the page -> its status there."""
    part = PAGE.read_text(encoding="utf-8").split("## People who were provoked")[1]
    rows = [line.removesuffix(" |").split(" | ") for line in part.splitlines() if line.startswith("| ")][1:]
    return {cells[0].removeprefix("| "): cells[-1] for cells in rows}


def test_the_page_shows_every_one_of_them_and_why_a_red_one_misses() -> None:
    assert list(on_page()) == [one.id for one in provoked()]
    assert {name for name, state in on_page().items() if state == "red"} == {one.id for one in provoked() if one.why}
    assert all(f"- {one.id}: {one.why}" in PAGE.read_text(encoding="utf-8") for one in provoked() if one.why)


@pytest.mark.slow
def test_every_red_has_a_reason_and_the_page_says_what_comes_out() -> None:
    held = hold()
    assert dict(zip(held["id"], held["status"], strict=True)) == on_page()
    assert held[["down", "none", "up"]].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(held)))


@pytest.mark.slow
def test_pain_drives_the_nerves_and_a_trier_test_the_axis() -> None:
    """Kinds of stressor do to a body what sets them apart; the machine is the one of the ring, made ready once."""
    lines = (
        "rest of the day",
        "stressor, 20 min",
        "trier, 20 min",
        "arithmetic, 20 min",
        "pain, 20 min",
        "secpt, 20 min",
    )
    looks = [2040.0 + minute for minute in range(61)]
    worlds: dict[str, xr.Dataset] = {}
    for pair in zip(lines[::2], lines[1::2], strict=True):
        texts = [f"title: x\ndays: 2\ntimeline:\n  - day 2 10:00: {line}\n" for line in pair]
        texts = [text if "rest of" not in text else "title: x\ndays: 2\n" for text in texts]
        asked = [parse_protocol(text, "test").only_at(looks) for text in texts]
        kept = kept_quantities(["sympathetic", "acth"])
        worlds |= dict(zip(pair, Worlds.of(asked, keep=kept).carry_out(Cohort.of(128, 1)), strict=True))
    calm = worlds.pop("rest of the day")
    peak = {
        (line.split(",")[0], name): float((world[name].mean("person") / calm[name].mean("person")).max())
        for line, world in worlds.items()
        for name in ("acth", "sympathetic")
    }
    assert peak["trier", "acth"] == pytest.approx(peak["stressor", "acth"], rel=0.1)
    assert peak["arithmetic", "acth"] < peak["trier", "acth"]
    assert peak["pain", "sympathetic"] > 1.5 * peak["trier", "sympathetic"]
    assert peak["pain", "acth"] < peak["secpt", "acth"] < peak["trier", "acth"]
