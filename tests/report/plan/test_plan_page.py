"""The page of a trial plan: whole, honest about what is missing, and safe. Plans are made by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from effleurage.report.plan.plan_page import (
    Drift,
    as_html,
    clock_figure,
    drift_words,
    drifts,
    power_figure,
    relative,
    worth_curve,
)
from effleurage.report.plan.plan_words import SIGN
from effleurage.statistics.sizes import power_of, power_pairs
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.endpoints import outcome_of
from effleurage.trial.plan.hours import Hour
from effleurage.trial.plan.needs import Need, Size
from effleurage.trial.plan.notes import Note
from effleurage.trial.plan.plan import Against, Plan
from effleurage.trial.plan.replicates import Operating
from effleurage.trial.plan.unknowns import Pilot, Unknown

VOID = {"meta", "br", "link"}
MASSAGE, REST = Arm(name="massage"), Arm(name="rest", kind="rest")
MOVED = (Drift("cortisol", -20.0, -27.0, -25.0), Drift("VAS stress", 0.0, -27.0, -19.0))
SECTIONS = {"power", "alone", "controls", "hours", "checks", "worth-knowing", "made"}


def design(*arms: Arm, title: str = "a trial", **more: Any) -> Design:
    asked = tuple(Measure(outcome=name) for name in ("cortisol", "stress", "PSS"))
    return Design(title=title, arms=arms or (MASSAGE, REST), outcomes=asked, **more)


def need(outcome: str = "cortisol", **more: Any) -> Need:
    told: dict[str, Any] = {
        "measure": Measure(outcome=outcome),
        "outcome": outcome_of(outcome),
        "usual": 6.6,
        "sd": 0.6,
        "r": 0.3,
        "effect": -0.17,
        "effect_low": -0.42,
        "effect_high": -0.07,
        "expected": Size(6637, 6637),
        "at_best": Size(1250, 1250),
        "at_worst": Size(50_000, 50_000),
        "worthwhile": 1.5,
        "worth": Size(72, 85),
        "detectable": None,
        "curve": ((10, 0.05), (40, 0.06), (480, 0.11)),
        "warning": "",
    }
    return Need(**(told | more))


def published() -> Need:
    none = dict.fromkeys(("effect", "effect_low", "effect_high", "expected", "at_best", "at_worst", "worth"))
    return need("PSS", **none, worthwhile=0.0, curve=(), warning="no body stands behind it")


def operating(outcome: str, n: int) -> Operating:
    shares: Mapping[str, float] = {"power": 0.5, "type_one": 0.05, "bias": -0.0123, "coverage": 0.95}
    errors = {f"{name}_error": 0.016 for name in shares}
    return Operating(
        outcome, n, replicates=1000, truth=-0.03, cohort_error=0.0, type_s=float("nan"), type_m=21.7, **shares, **errors
    )


def whole(**more: Any) -> Plan:
    cortisol, stress = need(), need("stress", worth=Size(37, 37), worthwhile=10.0, usual=39.0, sd=17.0)
    against = [("quiet rest", Size(6637, 6637)), ("light touch", Size(None, None))]
    told: dict[str, Any] = {
        "design": design(),
        "needs": (cortisol, published(), stress),
        "notes": (Note("amber", "the clock", "it moves by itself"),),
        "people": 512,
        "checked": tuple(operating(name, n) for name in ("cortisol", "VAS stress") for n in (10, 40)),
        "controls": tuple(Against(name, "cortisol", replace(cortisol, expected=size)) for name, size in against),
        "clock": (
            ("cortisol", tuple(Hour(at, 1, -0.1, 0.5, Size(at * 100, at * 100)) for at in (9, 8, 10))),
            ("VAS stress", (Hour(9, 1, -0.1, 0.5, Size(None, None)),)),
        ),
        "unknown": (("cortisol", (Unknown("gain", "what touch does", "C", 0.47),)), ("VAS stress", ())),
        "pilot": (("cortisol", (Pilot(20, 0.2, 0.02),)), ("VAS stress", (Pilot(20, 4.7, 0.2),))),
    }
    return Plan(**(told | more))


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
        self.ids += [told["id"]] if told.get("id") else []
        self.named += [told["aria-labelledby"]] if told.get("aria-labelledby") else []
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
def page() -> str:
    return as_html(whole(), MOVED)


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
    assert "Recruit 85" in said and "no body stands behind it" in said
    assert "caution" not in re.findall(r'<p class="(\w+)" role="note"', page)


def test_one_arm_is_warned_of_in_red_before_everything() -> None:
    page = as_html(whole(design=design(MASSAGE)), [replace(one, control=None) for one in MOVED])
    assert re.findall(r'<p class="(\w+)" role="note"', page) == ["caution", "amber"]
    assert page.index('class="caution"') < page.index('class="answers"')
    assert "This trial, without a control, would report the first." in page
    assert "whose one arm is compared with itself before" in page


def test_a_first_answer_is_a_page_too_and_says_so() -> None:
    found = Plan(design(), whole().needs, (), 128)
    read = Page(as_html(found))
    assert read.wrong == [] == read.open
    assert set(read.ids) & SECTIONS == {"power", "made"}
    assert "first answer, from formulas on 128 virtual people" in read.said
    assert "points are simulated" not in read.said
    assert "first answer" not in Page(as_html(whole())).said


def test_published_numbers_alone_are_a_page_and_not_called_a_body() -> None:
    read = Page(as_html(Plan(design(), (published(),), (), 0)))
    assert "nothing to simulate" in read.said and "virtual people lived" not in read.said
    assert drifts(Plan(design(), (published(),), (), 0)) == ()


def test_what_people_write_is_shown_and_not_obeyed() -> None:
    evil = "<script>alert(1)</script>&\"'"
    found = whole(
        design=design(replace_name(MASSAGE, evil), replace_name(REST, evil), title=evil),
        notes=(Note("red", evil, evil),),
        unknown=(("cortisol", (Unknown(evil, evil, "C", 0.4),)),),
        controls=(Against(evil, "cortisol", need()),),
    )
    page = as_html(found, MOVED)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert Page(page).wrong == []


def replace_name(arm: Arm, name: str) -> Arm:
    return arm.model_copy(update={"name": f"{name}{arm.kind}"})


def test_an_unsure_sign_and_what_is_beyond_reach_are_said() -> None:
    across = need(effect_high=0.1, at_worst=Size(None, None))
    assert SIGN in as_html(Plan(design(), (across,), (), 512))
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


def test_the_clock_alone_adds_up() -> None:
    told = drift_words(need(effect=-0.176, usual=6.6), MOVED[0], "rest")
    assert "changes by −27 % with massage, with rest by −25 %, and by −20 % by the clock alone" in told
    assert told.endswith("against rest, is −2.0 %.")  # of the first level: 75 % of it are left with rest
    assert [relative(value) for value in (-27.04, -2.66, -0.03, 4.04)] == ["−27", "−2.7", "0", "+4.0"]


def test_power_of_what_is_worth_having_is_that_of_its_size() -> None:
    linear = need("stress", usual=39.0, sd=17.0, worthwhile=10.0, r=0.5)
    power = dict(worth_curve(linear, whole()))
    assert power[40] == pytest.approx(float(power_of(40, 10 / 17, r=0.5)))
    halved = dict(worth_curve(need(worthwhile=3.3), whole()))
    assert halved[40] == pytest.approx(float(power_of(40, 0.6931 / 0.6, r=0.3)), abs=1e-4)
    crossed = whole(design=design(layout="crossover"))
    assert dict(worth_curve(linear, crossed))[20] == pytest.approx(power_pairs(20, 10 / 17))  # SD √(2 (1 - r)) = 17
    assert worth_curve(published(), whole()) == ()


@pytest.fixture
def charts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures give their chart as it is before it is drawn."""
    monkeypatch.setattr("effleurage.report.figures.plot", lambda chart, wide: chart.to_dict())


