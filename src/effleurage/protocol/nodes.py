"""YAML that is safe to read: plain values and line numbers; no tags, no anchors, nothing huge or deep."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from effleurage.errors import Finding, ProtocolError

MOST_BYTES = 1_000_000
MOST_DEEP = 6

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TOO_DEEP = ("nested too deep", f"At most {MOST_DEEP} levels.")
_OPENS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSES = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def read_text(path: Path) -> str:
    """The text of a file; its size is looked at before it is read."""
    try:
        if not path.is_file():
            other = "is a folder, and no file" if path.is_dir() else "is no plain file"
            what = other if path.exists() else "there is no such file"
            raise _refusal(path.name or str(path), what, "Check the path.")
        if path.stat().st_size > MOST_BYTES:
            raise _too_big(path.name)
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        return raw.decode("utf-8-sig")
    except (OSError, ValueError) as fault:
        if isinstance(fault, UnicodeDecodeError):
            raise _refusal(path.name, "the file is not UTF-8 text", "Save it as UTF-8.") from None
        what = f"the file cannot be read ({fault})"
        raise _refusal(path.name, what, "Check the path and permissions.") from None


def read_node(text: str, name: str) -> yaml.MappingNode:
    """The mapping that ``text`` holds; raises ProtocolError where the YAML is anything but plain."""
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise _refusal(name, "the text is not Unicode", "Save it as UTF-8.") from None
    if size > MOST_BYTES:
        raise _too_big(name)
    try:
        if found := tuple(_suspicions(text, name)):
            raise ProtocolError(found)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f"{name}, line {mark.line + 1}" if mark else name
        problem = fault.problem or fault.context or ""
        if "nesting depth" in problem:  # the parser's own limit, met while it still looks ahead
            raise _refusal(where, *_TOO_DEEP) from None
        what = f"not YAML: {problem}"
        raise _refusal(where, what, "Check colons and indents.") from None
    except (yaml.YAMLError, ValueError, OverflowError) as fault:
        said = str(fault).splitlines()[0] if str(fault) else type(fault).__name__
        raise _refusal(name, f"not YAML: {said}", "Check for odd characters.") from None
    if node is None:
        raise _refusal(name, "the file is empty", "Give it a title, days and a timeline.")
    if not isinstance(node, yaml.MappingNode):
        raise _refusal(name, "not a list of fields", "Begin with 'title: ...' and 'days: ...'.")
    return node


def line(node: yaml.Node) -> int:
    """The line a node begins on, counted from 1."""
    return int(node.start_mark.line) + 1


def _suspicions(text: str, name: str) -> Iterator[Finding]:
    """Look at the events before anything is built from them; too deep ends the look."""
    depth = documents = 0
    event: Any  # PyYAML's stubs know less of its events than they hold
    for event in yaml.parse(text, Loader=_LOADER):
        where = f"{name}, line {event.start_mark.line + 1}"
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents == 2:
                yield Finding(where, "a second document", "One protocol a file: take out the '---'.")
        elif isinstance(event, yaml.AliasEvent):
            yield Finding(where, f"an alias (*{event.anchor})", "Write the value out.")
            continue
        elif getattr(event, "anchor", None):
            yield Finding(where, f"an anchor (&{event.anchor})", "Write the value out.")
        if getattr(event, "tag", None):
            yield Finding(where, f"a tag ({event.tag})", "Write the plain value.")
        depth += isinstance(event, _OPENS) - isinstance(event, _CLOSES)
        if depth > MOST_DEEP:
            yield Finding(where, *_TOO_DEEP)
            return


def _refusal(where: str, what: str, fix: str) -> ProtocolError:
    return ProtocolError(Finding(where, what, fix))


def _too_big(name: str) -> ProtocolError:
    return _refusal(name, "the file is over 1 MB", "It should be a page or two of text: is it the right file?")
