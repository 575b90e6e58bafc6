"""The exported analysis finds what is not there in 5 of 100 trials, and what is there as often as the sizes say.

Trials of people who are made up, with known means, spreads, correlations and therapists, are analysed by the script
that `effleurage plan --export` writes. How often it calls nothing something is compared with 5 %, and how often it
finds a difference with the closed forms that number the people of a plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pandas as pd
from proof import SEED, Figure, shares, spread
from scipy import stats

from effleurage.report.trial import analysis_template as script
from effleurage.statistics.clusters import power_shared
from effleurage.statistics.sizes import power_of, power_pairs

SOURCES = (
    "src/effleurage/report/trial/analysis_template.py",
    "src/effleurage/statistics/*.py",
)
TRIALS, FEW, PROCESSES = 3000, 60, 2
R = 0.5
"""Correlation of the two measurements of a person, whose SDs are 1."""
SLACK = 0.005
"""What the closed forms may be off by; where therapists share an arm, more."""
SLACK_OF_TEAMS = 0.03


@dataclass(frozen=True)
class Case:
    """``n`` persons an arm (in all, of a crossover); ``teams`` of therapists, whose SD is ``between``; 0: nobody's."""

    what: str
    n: int
    d: float
    layout: str = "parallel"
    analysis: str = "ancova"
    teams: tuple[int, int] = (0, 0)
    between: float = 0.0
    exact: bool = True

    def power(self) -> float:
        """What the closed forms say."""
        left = np.sqrt(1 - R**2) if self.analysis == "ancova" else np.sqrt(2 * (1 - R))
        if self.layout == "crossover":
            return power_pairs(self.n, self.d / np.sqrt(2 * (1 - R)))
        if any(self.teams):
            between, ancova = self.between / left, self.analysis == "ancova"
            return power_shared(self.n, self.d / left, between=between, teams=self.teams, ancova=ancova)
        found = power_of(self.n, self.d, r=R) if self.analysis == "ancova" else power_of(self.n, self.d / left, r=None)
        return float(found)


CASES = (
    Case("ANCOVA, 30 an arm", 30, 0.65),
    Case("ANCOVA, 6 an arm", 6, 1.6),
    Case("ANCOVA, 132 an arm", 132, 0.3),
    Case("change score, 30 an arm", 30, 0.75, analysis="change"),
    Case("crossover, 20 persons", 20, 0.7, layout="crossover"),
    Case("ANCOVA, 4 therapists in one arm, 32 an arm", 32, 1.0, teams=(4, 0), between=0.3, exact=False),
    Case("ANCOVA, 8 therapists in one arm, 40 an arm", 40, 0.8, teams=(8, 0), between=0.3, exact=False),
    Case("ANCOVA, 5 therapists in each arm, 30 an arm", 30, 1.0, teams=(5, 5), between=0.3, exact=False),
    Case(
        "change score, 6 and 4 therapists, 36 an arm",
        36,
        1.2,
        analysis="change",
        teams=(6, 4),
        between=0.3,
        exact=False,
    ),
)


def trial(case: Case, luck: np.random.Generator, d: float) -> pd.DataFrame:
    """Persons of one trial, as the script has them after reading; the massage moves them by ``d``."""
    if case.layout == "crossover":
        people, first = case.n, np.arange(case.n) % 2
        own = luck.normal(size=people) * np.sqrt(R)
        parts = []
        for period in (0, 1):
            massage = first == period
            after = own + luck.normal(size=people) * np.sqrt(1 - R) + d * massage + 0.4 * period
            parts.append(table(massage, np.zeros(people), after, period))
        return pd.concat(parts, ignore_index=True)
    people = 2 * case.n
    massage = np.arange(people) % 2 == 0
    before = luck.normal(size=people)
    after = R * before + np.sqrt(1 - R**2) * luck.normal(size=people) + d * massage
    whose = np.full(people, "", dtype="<U12")
    for arm, (name, many) in enumerate(zip("mr", case.teams, strict=True)):
        if many:
            mine = np.flatnonzero(massage == (arm == 0))
            place = np.arange(len(mine)) % many
            whose[mine] = np.char.add(name, place.astype(str))
            after[mine] += case.between * luck.normal(size=many)[place]
    return table(massage, before, after, 0).assign(therapist=whose)


def table(massage: np.ndarray, before: np.ndarray, after: np.ndarray, period: int) -> pd.DataFrame:
    """A line a person."""
    arm = np.where(massage, *script.ARMS)
    place = np.arange(len(arm))
    base = {"person": place, "period": str(period + 1), "arm": arm, "therapist": ""}
    return pd.DataFrame({**base, "before": before, "after": after})


def significant(case: Case, d: float, part: int, many: int) -> int:
    """In how many of ``many`` trials the script finds a difference."""
    script.LAYOUT, script.ANALYSIS = case.layout, case.analysis
    luck = np.random.default_rng([SEED, CASES.index(case), int(1000 * d), part])
    count = 0
    for _ in range(many):
        _, results = script.estimate(trial(case, luck, d))
        one = results[script.ARMS[1]]
        count += 2 * stats.t.sf(abs(one["b"] / one["se"]), one["df"]) < 0.05
    return count


def prove(quick: bool) -> Iterator[Figure]:
    """Every case without a difference and with one."""
    return shares(counted(FEW if quick else TRIALS))


def counted(many: int) -> Iterator[tuple[str, int, int, float, float]]:
    """What, how many of how many trials, and between which shares that must lie."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for case in CASES:
            for d in (0.0, case.d):
                jobs = [pool.submit(significant, case, d, part, many // PROCESSES) for part in range(PROCESSES)]
                count = sum(job.result() for job in jobs)
                wanted = case.power() if d else 0.05
                near = 3 * spread(wanted, many) + SLACK
                below, above = (near, near) if case.exact else (near + SLACK_OF_TEAMS, near + SLACK_OF_TEAMS * (d > 0))
                what = f"{case.what}: finds {d:g} SD" if d else f"{case.what}: finds nothing as something"
                yield what, count, many, max(0.0, wanted - below), min(1.0, wanted + above)
