"""Powers of the RR tachogram in ms²: even resampling, Welch's spectrum, bands; thousands of windows at once.

The intervals, each at the time of the beat that ends it, are joined by a cubic spline (not-a-knot), read at an even
rate, freed of their trend and put through Welch's method with a Hann window (Welch 1967, doi
10.1109/TAU.1967.1161901). Bands as in Task Force 1996 (doi 10.1161/01.CIR.93.5.1043). All windows of a call share
one tridiagonal system and one Fourier transform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from effleurage.arrays import Floats, Ints

LF = (0.04, 0.15)
HF = (0.15, 0.40)
TOTAL = (0.0033, 0.40)
"""Bands in Hz (Task Force 1996). Total power leaves out what is slower than VLF, which five minutes cannot hold."""
HIGHEST = 0.5
"""Highest frequency kept, Hz: a heart of 60 a minute samples no faster rhythm."""

_ALMOST = 1e-6  # of a sample: a beat that falls on the grid is on it, whatever rounding says


@dataclass(frozen=True)
class Welch:
    """How a spectrum is made.

    ``rate`` of the even series, Hz; ``segment`` of Welch's method, s (half overlap, Hann, zero-padded to twice);
    ``trend`` taken off the run: its "line" or its "mean"; ``edges`` of a band: "exact" integrates the density between
    the two frequencies, "bins" joins the bins from the lower up to, not with, the upper one.
    """

    rate: float = 4.0
    segment: float = 150.0
    trend: str = "line"
    edges: str = "exact"

    @property
    def samples(self) -> int:
        """Samples of a segment."""
        return round(self.segment * self.rate)

    @property
    def frequency(self) -> Floats:
        """Frequencies of the density, Hz (F,)."""
        every = np.fft.rfftfreq(2 * self.samples, 1 / self.rate)
        return np.asarray(every[every <= HIGHEST], dtype=np.float64)


AS_NEUROKIT = Welch(trend="mean", edges="bins")
"""What NeuroKit2 0.2.13 does with five minutes at ``interpolation_rate=4, normalize=False``, its spline order aside."""


def power_density(beats: Floats, rr: Floats, sizes: Ints, settings: Welch) -> Floats:
    """One-sided power density of runs of intervals, ms²/Hz (R, F).

    ``beats`` (s, rising within a run) and ``rr`` (ms) hold all runs one after the other (K,), ``sizes`` how many
    intervals each has (R,), at least the four that a cubic spline needs. A run shorter than a segment is one segment.
    """
    if not len(sizes):
        return np.zeros((0, len(settings.frequency)))
    series, samples = tachogram(beats, rr, sizes, settings.rate, settings.samples)
    _flatten(series, samples, settings.trend)
    length = np.minimum(samples, settings.samples)
    count = 1 + np.rint((samples - length) / (settings.samples / 2)).astype(np.int64)
    sizes, which = np.unique(length, return_inverse=True)
    window = np.stack([_hann(int(size), settings) for size in sizes])
    density = np.zeros((len(samples), len(settings.frequency)))
    padded = np.zeros((len(samples), 2 * settings.samples))
    for place in range(int(count.max())):
        # even steps to the very end: a run of 299 s keeps three segments of 150 s
        starts = np.rint(place * (samples - length) / np.maximum(count - 1, 1)).astype(np.int64)
        rows = np.flatnonzero(count > place)
        taper = window[which[rows]] if len(window) > 1 else window
        if len(rows) == len(samples):
            _add_periodogram(density, series, rows, starts, taper, padded)
        else:
            part = np.zeros((len(rows), density.shape[1]))
            _add_periodogram(part, series, rows, starts[rows], taper, padded[: len(rows)])
            density[rows] += part
    density /= count[:, None]
    density[:, 0] /= 2
    return density


def tachogram(beats: Floats, rr: Floats, sizes: Ints, rate: float, least: int = 0) -> tuple[Floats, Ints]:
    """Runs of intervals on an even grid from the first beat of each: (R, N) ms, zero behind the end, and sizes (R,).

    N is the longest run's number of samples, or ``least``. Cubic spline with not-a-knot ends.
    """
    last = np.cumsum(sizes) - 1
    first = last - sizes + 1
    since = beats - np.repeat(beats[first], sizes)
    slope, bend, twist = _spline(since, rr, first, last)
    grid = np.ceil(since * rate - _ALMOST)
    grid[last] = np.floor(since[last] * rate + _ALMOST) + 1
    samples = grid[last].astype(np.int64)
    count = np.diff(grid, append=0.0)
    count[last] = 0.0
    most = int(count.max())
    width = max(int(samples.max()), least) + most
    flat = np.empty(len(sizes) * width)
    where = grid.astype(np.int64) + np.repeat(np.arange(len(sizes)) * width, sizes)
    where[last] = where[first]
    grid /= rate
    grid -= since
    pieces = (grid, twist, bend, slope, rr)
    # Most intervals have three or four samples. All write as many, from the last to the first: what one writes into
    # the next one's places is written again by its owner. Samples that few intervals have are written by those alone.
    dense = most
    while 4 * np.count_nonzero(count >= dense) < len(rr):
        dense -= 1
        own = np.flatnonzero(count > dense)
        ahead, cubic, square, linear, value = (piece[own] for piece in pieces)
        flat[where[own] + dense] = _cubic(ahead + dense / rate, cubic, square, linear, value, np.empty(len(own)))
    ahead, sample = np.empty(len(rr)), np.empty(len(rr))
    where += dense
    for place in reversed(range(dense)):
        where -= 1
        np.add(grid, place / rate, out=ahead)
        _cubic(ahead, twist, bend, slope, rr, sample)
        sample[last] = sample[first]
        flat[where] = sample
    series = flat.reshape(len(sizes), width)
    short = int(samples.min())
    series[:, short:][np.arange(short, width) >= samples[:, None]] = 0.0
    return series[:, : width - most], samples


def _cubic(ahead: Floats, twist: Floats, bend: Floats, slope: Floats, value: Floats, out: Floats) -> Floats:
    """The cubic pieces ``ahead`` seconds behind their knots, into ``out``."""
    np.multiply(twist, ahead, out=out)
    for part in (bend, slope):
        out += part
        out *= ahead
    out += value
    return out


def band_power(density: Floats, band: tuple[float, float], settings: Welch) -> Floats:
    """Power within a band, ms² (W,), of densities (W, F)."""
    return np.asarray(density @ _weights(band, settings))


@cache
def _weights(band: tuple[float, float], settings: Welch) -> Floats:
    """What each bin adds to the integral of the density over the band (F,), the density being straight between bins."""
    frequency = settings.frequency
    low, high = band
    if settings.edges == "bins":
        inside = frequency[(frequency >= low) & (frequency < high)]
        low, high = inside[0], inside[-1]
    left, step = frequency[:-1], np.diff(frequency)
    start, stop = np.clip(low, left, left + step) - left, np.clip(high, left, left + step) - left
    to_right = (stop**2 - start**2) / (2 * step)
    weights = np.zeros(len(frequency))
    weights[:-1] += stop - start - to_right
    weights[1:] += to_right
    return weights


def _spline(since: Floats, rr: Floats, first: Ints, last: Ints) -> tuple[Floats, Floats, Floats]:
    """Slope, half curvature and sixth of the third derivative at each knot, for the piece that begins there (K,).

    Equations of the slopes, each divided by the lengths of its two pieces: symmetric and positive definite, the ends
    included; a run is cut from the next by a piece without end.
    """
    from scipy.linalg.lapack import dptsv

    per = np.empty(len(since))
    np.subtract(since[1:], since[:-1], out=per[:-1])
    per[last] = np.inf
    np.divide(1.0, per, out=per)
    rise = np.empty(len(rr))
    np.subtract(rr[1:], rr[:-1], out=rise[:-1])
    rise[-1] = 0.0
    rise *= per
    diagonal, right = per.copy(), rise * per
    diagonal[1:] += per[:-1]
    right[1:] += (rise * per)[:-1]
    diagonal *= 2
    right *= 3
    for end, inner, next_inner in ((first, first, first + 1), (last, last - 1, last - 2)):
        one, two = 1 / per[inner], 1 / per[next_inner]
        both = one + two
        diagonal[end] = two / (one * both)
        right[end] = ((one + 2 * both) * two * rise[inner] + one**2 * rise[next_inner]) / (one * both**2)
    slope = dptsv(diagonal, per[:-1], right, True, False, True)[2]
    twist = slope - 2 * rise
    twist[:-1] += slope[1:]
    twist *= per
    bend = rise
    bend -= slope
    bend *= per
    bend -= twist
    twist *= per
    return slope, bend, twist


def _flatten(series: Floats, samples: Ints, trend: str) -> None:
    """Take the mean or the straight line off each run, in place; what lies behind its end is left to the windows."""
    place = np.arange(series.shape[1], dtype=float)
    mean = series.sum(axis=1) / samples
    if trend == "mean":
        series -= mean[:, None]
        return
    middle = (samples - 1) / 2
    spread = samples * (samples**2.0 - 1) / 12
    slope = (series @ place - middle * mean * samples) / np.where(spread > 0, spread, 1.0)
    series -= slope[:, None] * place + (mean - slope * middle)[:, None]


def _add_periodogram(total: Floats, series: Floats, rows: Ints, starts: Ints, taper: Floats, padded: Floats) -> None:
    """Add to ``total`` (R, F) the density of the segments that begin at ``starts`` of these rows (R,).

    ``padded`` (R, 2 L) lends its place: zero from L on, and so it stays.
    """
    from scipy.fft import rfft

    wide = padded.shape[1] // 2
    if (starts == starts[0]).all() and len(rows) == len(series):
        piece = series[:, starts[0] : starts[0] + wide]
    else:
        piece = np.lib.stride_tricks.sliding_window_view(series, wide, axis=1)[rows, starts]
    np.multiply(piece, taper, out=padded[:, :wide])
    wave = rfft(padded, axis=1)[:, : total.shape[1]]
    total += wave.real**2
    total += wave.imag**2


@cache
def _hann(size: int, settings: Welch) -> Floats:
    """The periodic Hann window of ``size`` samples, then zeros, scaled to make the square of a transform a density."""
    window = np.zeros(settings.samples)
    window[:size] = np.sin(np.pi * np.arange(size) / size) ** 2
    return np.asarray(window * np.sqrt(2 / (settings.rate * (window**2).sum())))
