"""The door of TOML tables: typed or refused, with file, place and fix of everything that is wrong."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, Field, ValidationInfo

from effleurage.errors import BodyError, EffleurageError, Finding, TargetError, Unfit
from effleurage.lab.outcomes.codebook import Norm
from effleurage.lab.untreated.clients import Kind as Clients
from effleurage.protocol.tables import Number, fitted, parsed, place, read_rows, read_table, shipped_rows, shipped_table
from effleurage.trial.design.people import Spread


def in_season(kind: str, info: ValidationInfo) -> str:
    if info.context and kind in info.context:
        raise Unfit(Finding("", f"no {kind} grow now", "Wait."))
    return kind


@dataclass(frozen=True)
class Bed:
    kind: Annotated[str, Field(min_length=1), AfterValidator(in_season)]
    rows: int
    share: Annotated[float, Field(ge=0, le=1)] = math.nan
    sun: Literal["full", "half"] = "full"
    sown: tuple[tuple[int, int], ...] = ()
    watered: bool = False
    weight: Mapping[str, float] = field(default_factory=dict)
    beside: Bed | None = None


def refused(text: str) -> list[str]:
    with pytest.raises(TargetError) as caught:
        read_rows(Bed, "bed", text, "beds.toml", TargetError)
    return [str(finding) for finding in caught.value.findings]


def test_a_row_is_what_it_says() -> None:
    text = '[[bed]]\nkind = "leek"\nrows = 3\nshare = 1\nsown = [[1, 2], [3, 4]]\nweight = {a = 2}\n'
    (bed,) = read_rows(Bed, "bed", text, "beds.toml")
    assert bed == Bed("leek", 3, 1.0, "full", ((1, 2), (3, 4)), False, {"a": 2.0})
    assert isinstance(bed.share, float)
    assert math.isinf(read_table(dict[str, float], "a = inf", "x.toml")["a"])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("rows = 3", "bed 1, kind: is missing. Give a text."),
        ('kind = ""\nrows = 3', "bed 1, kind: is empty. Fill it in."),
        ('kind = "leek"\nrows = 3.5', "bed 1, rows: is not a whole number. Give a whole number."),
        ('kind = "leek"\nrows = "3"', "bed 1, rows: is not a whole number. Give a whole number."),
        ('kind = "leek"\nrows = true', "bed 1, rows: is not a whole number. Give a whole number."),
        ('kind = "leek"\nrows = 3\nshare = "1"', "bed 1, share: is not a number. Give a number."),
        ('kind = "leek"\nrows = 3\nshare = 1.5', "bed 1, share: 1.5 cannot be. Give 1 or less."),
        ('kind = "leek"\nrows = 3\nshare = -1', "bed 1, share: -1 cannot be. Give 0 or more."),
        ('kind = "leek"\nrows = 3\nsun = "hall"', "bed 1, sun: 'hall' is not known. Did you mean 'half'?"),
        ('kind = "leek"\nrows = 3\nwatered = "no"', "bed 1, watered: is not true or false. Give true or false."),
        ('kind = "leek"\nrows = 3\nsown = 4', "bed 1, sown: is not a list. Give a list."),
        ('kind = "leek"\nrows = 3\nsown = [[1, "b"]]', "bed 1, sown 1 2: is not a whole number. Give a whole number."),
        ('kind = "leek"\nrows = 3\nweight = {a = "b"}', "bed 1, weight, a: is not a number. Give a number."),
        ('kind = "leek"\nrows = 3\nbeside = {kind = 2, rows = 1}', "bed 1, beside, kind: is not a text. Give a text."),
        ('kind = "leek"\nrows = 3\nbesides = 3', "bed 1, besides: unknown field 'besides'. Did you mean 'beside'?"),
        ('kind = "leek"\nrows = 1979-05-27', "bed 1, rows: is not a whole number. Give a whole number."),
    ],
)
def test_each_misfit_names_file_place_and_fix(row: str, told: str) -> None:
    assert refused(f"[[bed]]\n{row}\n") == [f"beds.toml, {told}"]


def test_everything_wrong_is_said_at_once() -> None:
    assert len(refused('[[bed]]\nrows = "3"\nsun = "no"\n[[bed]]\nkind = 1\nrow = 2\n')) == 6


@pytest.mark.parametrize("text", ["", "bed = 3\nsoil = 2", '[[beds]]\nkind = "leek"'])
def test_a_file_of_rows_holds_nothing_else(text: str) -> None:
    assert refused(text) == ["beds.toml: no rows of 'bed', or something beside them. Begin each with [[bed]]."]


@pytest.mark.parametrize("text", ["a = ", "a = [" * 5000, "a = " + "9" * 5000, "\0"])
def test_what_is_no_toml_is_refused(text: str) -> None:
    with pytest.raises(BodyError, match="x.toml: not a TOML file"):
        parsed(text, "x.toml", BodyError)


def test_words_are_looked_up_in_what_the_reader_gives() -> None:
    table = {"kind": "leek", "rows": 3}
    assert fitted(Bed, table, "x.toml", context=("beans",)).kind == "leek"
    with pytest.raises(EffleurageError, match="x.toml, kind: no leek grow now. Wait."):
        fitted(Bed, table, "x.toml", context=("leek",))


def test_shipped_tables_are_read_from_the_package() -> None:
    words = shipped_table(dict[str, dict[str, tuple[str, ...]]], "effleurage.files.table", "columns.toml")
    assert "zeit" in words["clock"]["time"]
    with pytest.raises(EffleurageError, match="clients.toml, kind 1, rows: is missing"):
        shipped_rows(Bed, "kind", "effleurage.lab.untreated", "clients.toml")


def test_a_place_is_told_in_words() -> None:
    assert place(("steps", 1, "source")) == "steps 2, source"
    assert place((0, "a")) == "0, a"


NESTS = st.recursive(
    st.text(max_size=3) | st.integers() | st.floats() | st.booleans(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from("abc"), inside, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["kind", "rows", "share", "sun", "sown", "weight", "beside", "x"]), NESTS))
def test_any_nest_is_a_row_or_findings(table: dict[str, Any]) -> None:
    try:
        assert isinstance(fitted(Bed, table, "x.toml"), Bed)
    except EffleurageError as refused:
        assert all(finding.where.startswith("x.toml, ") and finding.fix for finding in refused.findings)


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (
            lambda: read_table(dict[str, Spread], "[pain]\nsd = -1", "people.toml"),
            "people.toml, pain, sd: -1.*0 or more",
        ),
        (lambda: read_table(dict[str, Spread], "[pain]\nretest = 2", "x.toml"), "x.toml, pain, retest: 2.*1 or less"),
        (lambda: read_table(dict[str, Spread], "[pain]\nat = 0", "x.toml"), "x.toml, pain, at: 0.*more than 0"),
        (
            lambda: read_table(dict[str, Norm], '[a]\nmean = 1\nsd = 0\nsource = ""\ngrade = "A"', "x.toml"),
            "x.toml, a, sd: 0.* cannot be. Give more than 0",
        ),
        (
            lambda: read_rows(
                Clients,
                "kind",
                '[[kind]]\nname = "a"\nmeaning = ""\npeople = {}\nshare = 0\nsource = ""\ngrade = "A"',
                "x.toml",
            ),
            "x.toml, kind 1, share: 0.* cannot be. Give more than 0",
        ),
        (
            lambda: read_table(
                dict[str, Number],
                '[a]\nvalue = 2\nunit = "mmHg"\nsource = ""\ngrade = "A"\nmeaning = "b"\nlow = 0\nhigh = 1',
                "x.toml",
            ),
            r"x.toml, a, value: value 2 mmHg cannot be. Say 0 to 1 mmHg \(b\)",
        ),
    ],
)
def test_a_number_beyond_its_bounds_is_refused_by_row_field_and_bound(read: Callable[[], object], said: str) -> None:
    with pytest.raises(EffleurageError, match=said) as refused:
        read()
    assert len(refused.value.findings) == 1
