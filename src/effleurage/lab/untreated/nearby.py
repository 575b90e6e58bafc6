"""Virtual people who begin near somebody, and how many of them there really are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats

WANTED, FEWEST = 200, 50
"""People, as they count, who should stand around somebody, and below whom nothing is said (ours)."""
HELD = 0.995
"""Middle share of the bank's first values within which somebody may begin."""
_NARROWEST, _WIDEST = 0.05, 0.75
"""How near people begin who count: SD of the kernel, in SDs of all first values (ours)."""
_WIDTHS = np.geomspace(_NARROWEST, _WIDEST, 12)
_APART = {"age": 10.0, "pain": 1.0, "stress": 12.0, "sleep": 40.0}
"""How alike people are who count, in what is said of somebody: SD of the kernel, in its unit (ours)."""


@dataclass(frozen=True)
class Pairs:
    """First and second numbers on the instrument's scale, whose they are, and how much each counts; all (M,).

    People repeat. ``usual`` (M,) each: what is usual of them, by name.
    """

    first: Floats
    second: Floats
    person: NDArray[np.int64]
    weight: Floats
    usual: Mapping[str, Floats] = field(default_factory=dict)

    @classmethod
    def sound(
        cls, first: Floats, second: Floats, person: NDArray[np.int64], weight: float = 1.0,
        usual: Mapping[str, Floats] | None = None,
    ) -> Pairs:  # fmt: skip
        """Those that were both measured."""
        kept = np.isfinite(first) & np.isfinite(second)
        own = {name: values[kept] for name, values in (usual or {}).items()}
        return cls(first[kept], second[kept], person[kept], np.full(int(kept.sum()), weight), own)

    @classmethod
    def together(cls, parts: Sequence[Pairs]) -> Pairs:
        """All of several parts."""
        first, second, person, weight = (
            np.concatenate([getattr(part, name) for part in parts]) for name in ("first", "second", "person", "weight")
        )
        usual = {name: np.concatenate([part.usual[name] for part in parts]) for name in parts[0].usual}
        return cls(first, second, person, weight, usual)

    @cached_property
    def middle(self) -> float:
        """Mean first number."""
        return float(np.average(self.first, weights=self.weight))

    @cached_property
    def spread(self) -> float:
        """SD of first numbers."""
        return float(np.sqrt(np.average((self.first - self.middle) ** 2, weights=self.weight)))

    @cached_property
    def ends(self) -> tuple[float, float]:
        """The ends of the first numbers of ``HELD`` of them."""
        low, high = quantiles(self.first, self.weight, [(1 - HELD) / 2, (1 + HELD) / 2])
        return float(low), float(high)

    @cached_property
    def _own(self) -> NDArray[np.int64]:
        """Whose each is (M,), counted from 0."""
        return np.unique(self.person, return_inverse=True)[1]

    def alike(self, usual: Mapping[str, float]) -> Floats:
        """How much each counts (M,) beside somebody of whom this is said."""
        off = [(self.usual[name] - value) / _APART[name] for name, value in usual.items()]
        return np.asarray(self.weight * np.exp(-np.square(off).sum(axis=0) / 2)) if off else self.weight

    def near(self, x: float, weight: Floats, least: float) -> tuple[Floats, float]:
        """How much each counts (M,) beside somebody who begins at ``x``, and how many people that comes to.

        Nobody is too far to count a little; the kernel is as narrow as ``WANTED`` people allow, and never narrower than
        ``least``, what the instrument can tell apart.
        """
        distance = np.square(self.first - x)
        people = 0.0
        counts = weight
        for width in np.maximum(_WIDTHS * self.spread, least):
            counts = weight * np.exp(-distance / (2 * width**2))
            people = self.people(counts)
            if people >= WANTED:
                break
        return counts, people

    def people(self, counts: Floats) -> float:
        """How many people of equal weight are as sure: (sum of weights)^2 / sum of squares, a person's taken together.

        >>> Pairs(np.zeros(4), np.zeros(4), np.array([0, 0, 1, 1]), np.ones(4)).people(np.ones(4))
        2.0
        """
        each = np.bincount(self._own, counts)
        return float(each.sum() ** 2 / np.square(each).sum()) if each.any() else 0.0


def quantiles(values: Floats, weight: Floats, shares: Sequence[float] | Floats) -> Floats:
    """Weighted quantiles.

    >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), [0.5])
    array([2.])
    """
    return np.quantile(values, shares, weights=weight, method="inverted_cdf")
