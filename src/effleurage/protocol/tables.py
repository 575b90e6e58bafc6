"""Tables in TOML, checked at the door: a table becomes what it holds, or everything wrong with it is said at once.

A row is a frozen dataclass; pydantic checks it strictly, as if it were JSON: a text is no number, a list is a tuple, a
field that nobody knows is refused.
"""

from __future__ import annotations

import json
import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import Field

from effleurage.errors import EffleurageError, Finding, Loc, Unfit, misfits

Kind = TypeVar("Kind")
NotNegative = Annotated[float, Field(ge=0)]
"""A spread, a size or a length."""
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]
Correlation = Annotated[float, Field(ge=-1, le=1)]
Grade: TypeAlias = Literal["A", "B", "C", "D"]
"""How well a number is known: from A, measured in people more than once, to D, assumed."""


@dataclass(frozen=True)
class Number:
    """A number of a table, in ``unit``, and how well it is known; ``low`` and ``high`` bound what may stand for it.

    >>> Number(1.0, "dimensionless", "assumed", "D", "strength", low=0.0, high=2.0).fault("light", 3.0).fix
    'Say 0 to 2 (strength).'
    """

    value: float
    unit: str
    source: str
    grade: Grade
    meaning: str
    low: float = -math.inf
    high: float = math.inf

    def __post_init__(self) -> None:
        if fault := self.fault("value", self.value):
            raise Unfit(fault)

    def fault(self, name: str, value: float) -> Finding | None:
        """What is wrong with ``value`` (in ``unit``) as a value of ``name``, if anything."""
        if self.low <= value <= self.high:
            return None
        unit = "" if self.unit == "dimensionless" else f" {self.unit}"
        what = f"{name} {value:g}{unit} cannot be"
        return Finding(name, what, f"Say {self.low:g} to {self.high:g}{unit} ({self.meaning}).")


def read_table(kind: type[Kind], text: str, where: str, refusal: type[EffleurageError] = EffleurageError) -> Kind:
    """What a TOML text holds, as a ``kind``: a dataclass, ``dict[str, Row]``, or a dataclass of ``tuple[Row, ...]``.

    ``where`` is what findings call the text. Raises ``refusal`` with every finding: file, table, field and fix.

    >>> from effleurage.errors import Finding
    >>> read_table(dict[str, tuple[str, ...]], 'sleep = ["nap", "doze"]', "words.toml")
    {'sleep': ('nap', 'doze')}
    >>> read_table(dict[str, Finding], 'a = {where = "b", what = 3, fixx = "d"}', "x.toml")
    Traceback (most recent call last):
    effleurage.errors.EffleurageError: x.toml, a, what: is not a text. Give a text.
    x.toml, a, fix: is missing. Give a text.
    x.toml, a, fixx: unknown field 'fixx'. Did you mean 'fix'?
    """
    return fitted(kind, parsed(text, where, refusal), where, refusal)


def read_rows(
    kind: type[Kind], rows: str, text: str, where: str, refusal: type[EffleurageError] = EffleurageError
) -> tuple[Kind, ...]:
    r"""The rows of a TOML text that holds nothing else: each begins with ``[[rows]]``. See ``read_table``.

    >>> from effleurage.errors import Finding
    >>> text = '[[hole]]\nwhere = "sock"\nwhat = "big"\nfix = "darn"'
    >>> [row.what for row in read_rows(Finding, "hole", text, "x.toml")]
    ['big']
    """
    table = parsed(text, where, refusal)
    if list(table) != [rows]:
        raise refusal(Finding(where, f"no rows of '{rows}', or something beside them", f"Begin each with [[{rows}]]."))
    every: dict[str, tuple[Kind, ...]] = fitted(dict[str, tuple[kind, ...]], table, where, refusal)  # type: ignore[valid-type]
    return every[rows]


def shipped_table(kind: type[Kind], package: str, *name: str) -> Kind:
    """What a TOML file of the package holds; ``name`` is its path below ``package``. See ``read_table``."""
    return read_table(kind, _shipped(package, name), name[-1])


def shipped_rows(kind: type[Kind], rows: str, package: str, *name: str) -> tuple[Kind, ...]:
    """The rows of a TOML file of the package; ``name`` is its path below ``package``. See ``read_rows``."""
    return read_rows(kind, rows, _shipped(package, name), name[-1])


def _shipped(package: str, name: tuple[str, ...]) -> str:
    return files(package).joinpath(*name).read_text(encoding="utf-8")


def parsed(text: str, where: str, refusal: type[EffleurageError] = EffleurageError) -> dict[str, Any]:
    """The plain data of a TOML text. Raises ``refusal`` where it is not TOML."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        said = error if isinstance(error, tomllib.TOMLDecodeError) else "a number too long, or lists nested too deep"
        raise refusal(Finding(where, f"not a TOML file ({said})", "Mend it.")) from None


def fitted(
    kind: type[Kind],
    table: Any,
    where: str,
    refusal: type[EffleurageError] = EffleurageError,
    context: Any = None,
) -> Kind:
    """Plain data of a TOML text as a ``kind``; see ``read_table``. ``context`` is for the kind's own validators."""
    from pydantic import ValidationError

    try:
        plain = json.dumps(table, default=str)
        made: Kind = _adapter(kind).validate_json(plain, strict=True, extra="forbid", context=context)  # type: ignore[arg-type]
    except ValidationError as refused:
        raise refusal(misfits(refused.errors(), kind, lambda loc: f"{where}, {place(loc)}")) from None
    return made


def place(loc: Loc) -> str:
    """``steps 3, source`` for a place in nested tables."""
    words: list[str] = []
    for part in loc:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words)


@cache
def _adapter(kind: Any) -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)
