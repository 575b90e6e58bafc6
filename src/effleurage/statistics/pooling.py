"""Effects of several studies as one: a mean, how much studies differ around it, and where the next one may fall.

Random effects: between-study variance by restricted maximum likelihood (Viechtbauer 2005, J Educ Behav Stat 30:261),
interval of the mean after Knapp and Hartung (2003, Stat Med 22:2693), prediction interval after Higgins, Thompson and
Spiegelhalter (2009, J R Stat Soc A 172:137) with the same degrees of freedom. Ours, because statsmodels
pools by moments only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError

FEWEST = 3
"""Fewer studies are not pooled: their difference cannot be told from chance."""


@dataclass(frozen=True)
class Pooled:
    """``mean`` of the effects with its interval, ``next_low`` to ``next_high`` for the effect of one more study.

    ``tau2`` variance between studies, in squared units of the effect; ``i2`` share (0-1) of all variance that it is;
    ``p`` two-sided, of no effect at all.
    """

    studies: int
    mean: float
    low: float
    high: float
    next_low: float
    next_high: float
    tau2: float
    i2: float
    p: float


def pooled(effects: Sequence[float], variances: Sequence[float], level: float = 0.95) -> Pooled:
    """Pool effects (studies,) with their sampling variances (studies,), one a study.

    Raises ``RequestError`` for fewer than FEWEST studies, an effect that is no number, a variance that is not positive.
    """
    from scipy.stats import t

    y, v = np.asarray(effects, dtype=np.float64), np.asarray(variances, dtype=np.float64)
    wrong = [
        Finding(f"study {place + 1}", f"its effect is {effect:g}", "Give a number.")
        for place, effect in enumerate(y)
        if not np.isfinite(effect)
    ]
    wrong += [
        Finding(f"study {place + 1}", f"its variance is {variance:g}", "Give a positive variance.")
        for place, variance in enumerate(v)
        if not (np.isfinite(variance) and variance > 0)
    ]
    if len(y) != len(v):
        wrong.append(Finding("", f"{len(y)} effects and {len(v)} variances", "Give one of each for every study."))
    if len(y) < FEWEST:
        wrong.append(Finding("", f"{len(y)} studies are too few to pool", "Show the direction of each instead."))
    if wrong:
        raise RequestError(wrong)
    tau2 = _between(y, v)
    weights = 1 / (v + tau2)
    mean = float(weights @ y / weights.sum())
    freedom = len(y) - 1
    error2 = float(weights @ (y - mean) ** 2 / freedom / weights.sum())
    reach = float(t.ppf((1 + level) / 2, freedom))
    half, next_half = reach * np.sqrt(error2), reach * np.sqrt(error2 + tau2)
    return Pooled(
        studies=len(y),
        mean=mean,
        low=mean - half,
        high=mean + half,
        next_low=mean - next_half,
        next_high=mean + next_half,
        tau2=tau2,
        i2=tau2 / (tau2 + _typical(v)),
        p=float(2 * t.sf(abs(mean) / np.sqrt(error2), freedom)) if error2 > 0 else float(mean == 0),
    )


def _between(y: Floats, v: Floats) -> float:
    """Variance between studies at the maximum of the restricted likelihood; 0 where that is at the edge."""
    from scipy.optimize import minimize_scalar

    def unlikely(tau2: float) -> float:
        weights = 1 / (v + tau2)
        mean = weights @ y / weights.sum()
        return float(np.log(v + tau2).sum() + np.log(weights.sum()) + weights @ (y - mean) ** 2) / 2

    most = float(np.ptp(y) ** 2) + float(v.max())
    grid = np.concatenate([[0.0], most * np.geomspace(1e-6, 1.0, 60)])
    best = int(np.argmin([unlikely(tau2) for tau2 in grid]))
    around = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    found = minimize_scalar(unlikely, bounds=around, method="bounded", options={"xatol": 1e-12 * most})
    return float(found.x) if unlikely(float(found.x)) < unlikely(0.0) else 0.0


def _typical(v: Floats) -> float:
    """The sampling variance of a typical study (Higgins and Thompson 2002, Stat Med 21:1539)."""
    weights = 1 / v
    return float((len(v) - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum()))
