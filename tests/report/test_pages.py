from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

import effleurage
from effleurage.report.claims.claims_page import as_html
from effleurage.report.colours import COLOURS
from effleurage.report.pages import Made, page, prose


def test_the_foot_tells_what_is_known_and_nothing_else() -> None:
    bare = as_html([])
    assert f"<p>Effleurage {effleurage.__version__}.</p>" in bare and 'name="date"' not in bare
    told = as_html([], Made("effleurage claims '<b>'", 7, date(2027, 3, 1), "0123456789abcdef"))
    foot = told[told.index("<footer>") :]
    assert f"Effleurage {effleurage.__version__}, model 0123456789ab, seed 7, 2027-03-01." in foot
    assert "<code>effleurage claims &#39;&lt;b&gt;&#39;</code>" in foot


def test_today_keeps_the_words_of_the_command_line_apart() -> None:
    made = Made.today(["/usr/bin/effleurage", "plan", "60 min weekly", "--html", "x.html"], 3)
    assert made.command == "effleurage plan '60 min weekly' --html x.html"
    assert made.seed == 3 and made.day is not None
    assert abs((datetime.now(tz=UTC).date() - made.day).days) <= 1


def test_a_number_keeps_its_sign_of_per_cent_and_its_error() -> None:
    text = page(
        "contents.html", pages=[{"address": "a", "title": "12 % ± 3, 2 × and 80 people", "day": "", "shown": ""}]
    )
    assert "12\u00a0% ±\u00a03, 2\u00a0× and 80 people" in text


def test_a_value_that_a_template_lacks_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(Exception, match="pages"):
        page("contents.html")


def test_colours_of_text_and_labels_are_named_in_one_place() -> None:
    text = as_html([])
    style = text[text.index("<style>") : text.index("</style>")]
    used = set(re.findall(r"var\((--[\w-]+)", style))
    named = set(re.findall(r"(--[\w-]+):", style))
    assert used <= named
    assert all(f": {colour};" in style for colour in COLOURS.values())


def test_prose_is_data() -> None:
    assert prose("claims/meanings.toml")["untested"] == "fewer than two studies in adults looked"
