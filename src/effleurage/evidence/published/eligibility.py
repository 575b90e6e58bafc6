"""Why a published result is left out: one table of reasons, with the uses that ask for each; no row chosen by hand.

Four uses ask the ledger something, and what they leave out differs only as ``USES`` says: what a claim may *name*, what
``effleurage evidence`` sets side by side, what votes in a *verdict*, and what the *ring* asks virtual people.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.published.results import Direction, Result, Study

Use = Literal["naming", "evidence", "verdict", "ring"]

USES: Mapping[Use, str] = {
    "naming": "A claim may name an outcome, a study or a kind of people once a result of it was seen in a text.",
    "evidence": "A reader may look for any people, so infants and children are shown, with their age told.",
    "verdict": "Claims are about adults; each keeps to its own outcomes, occasion, comparators and people.",
    "ring": "Virtual people are adults, and can be asked only about what they have and what can be done to them.",
}
"""Why each use leaves out what it does."""


@dataclass(frozen=True)
class Scope:
    """What a statement is about; empty means anything. ``population``: words of the people, with " or " between them.

    >>> Scope(occasion="course", population="cancer or oncology").occasion
    'course'
    """

    outcomes: Collection[str] = ()
    occasion: str = ""
    comparators: Collection[str] = ()
    population: str = ""


ANYTHING = Scope()


@dataclass(frozen=True)
class Reason:
    """Why a result is left out: a ``name``, the ``words`` for a reader, when it ``holds``, and the uses that ask it."""

    name: str
    words: str
    holds: Callable[[Result, Ledger, Scope], bool]
    uses: frozenset[Use]


def among(result: Result, study: Study, population: str) -> bool:
    """Whether a result is about people of one of the words of ``population``.

    Looked for in the result's own group; where it has none, in the population of its study.
    """
    people = (result.group or study.population).lower()
    return not population or any(word in people for word in population.lower().split(" or "))


def sorted_out(
    results: Sequence[Result], book: Ledger, use: Use, scope: Scope = ANYTHING
) -> dict[Reason | None, list[Result]]:
    """Results by the first reason that holds of each, and under None those that are left in."""
    found: dict[Reason | None, list[Result]] = {None: []}
    for result in results:
        found.setdefault(why_left_out(result, book, use, scope), []).append(result)
    return found


def why_left_out(result: Result, book: Ledger, use: Use, scope: Scope = ANYTHING) -> Reason | None:
    """The first reason of the table for which a use leaves a result out; None where it is left in."""
    return next((one for one in REASONS if use in one.uses and one.holds(result, book, scope)), None)


def left_in(book: Ledger, use: Use, scope: Scope = ANYTHING) -> tuple[Result, ...]:
    """The results of a ledger that a use leaves in, in its order.

    >>> len(left_in(ledger(), "ring")) < len(left_in(ledger(), "verdict")) < len(left_in(ledger(), "evidence"))
    True
    """
    return tuple(sorted_out(book.results, book, use, scope)[None])


def first_of_each_study(results: Iterable[Result]) -> tuple[Result, ...]:
    """One result a study: its first acute one in the order of the source, else its first, whatever it found."""
    chosen: dict[str, Result] = {}
    for result in sorted(results, key=lambda result: result.occasion != "acute"):
        chosen.setdefault(result.study, result)
    return tuple(chosen.values())


@dataclass(frozen=True)
class Question:
    """One result that the virtual people can be asked about.

    ``quantity`` stands for the outcome, in the direction ``turn`` (-1: it rises as the outcome falls). ``fit``:
    ``same`` measurement, only its ``sign``, ``part`` of a row of several outcomes, or ``near`` where the model has a
    relation of it at best. ``assumed``: what the arm or its comparator did is not described, and was supplied.
    ``weight``: parts of one row share it. ``stressor``: what provoked both arms, as a protocol says it without its
    time; it ends as the session begins, or begins ``stressor_after`` minutes after it.
    """

    result: Result
    quantity: str
    turn: int
    fit: str
    assumed: bool
    weight: float
    stressor: str = ""
    stressor_after: float | None = None

    @property
    def study(self) -> str:
        """The study that it comes from."""
        return self.result.study

    @property
    def answer(self) -> Direction:
        """What was published of the quantity: up, none or down, with massage less the comparator."""
        turned: Mapping[Direction, Direction] = {"up": "down", "none": "none", "down": "up"}
        return turned[self.result.direction] if self.turn < 0 else self.result.direction


@dataclass(frozen=True)
class Counted:
    """How much is asked: ``questions`` about ``results`` of ``studies``; a result of several outcomes is asked of each.

    >>> Counted.of(shipped_questions()).words
    '99 questions about 93 results of 48 studies'
    """

    questions: int
    results: int
    studies: int

    @classmethod
    def of(cls, asked: Sequence[Question]) -> Counted:
        """Count the questions, and the results and studies that they are about."""
        return cls(len(asked), len({one.result.id for one in asked}), len({one.study for one in asked}))

    @property
    def words(self) -> str:
        """The count in words."""
        return f"{self.questions} questions about {self.results} results of {self.studies} studies"


def questions(book: Ledger) -> tuple[Question, ...]:
    """What the ring leaves in, as questions; a row of several outcomes is asked once for each that the model has."""
    asked = []
    for result in left_in(book, "ring"):
        stands = _stands_for(result, book)
        assumed = any(
            entries[word].get("assumed", False)
            for word, entries in ((result.technique, book.techniques), (result.comparator, book.comparators))
        )
        asked += [Question(result, name, turn, fit, assumed, 1 / len(stands)) for name, turn, fit in stands]
    return tuple(asked)


@cache
def shipped_questions() -> tuple[Question, ...]:
    """The questions of the ledger that comes with the package."""
    return questions(ledger())


def _stands_for(result: Result, book: Ledger) -> list[tuple[str, int, str]]:
    """Quantity, turn and fit of all that the model has of a result's outcome."""
    outcome = book.outcomes[result.outcome]
    if outcome.bundle:
        return [(part, outcome.turn, "part") for part in outcome.parts]
    if outcome.quantity:
        return [(outcome.quantity, outcome.turn, outcome.fit)]
    return [(outcome.near, outcome.turn, "near")] if outcome.near else []


