"""A measured change, held against what would have happened without treatment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.errors import Finding, RequestError
from effleurage.lab.arms import FEWEST, contrasts, said
from effleurage.lab.instruments import Instrument, instrument_of
from effleurage.lab.untreated import DAY, FARTHEST, LONGEST_REST, SHARE, Expected, Hours, expected

if TYPE_CHECKING:
    import pandas as pd

CONTROLS = (
    "control", "rest", "quiet rest", "untreated", "no treatment", "none", "usual care", "wait list", "waiting list",
    "attention", "light touch", "sham", "reading",
)  # fmt: skip
"""Names of a condition that is a control."""
UP, LIGHTS_OUT = 420.0, 1380.0
"""Usual hours of getting up and of lights out, minutes since midnight, where nothing else is said."""
ROUND = 15.0
"""Clock times are rounded to so many minutes, so that few worlds serve many people (ours)."""
AWAKENING = 90.0
"""Minutes after getting up in which cortisol still answers to awakening (ours)."""
SHORT_NIGHT = 390.0
"""Minutes in bed after which nearly all virtual people sleep until they are woken, as tubes from awakening suppose."""
ROUND_UP = 60.0
"""Hours of getting up likewise; what is measured keeps its distance from getting up."""
WHERE = ("below", "within", "above")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two measurements of one person: values in ``unit``, minutes since midnight, days apart; ``where`` is its place.

    ``up`` is when the person got up, minutes since midnight, NaN where unknown.
    """

    outcome: str
    before: float
    after: float
    clock_before: float
    clock_after: float
    instrument: str = ""
    unit: str = ""
    days_apart: int = 0
    participant: str = ""
    condition: str = ""
    posture: str = ""
    up: float = float("nan")
    where: str = ""

    @property
    def is_control(self) -> bool:
        """Whether the condition's name is that of a control."""
        return self.condition.strip().casefold().replace("-", " ").replace("_", " ") in CONTROLS


