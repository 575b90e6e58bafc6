"""Heartbeats of the simulated body: RR intervals (ms) and systolic pressure (mmHg), beat by beat, in short windows.

The map of DeBoer, Karemaker & Strackee 1987 (doi 10.1152/ajpheart.1987.253.3.H680) with a respiratory gate straight
through the vagus, a vasomotor wave, and a bounded sympathetic loop. For beat n, around the window's own means I₀, S₀::

    Dₙ = D₀ (Sₙ₋₁/S₀) exp(I₀/T₀ − Iₙ₋₁/Tₙ₋₁)                    what is left of the pressure
    Sₙ = S₀ + (Dₙ − D₀) + filling (Iₙ₋₁ − I₀) − respiration + vasomotor wave + noise
    eₙ = span · atan((Sₙ − S₀)/span)                            what the receptors feel
    Iₙ = I₀ + bounded(reflex eₙ + heart hₙ − gate sin φₙ + noise + drift)
    Tₙ = T₀ exp(−vessels hₙ/T₀),   hₙ = Σ wₖ eₙ₋ₖ over 2 to 6 beats

All that the vagus does grows with a power of its tone, and with a power of the mean interval; the loop through the
vessels and the vasomotor wave grow with a bounded function of sympathetic tone. Pressure falls in inspiration, as
intervals do; DeBoer's sign was the other. Numbers, sources and grades are in ``heartbeats.toml``.

Breathing is a condition of the measurement, not a tone: whoever slows it moves power from HF to LF with both tones
unchanged, so a breathing rate is asked for with every window.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from effleurage.arrays import Floats
from effleurage.engine.streams import normal_blocks
from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.heart.beat_numbers import map_numbers, table

WARM_UP = 60
"""Seconds that run before a window opens, so that nothing remembers how the map was started."""
DELAYED = ((1, 1 / 9), (2, 2 / 9), (3, 3 / 9), (4, 2 / 9), (5, 1 / 9))
"""Places in the memory (0 is one beat ago) and weights of the sympathetic delay (DeBoer 1987: 0 1 2 3 2 1)."""
MEMORY = 6
"""Beats that the sympathetic side looks back."""
TOGETHER = 2000
"""Windows that march side by side: few enough to stay in a processor's cache."""
SHORTEST, LONGEST = 10, 3600
"""Length of a window, s."""
SHOWN = 20
"""Findings that are listed one by one."""

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Beats:
    """Beats of W windows, in order, NaN behind the last (W, B).

    ``rr`` the interval that ends at the beat, ms; ``systolic`` the pressure of the beat, mmHg; ``time`` when it
    falls, s since the window opened. Only intervals that begin and end inside the window are there. The row of a
    window with a NaN among its inputs (a person who was lost) is NaN.
    """

    rr: Floats
    systolic: Floats
    time: Floats


def beats(
    heart_rate: ArrayLike,
    vagal: ArrayLike,
    sympathetic: ArrayLike,
    breathing_hz: ArrayLike,
    systolic: ArrayLike,
    baroreflex: ArrayLike,
    *,
    persons: NDArray[np.int64],
    purposes: Sequence[str],
    seed: int = 1,
    seconds: float = 300.0,
    numbers: Numbers | None = None,
) -> Beats:
    """The heartbeats of W windows; each input is (W,) or one number for all, in the units of ``heartbeats.toml``.

    Tones are relative (1 is seated rest at 40 years); heart rate and systolic pressure are the means about which the
    beats swing. Luck is named by ``seed``, person (W,) and purpose (W,), say ``"day 3 10:00"``: worlds that share the
    three share breaths, waves and noise, and no window depends on those beside it. ``numbers`` stand in for those of
    the file.

    Raises ``RequestError`` for an input outside its bounds, naming the window.
    """
    given = (heart_rate, vagal, sympathetic, breathing_hz, systolic, baroreflex)
    inputs = {name: np.asarray(values, dtype=float) for name, values in zip(table().inputs, given, strict=True)}
    persons = np.asarray(persons)
    _check(inputs, persons, purposes, seconds, numbers or {})
    inputs = {name: np.broadcast_to(values, persons.shape) for name, values in inputs.items()}
    held = {**map_numbers(), **(numbers or {})}
    known = np.flatnonzero(np.isfinite(np.stack(list(inputs.values()))).all(axis=0))
    pieces = []
    for start in range(0, len(known), TOGETHER):
        rows = known[start : start + TOGETHER]
        window = {name: values[rows] for name, values in inputs.items()}
        most = int(np.ceil((WARM_UP + seconds) * window["heart_rate"].max() / 60 / (1 - held["swing"])))
        steps = int(np.ceil(WARM_UP + seconds)) + 2
        luck = normal_blocks(seed, [purposes[row] for row in rows], persons[rows], 3 + 3 * steps + 2 * most)
        pieces.append((rows, _window_beats(window, luck, steps, most, seconds, held)))
    widest = max((found.shape[2] for _, found in pieces), default=0)
    every = np.full((3, len(persons), widest), np.nan)
    for rows, found in pieces:
        every[:, rows, : found.shape[2]] = found
    return Beats(*every)


