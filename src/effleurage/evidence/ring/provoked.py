"""People who were provoked: what massage or touch does to the answer to a stressor, as targets of the massage ring.

Their sources tell directions and no size. A target is green where what was published is the likeliest of the three
answers, yellow where another is likelier but it has a third or more, and red else. Answers are those of the body alone
at the study's own n. The ring's whole forecast is told beside it: it knows that what is published lies on the side of
the claim whatever the body does, and can be right about a damping that the body does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import ValidationError

from effleurage.arrays import Floats
from effleurage.errors import Finding, TargetError
from effleurage.evidence.norms.targets import Use, use_of
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import Ledger
from effleurage.evidence.ring.learnt import forecasts, shipped
from effleurage.evidence.ring.outside import Told, as_ledger, closed_lists
from effleurage.evidence.ring.respond import ANSWERS, PEOPLE, chances, respond
from effleurage.evidence.ring.scoring import Questions
from effleurage.protocol.tables import shipped_rows

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.engine.threads import Progress

FILE = "provoked.toml"
A_THIRD = 1 / len(ANSWERS)
"""What a guess among the answers gives to each."""
Status = Literal["green", "yellow", "red"]


@dataclass(frozen=True)
class Provoked:
    """A result of people who were provoked; fields as in ``provoked.toml``, ``told`` as in docs/massage-ring.md."""

    id: str
    identifier: str
    citation: str
    seen: str
    note: str
    why: str
    told: Mapping[str, str | int | float]

    @property
    def use(self) -> Use:
        """By the hash of its identifier, which nobody chose."""
        return use_of(self.identifier)

    @property
    def row(self) -> Told:
        """What was published, typed. Raises ``TargetError`` where a word is not of a closed list."""
        try:
            return Told.model_validate(dict(self.told), context=closed_lists())
        except ValidationError as error:
            found = [Finding(f"{FILE}, {self.id}, {one['loc'][0]}", one["msg"], "Mend it.") for one in error.errors()]
            raise TargetError(found) from None


@cache
def provoked() -> tuple[Provoked, ...]:
    """Every such result that comes with the package."""
    return shipped_rows(Provoked, "row", __package__, FILE)


def asked_of(rows: Sequence[Provoked]) -> tuple[Ledger, tuple[Question, ...]]:
    """The results as a ledger and as questions of the ring."""
    questions = tuple(one.row.as_question(one.id) for one in rows)
    return as_ledger({one.row.study: one.row.as_study() for one in rows}, questions), questions


def hold(seed: int = 1, people: int = PEOPLE, progress: Progress | None = None) -> pd.DataFrame:
    """Carry out every result: a row each with what was published, the chance of each answer, ``d`` and the status.

    ``status_forecast``: the same rule on the ring's whole forecast, with its biases and its scatter.
    """
    import pandas as pd

    rows = provoked()
    book, questions = asked_of(rows)
    responses = respond(questions, book, seed, people, progress)
    seen = Questions.of([one.arms for one in responses])
    forecast = forecasts(seen, responses, shipped())
    effects = shipped()[""].effect(responses)[0]
    alone = chances(effects, seen.error, seen.df, 0.0)
    return pd.DataFrame(
        {
            "id": one.id,
            "use": one.use,
            "quantity": question.quantity,
            "published": question.answer,
            **dict(zip(ANSWERS, map(float, own), strict=True)),
            "d": float(d),
            "status": status(own, question.answer),
            "status_forecast": status(told, question.answer),
            "source": one.citation,
            "note": one.note,
            "why": one.why,
        }
        for one, question, own, told, d in zip(rows, questions, alone, forecast, effects, strict=True)
    )


def status(likely: Floats, published: str) -> Status:
    """The rule, of how likely (3,) the answers are."""
    place = ANSWERS.index(published)
    if int(np.argmax(likely)) == place:
        return "green"
    return "yellow" if likely[place] >= A_THIRD else "red"
