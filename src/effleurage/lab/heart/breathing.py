"""Breathing seen in the heartbeat: its rate from the RR spectrum, and whether HF may then be read.

HF is the breathing's own rhythm in the RR series. Whoever breathes slower than nine times a minute moves that rhythm
out of the HF band, and HF falls to nothing with the vagus unchanged (Brown et al. 1993, doi
10.1152/jappl.1993.75.5.2310; Quintana & Heathers 2014, doi 10.3389/fpsyg.2014.00805). So no HF without breathing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.lab.heart.spectrum import HF

SEARCHED = (0.05, 0.45)
"""Breathing rates looked for, Hz: 3 to 27 a minute."""
SMOOTHED = 0.03
"""Width of the running mean through which peaks are looked for, Hz (ours): two steps of resolution of 150 s."""
NEAR = 0.04
"""Half width of a peak, Hz (ours): breath-to-breath variation of a sixth at 0.25 Hz."""
CONCENTRATED = 0.5
"""Share of the power above 0.15 Hz that must lie near the peak (ours). Noise has about a third there."""
SLOW = 0.85
"""Share of all power searched that must lie near a peak below 0.15 Hz before it is taken for slow breathing (ours);
less could as well be the ten-second wave of blood pressure."""
OVERTONE = 3.0
"""A peak at twice a rhythm this many times as strong is taken for its overtone (ours)."""
MARGIN = 0.02
"""Distance from the lower edge of HF that makes it safe, Hz (ours): half of it is the resolution of 150 s."""

FOUND, UNCLEAR, WAVE, OVERTONE_SEEN = range(4)
WHY = (
    "",
    "breathing unclear: no rhythm stands out above 0.15 Hz",
    "breathing unclear: the rhythm near 0.1 Hz may be slow breathing or the ten-second wave",
    "breathing unclear: the rhythm above 0.15 Hz may be an overtone of the one below",
)
"""What each code of ``breathing_rate`` means."""

VALID, BORDERLINE, INVALID = "valid", "borderline", "invalid"
"""Whether HF may be read: breathing well inside the band; at its edge, or unknown; outside."""


def breathing_rate(frequency: Floats, density: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Breathing rate in Hz (W,), NaN where it is unclear, and a code into ``WHY`` (W,), of densities (W, F).

    The tallest peak above 0.15 Hz (after a running mean, ``SMOOTHED``) is breathing if it stands out
    (``CONCENTRATED``) and is no overtone; else a peak below, if it holds nearly all power (``SLOW``).
    The rate is the centre of power near the peak. Rules and limits are ours, set on simulated records.
    """
    step = float(frequency[1] - frequency[0])
    half, near = round(SMOOTHED / 2 / step), round(NEAR / step)
    low, edge, high = (int(np.searchsorted(frequency, f)) for f in (SEARCHED[0], HF[0], SEARCHED[1]))
    summed = np.zeros((len(density), len(frequency) + 1))
    np.cumsum(density, axis=1, out=summed[:, 1:])
    wide = 2 * half + 1
    smooth = (summed[:, low - half + wide : high + half + 1] - summed[:, low - half : high - half]) / wide
    rows = np.arange(len(density))
    fast = edge + smooth[:, edge - low :].argmax(axis=1)
    slow = low + smooth[:, : edge - low].argmax(axis=1)
    tall_fast, tall_slow = smooth[rows, fast - low], smooth[rows, slow - low]
    total, above = (summed[:, high] - summed[:, place] for place in (low, edge))
    near_fast = summed[rows, np.minimum(fast + near + 1, high)] - summed[rows, np.maximum(fast - near, edge)]
    near_slow = summed[rows, np.minimum(slow + near + 1, edge)] - summed[rows, np.maximum(slow - near, low)]
    stands = (near_fast >= CONCENTRATED * above) & (fast > edge) & (above > 0)
    alone = (near_slow >= SLOW * total) & (slow > low) & (total > 0)
    twice = (abs(frequency[fast] - 2 * frequency[slow]) <= SMOOTHED) & (tall_slow >= OVERTONE * tall_fast)
    code = np.select(
        [stands & ~twice, alone, stands, (total > 0) & (near_slow >= total / 2)],
        [FOUND, FOUND, OVERTONE_SEEN, WAVE],
        UNCLEAR,
    )
    bins = np.where(stands & ~twice, fast, slow)[:, None] + np.arange(-near, near + 1)
    bins = np.minimum(bins, len(frequency) - 1)
    power = np.take_along_axis(density, bins, axis=1)
    held = power.sum(axis=1)
    centre = (power * frequency[bins]).sum(axis=1) / np.where(held > 0, held, 1.0)
    return np.where(code == FOUND, centre, np.nan), code


def hf_gate(rate: Floats, code: NDArray[np.int64] | Floats) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Whether HF is ``VALID``, ``BORDERLINE`` or ``INVALID``, and why (W,), by breathing rates in Hz and codes (W,)."""
    state, why = np.full(len(rate), VALID, dtype=object), np.full(len(rate), "", dtype=object)
    low, high = HF
    for at in np.flatnonzero(~((rate >= low + MARGIN) & (rate <= high - MARGIN))):
        said = f"breathing {rate[at]:.2f} Hz"
        if np.isnan(rate[at]):
            state[at], why[at] = BORDERLINE, WHY[int(code[at])] or "breathing unclear: no spectrum"
        elif low <= rate[at] <= high:
            state[at], why[at] = BORDERLINE, f"{said}, at the edge of the HF band ({low:.2f}-{high:.2f} Hz)"
        else:
            state[at], why[at] = INVALID, f"{said}, outside the HF band ({low:.2f}-{high:.2f} Hz)"
    return state, why
