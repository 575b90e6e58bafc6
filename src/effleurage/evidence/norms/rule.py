"""The rule of agreement, fixed before any calibration: its text is hashed beside it, and a test holds the hash.

A simulated and a published value agree if they are compatible with both standard errors and with how much
laboratories differ (tau): on the log scale for positive quantities, on the quantity's own for changes and clock
times. Green: compatible, and every stated direction and order holds. Yellow: directions and orders hold, and the
value lies within two-fold. Red: else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

Status = Literal["green", "yellow", "red"]

COMPATIBLE = 1.959964
"""Standard errors within which two values are compatible (95 %)."""
TWO_FOLD = 2.0
ASSUMED_TAU = 0.15
"""Between-laboratory SD of ln value where fewer than two laboratories measured the same (assumed)."""


def tau(values: Sequence[float], errors: Sequence[float]) -> tuple[float, bool]:
    """Between-laboratory SD of ln value, and whether it was measured.

    Method of moments (DerSimonian & Laird 1986, Control Clin Trials 7:177) on the laboratories' ln values with
    their relative standard errors; with fewer than two positive values, ``ASSUMED_TAU``. Two laboratories that
    happen to agree do not prove that all do, so it is never taken below a third of ``ASSUMED_TAU``.
    """
    y = np.asarray(values, dtype=float)
    if len(y) < 2 or (y <= 0).any():
        return ASSUMED_TAU, False
    variance = (np.asarray(errors, dtype=float) / y) ** 2
    known = variance > 0
    weight = 1 / np.where(known, variance, np.median(variance[known]) if known.any() else 1e-4)
    logs = np.log(y)
    centre = (weight * logs).sum() / weight.sum()
    excess = (weight * (logs - centre) ** 2).sum() - (len(y) - 1)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    return float(max(np.sqrt(max(excess / scale, 0.0)), ASSUMED_TAU / 3)), True


def distance(published: float, published_se: float, simulated: float, simulated_se: float, spread: float) -> float:
    """How far apart, in standard errors; ``spread`` is tau. Log scale where both are positive, else linear."""
    if published > 0 and simulated > 0:
        apart = abs(np.log(simulated / published))
        error = np.sqrt((published_se / published) ** 2 + (simulated_se / simulated) ** 2 + spread**2)
    else:
        apart = abs(simulated - published)
        error = np.sqrt(published_se**2 + simulated_se**2 + (spread * published) ** 2)
    return float(apart / error) if error > 0 else (0.0 if apart == 0 else float("inf"))


def fold(published: float, simulated: float) -> float:
    """Fold error, 1 or more; infinite where the signs differ."""
    if published == simulated:
        return 1.0
    ratio = simulated / published if published else float("inf")
    return float(max(ratio, 1 / ratio)) if ratio > 0 else float("inf")


def status(apart: float, fold_error: float, orders_hold: bool) -> Status:
    """Green, yellow or red."""
    if not orders_hold:
        return "red"
    if apart <= COMPATIBLE:
        return "green"
    return "yellow" if fold_error <= TWO_FOLD else "red"


# Version 2: as version 1, but more than two-fold off is never green. Where a published value is unsure, or laboratories
# differ much, version 1 calls compatible what no reader would. Wherever one version is told, so is the other.


def status_2(apart: float, fold_error: float, orders_hold: bool) -> Status:
    """Green, yellow or red by version 2: what version 1 calls green is yellow if it is more than two-fold off."""
    first = status(apart, fold_error, orders_hold)
    return "yellow" if first == "green" and fold_error > TWO_FOLD else first
