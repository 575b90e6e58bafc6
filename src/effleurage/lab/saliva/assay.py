"""What an assay of saliva reports: units, detection limit, duplicates, and the secretion rate of sIgA.

Arrays of any shape; concentrations are in the unit that is named beside them, and the unit is never guessed.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.errors import Finding, RequestError, nearest

NMOL_PER_UG_DL = 27.59
"""Cortisol, nmol/L in one ug/dL: 10 ug/L over the molar mass 362.46 g/mol (PubChem CID 5754)."""
UNITS = {
    "cortisol": {
        "nmol/L": 1.0,
        "ug/dL": NMOL_PER_UG_DL,
        "ng/mL": NMOL_PER_UG_DL / 10,
        "ug/L": NMOL_PER_UG_DL / 10,
        "pg/mL": NMOL_PER_UG_DL / 10_000,
    },
    "sIgA": {"mg/L": 1.0, "ug/mL": 1.0, "mg/dL": 10.0},
}
"""Analyte -> unit -> how many of the first unit are one of it."""
FLUIDS = {
    "saliva": {"cortisol": (1.0, 50.0, 1000.0), "sIgA": (5.0, 2000.0, 10_000.0)},
    "plasma": {"cortisol": (30.0, 1000.0, 5000.0)},
}
"""Fluid -> analyte -> least and greatest usual median, and what no sample can hold (all ours, in the first unit). In
saliva 95 % of healthy adults have 1.5-22.0 nmol/L of cortisol at waking and up to 6.3 at midnight (134 adults, ECLIA:
https://discovery.researcher.life/topic/salivary-cortisol-values/23437416); plasma holds the bound cortisol as well."""
BELOW_LIMIT = "below the detection limit"
"""How a reason begins where the assay said only that."""
BELOW = ("lod/sqrt2", "missing")
"""What may be done with a value below the detection limit."""
SALIVETTE = (
    "a cotton Salivette holds sIgA back (23 against 48 mg/L in the same six children, PMID 1581413): "
    "compare sIgA only between samples taken with the same device, best by passive drool"
)
"""The wrong tube for sIgA."""

_SAME_LETTERS = str.maketrans("µμ", "uu")


def unit_named(text: str, analyte: str) -> str:
    """The unit that ``µg/dl``, ``nmol_l`` or ``ng per mL`` means for an analyte; ``""`` for none of its units."""
    bare = re.sub("[^a-z]", "", text.translate(_SAME_LETTERS).lower()).replace("mcg", "ug").replace("per", "")
    return next((unit for unit in UNITS[analyte] if unit.lower().replace("/", "") == bare), "")


def convert(values: Floats, analyte: str, unit: str, into: str) -> Floats:
    """Concentrations in another unit of the same analyte. Raises ``RequestError`` for a unit it does not have."""
    known = UNITS[analyte]
    for name in (unit, into):
        if name not in known:
            raise RequestError(Finding(f"unit of {analyte}", f"no unit '{name[:40]}'", nearest(name[:40], known)))
    return np.asarray(values, dtype=float) * (known[unit] / known[into])


def doubtful_unit(values: Floats, analyte: str, unit: str, fluid: str = "saliva") -> str:
    """A caution where the median is not usual for the fluid in this unit, with units in which it would be; or ""."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return ""
    middle, known, (low, high, _) = float(np.median(values)), UNITS[analyte], FLUIDS[fluid][analyte]
    if low <= middle * known[unit] <= high:
        return ""
    others = [name for name, factor in known.items() if name != unit and low <= middle * factor <= high]
    better = f"; it would be usual in {' or '.join(others)}" if others else ""
    return f"the median {analyte} is {middle:.3g} {unit}, which is not usual in {fluid}{better}: check the unit"


def below_limit(values: Floats, limits: Floats, policy: str) -> tuple[Floats, NDArray[np.bool_]]:
    """Values with those below their detection limit replaced, and where that was done (same shape).

    ``"lod/sqrt2"`` puts the limit over the root of two (Hornung & Reed 1990, doi 10.1080/1047322X.1990.10389587: for
    data that are not highly skewed), ``"missing"`` puts NaN. A NaN limit is no limit. A value that is NaN and has a
    limit was reported as below it. Raises ``RequestError`` for another policy.
    """
    if policy not in BELOW:
        raise RequestError(Finding("below", f"no policy '{policy[:40]}'", nearest(policy[:40], BELOW)))
    under = np.isfinite(limits) & ~(values >= limits)
    filled = limits / np.sqrt(2) if policy == "lod/sqrt2" else np.full_like(limits, np.nan)
    return np.where(under, filled, values), under


def duplicate_cv(first: Floats, second: Floats) -> tuple[Floats, float]:
    """Coefficient of variation (%) of each pair of determinations, and of the assay (root mean square of the pairs).

    The SD of a pair is |a - b| / sqrt(2) (Bland & Altman 1996, doi 10.1136/bmj.313.7059.744). NaN where one lacks
    or both are zero; the assay's is NaN without any pair.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    mean = (first + second) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        each = np.where(mean > 0, 100 * np.abs(first - second) / np.sqrt(2) / mean, np.nan)
    known = each[np.isfinite(each)]
    return each, float(np.sqrt(np.mean(known**2))) if len(known) else float("nan")


def secretion_rate(concentration: Floats, flow: Floats) -> Floats:
    """Secretion rate (ug/min) of a concentration (mg/L, the same as ug/mL) at a flow of saliva (mL/min)."""
    return np.asarray(np.asarray(concentration, dtype=float) * np.asarray(flow, dtype=float))
