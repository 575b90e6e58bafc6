"""Beats that are no sinus beats or no beats: found and put right, on a day-long record or thousands of windows at once.

Re-implemented from Lipponen & Tarvainen 2019 (J Med Eng Technol 43:173, doi 10.1080/03091902.2019.1640306): the
differences of successive intervals, and the intervals against their running median, are compared with thresholds that
follow their own spread; the pattern of neighbouring differences says which kind of beat it is. What we added is
marked (ours).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from effleurage.arrays import Bools, Floats, Ints
from effleurage.errors import DataError, Finding
from effleurage.lab.heart.intervals import Intervals

CLASSES = ("normal", "ectopic", "long", "short", "missed", "extra", "implausible")
"""Classes of beats; ``implausible`` is outside the gate, as a pause in the record is, and cannot be put right."""
NORMAL, ECTOPIC, LONG, SHORT, MISSED, EXTRA, IMPLAUSIBLE = range(len(CLASSES))
PLAUSIBLE = (300.0, 2000.0)
"""Intervals between sinus beats of an adult, ms: 200 to 30 a minute (ours, a usual gate)."""
SPREADS = 5.2
"""Threshold in quartile deviations: 99.95 % of a normal distribution (the paper's alpha)."""
AROUND = 91
"""Beats whose spread sets a threshold (the paper)."""
MEDIAN_OF = 11
"""Beats of the running median (the paper has 10; an odd number has a middle)."""
SLOPE, OFFSET = 0.13, 0.17
"""Border of the ectopic pattern (the paper's c1 and c2)."""
FAR = 3.0
"""Thresholds from the median that make an interval long or short whatever its neighbours (the paper)."""
LEAST_MIDDLE = 1e-3
"""Milliseconds; below it an interval is no interval, and dividing by it would overflow."""
LEAST_STEP = 0.05
"""No threshold is below this share of the median interval (ours): a steady heart, or a clock of 1/128 s, is normal."""
MOST_IN_A_ROW = 5
"""More rejected intervals than this in a row are a gap, not corrected beats (ours)."""

_ROWS = 500  # windows in hand at once: memory stays small
_LEAST_BEATS = 5  # fewer intervals have no pattern; only the gate is kept

Kinds = NDArray[np.int8]


@dataclass(frozen=True)
class Corrected:
    """Intervals after correction, (N,) or (windows, N); NaN is a gap, or padding at the end.

    ``rr`` in ms: missed beats put in, extra beats taken out, ectopic, long and short intervals interpolated; ``time``
    in s of the beat that ends each, as measured; ``accepted`` where the interval is as measured and normal: only these
    are NN intervals; ``kind`` is the place in ``CLASSES`` of that beat.
    """

    rr: Floats
    time: Floats
    accepted: Bools
    kind: Kinds

    @classmethod
    def in_rows(cls, rr: Floats, time: Floats, accepted: Bools, kind: Kinds, row: Ints, rows: int) -> Corrected:
        """Flat arrays (K,) as ``rows`` rows of one length; ``row`` says which and rises (rows, N)."""
        sizes = np.bincount(row, minlength=rows)
        shape = (rows, int(sizes.max(initial=0)))
        column = np.arange(len(row)) - (np.cumsum(sizes) - sizes)[row]
        made = cls(np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, bool), np.zeros(shape, np.int8))
        for table, flat in ((made.rr, rr), (made.time, time), (made.accepted, accepted), (made.kind, kind)):
            table[row, column] = flat
        return made

    @classmethod
    def stacked(cls, parts: Sequence[Corrected]) -> Corrected:
        """The rows of all parts, padded to one length."""
        if len(parts) == 1:
            return parts[0]
        most = max(part.rr.shape[1] for part in parts)
        joined = []
        for name, filling in (("rr", np.nan), ("time", np.nan), ("accepted", False), ("kind", NORMAL)):
            tables = [getattr(part, name) for part in parts]
            wide = [((0, 0), (0, most - table.shape[1])) for table in tables]
            padded = [np.pad(table, gap, constant_values=filling) for table, gap in zip(tables, wide, strict=True)]
            joined.append(np.concatenate(padded))
        return cls(*joined)

    def select(self, rows: slice) -> Corrected:
        """Some of the rows."""
        return Corrected(self.rr[rows], self.time[rows], self.accepted[rows], self.kind[rows])

    def counts(self) -> dict[str, Ints]:
        """Beats of each class, one number a record (...,)."""
        seen = np.isfinite(self.time)
        return {name: np.asarray(np.sum((self.kind == code) & seen, axis=-1)) for code, name in enumerate(CLASSES)}

    def corrected(self) -> Floats:
        """Share of beats that are not normal, 0 to 1, one number a record (...,); NaN where there is no beat."""
        beats = np.sum(np.isfinite(self.time), axis=-1)
        wrong = np.sum(self.kind != NORMAL, axis=-1)
        return np.asarray(np.where(beats > 0, wrong / np.maximum(beats, 1), np.nan))


