"""From a hypnogram, stages of one length or of their own, to the night that it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.night.nights import Moment, Night

STAGES = ("wake", "N1", "N2", "N3", "R", "?")
"""Codes of an epoch (AASM); ``?`` is one that nobody scored."""
LONGEST_EPOCH = 3600.0
"""Seconds; nobody scores sleep by the hour (ours)."""
LONGEST_STAGE = 86_400.0
"""Seconds that one row with a length of its own may last: a day (ours)."""


def night_of_hypnogram(
    stages: Sequence[str],
    epoch_seconds: float | Sequence[float] = 30.0,
    start: Moment | None = None,
    *,
    participant: str = "",
    session: str = "",
    condition: str = "",
    day: str = "",
    instrument: str = "polysomnography",
    where: str = "hypnogram",
) -> Night:
    """The night of a hypnogram that runs from lights out (``start``) to lights on; ``stages`` (rows,) in order.

    ``epoch_seconds`` is how long each lasts, one for all or one a row (rows,). ``start`` is a stamp, or minutes since
    the midnight that begins the evening's date.

    SOL ends with the first epoch of any sleep stage; the sleep period reaches from it to the end of the last, and
    WASO is wake in between. What an unscored epoch touches is NaN, and says so. TASAFA is unknown: a hypnogram does
    not tell who was trying. Raises ``RequestError`` for no epoch, another code or an odd epoch length.
    """
    lasts = _seconds(stages, epoch_seconds, where)
    edge = np.concatenate([[0.0], np.cumsum(lasts)]) / 60
    count, equal = len(stages), np.ptp(lasts) == 0

    def at(place: int) -> Moment:
        since = float(edge[place])
        return start + timedelta(minutes=since) if isinstance(start, datetime) else since + (start or 0.0)

    def lasting(stage: str, begin: int, stop: int) -> float:
        return float(sum(lasts[place] for place in range(begin, stop) if stages[place] == stage)) / 60

    asleep = [place for place, stage in enumerate(stages) if stage not in ("wake", "?")]
    first, end = (asleep[0], asleep[-1] + 1) if asleep else (count, count)
    why = {"minutes_trying": "a hypnogram does not tell who tried to sleep after the final awakening"}
    spans = {"minutes_to_sleep": (0, first), "minutes_awake": (first, end), "final_awakening": (end, count)}
    for name, (begin, stop) in spans.items():
        if holes := sum(stage == "?" for stage in stages[begin:stop]):
            share = f"{holes} of {count} epochs" if equal else f"{lasting('?', begin, stop):g} of {edge[-1]:g} min"
            why[name] = f"{share} are not scored"
        elif not asleep:
            why[name] = "no epoch of sleep"
    never = not asleep and "?" not in stages
    return Night(
        participant=participant,
        session=session,
        condition=condition,
        day=day,
        instrument=instrument,
        where=where,
        into_bed=at(0),
        lights_out=at(0),
        final_awakening=None if "final_awakening" in why else at(end),
        out_of_bed=at(count),
        minutes_to_sleep=math.nan if "minutes_to_sleep" in why else float(edge[first]),
        minutes_awake=math.nan if "minutes_awake" in why else lasting("wake", first, end),
        minutes_asleep=0.0 if never else math.nan,
        clocked=start is not None,
        why=why,
    )


def _seconds(stages: Sequence[str], seconds: float | Sequence[float], where: str) -> NDArray[np.float64]:
    """How long each stage lasts, in seconds (rows,)."""
    if not len(stages):
        raise RequestError(Finding(where, "holds no epoch", "Give one stage an epoch."))
    lasts = np.asarray(seconds, dtype=float)
    most = LONGEST_EPOCH if not lasts.ndim else LONGEST_STAGE
    if lasts.ndim and len(lasts) != len(stages):
        what = f"{len(lasts)} lengths for {len(stages)} stages"
        raise RequestError(Finding(where, what, "Give one length for all, or one a stage."))
    if wrong := [float(one) for one in np.atleast_1d(lasts) if not 0 < one <= most]:
        raise RequestError(Finding(where, f"an epoch of {wrong[0]:g} s", f"Give 0 to {most:g} s."))
    if strange := [stage for stage in stages if stage not in STAGES]:
        raise RequestError(Finding(where, f"no stage '{strange[0][:20]}'", nearest(strange[0][:20], STAGES)))
    return np.asarray(np.broadcast_to(lasts, len(stages)))
