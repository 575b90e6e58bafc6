"""YAML -> protocol. Everything wrong is said at once, each with its file, line, field and fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml

from effleurage.errors import Finding, ProtocolError, nearest, short
from effleurage.protocol.model import MOST_DAYS, Habits, Protocol, days_faults, people_faults
from effleurage.protocol.nodes import line, read_node, read_text
from effleurage.protocol.phrases import read_stimulus
from effleurage.protocol.times import NUMBER, clock, look_minutes, read_when
from effleurage.protocol.visits import Dose, Visit

FIELDS = ("title", "about", "days", "people", "habits", "timeline", "sample")
HABITS = {"lights out": "lights_out", "lights_out": "lights_out", "up": "up"}
MOST_ENTRIES = 1000
Value = TypeVar("Value")


def read_protocol(path: str | Path) -> Protocol:
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
    """The protocol in a YAML text; ``name`` is what findings call it."""
    return _Reader(name).read(read_node(text, name))


class _Reader:
    """Walks the nodes, collecting findings; what could be read is checked even where the rest could not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Finding] = []

    def read(self, root: yaml.MappingNode) -> Protocol:
        nodes = dict(self._pairs(root, "", FIELDS))
        for needed in ("title", "days"):
            if needed not in nodes:
                self._note(root, needed, "missing", f"Add a line '{needed}: ...'.")
        said: dict[str, Any] = {
            "title": self._word(nodes, "title"),
            "about": self._word(nodes, "about"),
            "days": self._days(nodes["days"]) if "days" in nodes else None,
            "people": self._people(nodes["people"]) if "people" in nodes else {},
            "habits": self._habits(nodes["habits"]) if "habits" in nodes else Habits(),
        }
        entries = list(self._timeline(nodes["timeline"])) if "timeline" in nodes else []
        said["timeline"] = tuple(entry for entry, _ in entries)
        if said["days"] is not None:
            self._collide(said, [where for _, where in entries])
        if "sample" in nodes:
            said["sample"] = self._sample(nodes["sample"], said["days"] or MOST_DAYS)
        protocol = None if self.found else self._tried(root, "", lambda: Protocol(**said))
        if protocol is None:
            raise ProtocolError(sorted(self.found, key=_line_said))
        return protocol

    def _collide(self, said: dict[str, Any], names: list[str]) -> None:
        shape = Protocol(title="", days=said["days"], habits=said["habits"])
        self.found += shape.model_copy(update={"timeline": said["timeline"]}).clashes(names)

    def _word(self, nodes: dict[str, yaml.Node], field: str) -> str:
        return self._scalar(nodes[field], field) or "" if field in nodes else ""

    def _days(self, node: yaml.Node) -> int | None:
        text = self._scalar(node, "days")
        if text is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            self._note(node, "days", f"'{short(text)}' is not a whole number", "Write digits, such as 56.")
            return None
        faults = days_faults(int(text))
        self._keep(node, "days", faults)
        return None if faults else int(text)

    def _people(self, node: yaml.Node) -> dict[str, Any]:
        people: dict[str, Any] = {}
        for name, value in self._pairs(node, "people"):
            where = f"people, {short(name)}"
            if isinstance(value, yaml.MappingNode):
                parts = {part: self._number(held, where) for part, held in self._pairs(value, where)}
                number: Any = None if None in parts.values() else parts
            else:
                number = self._number(value, where)
            if number is not None:
                people[name] = int(number) if isinstance(number, float) and number.is_integer() else number
                self._keep(value, "", people_faults({name: people[name]}))
        return people

    def _habits(self, node: yaml.Node) -> Habits:
        said: dict[str, float] = {}
        for name, value in self._pairs(node, "habits", tuple(HABITS)):
            text = self._scalar(value, f"habits, {name}")
            time = None if text is None else self._tried(value, f"habits, {name}", clock, text)
            if time is not None:
                said[HABITS[name]] = time
        return self._tried(node, "habits", Habits.model_validate, said) or Habits()

    def _timeline(self, node: yaml.Node) -> Iterator[tuple[Visit | Dose, str]]:
        example = "Write '- day 3 18:00: massage, swedish, back, 60 min'."
        if not isinstance(node, yaml.SequenceNode):
            if not (isinstance(node, yaml.ScalarNode) and not node.value):
                self._note(node, "timeline", "not a list", example)
            return
        if len(node.value) > MOST_ENTRIES:
            self._note(node, "timeline", f"{len(node.value)} entries", f"Write at most {MOST_ENTRIES}.")
            return
        for item in node.value:
            if not isinstance(item, yaml.MappingNode) or len(item.value) != 1:
                self._note(item, "timeline", "not one time and what is done", example)
                continue
            time, done = (self._scalar(part, "timeline") for part in item.value[0])
            if time is None or done is None:
                continue
            when = self._tried(item, "timeline", read_when, time)
            start, span = when or read_when("day 1 12:00")
            entry = self._tried(item, "timeline", read_stimulus, start, span, done)
            if when and entry:
                yield entry, self._where(item, "timeline")

    def _sample(self, node: yaml.Node, days: int) -> tuple[str, ...]:
        rules = []
        for item in node.value if isinstance(node, yaml.SequenceNode) else [node]:
            text = self._scalar(item, "sample")
            if text is not None and self._tried(item, "sample", look_minutes, text, days) is not None:
                rules.append(text)
        return tuple(rules)

    def _number(self, node: yaml.Node, field: str) -> float | None:
        text = self._scalar(node, field)
        if text is not None and not re.fullmatch(NUMBER, text):
            self._note(node, field, f"'{short(text)}' is not a number", "Write a number such as 5 or 0.5.")
            return None
        return None if text is None else float(text)

    def _pairs(self, node: yaml.Node, field: str, known: tuple[str, ...] = ()) -> Iterator[tuple[str, yaml.Node]]:
        """Names and values of a mapping, each name once and, where ``known`` is given, one of those."""
        if not isinstance(node, yaml.MappingNode):
            self._note(node, field, "not a list of 'name: value'", "Put each on an indented line of its own.")
            return
        seen = set()
        for key, value in node.value:
            name = self._scalar(key, field)
            if name is None:
                continue
            if name in seen:
                self._note(key, field or name, f"'{short(name)}' is written twice", "Keep one of them.")
            elif known and name not in known:
                what = f"unknown field '{short(name)}'"
                self._note(key, field or short(name), what, nearest(name[:60], known))
            else:
                yield name, value
            seen.add(name)

    def _scalar(self, node: yaml.Node, field: str) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return str(node.value)
        self._note(node, field, "one value is due here, not a list", "Write it on one line.")
        return None

    def _tried(self, node: yaml.Node, field: str, read: Callable[..., Value], *told: Any) -> Value | None:
        try:
            return read(*told)
        except ProtocolError as fault:
            self._keep(node, field, fault.findings)
            return None

    def _keep(self, node: yaml.Node, field: str, faults: Iterable[Finding]) -> None:
        for fault in faults:
            within = fault.where if fault.where not in (field, "when") else ""
            self._note(node, ", ".join(part for part in (field, within) if part), fault.what, fault.fix)

    def _note(self, node: yaml.Node, field: str, what: str, fix: str) -> None:
        self.found.append(Finding(self._where(node, field), what, fix))

    def _where(self, node: yaml.Node, field: str) -> str:
        return f"{self.name}, line {line(node)}" + (f", {field}" if field else "")


def _line_said(finding: Finding) -> int:
    """The line a finding of this reader names, to put findings in the order of the file."""
    said = re.search(r", line (\d+)", finding.where)
    return int(said[1]) if said else 0
