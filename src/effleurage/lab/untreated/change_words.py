"""What is said beside a compared change: notes on the file, and the methods paragraph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from effleurage.lab.untreated.clients import kinds
from effleurage.lab.untreated.expected import FARTHEST, Key
from effleurage.lab.untreated.foretold import NEAR, SHARE, USUAL, Expected

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.lab.untreated.pair import Pair

_ENDS = "The line ends where hardly any virtual person begins: beyond it nothing is expected. "
NAMED = 5
"""Lines that are named one by one; the rest are counted."""


def notes(pairs: Sequence[Pair], table: pd.DataFrame, rests: Sequence[bool], unsaid: int) -> tuple[str, ...]:
    """What a reader must know of the file; ``rests`` says who rests in between, ``unsaid`` whose posture matters."""
    found = []
    missing = int((table["reason"].str.startswith("one of")).sum())
    if missing:
        found.append(f"{missing} of {len(table)} pairs lack a value and are in no mean")
    found += _unreached(table)
    if unsaid:
        found.append(
            f"the posture of {unsaid} of {len(table)} pairs is not said: sitting and lying are both held possible, "
            "and the band holds both; say it in a column 'posture' (seated, supine, prone, side) for a narrower one"
        )
    if any(rests) and any(one.posture for one in pairs):
        found.append("the posture is that of the visit: the first measurement is taken as made on arriving, upright")
    if any(pair.days_apart > FARTHEST for pair in pairs):
        found.append(f"pairs more than {FARTHEST} days apart are treated as {FARTHEST} days apart")
    if not any(np.isfinite(pair.up) for pair in pairs):
        found.append("nobody's hour of getting up is in the file; the usual one is taken, which matters in the morning")
    found += _people(pairs, table)
    if not table["control"].any():
        found.append("there is no control in the file: whatever is seen, the treatment may not be its cause")
    if any(rests):
        found.append("untreated people arrive, lie or sit, and rest quietly between the two measurements")
    return tuple(found)


def _unreached(table: pd.DataFrame) -> list[str]:
    """Who begins where the virtual people do not, by line."""
    rows = table[table["reason"].str.startswith("hardly any")].to_dict("records")
    found = []
    for row in rows[:NAMED]:
        who = ", ".join(part for part in (row["line"], row["participant"]) if part) or "one pair"
        begins = f"{row['outcome']} of {row['before']:g} {row['unit']} the first time"
        found.append(f"{who}: {begins}; {row['reason']}, and it is in no mean")
    if len(rows) > NAMED:
        found.append(f"the same holds for {len(rows) - NAMED} more pairs, which the table names")
    return found


def _people(pairs: Sequence[Pair], table: pd.DataFrame) -> list[str]:
    """Whose rows they are, where that is not one named person a row."""
    found = []
    if all(not pair.participant.strip() for pair in pairs) and len(pairs) > 1:
        found.append("no participant is named: each row is taken as another person; name them if somebody came twice")
    named = table.assign(person=table["participant"].str.strip().str.casefold())
    named = named[named["person"] != ""]
    again = named.groupby(["outcome", "instrument", "condition", "person"]).size()
    if (again > 1).any():
        found.append("several rows of one participant, outcome and condition are visits of one person and count once")
    arms = named.groupby(["outcome", "instrument", "person"])["control"].nunique()
    if (arms > 1).any():
        found.append(
            "who stands in several conditions under one name is taken as the same person; "
            "other people with the same number need names of their own"
        )
    return found


def methods(rests: bool, expected: Mapping[Key, Expected]) -> str:
    """The paragraph for a paper."""
    from importlib.metadata import version

    clients = _clients(expected)
    slopes = ", ".join(
        f"{key[0]} ({key[1]}) {low:.2f}" + (f" to {high:.2f}" if high - low > 0.005 else "")
        for key, low, high in _slopes(expected)
    )
    rest = "quiet rest between the measurements" if rests else "ordinary days"
    served = "most" if clients else "nearly all"
    return (
        f"Changes were compared with those of untreated virtual people (Effleurage {version('effleurage')}; {rest}) "
        "measured at the same clock times by the same instrument, with its noise; who of them passes the limits of "
        f"life is left out. Where {served} ordinary people begin, the expected second value is a linear function of "
        f"the first (slope there, on the instrument's scale: {slopes}), which includes time of day, regression to "
        f"the mean, variation between days and measurement error. {clients or _ENDS}The band holds {SHARE:.0%} of "
        "untreated people, and is no narrower than the rounding of both readings. The level of the laboratory was "
        "learnt from the group's own first values; bands of means also hold what the virtual mean itself may be off "
        "by (15 % on a log scale, assumed)."
    )


def _clients(expected: Mapping[Key, Expected]) -> str:
    """Which kinds of clients were lived, and how people are held against them."""
    asked = {name for one in expected.values() if one.clients for name in one.instrument.clients}
    if not asked:
        return ""
    met = ", ".join(kind.meaning for kind in kinds().values() if kind.name in asked)
    return (
        f"Towards the ends, outside the middle {USUAL:.0%} of first values, that slope is not in use: virtual clients "
        f"were added ({met}), and the expected second value is read from the local line through the {NEAR} pairs of "
        "values that begin nearest, whose slope differs from one first value to the next. Beyond the last of them "
        "nothing is expected. "
    )


def _slopes(expected: Mapping[Key, Expected]) -> list[tuple[tuple[str, str], float, float]]:
    slopes: dict[tuple[str, str], list[float]] = {}
    for (outcome, instrument, _), one in expected.items():
        slopes.setdefault((outcome, instrument), []).append(one.slope)
    return [(key, min(values), max(values)) for key, values in slopes.items()]
