"""Which published results the massage ring asks about: one rule, clause by clause, and no row chosen by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import cast

from effleurage.evidence.published.ledger import Ledger, Row, ledger


@dataclass(frozen=True)
class Question:
    """One result that the virtual people can be asked about.

    ``quantity`` stands for the outcome, in the direction ``turn`` (-1: it rises as the outcome falls). ``fit``:
    ``same`` measurement, only its ``sign``, ``part`` of a row of several outcomes, or ``near`` where the model has a
    relation of it at best. ``assumed``: what the arm or its comparator did is not described, and was supplied.
    ``weight``: parts of one row share it.
    """

    row: Row
    quantity: str
    turn: int
    fit: str
    assumed: bool
    weight: float

    @property
    def study(self) -> str:
        """The study that it comes from."""
        return self.row["study"]

    @property
    def answer(self) -> str:
        """What was published of the quantity: up, none or down, with massage less the comparator."""
        said = self.row["direction"]
        return {"up": "down", "down": "up"}.get(said, said) if self.turn < 0 else said


def comparable(found: Ledger) -> tuple[Row, ...]:
    """Results of trials in adults that set massage by hand against something else, seen in a text."""
    return _steps(found, _COMPARABLE)[-1][1]


def eligible(found: Ledger) -> list[tuple[str, tuple[Row, ...]]]:
    """Clause by clause: its words, and the results that are left after it; what it leaves out can be read off."""
    return _steps(found, (*_COMPARABLE, *_SIMULABLE))


def _steps(found: Ledger, clauses: tuple[Clause, ...]) -> list[tuple[str, tuple[Row, ...]]]:
    results, steps = found.results, [("all results", found.results)]
    for words, keeps in clauses:
        results = tuple(row for row in results if keeps(row, found))
        steps.append((words, results))
    return steps


def questions(found: Ledger) -> tuple[Question, ...]:
    """What the rule leaves, as questions; a row of several outcomes is asked once for each that the model has."""
    asked = []
    for row in eligible(found)[-1][1]:
        stands = _stands_for(row, found)
        assumed = any(
            entries[row[field]].get("assumed", False)
            for field, entries in (("technique", found.techniques), ("comparator", found.comparators))
        )
        asked += [Question(row, name, turn, fit, assumed, 1 / len(stands)) for name, turn, fit in stands]
    return tuple(asked)


@cache
def shipped_questions() -> tuple[Question, ...]:
    """The questions of the ledger that comes with the package."""
    return questions(ledger())


def _stands_for(row: Row, found: Ledger) -> list[tuple[str, int, str]]:
    """Quantity, turn and fit of all that the model has of a row's outcome."""
    outcome = found.outcomes[row["outcome"]]
    turn = int(cast(int, outcome.get("turn", 1)))
    if outcome.get("bundle"):
        return [(str(part), turn, "part") for part in cast(list[str], outcome.get("parts", []))]
    if outcome["quantity"]:
        return [(str(outcome["quantity"]), turn, str(outcome["fit"]))]
    return [(str(outcome["near"]), turn, "near")] if outcome.get("near") else []


Clause = tuple[str, Callable[[Row, Ledger], bool]]

_COMPARABLE: tuple[Clause, ...] = (
    ("between arms", lambda row, _: row["compared"] == "between-arm"),
    ("in people", lambda row, found: found.studies[row["study"]]["species"] == "human"),
    ("seen in a text, not remembered", lambda row, _: row["provenance"] != "memory"),
    ("not the mirror image of another row", lambda row, _: row["mirror"] == "no"),
    ("not the arm that others are compared with", lambda row, _: row["comparator"] != "reference"),
    ("a direction that the source states", lambda row, _: row["direction_inferred"] == "no"),
    ("a trial of its own, not a review", lambda row, found: found.studies[row["study"]]["design"] != "review"),
    ("an arm of massage by hand", lambda row, _: row["arm_kind"] == "massage"),
    (
        "not massage against massage",
        lambda row, _: row["comparator"] not in ("massage", "massage-in-others", "earlier-weeks"),
    ),
    ("in adults", lambda row, found: found.studies[row["study"]]["age"] == "adult"),
    ("more than one person", lambda row, _: row["n"] != "1"),
)

_SIMULABLE: tuple[Clause, ...] = (
    ("a technique that can be simulated", lambda row, found: found.techniques[row["technique"]]["protocol"] != ""),
    (
        "a comparator that can be simulated",
        lambda row, found: found.comparators[row["comparator"]]["protocol"] != "",
    ),
    ("an outcome that the virtual person has, or comes near", lambda row, found: bool(_stands_for(row, found))),
)
