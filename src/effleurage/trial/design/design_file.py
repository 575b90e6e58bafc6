"""YAML -> the design of a trial, and back. Everything wrong is said at once, with its file, line, field and fix."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import ValidationError

from effleurage.errors import Finding, ProtocolError, nearest, short
from effleurage.protocol.model import Habits
from effleurage.protocol.nodes import line, read_node, read_text
from effleurage.protocol.times import DAY, clock, tidy, time_of_day
from effleurage.trial.design.design import Arm, Design, Kind, Measure
from effleurage.trial.design.endpoints import PERCENT
from effleurage.trial.design.words import COMPARATORS, kind_of

EMPTY = "Give it a title, arms and outcomes."
MOST_ROWS = 50
"""Arms, or outcomes, of a trial."""
WORDS = ("title", "layout", "estimand", "analysis", "reason")
COUNTS = ("n", "sessions", "every", "washout", "block")
SHARES = ("adherence", "dropout", "missing", "therapist_icc", "alpha", "power")
FIELDS = tuple(Design.model_fields)
ONE_OF_KINDS = ", ".join(get_args(Kind))
HABITS = {"lights out": "lights_out", "up": "up"}

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?")
_UNITS = {"every": "days?", "washout": "days?", "after": "days?", "minutes": "min", "minutes after": "min"}
_EXACT = 1e15
_BREAKS = "[\x85\u2028\u2029\ufeff]"
"""Characters that YAML takes for the end of a line, or drops, unless they are escaped."""
Value = TypeVar("Value")


def read_design(path: str | Path) -> Design:
    """The design in a YAML file of at most 1 MB; raises ``ProtocolError`` with every finding."""
    path = Path(path)
    return parse_design(read_text(path), path.name)


def parse_design(text: str, name: str = "trial") -> Design:
    """The design in a YAML text, whose fields are those of ``Design``; ``name`` is what findings call it.

    An arm may be one word for its kind (``quiet rest``), an outcome one word (``cortisol``). What is not said is usual.
    """
    try:
        root = read_node(text, name)
    except ProtocolError as fault:
        shape = ("the file is empty", "not a list of fields")
        mended = [Finding(one.where, one.what, EMPTY if one.what in shape else one.fix) for one in fault.findings]
        raise ProtocolError(mended) from None
    return _Reader(name).read(root)


def as_yaml(design: Design) -> str:
    """The design as YAML with every field said, which ``parse_design`` reads back equal."""
    told = design.model_dump()
    told["arms"] = [{name: _plain(value) for name, value in arm.items()} for arm in told["arms"]]
    told["outcomes"] = [_measure(measure) for measure in told["outcomes"]]
    told["habits"] = {name: _clock(told["habits"][field]) for name, field in HABITS.items()}
    told["time"] = _clock(told["time"])
    told["people"] = {name: _plain(value) for name, value in told["people"].items()}
    kept = {name: _plain(value) for name, value in told.items() if value not in (None, {}, "") or name == "title"}
    spaced = {name.replace("_", " "): value for name, value in kept.items()}
    written, escaped = (
        str(yaml.safe_dump(spaced, sort_keys=False, allow_unicode=plain, width=10_000)) for plain in (True, False)
    )
    return escaped if re.search(_BREAKS, written) else written


def _measure(told: Mapping[str, Any]) -> dict[str, Any]:
    size = _plain(told["worthwhile"])
    said = dict(told) | {"time": _clock(told["time"]), "worthwhile": f"{size} {told['worthwhile_unit']}".strip()}
    if not told["worthwhile_unit"]:
        said["worthwhile"] = size
    del said["worthwhile_unit"]
    return {name.replace("_", " "): _plain(value) for name, value in said.items()}


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT else value


def _clock(minutes: float) -> str:
    """``14:00``, or the minutes since midnight where they are no whole ones."""
    whole = time_of_day(minutes) if minutes != DAY else "24:00"
    return whole if clock(whole) == minutes else f"{minutes!r} min"


class _Reader:
    """Walks the nodes, collecting findings; what could be read is checked even where the rest could not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Finding] = []
        self.places: dict[str, yaml.Node] = {}
        self.failed: set[str] = set()

    def read(self, root: yaml.MappingNode) -> Design:
        said: dict[str, Any] = {}
        for field, node in self._pairs(root, "", FIELDS):
            self.places[field] = node
            before = len(self.found)
            value = self._field(field, node)
            if len(self.found) > before:
                self.failed.add(field)
            if value is not None:
                said[field] = value
        for needed, example in (("title", "A trial"), ("arms", "[massage, quiet rest]"), ("outcomes", "[cortisol]")):
            if needed not in self.places:
                self._note(root, needed, "missing", f"Add a line '{needed}: {example}'.")
                self.failed.add(needed)
        usual: dict[str, Any] = {"title": "", "arms": (), "outcomes": ()}
        design = self._checked(root, "", Design, usual | said)
        if self.found or design is None:
            raise ProtocolError(sorted(dict.fromkeys(self.found), key=_line_said))
        return design

    def _field(self, field: str, node: yaml.Node) -> Any:
        if field == "arms":
            return tuple(self._rows(node, "arms", self._arm))
        if field == "outcomes":
            return tuple(self._rows(node, "outcomes", self._outcome))
        if field == "people":
            told = ((name, self._number(value, f"people, {name}")) for name, value in self._pairs(node, "people"))
            return {name: number for name, number in told if number is not None}
        if field == "habits":
            pairs = self._pairs(node, "habits", tuple(HABITS.values()))
            times = {name: self._time(value, f"habits, {name}") for name, value in pairs}
            return self._tried(node, field, Habits, {name: time for name, time in times.items() if time is not None})
        if field == "time":
            return self._time(node, field)
        if field in COUNTS:
            return self._whole(node, field)
        if field in SHARES:
            return self._share(node, field)
        return self._word(node, field, get_args(Design.model_fields[field].annotation))

    def _rows(self, node: yaml.Node, field: str, read: Callable[[yaml.Node, str], Value | None]) -> Iterator[Value]:
        rows = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if len(rows) > MOST_ROWS:
            self._note(node, field, f"{len(rows)} of them", f"Write at most {MOST_ROWS}.")
            return
        for row in rows:
            value = read(row, field)
            if value is not None:
                yield value

    def _arm(self, node: yaml.Node, field: str) -> Arm | None:
        said: dict[str, Any] = {}
        if isinstance(node, yaml.ScalarNode):
            said["kind"] = self._kind(node, field)
        else:
            for name, value in self._pairs(node, field, tuple(Arm.model_fields)):
                self.places[f"{field}#{id(node)}, {name}"] = value
                if name == "kind":
                    said[name] = self._kind(value, f"{field}, {name}")
                elif name in ("minutes", "expectation"):
                    said[name] = self._number(value, f"{field}, {name}")
                elif name == "therapists":
                    said[name] = self._whole(value, f"{field}, {name}")
                else:
                    said[name] = self._scalar(value, f"{field}, {name}")
        if "kind" not in said and isinstance(node, yaml.MappingNode):
            said["kind"] = self._named_kind(node, field, said)
        said = {name: value for name, value in said.items() if value is not None}
        said = {"name": said.get("kind", "massage")} | said
        arm = self._checked(node, field, Arm, said)
        self._mark(node, field, said["name"])
        return arm

    def _outcome(self, node: yaml.Node, field: str) -> Measure | None:
        said: dict[str, Any] = {}
        if isinstance(node, yaml.ScalarNode):
            said["outcome"] = self._scalar(node, field)
        else:
            for name, value in self._pairs(node, field, tuple(Measure.model_fields)):
                self.places[f"{field}#{id(node)}, {name}"] = value
                where = f"{field}, {name}"
                if name == "time":
                    said[name] = self._time(value, where)
                elif name == "after":
                    said[name] = self._whole(value, where)
                elif name == "minutes_after":
                    said[name] = self._number(value, where)
                elif name == "worthwhile":
                    said |= self._worthwhile(value, where)
                else:
                    said[name] = self._scalar(value, where)
        if "outcome" not in said and not isinstance(node, yaml.ScalarNode):
            self._note(node, field, "no outcome is named", "Add 'outcome: cortisol'.")
        said = {name: value for name, value in said.items() if value is not None}
        if "outcome" not in said:
            return None
        measure = self._checked(node, field, Measure, said)
        self._mark(node, field, measure.outcome if measure else said["outcome"])
        return measure

    def _mark(self, node: yaml.Node, field: str, name: str) -> None:
        """Remember where a row and its fields stand, by the name that findings will use."""
        self.places.setdefault(f"{field}, {name}", node)
        for place in [place for place in self.places if place.startswith(f"{field}#{id(node)}, ")]:
            self.places.setdefault(f"{field}, {name}, {place.partition(', ')[2]}", self.places[place])

    def _kind(self, node: yaml.Node, field: str) -> str | None:
        text = self._scalar(node, field)
        kind = None if text is None else kind_of(tidy(text))
        if text is not None and kind is None:
            words = [*get_args(Kind), *(word for also in COMPARATORS.values() for word in also)]
            self._note(node, field, f"'{short(text)}' is no kind of arm", nearest(text[:60], words))
        return kind

    def _named_kind(self, node: yaml.Node, field: str, said: Mapping[str, Any]) -> str | None:
        """The kind of an arm that says none: that of its name, or none for hands and for the first arm.

        Where neither tells it, or the name and the hands tell two, it is asked for.
        """
        name = tidy(said.get("name") or "")
        kind, rows = kind_of(name), self.places[field]
        first = node is (rows.value[0] if isinstance(rows, yaml.SequenceNode) else rows)
        hands = [one for one in ("technique", "pressure", "region") if said.get(one)]
        if kind in (None, "massage") and (kind or first or hands):
            return kind
        strokes = [one for one in hands if one != "region" and tidy(said[one]) != kind]
        if kind is not None and not strokes:
            return kind
        what = (
            f"no kind is said, and '{short(name)}' tells none"
            if kind is None
            else f"'{short(name)}' has no {strokes[0]}"
        )
        self._note(node, f"{field}, {name}".strip(", "), what, f"Add its kind, such as 'kind: rest': {ONE_OF_KINDS}.")
        return None

    def _worthwhile(self, node: yaml.Node, field: str) -> dict[str, Any]:
        text = self._scalar(node, field)
        if text is None:
            return {}
        number, _, unit = text.strip().partition(" ")
        if number.endswith(PERCENT) and not unit:
            number, unit = number[:-1], PERCENT
        value = self._amount(node, field, number)
        return {} if value is None else {"worthwhile": value, "worthwhile_unit": unit.strip()}

    def _word(self, node: yaml.Node, field: str, known: tuple[str, ...]) -> str | None:
        text = self._scalar(node, field)
        if text is not None and known and text not in known:
            self._note(node, field, f"'{short(text)}' cannot be", nearest(text[:60], known))
            return None
        return text

    def _whole(self, node: yaml.Node, field: str) -> int | None:
        text = self._bare(node, field)
        if text is not None and not re.fullmatch(r"[-+]?\d{1,9}", text):
            self._note(node, field, f"'{short(text)}' is not a whole number", "Write digits, such as 6.")
            return None
        return None if text is None else int(text)

    def _number(self, node: yaml.Node, field: str) -> float | None:
        text = self._bare(node, field)
        return None if text is None else self._amount(node, field, text)

    def _share(self, node: yaml.Node, field: str) -> float | None:
        text = self._bare(node, field)
        if text is None or not text.endswith(PERCENT):
            return None if text is None else self._amount(node, field, text)
        value = self._amount(node, field, text[:-1].strip())
        return None if value is None else value / 100

    def _time(self, node: yaml.Node, field: str) -> float | None:
        text = self._scalar(node, field)
        if text is None or not text.endswith(" min"):
            return None if text is None else self._tried(node, field, clock, text)
        return self._amount(node, field, text.removesuffix(" min"))

    def _bare(self, node: yaml.Node, field: str) -> str | None:
        """A number without the unit that the field has anyway."""
        text = self._scalar(node, field)
        unit = _UNITS.get(field.split(", ")[-1].replace("_", " "))
        return text if text is None or unit is None else re.sub(rf" ?{unit}$", "", text)

    def _amount(self, node: yaml.Node, field: str, text: str) -> float | None:
        value = float(text) if len(text) <= 40 and _NUMBER.fullmatch(text.lower()) else math.nan
        if not math.isfinite(value):
            self._note(node, field, f"'{short(text)}' is not a number", "Write a number such as 5 or 0.5.")
            return None
        return value

    def _pairs(self, node: yaml.Node, field: str, known: tuple[str, ...] = ()) -> Iterator[tuple[str, yaml.Node]]:
        """Names and values of a mapping, each name once and, where ``known`` is given, one of those."""
        if not isinstance(node, yaml.MappingNode):
            self._note(node, field, "not a list of 'name: value'", "Put each on an indented line of its own.")
            return
        seen = set()
        for key, value in node.value:
            told = self._scalar(key, field)
            if told is None:
                continue
            name = told.replace(" ", "_")
            if name in seen:
                self._note(key, field or name, f"'{short(told)}' is written twice", "Keep one of them.")
            elif known and name not in known:
                spaced = [one.replace("_", " ") for one in known]
                what = f"unknown field '{short(told)}'"
                self._note(key, field or short(told), what, nearest(told[:60], spaced))
            else:
                yield name, value
            seen.add(name)

    def _scalar(self, node: yaml.Node, field: str) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self._note(node, field, "one value is due here, not a list", "Write it on one line.")
        return None

    def _tried(self, node: yaml.Node, field: str, read: Callable[..., Value], told: Any) -> Value | None:
        try:
            return read(**told) if isinstance(told, dict) else read(told)
        except ProtocolError as fault:
            for one in fault.findings:
                self._note(node, field, one.what, one.fix)
            return None

    def _checked(self, node: yaml.Node, field: str, make: Callable[..., Value], said: dict[str, Any]) -> Value | None:
        """What is made of it; a finding stands at the line of what it is about, and only if that could be read."""
        try:
            return make(**said)
        except ProtocolError as fault:
            for one in fault.findings:
                if one.where.split(", ")[0] not in self.failed or one.where not in FIELDS:
                    self._note(self._place(one.where, node), one.where.replace("_", " "), one.what, one.fix)
        except ValidationError as fault:
            for error in fault.errors():
                where = ", ".join([field, *(str(part) for part in error["loc"])]).strip(", ")
                self._note(node, where, str(error["msg"]), "Write it as in the example of a trial.")
        return None

    def _place(self, where: str, root: yaml.Node) -> yaml.Node:
        """The node of the longest known beginning of ``where``."""
        fits = [place for place in self.places if where == place or where.startswith(f"{place}, ")]
        return self.places[max(fits, key=len)] if fits else root

    def _note(self, node: yaml.Node, field: str, what: str, fix: str) -> None:
        where = f"{self.name}, line {line(node)}" + (f", {short(field)}" if field else "")
        self.found.append(Finding(where, what, fix))


def _line_said(finding: Finding) -> int:
    said = re.search(r", line (\d+)", finding.where)
    return int(said[1]) if said else 0
