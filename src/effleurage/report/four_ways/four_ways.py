"""What the page of the four ways shows: the results, and the plain words that go with each way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from effleurage.evidence.published.eligibility import Counted, shipped_questions
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


def held() -> Counted:
    """What touch was held against; a result of several measurements is several questions."""
    return Counted.of(shipped_questions())


def held_words() -> str:
    """What the gains of touch rest on, in the words of the page.

    >>> held_words()[:91]
    'What touch does in the simulated body was held against 93 published results of 48 studies. '
    """
    counted = held()
    told: str = _WORDS["held"].format(results=counted.results, studies=counted.studies)
    return told.strip()


def limits() -> list[tuple[str, str]]:
    """What the page cannot tell: head and text of each."""
    own = {"held": held_words(), "held_by": HELD_BY}
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
