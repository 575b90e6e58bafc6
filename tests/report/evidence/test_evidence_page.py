"""The page of an outcome: its words, its figures, and that it escapes what sources say."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from effleurage.evidence.published.appraisal import Evidence, Group, evidence
from effleurage.evidence.published.effects import Effect, Unsized
from effleurage.evidence.published.ledger import ledger
from effleurage.report.evidence.evidence_page import NEXT, POOLED, as_html, forest_chart
from effleurage.report.evidence.evidence_words import (
    NO_SIZE,
    chance,
    controls,
    headline,
    named,
    pooled_words,
    sentence,
    size,
)
from effleurage.report.figures import PHONE, WHOLE
from effleurage.statistics.pooling import pooled

EFFECTS = (Effect(-0.4, 0.05, "means"), Effect(-0.9, 0.1, "means"), Effect(0.1, 0.02, "means"))


@pytest.fixture(scope="module")
def counted() -> Group:
    (group,) = evidence("anxiety_rating").groups
    return group


@pytest.fixture(scope="module")
def together(counted: Group) -> Group:
    lines = tuple(replace(line, effect=effect) for line, effect in zip(counted.lines, EFFECTS, strict=False))
    pool = pooled([effect.g for effect in EFFECTS], [effect.variance for effect in EFFECTS])
    return replace(counted, lines=(*lines, *counted.lines[3:5]), pool=pool)


def rows(chart: dict[str, Any], text: str) -> list[dict[str, Any]]:
    """The data of all layers that write a field as text."""
    field = text.removesuffix(":N")
    layers = [part for part in chart["layer"] if part["encoding"].get("text", {}).get("field") == field]
    names = dict.fromkeys(part["data"]["name"] for part in layers)
    return [row for name in names for row in chart["datasets"][name]]


class Opened(HTMLParser):
    """Counts elements, and whether each that is opened is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.count: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        if tag not in ("meta", "br", "path", "line", "rect", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()


def test_a_pool_has_a_diamond_a_bar_of_the_next_study_and_a_line_a_study(together: Group) -> None:
    for width in (WHOLE, PHONE):
        chart = forest_chart(together, width).to_dict()
        told = rows(chart, "name:N")
        assert {row["name"] for row in told} == {named(line) for line in together.lines} | {POOLED, NEXT}
        assert sum(row["said"].endswith("no size") for row in told) == 2
        assert [row["text"] for row in rows(chart, "text:N")] == ["← lower with massage", "higher with massage →"]
        (diamond,) = (part for part in chart["layer"] if "order" in part["encoding"])
        across = [row["x"] for row in chart["datasets"][diamond["data"]["name"]]]
        assert together.pool is not None
        assert [min(across), across[1], max(across)] == [together.pool.low, together.pool.mean, together.pool.high]


def test_squares_grow_with_weight(together: Group) -> None:
    chart = forest_chart(together, WHOLE).to_dict()
    (squares,) = (part for part in chart["layer"] if part["mark"].get("shape") == "square")
    assert squares["encoding"]["size"]["field"] == "weight"
    weights = [row["weight"] for row in chart["datasets"][squares["data"]["name"]]]
    assert len(weights) == 3
    assert weights[1] < weights[0] < weights[2]


def test_names_stand_beside_the_plot_and_above_its_lines_on_a_phone(together: Group) -> None:
    def mark(width: int) -> dict[str, Any]:
        chart = forest_chart(together, width).to_dict()
        found: dict[str, Any] = next(
            part for part in chart["layer"] if part["encoding"].get("text", {}).get("field") == "name"
        )
        told: dict[str, Any] = found["mark"]
        return told

    assert mark(WHOLE)["align"] == "right" and "dy" not in mark(WHOLE)
    assert mark(PHONE)["align"] == "left" and mark(PHONE)["dy"] < 0


def test_without_a_pool_there_is_no_diamond(counted: Group) -> None:
    chart = forest_chart(counted, WHOLE).to_dict()
    assert not {POOLED, NEXT} & {row["name"] for row in rows(chart, "name:N")}
    assert not any("order" in part["encoding"] for part in chart["layer"])
    assert "not pooled" in pooled_words(counted)


def test_the_sentence_counts_every_study_and_every_control(counted: Group) -> None:
    said = sentence(counted)
    seen = counted.directions
    assert f"{seen['down']} found it lower with massage, {seen['none']} no difference" in said
    assert sum(int(n) for n in re.findall(r"\((\d+)\)", controls(counted.lines))) == len(counted.lines)
    assert controls(counted.lines) in said
    assert not re.search(r"\bg\b", said)


def test_a_size_is_said_only_where_the_interval_leaves_no_difference_out(together: Group) -> None:
    assert together.pool is not None
    assert "no clear difference" in sentence(together)
    clear = replace(together, pool=replace(together.pool, mean=-0.6, low=-0.9, high=-0.3))
    assert "lower with massage, a medium difference" in sentence(clear)
    risen = replace(together, pool=replace(together.pool, mean=0.3, low=0.1, high=0.5))
    assert "higher with massage, a small difference" in sentence(risen)


def test_the_headline_of_several_outcomes_counts_better_only_where_all_have_a_good_side() -> None:
    sleep, cortisol = evidence("sleep"), evidence("cortisol")
    better = sum(group.directions[group.better] for group in sleep.groups)
    assert f"{better} better with massage" in headline(sleep)
    assert "better" not in headline(cortisol) and "lower with massage" in headline(cortisol)


def test_nothing_compared_is_said_so() -> None:
    nothing = replace(evidence("cortisol"), groups=())
    assert headline(nothing).startswith("No study")


def test_the_page_is_whole_and_needs_nothing_else(counted: Group) -> None:
    found = evidence("sleep")
    page = as_html(found)
    parser = Opened()
    parser.feed(page)
    assert parser.open == []
    assert page.count('class="plot on-wide"') == sum(bool(group.sized) for group in found.groups) > 0
    assert re.findall(r'src="[^"]*"|href="(?!#|https://doi.org/10|https://pubmed.ncbi)[^"]*"', page) == []
    assert 'href="https://doi.org/10.' in page and 'href="https://pubmed.ncbi.nlm.nih.gov/' in page
    assert headline(found) in page and NO_SIZE in page
    assert "no word of them" in page and "no medical advice" in page
    assert "women ≥60 y" in page and "&gt;=" not in page and "+/-" not in page
    for why in found.left_out:
        assert why.replace("'", "&#39;") in page


def test_the_page_escapes_what_sources_say(counted: Group) -> None:
    line = counted.lines[0]
    odd = replace(line, result=line.result.model_copy(update={"arm": "<b>hands</b>"}), effect=Unsized("no numbers"))
    page = as_html(Evidence("x", 0.5, (replace(counted, lines=(odd,)),), (), (), {}, ("Z-1: <i>bruise</i>",)))
    assert "&lt;b&gt;hands" in page and "<b>hands" not in page
    assert "&lt;i&gt;bruise" in page and "no word of them" not in page


def test_a_p_of_something_else_is_not_shown_as_the_p_of_the_comparison() -> None:
    by_id = {result.id: result for result in ledger().results}
    assert by_id["Zayer2025-1"].p_words.startswith("<0.001")
    assert chance(by_id["Zayer2025-1"]) == "–"
    assert chance(by_id["Moeini2011-1"]) == "<0.001"
    assert chance(by_id["Eguchi2016-1"]) == "0.02"


def test_numbers_have_a_minus_and_two_decimals() -> None:
    assert size(-0.4, -0.844, 0.04) == "−0.40 (−0.84 to 0.04)"
