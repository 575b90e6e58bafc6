"""What went wrong, said so that the reader can mend it.

EffleurageError            anything we refuse, with every finding at once
BodyError                the equations or the ledger are not a body
ProtocolError            a protocol that cannot be carried out
TargetError              a published target that cannot be tested
DataError                a measured file that cannot be read
RequestError             a name, number or option that does not exist
RunError                 a run that could not be finished or written

BeyondLife is a warning: people whose numbers no living person has.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: where it stands, what it is, and the fix; ``many`` where it stands for several alike."""

    where: str
    what: str
    fix: str
    many: int = 1

    def __str__(self) -> str:
        return f"{self.where}: {self.what}. {self.fix}" if self.where else f"{self.what}. {self.fix}"


class EffleurageError(Exception):
    """Base of all refusals; carries every finding at once, never only the first, and none twice (but counts).

    Example
    -------
    >>> import effleurage as ef
    >>> try:
    ...     ef.simulate("nowhere.yaml")
    ... except ef.EffleurageError as refused:
    ...     print(refused.findings[0])
    nowhere.yaml: there is no such file. Check the path.
    """

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        told = (findings,) if isinstance(findings, Finding) else findings
        once = {(place if finding.many > 1 else 0, finding): finding for place, finding in enumerate(told)}
        self.findings: tuple[Finding, ...] = tuple(once.values())
        super().__init__("\n".join(str(finding) for finding in self.findings))

    def __reduce__(self) -> tuple[type[EffleurageError], tuple[tuple[Finding, ...]]]:
        """Travel between processes with the findings, not with their text."""
        return type(self), (self.findings,)


class BodyError(EffleurageError):
    """The equations or the ledger do not make a body."""


class ProtocolError(EffleurageError):
    """A protocol that cannot be carried out."""


class TargetError(EffleurageError):
    """A published target that cannot be tested."""


class DataError(EffleurageError):
    """A measured file that cannot be read."""


class RequestError(EffleurageError):
    """A name, number or option that does not exist."""


class RunError(EffleurageError):
    """A run that could not be finished or written."""


class BeyondLife(UserWarning):
    """People who pass the limits of life: the model says nothing of what comes next."""


def short(text: str, most: int = 60) -> str:
    """The text, cut where it would drown a message."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


def as_text(word: str) -> str:
    r"""A word as Unicode text: bytes of a file's name or of an option that are no text stand in it as ``\udcff``."""
    return word.encode("utf-8", "backslashreplace").decode("utf-8")


SCREEN = 20
"""Lines of a list of findings (ours): one screen."""


def one_screen(findings: Sequence[Finding], total: int | None = None, more: str = "more like these") -> list[Finding]:
    """At most ``SCREEN`` findings; where there are more, or more in ``total``, the last one says how many."""
    total = len(findings) if total is None else total
    if total <= SCREEN:
        return list(findings)
    shown = list(findings[: SCREEN - 1])
    left = total - len(shown)
    return [*shown, Finding("", f"{left:,} {more}", "Mend the first ones and read the file again.", left)]


DENIAL = frozenset(("no", "not", "non", "without", "never", "except"))
"""Words beside which a known name is no hint: without them it says the reverse."""
MEANT = "Did you mean"
"""How a hint begins that names what was probably meant."""
FEW = 30
"""Names that are listed whole even where a command lists them too."""


def nearest(name: str, known: Iterable[str], lists: str = "") -> str:
    """Say which known name was probably meant, else all of them; the list comes from the registry, never by hand.

    lists: a command that lists them, which is named in their place where they are more than ``FEW``.
    """
    names = sorted(known)
    meant = {one.lower(): one for one in reversed(names) if one != name}
    said = name.lower()
    close = difflib.get_close_matches(said, meant, n=1, cutoff=0.6)
    held = close or sorted((one for one in meant if f" {one} " in f" {said} "), key=len)[-1:]
    if held and not {*said.split()} & DENIAL - {*held[0].split()}:
        return f"{MEANT} '{meant[held[0]]}'?"
    if lists and len(names) > FEW:
        return f"'{lists}' lists all {len(names)} that are known."
    return f"Known: {', '.join(names)}"


