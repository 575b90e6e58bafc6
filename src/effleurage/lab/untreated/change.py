"""A measured change, held against what would have happened without treatment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.engine.threads import Progress
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.arms import FEWEST, contrasts, said
from effleurage.lab.untreated.bank import Bank
from effleurage.lab.untreated.change_words import methods, notes
from effleurage.lab.untreated.comparable import held_against
from effleurage.lab.untreated.expected import Foretells, Wanted, expected
from effleurage.lab.untreated.faults import instruments_of
from effleurage.lab.untreated.foretold import SHARE, Foretold, mixed
from effleurage.lab.untreated.means import WHERE, Visit, means
from effleurage.lab.untreated.pair import Pair
from effleurage.lab.untreated.sides import Habits, abreast, sides_of
from effleurage.lab.untreated.taught import taught
from effleurage.people.cohort import Setting
from effleurage.shown import Shown

if TYPE_CHECKING:
    import pandas as pd

UNFIT = "the control in the file changed otherwise than {whom}"
UNFIT_FEW = "the control in the file, too few people to judge by, changed otherwise than {whom}"


@dataclass(frozen=True)
class Compared(Shown):
    """Pairs beside what untreated people show.

    ``table``: a row a pair. ``groups``: a row an outcome and condition (``means``). ``contrasts``: a row an outcome and
    treated arm, against the controls. ``notes``, ``methods`` and ``parameters`` as in ``Measured``.
    """

    table: pd.DataFrame
    groups: pd.DataFrame
    contrasts: pd.DataFrame
    notes: tuple[str, ...]
    methods: str
    parameters: dict[str, Any]


def compare(
    pairs: Sequence[Pair],
    habits: Habits = Habits(),  # noqa: B008  frozen
    *,
    usual: Mapping[str, float] | None = None,
    settings: Mapping[str, Setting] | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Compared:
    """Hold pairs of measurements against what untreated people would show at the same hours.

    ``habits``: hours, posture and rest of all who say nothing else; by default people rest quietly between the two
    measurements where both are made on one day within four hours and a condition is named, because they then came for
    something. ``usual``: likewise what is usual of them (``Pair.usual``). ``settings``: ledger rows of the virtual
    people. Pairs of one participant, outcome and condition are visits of one person; a pair without a participant is
    another person's.

    Raises ``RequestError`` for an outcome with neither a simulated counterpart nor a published course, for numbers that
    are no readings, for times that cannot be, and for settings that name no ledger row.
    """
    chosen = instruments_of(pairs, habits.posture, usual)
    own = [{**(usual or {}), **pair.usual} for pair in pairs]
    ways = [sides_of(pair, one, habits) for pair, one in zip(pairs, chosen, strict=True)]
    sides = [
        [(one, hours, tuple(sorted(traits))) for one, hours, traits in zip(chosen, side, own, strict=True)]
        for side in abreast(ways)
    ]
    found = expected([way for side in sides for way in side], Bank(seed, dict(settings or {})), progress)
    visits = _visits(pairs, chosen)
    likely = [_foretold(pairs, visits, side, own, found) for side in sides]
    judged = means(visits, likely)
    unfit = {
        (row["outcome"], row["instrument"]): (UNFIT_FEW if row["few"] else UNFIT).format(
            whom=held_against(row["outcome"], row["instrument"])
        )
        for row in sorted(judged.to_dict("records"), key=lambda row: not row["few"])
        if row["unfit"]
    }
    likely, lessons = taught(visits, likely, _teaching(judged, unfit))
    groups = means(visits, likely) if lessons else judged
    rests = [way[0].resting for way in ways]
    apart = np.array([len(set(way)) > 1 for way in ways])
    table = _table(pairs, chosen, rests, mixed(likely, apart), unfit)
    told = notes(pairs, table, ways, lessons, habits)
    return Compared(table, groups, contrasts(table), told, methods(any(rests), found, own), {
        **asdict(habits), "usual": dict(usual or {}), "settings": dict(settings or {}), "seed": seed, "share": SHARE,
    })  # fmt: skip


def _teaching(judged: pd.DataFrame, unfit: Mapping[tuple[str, str], str]) -> list[tuple[str, str]]:
    """Outcomes whose controls are enough people to judge by, and do not contradict the virtual people."""
    rows = [row for row in judged.to_dict("records") if row["control"] and row["n"] and not row["few"]]
    named = dict.fromkeys((row["outcome"], row["instrument"]) for row in rows if row["n"] >= FEWEST)
    return [name for name in named if name not in unfit]


def _foretold(
    pairs: Sequence[Pair],
    visits: Sequence[Visit],
    side: Sequence[Wanted],
    usual: Sequence[Mapping[str, float]],
    lines: Mapping[Wanted, Foretells],
) -> Foretold:
    """What is foretold of every pair, on its instrument's scale, where all were measured as one side says."""
    groups: dict[Wanted, list[int]] = {}
    for i, wanted in enumerate(side):
        groups.setdefault(wanted, []).append(i)
    told = Foretold.nothing(len(pairs))
    for wanted, own in groups.items():
        before, steps = (np.array([getattr(pairs[i], name) for i in own]) for name in ("before", "step"))
        who = [visits[i].person for i in own]
        told.put(own, lines[wanted].foretell(before, steps, [usual[i] for i in own], who))
    return told


def _visits(pairs: Sequence[Pair], chosen: Sequence[Instrument]) -> list[Visit]:
    """Every pair as a visit of somebody; without a name it is another person's."""
    found = []
    for number, (pair, one) in enumerate(zip(pairs, chosen, strict=True)):
        before, after = one.transformed(np.array([pair.before, pair.after]))
        person = pair.participant.strip().casefold() or f"row {number}"
        found.append(Visit(one, pair.condition, pair.is_control, person, float(before), float(after)))
    return found


def _table(
    pairs: Sequence[Pair],
    chosen: Sequence[Instrument],
    rests: Sequence[bool],
    likely: Foretold,
    unfit: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """A row a pair beside what is foretold of it."""
    import pandas as pd

    rows = []
    for i, (pair, one) in enumerate(zip(pairs, chosen, strict=True)):
        band = tuple(float(end[i]) for end in (likely.centre, likely.low, likely.high))
        reason = unfit.get((one.outcome, one.instrument), "")
        if not (np.isfinite(pair.before) and np.isfinite(pair.after)):
            reason = "one of the two was not measured"
        elif not np.isfinite(band[0]):
            reason = str(likely.reason[i])
        rows.append({**_row(pair, one, rests[i], band, reason), "people": float(likely.people[i])})
    return pd.DataFrame(rows)


def _row(pair: Pair, instrument: Instrument, rests: bool, band: tuple[float, ...], reason: str) -> dict[str, Any]:
    """A pair and its band, which is on the instrument's scale."""
    centre, low, high = (float(instrument.back(np.array([end]))[0]) for end in band)
    side = "" if reason else WHERE[int(pair.after >= low) + int(pair.after > high)]
    return {
        "participant": pair.participant,
        "condition": pair.condition,
        "control": pair.is_control,
        "outcome": instrument.outcome,
        "instrument": instrument.instrument,
        "unit": instrument.told,
        "posture": pair.posture,
        "before": pair.before,
        "after": pair.after,
        "clock_before": pair.clock_before,
        "clock_after": pair.clock_after,
        "days_apart": pair.days_apart,
        "resting": rests,
        "expected": centre,
        "low": low,
        "high": high,
        "seen": said(instrument, (band[2] - band[1]) / 2),
        "where": side,
        "reason": reason,
        "line": pair.where,
    }
