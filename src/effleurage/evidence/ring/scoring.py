"""How well the three answers were foretold, against three forecasters that know no physiology.

The score of a forecast is ln P(what was published); higher is better, 0 is perfect. Every forecaster meets a study
that it has not seen: whatever it learns, it learns from the other studies. Intervals are from a bootstrap that draws
whole studies, since results of one study are not independent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.streams import normal_blocks
from effleurage.evidence.ring.arms import Arms, silent
from effleurage.evidence.ring.respond import ANSWERS, chances

DRAWS = 4000
_SIZES = np.linspace(0.0, 1.2, 25)
_TAUS = np.linspace(0.0, 1.2, 25)
_BASELINES = ("base rates by pathway", "zero effect", "constant d")


@dataclass(frozen=True)
class Questions:
    """What a forecaster may see of N results, and what came out (``answer``: a place in ANSWERS)."""

    study: NDArray[np.str_]
    pathway: NDArray[np.str_]
    claimed: Floats
    told: Floats
    error: Floats
    df: NDArray[np.int64]
    answer: NDArray[np.int64]
    weight: Floats

    @classmethod
    def of(cls, arms: Sequence[Arms]) -> Questions:
        """From arms; ``claimed`` is +1 or -1, the direction that massage is said to move the quantity."""
        readings = silent().readings
        questions = [one.question for one in arms]
        rows = [readings[question.quantity] for question in questions]
        return cls(
            np.array([question.study for question in questions]),
            np.array([question.result.pathway for question in questions]),
            np.array([1.0 if row.claimed == "up" else -1.0 for row in rows]),
            np.array([float(row.told) for row in rows]),
            np.array([one.error for one in arms]),
            np.array([one.df for one in arms]),
            np.array([ANSWERS.index(question.answer) for question in questions]),
            np.array([question.weight for question in questions]),
        )

    def only(self, kept: NDArray[np.bool_]) -> Questions:
        """Some of the results."""
        return Questions(*(getattr(self, name)[kept] for name in self.__dataclass_fields__))

    def and_of(self, other: Questions) -> Questions:
        """These results, then the others."""
        names = self.__dataclass_fields__
        return Questions(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in names))

    def scores(self, forecast: Floats) -> Floats:
        """Logarithm (..., N) of the probability of what was published, under forecasts (..., N, 3)."""
        return np.log(np.maximum(forecast[..., np.arange(len(self.answer)), self.answer], 1e-12))


def unseen(asked: Questions, learn: Callable[[Questions, Questions], Floats], known: Questions | None = None) -> Floats:
    """Forecasts (N, 3), each study's by ``learn(others, study)`` from the other studies alone.

    ``known``: results of more studies to learn from; those of the same name are left out.
    """
    found = np.empty((len(asked.study), len(ANSWERS)))
    for study in dict.fromkeys(asked.study):
        own = asked.study == study
        others = asked.only(~own)
        if known is not None:
            others = others.and_of(known.only(~np.isin(known.study, asked.study)))
        found[own] = learn(others, asked.only(own))
    return found


def base_rates(others: Questions, own: Questions) -> Floats:
    """How often each answer was published for the pathway; one of each is added, so that none is impossible."""
    rates = []
    for pathway in own.pathway:
        same = others.pathway == pathway
        counts = np.array([1.0 + others.weight[same & (others.answer == one)].sum() for one in range(len(ANSWERS))])
        rates.append(counts / counts.sum())
    return np.array(rates)


def zero_effect(others: Questions, own: Questions) -> Floats:
    """No massage does anything; how far studies scatter around that is learnt."""
    return _constant(others, own, np.zeros(1))


def constant_d(others: Questions, own: Questions) -> Floats:
    """One d for everything in the direction that is claimed of it; its size and the scatter around it are learnt."""
    return _constant(others, own, _SIZES)


def _constant(others: Questions, own: Questions, sizes: Floats) -> Floats:
    """The likeliest size and scatter on a grid."""
    size, tau = (grid.reshape(-1, 1) for grid in np.meshgrid(sizes, _TAUS))
    fits = others.scores(chances(size * others.claimed, others.error, others.df, tau**2)) @ others.weight
    best = int(np.argmax(fits))
    return chances(size[best] * own.claimed, own.error, own.df, tau[best] ** 2)


BASELINES: Mapping[str, Callable[[Questions, Questions], Floats]] = dict(
    zip(_BASELINES, (base_rates, zero_effect, constant_d), strict=True)
)


@dataclass(frozen=True)
class Compared:
    """Mean score of a baseline, and of ours less it with the 95 % interval of a bootstrap over studies."""

    baseline: str
    score: float
    better: float
    low: float
    high: float


def against_baselines(
    asked: Questions, forecast: Floats, seed: int = 1, known: Questions | None = None
) -> tuple[float, list[Compared]]:
    """Our mean score and its difference from every baseline; results of one row of the ledger share its weight."""
    from scipy.special import ndtr

    own = asked.scores(forecast)
    studies = [asked.study == study for study in dict.fromkeys(asked.study)]
    draws = np.arange(DRAWS)
    luck = ndtr(normal_blocks(seed, ["bootstrap of studies"] * DRAWS, draws, len(studies)))
    luck = np.minimum((luck * len(studies)).astype(int), len(studies) - 1)
    found = []
    for name, learn in BASELINES.items():
        other = asked.scores(unseen(asked, learn, known))
        gain = np.array([float(asked.weight[of] @ (own - other)[of]) for of in studies])
        size = np.array([float(asked.weight[of].sum()) for of in studies])
        drawn = gain[luck].sum(axis=1) / size[luck].sum(axis=1)
        low, high = np.quantile(drawn, [0.025, 0.975])
        mean = float(asked.weight @ other / asked.weight.sum())
        found.append(Compared(name, mean, float(gain.sum() / size.sum()), float(low), float(high)))
    return float(asked.weight @ own / asked.weight.sum()), found
