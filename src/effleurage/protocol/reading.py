"""YAML -> protocol. Everything wrong is said at once, each with its file, line, field and fix."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo

from effleurage.asked import asked
from effleurage.errors import Finding, ProtocolError, short
from effleurage.protocol.model import MOST_DAYS, Habits, Protocol, Spread, days_faults, people_faults
from effleurage.protocol.nodes import read_text
from effleurage.protocol.phrases import read_stimulus
from effleurage.protocol.times import NUMBER, clock, looks_of, read_when
from effleurage.protocol.visits import Dose, Visit
from effleurage.protocol.walk import ONE_VALUE, PAIRS, Page, collected, heard

NEEDED = ("title", "days")
MOST_ENTRIES = 1000
_EXAMPLE = "Write '- day 3 18:00: massage, swedish, back, 60 min'."


@asked
def read_protocol(path: str | os.PathLike[str]) -> Protocol:
    """The protocol in a YAML file of at most 1 MB; raises ProtocolError with every finding.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.read_protocol(ef.example("weekly-course")).title
    'Weekly massage of back and neck'
    """
    path = Path(path)
    return parse_protocol(read_text(path), path.name)


def parse_protocol(text: str, name: str = "protocol") -> Protocol:
    r"""The protocol in a YAML text; ``name`` is what findings call it.

    Raises ProtocolError with every finding; what could be read is checked even where the rest could not.

    >>> parse_protocol("title: a quiet day\ndays: 1\n").days
    1
    """
    page = Page(text, name)
    for needed in NEEDED:
        if needed not in page.data:
            page.note((), Finding(needed, "missing", f"Add a line '{needed}: ...'."))
    page.listed("sample")
    written = page.read(_Written)
    said = {field: getattr(written, field) for field in written.model_fields_set}
    places = [("timeline", place) for place, entry in enumerate(written.timeline) if entry]
    said["timeline"] = tuple(entry for entry in written.timeline if entry)
    if "days" in said:
        shape = Protocol(title="", days=written.days, habits=said.get("habits", Habits()))
        names = {page.where(place): place for place in places}
        for clash in shape.model_copy(update={"timeline": said["timeline"]}).clashes([*map(page.where, places)]):
            page.note(names[clash.where], replace(clash, where=""))
    page.refuse()
    return page.made(lambda: Protocol(**said))


def _days(text: str) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", text):
        raise _refusal(f"'{short(text)}' is not a whole number", "Write digits, such as 56.")
    if faults := days_faults(int(text)):
        raise ProtocolError(faults)
    return int(text)


def _number(value: Any) -> float:
    if not isinstance(value, str):
        raise _refusal(*ONE_VALUE)
    if not re.fullmatch(NUMBER, value):
        raise _refusal(f"'{short(value)}' is not a number", "Write a number such as 5 or 0.5.")
    return int(float(value)) if float(value).is_integer() else float(value)


def _people(given: Any) -> dict[str, Spread]:
    """Names with a number, or with the numbers of a spread."""
    if not isinstance(given, dict):
        raise _refusal(*PAIRS)
    people: dict[str, Spread] = {}
    found: list[Finding] = []
    for name, value in given.items():
        numbers: dict[str, float] = {}
        faults: list[Finding] = []
        for part, number in (value if isinstance(value, dict) else {"": value}).items():
            try:
                numbers[part] = _number(number)
            except ProtocolError as refused:
                faults += [replace(finding, where=f"people, {name}") for finding in refused.findings]
        people[name] = numbers if isinstance(value, dict) else numbers.get("", 0)
        found += faults or people_faults({name: people[name]})
    if found:
        raise ProtocolError(found)
    return people


def _habits(written: _Habits) -> Habits:
    return Habits(**{name: getattr(written, name) for name in written.model_fields_set})


def _entries(value: Any) -> Any:
    if value == "":
        return []
    if not isinstance(value, list):
        raise _refusal("not a list", _EXAMPLE)
    if len(value) > MOST_ENTRIES:
        raise _refusal(f"{len(value)} entries", f"Write at most {MOST_ENTRIES}.")
    return value


def _entry(value: Any) -> Visit | Dose | None:
    """What is done, of a time and the words for it; None for what could not be read already."""
    if value is None:
        return None
    if not isinstance(value, dict) or len(value) != 1:
        raise _refusal("not one time and what is done", _EXAMPLE)
    ((time, done),) = value.items()
    if not isinstance(done, str):
        raise _refusal(*ONE_VALUE)
    found: list[Finding] = []
    start, span = read_when("day 1 12:00")
    try:
        start, span = read_when(time)
    except ProtocolError as refused:
        found += refused.findings
    try:
        entry = read_stimulus(start, span, done)
    except ProtocolError as refused:
        raise ProtocolError([*found, *refused.findings]) from None
    if found:
        raise ProtocolError(found)
    return entry


def _rule(value: Any, info: ValidationInfo) -> str | None:
    """A rule for samples within the days of the protocol; None for one that could not be read already."""
    if not isinstance(value, str | None):
        raise _refusal(*ONE_VALUE)
    if value is not None:
        looks_of(value, info.data.get("days", MOST_DAYS))
    return value


def _refusal(what: str, fix: str) -> ProtocolError:
    return ProtocolError(Finding("", what, fix))


class _Habits(BaseModel):
    model_config = ConfigDict(extra="forbid")

    lights_out: Annotated[float, heard(clock)] = Field(0.0, validation_alias=AliasChoices("lights out", "lights_out"))
    up: Annotated[float, heard(clock)] = 0.0


class _Written(BaseModel):
    """The fields of a protocol, and what is made of the words in each; None stands for what could not be read."""

    model_config = ConfigDict(extra="forbid")

    title: str = ""
    about: str = ""
    days: Annotated[int, heard(_days)] = MOST_DAYS
    people: Annotated[dict[str, Any], BeforeValidator(collected(_people))] = Field(default_factory=dict)
    habits: Annotated[_Habits, AfterValidator(collected(_habits))] | None = None
    timeline: Annotated[
        tuple[Annotated[Any, BeforeValidator(collected(_entry))], ...], BeforeValidator(collected(_entries))
    ] = ()
    sample: tuple[Annotated[Any, BeforeValidator(collected(_rule))], ...] = ()