def find_artefacts(rr: ArrayLike, times: ArrayLike | None = None) -> Corrected:
    """Classify and correct the intervals ``rr`` in ms, (N,) or (windows, N); NaN is missing or padding.

    ``times`` (same shape, s, from any zero) are those of the beats that end the intervals; where one is more than
    ``SMALLEST_HOLE`` s beyond its interval, beats are missing before it. Without them the intervals follow each other,
    and a NaN takes no time.
    Raises ``DataError`` where time runs backwards, or is not one a beat.
    """
    table = np.array(rr, dtype=float, ndmin=2)
    clock = None if times is None else np.array(times, dtype=float, ndmin=2)
    if clock is not None and clock.shape != table.shape:
        what = f"{clock.size} times for {table.size} intervals"
        raise DataError(Finding("times", what, "Give the time of the beat that ends each interval."))
    parts = []
    for begin in range(0, max(len(table), 1), _ROWS):
        part = slice(begin, begin + _ROWS)
        flat = Intervals.of(table[part], None if clock is None else clock[part])
        parts.append(_corrected(flat, len(table[part])))
    made = Corrected.stacked(parts)
    return made if np.ndim(rr) > 1 else Corrected(made.rr[0], made.time[0], made.accepted[0], made.kind[0])


@dataclass(frozen=True)
class _Found:
    """Verdict on each interval (K,): class of the beat that ends it, no NN interval, merged with which (-1: none)."""

    kind: Kinds
    rejected: Bools
    merged: Ints


def _classify(flat: Intervals) -> _Found:
    """The paper's decisions, all intervals at once; an ectopic beat lies between two intervals that both go."""
    rr = flat.rr
    kind = np.zeros(len(rr), dtype=np.int8)
    middle = flat.quantile(rr, MEDIAN_OF, 0.5)
    step, away, away_limit = _normalised(flat, middle)
    tested = (flat.sizes() >= _LEAST_BEATS)[flat.row]
    last, following = flat.before(step), flat.after(step)
    second = flat.after(following)
    up = step > 0
    beside = np.where(up, np.maximum(last, following), -np.minimum(last, following))
    ectopic = tested & (abs(step) > 1) & (beside < -SLOPE * abs(step) - OFFSET)
    pair = ectopic | flat.after(ectopic)
    suspect = (abs(step) > 1) | (abs(away) > FAR)
    suspect |= flat.before(suspect & ~ectopic & (abs(following) < abs(second)))
    suspect &= tested & ~pair
    back = np.where(step >= 0, -np.minimum(following, second), np.maximum(following, second)) > 1
    long = suspect & (((step > 1) & back) | (away > FAR))
    short = suspect & (((step < -1) & back) | (away < -FAR)) & ~long
    half = abs(rr / 2 - middle)
    # (ours) the halves must fit better than the whole, and be plausible
    missed = long & (half < away_limit) & (half < abs(rr - middle)) & (rr >= 2 * PLAUSIBLE[0])
    kind[long], kind[short], kind[missed] = LONG, SHORT, MISSED
    kind[np.flatnonzero(_every_other(ectopic)) - 1] = ECTOPIC
    merged = _merged(flat, short, pair | missed, middle, away_limit)
    at = np.flatnonzero(merged >= 0)
    kind[merged[at]], kind[at] = NORMAL, EXTRA
    rejected = pair | (kind != NORMAL)
    rejected[merged[at]] = True
    return _Found(kind, rejected, merged)


def _normalised(flat: Intervals, middle: Floats) -> tuple[Floats, Floats, Floats]:
    """Steps and distances from the median in units of their thresholds, and the threshold of distance in ms (K,)."""
    step = np.where(flat.fresh, 0.0, np.diff(flat.rr, prepend=0.0))
    away = flat.rr - middle
    away[away < 0] *= 2  # an extra beat halves an interval where a missed one doubles it
    limits = []
    for series in (step, away):
        spread = (flat.quantile(series, AROUND, 0.75) - flat.quantile(series, AROUND, 0.25)) / 2
        limits.append(np.maximum(SPREADS * spread, LEAST_STEP * np.maximum(middle, LEAST_MIDDLE)))
    return step / limits[0], away / limits[1], limits[1]


def _every_other(flags: Bools) -> Bools:
    """Of flags in a row the first, third, and so on: neighbouring ectopic patterns share an interval."""
    place = np.arange(len(flags))
    before = np.maximum.accumulate(np.where(flags, -1, place))
    return np.asarray(flags & ((place - before) % 2 == 1))


