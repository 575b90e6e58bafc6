"""The massage ring carried out: every question answered, foretold without its own study, scored, and set in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.evidence.published.effects import Effect, between
from effleurage.evidence.published.eligibility import Counted, Question, shipped_questions
from effleurage.evidence.published.ledger import Ledger, ledger
from effleurage.evidence.ring.arms import arms_of
from effleurage.evidence.ring.learnt import forecasts, shipped
from effleurage.evidence.ring.respond import ANSWERS, PEOPLE, Response, respond
from effleurage.evidence.ring.scoring import Compared, Questions, against_baselines
from effleurage.statistics.intervals import NINETY_FIVE

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.engine.threads import Progress

NEAR_FITS = ("near", "part")


@dataclass(frozen=True)
class Foretold:
    """The ring's score and its baselines, whole and for parts of the results.

    ``score``: mean ln P of what was published, each study unseen. ``body_alone``: the same without the two biases.
    ``parts``: name -> score, count and baselines of a part. ``table``: one row a question.
    """

    score: float
    body_alone: float
    baselines: tuple[Compared, ...]
    parts: dict[str, tuple[float, Counted, tuple[Compared, ...]]]
    table: pd.DataFrame

    @property
    def counted(self) -> Counted:
        """Questions behind the score, and the results and studies that they are about."""
        return Counted(len(self.table), int(self.table["id"].nunique()), int(self.table["study"].nunique()))

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON; what is not a number is null."""
        rows = [
            {key: None if isinstance(value, float) and not np.isfinite(value) else value for key, value in row.items()}
            for row in self.table.to_dict("records")
        ]
        parts = {
            name: {
                "score": score,
                "questions": counted.questions,
                "results": counted.results,
                "baselines": _baselines(found),
            }
            for name, (score, counted, found) in self.parts.items()
        }
        return {
            "ring": "massage",
            "questions": self.counted.questions,
            "results": self.counted.results,
            "studies": self.counted.studies,
            "score": self.score,
            "score_of_the_body_alone": self.body_alone,
            "baselines": _baselines(self.baselines),
            "parts": parts,
            "rows": rows,
        }


def foretell(
    asked: Sequence[Question] | None = None,
    book: Ledger | None = None,
    seed: int = 1,
    people: int = PEOPLE,
    progress: Progress | None = None,
) -> Foretold:
    """Carry out every question (ours by default) and score what is foretold of it.

    Baselines learn from the other studies asked about and, where the questions are not ours, from ours as well.
    """
    questions = tuple(asked) if asked is not None else shipped_questions()
    found = book or ledger()
    responses = respond(questions, found, seed, people, progress)
    seen = Questions.of([one.arms for one in responses])
    known = None if asked is None else Questions.of([arms_of(one, ledger()) for one in shipped_questions()])
    forecast = forecasts(seen, responses, shipped())
    score, baselines = against_baselines(seen, forecast, seed, known)
    alone, _ = against_baselines(seen, forecasts(seen, responses, shipped(), biased=False), seed, known)
    parts = {}
    for name, kept in parts_of(questions).items():
        if 0 < kept.sum() < len(kept):
            own, others = against_baselines(seen.only(kept), forecast[kept], seed, known)
            asked_of = [one for one, own_part in zip(questions, kept, strict=True) if own_part]
            parts[name] = (own, Counted.of(asked_of), tuple(others))
    return Foretold(score, alone, tuple(baselines), parts, _table(responses, found, seen, forecast))


def parts_of(questions: Sequence[Question]) -> dict[str, NDArray[np.bool_]]:
    """Name of a part of N questions -> which of them are in it (N,)."""
    close = np.array([one.fit not in NEAR_FITS for one in questions])
    told = np.array([not one.assumed for one in questions])
    acute = np.array([one.result.occasion == "acute" for one in questions])
    return {
        "the same outcome, both arms described": close & told,
        "near outcomes, parts of rows, arms supplied": ~(close & told),
        "at or soon after one session": acute,
        "through or after a course": ~acute,
    }


def _table(responses: Sequence[Response], book: Ledger, asked: Questions, forecast: Floats) -> pd.DataFrame:
    import pandas as pd

    known = shipped()
    scores, rows = asked.scores(forecast), []
    for place, one in enumerate(responses):
        question = one.arms.question
        learnt = known.get(question.study, known[""])
        d = float(learnt.effect([one])[0][0])
        rows.append(
            {
                "id": question.result.id,
                "study": question.study,
                "arm": question.result.arm,
                "comparator": question.result.comparator,
                "outcome": question.result.outcome,
                "quantity": question.quantity,
                "fit": question.fit,
                "supplied": question.assumed,
                "weight": question.weight,
                "n_massage": one.arms.n_massage,
                "n_control": one.arms.n_control,
                "published": question.answer,
                **{name: float(forecast[place, index]) for index, name in enumerate(ANSWERS)},
                "likeliest": ANSWERS[int(np.argmax(forecast[place]))],
                "ln_p": float(scores[place]),
                "d": d,
                **_size(one, d, book),
            }
        )
    return pd.DataFrame(rows)


def _size(response: Response, d: float, book: Ledger) -> dict[str, Any]:
    """The interval rule for a result with a size: the simulated g inside the published 95 % interval or not."""
    own = {
        "g": d * response.scatter / response.spread,
        "published_g": np.nan,
        "published_low": np.nan,
        "published_high": np.nan,
    }
    question = response.arms.question
    effect = between(question.result, book) if question.fit != "part" else None
    if not isinstance(effect, Effect):
        return {**own, "inside": None}
    turned = question.turn * effect.g
    reach = NINETY_FIVE * float(np.sqrt(effect.variance))
    low, high = turned - reach, turned + reach
    own |= {"published_g": turned, "published_low": low, "published_high": high}
    return {**own, "inside": bool(low <= own["g"] <= high)}


def _baselines(compared: Sequence[Compared]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.baseline,
            "score": one.score,
            "better": {"value": one.better, "low": one.low, "high": one.high},
        }
        for one in compared
    ]
