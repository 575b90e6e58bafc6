"""The clock of a recording: beats are placed by adding up RR intervals, and what is missing stays missing.

Where the times in a file are those of the beats, an interval that does not reach back to the beat before says that
beats are missing there, and for how long. Any other time stamp beside an interval is when a packet arrived, not when
the heart beat (a Bluetooth strap sends several intervals at once, late), so such stamps never place a beat; they only
show where time passed without beats.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from effleurage.arrays import Bools, Floats, Ints
from effleurage.errors import Finding
from effleurage.files.heart.rr_cells import Findings
from effleurage.files.heart.tally import Tally
from effleurage.files.heart.units import shown
from effleurage.lab.heart.intervals import SMALLEST_HOLE

LONGEST_RR = 2000.0
"""ms; a longer interval (under 30 beats a minute) is a gap in the record (ours; the usual gate of HRV work)."""
LONGEST_GAP = 86_400.0
"""s; a longer gap means two recordings in one file, or another unit (ours)."""
SMALLEST_JUMP = 2.0
"""s that stamps must gain on the sum of intervals, or lose, to count (ours): a strap's packets come about 1 s apart."""
MOST_DRIFT = 0.02
"""Share of the intervals by which stamps may drift from them (ours): clocks differ by less, and beats lost one by one
change RMSSD by no more than about one hundredth."""
DAY = 86_400.0
"""Seconds."""

_AROUND = 60  # rows compared before and after a jump, about a minute: a burst of late packets is over by then
_HOUR = 3600.0


@dataclass(frozen=True)
class Beats:
    """Rows of a file, in order: ``rr`` (n,) in ms, NaN or 0 where missing; ``line`` (n,) is where each stands.

    ``lost`` (n,) marks what the recorder calls lost, ``stamp`` (n,) is in s, NaN where it could not be read.
    """

    rr: Floats
    line: Ints
    lost: Bools | None = None
    stamp: Floats | None = None

    def part(self, rows: slice) -> Beats:
        """Some of the rows."""
        lost = None if self.lost is None else self.lost[rows]
        return Beats(self.rr[rows], self.line[rows], lost, None if self.stamp is None else self.stamp[rows])

    def ended(self) -> Beats:
        """The same, where each stamp was that of the beat that begins the interval and is now that of its end."""
        if self.stamp is None:
            return self
        return replace(self, stamp=self.stamp + np.where(self.rr > 0, self.rr, 0.0) / 1000)


@dataclass
class _Placed:
    """Rows with how long each lasts (s) and how far its stamp is ahead of the sum of intervals (s)."""

    rr: Floats
    lasts: Floats
    ahead: Floats
    line: Ints

    def joined(self, other: _Placed) -> _Placed:
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("rr", "lasts", "ahead", "line"))
        return _Placed(*(np.concatenate(pair) for pair in pairs))

    def part(self, rows: slice) -> _Placed:
        return _Placed(self.rr[rows], self.lasts[rows], self.ahead[rows], self.line[rows])


