"""The gains of touch, learnt from what massage studies found: a hierarchical model over studies, by NUTS.

For result r of study s, with x the six gains (1 is the prior centre, 0 no effect of touch)::

    mu = d(x) + claimed (bias + drift_s)        bias: told where people report it themselves, else published
    P(up), P(down) and P(none) of mu and tau as in evidence/ring/respond.py
    x_k ~ Normal(1, sd_k)       published, told ~ Normal(0, 0.5)       drift_s ~ Normal(0, between)
    tau, between ~ HalfNormal(0.5)

d(x) is what the virtual people answer, a straight line in x. ``published`` is by how much results lie on the side of
the claim beyond what the body does: choice of outcomes, of studies and of words, unblinded readers; ``told`` the same
of what people say themselves, their expectation with it. ``drift_s`` is what a study has in common. Only directions
are used: magnitudes are too few.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from effleurage.engine.threads import Progress
from effleurage.evidence.ring.learnt import BIASES, SCATTERS, Learnt
from effleurage.evidence.ring.respond import Response, gains, threshold
from effleurage.evidence.ring.scoring import Questions
from effleurage.fit.physiology import FIGURES, Fitted
from effleurage.people.simulate import whole_body
from effleurage.statistics.intervals import NINETY_FIVE

BIAS_SD = 0.5
SCATTER_SD = 0.5
SOURCE = "MassageLedger"
"""Key in ``body/sources.toml`` of what the gains are learnt from."""
WARM_UP, DRAWS, CHAINS = 600, 1000, 2
UNINFORMED = 0.9
"""Posterior over prior width above which studies say nothing of a gain, and the ledger keeps its number."""


@dataclass(frozen=True)
class Health:
    """Of the sampler: the worst split R-hat, and divergent transitions."""

    r_hat: float
    divergences: int


class Learner:
    """Studies made ready to be learnt from, as often as one of them is left out; the model is compiled once."""

    def __init__(self, responses: Sequence[Response]) -> None:
        import jax
        from numpyro.infer import MCMC, NUTS

        jax.config.update("jax_enable_x64", True)
        asked = Questions.of([one.arms for one in responses])
        self.studies = tuple(dict.fromkeys(str(study) for study in asked.study))
        self._asked = asked
        limit, variance = threshold(asked.error, asked.df)
        self._data: dict[str, Any] = {
            "d": np.array([one.d for one in responses]),
            "slopes": np.array([[one.slopes[name] for name in gains()] for one in responses]),
            "claimed": asked.claimed,
            "told": asked.told,
            "limit": limit,
            "variance": variance,
            "answer": asked.answer,
            "study": np.array([self.studies.index(str(study)) for study in asked.study]),
            "studies": np.arange(len(self.studies)),
            "sd": np.array([gain.sd for gain in gains().values()]),
        }
        self._sampler = MCMC(
            NUTS(_model, target_accept_prob=0.95),
            num_warmup=WARM_UP,
            num_samples=DRAWS,
            num_chains=CHAINS,
            chain_method="sequential",
            progress_bar=False,
            jit_model_args=True,
        )

    def learn(self, without: str = "", seed: int = 1) -> tuple[Learnt, Health]:
        """The posterior from all studies but ``without``, and how the sampler fared."""
        from numpyro.diagnostics import summary

        weight = np.where(self._asked.study == without, 0.0, self._asked.weight)
        self._sampler.run(np.array([0, seed], np.uint32), **self._data, weight=weight, extra_fields=("diverging",))
        told = summary(self._sampler.get_samples(group_by_chain=True), group_by_chain=True)
        numbers = {
            name: (float(told["gain"]["mean"][place]), float(told["gain"]["std"][place]))
            for place, name in enumerate(gains())
        }
        numbers |= {name: (float(told[name]["mean"]), float(told[name]["std"])) for name in (*BIASES, *SCATTERS)}
        worst = max(float(np.max(told[name]["r_hat"])) for name in ("gain", *BIASES, *SCATTERS))
        return Learnt(without, numbers), Health(worst, int(np.sum(self._sampler.get_extra_fields()["diverging"])))


def learn(
    responses: Sequence[Response], seed: int = 1, progress: Progress | None = None
) -> tuple[list[Learnt], Health]:
    """What all studies teach, then what is learnt without each; the worst health of all."""
    learner = Learner(responses)
    found, worst = [], Health(1.0, 0)
    for done, without in enumerate(("", *learner.studies)):
        learnt, health = learner.learn(without, seed)
        found.append(learnt)
        worst = Health(max(worst.r_hat, health.r_hat), max(worst.divergences, health.divergences))
        if progress:
            progress((done + 1) / (len(learner.studies) + 1))
    return found, worst


def numbers(learnt: Learnt, studies: Sequence[str]) -> list[Fitted]:
    """The ledger's numbers behind the gains, before and after: value and uncertainty of each parameter.

    What studies say nothing of keeps its number.
    """
    found = []
    for name, gain in gains().items():
        mean, sd = learnt.numbers[name]
        informed = sd / gain.sd <= UNINFORMED
        for parameter, centre in gain.parameters.items():
            row = whole_body().parameters[parameter]
            low, high = centre * (mean - NINETY_FIVE * sd), centre * (mean + NINETY_FIVE * sd)
            value = centre * mean if informed else row.value
            unsure = (sd / mean if row.scale == "log" else abs(centre) * sd) if informed else row.uncertainty
            ends = {
                "value": (centre, float(value), low, high),
                "uncertainty": (row.uncertainty, unsure, unsure, unsure),
            }
            for field, figures in ends.items():
                told = [float(f"{figure:.{FIGURES}g}") for figure in figures]
                number = f"{parameter}.{field}"
                found.append(
                    Fitted(f"touch: {name}", number, told[0], told[1], told[2], told[3], informed, tuple(studies))
                )
    return found


def _model(**data: Any) -> None:
    """The hierarchical model of the module's docstring."""
    import jax.numpy as jnp
    import numpyro
    from jax.scipy.special import log_ndtr
    from numpyro import distributions as dist

    def several(name: str, number: int) -> Any:
        return numpyro.sample(name, dist.Normal(0, 1).expand([number]).to_event(1))

    gain = numpyro.deterministic("gain", 1.0 + data["sd"] * several("gain_raw", data["sd"].shape[0]))
    published, told = (numpyro.sample(name, dist.Normal(0, BIAS_SD)) for name in BIASES)
    tau, between = (numpyro.sample(name, dist.HalfNormal(SCATTER_SD)) for name in SCATTERS)
    drift = between * several("drift_raw", data["studies"].shape[0])
    bias = jnp.where(data["told"] > 0, told, published)
    mu = data["d"] + data["slopes"] @ (gain - 1.0) + data["claimed"] * (bias + drift[data["study"]])
    wide = jnp.sqrt(data["variance"] + tau**2)
    up, down = log_ndtr((mu - data["limit"]) / wide), log_ndtr((-mu - data["limit"]) / wide)
    none = jnp.log1p(-jnp.clip(jnp.exp(up) + jnp.exp(down), 0.0, 1 - 1e-9))
    each = jnp.stack([down, none, up], axis=1)[jnp.arange(mu.shape[0]), data["answer"]]
    numpyro.factor("answers", (data["weight"] * each).sum())