def marks(chart: Any) -> list[str]:
    return [layer["mark"]["type"] for layer in chart["layer"]]


def rows_of(chart: Any, place: int) -> list[dict[str, Any]]:
    """The data of one layer."""
    rows: list[dict[str, Any]] = chart["datasets"][chart["layer"][place]["data"]["name"]]
    return rows


@pytest.mark.usefixtures("charts")
def test_the_power_figure_draws_what_there_is() -> None:
    line = need().curve
    assert marks(power_figure(line, (), ())) == ["rule", "line"]
    assert marks(power_figure(line, line, ())) == ["rule", "line", "line"]
    checked = power_figure(line, (), [operating("cortisol", 40)], asked=0.9)
    assert marks(checked) == ["rule", "line", "rule", "point"]
    assert rows_of(checked, 0) == [{"power": 0.9}]
    assert [(row["n"], row["power"]) for row in rows_of(checked, 1)] == list(line)
    (point,) = rows_of(checked, 3)
    assert point["n"] == 40 and point["low"] < point["power"] == 0.5 < point["high"]


@pytest.mark.usefixtures("charts")
def test_the_best_hour_is_marked_where_there_is_one() -> None:
    chart: Any = clock_figure(whole().clock[0][1])
    assert marks(chart) == ["line", "point", "point"]
    assert [row["hour"] for row in rows_of(chart, 0)] == [9, 8, 10]
    assert rows_of(chart, 2) == [{"hour": 8, "n": 800}]