class BeatClock:
    """Gives rows their starts, in order and piece by piece; faults go to ``findings``, the rest is in ``notes()``.

    ``daily`` says that stamps are times of day, so that midnight is no step backward (and 12 hours of silence in such
    a file cannot be told from none). ``beats`` says that they are the times of the beats that end the intervals.
    """

    def __init__(self, name: str, findings: Findings, *, daily: bool = False, beats: bool = False) -> None:
        self.stop = 0.0
        self._name, self._findings, self._daily, self._exact = name, findings, daily, beats
        self._held: _Placed | None = None
        self._reached = math.nan  # how far the last stamp read was ahead
        self._behind = np.zeros(0)  # ``ahead`` of the last rows placed, since the last jump
        self._summed = 0.0  # s of intervals so far, without the gaps that only stamps know
        self._raw_stamp = self._stamp = math.nan
        self._days = 0
        self._lead = self._led = math.nan  # how far stamps were ahead first, and are now
        self._explained = 0.0  # s of that in jumps
        self._stamped = False
        self._missing, self._long, self._lost, self._unread = Tally(), Tally(), Tally(), Tally()
        self._jumped, self._back, self._hours, self._holes = Tally(), Tally(), Tally(), Tally()

    def place(self, beats: Beats, *, last: bool = False) -> tuple[Floats, Floats]:
        """Intervals in ms (m,), NaN in gaps, and their starts in s (m,).

        With stamps the last rows are held back until more are known, or until ``last``.
        """
        gone = np.zeros(len(beats.rr))
        if beats.stamp is not None:
            self._stamped = True
            stamp = self._read_on(beats.stamp, beats.line)
            gone = np.clip(np.nan_to_num(np.diff(stamp, prepend=self._stamp)), 0.0, LONGEST_GAP)
        rr, lasts = self._durations(beats, gone)
        if beats.stamp is None:
            return self._lay(rr, lasts)
        now = self._measured(rr, lasts, stamp, beats.line)
        if self._exact:
            places, seconds = self._between(now, np.isfinite(beats.stamp))
            return self._lay(np.insert(rr, places, math.nan), np.insert(lasts, places, seconds))
        rows = now if self._held is None else self._held.joined(now)
        ready = len(rows.rr) if last else max(0, len(rows.rr) - _AROUND)
        self._held = rows.part(slice(ready, None))
        places, seconds = self._gaps(rows, ready)
        whole = rows.part(slice(ready))
        return self._lay(np.insert(whole.rr, places, math.nan), np.insert(whole.lasts, places, seconds))

    def notes(self) -> tuple[str, ...]:
        """What was seen so far, a sentence each."""
        length = "as long as stamps say" if self._stamped else "of unknown length, counted as 0 s"
        told = (
            (self._missing, f"missing intervals (NaN or 0), kept as gaps {length}"),
            (self._lost, "intervals that the recorder marks as lost, kept as gaps of that length"),
            (self._long, f"intervals longer than {LONGEST_RR / 1000:g} s, kept as gaps of that length"),
            (self._holes, "places where beats are missing by the times of the others, kept as gaps"),
            (self._jumped, "places where time stamps run ahead of the intervals, kept as gaps"),
            (self._hours, "of these, gaps of just an hour, which may be no gaps but a change of the clock"),
            (self._back, "places where time stamps run backward (a change of the clock?), where beats go on in order"),
            (self._unread, "time stamps that cannot be read, where no gap is seen"),
        )
        seen = [f"{what}: {tally.count:,} ({tally.length()}{tally.where()})" for tally, what in told if tally.count]
        if abs(self.drift) > SMALLEST_JUMP:
            way = "more" if self.drift > 0 else "less"
            seen.append(
                f"in small steps, time stamps count {abs(self.drift):,.1f} s {way} than the intervals add up to"
            )
        return tuple(seen)

    @property
    def drift(self) -> float:
        """Seconds that stamps count more than intervals and gaps, in steps too small to be placed; NaN without them."""
        return self._led - self._lead - self._explained

    def drifted(self, unit: str = "ms") -> Finding | None:
        """What is wrong where stamps and intervals, read in ``unit``, drift apart by more than ``MOST_DRIFT``."""
        share = self.drift / self._summed if self._summed > 0 else 0.0
        if not (abs(self.drift) > SMALLEST_JUMP and abs(share) > MOST_DRIFT):
            return None
        far = f"time stamps count {abs(self.drift):,.1f} s {'more' if share > 0 else 'less'} than the intervals"
        if share > 0:
            what = f"{far}, in steps too small to be placed: beats are missing one by one"
            fix = "Export the time of every beat with milliseconds; if the stamps are wrong, delete their column."
            return Finding(self._name, what, fix)
        what = f"{far}: these may be in another unit"
        if unit != "ms":
            fix = (
                f"If they are in {shown(unit)}, say so (unit='{unit}', --unit {unit}); or delete stamps that are wrong."
            )
            return Finding(self._name, what, fix)
        if abs(share + 1 - 1000 / 1024) < MOST_DRIFT / 4:
            what = f"{far}, as if these were in 1/1024 s"
        fix = "Say the unit (unit='1/1024' or 'ms', --unit 1/1024 or --unit ms), or delete stamps that are wrong."
        return Finding(self._name, what, fix)

    def _durations(self, beats: Beats, gone: Floats) -> tuple[Floats, Floats]:
        """Intervals (n,) in ms, NaN in gaps, and how long each lasts (n,) in s; ``gone`` (n,) is what stamps say."""
        rr = np.where(beats.rr > 0, beats.rr, math.nan)
        missing = np.isnan(rr)
        lasts = np.where(missing, gone, rr / 1000)
        for line, seconds in zip(beats.line[lasts > LONGEST_GAP], lasts[lasts > LONGEST_GAP], strict=True):
            what = f"an interval of {seconds:,.0f} s is longer than a day"
            fix = "Split the file where two recordings meet, or say the unit (unit='ms', --unit ms)."
            self._findings.add(Finding(f"{self._name}, line {line}", what, fix), int(line))
        lasts = np.minimum(lasts, LONGEST_GAP)
        lost = np.zeros(len(rr), bool) if beats.lost is None else beats.lost & ~missing
        long = (rr > LONGEST_RR) & ~lost
        for tally, rows in ((self._missing, missing), (self._lost, lost), (self._long, long)):
            tally.add(beats.line[rows], float(lasts[rows].sum()))
        return np.where(long | lost, math.nan, rr), lasts

    def _lay(self, rr: Floats, lasts: Floats) -> tuple[Floats, Floats]:
        ends = self.stop + np.cumsum(lasts)
        start = np.concatenate([[self.stop], ends[:-1]])[: len(ends)]
        self.stop = float(ends[-1]) if len(ends) else self.stop
        return rr, start

    def _read_on(self, stamp: Floats, line: Ints) -> Floats:
        """Stamps (n,) that go on where the last piece ended: unread ones repeat the one before, midnight is passed."""
        self._unread.add(line[np.isnan(stamp)])
        stamp = _filled(stamp, self._raw_stamp)
        if self._daily and len(stamp):
            steps = np.nan_to_num(np.diff(stamp, prepend=self._raw_stamp))
            days = self._days + np.cumsum((steps < -DAY / 2).astype(int) - (steps > DAY / 2))
            self._raw_stamp, self._days = float(stamp[-1]), int(days[-1])
            return np.asarray(stamp + DAY * days)
        self._raw_stamp = float(stamp[-1]) if len(stamp) else self._raw_stamp
        return stamp

    def _measured(self, rr: Floats, lasts: Floats, stamp: Floats, line: Ints) -> _Placed:
        summed = self._summed + np.cumsum(lasts)
        if len(stamp):
            self._summed, self._stamp = float(summed[-1]), float(stamp[-1])
        ahead = stamp - summed
        if np.isfinite(ahead).any():
            self._led = float(ahead[-1])
            self._lead = self._lead if math.isfinite(self._lead) else float(ahead[np.isfinite(ahead)][0])
        return _Placed(rr, lasts, ahead, line)

    def _gaps(self, rows: _Placed, ready: int) -> tuple[list[int], list[float]]:
        """Before which of the first ``ready`` rows stamps gained time for good, and how many seconds.

        The least lead of a minute after is held against that of a minute before: what a late packet lost is made up
        by then, what a gap lost is not.
        """
        behind, whole = len(self._behind), np.concatenate([self._behind, rows.ahead])
        steps = np.abs(np.diff(whole))
        floor, places, seconds = 0, [], []
        for jump in np.flatnonzero(steps[: max(0, behind + ready - 1)] > SMALLEST_JUMP) + 1:
            before, after = whole[max(floor, jump - _AROUND) : jump], whole[jump : jump + _AROUND]
            gained = float(np.nanmin(after) - np.nanmin(before))
            line = rows.line[jump - behind : jump - behind + 1]
            if jump < behind or abs(gained) < SMALLEST_JUMP:
                continue
            floor = int(jump)
            self._explained += gained
            if gained < 0:
                self._back.add(line)
                continue
            self._jump(line, gained)
            places.append(int(jump) - behind)
            seconds.append(min(gained, LONGEST_GAP))
        self._behind = whole[max(floor, behind + ready - _AROUND) : behind + ready]
        return places, seconds

    def _between(self, rows: _Placed, read: Bools) -> tuple[list[int], list[float]]:
        """Before which rows there is time that no interval fills, and how many seconds; ``read`` (n,) has a stamp."""
        ahead = _filled(np.where(read, rows.ahead, math.nan), self._reached)
        gained = np.nan_to_num(np.diff(ahead, prepend=self._reached))
        self._reached = float(ahead[-1]) if len(ahead) else self._reached
        places = [int(place) for place in np.flatnonzero(gained > SMALLEST_HOLE)]
        for place in places:
            line, seconds = rows.line[place : place + 1], float(gained[place])
            if seconds > LONGEST_GAP or abs(seconds - _HOUR) < SMALLEST_JUMP:
                self._jump(line, seconds)
            else:
                self._holes.add(line, seconds)
        back = gained < -SMALLEST_JUMP
        self._back.add(rows.line[back])
        self._explained += float(gained[places].sum() + gained[back].sum())
        return places, [min(float(one), LONGEST_GAP) for one in gained[places]]

    def _jump(self, line: Ints, seconds: float) -> None:
        self._jumped.add(line, seconds)
        if abs(seconds - _HOUR) < SMALLEST_JUMP:
            self._hours.add(line)
        if seconds > LONGEST_GAP:
            what = f"{seconds / DAY:,.1f} days pass before this row without a beat"
            fix = "Split the file where two recordings meet."
            self._findings.add(Finding(f"{self._name}, line {int(line[0])}", what, fix), int(line[0]))


def _filled(values: Floats, before: float) -> Floats:
    """Values (n,) where a NaN repeats the last number before it."""
    whole = np.concatenate([[before], values])
    last = np.maximum.accumulate(np.where(np.isnan(whole), 0, np.arange(len(whole))))
    return np.asarray(whole[last][1:])
