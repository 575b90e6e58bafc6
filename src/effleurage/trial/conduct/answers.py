"""Answers to questionnaires that the simulated body has no counterpart of, from their course without treatment."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.trial.design.endpoints import WHOLE, Endpoint


def answers(
    outcome: Endpoint, seed: int, people: NDArray[np.int64], weeks: float, intake: float | None = None
) -> Floats:
    """Answers (N,) to a questionnaire without a counterpart in the body, so many weeks after the first.

    Of people whose first answer is at ``intake`` or worse, else of everybody. In whole points, with the published mean
    and SD, and any two of a person go together as published. Every arm has the same course: no effect is simulated.
    """
    course = outcome.course
    threshold = None if intake is None else course.reaching(intake, WHOLE)
    values = course.underlying(WHOLE).values(seed, people, weeks, threshold)
    return np.asarray(np.clip(np.round(values / WHOLE) * WHOLE, outcome.low, outcome.high))
