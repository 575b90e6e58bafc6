"""A claim about massage and immunity: what is said, what measures it, and which links and sizes it rests on.

A file of ``claims/`` is one claim; its keys are those of the dataclasses below. Words that must be known elsewhere
(a source, an outcome, a study) are looked up while a file is read, in the ``Lexicon`` that the reader gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WrapValidator

from effleurage.errors import Finding, Unfit, nearest
from effleurage.lab.outcomes.codebook import codebook
from effleurage.protocol.tables import Grade

Way = Literal["stress", "parasympathetic", "circulation", "sleep", "cancer"]
Direction = Literal["up", "down"]
Occasion = Literal["acute", "course", ""]
Lexicon: TypeAlias = Mapping[str, Callable[[str], tuple[str, str] | None]]
"""Kind of a word -> a function that says what is wrong with such a word, and the fix; None where it is known."""
RELATIVE = ("%", "fold")
"""Units of a smallest change that is relative to the person's usual level."""


def known(kind: str) -> AfterValidator:
    """A word, or each word of a list, that the lexicon of the reader has as one of a ``kind``."""

    def looked_up(name: Any, info: ValidationInfo) -> Any:
        lexicon: Lexicon = info.context or {}
        words = name if isinstance(name, tuple) else (name,)
        faults = [fault for word in words if kind in lexicon and (fault := lexicon[kind](word))]
        if faults:
            raise Unfit([Finding("", what, fix) for what, fix in faults])
        return name

    return AfterValidator(looked_up)


def _as_written(value: Any, checked: Callable[[Any], float]) -> float:
    """A number that stays as it is written: 10 is not told as 10.0."""
    checked(value)
    return value  # type: ignore[no-any-return]


Number = Annotated[float, WrapValidator(_as_written)]


def _of_the_codebook(value: Any) -> Any:
    """What is said of a smallest change; of an id of the codebook, the size that it knows."""
    if not isinstance(value, str):
        return value
    sized = {id: outcome.smallest for id, outcome in codebook().items() if outcome.smallest}
    if value not in sized:
        raise Unfit([Finding("", f"no size of '{value[:40]}' is in the codebook", nearest(value[:40], sized))])
    return asdict(sized[value])


Text = Annotated[str, Field(min_length=1)]
Sources = Annotated[tuple[Text, ...], Field(min_length=1), known("source")]
Study = Annotated[Text, known("study")]
People = Annotated[str, known("population")]


@dataclass(frozen=True)
class ClaimedOutcome:
    """An outcome of the massage ledger, and the way it goes if the claim is true."""

    id: Annotated[Text, known("outcome")]
    claimed: Direction


@dataclass(frozen=True)
class Smallest:
    """The smallest change that matters, in the unit of the claim, or in % or fold of the person's usual level.

    A claim gives it as the id of an outcome in the codebook, or whole where the codebook has no such outcome.
    """

    value: Number
    unit: Text
    source: Annotated[Text, known("source")]
    grade: Grade


@dataclass(frozen=True)
class Step:
    """One link of the mechanism; ``grade`` is that of the body's ledger."""

    arrow: Text
    source: Annotated[tuple[Text, ...], Field(min_length=1), known("link")]
    grade: Grade
    note: str


@dataclass(frozen=True)
class Sourced:
    """A text and what it rests on."""

    text: Text
    sources: Sources


@dataclass(frozen=True)
class Narrower:
    """A statement that may hold where the claim does not: filters of published results, never a result.

    Empty means no filter. ``population`` is read by ``among``.
    """

    statement: Text
    outcomes: Annotated[tuple[ClaimedOutcome, ...], Field(min_length=1)]
    occasion: Occasion
    comparators: Annotated[tuple[str, ...], known("comparator")]
    population: People


@dataclass(frozen=True)
class Wording:
    """What a leaflet may say, by verdict."""

    supported: Text
    narrower: Text
    not_shown: Text
    contradicted: Text
    untested: Text


@dataclass(frozen=True)
class Cited:
    """A study that the article cites: what it is cited for, what it measured, and whether the two agree."""

    study: Study
    said: Text
    measured: Text
    agrees: bool


@dataclass(frozen=True)
class Harm:
    """An unwanted result that a study of the massage ledger reports."""

    study: Study
    text: Text


@dataclass(frozen=True)
class Claim:
    """One claim. ``quantity`` is a read-out of the model, or empty; ``caution`` stands above any number."""

    id: Text
    way: Way
    claim: Text
    direction: Direction
    quantity: Annotated[str, known("quantity")]
    unit: str
    outcomes: Annotated[tuple[ClaimedOutcome, ...], Field(min_length=1)]
    comparator: Text
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    bound: Sourced
    narrower: Annotated[tuple[Narrower, ...], Field(min_length=1)]
    wording: Wording
    smallest: Annotated[Smallest | None, BeforeValidator(_of_the_codebook)] = None
    smallest_note: str = ""
    population: People = ""
    cited: tuple[Cited, ...] = ()
    caution: Sourced | None = None
    harms: tuple[Harm, ...] = ()
