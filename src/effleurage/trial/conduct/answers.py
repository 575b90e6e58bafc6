"""Answers to questionnaires that the simulated body has no counterpart of, from their published mean, SD and retest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.streams import normals
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.instruments.read import report
from effleurage.trial.design.endpoints import Endpoint


def answers(outcome: Endpoint, seed: int, people: NDArray[np.int64], purpose: str) -> Floats:
    """Answers (N,) to a questionnaire without a counterpart in the body: any two of a person go together as published.

    In its own unit. What lasts of a person is the state that the questionnaire reads; ``purpose`` names the luck of the
    day. No effect is simulated.
    """
    name = f"conduct {outcome.outcome} {outcome.instrument}"
    own, now = normals(seed, name, people), normals(seed, f"{name} {purpose}", people)
    return report(_questionnaire(outcome), outcome.mean + outcome.sd * np.sqrt(outcome.retest) * own, now)


def _questionnaire(outcome: Endpoint) -> Instrument:
    """One in whole points whose answers have the published SD and retest, their rounding included."""
    return Instrument(
        outcome=outcome.outcome,
        instrument=outcome.instrument,
        quantity="",
        unit=outcome.unit,
        scale="linear",
        noise=outcome.sd * float(np.sqrt(1 - outcome.retest)),
        noise_source=outcome.retest_source,
        noise_rounded=True,
        timing=0,
        timing_source="answered at once",
        laboratories=0,
        laboratories_source="",
        low=outcome.low,
        high=outcome.high,
        step=1,
    )
