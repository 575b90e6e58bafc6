"""Published studies, carried out from their own protocols, and set beside what was published."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.threads import Progress, side_by_side
from effleurage.people.simulate import simulate
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol
from effleurage.protocol.tables import shipped_rows

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

TWO_FOLD = 2.0
"""A percentage agrees when it has the published sign and lies within two-fold of it."""
CRITICAL_T = 2.0
"""A direction is seen when the mean change exceeds this many standard errors at the study's own n."""


Window = tuple[float, float]
"""Minutes since midnight of day 1 over which people are looked at."""


@dataclass(frozen=True)
class Shown:
    """What an arm showed, as published: a ``percent`` of the mean before, or else only a ``direction``."""

    label: str
    quantity: str
    before: Window
    after: Window
    percent: float | None = None
    direction: Literal["up", "none", "down", "not reported"] = "not reported"


@dataclass(frozen=True)
class ReplayedArm:
    """One arm of a study, the protocol that carries it out, and what it showed."""

    name: str
    protocol: str
    outcome: tuple[Shown, ...]


@dataclass(frozen=True)
class ReplayedStudy:
    """A published study of ``n`` persons an arm; fields as in ``replay.toml``."""

    name: str
    citation: str
    n: int
    note: str
    arm: tuple[ReplayedArm, ...]


@cache
def studies() -> tuple[ReplayedStudy, ...]:
    """The studies of ``replay.toml``."""
    return shipped_rows(ReplayedStudy, "study", __package__, "replay.toml")


def shipped_protocol(name: str) -> Protocol:
    """A protocol that comes with the package, by file name."""
    text = files("effleurage").joinpath("examples", name).read_text(encoding="utf-8")
    return parse_protocol(text, name)


def replay(seed: int = 1) -> pd.DataFrame:
    """Carry out every arm of every study; one row an outcome: published, simulated, whether they agree.

    Changes are within the arm, from before to after, as the studies report them.
    """
    import pandas as pd

    def carried_out(study: ReplayedStudy, arm: ReplayedArm, progress: Progress) -> xr.Dataset:
        quantities = tuple(dict.fromkeys(outcome.quantity for outcome in arm.outcome))
        return simulate(shipped_protocol(arm.protocol), study.n, seed=seed, keep=quantities, progress=progress)

    arms = [(study, arm) for study in studies() for arm in study.arm]
    worlds = side_by_side([partial(carried_out, study, arm) for study, arm in arms])
    rows = []
    for (study, arm), world in zip(arms, worlds, strict=True):
        for outcome in arm.outcome:
            before, change = _change(world, outcome)
            rows.append(
                {
                    "study": study.name,
                    "arm": arm.name,
                    "outcome": outcome.label,
                    "published": _published(outcome),
                    "simulated": _simulated(before, change),
                    "agrees": agreement(outcome, before, change),
                    "note": study.note,
                }
            )
    return pd.DataFrame(rows)


def agreement(outcome: Shown, before: NDArray[np.float64], change: NDArray[np.float64]) -> str:
    """``yes``, ``no`` or ``not comparable``: the same rule for every row, fixed before any was run."""
    mean = float(change.mean())
    percent = 100 * mean / float(before.mean())
    if outcome.percent is not None:
        same = percent * outcome.percent > 0
        return "yes" if same and 1 / TWO_FOLD <= abs(percent / outcome.percent) <= TWO_FOLD else "no"
    if outcome.direction == "not reported":
        return "not comparable"
    error = float(change.std(ddof=1)) / np.sqrt(len(change))
    seen = "none" if abs(mean) <= CRITICAL_T * error else "up" if mean > 0 else "down"
    return "yes" if seen == outcome.direction else "no"


def _change(world: xr.Dataset, outcome: Shown) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    values = world[outcome.quantity]
    before, after = (
        values.sel(time=slice(window[0] - 1e-6, window[1] + 1e-6)).mean("time").values
        for window in (outcome.before, outcome.after)
    )
    kept = np.isfinite(before) & np.isfinite(after)
    return before[kept], after[kept] - before[kept]


def _published(outcome: Shown) -> str:
    if outcome.percent is not None:
        return f"{outcome.percent:+.0f} %".replace("-", "−")
    return {"none": "no significant change"}.get(outcome.direction, outcome.direction)


def _simulated(before: NDArray[np.float64], change: NDArray[np.float64]) -> str:
    percent = 100 * float(change.mean()) / float(before.mean())
    error = 100 * float(change.std(ddof=1)) / np.sqrt(len(change)) / float(before.mean())
    return f"{percent:+.1f} % (standard error {error:.1f})".replace("-", "−")