Loc: TypeAlias = tuple[str | int, ...]
"""Where something stands in nested data: names of tables and places in lists, from the outside in."""
UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
"""Kinds of a fault of pydantic's that say that a field is not known."""
KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", tuple: "a list"}


class Unfit(ValueError):
    """What a step of a check refuses, with its findings: pydantic collects it with everything else that is wrong."""

    def __init__(self, findings: Finding | Sequence[Finding]) -> None:
        self.findings = (findings,) if isinstance(findings, Finding) else tuple(findings)
        super().__init__("; ".join(finding.what for finding in self.findings))


def misfits(faults: Iterable[Mapping[str, Any]], kind: Any, where: Callable[[Loc], str]) -> list[Finding]:
    """Faults that pydantic finds in data that should be of a ``kind``, in our words; ``where`` names their place."""
    found = []
    for fault in faults:
        loc, refused = fault["loc"], fault.get("ctx", {}).get("error")
        if isinstance(refused, Unfit):
            for one in refused.findings:
                place = ", ".join(part for part in (where(loc), one.where) if part)
                found.append(Finding(place, one.what, one.fix))
        else:
            found.append(Finding(where(loc), *_misfit(fault, kind)))
    return found


def known_at(kind: Any, loc: Loc) -> tuple[str, ...]:
    """Names that may stand at a place of data of a ``kind``: the fields of a table, or the words of a closed list.

    A ``kind`` is a dataclass, a pydantic model, or a nest of them.

    >>> known_at(dict[str, tuple[Finding, ...]], ("files", 3))
    ('where', 'what', 'fix', 'many')
    """
    there = _at(kind, loc)
    return tuple(map(str, get_args(there))) if get_origin(there) is Literal else tuple(_fields(there))


def _misfit(fault: Mapping[str, Any], kind: Any) -> tuple[str, str]:
    """What is wrong with it, and the fix."""
    loc, said, told, sort = fault["loc"], fault["input"], fault.get("ctx", {}), fault["type"]
    due = _due(_at(kind, loc))
    if sort in UNKNOWN:
        return f"unknown field '{short(str(loc[-1]))}'", nearest(str(loc[-1])[:60], known_at(kind, loc[:-1]))
    if sort == "missing":
        return "is missing", f"Give {due}."
    if sort in ("too_short", "string_too_short") and not said:
        return "is empty", "Fill it in."
    if sort == "literal_error":
        return f"'{short(str(said))}' is not known", nearest(str(said)[:60], known_at(kind, loc))
    limits = {"ge": "{:g} or more", "gt": "more than {:g}", "le": "{:g} or less", "lt": "less than {:g}"}
    if limit := next((name for name in limits if name in told), ""):
        return f"{said} cannot be", f"Give {limits[limit].format(told[limit])}."
    if sort.endswith(("_type", "_parsing", "_from_float")):
        return f"is not {due}", f"Give {due}."
    return str(fault["msg"]), "See its neighbours."


def _at(kind: Any, loc: Loc) -> Any:
    """The type of what stands at a place of data of a ``kind``; None where that cannot be told."""
    kind = _plain(kind)
    for part in loc:
        inside = [one for one in get_args(kind) if one is not Ellipsis]
        known = _fields(kind)
        kind = _plain(known[str(part)] if str(part) in known else inside[-1] if inside else None)
    return kind


def _plain(kind: Any) -> Any:
    """A type without what is noted beside it, and without None where it may be left out."""
    while get_origin(kind) in (Annotated, Union, UnionType):
        kind = next(one for one in get_args(kind) if one is not NoneType)
    return kind


def _fields(kind: Any) -> dict[str, Any]:
    if is_dataclass(kind):
        return get_type_hints(kind, include_extras=True)
    return {name: field.annotation for name, field in getattr(kind, "model_fields", {}).items()}


def _due(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    return KINDS.get(get_origin(kind) or kind, "a table")
