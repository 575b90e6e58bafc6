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

from effleurage.evidence.published.asked_outcome import rows_of
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
from effleurage.evidence.published.ledger import DIRECTIONS, Ledger, Row, ledger
from effleurage.statistics.pooling import FEWEST, Pooled, pooled

LEANS = "sizes from p exist only where a difference was found, so the mean leans away from none"
REVIEW, WITHIN = "of a review: shown apart", "a change within one arm, compared with nothing: shown apart"
_HARM = re.compile(r"\b(adverse|side.effects?|harm(s|ed|ful)?|injur\w+|bruis\w+|tolerated)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """One study of one quantity: its row of the ledger, the study's own row, and the effect."""

    row: Row
    study: Row
    effect: Effect | Unsized

    @property
    def people(self) -> int:
        """Persons of the row; 0 where the source does not tell."""
        return int(float(self.row["n"])) if self.row["n"] else 0


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
        return {name: sum(line.row["direction"] == name for line in self.lines) for name in reversed(DIRECTIONS)}

    @property
    def sized(self) -> tuple[Line, ...]:
        """The studies that have a size."""
        return tuple(line for line in self.lines if isinstance(line.effect, Effect))


@dataclass(frozen=True)
class Evidence:
    """All about one word: groups, then what stands apart, then why other rows are left out (words to row ids)."""

    asked: str
    correlation: float
    groups: tuple[Group, ...]
    reviews: tuple[Row, ...]
    within: tuple[Line, ...]
    left_out: Mapping[str, tuple[str, ...]]
    harms: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """As JSON takes it."""
        return {
            "outcome": self.asked,
            "correlation": self.correlation,
            "groups": [_group_data(group) for group in self.groups],
            "reviews": [dict(row) for row in self.reviews],
            "within": [_line_data(line) for line in self.within],
            "left_out": {why: list(ids) for why, ids in self.left_out.items()},
            "harms": list(self.harms),
        }


def evidence(asked: str, correlation: float = CORRELATION, found: Ledger | None = None) -> Evidence:
    """The evidence about an outcome, from the ledger that comes with the package or from another.

    ``correlation`` between two measurements of the same people. Raises ``RequestError`` for an unknown outcome or what
    is no correlation.
    """
    check_correlation(correlation)
    book = found or ledger()
    rows = rows_of(asked, book)
    sorted_rows: dict[str, list[Row]] = {}
    for row in rows:
        sorted_rows.setdefault(_apart(row, book), []).append(row)
    compared = sorted_rows.pop("", [])
    names = dict.fromkeys(_name(row, book) for row in compared)
    groups = [_group(name, [row for row in compared if _name(row, book) == name], book, correlation) for name in names]
    used = {line.row["id"] for group in groups for line in group.lines}
    if repeats := [row for row in compared if row["id"] not in used]:
        sorted_rows["another time, arm or scale of a study that counts once"] = repeats
    reviews, inside = sorted_rows.get(REVIEW, []), sorted_rows.get(WITHIN, [])
    return Evidence(
        asked=asked,
        correlation=correlation,
        groups=tuple(sorted(groups, key=lambda group: (-len(group.sized), -len(group.lines)))),
        reviews=tuple(reviews),
        within=tuple(Line(row, book.studies[row["study"]], within(row, correlation)) for row in inside),
        left_out={why: tuple(row["id"] for row in kept) for why, kept in sorted_rows.items()},
        harms=tuple(f"{row['id']}: {row['note']}" for row in rows if _HARM.search(row["note"])),
    )


def _apart(row: Row, found: Ledger) -> str:
    """Why a row is not compared with others; empty for one that is. The first reason counts."""
    study = found.studies[row["study"]]
    reasons = (
        (row["provenance"] == "memory", "remembered, not seen in a text"),
        (study["species"] != "human", "in animals"),
        (study["design"] == "review", REVIEW),
        (row["arm_kind"] != "massage", "an arm without massage by hand, or a control's mirror"),
        (row["compared"] == "within-arm", WITHIN),
        (row["mirror"] != "no" or row["comparator"] == "reference", "a control's mirror"),
        (row["comparator"] in ("massage", "massage-in-others", "earlier-weeks"), "massage against massage"),
        (row["direction_inferred"] == "yes", "its direction is inferred, not stated"),
        (row["n"] == "1", "one person"),
    )
    return next((why for holds, why in reasons if holds), "")


def _name(row: Row, found: Ledger) -> str:
    return str(found.outcomes[row["outcome"]]["quantity"]) or row["outcome"]


def _group(name: str, rows: Sequence[Row], found: Ledger, correlation: float) -> Group:
    chosen: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row["occasion"] != "acute"):
        chosen.setdefault(row["study"], row)
    lines = tuple(Line(row, found.studies[study], between(row, found, correlation)) for study, row in chosen.items())
    effects = [line.effect for line in lines if isinstance(line.effect, Effect)]
    pool = _pool(effects)
    otherwise: dict[float, Pooled] = {}
    if pool and any(effect.same_people for effect in effects):
        for other in SENSITIVITY:
            again = [between(line.row, found, other) for line in lines]
            found_again = _pool([effect for effect in again if isinstance(effect, Effect)])
            otherwise |= {other: found_again} if found_again else {}
    entries = {row["outcome"]: found.outcomes[row["outcome"]] for row in chosen.values()}
    leans = bool(pool) and any(effect.origin == FROM_P for effect in effects)
    return Group(
        name=name,
        meanings=tuple(str(entry["meaning"]) for entry in entries.values()),
        better=str(next(iter(entries.values()))["better"]),
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
    row, study, effect = line.row, line.study, line.effect
    fields = ("id", "study", "outcome", "arm", "comparator", "comparator_words", "occasion", "direction", "p_words")
    told: dict[str, Any] = {name: row[name] for name in fields}
    told |= {name: study[name] for name in ("year", "design", "age", "doi", "pmid", "citation")} | {
        "n": line.people or None
    }
    if isinstance(effect, Unsized):
        return {**told, "effect": None, "why": effect.why}
    return {**told, "effect": {**asdict(effect), "low": effect.low, "high": effect.high}, "why": ""}
