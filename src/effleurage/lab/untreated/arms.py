"""Treated against control: the difference between arms at equal first values, counted in people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.comparable import comparable_of

if TYPE_CHECKING:
    import pandas as pd

FEWEST = 3
"""People of an arm from which its mean is judged (ours)."""


def contrasts(table: pd.DataFrame) -> pd.DataFrame:
    """Treated against control arms of the same outcome, a row each, with the 95 % interval (t) of the difference.

    Visits of one person are that person's mean. ``design`` says how people were compared: ``apart`` (other people in
    each arm: ordinary least squares of the second value on the first and the arm, Vickers & Altman 2001, BMJ
    323:1123), ``same people`` (who was in both arms: differences within them), ``few`` (fewer than ``FEWEST`` people
    came several times: both mean changes, and no more is said); ``left_out`` counts people who fit neither. All on the
    instrument's scale.
    """
    import pandas as pd

    rows = []
    for (outcome, instrument), part in table.groupby(["outcome", "instrument"], sort=False):
        one = comparable_of(str(outcome), str(instrument))
        means = _means(part, one)
        for condition in part.loc[~part["control"], "condition"].unique():
            treated, control = means[~means["control"] & (means["condition"] == condition)], means[means["control"]]
            control = control.groupby("person", sort=False).agg(_COMBINED).reset_index()
            found = _difference(treated, control)
            if found is None:
                continue
            row = {
                "outcome": outcome,
                "instrument": instrument,
                "unit": "fold" if one.scale == "log" else one.told,
                "condition": condition,
                "against": ", ".join(part.loc[part["control"], "condition"].unique()),
            }
            rows.append({**row, **_told(one, found)})
    return pd.DataFrame(rows)


_COMBINED = {"before": "mean", "after": "mean", "visits": "sum"}
"""How several controls of one person become one."""


def _means(part: pd.DataFrame, instrument: Instrument) -> pd.DataFrame:
    """A row a person and condition: means of the first and second values on the instrument's scale, and the visits."""
    own = part[["condition", "control"]].copy()
    names = part["participant"].str.strip().str.casefold()
    own["person"] = np.where(names == "", [f"row {number}" for number in range(len(part))], names)
    own["before"] = instrument.transformed(part["before"].to_numpy(dtype=float))
    own["after"] = instrument.transformed(part["after"].to_numpy(dtype=float))
    own["visits"] = 1
    own = own[np.isfinite(own["before"]) & np.isfinite(own["after"])]
    return own.groupby(["condition", "control", "person"], sort=False).agg(_COMBINED).reset_index()


def _difference(treated: pd.DataFrame, control: pd.DataFrame) -> dict[str, Any] | None:
    """The difference of one arm from the controls, on the instrument's scale; None where nothing can be said."""
    both = sorted(set(treated["person"]) & set(control["person"]))
    apart = [arm[~arm["person"].isin(both)] for arm in (treated, control)]
    left_out = sum(len(arm) for arm in apart) if both else 0
    if 0 < len(both) < FEWEST <= min(len(arm) for arm in apart):
        (treated, control), left_out, both = apart, len(both), []
    elif both:
        treated, control = (arm[arm["person"].isin(both)].set_index("person").loc[both] for arm in (treated, control))
    changes = [(arm["after"] - arm["before"]).to_numpy() for arm in (treated, control)]
    found: dict[str, Any] = {
        "design": "same people" if both else "apart",
        "n_treated": len(treated),
        "n_control": len(control),
        "visits_treated": int(treated["visits"].sum()),
        "visits_control": int(control["visits"].sum()),
        "left_out": left_out,
        "changes": changes,
    }
    if min(len(treated), len(control)) < FEWEST:
        again = max(found["visits_treated"], found["visits_control"]) > max(len(treated), len(control))
        several = again and min(len(treated), len(control)) > 0
        return {**found, "design": "few", "estimate": (float("nan"),) * 2} if several else None
    estimate = _within(changes) if both else _between(treated, control)
    return {**found, "estimate": estimate} if estimate else None


def _within(changes: Sequence[Floats]) -> tuple[float, float]:
    """Mean difference within people, and half its 95 % interval."""
    from scipy.special import stdtrit

    own = changes[0] - changes[1]
    reach = float(stdtrit(len(own) - 1, 0.975)) * float(own.std(ddof=1)) / np.sqrt(len(own))
    return float(own.mean()), float(reach)


def _between(treated: pd.DataFrame, control: pd.DataFrame) -> tuple[float, float] | None:
    """Difference between people of two arms at equal first values, and half its 95 % interval."""
    from scipy.special import stdtrit

    x, y = (np.concatenate([arm[name].to_numpy() for arm in (treated, control)]) for name in ("before", "after"))
    arm = np.repeat([1.0, 0.0], [len(treated), len(control)])
    alike = bool(np.ptp(x) < 1e-12)  # all began at one number: the arms differ as their second values do
    design = np.column_stack([arm, np.ones(len(x)), *([] if alike else [x - x.mean()])])
    solved, _, rank, _ = np.linalg.lstsq(design, y, rcond=None)
    free = len(x) - int(rank)
    if rank < design.shape[1] or free < 1:
        return None
    left = y - design @ solved
    error = float(np.sqrt((left @ left) / free * np.linalg.inv(design.T @ design)[0, 0]))
    return float(solved[0]), float(stdtrit(free, 0.975)) * error


def _told(instrument: Instrument, row: dict[str, Any]) -> dict[str, Any]:
    """A difference as it is told, with the mean change of each arm."""
    (middle, reach), (treated, control) = row.pop("estimate"), row.pop("changes")
    difference, low, high = (said(instrument, middle + off) for off in (0.0, -reach, reach))
    changed = {
        "change_treated": said(instrument, float(treated.mean())),
        "change_control": said(instrument, float(control.mean())),
    }
    none = 1.0 if instrument.scale == "log" else 0.0
    sure = bool(np.isfinite(difference) and not low <= none <= high)
    return {**row, "difference": difference, "low": low, "high": high, "sure": sure, **changed}


def said(instrument: Instrument, value: float) -> float:
    """A difference on the instrument's scale as it is told: a ratio for ``log``, else itself."""
    return float(np.exp(value)) if instrument.scale == "log" else float(value)
