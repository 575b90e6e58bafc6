"""What a control in the file teaches: untreated people who were measured here count beside the virtual ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from effleurage.lab.untreated.foretold import Foretold
from effleurage.lab.untreated.means import Visit, by_person


@dataclass(frozen=True)
class Lesson:
    """By how much (on the instrument's scale) the control of an outcome moved what is expected of everybody."""

    outcome: str
    instrument: str
    people: int
    moved: float


def taught(
    visits: Sequence[Visit], sides: Sequence[Foretold], judged: Sequence[tuple[str, str]]
) -> tuple[list[Foretold], list[Lesson]]:
    """What is foretold once the controls of outcomes that may be ``judged`` by theirs have been heard, and the lessons.

    The prior is what the virtual mean may be off by, and what is not said (the sides); the data is the controls' own
    mean, as sure as its people make it; both normal. Every visit of the outcome is expected as much further up or down.
    """
    found, lessons = list(sides), []
    for outcome, instrument in judged:
        every = [
            i for i, visit in enumerate(visits) if (visit.one.outcome, visit.one.instrument) == (outcome, instrument)
        ]
        heard = _heard(visits, sides, _people(visits, sides, [i for i in every if visits[i].control]))
        for place, (side, moved) in enumerate(zip(found, heard.moves, strict=True)):
            by, doubt = np.zeros(len(visits)), side.doubt.copy()
            by[every] = moved
            doubt[every] *= heard.left
            found[place] = side.moved(by, doubt)
        lessons.append(Lesson(outcome, instrument, heard.people, float(np.mean(heard.moves))))
    return found, lessons


@dataclass(frozen=True)
class _Heard:
    """How far each side moves, and which share of the doubt is left."""

    people: int
    moves: list[float]
    left: float


def _heard(visits: Sequence[Visit], sides: Sequence[Foretold], own: Sequence[Sequence[int]]) -> _Heard:
    after = np.array([visit.after for visit in visits])
    off = np.array([by_person(after - side.centre, own) for side in sides])
    spread = max(float(off.mean(axis=0).std(ddof=1)), *(float(by_person(side.spread, own).mean()) for side in sides))
    doubt = float(np.mean([by_person(side.doubt, own).mean() for side in sides]))
    middles = off.mean(axis=1)
    prior, error = doubt**2 + float(middles.var()), spread**2 / len(own)
    left = float(np.sqrt(error / (prior + error)))
    middle = float(middles.mean())
    # each side goes with the posterior middle, and what lay between the sides shrinks with the doubt
    moves = [(1 - left**2) * middle + (1 - left) * (float(one) - middle) for one in middles]
    return _Heard(len(own), moves, left)


def _people(visits: Sequence[Visit], sides: Sequence[Foretold], controls: Sequence[int]) -> list[list[int]]:
    """The visits of each control, of which something is foretold."""
    known = [i for i in controls if np.isfinite([side.centre[i] for side in sides]).all()]
    known = [i for i in known if np.isfinite([visits[i].before, visits[i].after]).all()]
    people = dict.fromkeys(visits[i].person for i in known)
    return [[i for i in known if visits[i].person == person] for person in people]
