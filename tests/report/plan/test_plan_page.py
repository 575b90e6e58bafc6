"""The page of a trial plan: whole, honest about what is missing, and safe. Plans are made by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from effleurage.report.plan import plan_page
from effleurage.report.plan.plan_page import as_html
from effleurage.report.plan.plan_words import SIGN
from effleurage.trial.design.contrast import Contrast, Size
from effleurage.trial.design.design import Arm
from effleurage.trial.plan.controls import Against
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.unknowns import Unknown

Make = Callable[..., Any]
VOID = {"meta", "br", "link"}
MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")
SECTIONS = {"power", "alone", "controls", "hours", "checks", "worth-knowing", "made"}


class Page(HTMLParser):
    """Ids, what is named by id, tags closed in the wrong order, sections and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.named: list[str] = []
        self.said = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.ids += [name] if (name := told.get("id")) else []
        self.named += [name] if (name := told.get("aria-labelledby")) else []
        self.named += [link[1:]] if (link := told.get("href") or "").startswith("#") else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.said += " ".join(data.split()) + " "


@pytest.fixture(scope="module")
def page(whole: Make) -> str:
    return as_html(whole())


def test_the_page_is_whole_and_needs_nothing_else(page: str) -> None:
    read = Page(page)
    assert read.wrong == [] == read.open
    assert len(read.ids) == len(set(read.ids))
    assert set(read.named) <= set(read.ids) >= SECTIONS
    assert re.findall(r'(?:src|href)="(?!#)[^"]*"', page) == []
    assert "<script" not in page and not re.findall(r"url\((?!#)", page)
    assert "nan" not in read.said.lower().split() and "None" not in read.said
    assert page.count('class="plot on-wide"') == 2 + 2 + 1 + 1  # power, the clock alone, controls, hours


def test_the_answer_stands_first_then_notes_then_figures(page: str) -> None:
    said = Page(page).said
    order = ["72 people an arm", "6,637 people an arm", "it moves by itself", "How many trials would find it"]
    assert sorted(order, key=said.index) == order
    assert "Recruit 85" in said and "no counterpart" in said
    assert "caution" not in re.findall(r'<p class="(\w+)" role="note"', page)


def test_one_arm_is_warned_of_in_red_before_everything(whole: Make, design: Make, cortisol: Make) -> None:
    lone = cortisol(drift=replace(cortisol().drift, control=None))
    page = as_html(whole(design=design(MASSAGE), outcomes=(lone,)))
    assert re.findall(r'<p class="(\w+)" role="note"', page) == ["caution", "amber"]
    assert page.index('class="caution"') < page.index('class="answers"')
    assert "This trial, without a control, would report the first." in page
    assert "whose one arm is compared with itself before" in page


def test_a_first_answer_is_a_page_too_and_says_so(whole: Make, first: Make) -> None:
    read = Page(as_html(first(*whole().needs)))
    assert read.wrong == [] == read.open
    assert set(read.ids) & SECTIONS == {"power", "made"}
    assert "first answer, from formulas on 128 virtual people" in read.said
    assert "points are simulated" not in read.said
    assert "first answer" not in Page(as_html(whole())).said


def test_a_figure_that_only_one_outcome_has_fills_its_card(whole: Make, page: str) -> None:
    lone = '<div class="panels alone">'
    assert as_html(whole(outcomes=whole().outcomes[:1])).count(lone) == 4
    kinds = [[bool(getattr(outcome, name)) for outcome in whole().outcomes] for name in ("controls", "drift", "hours")]
    assert page.count(lone) == sum(sum(own) == 1 for own in kinds)


def test_published_numbers_alone_are_a_page_and_not_called_a_body(first: Make, published: Make) -> None:
    read = Page(as_html(first(published(), people=0)))
    assert "nothing to simulate" in read.said and "virtual people lived" not in read.said


def test_what_people_write_is_shown_and_not_obeyed(whole: Make, design: Make, cortisol: Make, need: Make) -> None:
    evil = "<script>alert(1)</script>&\"'"
    unknowns, controls = (Unknown(evil, evil, "C", 0.4),), (Against(evil, need()),)
    plan = whole(
        design=design(replace_name(MASSAGE, evil), replace_name(REST, evil), title=evil),
        notes=(Note("red", evil, evil),),
        outcomes=(cortisol(need=need(against=evil), unknowns=unknowns, controls=controls),),
    )
    page = as_html(plan)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert Page(page).wrong == []


def replace_name(arm: Arm, name: str) -> Arm:
    return arm.model_copy(update={"name": f"{name}{arm.kind}"})


def test_an_unsure_sign_and_what_is_beyond_reach_are_said(first: Make, need: Make, whole: Make) -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None))
    assert SIGN in as_html(first(across, people=512))
    assert SIGN not in as_html(whole())
    assert '<td class="number main">more than 100,000</td>' in as_html(whole())


def test_the_best_hour_is_named_or_that_there_is_none(page: str) -> None:
    said = Page(page).said
    assert "cortisol : best at 08:00" in said or "cortisol: best at 08:00" in said
    assert "At 08:00, 1 day after the last session, 800 people an arm" in said
    assert "At no hour, 1 day after the last session" in said


def test_simulated_trials_are_told_with_their_luck(page: str) -> None:
    rows = re.findall(r'<tr><th scope="row" class="main">(\d+)</th><td>(.*?)</tr>', page)
    assert [n for n, _ in rows] == ["10", "40"] * 2
    first, third = (rows[place][1].replace("\u00a0", " ") for place in (0, 2))
    assert "50.0 % <small>± 1.6</small>" in first and "21.7 ×" in first and "–" in first
    assert "−1.2 % <small>± 1.6</small>" in first  # cortisol is analysed as a logarithm
    assert "−0.012 points <small>± 0.016</small>" in third


def test_one_size_has_one_number_on_the_page(page: str) -> None:
    """Against its own control it is the answer, and the text does not say otherwise."""
    said = Page(page).said
    assert re.findall(r"quiet rest −0.170 nmol/L ([\d,]+)", said) == ["6,637"]
    assert "fewer virtual people" not in said and "The same virtual people stand behind" in said


IMPORTS_NOTHING_OF = ("effleurage.statistics", "effleurage.trial.lives", "effleurage.engine")
COMPUTES = {name for name, what in vars(Contrast).items() if callable(what) or isinstance(what, classmethod)} | {"bank"}


def computing(text: str) -> list[str]:
    """What a module of pages imports or calls though it should only draw: a line for each."""
    found = []
    for node in ast.walk(ast.parse(text)):
        names = [alias.name for alias in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        found += [f"{module}{name}" for name in names if f"{module}{name}.".startswith(IMPORTS_NOTHING_OF)]
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found += [f"{called}()"] if called in COMPUTES and not called.startswith("__") else []
    return found


@pytest.mark.parametrize("path", sorted(Path(plan_page.__file__).parent.glob("*.py")), ids=lambda path: path.stem)
def test_pages_draw_and_never_compute(path: Path) -> None:
    assert computing(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "from effleurage.statistics.sizes import per_arm",
        "from effleurage.trial.lives import bank",
        "import effleurage.engine.run",
        "def f():\n    from effleurage.trial.lives.bank import simulated",
        "lives = bank(design, 512)",
        "points = need.contrast.curve(0.5)",
        "size = contrast.size(0.5)",
    ],
)
def test_a_page_that_computes_is_found(text: str) -> None:
    assert computing(text)
