"""One walk: data as written, the line of every part, and all that does not fit a model, at once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from yaml import safe_dump

from effleurage.errors import Finding, ProtocolError
from effleurage.protocol.times import clock
from effleurage.protocol.walk import Page, collected, heard

TEXT = """title: x

rooms:
  - name: hall
    open: 18:30
  - name: stair
    way: up
people: {ann: 1}
"""


def upper(said: str) -> str:
    if said == "hall":
        raise ProtocolError([Finding("", "no hall", "Say another."), Finding("walls, left", "bare", "Paint it.")])
    return said.upper()


class Room(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, BeforeValidator(collected(upper))] = ""
    open: Annotated[float, heard(clock)] = 0.0
    way: Literal["down", "level"] = "down"


class House(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str = ""
    rooms: tuple[Room | None, ...] = ()
    people: dict[str, Annotated[float, heard(float)]] = Field(default_factory=dict)


def refused(page: Page) -> list[str]:
    with pytest.raises(ProtocolError) as caught:
        page.refuse()
    return [str(finding) for finding in caught.value.findings]


def test_scalars_stay_as_they_are_written_and_every_part_has_its_line() -> None:
    page = Page(TEXT, "f.yaml")
    assert page.data["rooms"] == [{"name": "hall", "open": "18:30"}, {"name": "stair", "way": "up"}]
    lines = {
        (): 1,
        ("rooms",): 4,
        ("rooms", 0, "open"): 5,
        ("rooms", 1): 6,
        ("rooms", 1, "way"): 7,
        ("people", "ann"): 8,
    }
    assert lines.items() <= page.lines.items()
    assert page.where(("rooms", 1, "way", "there")) == "f.yaml, line 7, rooms, way, there"


def test_everything_that_does_not_fit_is_said_and_the_rest_is_read() -> None:
    page = Page(TEXT.replace("title", "titel").replace("18:30", "[1]"), "f.yaml")
    house = page.read(House)
    assert house.title == "" and house.people == {"ann": 1.0}
    assert house.rooms == (Room(), Room(name="stair"))
    assert refused(page) == [
        "f.yaml, line 1, titel: unknown field 'titel'. Did you mean 'title'?",
        "f.yaml, line 4, rooms, name: no hall. Say another.",
        "f.yaml, line 4, rooms, name, walls, left: bare. Paint it.",
        "f.yaml, line 5, rooms, open: one value is due here, not a list. Write it on one line.",
        "f.yaml, line 7, rooms, way: 'up' cannot be. Known: down, level",
    ]
    assert page.failed == {"titel", "rooms"}


def test_a_row_is_found_by_its_name() -> None:
    page = Page(TEXT, "f.yaml", named=lambda written: written.replace(" ", "_"))
    page.call(("rooms", 1), "stair, back")
    page.note((), Finding("rooms, stair, back, way", "is steep", "Hold on."))
    page.note((), Finding("rooms, cellar", "is dark", "Take a lamp."))
    page.note(("rooms", 0, "open"), Finding("when", "is late", "Come early."))
    assert refused(page) == [
        "f.yaml, line 4, rooms, cellar: is dark. Take a lamp.",
        "f.yaml, line 5, rooms, open: is late. Come early.",
        "f.yaml, line 7, rooms, stair, back, way: is steep. Hold on.",
    ]


def test_one_thing_alone_is_a_list_of_one() -> None:
    page = Page("rooms: {name: hall, dor: 1}", "f.yaml")
    page.listed("rooms")
    assert page.data["rooms"] == [{"name": "hall", "dor": "1"}]
    page.read(House)
    assert "f.yaml, line 1, rooms: unknown field 'dor'. Known: name, open, way" in refused(page)


def test_what_is_made_is_refused_with_all_that_was_found() -> None:
    def nothing() -> int:
        raise ProtocolError([Finding("rooms", "too few", "Build."), Finding("people", "too many", "Go.")])

    page = Page(TEXT, "f.yaml")
    page.note(("title",), Finding("", "dull", "Mend it."))
    with pytest.raises(ProtocolError) as caught:
        page.made(nothing, lambda finding: finding.where != "rooms")
    assert [finding.where for finding in caught.value.findings] == ["f.yaml, line 1, title", "f.yaml, line 8, people"]
    assert Page(TEXT, "f.yaml").made(lambda: 3) == 3


def test_a_model_that_needs_a_field_is_no_model_for_a_page() -> None:
    class Needs(BaseModel):
        cellar: str

    with pytest.raises(ValueError, match="cellar"):
        Page(TEXT, "f.yaml").read(Needs)


WORDS = st.sampled_from(["title", "rooms", "people", "name", "open", "way", "up", "level", "18:30", "1", "", "ann"])
NESTS = st.recursive(
    WORDS | st.integers() | st.none() | st.booleans(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(WORDS, inside, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(WORDS, NESTS, min_size=1, max_size=4))
def test_any_nest_gives_a_house_or_findings_with_lines(told: dict[str, Any]) -> None:
    try:
        page = Page(safe_dump(told), "f.yaml")
    except ProtocolError as deep:
        assert "nested too deep" in str(deep)
        return
    assert isinstance(page.read(House), House)
    for line in refused(page) if page.failed else ():
        assert line.startswith("f.yaml, line ")
