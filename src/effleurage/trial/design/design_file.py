"""YAML -> the design of a trial, and back. Everything wrong is said at once, with its file, line, field and fix."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, create_model

from effleurage.errors import Finding, Loc, ProtocolError, nearest, short
from effleurage.protocol.model import Habits
from effleurage.protocol.nodes import read_text
from effleurage.protocol.times import DAY, clock, tidy, time_of_day
from effleurage.protocol.walk import Page, collected, heard
from effleurage.trial.design.design import Arm, Design, Kind, Measure
from effleurage.trial.design.endpoints import PERCENT
from effleurage.trial.design.words import COMPARATORS, kind_of

EMPTY = "Give it a title, arms and outcomes."
MOST_ROWS = 50
"""Arms, or outcomes, of a trial."""
ONE_OF_KINDS = ", ".join(get_args(Kind))
HABITS = {"lights out": "lights_out", "up": "up"}

Said = dict[str, Any]
Value = TypeVar("Value")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?")
_EXACT = 1e15
_BREAKS = "[\x85\u2028\u2029\ufeff]"
"""Characters that YAML takes for the end of a line, or drops, unless they are escaped."""
NEEDED = {"title": "A trial", "arms": "[massage, quiet rest]", "outcomes": "[cortisol]"}
"""Fields that a design cannot do without, each with an example."""
Row = TypeVar("Row", Arm, Measure)


def read_design(path: str | Path) -> Design:
    """The design in a YAML file of at most 1 MB; raises ``ProtocolError`` with every finding."""
    path = Path(path)
    return parse_design(read_text(path), path.name)


def parse_design(text: str, name: str = "trial") -> Design:
    r"""The design in a YAML text, whose fields are those of ``Design``; ``name`` is what findings call it.

    An arm may be one word for its kind (``quiet rest``), an outcome one word (``cortisol``). What is not said is usual.
    Raises ``ProtocolError`` with every finding; what could be read is checked even where the rest could not.

    >>> [arm.kind for arm in parse_design("title: ours\narms: [massage, quiet rest]\noutcomes: cortisol").arms]
    ['massage', 'rest']
    """
    try:
        page = Page(text, name, named=lambda written: written.replace(" ", "_"))
    except ProtocolError as fault:
        shape = ("the file is empty", "not a list of fields")
        mended = [Finding(one.where, one.what, EMPTY if one.what in shape else one.fix) for one in fault.findings]
        raise ProtocolError(mended) from None
    for needed, example in NEEDED.items():
        if needed not in page.data:
            page.note((), Finding(needed, "missing", f"Add a line '{needed}: {example}'."))
    page.listed("arms")
    page.listed("outcomes")
    written: Any = page.read(_Written)
    said = {name: getattr(written, name) for name in written.model_fields_set}
    said["arms"] = tuple(_rows(page, "arms", written.arms or (), _arm))
    said["outcomes"] = tuple(_rows(page, "outcomes", written.outcomes or (), _measured))
    failed = frozenset(page.failed)
    # of a field that could not be read whole, only what is wrong with a part of it is told
    return page.made(
        lambda: _design({"title": "", **said}), lambda finding: finding.where.replace(" ", "_") not in failed
    )


def _design(fields: Mapping[str, Any]) -> Design:
    """The design, refused in the words of its file."""
    try:
        return Design(**fields)
    except ProtocolError as refused:
        raise ProtocolError([replace(one, where=_spaced(one.where)) for one in refused.findings]) from None


def as_yaml(design: Design) -> str:
    """The design as YAML with every field said, which ``parse_design`` reads back equal."""
    told = design.model_dump()
    told["arms"] = [{name: _plain(value) for name, value in arm.items()} for arm in told["arms"]]
    told["outcomes"] = [_measure(measure) for measure in told["outcomes"]]
    told["habits"] = {name: _clock(told["habits"][field]) for name, field in HABITS.items()}
    told["time"] = _clock(told["time"])
    told["people"] = {name: _plain(value) for name, value in told["people"].items()}
    kept = {name: _plain(value) for name, value in told.items() if value not in (None, {}, "") or name == "title"}
    spaced = {_spaced(name): value for name, value in kept.items()}
    written, escaped = (
        str(yaml.safe_dump(spaced, sort_keys=False, allow_unicode=plain, width=10_000)) for plain in (True, False)
    )
    return escaped if re.search(_BREAKS, written) else written


def _measure(fields: Mapping[str, Any]) -> dict[str, Any]:
    size = _plain(fields["worthwhile"])
    said = dict(fields) | {"time": _clock(fields["time"]), "worthwhile": f"{size} {fields['worthwhile_unit']}".strip()}
    if not fields["worthwhile_unit"]:
        said["worthwhile"] = size
    del said["worthwhile_unit"]
    return {_spaced(name): _plain(value) for name, value in said.items() if value is not None}


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def _clock(minutes: float) -> str:
    """``14:00``, or the minutes since midnight where they are no whole ones."""
    whole = time_of_day(minutes) if minutes != DAY else "24:00"
    return whole if clock(whole) == minutes else f"{minutes!r} min"


def _rows(
    page: Page, field: str, rows: Sequence[Any], made_of: Callable[[Page, Loc, Said | None], Row | None]
) -> list[Row]:
    """The rows that can be made of what is written, each to be found by its name."""
    said = [row and {name: getattr(row, name) for name in row.model_fields_set} for row in rows]
    made = [made_of(page, (field, place), one) for place, one in enumerate(said)]
    return [row for row in made if row is not None]


def _arm(page: Page, loc: Loc, given: Said | None) -> Arm:
    """The arm; an arm that could not be read has a stand-in, so that the others are compared with something."""
    if given is None:
        return Arm(name="massage")
    if "kind" not in given and (*loc, "kind") not in page.lines:
        try:
            given |= _named_kind(tidy(given.get("name", "")), loc == ("arms", 0), given)
        except ProtocolError as refused:
            for finding in refused.findings:
                page.note(loc, finding)
    arm = Arm(**{"name": given.get("kind", "massage"), **given})
    page.call(loc, _spaced(arm.name))
    return arm


def _named_kind(name: str, first: bool, given: Said) -> Said:
    """The kind of an arm that says none: that of its name, or the usual one for hands and for the ``first`` arm.

    Raises ``ProtocolError`` where neither tells it, or the name and the hands tell two.
    """
    kind = kind_of(name)
    hands = [one for one in ("technique", "pressure", "region") if given.get(one)]
    if kind in (None, "massage") and (kind or first or hands):
        return {"kind": kind} if kind else {}
    strokes = [one for one in hands if one != "region" and tidy(given[one]) != kind]
    if kind is not None and not strokes:
        return {"kind": kind}
    none_told = f"no kind is said, and '{short(name)}' tells none"
    what = none_told if kind is None else f"'{short(name)}' has no {strokes[0]}"
    raise _refusal(what, f"Add its kind, such as 'kind: rest': {ONE_OF_KINDS}.", name)


def _measured(page: Page, loc: Loc, given: Said | None) -> Measure | None:
    if given is None or "outcome" not in given:
        if given is not None and (*loc, "outcome") not in page.lines:
            page.note(loc, Finding("", "no outcome is named", "Add 'outcome: cortisol'."))
        return None
    value, unit = given.pop("worthwhile", ("", ""))
    size = {} if value == "" else {"worthwhile": value, "worthwhile_unit": unit}
    measure = Measure(**{**size, **given})
    page.call(loc, _spaced(measure.outcome))
    return measure


def _kind(text: str) -> str:
    kind = kind_of(tidy(text))
    if kind is None:
        words = [*get_args(Kind), *(word for also in COMPARATORS.values() for word in also)]
        raise _refusal(f"'{short(text)}' is no kind of arm", nearest(text[:60], words))
    return kind


def _amount(text: str) -> float:
    value = float(text) if len(text) <= 40 and _NUMBER.fullmatch(text.lower()) else math.nan
    if not math.isfinite(value):
        raise _refusal(f"'{short(text)}' is not a number", "Write a number such as 5 or 0.5.")
    return value


def _whole(text: str) -> int:
    if not re.fullmatch(r"[-+]?[0-9]{1,9}", text):
        raise _refusal(f"'{short(text)}' is not a whole number", "Write digits, such as 6.")
    return int(text)


def _share(text: str) -> float:
    return _amount(text[:-1].strip()) / 100 if text.endswith(PERCENT) else _amount(text)


def _time(text: str) -> float:
    """Minutes since midnight of ``14:30``, or of ``870.5 min``."""
    return _amount(text.removesuffix(" min")) if text.endswith(" min") else clock(text)


def _worthwhile(text: str) -> tuple[float, str]:
    """``10 %`` or ``2 points``: a size and its unit."""
    number, _, unit = text.strip().partition(" ")
    if number.endswith(PERCENT) and not unit:
        number, unit = number[:-1], PERCENT
    return _amount(number), unit.strip()


def _in(unit: str, read: Callable[[str], Value]) -> Callable[[str], Value]:
    """Read a number that may carry the unit that its field has anyway."""
    return lambda text: read(re.sub(rf" ?{unit}$", "", text))


def _few(rows: list[Any]) -> list[Any]:
    if len(rows) > MOST_ROWS:
        raise _refusal(f"{len(rows)} of them", f"Write at most {MOST_ROWS}.")
    return rows


def _refusal(what: str, fix: str, where: str = "") -> ProtocolError:
    return ProtocolError(Finding(where, what, fix))


Number = Annotated[float, heard(_amount)]
Whole = Annotated[int, heard(_whole)]
Share = Annotated[float, heard(_share)]
Time = Annotated[float, heard(_time)]
Days = Annotated[int, heard(_in("days?", _whole))]
Minutes = Annotated[float, heard(_in("min", _amount))]
_USUALLY: Mapping[Any, Any] = {float: Number, int: Whole, int | None: Whole, float | None: Number}
"""Type of a field -> what is made of the words in it, where nothing else is said below."""


def _as_written(model: type[BaseModel], **own: Any) -> Any:
    """A model of the same fields as they are written: none is needed, and each makes of its words what is meant."""
    kinds = {
        name: own.get(name, _USUALLY.get(field.annotation, field.annotation))
        for name, field in model.model_fields.items()
    }
    fields: dict[str, Any] = {name: (kind, None) for name, kind in kinds.items()}
    return create_model(f"Written{model.__name__}", __config__=ConfigDict(extra="forbid"), **fields)


def _habits(written: Any) -> Habits:
    return Habits(**{name: getattr(written, name) for name in written.model_fields_set})


def _rows_of(model: Any, word: str, read: Callable[[str], str] = str) -> Any:
    """Rows of a model, each of which may be one ``word`` alone; None is one that could not be read."""

    def spread(value: Any) -> Any:
        return {word: read(value)} if isinstance(value, str) else value

    row: Any = Annotated[model | None, BeforeValidator(collected(spread))]
    return Annotated[tuple[row, ...], BeforeValidator(collected(_few))]


_Written = _as_written(
    Design,
    arms=_rows_of(_as_written(Arm, kind=Annotated[str, heard(_kind)], minutes=Minutes), "kind", _kind),
    outcomes=_rows_of(
        _as_written(
            Measure, time=Time, after=Days, minutes_after=Minutes, worthwhile=Annotated[Any, heard(_worthwhile)]
        ),
        "outcome",
    ),
    people=dict[str, Number],
    habits=Annotated[_as_written(Habits, lights_out=Time, up=Time), AfterValidator(collected(_habits))],
    time=Time,
    every=Days,
    washout=Days,
    **dict.fromkeys(("adherence", "dropout", "missing", "therapist_icc", "alpha", "power"), Share),
)
