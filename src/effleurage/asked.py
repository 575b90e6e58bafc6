"""What a function of the front door is given, held against the kinds that it names before it begins."""

from __future__ import annotations

import builtins
import inspect
import numbers
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from effleurage.errors import KINDS, Finding, RequestError, nearest, short

Asked = TypeVar("Asked", bound=Callable[..., Any])
OWN_WORDS = "refused in its own words"
"""Noted beside a type (``Annotated``) which its reader refuses better than could be done here."""
MOST_BYTES = 8e9
"""Memory that what is asked for at once may take (ours): what a laptop has."""
LONGEST = 2**63
"""No whole number that we are given is longer than a processor's own."""
_NUMBERS = {int: numbers.Integral, float: numbers.Real}
_LISTS = (Iterable, Sequence)
_WORDS = KINDS | {os.PathLike: "a path", Mapping: "a dict", Callable: "a function", Iterable: "a list"}
_WORDS |= {Sequence: "a list"}


def asked(function: Asked) -> Asked:
    """The function as people ask it: what is given must be of the kinds that it names, else ``RequestError``.

    Numbers of NumPy become Python's own. A kind that only type checkers know is not looked at.

    Example
    -------
    >>> @asked
    ... def half(number: float) -> float:
    ...     return number / 2
    >>> half("four")
    Traceback (most recent call last):
    effleurage.errors.RequestError: number: 'four' cannot be. Give a number.
    """

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        signature, kinds = _asks(function)
        _refuse_unknown(function.__name__, signature, kwargs)
        try:
            given = signature.bind(*args, **kwargs)
        except TypeError:
            return function(*args, **kwargs)  # which says what is missing, by its own name
        check({name: (value, kinds[name]) for name, value in given.arguments.items() if name in kinds})
        given.arguments.update({name: plain(value) for name, value in given.arguments.items()})
        return function(*given.args, **given.kwargs)

    return checked  # type: ignore[return-value]


def check(given: Mapping[str, tuple[Any, Any]]) -> None:
    """Raise ``RequestError`` with every value that is not of its kind; ``given``: name -> value and kind."""
    faults = [
        Finding(name, f"{as_given(value)} cannot be", f"Give {_words(kind)}.")
        for name, (value, kind) in given.items()
        if not _fits(value, kind)
    ]
    if faults:
        raise RequestError(faults)


def afford(where: str, what: str, number: int, each: float, instead: str = "") -> None:
    """Raise ``RequestError`` where ``number`` of ``what``, each so many bytes, take more memory than ``MOST_BYTES``.

    >>> afford("draws", "draws", 10**9, 1e4)
    Traceback (most recent call last):
    effleurage.errors.RequestError: draws: 1,000,000,000 draws take 10,000 GB of memory. Ask for at most 800,000.
    """
    if number * each > MOST_BYTES:
        told = f"{number:,} {what} take {number * each / 1e9:,.0f} GB of memory"
        fix = f"Ask for at most {int(MOST_BYTES / each):,}{instead}."
        raise RequestError(Finding(where, told, fix))


def plain(value: Any) -> Any:
    """Python's own number for a number of NumPy's, also inside a dict; anything else as it is."""
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value.item() if getattr(value, "ndim", None) == 0 and hasattr(value, "item") else value


def a_kind(value: Any) -> str:
    """What a value is, for a sentence.

    >>> a_kind(7), a_kind("seven"), a_kind(None)
    ('an int', 'a str', 'None')
    """
    return "None" if value is None else _article(type(value).__name__)


def as_given(value: Any) -> str:
    """What was given, as a message shows it, however long it is.

    >>> as_given(10**5000), as_given("seven"), as_given([7])
    ('a number of thousands of digits', "'seven'", 'a list')
    """
    try:
        return short(repr(value)) if isinstance(value, str | int | float | None) else a_kind(value)
    except ValueError:  # Python writes no longer ones
        return "a number of thousands of digits"


def _is_long(value: Any) -> bool:
    return isinstance(value, int) and not -LONGEST <= value < LONGEST


class _Unknown(type):
    """The kind of a name that only type checkers know, and of whatever is asked of it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown

    def __getitem__(cls, name: Any) -> Any:
        return Unknown


class Unknown(metaclass=_Unknown):
    """What anything fits."""


class _Names(dict[str, Any]):
    """Names of a module, where one that only type checkers know is ``Unknown``."""

    def __missing__(self, name: str) -> Any:
        return getattr(builtins, name, Unknown)


@cache
def _asks(function: Callable[..., Any]) -> tuple[inspect.Signature, dict[str, Any]]:
    names = _Names(vars(sys.modules[function.__module__]))
    return inspect.signature(function), get_type_hints(function, {}, names, include_extras=True)


def _refuse_unknown(name: str, signature: inspect.Signature, options: Iterable[str]) -> None:
    known = signature.parameters
    unknown = [one for one in options if one not in known]
    if unknown and not any(one.kind is inspect.Parameter.VAR_KEYWORD for one in known.values()):
        raise RequestError([Finding(one, f"{name} has no such option", nearest(one, known)) for one in unknown])


def _fits(value: Any, kind: Any) -> bool:
    """Whether a value is of a kind; what cannot be told is."""
    value, inside, origin = plain(value), get_args(kind), get_origin(kind) or kind
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in inside)
    if origin in (Any, Unknown):
        return True
    if origin is Annotated:
        return OWN_WORDS in inside or _fits(value, inside[0])
    if origin is Literal:
        return isinstance(value, type(inside[0])) and value in inside
    if origin in _NUMBERS:
        return isinstance(value, _NUMBERS[origin]) and not isinstance(value, bool) and not _is_long(value)
    if origin in _LISTS:
        if isinstance(value, str | bytes | Mapping) or not hasattr(value, "__iter__"):
            return False
        return not isinstance(value, list | tuple) or all(_fits(part, inside[0]) for part in value)
    return not isinstance(origin, type) or isinstance(value, origin)


def _words(kind: Any) -> str:
    """What is due, as a reader is told."""
    inside, origin = get_args(kind), get_origin(kind) or kind
    if origin in (Union, UnionType):
        *most, last = dict.fromkeys(_words(part) for part in inside if part is not NoneType)
        return f"{', '.join(most)} or {last}" if most else last
    if origin is Literal:
        return " or ".join(f"'{word}'" for word in inside)
    if origin in _LISTS and isinstance(inside[0], type) and inside[0] in KINDS:
        return f"a list, each {_WORDS[inside[0]]}"
    return _WORDS.get(origin) or _article(origin.__name__)


def _article(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
