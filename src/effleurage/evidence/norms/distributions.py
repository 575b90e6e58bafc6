"""Spread between people: whole distributions of individuals, held against the same look at the virtual people.

The package ships nine cited quantiles of each set of individuals. Where the data themselves are at hand
(``raw.py`` reads them), every individual counts instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from effleurage.arrays import Floats
from effleurage.evidence.norms.looked import looked_at
from effleurage.evidence.norms.targets import Look, Measure, Use, World
from effleurage.people.cohort import Cohort
from effleurage.protocol.tables import shipped_rows

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.engine.threads import Progress


PROBABILITIES = (0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0)
"""The quantiles that are shipped."""
BAND = 0.9
"""Share of people that the simulated band should hold."""
WORSE = 1.15
"""A CRPS of the simulated people may be this many times that of the data's own smoothed distribution."""
PEOPLE = 1024
"""Virtual people behind a band; the ends of a 90 % band of 256 lie a percent of people too far or too near."""
_COMPATIBLE = 0.05


@dataclass(frozen=True)
class Distribution:
    """One look at individuals: ``quantiles`` (9) at ``PROBABILITIES``, in ``unit``; ``than`` (a time) makes it a ratio.

    Fields as in ``distributions.toml``; ``why`` says why it misses, and what would mend it.
    """

    id: str
    raw: str
    use: Use
    quantity: str
    at: str
    world: World
    unit: str
    n: int
    population: str
    source: str
    quantiles: tuple[float, ...]
    measure: Measure = "mean"
    than: str = ""
    why: str = ""

    @property
    def look(self) -> Look:
        """What is read of the virtual people."""
        return Look(at=self.at, measure=self.measure, world=self.world)

    @property
    def other(self) -> Look | None:
        """What it is divided by, where it is a ratio."""
        return Look(at=self.than, measure=self.measure, world=self.world) if self.than else None

    @property
    def points(self) -> Floats:
        """``n`` values spread over the shipped quantiles."""
        return np.interp((np.arange(self.n) + 0.5) / self.n, PROBABILITIES, self.quantiles)


@cache
def shipped_distributions() -> tuple[Distribution, ...]:
    """The distributions of the package."""
    return shipped_rows(Distribution, "distribution", __package__, "distributions.toml")


@cache
def spread_misses() -> Mapping[str, str]:
    """Id of a distribution that misses -> why, and what would mend it."""
    return {one.id: one.why for one in shipped_distributions() if one.why}


def hold(
    distributions: Sequence[Distribution],
    individuals: Mapping[str, Floats] | None = None,
    seed: int = 1,
    people: int = PEOPLE,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """One row a distribution: medians and 90 % bands, people inside the simulated band, CRPS against the data's own.

    ``individuals``: id -> values of real people, used instead of the shipped quantiles. ``status`` is green where
    the number inside is compatible with 90 % (exact binomial, 5 %) and the CRPS is at most 1.15 of the own one;
    yellow where one of the two holds; red else.
    """
    import pandas as pd
    from scipy.stats import binomtest

    wanted = [(one.quantity, look) for one in distributions for look in (one.look, one.other) if look]
    read = looked_at(wanted, Cohort.of(people, seed), (), progress)
    board = []
    for one in distributions:
        own = read(one.quantity, one.look)
        if one.other:
            own = own / read(one.quantity, one.other)
        own = own[np.isfinite(own)]
        real = (individuals or {}).get(one.id)
        values = one.points if real is None else np.asarray(real)
        low, high = np.quantile(own, [(1 - BAND) / 2, (1 + BAND) / 2])
        inside = int(((values >= low) & (values <= high)).sum())
        chance = float(binomtest(inside, len(values), BAND).pvalue)
        worse = crps(own, values) / crps(smoothed(values), values)
        holds = (chance >= _COMPATIBLE) + (worse <= WORSE)
        board.append(
            {
                "id": one.id,
                "use": one.use,
                "quantity": one.quantity,
                "population": one.population,
                "unit": one.unit,
                "n": len(values),
                "individuals": real is not None,
                "published": float(np.median(values)),
                "published_low": float(np.quantile(values, (1 - BAND) / 2)),
                "published_high": float(np.quantile(values, (1 + BAND) / 2)),
                "simulated": float(np.median(own)),
                "simulated_low": float(low),
                "simulated_high": float(high),
                "inside": inside,
                "chance": chance,
                "crps_ratio": float(worse),
                "status": ("red", "yellow", "green")[holds],
                "source": one.source,
            }
        )
    return pd.DataFrame(board)


def crps(ensemble: Floats, values: Floats) -> float:
    """Mean continuous ranked probability score of an ensemble (N,) for values (n,), in their unit.

    E|X - y| - E|X - X'|/2 (Gneiting & Raftery 2007, J Am Stat Assoc 102:359).
    """
    apart = np.abs(ensemble[:, None] - values[None, :]).mean()
    ranked = np.sort(ensemble)
    count = len(ranked)
    within = 2 * ((2 * np.arange(1, count + 1) - count - 1) * ranked).sum() / count**2
    return float(apart - within / 2)


def smoothed(values: Floats) -> Floats:
    """The values' own distribution, smoothed by a Gaussian kernel (Scott's rule), as an ensemble."""
    from scipy.stats import norm

    width = values.std(ddof=1) * len(values) ** (-1 / 5)
    steps = norm.ppf((np.arange(21) + 0.5) / 21)
    return np.asarray((values[:, None] + width * steps[None, :]).ravel())
