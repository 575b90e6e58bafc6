"""From a first number to the second one to expect of a person whom nobody treats.

Where ordinary people begin, a straight line (ordinary least squares) through all of them and what scatters around it.
Towards the ends of where they begin, a person is held against those virtual people, clients among them, who begin near:
a high number may be an ordinary person's bad day, or a usual day of somebody who always has it. Where hardly any of
them begins, nothing is foretold: no line is prolonged to people whom nobody has lived.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Bools, Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.statistics.intervals import NINETY

DOUBT = 0.15
"""SD of ln by which the expected mean change itself may be off (assumed, as between laboratories on the scoreboard)."""
DOUBT_LINEAR = 0.3
"""The same on a linear scale, as a share of the scatter between people (assumed): many people do not make us surer."""
SHARE = 0.9
"""Share of untreated people that a band should hold."""
FEWEST = 0.015
"""Share of ordinary people who must begin as far out as somebody who is held against them, and as many of all people
where clients are lived as well (ours): 3 persons of 192."""
USUAL = 0.8
"""Middle share of ordinary first numbers in which their line serves, where clients are lived as well (ours)."""
WOBBLE = 2.0
"""Steps of a coarse scale from a first reading within which the second one must be expected, for a reading that moved
by one step to be no change (ours): both are rounded, and two neighbours may be one state."""
NEAR = 150
"""Pairs of numbers of virtual people who begin nearest, from which what is foretold of a client is read (ours)."""


@dataclass(frozen=True)
class Pairs:
    """First and second numbers on the instrument's scale, whose they are, and how much each counts; all (M,).

    People repeat.
    """

    first: Floats
    second: Floats
    person: NDArray[np.int64]
    weight: Floats

    @classmethod
    def sound(cls, first: Floats, second: Floats, person: NDArray[np.int64], weight: float = 1.0) -> Pairs:
        """Those that were both measured."""
        kept = np.isfinite(first) & np.isfinite(second)
        return cls(first[kept], second[kept], person[kept], np.full(int(kept.sum()), weight))

    def and_of(self, other: Pairs) -> Pairs:
        """These and those of other people."""
        return Pairs(*(np.concatenate([getattr(self, name), getattr(other, name)]) for name in self.__annotations__))

    @property
    def people(self) -> int:
        """How many people they are of."""
        return len(np.unique(self.person))

    def reach(self, few: int) -> tuple[float, float]:
        """Ends between which somebody may begin: at least ``few`` people begin as far out on that side."""
        own = [self.first[self.person == one] for one in np.unique(self.person)]
        if len(own) < few:
            return np.inf, -np.inf
        return float(np.sort([one.min() for one in own])[few - 1]), float(np.sort([one.max() for one in own])[-few])


@dataclass(frozen=True)
class Foretold:
    """What is foretold after n first numbers, (n,) each, on the instrument's scale; NaN where nothing is.

    ``low`` and ``high`` hold ``SHARE`` of such people; ``spread`` is their SD, ``doubt`` what more people do not mend.
    """

    centre: Floats
    low: Floats
    high: Floats
    spread: Floats
    doubt: Floats

    def rounded(self, x: Floats, instrument: Instrument, steps: Floats | None = None) -> Foretold:
        """The same, with room for the rounding of both readings, of which ``x`` (n,) are the first.

        Virtual people report in the instrument's own step; on a scale that few of them use, nearly all report the same
        number, and their scatter says too little: the room is the least of a band. Coarser ``steps`` (n,) add to it.
        Where a step hides more than the noise does, a reading one step away may be of the same state.
        """
        step = np.maximum(instrument.step, 0.0 if steps is None else steps)
        error = step / np.sqrt(6)  # SD of the difference of two rounding errors, each uniform
        added = np.where(step > instrument.step, error, 0.0)
        down, up = (
            np.maximum(np.hypot(np.maximum(end, 0.0), NINETY * added), NINETY * error)
            for end in (self.centre - self.low, self.high - self.centre)
        )
        low, high = np.minimum(self.low, self.centre - down), np.maximum(self.high, self.centre + up)
        near = (step > instrument.error) & (np.abs(self.centre - x) <= WOBBLE * step)
        low = np.where(near, np.minimum(low, np.maximum(x - step, instrument.low)), low)
        high = np.where(near, np.maximum(high, np.minimum(x + step, instrument.high)), high)
        return Foretold(self.centre, low, high, np.maximum(np.hypot(self.spread, added), error), self.doubt)


@dataclass(frozen=True)
class Expected:
    """The line from a first to a second number of untreated people, on the instrument's scale.

    ``scatter`` (M,) are the residuals around ``level + slope*first``; ``first`` (M,) the first numbers themselves;
    ``reach`` the ends between which at least ``few`` ordinary people begin, ``usual`` the ends of their middle;
    ``clients`` these people and clients together, where clients were lived.
    """

    instrument: Instrument
    level: float
    slope: float
    scatter: Floats
    first: Floats
    few: int = 1
    reach: tuple[float, float] = (-np.inf, np.inf)
    usual: tuple[float, float] = (-np.inf, np.inf)
    clients: Pairs | None = None

    @classmethod
    def of(cls, instrument: Instrument, pairs: Pairs) -> Expected:
        """The line through ordinary people."""
        level, slope = _line(pairs.first, pairs.second)
        scatter = pairs.second - level - slope * pairs.first
        few = max(1, int(np.ceil(FEWEST * pairs.people)))
        low, high = (float(end) for end in np.quantile(pairs.first, [(1 - USUAL) / 2, (1 + USUAL) / 2]))
        return cls(instrument, level, slope, scatter, pairs.first, few, pairs.reach(few), (low, high))

    def asks_for_clients(self, before: Floats) -> bool:
        """Whether one of the first numbers (n,) of a group, in the outcome's unit, is not in the ordinary middle."""
        return bool(self.instrument.clients) and not bool(self._between(before, self.usual).all())

    def _between(self, before: Floats, ends: tuple[float, float]) -> Bools:
        """Which first numbers lie between two ends of ordinary people's; what was not measured does.

        The level of the laboratory may be what the others of the group make likely, and no more than one SD of
        laboratories off: nobody is excused by own number, nor a group by a level that no laboratory has.
        """
        x = self.instrument.transformed(before)
        known = np.isfinite(x)
        others, most = max(int(known.sum()) - 1, 0), self.instrument.laboratories
        weight = self._weight(others)
        offset = weight * ((x[known].sum() - x) / max(others, 1) - self.first.mean())
        unsure = most * np.sqrt(1 - weight)
        low, high = np.clip(offset - unsure, -most, most), np.clip(offset + unsure, -most, most)
        return np.asarray(~known | ((x - low >= ends[0]) & (x - high <= ends[1])))

    def foretell(self, before: Floats, steps: Floats | None = None) -> Foretold:
        """What is foretold after first numbers (n,) of one group, in the outcome's unit.

        ``steps`` (n,): in what steps they were put down, where that is coarser than the instrument's own.

        The level of the laboratory is learnt from the group: its offset has a prior with the SD that laboratories
        show, so many people move it and one hardly does; what stays unknown of it widens the band. Clients are
        chosen by the first number itself, as it stands: the whole prior widens theirs.
        """
        x = self.instrument.transformed(before)
        offset, unsure = self._laboratory(x)
        centre = offset + self.level + self.slope * (x - offset)
        rows = np.array([_placed(self.slope, unsure, middle, self.scatter, self.instrument) for middle in centre])
        served = self._between(before, self.usual if self.clients else self.reach)
        begun = self.clients.reach(self.few) if self.clients else (np.inf, -np.inf)
        for place in np.flatnonzero(~served):
            inside = begun[0] <= x[place] <= begun[1]
            rows[place] = self._near(self.clients, float(x[place])) if self.clients and inside else np.nan
        centre, low, high, spread, doubt = rows.reshape(-1, 5).T
        # who begins at an end of a scale may be beyond it: to stay there is no change
        low = np.where(x <= self.instrument.low, np.minimum(low, self.instrument.low), low)
        high = np.where(x >= self.instrument.high, np.maximum(high, self.instrument.high), high)
        found = Foretold(centre, low, high, spread, doubt)
        return found if self.instrument.scale == "log" else found.rounded(x, self.instrument, steps)

    def band(self, before: Floats) -> tuple[Floats, Floats, Floats]:
        """Expected second numbers and the ends of the band (n,), (n,), (n,) in the outcome's unit; NaN for none."""
        found = self.foretell(before)
        back = self.instrument.back
        return back(found.centre), back(found.low), back(found.high)

    def _near(self, clients: Pairs, x: float) -> tuple[float, ...]:
        """What is foretold of one client by those who begin near."""
        far = np.abs(clients.first - x)
        near = far <= np.sort(far)[min(NEAR, len(far)) - 1] + 1e-9
        first, second, weight = (getattr(clients, name)[near] for name in ("first", "second", "weight"))
        level, slope = _line(first, second, weight)
        scatter = second - level - slope * first
        return _placed(slope, self.instrument.laboratories, level + slope * x, scatter, self.instrument, weight)

    def _weight(self, people: int) -> float:
        """How far so many first numbers, and not the prior, tell the level of their laboratory (0-1)."""
        prior = self.instrument.laboratories**2
        return prior / (prior + float(self.first.var()) / people) if people and prior else 0.0

    def _laboratory(self, x: Floats) -> tuple[float, float]:
        """Offset of the laboratory that measured first numbers (n,), and how unsure it stays (SD)."""
        x = x[np.isfinite(x)]
        if not len(x):
            return 0.0, self.instrument.laboratories
        weight = self._weight(len(x))
        return weight * float(x.mean() - self.first.mean()), self.instrument.laboratories * float(np.sqrt(1 - weight))


