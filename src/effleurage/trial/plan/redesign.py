"""A published trial designed anew: the power it had for what the body expects, and the people it would have needed.

The effect is the body's own, learnt without the study and without the biases of publication; see ``evidence/learnt``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from effleurage.errors import Finding, RequestError, nearest
from effleurage.evidence.published.eligibility import shipped_questions
from effleurage.evidence.published.ledger import ledger
from effleurage.evidence.ring.learnt import shipped
from effleurage.evidence.ring.respond import ANSWERS, chances, respond
from effleurage.statistics.sizes import detectable, per_arm


@dataclass(frozen=True)
class Redesigned:
    """One result of a published trial, designed anew.

    ``d``: expected difference in SDs of what the first measurement leaves, with its SD ``unsure``. ``power``: chance to
    find it, in its direction, at the study's own ``n_massage`` and ``n_control``. ``detectable``: the d that these
    could find with 80 %. ``needed``: persons in each arm for the expected d; None beyond reach.
    """

    id: str
    quantity: str
    comparator: str
    published: str
    n_massage: int
    n_control: int
    d: float
    unsure: float
    power: float
    detectable: float
    needed: int | None


def redesigned(study: str, seed: int = 1) -> list[Redesigned]:
    """Every eligible result of a study of the massage ledger, designed anew.

    Raises ``RequestError`` for a study that is not there, or without a result that can be carried out.
    """
    asked = [question for question in shipped_questions() if question.study == study]
    if not asked:
        known = sorted({question.study for question in shipped_questions()})
        what = "has no result that can be carried out" if study in ledger().studies else "is no study of the ledger"
        raise RequestError(Finding("--study", f"'{study}' {what}", nearest(study, known)))
    learnt, found = shipped()[study], []
    for one in respond(asked, ledger(), seed):
        d, variance = (float(values[0]) for values in learnt.effect([one]))
        arms = one.arms
        likely = chances(np.array([d]), np.array([arms.error]), np.array([arms.df]), 0.0)[0]
        fewer = 2 / (1 / arms.n_massage + 1 / arms.n_control)
        found.append(
            Redesigned(
                id=arms.question.result.id,
                quantity=arms.question.quantity,
                comparator=arms.question.result.comparator,
                published=arms.question.answer,
                n_massage=arms.n_massage,
                n_control=arms.n_control,
                d=d,
                unsure=float(np.sqrt(variance)),
                power=float(likely[ANSWERS.index("up" if d > 0 else "down")]),
                detectable=float(detectable(max(2, round(fewer)), r=0.0)),
                needed=per_arm(abs(d), r=0.0) if d else None,
            )
        )
    return found
