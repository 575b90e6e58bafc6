from __future__ import annotations

from dataclasses import replace

import pytest

from effleurage.lab.change import Compared, Pair, compare
from effleurage.report.change import NO_CAUSE, as_html, sentences

PAIR = Pair("systolic pressure", 120.0, 100.0, 600.0, 645.0, participant="<A>", condition="massage")
CAUSES = ("lowered", "raised")


def arm(condition: str, fall: float) -> list[Pair]:
    firsts = (112.0, 116.0, 118.0, 121.0, 124.0, 128.0)
    own = (0.5, -1.0, 1.5, -0.5, 1.0, -1.5)
    return [
        replace(PAIR, participant=f"{condition} {i}", condition=condition, before=x, after=x + fall + e)
        for i, (x, e) in enumerate(zip(firsts, own, strict=True))
    ]


@pytest.fixture(scope="module")
def alone() -> Compared:
    return compare([PAIR], people=64)


def test_one_person_without_a_control_gets_no_cause(alone: Compared) -> None:
    (line, caution) = sentences(alone)
    assert "went from 120 to 100 mmHg" in line and "lower than nine in ten" in line
    assert caution == NO_CAUSE
    assert not any(word in line for word in CAUSES)


def test_a_clear_difference_from_a_control_has_a_cause_and_an_unclear_one_has_none() -> None:
    clear = sentences(compare([*arm("massage", -12.0), *arm("rest", 0.0)], people=64))
    assert clear[0].startswith("massage lowered systolic pressure")
    assert NO_CAUSE not in clear
    unclear = sentences(compare([*arm("massage", -0.5), *arm("rest", 0.0)], people=64))
    assert "no clear difference" in unclear[0]
    assert not any(word in " ".join(unclear) for word in CAUSES)


def test_the_page_holds_sentences_figure_table_and_methods_and_escapes_names(alone: Compared) -> None:
    page = as_html(alone, "visit <1>")
    assert "<svg" in page and "&lt;A&gt;" in page and "<A>" not in page.replace("&lt;A&gt;", "")
    assert "visit &lt;1&gt;" in page
    assert alone.methods[:60] in page.replace("&#39;", "'")
    assert "no medical advice" in page
