"""Words that a spreadsheet or Markdown would carry out stay words, and two never become one."""

from __future__ import annotations

import csv
import doctest
import io
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage import words
from effleurage.words import csv_text, in_cell, in_markdown

FORMULAS = (
    "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1+1", "＋1", "－1", "＠x", "'=1", "''@x",
)  # fmt: skip
PLAIN = ("P01", "-1.5", "+3", "1e-5", "-.5", "a=b", "x@y.org", "it's", "'quoted'", "", "−3", "back; neck", "a\nb")
MARKS = ("*a*", "_a_", "`a`", "[a](b)", "<script>", "a|b", "&lt;", "# a", "~a~", "$a$", "\\*", "a\n\n# b")
STEERING = st.text(alphabet="=+-@'; \t\nab1.")


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_gets_an_apostrophe_before_its_sign(text: str) -> None:
    assert re.search(r"'[=+\-@＝＋－＠]", in_cell(text)) and in_cell(text).replace("'", "") == text.replace("'", "")
    assert in_cell(text).count("'") == text.count("'") + 1


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_and_other_words_stay_as_they_are(text: str) -> None:
    assert in_cell(text) == text


@pytest.mark.parametrize("between", [";", "\t", "\n", "; "])
def test_a_formula_after_what_other_spreadsheets_take_for_a_new_cell_too(between: str) -> None:
    assert in_cell(f"a{between}=1") == f"a{between}'=1"


@given(STEERING, STEERING)
def test_no_two_texts_become_one(one: str, other: str) -> None:
    assert (in_cell(one) == in_cell(other)) is (one == other)


def test_ends_of_lines_are_those_that_csv_quotes() -> None:
    assert in_cell("a\r=1\r\nb") == "a\n'=1\nb"


def test_a_table_keeps_numbers_and_makes_words_inert() -> None:
    names = [*FORMULAS, "a\rb", None]
    numbers = range(-3, len(names) - 3)
    head, *rows = csv.reader(io.StringIO(csv_text(pd.DataFrame({"=who": names, "n": numbers, "x": -0.5})), newline=""))
    assert head == ["'=who", "n", "x"]
    assert [row[0] for row in rows] == [*map(in_cell, FORMULAS), "a\nb", ""]
    assert [row[1:] for row in rows] == [[str(n), "-0.5"] for n in numbers]


def test_a_mixed_column_keeps_its_numbers() -> None:
    assert csv_text(pd.DataFrame({"a": [-1, "=1", None]})).splitlines() == ["a", "-1", "'=1", '""']


@pytest.mark.parametrize("mark", MARKS)
def test_markdown_shows_the_marks(mark: str) -> None:
    shown = in_markdown(mark)
    assert "\n" not in shown and not re.search(r"(?<!\\)[*_`\[\]#~$|]|[<&]", re.sub("&(amp|lt);", "", shown))


def test_the_examples_are_true() -> None:
    assert doctest.testmod(words).failed == 0