def bounds() -> Mapping[str, tuple[float, float]]:
    """Input of ``beats`` -> the least and the most that it may be, in its unit, in the order of the arguments."""
    return {name: (row.low, row.high) for name, row in table().inputs.items()}


def _check(
    inputs: Mapping[str, Floats], persons: NDArray[Any], purposes: Sequence[str], seconds: float, numbers: Numbers
) -> None:
    """Raise ``RequestError`` with every finding, the first ``SHOWN`` of them one by one."""
    strange = sorted(set(numbers) - set(map_numbers()))
    found = [Finding("numbers", f"no number '{name}'", nearest(name, map_numbers())) for name in strange]
    if not SHORTEST <= seconds <= LONGEST:
        found.append(Finding("seconds", f"a window of {seconds:g} s", f"Between {SHORTEST} and {LONGEST} s."))
    if persons.ndim != 1 or persons.dtype.kind not in "iu" or (persons < 0).any():
        found.append(Finding("persons", "not a list of person numbers", "Whole numbers from 0, one a window."))
    elif isinstance(purposes, str) or len(purposes) != len(persons):
        found.append(Finding("purposes", f"not {len(persons)} of them", "One a window, such as 'day 3 10:00'."))
    for name, values in inputs.items():
        bound = table().inputs[name]
        if values.ndim and values.shape != persons.shape:
            found.append(Finding(name, f"shape {values.shape}", f"One a window: {persons.shape}."))
            continue
        outside = np.flatnonzero((values < bound.low) | (values > bound.high))
        asked = f"Between {bound.low:g} and {bound.high:g} {bound.unit}."
        for row in outside:
            where = f"window {row + 1}" if values.ndim else "every window"
            found.append(Finding(where, f"{name} {values.flat[row]:g} ({bound.meaning})", asked))
    if len(found) > SHOWN:
        found[SHOWN:] = [Finding("", f"{len(found) - SHOWN} more of the kind", "Mend these first.")]
    if found:
        raise RequestError(found)


@dataclass(frozen=True)
class _Gains:
    """What multiplies what, by window (W,); ms, mmHg."""

    reflex: Floats
    heart: Floats
    vessels: Floats
    gate: Floats
    drift: Floats
    noise: Floats
    vasomotor: Floats


def _gains(window: Mapping[str, Floats], wander: Floats, p: Numbers) -> _Gains:
    """Gains from tones, mean interval, breathing and reflex; ``wander`` (2, W) is this window's luck."""
    longer = (60_000 / window["heart_rate"] / p["interval_reference"]) ** p["interval_power"]
    effect = window["vagal"] ** p["vagal_power"] * np.exp(p["vagal_wander"] * wander[0])
    vagus = p["vagal_ceiling"] * np.tanh(effect / p["vagal_ceiling"]) * longer
    drive = window["sympathetic"] * (1 + p["sympathetic_half"]) / (window["sympathetic"] + p["sympathetic_half"])
    steep = window["baroreflex"] * vagus / p["baroreflex_ceiling"]
    slower, corner = window["breathing_hz"] / p["breathing_corner"], p["breathing_reference"] / p["breathing_corner"]
    return _Gains(
        reflex=p["baroreflex_ceiling"] * np.tanh(steep),
        heart=p["sympathetic_heart"] * drive * longer,
        vessels=p["sympathetic_vessels"] * drive,
        gate=p["breathing_swing"] * vagus * np.sqrt((1 + corner**2) / (1 + slower**2)),
        drift=p["drift"] * vagus,
        noise=np.hypot(p["vagal_noise"] * vagus, p["sinus_noise"]),
        vasomotor=p["vasomotor"] * drive ** p["vasomotor_power"] * np.exp(p["vasomotor_wander"] * wander[1]),
    )


def _slow(breathing_hz: Floats, first: Floats, luck: Floats, seconds: float, p: Numbers) -> Floats:
    """Phase of breathing (rad), vasomotor wave and drift (unit variance) at each second: (3, steps, W).

    ``first`` (W,) and ``luck`` (W, 3, steps) are standard normal. The drift has no mean over the window: what is
    slower than a window is the body's.
    """
    rate = breathing_hz[:, None] + p["breathing_wander"] * _wandering(luck[:, 0], p["breathing_wander_time"])
    phase = 2 * np.pi * (first[:, None] + np.cumsum(np.maximum(rate, breathing_hz[:, None] / 2), axis=1))
    wave = _band(luck[:, 1], p["vasomotor_low"], p["vasomotor_high"])
    drift = _wandering(luck[:, 2], p["drift_time"])
    drift -= drift[:, WARM_UP : WARM_UP + int(seconds) + 1].mean(axis=1, keepdims=True)
    return np.stack([np.ascontiguousarray(part.T) for part in (phase, wave, drift)])


