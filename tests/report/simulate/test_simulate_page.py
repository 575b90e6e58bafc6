"""The page of a simulation: every quantity, and nothing of people where there is one."""

from __future__ import annotations

from tests.report import made_up
from tests.report.simulate.test_curves import world

from effleurage.people.simulate import Twin
from effleurage.report.pages import Made
from effleurage.report.simulate.simulate_page import as_html

ALL = {"systolic": 2.0, "heart_rate": 5.0}


def test_one_world_is_curves_and_a_table_of_every_quantity() -> None:
    told = world(0, 3, **ALL).assign_attrs(title="An hour", seed=4)
    page = as_html(told, Made("effleurage simulate x.yaml", 4))
    assert page.count("<figure") == 2 and page.count('<th scope="row">') == 2
    assert "<h1>An hour</h1>" in page and "3 virtual people" in page and "Between people" in page
    assert "seed: 4" in page and "effleurage simulate x.yaml" in page and "The same people live" not in page


def test_one_person_has_no_spread() -> None:
    page = as_html(world(0, 3, **ALL).isel(person=[1]).assign_attrs(people="typical"))
    assert "One typical person" in page and "Between people" not in page and "middle half" not in page


def test_two_worlds_are_told_apart() -> None:
    page = as_html(Twin(world(0, 3, **ALL), world(0, 3, systolic=1.0, heart_rate=1.0)))
    assert "The same people live in both worlds" in page and "with the treatment" in page and ">control<" in page


def test_differences_are_told_window_by_window_in_words_and_rounding_is_no_difference() -> None:
    page = as_html(made_up.contrast())
    assert page.count("<caption>") == 3 and "<caption>At the end of a session</caption>" in page
    assert '<th scope="row">heart rate</th>' in page and "heart_rate</th>" not in page
    still = page[page.index('<th scope="row">glucocorticoid-receptor resistance</th>') :].split("</tr>")[0]
    assert still.count(">0</td>") == 3 and "e−1" not in page
    assert "settings: pain_load 5<" in page
