"""Published studies, carried out from their own protocols, and set beside what was published."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.threads import Progress, side_by_side
from effleurage.people.simulate import simulate
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

TWO_FOLD = 2.0
"""A percentage agrees when it has the published sign and lies within two-fold of it."""
CRITICAL_T = 2.0
"""A direction is seen when the mean change exceeds this many standard errors at the study's own n."""


@cache
def studies() -> tuple[Mapping[str, Any], ...]:
    """The studies of ``replay.toml``."""
    table = tomllib.loads(files(__package__).joinpath("replay.toml").read_text(encoding="utf-8"))
    return tuple(table["study"])


def shipped_protocol(name: str) -> Protocol:
    """A protocol that comes with the package, by file name."""
    text = files("effleurage").joinpath("examples", name).read_text(encoding="utf-8")
    return parse_protocol(text, name)


def replay(seed: int = 1) -> pd.DataFrame:
    """Carry out every arm of every study; one row an outcome: published, simulated, whether they agree.

    Changes are within the arm, from before to after, as the studies report them.
    """
    import pandas as pd

    def carried_out(study: Mapping[str, Any], arm: Mapping[str, Any], progress: Progress) -> xr.Dataset:
        quantities = tuple(dict.fromkeys(outcome["quantity"] for outcome in arm["outcome"]))
        return simulate(shipped_protocol(arm["protocol"]), study["n"], seed=seed, keep=quantities, progress=progress)

    arms = [(study, arm) for study in studies() for arm in study["arm"]]
    worlds = side_by_side([partial(carried_out, study, arm) for study, arm in arms])
    rows = []
    for (study, arm), world in zip(arms, worlds, strict=True):
        for outcome in arm["outcome"]:
            before, change = _change(world, outcome)
            rows.append(
                {
                    "study": study["name"],
                    "arm": arm["name"],
                    "outcome": outcome["label"],
                    "published": _published(outcome),
                    "simulated": _simulated(before, change),
                    "agrees": judge(outcome, before, change),
                    "note": study["note"],
                }
            )
    return pd.DataFrame(rows)


def judge(outcome: Mapping[str, Any], before: NDArray[np.float64], change: NDArray[np.float64]) -> str:
    """``yes``, ``no`` or ``not comparable``: the same rule for every row, fixed before any was run."""
    mean = float(change.mean())
    percent = 100 * mean / float(before.mean())
    if "percent" in outcome:
        published = float(outcome["percent"])
        same = percent * published > 0
        return "yes" if same and 1 / TWO_FOLD <= abs(percent / published) <= TWO_FOLD else "no"
    if outcome["direction"] == "not reported":
        return "not comparable"
    error = float(change.std(ddof=1)) / np.sqrt(len(change))
    seen = "none" if abs(mean) <= CRITICAL_T * error else "up" if mean > 0 else "down"
    return "yes" if seen == outcome["direction"] else "no"


def _change(world: xr.Dataset, outcome: Mapping[str, Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = world[outcome["quantity"]]
    before, after = (
        values.sel(time=slice(window[0] - 1e-6, window[1] + 1e-6)).mean("time").values
        for window in (outcome["before"], outcome["after"])
    )
    kept = np.isfinite(before) & np.isfinite(after)
    return before[kept], after[kept] - before[kept]


def _published(outcome: Mapping[str, Any]) -> str:
    if "percent" in outcome:
        return f"{outcome['percent']:+d} %".replace("-", "−")
    return {"none": "no significant change"}.get(outcome["direction"], str(outcome["direction"]))


def _simulated(before: NDArray[np.float64], change: NDArray[np.float64]) -> str:
    percent = 100 * float(change.mean()) / float(before.mean())
    error = 100 * float(change.std(ddof=1)) / np.sqrt(len(change)) / float(before.mean())
    return f"{percent:+.1f} % (standard error {error:.1f})".replace("-", "−")
