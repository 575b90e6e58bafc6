"""From a hypnogram, one stage an epoch, to the night that it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from effleurage.errors import Finding, RequestError, nearest
from effleurage.lab.nights import Moment, Night

STAGES = ("wake", "N1", "N2", "N3", "R", "?")
"""Codes of an epoch (AASM); ``?`` is one that nobody scored."""
LONGEST_EPOCH = 3600.0
"""Seconds; nobody scores sleep by the hour (ours)."""


def night_of_hypnogram(
    stages: Sequence[str],
    epoch_seconds: float = 30.0,
    start: datetime | None = None,
    *,
    participant: str = "",
    session: str = "",
    condition: str = "",
    day: str = "",
    instrument: str = "polysomnography",
    where: str = "hypnogram",
) -> Night:
    """The night of a hypnogram that runs from lights out (``start``) to lights on; ``stages`` (epochs,) in order.

    SOL ends with the first epoch of any sleep stage; the sleep period reaches from it to the end of the last, and
    WASO is wake in between. What an unscored epoch touches is NaN, and says so. TASAFA is unknown: a hypnogram does
    not tell who was trying. Raises ``RequestError`` for no epoch, another code or an odd epoch length.
    """
    _check(stages, epoch_seconds, where)
    epoch, count = epoch_seconds / 60, len(stages)

    def at(place: int) -> Moment:
        return place * epoch if start is None else start + timedelta(minutes=place * epoch)

    asleep = [place for place, stage in enumerate(stages) if stage not in ("wake", "?")]
    first, end = (asleep[0], asleep[-1] + 1) if asleep else (count, count)
    why = {"minutes_trying": "a hypnogram does not tell who tried to sleep after the final awakening"}
    spans = {"minutes_to_sleep": (0, first), "minutes_awake": (first, end), "final_awakening": (end, count)}
    for name, (begin, stop) in spans.items():
        if holes := sum(stage == "?" for stage in stages[begin:stop]):
            why[name] = f"{holes} of {count} epochs are not scored"
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
        minutes_to_sleep=math.nan if "minutes_to_sleep" in why else first * epoch,
        minutes_awake=math.nan if "minutes_awake" in why else epoch * sum(s == "wake" for s in stages[first:end]),
        minutes_asleep=0.0 if never else math.nan,
        clocked=start is not None,
        why=why,
    )


def _check(stages: Sequence[str], epoch_seconds: float, where: str) -> None:
    if not len(stages):
        raise RequestError(Finding(where, "holds no epoch", "Give one stage an epoch."))
    if not 0 < epoch_seconds <= LONGEST_EPOCH:
        raise RequestError(Finding(where, f"an epoch of {epoch_seconds:g} s", f"Give 0 to {LONGEST_EPOCH:g} s."))
    if strange := [stage for stage in stages if stage not in STAGES]:
        raise RequestError(Finding(where, f"no stage '{strange[0][:20]}'", nearest(strange[0][:20], STAGES)))
