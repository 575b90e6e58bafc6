"""Indices of heart-rate variability of thousands of windows at once: numbers only, no judgement on them.

Time domain after Task Force 1996 (doi 10.1161/01.CIR.93.5.1043), of NN intervals only: as measured, between two normal
beats. Powers are those of ``spectrum``, on the longest stretch without a gap.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from effleurage.arrays import Bools, Floats
from effleurage.lab.heart.artefacts import PLAUSIBLE
from effleurage.lab.heart.breathing import breathing_rate
from effleurage.lab.heart.intervals import LONGEST_STEP
from effleurage.lab.heart.spectrum import HF, LF, TOTAL, Welch, band_power, power_density

INDICES: Mapping[str, tuple[str, str]] = {
    "mean_rr": ("mean RR", "ms"),
    "mean_hr": ("mean HR", "/min"),
    "sdnn": ("SDNN", "ms"),
    "rmssd": ("RMSSD", "ms"),
    "ln_rmssd": ("ln RMSSD", "ln ms"),
    "pnn50": ("pNN50", "%"),
    "lf": ("LF", "ms²"),
    "hf": ("HF", "ms²"),
    "total_power": ("total power", "ms²"),
    "lf_hf": ("LF/HF", "1"),
    "breathing_rate": ("breathing rate", "Hz"),
}
"""Index -> how the field calls it, and its unit."""
LEAST_NN = 3
"""NN intervals, and two differences, that any index needs: fewer have no spread (ours)."""
LEAST_SECONDS = {"hf": 60.0, "lf": 120.0, "total_power": 120.0, "lf_hf": 300.0, "breathing_rate": 60.0}
"""Unbroken seconds that a power needs: one minute for HF, two for LF, five as the standard (Task Force 1996)."""
MOST_BRIDGED = PLAUSIBLE[1] / 1000
"""Seconds without a beat, between two beats whose times are known, that a spectrum may bridge (ours): the longest
interval. Powers suffer from many such holes (``bridged``), the rate of breathing does not."""
SLACK = PLAUSIBLE[1] / 1000
"""A stretch may be this many seconds short: it begins and ends with a whole interval."""

_CHUNK = 128  # windows in hand at once: what they need stays in the processor's cache
_KEPT = 31 << 20


def hrv_indices(
    rr: ArrayLike,
    *,
    accepted: ArrayLike | None = None,
    times: ArrayLike | None = None,
    breathing: ArrayLike | None = None,
    settings: Welch | None = None,
) -> dict[str, Floats]:
    """Every index of ``INDICES`` of windows of intervals ``rr`` in ms (W, N), one number a window (W,); NaN where none.

    NaN in ``rr`` is a gap, or padding; so is what lies outside 300-2000 ms. Intervals that are not ``accepted``
    (W, N) shape the spectrum but are no NN intervals. ``times`` (W, N), s, are those of the beats that end the
    intervals; without them the intervals follow each other. ``breathing`` (W,) or one for all, Hz, is what a belt or a
    metronome says; where it is NaN, or not given, it is estimated.

    Besides: ``nn``, the NN intervals; ``nn_seconds``, how long they last; ``run_seconds``, the longest stretch without
    a gap of more than ``MOST_BRIDGED`` s; ``bridged``, the share of it without a beat; ``breathing_code``, a place in
    ``breathing.WHY``. RMSSD: root of the mean square of differences between NN intervals that follow each other; SDNN:
    standard deviation, n - 1; pNN50: share of those differences above 50 ms; mean HR: 60,000 / mean RR, the beats of a
    minute.
    """
    table = np.atleast_2d(np.asarray(rr, dtype=float))
    good = None if accepted is None else np.broadcast_to(np.asarray(accepted, dtype=bool), table.shape)
    clock = None if times is None else np.broadcast_to(np.asarray(times, dtype=float), table.shape)
    given = np.broadcast_to(np.asarray(np.nan if breathing is None else breathing, dtype=float), len(table))
    settings = settings or Welch()
    # Freed memory is kept up to the size of the largest block freed so far (glibc). Without this, every passing array
    # of a chunk costs fresh pages: half of all time.
    np.empty(_KEPT, dtype=np.int8)
    found: dict[str, Floats] = {}
    for begin in range(0, max(len(table), 1), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        nn, when = None if good is None else good[part], None if clock is None else clock[part]
        for name, values in _chunk(table[part], nn, when, given[part], settings).items():
            if name not in found:
                found[name] = np.empty(len(table))
            found[name][part] = values
    return found


def _chunk(
    rr: Floats, accepted: Bools | None, times: Floats | None, given: Floats, settings: Welch
) -> dict[str, Floats]:
    """``hrv_indices`` of a few windows."""
    usable = (rr >= PLAUSIBLE[0]) & (rr <= PLAUSIBLE[1])
    if times is not None:
        usable &= np.isfinite(times)
    rr = rr if usable.all() else np.where(usable, rr, 0.0)
    joined = usable[:, 1:] & usable[:, :-1]
    if times is not None:
        with np.errstate(invalid="ignore"):
            ahead = np.diff(times, axis=1)
            joined = joined & (ahead > 0) & (abs(ahead - rr[:, 1:] / 1000) <= LONGEST_STEP)
    nn = usable if accepted is None else usable & accepted
    found = _time_domain(rr, nn, joined if nn is usable else joined & nn[:, 1:] & nn[:, :-1])
    return found | _powers(rr, times, usable, joined, given, settings)


def _time_domain(rr: Floats, nn: Bools, paired: Bools) -> dict[str, Floats]:
    """Indices of the intervals that are ``nn`` (W, N) and of the differences that are ``paired`` (W, N - 1)."""
    count, pairs = np.count_nonzero(nn, axis=1), np.count_nonzero(paired, axis=1)
    kept = rr if nn.all() else np.where(nn, rr, 0.0)
    total = kept.sum(axis=1)
    enough, some = count >= LEAST_NN, pairs >= LEAST_NN - 1
    mean = np.where(enough, total / np.maximum(count, 1), np.nan)
    away = kept - np.where(enough, mean, 0.0)[:, None]
    step = np.diff(rr, axis=1)
    if kept is not rr:
        away *= nn
    if not paired.all():
        step *= paired
    square = np.einsum("wn,wn->w", step, step) / np.maximum(pairs, 1)
    rmssd = np.where(some, np.sqrt(square), np.nan)
    return {
        "mean_rr": mean,
        "mean_hr": 60_000 / mean,
        "sdnn": np.where(enough, np.sqrt(np.einsum("wn,wn->w", away, away) / np.maximum(count - 1, 1)), np.nan),
        "rmssd": rmssd,
        "ln_rmssd": np.log(np.where(rmssd > 0, rmssd, np.nan)),
        "pnn50": np.where(some, 100 * np.count_nonzero(abs(step) > 50, axis=1) / np.maximum(pairs, 1), np.nan),
        "nn": count.astype(float),
        "nn_seconds": total / 1000,
    }


def _powers(
    rr: Floats, times: Floats | None, usable: Bools, joined: Bools, given: Floats, settings: Welch
) -> dict[str, Floats]:
    """Powers and breathing of the longest stretch of each window without a gap."""
    hole = None if times is None else _holes(rr, times, usable, joined)
    inside = _longest(rr, usable, joined, hole)
    sizes = np.count_nonzero(inside, axis=1)
    seconds = np.einsum("wn,wn->w", rr, inside) / 1000
    empty = np.zeros(len(rr))
    if hole is not None:
        empty = np.where(inside & (np.cumsum(inside, axis=1) > 1), hole, 0.0).sum(axis=1)
    seconds += empty
    found = {name: np.full(len(rr), np.nan) for name in ("lf", "hf", "total_power", "lf_hf", "breathing_rate")}
    found["bridged"] = empty / np.maximum(seconds, 1e-9)
    found |= {"run_seconds": seconds, "breathing_code": np.zeros(len(rr))}
    known = np.isfinite(given)  # a belt needs no spectrum
    found["breathing_rate"][known] = given[known]
    rows = np.flatnonzero(seconds >= min(LEAST_SECONDS.values()) - SLACK)
    if not len(rows):
        return found
    if len(rows) < len(rr):
        inside = inside & np.isin(np.arange(len(rr)), rows)[:, None]
    knots = rr[inside]
    density = power_density(np.cumsum(knots) / 1000 if times is None else times[inside], knots, sizes[rows], settings)
    lf, hf, total = (band_power(density, band, settings) for band in (LF, HF, TOTAL))
    rate, code = np.full(len(rows), np.nan), np.zeros(len(rows), dtype=np.int64)
    if np.isnan(given[rows]).any():
        rate, code = breathing_rate(settings.frequency, density)
    ratio = lf / np.where(hf > 0, hf, np.nan)
    for name, values in (("lf", lf), ("hf", hf), ("total_power", total), ("lf_hf", ratio), ("breathing_rate", rate)):
        found[name][rows] = np.where(seconds[rows] >= LEAST_SECONDS[name] - SLACK, values, np.nan)
    found["breathing_code"][rows] = code
    found["breathing_rate"][known], found["breathing_code"][known] = given[known], 0.0
    return found


def _holes(rr: Floats, times: Floats, usable: Bools, joined: Bools) -> Floats | None:
    """Seconds without a beat before each interval (W, N): 0 where it follows another, infinite where none is near.

    ``None`` where no row has a hole.
    """
    if np.count_nonzero(usable) - np.count_nonzero(joined) <= np.count_nonzero(usable.any(axis=1)):
        return None
    place = np.where(usable, np.arange(rr.shape[1]), -1)
    before = np.maximum.accumulate(np.concatenate([np.full((len(rr), 1), -1), place[:, :-1]], axis=1), axis=1)
    last = np.take_along_axis(times, np.maximum(before, 0), axis=1)
    hole = np.where((before >= 0) & usable, np.maximum(times - rr / 1000 - last, 0.0), np.inf)
    hole[:, 1:][joined] = 0.0
    return np.where(hole <= MOST_BRIDGED, hole, np.inf)


def _longest(rr: Floats, usable: Bools, joined: Bools, hole: Floats | None) -> Bools:
    """The intervals of each row's longest stretch without a gap (W, N), over holes that can be bridged."""
    begins = usable.copy()
    begins[:, 1:] &= ~joined
    if hole is not None:
        begins &= ~np.isfinite(hole)
    if (begins.sum(axis=1) <= 1).all():
        return usable
    stretch = np.where(usable, np.cumsum(begins, axis=1), 0)
    most = int(stretch.max()) + 1
    place = stretch + most * np.arange(len(rr))[:, None]
    lasting = np.bincount(place.ravel(), weights=(rr * usable).ravel(), minlength=most * len(rr))
    return np.asarray(usable & (stretch == lasting.reshape(len(rr), most).argmax(axis=1)[:, None]))
