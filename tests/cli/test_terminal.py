"""What a terminal shows: refusals that fit a screen, tables as wide as asked, data that any program reads."""

from __future__ import annotations

import json
import logging
import os
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from rich.table import Column
from rich.text import Text
from typer.testing import Result

from effleurage.body.compose import LISTS
from effleurage.cli import terminal
from effleurage.cli.terminal import Told, refusal, right, warned, warned_once
from effleurage.errors import BeyondLife, EffleurageError, Finding

NASTY = ("[p01]", "[/b]", "[red]x\\", "[bold", "a[/]b", ":smile:")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def lines(capsys: pytest.CaptureFixture[str], findings: list[Finding]) -> list[str]:
    refusal(EffleurageError(findings))
    return capsys.readouterr().err.splitlines()


def rows(count: int) -> list[Finding]:
    return [Finding(f"row {number}", "bad", "Mend it.") for number in range(count)]


@pytest.mark.parametrize("count", [1, 20, 21])
def test_what_fits_is_shown(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(capsys, rows(count))) == count


@pytest.mark.parametrize("count", [22, 65, 1500])
def test_what_does_not_fit_is_counted(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    told = lines(capsys, rows(count))
    assert len(told) == 21 and told[-1] == f"effleurage: and {count - 20:,} more"


def test_a_finding_that_stands_for_many_counts_as_many(capsys: pytest.CaptureFixture[str]) -> None:
    rest = Finding("", "584 more like these", "Mend the first ones.", many=584)
    assert lines(capsys, [*rows(20), rest])[-1] == "effleurage: 584 more like these. Mend the first ones."
    assert lines(capsys, [*rows(21), rest])[-1] == "effleurage: and 585 more"


def test_a_finding_is_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(lines(capsys, rows(2) * 3)) == 2


def test_the_command_that_a_hint_names_lists_every_name(say: Callable[..., Result]) -> None:
    words = LISTS.split()[1:]
    told = json.loads(say(*words).stdout)
    assert (
        "chronic_stress" in told["parameters"] and "cortisol" in told["quantities"] and "kept_awake" in told["inputs"]
    )


def test_what_the_library_tells_is_a_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    teller, handler = logging.getLogger("effleurage.engine.kept"), Told()
    logging.getLogger("effleurage").addHandler(handler)
    try:
        teller.warning("a kept file was damaged and is made anew: %s", "settled/x.npy")
    finally:
        logging.getLogger("effleurage").removeHandler(handler)
    shown = capsys.readouterr()
    assert shown.err == "effleurage: a kept file was damaged and is made anew: settled/x.npy\n"
    assert shown.out == ""


def test_what_was_warned_of_is_not_said_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", warned_once())
        for people in (2, 2, 3):
            warnings.warn(f"{people} of 9 people pass the limits of life", BeyondLife, stacklevel=1)
    assert [line[:14] for line in capsys.readouterr().err.splitlines()] == ["effleurage: 2 ", "effleurage: 3 "]


def test_a_warning_is_a_message_without_code(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        monkeypatch.setattr(warnings, "showwarning", warned)
        warnings.warn("2 of 9 people pass the limits of life", BeyondLife, stacklevel=1)
        warnings.warn("old", UserWarning, stacklevel=1)
    first, second = capsys.readouterr().err.splitlines()
    assert first == "effleurage: 2 of 9 people pass the limits of life"
    assert second.startswith("effleurage: ") and second.endswith("UserWarning: old")


@pytest.fixture
def columns(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str | None], None]]:
    def say(number: str | None) -> None:
        monkeypatch.delenv("COLUMNS", raising=False)
        if number is not None:
            monkeypatch.setenv("COLUMNS", number)

    yield say


