"""From a first number to the second one to expect of a person whom nobody treats.

Somebody is held against those virtual people who begin near, clients among them: a high number may be an ordinary
person's bad day, or a usual day of somebody who always has it. A straight line through them, each counting the more the
nearer, says what to expect; how they scatter around it makes the band. Where too few stand, or beyond nearly all of
them, nothing is foretold: no line is prolonged to people whom nobody has lived.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Bools, Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.nearby import FEWEST, Pairs, quantiles
from effleurage.statistics.intervals import NINETY

DOUBT = 0.15
"""SD of ln by which the expected mean change itself may be off (assumed, as between laboratories on the scoreboard)."""
DOUBT_LINEAR = 0.3
"""The same on a linear scale, as a share of the scatter between people (assumed): many people do not make us surer."""
SHARE = 0.9
"""Share of untreated people that a band should hold."""
WOBBLE = 2.0
"""Steps of a coarse scale from a first reading within which the second one must be expected, for a reading that moved
by one step to be no change (ours): both are rounded, and two neighbours may be one state."""
FARTHEST_OFF = 2.0
"""SDs of laboratories by which the level of one may be learnt to be off (ours)."""
TRIPLED = 3.0
"""How many times as wide a band may be for what is not said, such as the posture, before nothing is foretold."""
UNREACHED = "hardly any of the virtual people begins there: nothing is expected"
ALONE = f"fewer than {FEWEST} of the virtual people are like this: nothing is expected"
UNSAID = "without its posture (or time of day) three times as much would be possible: nothing is expected"
LIKELY = (np.arange(101) + 0.5) / 101
"""Shares below which the second numbers lie that are each as likely as the next."""


@dataclass(frozen=True)
class Foretold:
    """What is foretold after n first numbers, (n,) each, on the instrument's scale; NaN where nothing is.

    ``low`` and ``high`` hold ``SHARE`` of such people; ``spread`` is their SD, ``doubt`` what more people do not mend;
    ``people``: how many virtual people it rests on, as they count; ``reason``: why nothing is foretold, or "".
    ``likely`` (n, L): second numbers, each as likely as the next.
    """

    centre: Floats
    low: Floats
    high: Floats
    spread: Floats
    doubt: Floats
    people: Floats
    reason: NDArray[np.object_]
    likely: Floats

    @classmethod
    def nothing(cls, number: int) -> Foretold:
        """Room for what is foretold after so many."""
        none = {name: np.full(number, np.nan) for name in ("centre", "low", "high", "spread", "doubt", "people")}
        likely = np.full((number, len(LIKELY)), np.nan)
        return cls(**none, reason=np.full(number, UNREACHED, dtype=object), likely=likely)

    def put(self, places: Sequence[int] | NDArray[np.int64], other: Foretold) -> None:
        """Write down at some places what is foretold there."""
        for name in self.__annotations__:
            getattr(self, name)[np.asarray(places, dtype=int)] = getattr(other, name)

    def at(self, places: Bools) -> Foretold:
        """What is foretold at some places."""
        return replace(self, **{name: getattr(self, name)[places] for name in self.__annotations__})

    def moved(self, by: Floats, doubt: Floats) -> Foretold:
        """The same, expected so much further up (n,), with another doubt."""
        own = {name: getattr(self, name) + by for name in ("centre", "low", "high")}
        return replace(self, **own, likely=self.likely + by[:, None], doubt=doubt)

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
        return replace(self, low=low, high=high, spread=np.maximum(np.hypot(self.spread, added), error))


def on_scale(foretold: Foretold, x: Floats, instrument: Instrument, steps: Floats | None = None) -> Foretold:
    """What is foretold after first numbers (n,), as far as the instrument can report it: its ends, and its steps."""
    # who begins at an end of a scale may be beyond it: to stay there is no change
    low = np.where(x <= instrument.low, np.minimum(foretold.low, instrument.low), foretold.low)
    high = np.where(x >= instrument.high, np.maximum(foretold.high, instrument.high), foretold.high)
    kept = replace(foretold, low=low, high=high)
    if instrument.scale == "log":
        return kept
    kept = kept.rounded(x, instrument, steps)
    ends = instrument.low, instrument.high
    return replace(kept, low=np.clip(kept.low, *ends), high=np.clip(kept.high, *ends))


def mixed(sides: Sequence[Foretold], apart: Bools) -> Foretold:
    """What is foretold where it is not said which of several sides somebody is on: each is as likely.

    ``apart`` (n,): whose sides differ. Their band is no narrower than what all sides share; where it is ``TRIPLED``
    times as wide as that of one side, nothing is foretold.
    """
    every = {name: np.array([getattr(side, name) for side in sides]) for name in Foretold.__annotations__}
    likely = np.concatenate(list(every["likely"]), axis=1)
    low, high = np.quantile(likely, [(1 - SHARE) / 2, (1 + SHARE) / 2], axis=1)
    low, high = np.minimum(low, every["low"].max(axis=0)), np.maximum(high, every["high"].min(axis=0))
    tripled = high - low >= TRIPLED * (every["high"] - every["low"]).mean(axis=0)
    reason = np.where(tripled, UNSAID, "").astype(object)
    for side in sides:
        reason = np.where(side.reason != "", side.reason, reason)
    spread = np.hypot(every["spread"].mean(axis=0), every["centre"].std(axis=0))
    doubt, people = every["doubt"].mean(axis=0), every["people"].min(axis=0)
    shared = np.quantile(likely, LIKELY, axis=1).T
    found = Foretold(every["centre"].mean(axis=0), low, high, spread, doubt, people, reason, shared)
    told = Foretold.nothing(len(apart))
    told.put(np.flatnonzero(~apart), sides[0].at(~apart))
    told.put(np.flatnonzero(apart & ~tripled), found.at(apart & ~tripled))
    told.reason[apart] = reason[apart]
    return told


@dataclass(frozen=True)
class Expected:
    """Pairs of numbers of untreated people at some hours, and what they foretell."""

    instrument: Instrument
    pairs: Pairs

    def foretell(
        self,
        before: Floats,
        steps: Floats | None = None,
        usual: Sequence[Mapping[str, float]] | None = None,
        who: Sequence[str] | None = None,
    ) -> Foretold:
        """What is foretold after first numbers (n,) of one group, in the outcome's unit.

        ``steps`` (n,): in what steps they were put down, where that is coarser than the instrument's own. ``usual``:
        for each, what is usual of that person. ``who``: whose they are; by default each is another person's.

        The level of the laboratory is learnt from the people of the group: its offset has a prior with the SD that
        laboratories show, so many people move it and one hardly does; what stays unknown of it widens the band.
        """
        x = self.instrument.transformed(before)
        weights = [self.pairs.alike(own) for own in usual] if usual else [self.pairs.weight] * len(x)
        off, people = self._off(x, weights, who or [str(place) for place in range(len(x))])
        offset, unsure = self._laboratory(off)
        within = self._within(x, off, people)
        found = Foretold.nothing(len(x))
        for place in np.flatnonzero(np.isfinite(x)).tolist():
            if within[place]:
                found.put([place], self._beside(float(x[place]), offset, unsure, weights[place]))
        return on_scale(found, x, self.instrument, steps)

    @property
    def middle(self) -> float:
        """Mean first number, on the instrument's scale."""
        return self.pairs.middle

    def band(self, before: Floats) -> tuple[Floats, Floats, Floats]:
        """Expected second numbers and the ends of the band (n,), (n,), (n,) in the outcome's unit; NaN for none."""
        found = self.foretell(before)
        back = self.instrument.back
        return back(found.centre), back(found.low), back(found.high)

    def slope(self, x: float) -> float:
        """How far the second number goes with the first of ordinary people near ``x``, on the instrument's scale."""
        counts, _ = self.pairs.near(x, self.pairs.weight, self._least)
        return _line(self.pairs, counts)[1]

    @property
    def _least(self) -> float:
        return self.instrument.error / 2

    def _off(self, x: Floats, weights: Sequence[Floats], who: Sequence[str]) -> tuple[Floats, NDArray[np.int64]]:
        """How far each person of a group (P,) begins from the mean of those alike; whose each number is (n,)."""
        every = {id(counts): float(np.average(self.pairs.first, weights=counts)) for counts in weights}
        off = x - np.array([every[id(counts)] for counts in weights])
        _, people = np.unique(list(who), return_inverse=True)
        known = np.isfinite(off)
        times = np.bincount(people, known)
        with np.errstate(invalid="ignore"):
            return np.bincount(people, np.where(known, off, 0.0)) / times, people

    def _within(self, x: Floats, off: Floats, people: NDArray[np.int64]) -> Bools:
        """Which first numbers (n,) of ``people`` who are ``off`` lie between the ends of the bank's, or are missing.

        The level of the laboratory may be what the others of the group make likely, and no more than one SD of
        laboratories off: nobody is excused by own number, nor a group by a level that no laboratory has.
        """
        others, most = max(int(np.isfinite(off).sum()) - 1, 0), self.instrument.laboratories
        weight = self._weight(others)
        offset = weight * (np.nansum(off) - off[people]) / max(others, 1)
        unsure = most * np.sqrt(1 - weight)
        low, high = np.clip(offset - unsure, -most, most), np.clip(offset + unsure, -most, most)
        ends = self.pairs.ends
        return np.asarray(~np.isfinite(x) | ((x - low >= ends[0]) & (x - high <= ends[1])))

    def _beside(self, x: float, offset: float, unsure: float, weight: Floats) -> Foretold:
        """What is foretold of one person by those who begin near."""
        pairs, at = self.pairs, x - offset
        counts, people = pairs.near(at, weight, self._least)
        if people < FEWEST:
            return replace(Foretold.nothing(1), people=np.array([people]), reason=np.array([ALONE], dtype=object))
        level, slope = _line(pairs, counts)
        scatter = pairs.second - level - slope * pairs.first
        spread = float(np.sqrt(np.average((scatter - np.average(scatter, weights=counts)) ** 2, weights=counts)))
        unknown = (1 - float(np.clip(slope, 0, 1))) * unsure
        widen = np.sqrt(1 + (unknown / spread) ** 2) if spread > 0 else 1.0
        centre = offset + level + slope * at
        ends = [(1 - SHARE) / 2, (1 + SHARE) / 2]
        off = quantiles(scatter, counts, [*ends, *LIKELY]) * widen
        doubt = np.hypot(unknown, DOUBT if self.instrument.scale == "log" else DOUBT_LINEAR * spread)
        numbers = {"centre": centre, "low": centre + off[0], "high": centre + off[1], "spread": spread}
        one = {name: np.array([value]) for name, value in {**numbers, "doubt": doubt, "people": people}.items()}
        return Foretold(**one, reason=np.array([""], dtype=object), likely=centre + off[None, 2:])

    def _weight(self, people: int) -> float:
        """How far so many first numbers, and not the prior, tell the level of their laboratory (0-1)."""
        prior = self.instrument.laboratories**2
        return prior / (prior + self.pairs.spread**2 / people) if people and prior else 0.0

    def _laboratory(self, off: Floats) -> tuple[float, float]:
        """Offset of the laboratory that measured people who are so far off (P,), and how unsure it stays (SD)."""
        known, most = off[np.isfinite(off)], self.instrument.laboratories
        if not len(known):
            return 0.0, most
        weight = self._weight(len(known))
        offset = np.clip(weight * known.mean(), -FARTHEST_OFF * most, FARTHEST_OFF * most)
        return float(offset), most * float(np.sqrt(1 - weight))


def _line(pairs: Pairs, counts: Floats) -> tuple[float, float]:
    """Level and slope of the least-squares line; flat where all begin at one number."""
    x, y = float(np.average(pairs.first, weights=counts)), float(np.average(pairs.second, weights=counts))
    spread = float(np.average((pairs.first - x) ** 2, weights=counts))
    shared = float(np.average((pairs.first - x) * (pairs.second - y), weights=counts))
    slope = shared / spread if spread > 1e-12 else 0.0
    return y - slope * x, slope
