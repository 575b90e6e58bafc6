"""A refusal: every finding once, and hints that are not what was just said."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import FEW, EffleurageError, Finding, as_text, nearest

NAMES = st.text(string.ascii_letters + " -", min_size=1, max_size=12)


@given(NAMES, st.lists(NAMES, min_size=1, max_size=8))
def test_a_hint_is_a_known_name_and_never_the_one_just_said(said: str, known: list[str]) -> None:
    told = nearest(said, known)
    if told.startswith("Did you mean"):
        meant = told.removeprefix("Did you mean '").removesuffix("'?")
        assert meant in known and meant != said
    else:
        assert all(name in told for name in known)


def test_a_slip_of_case_is_a_slip() -> None:
    assert nearest("acth", ["ACTH", "cortisol"]) == "Did you mean 'ACTH'?"
    assert nearest("Cortisol", ["ACTH", "cortisol"]) == "Did you mean 'cortisol'?"


@pytest.mark.parametrize(("said", "known"), [("ratio", ["reason", "n"]), ("flight", ["light touch", "rest"])])
def test_what_is_hardly_alike_is_no_hint(said: str, known: list[str]) -> None:
    assert nearest(said, known).startswith("Known:")


def test_a_denial_is_never_answered_with_what_it_denies() -> None:
    for said in ("no back", "not back", "without lower back"):
        assert nearest(said, ["back", "arms"]) == "Known: arms, back"
    assert nearest("lower back", ["back", "arms"]) == "Did you mean 'back'?"
    assert nearest("no treatmnt", ["no treatment", "rest"]) == "Did you mean 'no treatment'?"


def test_the_list_is_whole_or_a_command_gives_it() -> None:
    many = [f"name{number}" for number in range(FEW + 1)]
    assert nearest("x", many).count(",") == FEW and "…" not in nearest("x", many)
    assert (
        nearest("x", many, "effleurage model --json")
        == f"'effleurage model --json' lists all {FEW + 1} that are known."
    )
    assert nearest("x", many[:3], "effleurage model --json") == "Known: name0, name1, name2"


def test_no_finding_is_told_twice() -> None:
    one, other = Finding("a", "b", "c"), Finding("a", "b", "d")
    assert EffleurageError([one, other, one]).findings == (one, other)


def test_bytes_that_are_no_text_are_told_by_their_number() -> None:
    assert as_text("a\udcffb é 😀") == "a\\udcffb é 😀"
