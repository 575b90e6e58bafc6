"""Somebody's words in files of ours stay words: no spreadsheet calculates with them, no Markdown is made of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_FORMULA = re.compile(r"(^|[;\t\n])(\s*'*)(?=[=+\-@＝＋－＠])")
_MARKS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_[]#~$|"} | {"&": "&amp;", "<": "&lt;"})
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)


def in_cell(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would begin to calculate; numbers stay as they are.

    As OWASP says of CSV injection: before ``=``, ``+``, ``-`` and ``@``, also in their wide forms, at the beginning of
    a cell; and after a semicolon, a tab or the end of a line, which spreadsheets of some countries take for the end of
    one. A text that has such an apostrophe already gets one more, so that no two texts become one.
    Every end of a line becomes a line feed, the only one that is always quoted.

    >>> in_cell("=1+1"), in_cell("-1.5"), in_cell("'=1")
    ("'=1+1", '-1.5', "''=1")
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1\2'", text)


def in_markdown(text: str) -> str:
    r"""The text on one line of Markdown, which shows it as it is: no mark-up, no HTML, no cell of a table.

    Not for the beginning of a line, where a number or a dash would begin a list.

    >>> print(in_markdown("*5* | <b>"))
    \*5\* \| &lt;b>
    """
    return " ".join(text.split()).translate(_MARKS)


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV, without its index; all its words are ``in_cell``."""
    words = table.rename(columns=lambda name: in_cell(str(name)))
    for name in words.columns[[kind.kind not in "biufc" for kind in words.dtypes]]:
        words[name] = words[name].map(_cell)
    return str(words.to_csv(index=False))


def _cell(value: Any) -> Any:
    return in_cell(value) if isinstance(value, str) else value
