"""Treated against control: the difference between arms at equal first values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from effleurage.lab.instruments import Instrument, instrument_of

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 3
"""People of an arm from which its mean is judged (ours)."""


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """Treated against control arms of the same outcome: the difference at equal first values, by ANCOVA.

    Ordinary least squares of the second value on the first and the arm (Vickers & Altman 2001, BMJ 323:1123), on the
    instrument's scale, with its 95 % interval (t); at least ``FEWEST`` people an arm.
    """
    import pandas as pd
    from scipy.stats import t as student

    rows = []
    for (outcome, instrument), part in table.groupby(["outcome", "instrument"], sort=False):
        one = instrument_of(str(outcome), str(instrument))
        x, y = one.transformed(part["before"].to_numpy()), one.transformed(part["after"].to_numpy())
        sound = np.isfinite(x) & np.isfinite(y)
        controls = part["control"].to_numpy()
        for condition in part.loc[~part["control"], "condition"].unique():
            treated = (part["condition"] == condition).to_numpy()
            kept = sound & (treated | controls)
            if (treated & kept).sum() < FEWEST or (controls & kept).sum() < FEWEST:
                continue
            design = np.column_stack([np.ones(kept.sum()), x[kept] - x[kept].mean(), treated[kept]])
            solved, _, rank, _ = np.linalg.lstsq(design, y[kept], rcond=None)
            free = int(kept.sum()) - int(rank)
            if rank < 3 or free < 1:
                continue
            left = y[kept] - design @ solved
            error = float(np.sqrt((left @ left) / free * np.linalg.inv(design.T @ design)[2, 2]))
            reach = float(student.ppf(0.975, free)) * error
            difference, low, high = (said(one, float(solved[2]) + off) for off in (0.0, -reach, reach))
            rows.append(
                {
                    "outcome": outcome,
                    "instrument": instrument,
                    "unit": "fold" if one.scale == "log" else one.unit,
                    "condition": condition,
                    "against": ", ".join(part.loc[part["control"], "condition"].unique()),
                    "n_treated": int((treated & kept).sum()),
                    "n_control": int((controls & kept).sum()),
                    "difference": difference,
                    "low": low,
                    "high": high,
                    "sure": not low <= (1.0 if one.scale == "log" else 0.0) <= high,
                }
            )
    return pd.DataFrame(rows)


def said(one: Instrument, value: float) -> float:
    """A difference on the instrument's scale as it is told: a ratio for ``log``, else itself."""
    return float(np.exp(value)) if one.scale == "log" else float(value)
