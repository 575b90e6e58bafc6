"""What the page of the four ways shows: the results, and the plain words that go with each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.report.pages import UNSAID, Made, prose

if TYPE_CHECKING:
    from effleurage.evidence.claims.verdicts import Verdict


@dataclass(frozen=True)
class Way:
    """One of the ways in which massage is said to reach immunity, as a clinic says it and as the model has it.

    ``session`` and ``course`` name the quantities drawn over the hours of one session and the days of the course.
    """

    name: str
    title: str
    said: str
    here: str
    session: tuple[str, ...] = ()
    course: tuple[str, ...] = ()


_WORDS = prose("four_ways/ways.toml")
WAYS = tuple(
    Way(**{**row, "session": tuple(row.get("session", ())), "course": tuple(row.get("course", ()))})
    for row in _WORDS["way"]
)
HELD_BY: str = _WORDS["held_by"]
"""The command that shows what the gains of touch rest on."""


@dataclass(frozen=True)
class Held:
    """How many published ``results`` of how many ``studies`` touch was held against, by how many ``questions``."""

    results: int
    studies: int
    questions: int

    @property
    def words(self) -> str:
        """What the gains of touch rest on, in the words of the page."""
        told: str = _WORDS["held"].format(results=self.results, studies=self.studies)
        return told.strip()


def held() -> Held:
    """What touch was held against; a result of several measurements is several questions."""
    asked = shipped_questions()
    return Held(len({id(one.row) for one in asked}), len({one.study for one in asked}), len(asked))


def limits() -> list[tuple[str, str]]:
    """What the page cannot tell: head and text of each."""
    own = {"held": held().words, "held_by": HELD_BY}
    return [(row["head"], row["text"].strip().format(**own)) for row in _WORDS["limit"]]


@dataclass(frozen=True)
class FourWays:
    """Everything on the page.

    ``effects``: one row an outcome, as ``lab.contrast`` gives it. ``session`` (quantity, hour, world, mean, low, high)
    and ``course`` (quantity, day, ...): curves of both worlds and their paired difference, low and high the quartiles
    of people. ``basis``: what each way rests on. ``studies``: published beside simulated. ``sources``: source key ->
    citation. ``made``: how. ``verdicts``: one a claim. ``misses``: where the body did not foretell what was published,
    a sentence each.
    """

    title: str
    people: str
    effects: pd.DataFrame
    session: pd.DataFrame
    course: pd.DataFrame
    basis: pd.DataFrame
    studies: pd.DataFrame
    sources: Mapping[str, str]
    verdicts: list[Verdict]
    made: Made = UNSAID
    misses: list[str] = field(default_factory=list)