@dataclass(frozen=True)
class Compared:
    """Pairs beside what untreated people show.

    ``table``: a row a pair. ``groups``: a row an outcome and condition. ``contrasts``: a row an outcome and treated
    arm, against the controls. ``notes``, ``methods`` and ``parameters`` as in ``Measured``.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    contrasts: pd.DataFrame
    notes: tuple[str, ...]
    methods: str
    parameters: dict[str, Any]


def compare(
    pairs: Sequence[Pair],
    *,
    resting: bool | None = None,
    up: float = UP,
    lights_out: float = LIGHTS_OUT,
    age: float | None = None,
    seed: int = 1,
    people: int | None = None,
    progress: Callable[[float], None] | None = None,
) -> Compared:
    """Hold pairs of measurements against what untreated people would show at the same hours.

    ``resting``: untreated people rest quietly between the two measurements; by default where both are made on one
    day within four hours and a condition is named, because people then came for something. ``up`` and ``lights_out``
    in minutes since midnight, ``age`` in years, for all who say nothing else.

    Raises ``RequestError`` for an outcome without a simulated counterpart, and for times that cannot be.
    """
    chosen = _chosen(pairs)
    hours = [_hours(pair, resting, up, lights_out) for pair in pairs]
    wanted = list(dict.fromkeys(zip(chosen, hours, strict=True)))
    settings = {} if age is None else {"age": age}
    extra = {} if people is None else {"people": people}
    found = expected(wanted, seed, settings=settings, progress=progress, **extra)
    table = _table(pairs, chosen, hours, found)
    groups = _groups(pairs, chosen, hours, found)
    return Compared(table, groups, contrasts(table), _notes(pairs, table, hours), _methods(hours, found), {
        "resting": resting, "up": up, "lights_out": lights_out, "age": age, "seed": seed, "share": SHARE,
    })  # fmt: skip


def _chosen(pairs: Sequence[Pair]) -> list[Instrument]:
    findings, chosen = [], []
    for pair in pairs:
        try:
            chosen.append(instrument_of(pair.outcome, pair.instrument))
        except RequestError as error:
            findings += [replace(one, where=f"{pair.where}, {one.where}".strip(", ")) for one in error.findings]
        if pair.days_apart == 0 and pair.clock_after < pair.clock_before:
            what = "the second measurement is before the first"
            findings.append(Finding(pair.where or pair.participant, what, "Give the days apart, or mend the times."))
        if pair.days_apart < 0:
            findings.append(Finding(pair.where or pair.participant, "days apart below 0", "Put the earlier one first."))
    if findings:
        raise RequestError(findings)
    if not pairs:
        raise RequestError(Finding("", "no pair of measurements", "Give at least one person measured twice."))
    return chosen


def _hours(pair: Pair, resting: bool | None, up: float, lights_out: float) -> Hours:
    own = pair.up if np.isfinite(pair.up) else up
    rose = float(np.round(own / ROUND_UP) * ROUND_UP) if np.isfinite(pair.up) else own
    shift = rose - own
    before, after = pair.clock_before + shift, pair.clock_after + shift
    if not np.isfinite(pair.up):
        before, after = np.round(before / ROUND) * ROUND, np.round(after / ROUND) * ROUND
    near = pair.days_apart == 0 and pair.clock_after - pair.clock_before <= LONGEST_REST
    rests = near and (bool(pair.condition) if resting is None else resting)
    woken = np.isfinite(pair.up) and 0 <= pair.clock_before - pair.up <= AWAKENING
    out = rose - SHORT_NIGHT if woken else lights_out + (rose - up)
    return Hours(float(before), float(after), min(pair.days_apart, FARTHEST), rose, float(out % DAY), rests,
                 pair.posture if rests else "")  # fmt: skip


def _table(
    pairs: Sequence[Pair],
    chosen: Sequence[Instrument],
    hours: Sequence[Hours],
    found: dict[tuple[str, str, Hours], Expected],
) -> pd.DataFrame:
    import pandas as pd

    rows: dict[int, dict[str, Any]] = {}
    for members in _together(chosen, hours):
        one = found[chosen[members[0]].outcome, chosen[members[0]].instrument, hours[members[0]]]
        before = np.array([pairs[i].before for i in members])
        centre, low, high = one.band(before)
        beyond = one.outside(before)
        for place, i in enumerate(members):
            rows[i] = _row(pairs[i], chosen[i], hours[i], (centre[place], low[place], high[place]), bool(beyond[place]))
    return pd.DataFrame([rows[i] for i in range(len(pairs))])


def _together(chosen: Sequence[Instrument], hours: Sequence[Hours]) -> list[list[int]]:
    """Places of the pairs that one line serves."""
    places: dict[tuple[str, str, Hours], list[int]] = {}
    for i, (one, when) in enumerate(zip(chosen, hours, strict=True)):
        places.setdefault((one.outcome, one.instrument, when), []).append(i)
    return list(places.values())


def _row(pair: Pair, one: Instrument, hours: Hours, band: tuple[float, float, float], beyond: bool) -> dict[str, Any]:
    centre, low, high = (float(value) for value in band)
    known = np.isfinite(pair.before) and np.isfinite(pair.after)
    reason = "" if known else "one of the two was not measured"
    if known and beyond:
        reason = "the first value lies beyond the virtual people's; the band is prolonged to it"
    side = WHERE[int(pair.after >= low) + int(pair.after > high)] if known and np.isfinite(centre) else ""
    return {
        "participant": pair.participant,
        "condition": pair.condition,
        "control": pair.is_control,
        "outcome": one.outcome,
        "instrument": one.instrument,
        "unit": one.unit,
        "posture": pair.posture,
        "before": pair.before,
        "after": pair.after,
        "clock_before": pair.clock_before,
        "clock_after": pair.clock_after,
        "days_apart": pair.days_apart,
        "resting": hours.resting,
        "expected": centre,
        "low": low,
        "high": high,
        "where": side,
        "reason": reason,
    }


def _groups(
    pairs: Sequence[Pair],
    chosen: Sequence[Instrument],
    hours: Sequence[Hours],
    found: dict[tuple[str, str, Hours], Expected],
) -> pd.DataFrame:
    """Mean change of each outcome and condition beside that of as many untreated people, with its 90 % band.

    On a log scale changes are ratios; the mean is geometric.
    """
    import pandas as pd

    rows = []
    groups: dict[tuple[str, str, str], list[int]] = {}
    for i, (pair, one) in enumerate(zip(pairs, chosen, strict=True)):
        if np.isfinite(one.transformed(np.array([pair.before, pair.after]))).all():
            groups.setdefault((one.outcome, one.instrument, pair.condition), []).append(i)
    for (outcome, instrument, condition), members in groups.items():
        one = chosen[members[0]]
        sums, squares, shared = 0.0, 0.0, 0.0
        for part in _together([chosen[i] for i in members], [hours[i] for i in members]):
            own = [members[i] for i in part]
            change, error, doubt = found[outcome, instrument, hours[own[0]]].mean_change(
                np.array([pairs[i].before for i in own])
            )
            sums += change * len(own)
            squares += (error * len(own)) ** 2
            shared += doubt * len(own)
        count = len(members)
        values = np.array([[pairs[i].before, pairs[i].after] for i in members])
        changed = one.transformed(values[:, 1]) - one.transformed(values[:, 0])
        reach = 1.644854 * np.hypot(np.sqrt(squares), shared) / count  # 90 % of a normal mean
        shown = (float(changed.mean()), sums / count, sums / count - reach, sums / count + reach)
        change, anyway, low, high = (said(one, value) for value in shown)
        rows.append(
            {
                "outcome": outcome,
                "instrument": instrument,
                "unit": "fold" if one.scale == "log" else one.unit,
                "condition": condition,
                "control": pairs[members[0]].is_control,
                "n": count,
                "change": change,
                "expected": anyway,
                "low": low,
                "high": high,
                "where": WHERE[int(change >= low) + int(change > high)] if count >= FEWEST else "",
            }
        )
    return pd.DataFrame(rows)


def _notes(pairs: Sequence[Pair], table: pd.DataFrame, hours: Sequence[Hours]) -> tuple[str, ...]:
    notes = []
    missing = int((table["reason"].str.startswith("one of")).sum())
    if missing:
        notes.append(f"{missing} of {len(table)} pairs lack a value and are in no mean")
    beyond = int((table["reason"].str.startswith("the first")).sum())
    if beyond:
        notes.append(f"{beyond} first values lie beyond those of the virtual people; their bands are prolonged")
    if any(pair.days_apart > FARTHEST for pair in pairs):
        notes.append(f"pairs more than {FARTHEST} days apart are treated as {FARTHEST} days apart")
    if not any(np.isfinite(pair.up) for pair in pairs):
        notes.append("nobody's hour of getting up is in the file; the usual one is taken, which matters in the morning")
    if not table["control"].any():
        notes.append("there is no control in the file: whatever is seen, the treatment may not be its cause")
    if any(when.resting for when in hours):
        notes.append("untreated people arrive, lie or sit, and rest quietly between the two measurements")
    return tuple(notes)


def _methods(hours: Sequence[Hours], found: dict[tuple[str, str, Hours], Expected]) -> str:
    from importlib.metadata import version

    slopes = ", ".join(
        f"{key[0]} ({key[1]}) {low:.2f}" + (f" to {high:.2f}" if high - low > 0.005 else "")
        for key, low, high in _slopes(found)
    )
    rest = "quiet rest between the measurements" if any(when.resting for when in hours) else "ordinary days"
    return (
        f"Changes were compared with those of untreated virtual people (Effleurage {version('effleurage')}; {rest}) "
        "measured at the same clock times by the same instrument, with its noise. The expected second value is a "
        f"linear function of the first (slope on the instrument's scale: {slopes}), which includes time of day, "
        f"regression to the mean, variation between days and measurement error; the band holds {SHARE:.0%} of "
        "untreated people. The level of the laboratory was learnt from the group's own first values; bands of means "
        "also hold what the virtual mean itself may be off by (15 % on a log scale, assumed)."
    )


def _slopes(found: dict[tuple[str, str, Hours], Expected]) -> list[tuple[tuple[str, str], float, float]]:
    slopes: dict[tuple[str, str], list[float]] = {}
    for (outcome, instrument, _), one in found.items():
        slopes.setdefault((outcome, instrument), []).append(one.slope)
    return [(key, min(values), max(values)) for key, values in slopes.items()]
