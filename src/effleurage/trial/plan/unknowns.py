"""Value of information: which uncertain number of the body most changes a plan, and what a pilot would tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from effleurage.engine.streams import normals
from effleurage.people.simulate import whole_body
from effleurage.trial.plan.moments import Doubt, Moments

SHOWN = 5
CHANCE = 0.05
"""A number counts where its correlation would come by chance less often than this among all of them (Bonferroni)."""


@dataclass(frozen=True)
class Unknown:
    """A ledger row, its meaning, grade, and the share (0-1) of the doubt about the effect that goes along with it."""

    name: str
    meaning: str
    grade: str
    share: float


@dataclass(frozen=True)
class Pilot:
    """A pilot of ``n`` persons an arm: the standard error of its effect, and the share of the doubt that it removes."""

    n: int
    error: float
    removed: float


def unknowns(doubt: Doubt, measure: int, seed: int = 1) -> list[Unknown]:
    """Uncertain numbers whose draws go along with the effect, the weightiest first: squared rank correlations."""
    from scipy.stats import spearmanr

    effects, found = doubt.effects[:, measure], []
    if not np.ptp(effects):
        return []
    rows = {name: row for name, row in whole_body().parameters.items() if row.uncertainty and not row.covariate}
    for name, row in rows.items():
        told = spearmanr(normals(seed, f"uncertainty {name}", doubt.draws), effects)
        if told.pvalue < CHANCE / len(rows):
            found.append(Unknown(name, row.meaning, row.grade, float(told.statistic) ** 2))
    return sorted(found, key=lambda one: -one.share)[:SHOWN]


def pilots(doubt: Doubt, measure: int, known: Moments, sizes: tuple[int, ...] = (10, 20, 40)) -> list[Pilot]:
    """What pilots of these sizes would tell: normal prior from the doubt, normal data (preposterior variance)."""
    prior = float(doubt.effects[:, measure].var(ddof=1))
    found = []
    for n in sizes:
        error = known.contrast.error(n)
        found.append(Pilot(n, float(error), float(prior / (prior + error**2))))
    return found
