"""Cortisol over the day: the slope of its logarithm, and a cosine of 24 hours. Rows are courses, columns samples.

NaN samples are left out of the fit; whoever calls says which.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY

FEWEST = 4
"""Samples for a cosine with three numbers, so that one is left to disagree (ours)."""
LONGEST_GAP = 720.0
"""Minutes around the clock without a sample beyond which the curve is not seen (ours: half its period)."""
SHORTEST_DAY = 360.0
"""Minutes from first to last sample that a diurnal slope needs (ours). Two samples suffice where they are a morning's
and an evening's: r = .97-.99 with the slope of 3 or 4 (Segerstrom 2014, doi 10.1016/j.psyneuen.2014.07.022)."""


def cosinor(clock: Floats, values: Floats) -> dict[str, Floats]:
    """Least squares fit of M + A cos(2 pi (t - peak) / 24 h) to each course (courses, samples).

    ``clock`` is in minutes after midnight. Gives ``mesor`` and ``amplitude`` (the values' unit), ``acrophase``
    (clock time of the peak, hours in [0, 24)) and ``radians``: the same as the phase p of M + A cos(2 pi t / 24 h + p),
    in (-2 pi, 0], the sign of chronobiology (Cornelissen 2014, doi 10.1186/1742-4682-11-16), so radians =
    -2 pi acrophase / 24. NaN where ``cosinor_fault`` finds one, and for the phases where there is no amplitude.
    """
    seen = np.isfinite(clock) & np.isfinite(values)
    angle = np.where(seen, clock, 0.0) * (2 * np.pi / DAY)
    design = np.stack([np.ones_like(angle), np.cos(angle), np.sin(angle)], axis=-1) * seen[..., None]
    normal = design.swapaxes(-1, -2) @ design
    sound = np.array([not fault for fault in cosinor_fault(clock, values)], dtype=bool)
    normal[~sound] = np.eye(3)
    right = design.swapaxes(-1, -2) @ np.where(seen, values, 0.0)[..., None]
    mesor, beta, gamma = np.where(sound, np.linalg.solve(normal, right)[..., 0].T, np.nan)
    amplitude = np.hypot(beta, gamma)
    flat = amplitude <= 1e-12 * np.abs(mesor)
    phase = np.where(flat, np.nan, np.arctan2(gamma, beta) % (2 * np.pi))
    hours = phase / (2 * np.pi) * 24 % 24
    return {
        "mesor": mesor,
        "amplitude": amplitude,
        "acrophase": hours,
        "radians": np.where(hours > 0, -hours * (2 * np.pi / 24), np.where(np.isnan(hours), np.nan, 0.0)),
    }


def cosinor_fault(clock: Floats, values: Floats) -> list[str]:
    """Why each course (courses, samples) has no cosine; ``""`` where it has."""
    seen = np.isfinite(clock) & np.isfinite(values)
    faults = []
    for times, here in zip(clock % DAY, seen, strict=True):
        at = np.unique(np.round(times[here]))
        if len(at) < FEWEST:
            faults.append(f"a cosine needs {FEWEST} samples at different minutes of the clock; here are {len(at)}")
            continue
        gap = float(np.diff(np.append(at, at[0] + DAY)).max())
        longest = f"{gap / 60:.1f} h around the clock are without a sample, more than {LONGEST_GAP / 60:g} h"
        faults.append(longest if gap > LONGEST_GAP else "")
    return faults


def diurnal_slope(minutes: Floats, values: Floats) -> tuple[Floats, list[str]]:
    """Slope of ln(concentration) on hours since waking by least squares, a course (courses,), and why it is NaN.

    ``minutes`` and ``values`` (courses, samples) are NaN at samples that do not count: those of the awakening response
    (Adam & Kumari 2009, doi 10.1016/j.psyneuen.2009.06.011).
    """
    seen = np.isfinite(minutes) & np.isfinite(values)
    positive: NDArray[np.bool_] = np.asarray(~(seen & (values <= 0)).any(axis=-1))
    seen &= positive[..., None]
    hours = np.where(seen, minutes, 0.0) / 60
    logs = np.log(np.where(seen, values, 1.0))
    count = np.maximum(seen.sum(axis=-1), 1)[..., None]
    from_mean = (hours - hours.sum(axis=-1, keepdims=True) / count) * seen
    spread = (from_mean**2).sum(axis=-1)
    late = np.where(seen, minutes, -np.inf).max(axis=-1, initial=-np.inf)
    early = np.where(seen, minutes, np.inf).min(axis=-1, initial=np.inf)
    faults = []
    for enough, span, sound in zip(seen.sum(axis=-1) >= 2, late - early, positive, strict=True):
        if not sound:
            faults.append("a concentration of zero has no logarithm; give the detection limit")
        elif not enough:
            faults.append("fewer than 2 samples outside the awakening response")
        else:
            short = span < SHORTEST_DAY
            faults.append(f"only {span / 60:.1f} h of the day, less than {SHORTEST_DAY / 60:g} h" if short else "")
    sound = np.array([not fault for fault in faults], dtype=bool)
    slope = (from_mean * logs).sum(axis=-1) / np.where(sound, spread, 1.0)
    return np.where(sound, slope, np.nan), faults