@pytest.mark.parametrize(("number", "width"), [("60", 60), ("200", 200), (None, 170), ("wide", 170), ("", 170)])
def test_tables_are_as_wide_as_asked_and_wide_in_a_pipe(
    number: str | None, width: int, columns: Callable[[str | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    columns(number)
    terminal.table(("name", "what it is"), [("x", "word " * 100)], "A table")
    terminal.line("word " * 100)
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert max(len(line.rstrip()) for line in lines) > width - 10


@pytest.mark.parametrize("odd", ["²", "٣", "0", "9" * 5000])
def test_a_size_of_the_terminal_that_is_no_number_is_as_if_unsaid(
    odd: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("COLUMNS", "LINES"):
        monkeypatch.setenv(name, odd)
    with terminal.progress("work") as report:
        report(1.0)
    assert terminal.console().width == 170
    terminal.line("word " * 100)
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 170


def test_a_terminal_is_as_wide_as_it_is(columns: Callable[[str | None], None], monkeypatch: pytest.MonkeyPatch) -> None:
    columns(None)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: os.terminal_size((93, 20)))
    assert terminal.console().width == 93


def test_a_table_shows_words_as_they_are_and_numbers_at_the_right(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(("[b]name", *right("[i]size")), [(name, "1") for name in NASTY], "[b]title", caption="[c]apt")
    shown = capsys.readouterr().out
    assert all(text in shown for text in (*NASTY, "[b]name", "[i]size", "[b]title", "[c]apt"))
    assert all(line.endswith("1") for line in shown.splitlines() if line.startswith(NASTY))


LONG = (
    "sleep-immunity",
    "supported for a narrower statement",
    "−0.00436 to −0.000355",
    "10.1590/S1807-59322010001100008",
)
HEADS = ("claim", "verdict", *right("numbers unsure"), Column("source", overflow="fold"))


def told(columns: Sequence[str | Column], *rows: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    terminal.table([replace(one) if isinstance(one, Column) else one for one in columns], rows, "Claims", caption="end")
    return capsys.readouterr().out


@pytest.mark.parametrize("width", ["72", "80", "110", "200"])
def test_no_word_is_cut_and_no_number_broken(
    width: str, columns: Callable[[str | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    columns(width)
    shown = told(HEADS, LONG, capsys=capsys)
    assert "…" not in shown and all(word in shown for word in (LONG[0], LONG[2], *LONG[1].split(), "narrower"))
    assert max(map(len, shown.splitlines())) <= int(width)


def test_a_narrow_terminal_tells_each_row_below_its_name(
    columns: Callable[[str | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    columns("50")
    shown = told(HEADS, ("immunity",), LONG, ("cortisol", "", "1", "no DOI"), ("cortisol", "a", "2", ""), capsys=capsys)
    lines = shown.splitlines()
    assert lines[:3] == ["Claims", "immunity", "sleep-immunity"] and lines[-1] == "end"
    assert lines[-4:-1] == ["cortisol", "  numbers unsure 1; source no DOI", "  verdict a; numbers unsure 2"]
    assert all(len(line) <= 50 and line.startswith("  ") for line in lines[3:-4])
    assert " ".join(shown.split()).count("verdict supported for a narrower statement; numbers unsure −0.00436 to") == 1


def test_room_goes_first_to_columns_that_need_little(
    columns: Callable[[str | None], None], capsys: pytest.CaptureFixture[str]
) -> None:
    columns("60")
    shown = told(("name", "what it is"), ("three short words", "word " * 40), capsys=capsys)
    assert "three short words  word word" in shown


def test_a_table_without_headers_has_none(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(("head", "other"), [("a", "b")], headed=False)
    assert capsys.readouterr().out.split() == ["a", "b"]


def test_numbers_of_numpy_and_tables_become_plain(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame({"name": ["a", "b"], "value": [1.5, np.nan]})
    terminal.as_json({"rows": terminal.records(table), "one": np.float32(0.5), "two": np.int64(3), "no": np.inf})
    assert json.loads(capsys.readouterr().out) == {
        "rows": [{"name": "a", "value": 1.5}, {"name": "b", "value": None}],
        "one": 0.5,
        "two": 3,
        "no": None,
    }


def test_progress_is_silent_where_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with terminal.progress("long") as report:
        report(0.5)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("title", [*NASTY, "a\x1b[2Jb", "{title}"])
def test_a_bar_shows_its_title_as_it_is(
    title: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with terminal.bar(title, 1) as move:
        assert move
        move(completed=1)
    shown = capsys.readouterr().err
    assert title.replace("\x1b", "␛") in shown and "\x1b[2J" not in shown


STEERING = "a\x1b[31mb\x07\x9b\u202e\x7f"


def test_nothing_that_is_shown_steers_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.table(("who", "n"), [(STEERING, Text(STEERING, style="bold"))], STEERING, caption=STEERING)
    terminal.line(STEERING)
    terminal.line(Text(STEERING))
    terminal.message(f"{STEERING}\nnext")
    refusal(EffleurageError(Finding(STEERING, "bad\nworse", "Mend it.")))
    shown = capsys.readouterr()
    assert not set(shown.out + shown.err) & set("\x1b\x07\x9b\u202e\x7f")
    assert shown.out.count("a␛[31mb␇\ufffd\ufffd␡") == 4 and shown.out.count("a␛[31mb") == 6
    assert shown.err.count("\n") == 2


def test_json_escapes_what_steers_and_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.as_json({STEERING: [STEERING, "\udcff", "é"]})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {STEERING: [STEERING, "\udcff", "é"]}
    assert not set(shown) & set("\x1b\x07\x9b\u202e\x7f")