_ALL: frozenset[Use] = frozenset({"naming", "evidence", "verdict", "ring"})
_COMPARED: frozenset[Use] = frozenset({"evidence", "verdict", "ring"})
_ADULTS: frozenset[Use] = frozenset({"verdict", "ring"})
_VERDICT: frozenset[Use] = frozenset({"verdict"})
_RING: frozenset[Use] = frozenset({"ring"})
_MASSAGES = ("massage", "massage-in-others", "earlier-weeks")
"""Comparators that are massage too."""

REVIEW = Reason(
    "review", "of a review: shown apart", lambda result, book, _: book.study_of(result).design == "review", _COMPARED
)
WITHIN = Reason(
    "within an arm",
    "a change within one arm, compared with nothing: shown apart",
    lambda result, book, _: not result.between_arms,
    _COMPARED,
)
REASONS: tuple[Reason, ...] = (
    Reason("memory", "remembered, not seen in a text", lambda result, book, _: result.provenance == "memory", _ALL),
    Reason("animals", "in animals", lambda result, book, _: book.study_of(result).species != "human", _COMPARED),
    REVIEW,
    Reason(
        "no massage",
        "an arm without massage by hand, or a control's mirror",
        lambda result, book, _: result.arm_kind != "massage",
        _COMPARED,
    ),
    WITHIN,
    Reason(
        "mirror",
        "a control's mirror",
        lambda result, book, _: result.mirror != "no" or result.comparator == "reference",
        _COMPARED,
    ),
    Reason("massages", "massage against massage", lambda result, book, _: result.comparator in _MASSAGES, _COMPARED),
    Reason(
        "inferred",
        "its direction is inferred, not stated",
        lambda result, book, _: result.direction_inferred,
        _COMPARED,
    ),
    Reason("one person", "one person", lambda result, book, _: result.n == 1, _COMPARED),
    Reason("not adults", "not in adults", lambda result, book, _: book.study_of(result).age != "adult", _ADULTS),
    Reason(
        "technique",
        "a technique that cannot be simulated",
        lambda result, book, _: not book.techniques[result.technique]["protocol"],
        _RING,
    ),
    Reason(
        "comparator",
        "a comparator that cannot be simulated",
        lambda result, book, _: not book.comparators[result.comparator]["protocol"],
        _RING,
    ),
    Reason(
        "outcome",
        "an outcome that the virtual person neither has nor comes near",
        lambda result, book, _: not _stands_for(result, book),
        _RING,
    ),
    Reason(
        "other outcome",
        "another outcome than the claim's",
        lambda result, book, scope: bool(scope.outcomes) and result.outcome not in scope.outcomes,
        _VERDICT,
    ),
    Reason(
        "other occasion",
        "another occasion than the claim's",
        lambda result, book, scope: bool(scope.occasion) and result.occasion != scope.occasion,
        _VERDICT,
    ),
    Reason(
        "other comparator",
        "another comparator than the claim's",
        lambda result, book, scope: bool(scope.comparators) and result.comparator not in scope.comparators,
        _VERDICT,
    ),
    Reason(
        "other people",
        "other people than the claim's",
        lambda result, book, scope: not among(result, book.study_of(result), scope.population),
        _VERDICT,
    ),
)
"""Every reason there is, in the order in which it is told: the first that holds counts."""
