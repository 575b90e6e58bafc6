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


def test_the_wiring_names_every_arrow(whole: Body) -> None:
    data = describe("wiring").as_data()
    assert len(data["arrows"]) == len(whole.arrows)


def test_an_unknown_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(RequestError, match="cortisol"):
        describe("cortisl")
