"""What NeuroKit2 makes of heartbeats of our own, kept for the tests: ``make referee``.

NeuroKit2 needs an older pandas than we do, so it lives in an environment of its own and its numbers in
``tests/lab/heart/neurokit.json``, with the versions that gave them. The tests make the same heartbeats again and hold
our indices against the numbers. How NeuroKit2 is asked stands in ``hrv.py``.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np

from effleurage.engine.streams import normals

HOME = Path(__file__).parents[1] / "tests" / "lab" / "heart" / "neurokit.json"
LASTING = 299.75 - 1e-9
"""Seconds from the first beat to the last, so that a sample of 4 Hz falls on the last one."""
HEARTS = [(850.0, 0.25)] * 3 + [(600.0, 0.25), (700.0, 0.2), (800.0, 0.3), (950.0, 0.35), (1100.0, 0.18)]
"""Mean interval in ms and breathing in Hz, of seed 1, 2, ..."""
NAMES = {"mean_rr": "HRV_MeanNN", "sdnn": "HRV_SDNN", "rmssd": "HRV_RMSSD", "pnn50": "HRV_pNN50"}
POWERS = {"lf": "HRV_LF", "hf": "HRV_HF"}


def record(seed: int, mean: float = 850.0, breathing: float = 0.25) -> np.ndarray:
    """Intervals of five minutes in ms: two rhythms and noise; they end on NeuroKit2's grid as on ours."""
    noise = normals(seed, "beats", np.arange(600))
    at = 0.0
    rr: list[float] = []
    while at <= LASTING + 0.4:
        rhythms = 25 * np.sin(2 * np.pi * 0.1 * at) + 20 * np.sin(2 * np.pi * breathing * at + 1)
        rr.append(mean + rhythms + 15 * noise[len(rr)])
        at += rr[-1] / 1000 if len(rr) > 1 else 0
    found = np.array(rr)
    found[1:] *= 1000 * LASTING / found[1:].sum()
    return found


def main() -> None:
    """Ask NeuroKit2 about every heart and write what it says."""
    import neurokit2 as nk
    from hrv import cubic, neurokit

    hearts = []
    for seed, (mean, breathing) in enumerate(HEARTS, 1):
        rr = record(seed, mean, breathing)
        quadratic = neurokit(nk, rr)["HRV_HF"]
        with cubic():
            theirs = neurokit(nk, rr)
        indices = {ours: float(theirs[name]) for ours, name in (NAMES | POWERS).items()}
        heart = {"seed": seed, "mean": mean, "breathing": breathing, "beats": len(rr)}
        hearts.append(heart | {"indices": indices, "hf_quadratic": float(quadratic)})
    versions = {name: version(name) for name in ("neurokit2", "numpy", "scipy", "pandas")}
    told = {"recipe": "make referee (bench/referee.py)", "versions": versions, "hearts": hearts}
    HOME.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{HOME}: {len(hearts)} hearts by NeuroKit2 {versions['neurokit2']}\n")


if __name__ == "__main__":
    main()