def _merged(flat: Intervals, short: Bools, taken: Bools, middle: Floats, limit: Floats) -> Ints:
    """The neighbour, not ``taken``, that makes a short interval whole, where there is one; else -1 (K,).

    The paper looks at the next interval; the one before is as good where it fits better (ours).
    """
    merged = np.full(len(short), -1)
    used = taken.copy()
    for at in np.flatnonzero(short):  # few, and each takes a neighbour from the next
        beside = [] if flat.fresh[at] else [at - 1]
        if at + 1 < len(short) and not flat.fresh[at + 1]:
            beside.append(at + 1)
        whole = flat.rr[at] - middle[at]
        fits = [(abs(whole + flat.rr[near]), near) for near in beside if not used[near] and not used[at]]
        miss, near = min(fits, default=(np.inf, at))
        if miss < min(limit[at], abs(whole)):
            merged[at] = near
            used[[at, near]] = True
    return merged


def _corrected(flat: Intervals, rows: int) -> Corrected:
    """The series that the classes make, padded (rows, N)."""
    found = _classify(flat)
    kind, time, length = found.kind, flat.time(), flat.rr.copy()
    count = np.ones(len(length), dtype=np.int64)
    at = np.flatnonzero(found.merged >= 0)
    kept, gone = np.minimum(at, found.merged[at]), np.maximum(at, found.merged[at])
    length[kept] += length[gone]
    time[kept], kind[gone], kind[kept], count[gone] = time[gone], NORMAL, EXTRA, 0
    early = np.flatnonzero(kind == ECTOPIC)  # the beat goes halfway between its neighbours
    time[early] = (time[early] - flat.rr[early] / 1000 + time[early + 1]) / 2
    missed = kind == MISSED
    length[missed] /= 2
    count[missed] = 2
    # before a fresh interval inside a row stands a hole
    hole = flat.fresh & (np.diff(flat.row, prepend=-1) == 0)
    source = np.repeat(np.arange(len(count)), count + hole)
    place = np.arange(len(source)) - np.repeat(np.cumsum(count + hole) - count - hole, count + hole)
    is_hole = hole[source] & (place == 0)
    inserted = missed[source] & (place == hole[source])
    rr = np.where(is_hole, np.nan, length[source])
    time = np.where(is_hole, np.nan, time[source] - np.where(inserted, length[source] / 1000, 0.0))
    kind = np.where(is_hole | (missed[source] & ~inserted), NORMAL, kind[source]).astype(np.int8)
    accepted = ~(is_hole | found.rejected[source])
    outside = (accepted & (rr < PLAUSIBLE[0])) | (rr > PLAUSIBLE[1])
    kind[outside] = IMPLAUSIBLE
    accepted &= ~outside
    row = flat.row[source]
    _bridge(rr, accepted, np.isin(kind, (MISSED, EXTRA)) | (missed[source] & ~is_hole), row)
    return Corrected.in_rows(rr, time, accepted, kind, row, rows)


def _bridge(rr: Floats, accepted: Bools, whole: Bools, row: Ints) -> None:
    """Interpolate rejected intervals between accepted ones, in place; what is too long, or too many, becomes a gap.

    ``whole`` intervals, of a missed or an extra beat, hold a measured time and keep it.
    """
    place, size = np.arange(len(rr)), len(rr)
    turn = np.flatnonzero((np.diff(accepted, prepend=False) != 0) | (np.diff(row, prepend=-1) != 0))
    run = np.diff(turn, append=size)
    rr[~accepted & (np.repeat(run, run) > MOST_IN_A_ROW)] = np.nan
    rr[rr > PLAUSIBLE[1]] = np.nan
    stretch = np.cumsum(np.isnan(rr) | (np.diff(row, prepend=-1) != 0))
    left = np.maximum.accumulate(np.where(accepted, place, -1))
    right = np.minimum.accumulate(np.where(accepted, place, size)[::-1])[::-1]
    at = np.flatnonzero(~accepted & ~whole & np.isfinite(rr))
    left, right = left[at], right[at]
    has_left = (left >= 0) & (stretch[left] == stretch[at])
    has_right = right < size
    has_right[has_right] = stretch[right[has_right]] == stretch[at[has_right]]
    low = np.where(has_left, rr[left], np.nan)
    high = np.where(has_right, rr[np.minimum(right, size - 1)], low)
    low = np.where(has_left, low, high)
    share = np.where(has_left & has_right, (at - left) / np.maximum(right - left, 1), 0.0)
    rr[at] = low + share * (high - low)
