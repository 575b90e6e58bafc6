"""Mean changes of groups beside those of as many untreated people; people count, their visits do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.arms import FEWEST, said
from effleurage.lab.untreated.foretold import Foretold
from effleurage.statistics.intervals import NINETY

if TYPE_CHECKING:
    import pandas as pd

WHERE = ("below", "within", "above")


@dataclass(frozen=True)
class Visit:
    """Two measurements of a person, on the instrument's scale; NaN where one was not measured."""

    one: Instrument
    condition: str
    control: bool
    person: str
    before: float
    after: float


def means(visits: Sequence[Visit], likely: Sequence[Foretold]) -> pd.DataFrame:
    """A row an outcome and condition: the mean change of its people, and that of untreated ones with its 90 % band.

    ``likely``: what is foretold of every visit, once for each side that is possible: posture, or hour. ``n`` people,
    each with the mean of own ``visits``; ``left_out`` visits of which nothing is foretold. On a log scale changes are
    ratios and the mean is geometric. ``expected`` is the mean over the sides, each as likely, and ``expected_low`` and
    ``expected_high`` the least and the most of theirs. ``seen``: the smallest difference from it that could have been
    seen. ``unfit``: a control whose change contradicts the virtual people's; ``few``: a control of fewer than
    ``FEWEST`` people, too little to judge by, that no larger one stands beside.
    """
    import pandas as pd

    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, visit in enumerate(visits):
        if np.isfinite([visit.before, visit.after]).all():
            groups.setdefault((visit.one.outcome, visit.one.instrument, visit.condition), []).append(i)
    rows = [_mean(visits, members, likely) for members in groups.values()]
    judged = {(row["outcome"], row["instrument"]) for row in rows if row["control"] and not row["few"] and row["n"]}
    for row in rows:
        if row["few"] and (row["outcome"], row["instrument"]) in judged:
            row["few"], row["unfit"] = False, False
    unfit = {(row["outcome"], row["instrument"]) for row in rows if row["unfit"]}
    for row in rows:
        if (row["outcome"], row["instrument"]) in unfit:
            row["where"] = ""
    return pd.DataFrame(rows)


def _mean(visits: Sequence[Visit], members: Sequence[int], likely: Sequence[Foretold]) -> dict[str, Any]:
    first = visits[members[0]]
    known = [i for i in members if np.isfinite([side.centre[i] for side in likely]).all()]
    people = list(dict.fromkeys(visits[i].person for i in known))
    own = [[i for i in known if visits[i].person == person] for person in people]
    row = {
        "outcome": first.one.outcome,
        "instrument": first.one.instrument,
        "unit": "fold" if first.one.scale == "log" else first.one.told,
        "condition": first.condition,
        "control": first.control,
        "n": len(people),
        "visits": len(known),
        "left_out": len(members) - len(known),
    }
    names = ("change", "expected", "expected_low", "expected_high", "low", "high", "seen")
    if not known:
        return {**row, **dict.fromkeys(names, float("nan")), "where": "", "unfit": False, "few": False}
    changed = np.array([visits[i].after - visits[i].before for i in range(len(visits))])
    bands = np.array([_band(visits, side, own) for side in likely])
    change, middle = float(by_person(changed, own).mean()), float(bands[:, 0].mean())
    reach = NINETY * float(np.hypot(bands[:, 1].mean(), bands[:, 0].std()))
    low, high = middle - reach, middle + reach
    shown = [change, middle, float(bands[:, 0].min()), float(bands[:, 0].max()), low, high, reach]
    where = WHERE[int(change >= low) + int(change > high)] if len(people) >= FEWEST else ""
    told = dict(zip(names, (said(first.one, value) for value in shown), strict=True))
    unfit = first.control and (where in ("below", "above") or _contradicts(visits, likely, own, changed))
    few = first.control and len(people) < FEWEST and not unfit
    differs = few and _differs(first.one, len(known), change, bands[:, 0])
    return {**row, **told, "where": where, "unfit": unfit or differs, "few": few}


def _differs(instrument: Instrument, visits: int, change: float, expected: Floats) -> bool:
    """Whether a mean change of so many visits is off every side's by more than the noise of their readings."""
    return bool((np.abs(change - expected) > np.sqrt(2 / visits) * instrument.error).all())


def _band(visits: Sequence[Visit], side: Foretold, own: Sequence[Sequence[int]]) -> tuple[float, float]:
    """Expected mean change on one side, and how unsure it is (SD). Visits of a person share that person's luck."""
    before = np.array([visit.before for visit in visits])
    middle = float(by_person(side.centre - before, own).mean())
    error = float(np.sqrt((by_person(side.spread, own) ** 2).sum())) / len(own)
    return middle, float(np.hypot(error, by_person(side.doubt, own).mean()))


def _contradicts(
    visits: Sequence[Visit], likely: Sequence[Foretold], own: Sequence[Sequence[int]], changed: Floats
) -> bool:
    """Whether the 95 % interval (t) of a control's own mean holds the expected mean of no side.

    The interval is over people, or over the visits of the only one; two readings differ by no less than their noise.
    """
    from scipy.special import stdtrit

    parts: Sequence[Sequence[int]] = own if len(own) > 1 else [[i] for i in own[0]]
    if len(parts) < FEWEST:
        return False
    least = np.sqrt(2) * visits[own[0][0]].one.error
    before = np.array([visit.before for visit in visits])
    for side in likely:
        off = by_person(changed - (side.centre - before), parts)
        error = max(float(off.std(ddof=1)), least) / np.sqrt(len(parts))
        if abs(off.mean()) <= float(stdtrit(len(parts) - 1, 0.975)) * error:
            return False
    return True


def by_person(values: Floats, own: Sequence[Sequence[int]]) -> Floats:
    """Every person's mean over own visits (P,)."""
    return np.array([values[list(part)].mean() for part in own])
