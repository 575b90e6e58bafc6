"""What the ledger holds about an outcome: trials side by side, pooled where there are enough, and how sure that is.

Rules, and no row chosen by hand. A result that compares massage with something else counts once for each study and
quantity: the first acute one in the order of the source, else the first; whether it has a size plays no part in the
choice. What is remembered, in animals, of a review, within one arm or against another massage is counted apart.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from effleurage.evidence.published.asked_outcome import results_of
from effleurage.evidence.published.cells import cell_of
from effleurage.evidence.published.certainty import Grade, grade
from effleurage.evidence.published.effects import (
    CORRELATION,
    FROM_P,
    SENSITIVITY,
    Effect,
    Unsized,
    between,
    check_correlation,
    within,
)
from effleurage.evidence.published.eligibility import REVIEW, WITHIN, first_of_each_study, sorted_out
from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.published.results import Result, Study
from effleurage.shown import Shown
from effleurage.statistics.pooling import FEWEST, Pooled, pooled

LEANS = "sizes from p exist only where a difference was found, so the mean leans away from none"
REPEATED = "another time, arm or scale of a study that counts once"
"""Why a result that is compared is left out all the same: its study has a line already."""
_HARM = re.compile(r"\b(adverse|side.effects?|harm(s|ed|ful)?|injur\w+|bruis\w+|tolerated)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One study of one quantity: its result, the study, and the effect."""

    result: Result
    study: Study
    effect: Effect | Unsized

    @property
    def people(self) -> int:
        """Persons of the result; 0 where the source does not tell."""
        return self.result.n or 0


@dataclass(frozen=True)
class Group:
    """Studies of one quantity (or of one outcome that the model has not).

    ``better``: the direction that is good for a person, or empty. ``pool`` is None below FEWEST sizes; ``otherwise``
    is the same pool at the correlations of SENSITIVITY, where the assumed one went in.
    """

    name: str
    meanings: tuple[str, ...]
    better: str
    lines: tuple[Line, ...]
    pool: Pooled | None
    otherwise: Mapping[float, Pooled]
    caution: str
    grade: Grade

    @property
    def directions(self) -> dict[str, int]:
        """Studies by direction, massage less comparator: down, none, up."""
        return {name: sum(line.result.direction == name for line in self.lines) for name in ("down", "none", "up")}

    @property
    def sized(self) -> tuple[Line, ...]:
        """The studies that have a size."""
        return tuple(line for line in self.lines if isinstance(line.effect, Effect))


@dataclass(frozen=True)
class Evidence(Shown):
    """All about one word: groups, then what stands apart, then why others are left out (words to ids of results)."""

    asked: str
    correlation: float
    groups: tuple[Group, ...]
    reviews: tuple[Result, ...]
    within: tuple[Line, ...]
    left_out: Mapping[str, tuple[str, ...]]
    harms: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "outcome": self.asked,
            "correlation": self.correlation,
            "groups": [_group_data(group) for group in self.groups],
            "reviews": [result.as_cells() for result in self.reviews],
            "within": [_line_data(line) for line in self.within],
            "left_out": {why: list(ids) for why, ids in self.left_out.items()},
            "harms": list(self.harms),
        }


def evidence(asked: str, correlation: float = CORRELATION, book: Ledger | None = None) -> Evidence:
    """The evidence about an outcome, from the ledger that comes with the package or from another.

    ``correlation`` between two measurements of the same people. Raises ``RequestError`` for an unknown outcome or what
    is no correlation.

    >>> [group.name for group in evidence("cortisol-saliva").groups]
    ['cortisol_saliva']
    """
    check_correlation(correlation)
    book = book or ledger()
    results = results_of(asked, book)
    apart = sorted_out(results, book, "evidence")
    compared = apart.pop(None)
    left_out = {why.words: kept for why, kept in apart.items() if why}
    names = dict.fromkeys(_name(result, book) for result in compared)
    groups = [_group(name, [one for one in compared if _name(one, book) == name], book, correlation) for name in names]
    used = {line.result.id for group in groups for line in group.lines}
    if repeats := [result for result in compared if result.id not in used]:
        left_out[REPEATED] = repeats
    return Evidence(
        asked=asked,
        correlation=correlation,
        groups=tuple(sorted(groups, key=lambda group: (-len(group.sized), -len(group.lines)))),
        reviews=tuple(apart.get(REVIEW, ())),
        within=tuple(
            Line(result, book.study_of(result), within(result, correlation)) for result in apart.get(WITHIN, ())
        ),
        left_out={why: tuple(result.id for result in kept) for why, kept in left_out.items()},
        harms=tuple(f"{result.id}: {result.note}" for result in results if _HARM.search(result.note)),
    )


def _name(result: Result, book: Ledger) -> str:
    return book.outcomes[result.outcome].quantity or result.outcome


def _group(name: str, results: Sequence[Result], book: Ledger, correlation: float) -> Group:
    chosen = first_of_each_study(results)
    lines = tuple(Line(one, book.study_of(one), between(one, book, correlation)) for one in chosen)
    effects = [line.effect for line in lines if isinstance(line.effect, Effect)]
    pool = _pool(effects)
    otherwise: dict[float, Pooled] = {}
    if pool and any(effect.same_people for effect in effects):
        for other in SENSITIVITY:
            again = [between(line.result, book, other) for line in lines]
            found_again = _pool([effect for effect in again if isinstance(effect, Effect)])
            otherwise |= {other: found_again} if found_again else {}
    entries = {result.outcome: book.outcomes[result.outcome] for result in chosen}
    leans = bool(pool) and any(effect.origin == FROM_P for effect in effects)
    return Group(
        name=name,
        meanings=tuple(entry.meaning for entry in entries.values()),
        better=next(iter(entries.values())).better,
        lines=lines,
        pool=pool,
        otherwise=otherwise,
        caution=LEANS if leans else "",
        grade=grade(
            len(lines), sum(line.people for line in lines if not pool or isinstance(line.effect, Effect)), pool
        ),
    )


def _pool(effects: Sequence[Effect]) -> Pooled | None:
    if len(effects) < FEWEST:
        return None
    return pooled([effect.g for effect in effects], [effect.variance for effect in effects])


def _group_data(group: Group) -> dict[str, Any]:
    told = {name: getattr(group, name) for name in ("name", "meanings", "better", "directions", "caution")}
    return {
        **told,
        "studies": [_line_data(line) for line in group.lines],
        "pooled": asdict(group.pool) if group.pool else None,
        "pooled_at_other_correlations": {str(r): asdict(pool) for r, pool in group.otherwise.items()},
        "grade": asdict(group.grade),
    }


def _line_data(line: Line) -> dict[str, Any]:
    study, effect, cells = line.study, line.effect, line.result.as_cells()
    fields = ("id", "study", "outcome", "arm", "comparator", "comparator_words", "occasion", "direction", "p_words")
    told: dict[str, Any] = {name: cells[name] for name in fields}
    told |= {"year": cell_of(study.year)}
    told |= {name: getattr(study, name) for name in ("design", "age", "doi", "pmid", "citation")}
    told |= {"n": line.people or None}
    if isinstance(effect, Unsized):
        return {**told, "effect": None, "why": effect.why}
    return {**told, "effect": {**asdict(effect), "low": effect.low, "high": effect.high}, "why": ""}
