from __future__ import annotations

import json

import pytest

from effleurage.body.compose import Body
from effleurage.errors import RequestError
from effleurage.report.model import describe


def test_a_quantity_shows_its_equation_its_numbers_and_who_reads_it() -> None:
    assert "feedback_gr" in describe("glucocorticoid").as_text().split("read by")[1]
    text = describe("cortisol").as_text()
    assert "d cortisol/dt" in text
    assert "free_half_life = " in text
    assert "Dorin" in text


def test_everything_in_the_body_can_be_described(whole: Body) -> None:
    for name in (*whole.quantities, *whole.parameters, *whole.inputs, "", "wiring", "sleep", "endotoxin"):
        described = describe(name)
        assert described.as_text().strip()
        json.dumps(described.as_data())


def test_an_input_names_the_stimuli_that_set_it() -> None:
    assert "stressor, speech, arithmetic, trier" in describe("stressor").as_text()
    assert "set from outside by the protocol\n" in describe("stroke_flow").as_text()
    assert "hand" not in describe("quiet").as_text().split("set from outside by the protocol")[1]


def test_stimuli_are_listed_and_described() -> None:
    assert "\n  trier " in describe().as_text() and "speech" in describe().as_data()["stimuli"]
    assert describe("tsst").title.startswith("trier: ")
    assert len(describe("arithmetic").to_frame()) > 5
    with pytest.raises(RequestError, match="Did you mean 'arithmetic'"):
        describe("arithmetics")


def test_the_wiring_names_every_arrow(whole: Body) -> None:
    data = describe("wiring").as_data()
    assert len(data["arrows"]) == len(whole.arrows)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="cortisol"):
        describe("cortisl")
