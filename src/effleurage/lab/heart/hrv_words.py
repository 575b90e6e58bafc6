"""The words of heart-rate variability: notes on a file, the paragraph to paste, and every setting by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.lab.heart import artefacts, breathing
from effleurage.lab.heart.artefacts import CLASSES, PLAUSIBLE
from effleurage.lab.heart.breathing import BORDERLINE, INVALID, VALID, hf_gate
from effleurage.lab.heart.indices import LEAST_SECONDS, MOST_BRIDGED, SLACK
from effleurage.lab.heart.spectrum import HF, LF, TOTAL, Welch
from effleurage.lab.heart.windows import LEAST_COVERED, SECONDS, Windows

MOST_CORRECTED = 0.05
"""Share of corrected beats beyond which a window is flagged (customary; GRAPH, Quintana et al. 2016, doi
10.1038/tp.2016.73, asks for the percentage and sets no limit)."""
LEAST_NN_SECONDS = {"rmssd": 10.0, "ln_rmssd": 10.0, "pnn50": 10.0, "mean_rr": 10.0, "mean_hr": 10.0, "sdnn": 30.0}
"""Seconds of NN intervals that an index needs (Munoz et al. 2015, doi 10.1371/journal.pone.0138921: RMSSD and SDNN;
the others as RMSSD, ours)."""
MOST_HOLES = 0.1
"""Share of a stretch without beats beyond which no power is given (ours): on simulated records HF then reads up to
13 % low and LF up to 18 % high; RMSSD and the rate of breathing stay right."""
RIDDLED = f"more than {100 * MOST_HOLES:g} %: powers are not known"
MUCH, LITTLE = f"more than {100 * MOST_CORRECTED:g} %", f"less than {100 * LEAST_COVERED:g} %"
"""How the two limits are said."""
CONVENTION = "laboratory convention only, no measure of autonomic balance (Billman 2013, doi 10.3389/fphys.2013.00026)"
"""What stands beside every LF/HF."""


def notes_on(windows: Windows, rate: Floats, code: Floats) -> Iterator[str]:
    """What a reader of this file must know.

    ``rate`` (Hz) and ``code`` of breathing are those of windows that have a spectrum.
    """
    count, seconds = len(windows.start), windows.seconds
    lasting = f"{np.median(seconds):.0f} s" if np.ptp(seconds) < 1 else f"{seconds.min():.0f} to {seconds.max():.0f} s"
    yield f"{count} window{'s' if count > 1 else ''} of {lasting}"
    yield from windows.notes
    sums = {name: int(number.sum()) for name, number in windows.beats.counts().items()}
    total = sum(sums.values())
    wrong = ", ".join(f"{sums[name]} {name}" for name in CLASSES[1:] if sums[name])
    share = 100 * (total - sums["normal"]) / max(total, 1)
    yield f"{share:.2f} % of {total} beats corrected" + (f": {wrong}" if wrong else "")
    corrected = np.nan_to_num(windows.beats.corrected()) > MOST_CORRECTED
    bare = windows.bare
    if (whole := 100 * np.median(windows.covered)) < 99.5:
        yield f"intervals cover {whole:.0f} % of {'the window' if count == 1 else 'a window (median)'}"
    for where, what in ((corrected, f"{MUCH} of beats corrected"), (bare, f"{LITTLE} covered")):
        if where.any():
            yield f"{what} in {int(where.sum())} of {count} windows"
    if len(rate):
        state, _ = hf_gate(rate, code)
        known = rate[np.isfinite(rate)]
        middle = f"median {np.median(known):.2f} Hz, " if len(known) else ""
        yield f"breathing: {middle}known in {len(known)} of {len(rate)} windows that have a spectrum"
        states = (f"{int((state == name).sum())} {name}" for name in (VALID, BORDERLINE, INVALID))
        yield f"HF by breathing: {', '.join(states)}"
    if (seconds < SECONDS - SLACK).any():
        yield "SDNN and powers depend on the length of a window: compare only windows of the same length"


def methods_paragraph(windows: Windows, settings: Welch, forced: bool, given: bool) -> str:
    """The paragraph to paste."""
    trend = {"line": "a straight line", "mean": "the mean"}[settings.trend]
    heard = "was given" if given else "was estimated as the dominant peak of the same spectrum"
    anyway = " HF was reported even where breathing was outside the band." if forced else ""
    lasting = np.median(windows.seconds)
    return (
        f"RR intervals were classified as normal, ectopic, long, short, missed or extra beats (Lipponen & Tarvainen "
        f"2019; thresholds {artefacts.SPREADS} quartile deviations of {artefacts.AROUND} beats, at least "
        f"{100 * artefacts.LEAST_STEP:.0f} % of the median interval of {artefacts.MEDIAN_OF} beats) and corrected; "
        f"intervals outside {PLAUSIBLE[0]:.0f}-{PLAUSIBLE[1]:.0f} ms and runs of more than {artefacts.MOST_IN_A_ROW} "
        f"rejected intervals were gaps. Windows lasted {lasting:.0f} s and needed {100 * LEAST_COVERED:g} % "
        f"coverage; windows with more than {100 * MOST_CORRECTED:g} % corrected beats are flagged. Mean RR, "
        f"SDNN (n - 1), RMSSD and pNN50 use normal intervals only, differences only between adjacent normal "
        f"intervals; mean HR is 60,000/mean RR. For spectra the corrected intervals of the longest stretch without a "
        f"gap of more than {MOST_BRIDGED:g} s (no power where beats were missing in more than {100 * MOST_HOLES:g} % "
        f"of it) were resampled at {settings.rate:g} Hz (cubic spline), {trend} was removed, and Welch's method "
        f"applied (Hann window, "
        f"{settings.segment:g} s segments, 50 % overlap, zero-padded to twice, one-sided density); powers in ms² are "
        f"integrals over LF {LF[0]}-{LF[1]}, HF {HF[0]:.2f}-{HF[1]:.2f} and total {TOTAL[0]}-{TOTAL[1]:.2f} Hz (Task "
        f"Force 1996). LF needed 2 min, HF 1 min, LF/HF 5 min. Breathing rate {heard}; HF was not reported where it "
        f"was outside the HF band and flagged within {breathing.MARGIN} Hz of its edges or where breathing was "
        f"unclear.{anyway} LF/HF is a {CONVENTION}."
    )


def parameters_of(windows: Windows, settings: Welch) -> dict[str, Any]:
    """Every setting behind the numbers."""
    names = ("SPREADS", "AROUND", "MEDIAN_OF", "SLOPE", "OFFSET", "FAR", "LEAST_STEP", "MOST_IN_A_ROW", "PLAUSIBLE")
    heard = ("SEARCHED", "SMOOTHED", "NEAR", "CONCENTRATED", "SLOW", "OVERTONE", "MARGIN")
    return {
        "window_seconds": float(np.median(windows.seconds)),
        "least_covered": LEAST_COVERED,
        "most_corrected": MOST_CORRECTED,
        "most_bridged_seconds": MOST_BRIDGED,
        "most_holes": MOST_HOLES,
        **{f"artefacts_{name.lower()}": getattr(artefacts, name) for name in names},
        **{f"welch_{name}": value for name, value in asdict(settings).items()},
        "band_lf": LF,
        "band_hf": HF,
        "band_total": TOTAL,
        **{f"breathing_{name.lower()}": getattr(breathing, name) for name in heard},
        **{f"least_seconds_{name}": value for name, value in (LEAST_NN_SECONDS | LEAST_SECONDS).items()},
    }
