"""The codebook of outcomes: what is measured, by what people call it, and which sizes of a change are known.

Its rows are those of ``outcomes.toml``. Instruments, scales, trials, published results and claims refer to them by id.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypeVar

from effleurage.errors import EffleurageError, Finding, nearest
from effleurage.protocol.tables import Correlation, Grade, NotNegative, Positive, fitted, parsed, shipped_table

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Size:
    """A size of a change, in the outcome's unit, or in ``%`` or ``fold`` of the person's usual level.

    ``source`` is a key, which ``cited`` gives in full.
    """

    value: NotNegative
    unit: str
    source: str
    grade: Grade

    @property
    def cited(self) -> str:
        """The source in full; its key where it is one of the body's."""
        return sources().get(self.source, self.source)


@dataclass(frozen=True)
class Norm:
    """Mean and SD of adults, and the correlation of two measurements as far apart as in a trial (``retest``)."""

    mean: float
    sd: Positive
    source: str
    grade: Grade
    retest: Correlation = math.nan
    retest_source: str = ""
    retest_grade: Grade | None = None


@dataclass(frozen=True)
class Outcome:
    """What is measured, by one way of measuring it; fields as in ``outcomes.toml``.

    ``low`` and ``high`` are the ends of a scale, in ``unit``; infinite where what is measured is no scale.

    Three sizes are kept apart, None where no source gives one: ``by_itself`` (how far one person differs from himself
    with nothing done), ``responder`` (from which change on one person counts as changed) and ``between_arms`` (the
    smallest difference between arms that is worth having in a trial).
    """

    name: str
    instrument: str
    quantity: str
    unit: str
    low: float = -math.inf
    high: float = math.inf
    near: str = ""
    turn: Literal[1, -1] = 1
    words: tuple[str, ...] = ()
    by_itself: Size | None = None
    responder: Size | None = None
    between_arms: Size | None = None
    norm: Norm | None = None

    @property
    def smallest(self) -> Size | None:
        """What a difference is held against: between arms if that is known, else of one person, else by itself.

        >>> codebook()["rmssd"].smallest.value  # nobody has said which change of it matters
        21.0
        """
        return self.between_arms or self.responder or self.by_itself

    @property
    def stand_in(self) -> str:
        """What ``smallest`` is where nobody has said which difference between arms is worth having; else empty."""
        if self.between_arms or not self.smallest:
            return ""
        if self.responder:
            return "a change in one person; what is worth having between arms is not known"
        return "how far one person differs from himself with nothing done; no change that matters is known"

    @property
    def called(self) -> tuple[str, ...]:
        """Everything that people call it, its name first, in small letters."""
        return tuple(dict.fromkeys((self.name.lower(), *self.words)))


@cache
def codebook() -> Mapping[str, Outcome]:
    """Id -> outcome, in the order in which a word of several is read.

    Example
    -------
    >>> codebook()["pain-rating"].name, codebook()["pain-rating"].responder.value
    ('pain NRS', 1.0)
    """
    return shipped_table(dict[str, Outcome], __package__, "outcomes.toml")


@cache
def sources() -> Mapping[str, str]:
    """Key -> citation, of the sources that the codebook itself brings."""
    return shipped_table(dict[str, str], __package__, "sources.toml")


def known_outcome(id: str, where: str) -> Outcome:
    """The outcome of an id that stands ``where``. Raises ``EffleurageError`` with the nearest id where none has it."""
    if id not in codebook():
        raise EffleurageError(Finding(where, f"no outcome '{id[:40]}' in the codebook", nearest(id[:40], codebook())))
    return codebook()[id]


def rows_about(kind: type[Kind], rows: str, package: str, name: str, **fields: str) -> tuple[Kind, ...]:
    """The rows of a TOML file of the package, each with what the codebook says of the outcome of its ``id``.

    ``fields``: field of the row -> field of ``Outcome``; a row without an id has none from there, and what a row says
    itself stands. Raises ``EffleurageError`` for an id that nothing has, and as ``read_table`` does.

    >>> from effleurage.lab.scales.keys import Scale
    >>> package = "effleurage.lab.scales"
    >>> found = rows_about(Scale, "scale", package, "scales.toml", outcome="name", low="low", high="high")
    >>> [(scale.outcome, scale.high) for scale in found if scale.id == "pain-rating"]
    [('pain NRS', 10.0)]
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    told = []
    for row in parsed(text, name)[rows]:
        outcome = known_outcome(row["id"], name) if "id" in row else None
        told.append({field: getattr(outcome, own) for field, own in fields.items() if outcome} | row)
    return fitted(tuple[kind, ...], told, name)  # type: ignore[valid-type]


def meant(word: str, among: Iterable[str] | None = None) -> tuple[str, ...]:
    """Ids of the outcomes that people call so, in the order of the codebook; ``among`` these ids, or all.

    >>> meant("Stress"), meant("blood_pressure"), meant("wellness")
    (('stress-rating',), ('systolic', 'diastolic'), ())
    """
    ids = _words().get(spaced(word), ())
    return tuple(id for id in ids if among is None or id in among)


def spaced(word: str) -> str:
    """A word as words are compared: small letters, with single spaces and nothing else between its parts.

    >>> spaced(" Heart-rate_Variability ")
    'heart rate variability'
    """
    return " ".join(word.casefold().replace("_", " ").replace("-", " ").split())


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for id, outcome in codebook().items():
        for word in outcome.called:
            found.setdefault(spaced(word), {})[id] = None
    return {word: tuple(ids) for word, ids in found.items()}
