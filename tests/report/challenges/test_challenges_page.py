"""The page of challenges and its Markdown: totals, sections by misses, curves, rows with quotes."""

from __future__ import annotations

import re

import pytest
from tests.report.made_up import tried

from effleurage.evidence.challenges.challenge import challenges
from effleurage.report.challenges.challenges_page import anchor, as_html, as_markdown, off
from effleurage.report.scoreboard.scoreboard_page import MEANS, RULE_1, USES, totals

WHOLE = tried("crh", "cold hand", "slow breathing")


@pytest.fixture(scope="module")
def page() -> str:
    return as_html(WHOLE)


def test_the_page_begins_with_totals_of_every_use(page: str) -> None:
    head = page.split("<main>")[0].replace("\u00a0", " ")
    assert all(line.replace("\u00a0", " ") in head for line in totals(WHOLE.table))
    assert "green by rule 2" in head and "green by rule 1" in head and "64 virtual people" in head


def test_sections_stand_in_the_order_of_misses_and_the_list_leads_to_them(page: str) -> None:
    order = [anchor(one.id) for one in WHOLE.challenges]
    assert re.findall(r'<section id="([\w-]+)">', page) == order
    assert re.findall(r'<a href="#([\w-]+)">', page) == order
    assert "cold-hand" in order


def test_a_section_has_its_words_its_curves_and_its_rows(page: str) -> None:
    for one in WHOLE.challenges:
        part = page.split(f'<section id="{anchor(one.id)}">')[1].split("</section>")[0].replace("\u00a0", " ")
        panels = WHOLE.panels_of(one.id)
        assert one.title in part and one.about in part
        assert part.count("<figure ") == len(panels) and part.count("<svg ") == 2 * len(panels)
        assert part.count('<th scope="row">') == (WHOLE.table["challenge"] == one.id).sum()
        assert f"across-{len(panels)}" in part


def test_a_row_says_what_was_printed_and_where(page: str) -> None:
    part = page.split('<section id="crh">')[1]
    assert "<details><summary>As printed</summary><blockquote>" in part
    assert 'href="https://doi.org/10.1507/endocrj1954.30.689"' in part
    assert '<span class="status ' in part and 'data-label="use">predict' in part


def test_the_page_says_what_its_words_mean(page: str) -> None:
    assert RULE_1 in page
    assert all(f"<dd>{text[:1].upper()}{text[1:]}.</dd>" in page for text in (*MEANS.values(), *USES.values()))


def test_the_markdown_holds_every_row_and_no_foreign_markup() -> None:
    text = as_markdown(WHOLE)
    assert "do not edit" in text and RULE_1 in text
    for one in WHOLE.challenges:
        assert f"## {one.title}\n\n{one.about}" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "(seen " in line]
    assert len(rows) == len(WHOLE.table) and "<b>" not in text
    assert {line.count(" | ") for line in rows} == {8}


@pytest.mark.parametrize(
    ("compared", "unit", "error", "told"),
    [
        ("change", "mmHg", 3.0, "−5.00 mmHg"),
        ("ratio", "fold", 1.5, "1.50 ×"),
        (None, "/min", 1.25, "1.25 ×"),
        (None, "/min", float("inf"), "other sign"),
    ],
)
def test_how_far_off_is_a_difference_of_changes_and_else_a_fold(
    compared: str | None, unit: str, error: float, told: str
) -> None:
    assert off({"compared": compared, "difference": -5.0, "unit": unit, "fold_error": error}) == told


def test_every_challenge_has_an_anchor_of_its_own() -> None:
    assert len({anchor(name) for name in challenges()}) == len(challenges())
    assert anchor("Cold hand") == "cold-hand"