def _wandering(white: Floats, time: float) -> Floats:
    """An Ornstein-Uhlenbeck process of unit variance at each second, from white noise (W, steps)."""
    from scipy.signal import lfilter

    stay = np.exp(-1 / time)
    pushed = np.concatenate([white[:, :1], white[:, 1:] * np.sqrt(1 - stay**2)], axis=1)
    return np.asarray(lfilter([1.0], [1.0, -stay], pushed, axis=1))


def _band(white: Floats, low: float, high: float) -> Floats:
    """Noise of unit variance between two frequencies (Hz) at each second: a second-order Butterworth pass."""
    from scipy.signal import butter, sosfilt

    sections = butter(2, [low, high], "bandpass", fs=1.0, output="sos")
    pulse = np.zeros(1000)
    pulse[0] = 1.0
    return np.asarray(sosfilt(sections, white, axis=1) / np.linalg.norm(sosfilt(sections, pulse)))


def _window_beats(
    window: Mapping[str, Floats], luck: Floats, steps: int, most: int, seconds: float, p: Numbers
) -> Floats:
    """RR, systolic pressure and time (3, W, B) of windows side by side."""
    each_second, each_beat = luck[:, 3 : 3 + 3 * steps], luck[:, 3 + 3 * steps :]
    slow = _slow(window["breathing_hz"], luck[:, 2], each_second.reshape(-1, 3, steps), seconds, p)
    noise = np.ascontiguousarray(each_beat.reshape(-1, most, 2).transpose(1, 2, 0))
    gains = _gains(window, luck[:, :2].T, p)
    rr, systolic, time = _march(60_000 / window["heart_rate"], window["systolic"], gains, slow, noise, seconds, p)
    return _inside(rr, systolic, time, seconds)


def _march(
    mean: Floats, level: Floats, gains: _Gains, slow: Floats, noise: Floats, seconds: float, p: Numbers
) -> tuple[Floats, Floats, Floats]:
    """Interval that follows each beat (ms), its pressure (mmHg) and its time (s), from the warm-up on: (beats, W)."""
    count, windows = noise.shape[0], len(mean)
    rr, systolic, time = (np.empty((count, windows)) for _ in range(3))
    flat, here = slow.reshape(3, -1), np.arange(windows)
    last, limit, span = slow.shape[1] - 2, p["swing"] * mean, p["baroreflex_span"]
    diastolic, rest = p["diastolic_share"] * level, mean / p["runoff_time"]
    now, interval, pressure, runoff = np.zeros(windows), mean, level, np.full(windows, p["runoff_time"])
    memory = [np.zeros(windows)] * MEMORY
    for beat in range(count):
        second = np.minimum(now.astype(np.int64), last)
        place = second * windows + here
        at = flat.take(place, axis=1)
        at += (flat.take(place + windows, axis=1) - at) * (now - second)
        breath = np.sin(at[0])
        left = diastolic * (pressure / level * np.exp(rest - interval / runoff) - 1)
        moved = left + p["filling"] * (interval - mean) - p["breathing_pressure"] * breath
        pressure = level + moved + gains.vasomotor * at[1] + p["pressure_noise"] * noise[beat, 0]
        felt = span * np.arctan((pressure - level) / span)
        delayed = sum(weight * memory[place] for place, weight in DELAYED)
        swing = gains.reflex * felt + gains.heart * delayed - gains.gate * breath
        swing += gains.noise * noise[beat, 1] + gains.drift * at[2]
        interval = mean + limit * np.tanh(swing / limit)
        runoff = p["runoff_time"] * np.exp(-gains.vessels * delayed / p["runoff_time"])
        memory = [felt, *memory[:-1]]
        rr[beat], systolic[beat], time[beat] = interval, pressure, now
        now = now + interval / 1000
        if now.min() > WARM_UP + seconds:
            break
    return rr[: beat + 1], systolic[: beat + 1], time[: beat + 1]


def _inside(rr: Floats, systolic: Floats, time: Floats, seconds: float) -> Floats:
    """RR, pressure and time (3, W, B) of the beats that end an interval lying wholly inside the window."""
    start, stop = time[:-1].T, time[1:].T
    kept = (start >= WARM_UP) & (stop <= WARM_UP + seconds)
    rows, columns = np.nonzero(kept)
    places = columns - kept.argmax(axis=1)[rows]
    found = np.full((3, kept.shape[0], int(kept.sum(axis=1).max())), np.nan)
    found[0, rows, places] = rr[columns, rows]
    found[1, rows, places] = systolic[columns + 1, rows]
    found[2, rows, places] = time[columns + 1, rows] - WARM_UP
    return found
