"""The page from made-up results: whole, self-contained, honest about misses, safe with any text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.report.made_up import four_ways

from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.lab.contrast.readouts import shipped_readouts
from effleurage.report.four_ways.four_ways import HELD_BY, WAYS, FourWays, held, held_words, limits
from effleurage.report.four_ways.four_ways_page import render, write_page
from effleurage.report.pages import Made

VOID = {"meta", "br", "link", "hr", "img", "input"}


@pytest.fixture(scope="module")
def found() -> FourWays:
    return four_ways()


class Balance(HTMLParser):
    """Collects ids, and tags that are closed in the wrong order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def page(found: FourWays) -> str:
    return render(found)


def test_the_page_is_whole_and_no_id_comes_twice(page: str) -> None:
    balance = Balance()
    balance.feed(page)
    assert balance.wrong == []
    assert balance.open == []
    assert len(balance.ids) == len(set(balance.ids)) > 5


def test_the_page_needs_nothing_else(page: str) -> None:
    assert re.findall(r'src="[^"]*"|href="(?!#|https://doi.org/10|https://pubmed.ncbi)[^"]*"', page) == []
    assert "@import" not in page
    assert not re.findall(r"url\((?!#)", page)
    assert "<script" not in page


def test_every_way_and_every_effect_is_on_the_page(page: str, found: FourWays) -> None:
    assert all(f'id="{way.name.replace(" ", "-")}"' in page for way in WAYS)
    assert page.count('<td class="glyph"') == len(found.effects)
    assert page.count("<figure ") == len({(w.name, q) for w in WAYS for q in (*w.session, *w.course)})


def test_misses_limits_and_controls_are_said(page: str) -> None:
    assert page.count('class="agrees no"') == 1
    for said in ("Held against trials", held_words(), "Compared with what?", "no medical advice", "redistribution"):
        assert said in page


def test_the_page_counts_what_the_gains_were_held_against() -> None:
    counted = held()
    asked = shipped_questions()
    assert f"{counted.results} published results of {counted.studies} studies" in held_words()
    assert counted.results == len({one.result.id for one in asked}) < counted.questions == len(asked)


def test_the_words_of_the_page_are_whole_and_name_what_there_is() -> None:
    known = {outcome.quantity for outcome in shipped_readouts()}
    assert len(WAYS) == 5
    assert all(way.title and way.said and way.here and {*way.session, *way.course} <= known for way in WAYS)
    told = limits()
    assert len(told) == 6 and not any("{" in text or text != text.strip() for _, text in told)
    assert held_words() in told[0][1] and HELD_BY in told[0][1]


def test_the_foot_says_how_the_page_was_made(found: FourWays) -> None:
    page = render(replace(found, made=Made("effleurage four-ways --people 8", 3, None, "abcdef0123456789")))
    assert "model abcdef012345, seed 3." in page and "<code>effleurage four-ways --people 8</code>" in page


def test_what_can_be_said_comes_first_and_every_claim_has_its_verdict(page: str, found: FourWays) -> None:
    order = ['class="notice"', 'id="said-of"', "<nav ", 'id="compared"', 'id="stress-and-cortisol"', 'id="found"']
    places = [page.index(mark) for mark in [*order, 'id="studies"']]
    assert places == sorted(places)
    said = page[places[1] : places[2]]
    for one in found.verdicts:
        assert f'id="said-{one.claim.id}"' in said
        assert one.wording.replace("'", "&#39;") in said
    assert said.count('class="verdict ') == len(found.verdicts)
    assert said.index("oncology team first") < said.index('id="said-cancer-relaxation"')
    assert said.index('id="said-immune-cells"') > said.index("And through them: immunity")


def test_what_studies_found_has_a_line_a_claim_and_cancer_its_caution(page: str, found: FourWays) -> None:
    told = page[page.index('id="found"') : page.index('id="studies"')]
    assert told.count("<li>") == len(found.verdicts)
    assert "9 found it, 1 no difference, 0 the opposite" in told
    assert told.index("oncology team first") < told.index("Massage helps people with cancer")


def test_misses_are_shown_only_where_there_are_some(page: str, found: FourWays) -> None:
    assert 'id="misses"' not in page
    shown = render(replace(found, misses=["A miss of <b>three</b>."]))
    assert "A miss of &lt;b&gt;three&lt;/b&gt;." in shown[shown.index('id="misses"') : shown.index('id="studies"')]


def test_text_from_data_cannot_become_markup(page: str) -> None:
    assert "<b>bold</b>" not in page
    assert "A &lt;b&gt;bold&lt;/b&gt; study" in page


def test_a_direction_that_is_not_known_is_not_coloured_as_a_finding(found: FourWays, page: str) -> None:
    assert page.count('class="figure unsure"') == len(WAYS)
    sure = replace(found, effects=found.effects.assign(uncertain_high=-0.1))
    assert render(sure).count('class="figure unsure"') == 0


def test_the_picture_stands_beside_the_page(found: FourWays, tmp_path: Path) -> None:
    write_page(found, tmp_path / "p.html")
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")
    assert 'href="p.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")
