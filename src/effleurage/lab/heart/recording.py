"""A recording of heart beats as a laboratory takes it in: intervals, when each began, and notes on how it was read."""

from __future__ import annotations

from dataclasses import dataclass

from effleurage.arrays import Floats


@dataclass(frozen=True)
class Recording:
    """Consecutive RR intervals of one person.

    ``rr`` (n,) is each interval in ms, NaN in a gap: a gap is kept as time and never interpolated. ``start`` (n,) is
    when each interval begins, in seconds from the first beat of the record with gaps counted; it never falls. ``stop``
    is when the last one ends, so ``np.diff(start, append=stop)`` is how long each interval or gap lasts (0 s for a
    gap of unknown length). ``unit_found`` is the unit of the file, ``source`` its name.
    """

    rr: Floats
    start: Floats
    stop: float
    unit_found: str
    source: str
    notes: tuple[str, ...] = ()
    participant: str = ""
    session: str = ""
