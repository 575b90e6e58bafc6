"""How well a trial tells two arms apart: its power for a difference, and the people that a difference needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from effleurage.statistics.clusters import power_shared
from effleurage.statistics.sizes import FEWEST, MOST, crossover_pairs, per_arm, power_of, power_pairs
from effleurage.statistics.sizes import detectable as plain_detectable
from effleurage.trial.design import therapists
from effleurage.trial.design.design import Arm, Design

TEETH = (10, 20, 40, 80, 120, 160, 240, 320, 480)
"""Sizes of a power curve."""
HALVINGS = 60


@dataclass(frozen=True)
class Size:
    """Persons ``analysed`` in each arm (pairs, in a crossover), and ``recruited`` to keep them; None beyond reach."""

    analysed: int | None
    recruited: int | None


@dataclass(frozen=True)
class Contrast:
    """Two arms of a design in one outcome, on the scale of its instrument.

    ``sd`` of persons and ``r`` of both measurements, in a crossover of both periods. ``between``: SD of therapists.
    ``teams``: therapists who share the first arm and the other, 0 where persons stand for themselves.
    """

    design: Design
    sd: float
    r: float
    between: float = 0.0
    teams: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, design: Design, sd: float, r: float, other: Arm, attended: float = 1.0) -> Contrast:
        """That of the first arm and another; a therapist does something only to who ``attended``."""
        teams = (therapists.team(design.arms[0]), therapists.team(other))
        return cls(design, sd, r, attended * therapists.spread(design, sd), teams)

    @property
    def scatter(self) -> float:
        """SD that the analysis leaves of one person (of one period, in a crossover)."""
        if self.design.layout == "crossover":
            return float(self.sd * np.sqrt((1 - self.r) * (2 if self.design.analysis == "change" else 1)))
        if self.design.analysis == "change":
            return float(self.sd * np.sqrt(2 * (1 - self.r)))
        return float(self.sd * np.sqrt(1 - self.r**2))

    @property
    def counts_therapists(self) -> bool:
        """Whether therapists who differ share an arm."""
        return any(self.teams) and self.between > 0

    def error(self, n: int) -> float:
        """Standard error of the difference in a trial of ``n`` persons an arm (in all, of a crossover)."""
        shared = sum(self.between**2 / min(many, n) for many in self.teams if many)
        return float(np.sqrt(2 * self.scatter**2 / n + shared))

    def power(self, n: int, effect: float) -> float:
        """Power of ``n`` persons an arm (in all, of a crossover) for a difference."""
        d, alpha = abs(effect) / self.scatter, self.design.alpha
        between = self.between / self.scatter
        if self.design.layout == "crossover":
            twice = np.sqrt(2 if self.teams[0] == self.teams[1] else 1)
            between *= twice / np.sqrt(2)
            return power_pairs(n, d / np.sqrt(2), between=between, teams=self._both, alpha=alpha)
        if self.counts_therapists:
            ancova = self._r is not None
            return power_shared(n, d, between=between, teams=self.teams, ancova=ancova, alpha=alpha)
        return float(power_of(n, self._plain(effect), r=self._r, alpha=alpha))

    def size(self, effect: float) -> Size:
        """Persons who find a difference, with what therapists, drop-out and missing tubes cost.

        The design's therapists share however many people there are, so their cost grows with the size, and beyond some
        size more people add nothing.
        """
        design = self.design
        if len(design.arms) < 2 or effect == 0 or not np.isfinite(effect):
            return Size(None, None)
        n = self._fewest(effect)
        if n is None:
            return Size(None, None)
        left = (1 - design.dropout) * (1 - design.missing) ** 2
        if design.estimand == "while on treatment":
            left *= design.adherence
        return Size(n, ceil(n / left) if left > 0 else None)

    def detectable(self, n: int) -> float:
        """The smallest difference that ``n`` persons analysed find with the design's power; infinite where none is."""
        if not (self.counts_therapists or self.design.layout == "crossover"):
            design = self.design
            found = float(plain_detectable(n, r=self._r, alpha=design.alpha, power=design.power))
            return found * (self.sd if self._r is not None else self.scatter)
        low, high = 0.0, self.scatter
        while self.power(n, high) < self.design.power:
            low, high = high, 2 * high
            if high > MOST * self.scatter:
                return float("inf")
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (low, middle) if self.power(n, middle) >= self.design.power else (middle, high)
        return high

    def curve(self, effect: float, teeth: Sequence[int] = TEETH) -> tuple[tuple[int, float], ...]:
        """Power at several sizes; nothing for a design of one arm."""
        if len(self.design.arms) < 2:
            return ()
        return tuple((n, self.power(n, effect)) for n in teeth)

    def _fewest(self, effect: float) -> int | None:
        alpha, power = self.design.alpha, self.design.power
        if self.counts_therapists:
            return _fewest(lambda n: self.power(n, effect) >= power)
        if self.design.layout == "crossover":
            d = abs(effect) / self.scatter / np.sqrt(2)
            return crossover_pairs(float(d), period=True, alpha=alpha, power=power)
        return per_arm(self._plain(effect), r=self._r, alpha=alpha, power=power)

    @property
    def _r(self) -> float | None:
        """What ANCOVA is told of the first measurement; None for a change, whose SD is the scatter itself."""
        return None if self.design.analysis == "change" else self.r

    def _plain(self, effect: float) -> float:
        return abs(effect) / (self.sd if self._r is not None else self.scatter)

    @property
    def _both(self) -> tuple[int, ...]:
        """Teams of a crossover that count: one, where both arms have one as large."""
        return tuple(dict.fromkeys(many for many in self.teams if many)) if self.counts_therapists else ()


def _fewest(enough: Callable[[int], bool]) -> int | None:
    """The smallest size that is enough, all above it being so too; None beyond reach."""
    low, high = FEWEST - 1, FEWEST
    while not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            return None
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
