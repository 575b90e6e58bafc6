"""Real people's records, read from a folder of public data sets (never shipped): id of a distribution -> values.

Only individuals count. From the stress test, the 15 healthy courses to 65 min; from the awakening study, the first
morning of each person; from the Holter records, the first 36.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError
from effleurage.lab.saliva.assay import NMOL_PER_UG_DL

HEALTHY = 4
_BEFORE, _END, _PEAK = 3, 5, 6
RECORDS = 36
_HALF_HOUR = 1800.0
_NIGHT = 12


def individuals(folder: Path) -> dict[str, Floats]:
    """All sets found in ``folder``. Raises ``RequestError`` where none is, or where a file is not as expected."""
    readers: Mapping[str, Callable[[Path], dict[str, Floats]]] = {
        "cortisol_tsst_nelson": stress_test,
        "cortisol_car_carwatch": awakening,
        "hrv_nsr2db": holter,
    }
    found: dict[str, Floats] = {}
    for name, reader in readers.items():
        if (folder / name).is_dir():
            try:
                found |= reader(folder / name)
            except (OSError, ValueError, LookupError, EOFError, ArithmeticError, TypeError, zlib.error) as error:
                fix = "Fetch the set again; SOURCE.md beside it says from where."
                raise RequestError(Finding(str(folder / name), f"cannot be read ({error})", fix)) from None
    if not found:
        wanted = " or ".join(f"{name}/" for name in readers)
        raise RequestError(Finding(str(folder), "none of the known data sets is there", f"It should hold {wanted}."))
    return found


def stress_test(folder: Path) -> dict[str, Floats]:
    """Trier Social Stress Test, healthy group: columns are minutes 0, 15, 30, 40, 50, 65, ...; it starts at 30."""
    groups = np.loadtxt(folder / "nelson-MDD-subtypes.txt")
    healthy = groups[groups[:, 1] == HEALTHY, 0]
    cortisol = np.loadtxt(folder / "tsst_cort_nelson.txt")
    acth = np.loadtxt(folder / "tsst_acth_nelson.txt")
    cortisol = cortisol[np.isin(cortisol[:, 0], healthy)] * NMOL_PER_UG_DL
    acth = acth[np.isin(acth[:, 0], healthy)]
    return {
        "stress test, cortisol before": cortisol[:, _BEFORE],
        "stress test, cortisol 35 min after the start": cortisol[:, _PEAK],
        "stress test, cortisol over before": cortisol[:, _PEAK] / cortisol[:, _BEFORE],
        "stress test, ACTH before": acth[:, _BEFORE],
        "stress test, ACTH at the end": acth[:, _END],
    }


def awakening(folder: Path) -> dict[str, Floats]:
    """Salivary cortisol (nmol/L) at home, 0 and 30 min after awakening: the first morning that each person has."""
    import pandas as pd

    table = pd.read_csv(folder / "cortisol_samples_cleaned.csv")
    mornings = table.pivot_table(index=["subject", "night"], columns="sample", values="cortisol").dropna()
    mornings = mornings.groupby(level="subject").first()
    first, later = mornings["S0"].to_numpy(float), mornings["S2"].to_numpy(float)
    return {
        "awakening, saliva at once": first,
        "awakening, saliva after 30 min": later,
        "awakening, rise in 30 min": later / first,
    }


def holter(folder: Path) -> dict[str, Floats]:
    """Heart rate of day-long records: the quietest six hours (taken as the night), and that over the rest."""
    nights, shares = [], []
    for number in range(1, RECORDS + 1):
        with gzip.open(folder / f"nsr{number:03d}_rr_secs.txt.gz", "rt") as lines:
            intervals = np.array([float(line) for line in lines])[1:]
        good = (intervals > 0.3) & (intervals < 2.0)
        part = (np.cumsum(intervals) // _HALF_HOUR).astype(int)
        beats = np.bincount(part, weights=good)[:-1]
        seconds = np.bincount(part, weights=intervals * good)[:-1]
        rate = 60 * beats / np.maximum(seconds, 1.0)
        quiet = np.convolve(rate, np.ones(_NIGHT) / _NIGHT, "valid")
        start = int(quiet.argmin())
        nights.append(quiet[start])
        shares.append(quiet[start] / np.delete(rate, range(start, start + _NIGHT)).mean())
    return {"Holter, heart rate at night": np.array(nights), "Holter, night over day": np.array(shares)}
