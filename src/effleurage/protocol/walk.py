"""One walk over a YAML text: plain data, the line of every part of it, and everything that does not fit, said at once.

Scalars stay texts as they are written (``18:30`` is a time, not a number of base 60); a field of a pydantic model makes
of its text what is meant (``heard``). What does not fit is taken out, so that the rest can be judged all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ValidationError

from effleurage.errors import UNKNOWN, EffleurageError, Finding, Loc, ProtocolError, Unfit, known_at, nearest, short
from effleurage.protocol.nodes import line, read_node

ONE_VALUE = ("one value is due here, not a list", "Write it on one line.")
PAIRS = ("not a list of 'name: value'", "Put each on an indented line of its own.")
_SHAPES = {"string_type": ONE_VALUE, "literal_error": ONE_VALUE, "dict_type": PAIRS, "model_type": PAIRS}
Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")


class Page:
    """What a YAML text says: ``data``, and ``lines``, from the place of each part of it to the line it begins on.

    Findings are gathered by ``note`` and ``read``; ``refuse`` raises them all, in the order of the file.
    """

    def __init__(self, text: str, name: str, named: Callable[[str], str] = str) -> None:
        """``name`` is what findings call the text; ``named`` makes a field's name of a written one.

        Raises ``ProtocolError`` for what is no mapping in plain YAML.
        """
        self.name = name
        self.lines: dict[Loc, int] = {}
        self.failed: set[str] = set()
        """Fields in which something is wrong."""
        self._named = named
        self._names: dict[Loc, tuple[int, str]] = {}
        self._called: dict[str, Loc] = {}
        self._found: dict[Finding, int] = {}
        self.data: dict[str, Any] = self._plain(read_node(text, name), ())

    def _plain(self, node: yaml.Node, loc: Loc) -> Any:
        self.lines[loc] = line(node)
        if isinstance(node, yaml.MappingNode):
            return self._pairs(node, loc)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*loc, place)) for place, item in enumerate(node.value)]
        return str(node.value)

    def _pairs(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._write(line(key), loc, _field(loc), *ONE_VALUE)
                continue
            written = str(key.value)
            name = self._named(written)
            if name in found:
                what = f"'{short(written)}' is written twice"
                self._write(line(key), (*loc, name), _field(loc) or name, what, "Keep one of them.")
                continue
            self._names[(*loc, name)] = line(key), written
            found[name] = self._plain(value, (*loc, name))
        return found

    def listed(self, field: str) -> None:
        """Let a field in which one thing stands alone hold a list of one."""
        if field in self.data and not isinstance(self.data[field], list):
            self.data[field] = [self.data[field]]
            for loc in [loc for loc in self.lines if loc[:1] == (field,)]:
                self.lines[field, 0, *loc[1:]] = self.lines[loc]
            for loc in [loc for loc in self._names if loc[:1] == (field,)]:
                self._names[field, 0, *loc[1:]] = self._names[loc]

    def call(self, loc: Loc, name: str) -> None:
        """Let findings name what stands at a place of a list: ``arms, massage`` as well as the first of ``arms``."""
        self._called.setdefault(f"{loc[0]}, {name}", loc)

    def where(self, loc: Loc) -> str:
        """``course.yaml, line 12, timeline``: where a part of the text stands."""
        return self._where(self._line(loc), _field(loc))

    def note(self, loc: Loc, finding: Finding) -> None:
        """Gather a finding about a part of the text; what it names itself may say more closely where that is."""
        field, within = _field(loc), "" if finding.where == "when" else finding.where
        fits = [name for name in self._called if within == name or within.startswith(f"{name}, ")]
        if called := max(fits, key=len, default=""):
            loc, rest, said = self._called[called], within[len(called) :], within
        else:
            rest = within[len(field) :] if field and f"{within}, ".startswith(f"{field}, ") else within
            said = ", ".join(part for part in (field, rest.removeprefix(", ")) if part)
        deep = (*loc, *(self._named(part) for part in rest.split(", ") if part))
        self._write(self._line(deep), deep, said, finding.what, finding.fix)

    def read(self, model: type[Model]) -> Model:
        """The data as a ``model`` of which no field is needed; what does not fit is noted, and left out."""
        data, told = self.data, False
        while True:
            try:
                return model.model_validate(data)
            except ValidationError as refused:
                faults = refused.errors()
                kept = _without(data, [fault["loc"] for fault in faults])
                if kept == data:  # a field that is needed is not there: no model for this reader
                    raise
            for fault in () if told else faults:  # what later rounds find only follows from what is left out
                self._fault(fault, model)
            data, told = kept, True

    def made(self, make: Callable[[], Made], also: Callable[[Finding], bool] = lambda _: True) -> Made:
        """What is made of all that is read. Raises ``ProtocolError`` with every finding, in the order of the file.

        Of what ``make`` refuses, the findings that ``also`` holds of are gathered too.
        """
        try:
            made = make()
        except ProtocolError as refused:
            for finding in filter(also, refused.findings):
                self.note((), finding)
            self.refuse()
            raise
        self.refuse()
        return made

    def refuse(self) -> None:
        """Raise ``ProtocolError`` with all that is gathered, in the order of the file; nothing where all is well."""
        if self._found:
            raise ProtocolError(sorted(self._found, key=lambda finding: self._found[finding]))

    def _fault(self, fault: Mapping[str, Any], model: type[BaseModel]) -> None:
        loc, kind, refused = fault["loc"], fault["type"], fault.get("ctx", {}).get("error")
        if kind in UNKNOWN:
            at, written = self._names[loc]
            known = [name.replace("_", " ") for name in known_at(model, loc[:-1])]
            what = f"unknown field '{short(written)}'"
            self._write(at, loc, _field(loc[:-1]) or written, what, nearest(written[:60], known))
        elif isinstance(refused, Unfit):
            for finding in refused.findings:
                self.note(loc, finding)
        elif kind == "literal_error" and isinstance(fault["input"], str):
            said = fault["input"]
            self.note(loc, Finding("", f"'{short(said)}' cannot be", nearest(said[:60], known_at(model, loc))))
        else:
            self.note(loc, Finding("", *_SHAPES.get(kind, (str(fault["msg"]), "Write it as in an example."))))

    def _line(self, loc: Loc) -> int:
        """The line of the longest beginning of a place that is known."""
        fits = (loc[:end] for end in range(len(loc), -1, -1))
        return next(self.lines[place] for place in fits if place in self.lines)

    def _where(self, at: int, field: str) -> str:
        return f"{self.name}, line {at}" + (f", {short(field, 100)}" if field else "")

    def _write(self, at: int, loc: Loc, field: str, what: str, fix: str) -> None:
        self.failed |= {str(loc[0])} if loc else set()
        self._found.setdefault(Finding(self._where(at, field), what, fix), at)


def _field(loc: Loc) -> str:
    return ", ".join(part for part in loc if isinstance(part, str))


def heard(read: Callable[[str], Any]) -> BeforeValidator:
    """A field that is written as one text, of which ``read`` makes what is meant; its refusals are collected."""

    def one(value: Any) -> Any:
        if not isinstance(value, str):
            raise Unfit(Finding("", *ONE_VALUE))
        return collected(read)(value)

    return BeforeValidator(one)


def collected(read: Callable[..., Any]) -> Callable[..., Any]:
    """The same step of a check, whose refusal pydantic collects with all others."""

    @wraps(read)
    def tried(*said: Any) -> Any:
        try:
            return read(*said)
        except EffleurageError as refused:
            raise Unfit(refused.findings) from None

    return tried


def _without(data: Any, locs: Iterable[Loc]) -> Any:
    """The data without what stands at these places, or what holds it; in a list, None keeps its place."""
    for loc in locs:
        data = _cut(data, loc)
    return data


def _cut(data: Any, loc: Loc) -> Any:
    part, rest = loc[0], loc[1:]
    inside = data[part] if isinstance(data, dict) and part in data else None
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        inside = data[part]
    kept = _cut(inside, rest) if rest and isinstance(inside, dict | list) and _holds(inside, rest[0]) else None
    if isinstance(data, list):
        return [kept if place == part else item for place, item in enumerate(data)]
    return {name: kept if name == part else item for name, item in data.items() if name != part or kept is not None}


def _holds(data: dict[str, Any] | list[Any], part: str | int) -> bool:
    return part in data if isinstance(data, dict) else isinstance(part, int) and part < len(data)
