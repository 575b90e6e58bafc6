"""Verdicts in words, in JSON and on the page; and from every verdict to its sources. No simulation."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, get_args

import pytest
from tests.report.made_up import delivered

from effleurage.body.sources import sources
from effleurage.evidence.claims.claims import CATALOGUED, Claim, Sourced, Step, claims
from effleurage.evidence.claims.verdicts import Verdict, Word, judge
from effleurage.evidence.published.ledger import ledger
from effleurage.protocol.tables import Grade
from effleurage.report.claims.claims_page import ENOUGH, NOTHING, as_html, bar, bar_chart
from effleurage.report.claims.claims_words import (
    IMMUNITY,
    MEANINGS,
    OTHER_WAY,
    as_data,
    blocks,
    effect_sentence,
    needed,
    people_words,
    smallest_words,
    tally,
    why,
)
from effleurage.report.pages import NOT_ADVICE, Made
from effleurage.statistics.pooling import pooled

VOID = {"meta", "br", "link"}
OWED = {
    "BioNumbers111621",
    "Carroll2007",
    "EndorphinKinetics",
    "GuytonHall",
    "JoseCollison1970",
    "LegLymphCycling",
    "LymphaticDamage",
    "NelsonTSST",
    "Paschoal",
    "StressInterview",
    "ThoracicDuctCells",
    "restingHeartRate",
}
"""Sources of the body whose citation still lacks a number to look up; strike out whatever gets one, add none."""


def named(name: str) -> Claim:
    return next(claim for claim in claims() if claim.id == name)


def verdict(name: str, rising: float = 0.98, n_per_arm: int | None = 64) -> Verdict:
    claim = named(name)
    return judge(claim, ledger(), delivered(rising, n_per_arm) if claim.quantity else None)


@pytest.fixture(scope="module")
def every() -> list[Verdict]:
    return [verdict(claim.id, 0.02 if claim.direction == "down" else 0.98) for claim in claims()]


@pytest.fixture(scope="module")
def page(every: list[Verdict]) -> str:
    return as_html(every, Made("effleurage claims --html x.html", 7))


class Page(HTMLParser):
    """Ids, tags closed in the wrong order, and the text of each claim's card in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.cards: dict[str, str] = {}
        self.card = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [name] if (name := told.get("id")) else []
        if tag == "article":
            self.card = str(told["id"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
        if tag == "article":
            self.card = ""

    def handle_data(self, data: str) -> None:
        if self.card:
            self.cards[self.card] = self.cards.get(self.card, "") + data


def untraced(found: Verdict) -> list[str]:
    """Sources of a verdict that nobody could find; and what it rests on without naming it."""
    studies = ledger().studies
    lost = [name for name, text in found.sources if not (CATALOGUED.search(text) or name in studies)]
    names = {name for name, _ in found.sources}
    lost += [vote.result.study for vote in found.weighed.votes if vote.result.study not in names]
    lost += [vote.result.id for vote in found.weighed.votes if vote.result.provenance == "memory"]
    smallest = found.claim.smallest
    lost += [smallest.source] if smallest and smallest.source not in names else []
    return lost + ([] if names else ["nothing"])


def test_every_verdict_leads_to_its_sources(every: list[Verdict]) -> None:
    assert len(every) == len(claims()) > 10
    assert {name for one in every for name in untraced(one)} == OWED <= set(sources())


def test_a_source_that_leads_nowhere_would_be_seen(every: list[Verdict]) -> None:
    first = next(one for one in every if one.weighed.votes and one.claim.smallest)
    vote = first.weighed.votes[0]
    remembered = replace(vote, result=vote.result.model_copy(update={"provenance": "memory"}))
    assert "Nobody" in untraced(replace(first, sources=(*first.sources, ("Nobody", "somebody, some year"))))
    assert untraced(replace(first, sources=()))[-1] == "nothing"
    assert remembered.result.id in untraced(replace(first, weighed=replace(first.weighed, votes=(remembered,))))
    unsourced = tuple(pair for pair in first.sources if pair[0] != first.claim.smallest.source)  # type: ignore[union-attr]
    assert first.claim.smallest.source in untraced(replace(first, sources=unsourced))  # type: ignore[union-attr]


def test_claims_are_told_by_way_and_cancer_with_its_caution(every: list[Verdict]) -> None:
    told = {block.name: block for block in blocks(every)}
    assert list(told) == ["stress and cortisol", "parasympathetic side", "blood and lymph", "sleep", IMMUNITY, "cancer"]
    assert sorted(one.claim.id for block in told.values() for one in block.verdicts) == sorted(
        claim.id for claim in claims()
    )
    assert {one.claim.way for one in told["cancer"].verdicts} == {"cancer"}
    assert {one.claim.id for one in told[IMMUNITY].verdicts} >= {"cortisol-immunity", "immune-cells", "sleep-immunity"}
    assert "oncology" in told["cancer"].caution
    assert not any(block.caution for block in told.values() if block.name != "cancer")


def test_people_are_counted_only_where_the_body_goes_the_claimed_way() -> None:
    assert needed(verdict("immune-cells", 0.98)) == 64
    assert people_words(verdict("immune-cells", 0.98, 1234)) == "1,234"
    assert needed(verdict("immune-cells", 0.4)) is None
    assert people_words(verdict("immune-cells", 0.4)) == OTHER_WAY
    assert people_words(verdict("cortisol", 0.98)) == OTHER_WAY
    assert people_words(verdict("cortisol", 0.02)) == "64"
    assert people_words(verdict("cortisol", 0.02, None)) == "more than 10,000"
    assert people_words(verdict("sleep-quality")) == "–"


def test_the_reason_tells_studies_and_body_in_plain_words(every: list[Verdict]) -> None:
    said = {one.claim.id: why(one) for one in every}
    assert said["lymph"].startswith("No study in adults")
    assert "cannot answer" in said["sleep-quality"]
    assert "On what holds:" in said["sleep-quality"]
    assert "We ask for at least 3" in said["parasympathetic"]
    assert "less than what is known to matter" in said["stress-feeling"]
    assert "goes the other way" in why(verdict("immune-cells", 0.02))
    assert "leans the other way" in why(verdict("immune-cells", 0.3))
    assert "direction is not clear" in why(verdict("immune-cells", 0.7))
    assert not any(re.search(r"standard dev|pooled|interval|signific|\bp\b", text) for text in said.values())


def test_sizes_have_words_for_their_direction() -> None:
    assert effect_sentence(delivered(0.02)).startswith("2.00 units lower (4.00 %) than with rest")
    assert effect_sentence(delivered(0.98)).endswith("anything from 3.50 higher to 0.500 higher.")
    assert smallest_words(named("cortisol-immunity").smallest) == "4 times the usual level"
    assert smallest_words(named("parasympathetic").smallest) == "21 % of the usual level"
    assert smallest_words(None) == "not known"


def test_a_size_of_all_together_is_told_only_where_there_is_one() -> None:
    found = verdict("stress-feeling", 0.02)
    assert tally(found) == "10 found it, 3 no difference, 0 the opposite"
    together = replace(found, weighed=replace(found.weighed, pool=pooled([0.4, 0.5, 0.6], [0.04, 0.04, 0.04])))
    assert "together 0.50 (" in tally(together)
    assert tally(verdict("lymph")) == "no study"


def test_json_has_the_promised_keys_and_no_number_that_is_none(every: list[Verdict]) -> None:
    odd = replace(every[0], body=replace(delivered(0.02), value=float("nan")))
    told = json.loads(json.dumps(as_data([*every, odd]), allow_nan=False))["claims"]
    promised = "id way claim verdict statement effect relative comparator n_per_arm smallest reaches studies reasons "
    assert all(list(one) == (promised + "wording caution citations sources").split() for one in told)
    assert told[-1]["effect"]["value"] is None
    quality = next(one for one in told if one["id"] == "sleep-quality")
    assert quality["effect"] is quality["relative"] is quality["n_per_arm"] is None
    assert quality["studies"] == {"for": 9, "none": 1, "against": 0}
    assert as_data([verdict("immune-cells", 0.1)])["claims"][0]["n_per_arm"] is None
    assert [one["id"] for one in told if one["caution"]] == ["cancer-relaxation", "cancer-defence"]
    assert next(one for one in told if one["id"] == "cortisol")["citations"][0]["agrees"] is False


def test_the_page_is_whole_and_needs_nothing_else(page: str, every: list[Verdict]) -> None:
    read = Page()
    read.feed(page)
    assert read.wrong == [] == read.open
    assert len(read.ids) == len(set(read.ids))
    assert set(read.cards) == {one.claim.id for one in every}
    assert re.findall(r'src="[^"]*"|href="(?!#|https://doi.org/10|https://pubmed.ncbi)[^"]*"', page) == []
    assert "<script" not in page and not re.findall(r"url\((?!#)", page)
    assert page.count('class="plot on-wide"') == sum(one.body is not None for one in every)


def test_a_card_begins_with_caution_then_the_verdict_and_leaves_nothing_out(page: str, every: list[Verdict]) -> None:
    read = Page()
    read.feed(page)
    for one in every:
        card = " ".join(read.cards[one.claim.id].split())
        caution = one.claim.caution.text if one.claim.caution else ""
        start = f"Before anything else {caution} {one.word}" if caution else one.word
        assert card.startswith(start)
        for text in (one.claim.claim, one.statement, one.wording, NOT_ADVICE, one.claim.bound.text):
            assert text in card
        for text in (*(step.note for step in one.claim.steps), *(harm.text for harm in one.claim.harms)):
            assert text in card
        for text in (*(row.measured for row in one.claim.cited), *(source for _, source in one.sources)):
            assert " ".join(text.split()) in card


def test_every_verdict_has_a_meaning() -> None:
    assert set(MEANINGS) == set(get_args(Word)) and all(MEANINGS.values())


def test_sources_are_links_and_copies_of_them_are_not(page: str) -> None:
    assert page.count('href="https://doi.org/10.') > 20
    assert not re.search(r'href="[^"]*(pmc\.|europepmc|scilit)', page)


def test_weak_links_are_marked(every: list[Verdict]) -> None:
    one = every[0]
    grades: tuple[Grade, ...] = get_args(Grade)
    steps = tuple(Step(f"step {grade}", ("assumed",), grade, "") for grade in grades)
    read = Page()
    read.feed(as_html([replace(one, claim=replace(one.claim, steps=steps))]))
    card = " ".join(read.cards[one.claim.id].split())
    assert card.count("weak link") == 2
    assert "step C C weak link" in card and "step D D weak link" in card


def test_text_from_data_cannot_become_markup(every: list[Verdict]) -> None:
    claim = replace(every[0].claim, claim="a <b>bold</b> claim", bound=Sourced("<i>far</i>", ()))
    page = as_html([replace(every[0], claim=claim)])
    assert "<b>bold" not in page and "<i>far" not in page
    assert "a &lt;b&gt;bold&lt;/b&gt; claim" in page


def drawn(name: str, rising: float = 0.98) -> dict[str, Any]:
    """The bar of a claim before it is drawn."""
    chart: dict[str, Any] = bar_chart(verdict(name, rising), 300).to_dict()
    return chart


def rows(chart: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    """The data of all layers that are drawn by one mark."""
    layers = [layer for layer in chart["layer"] if layer["mark"]["type"] == mark]
    return [row for layer in layers for row in chart["datasets"][layer["data"]["name"]]]


def texts(chart: dict[str, Any]) -> list[str]:
    return [row["said"] for row in rows(chart, "text")]


def dot(chart: dict[str, Any]) -> float:
    (row,) = rows(chart, "point")
    return float(row["at"])


def test_the_bar_shows_what_would_matter_only_where_that_is_known() -> None:
    assert texts(drawn("cortisol", 0.02)) == [ENOUGH, NOTHING]
    assert texts(drawn("lymph")) == [NOTHING]
    assert bar(verdict("sleep-quality")) == ""
    with pytest.raises(ValueError, match="sleep-quality"):
        bar_chart(verdict("sleep-quality"), 300)


def test_further_right_is_more_as_claimed() -> None:
    assert dot(drawn("cortisol", 0.02)) > 0 > dot(drawn("cortisol", 0.98))
    assert dot(drawn("lymph", 0.98)) > 0
