"""Read-outs: a quantity over a window, one number a person, the same for simulated and for measured worlds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.grid import DAY
from effleurage.errors import Finding, RequestError
from effleurage.lab.outcomes.codebook import Size, known_outcome, rows_about

if TYPE_CHECKING:
    import xarray as xr

HOUR = 60.0
Window: TypeAlias = Literal["end of session", "last minute of hands", "day after", "night after", "last week"]
WINDOWS: Mapping[Window, str] = {
    "end of session": "at the end of a session",
    "last minute of hands": "in the last minute under the hands",
    "day after": "over the 24 hours after a session",
    "night after": "in the night after a session",
    "last week": "over the last seven days",
}
"""Window -> how it is said. Session windows average over all sessions."""


@dataclass(frozen=True)
class Readout:
    """A quantity of the body over a window.

    ``id``: of the outcome in the codebook, empty where that has none. ``weighed``: whether its differences are held
    against the change that one person notices.
    """

    way: str
    quantity: str
    label: str
    window: Window
    id: str = ""
    weighed: bool = False
    low: float = -np.inf
    high: float = np.inf

    @property
    def noticed(self) -> Size | None:
        """The change that one person notices, None where none is known or its differences are not weighed."""
        return known_outcome(self.id, self.label).responder if self.weighed else None

    @property
    def title(self) -> str:
        """Its label, and the ends of the scale where it is one."""
        return f"{self.label} ({self.low:g}-{self.high:g})" if np.isfinite(self.high) else self.label

    def looks(self, sessions: Sequence[tuple[float, float]], days: int) -> tuple[float, ...]:
        """Minutes at which the trajectory must have been sampled."""
        stop = days * DAY
        if self.window == "last week":
            return tuple(np.arange(max(0.0, stop - 7 * DAY), stop, HOUR))
        found: list[float] = []
        for _, end in sessions:
            if self.window == "end of session":
                found.append(end)
            elif self.window == "last minute of hands":
                found.append(end - 1)
            elif self.window == "day after":
                found += list(np.arange(end, min(end + DAY, stop), HOUR))
            elif self.window == "night after":
                found.append((np.floor(end / DAY) + 1) * DAY + 12 * HOUR)
        return tuple(minute for minute in found if minute < stop)

    def measure(self, world: xr.Dataset, sessions: Sequence[tuple[float, float]], days: int) -> Floats:
        """One number a person (persons,), in the quantity's unit; NaN for a person who was lost.

        Raises ``RequestError`` where the trajectory was not sampled in the window.
        """
        looks = np.asarray(self.looks(sessions, days))
        rows = np.searchsorted(world.time.values, looks - 1e-6)
        if not len(looks) or rows.max() >= world.sizes["time"] or not np.allclose(world.time.values[rows], looks):
            raise RequestError(
                Finding(
                    self.label, f"the trajectory was not sampled {WINDOWS[self.window]}", "Add those sampling times."
                )
            )
        return np.asarray(world[self.quantity].values[rows].mean(axis=0))


@cache
def shipped_readouts() -> tuple[Readout, ...]:
    """The read-outs of the four ways, from ``readouts.toml``.

    >>> [row.title for row in shipped_readouts() if row.noticed]
    ['Pain (0-10)']
    """
    says = {name: name for name in ("quantity", "low", "high")}
    return rows_about(Readout, "readout", __package__, "readouts.toml", **says)


def every_readout(meanings: Mapping[str, str], sessions: Sequence[tuple[float, float]]) -> tuple[Readout, ...]:
    """Every read-out over every window that the protocol has; ``meanings`` maps quantity to what it is."""
    windows: tuple[Window, ...] = ("end of session", "day after", "last week") if sessions else ("last week",)
    return tuple(Readout(WINDOWS[w], name, name, w) for w in windows for name in meanings)