def _line(first: Floats, second: Floats, weight: Floats | None = None) -> tuple[float, float]:
    """Level and slope of the least-squares line; flat where all begin at one number."""
    x, y = float(np.average(first, weights=weight)), float(np.average(second, weights=weight))
    spread = float(np.average((first - x) ** 2, weights=weight))
    shared = float(np.average((first - x) * (second - y), weights=weight))
    slope = shared / spread if spread > 1e-12 else 0.0
    return y - slope * x, slope


def _placed(
    slope: float, unsure: float, centre: float, scatter: Floats, instrument: Instrument, weight: Floats | None = None
) -> tuple[float, ...]:
    """A row of ``Foretold``, before both readings are rounded."""
    spread = float(np.sqrt(np.average((scatter - np.average(scatter, weights=weight)) ** 2, weights=weight)))
    level = (1 - slope) * unsure
    widen = np.sqrt(1 + (level / spread) ** 2) if spread > 0 else 1.0
    ends = [(1 - SHARE) / 2, (1 + SHARE) / 2]
    if weight is None:
        low, high = np.quantile(scatter, ends) * widen
    else:
        low, high = np.quantile(scatter, ends, weights=weight, method="inverted_cdf") * widen
    doubt = DOUBT if instrument.scale == "log" else DOUBT_LINEAR * spread
    return centre, centre + low, centre + high, spread, float(np.hypot(level, doubt))
