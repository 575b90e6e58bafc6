"""Carry out every target and hold it against the rule; the table that comes out is the scoreboard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args

import numpy as np

from effleurage.arrays import Floats
from effleurage.body.parameter import Parameter
from effleurage.engine.threads import Progress
from effleurage.evidence.norms.looked import Looked, looked_at
from effleurage.evidence.norms.rule import distance, fold, status, status_2, tau
from effleurage.evidence.norms.targets import Target, Use
from effleurage.people.cohort import Cohort
from effleurage.statistics.intervals import NINETY, NINETY_FIVE

if TYPE_CHECKING:
    import pandas as pd

PEOPLE = 128
"""Virtual people a world: two blocks of lanes; of fewer, the spread between people is known to 9 % at best."""


@dataclass(frozen=True)
class Simulated:
    """The simulated counterpart of a published value, and its standard error."""

    value: float
    error: float


def validate(
    targets: Sequence[Target],
    seed: int = 1,
    people: int = PEOPLE,
    progress: Progress | None = None,
    rows: Mapping[str, Parameter] | None = None,
    without: Iterable[str] = (),
) -> pd.DataFrame:
    """The scoreboard: one row a target with published, simulated, whether orders hold, and the status.

    ``status`` is that of version 2 of the rule, ``status_1`` that of version 1, both ``ungated`` for what was verified
    nowhere. ``tau`` says how much laboratories were taken to differ, ``tau_measured`` whether that was measured.
    ``rows`` stand in for ledger rows of the same name; ``without`` switches arrows off.
    """
    cohort = replace(Cohort.of(people, seed), rows=dict(rows or {}))
    return scored(targets, simulated(targets, cohort, tuple(without), progress), spreads(targets))


def scored(
    targets: Sequence[Target], values: Mapping[str, Simulated], differ: Mapping[str, tuple[float, bool]]
) -> pd.DataFrame:
    """The scoreboard of targets, of their simulated counterparts and of how much laboratories differ, both by id."""
    import pandas as pd

    return pd.DataFrame([_row(target, values, *differ[target.id]) for target in targets])


def _row(target: Target, values: Mapping[str, Simulated], spread: float, measured: bool) -> dict[str, Any]:
    own = values[target.id]
    apart = distance(target.value, target.standard_error, own.value, own.error, spread)
    off, holds = fold(target.value, own.value), _orders_hold(target, values)
    low, high = interval_of(target)
    verified = target.seen != "-"
    return {
        "id": target.id,
        "ring": target.ring,
        "use": target.use,
        "quantity": target.quantity,
        "population": target.population,
        "published": target.value,
        "published_low": low,
        "published_high": high,
        "unit": target.unit,
        "n": target.n,
        "simulated": own.value,
        "simulated_low": own.value - NINETY_FIVE * own.error,
        "simulated_high": own.value + NINETY_FIVE * own.error,
        "fold_error": off,
        "distance": apart,
        "tau": spread,
        "tau_measured": measured,
        "ordering_ok": holds,
        "inside": bool(low <= own.value <= high),
        "covered": bool(apart <= NINETY),
        "status": status_2(apart, off, holds) if verified else "ungated",
        "status_1": status(apart, off, holds) if verified else "ungated",
        "study": target.study,
        "source": target.source,
        "seen": target.seen,
        "note": target.note,
    }


def summary(table: pd.DataFrame) -> dict[str, Any]:
    """Totals of a scoreboard, those for fitting, for prediction and seen before always apart.

    Each has its counts by version 2 of the rule, and in ``rule_1`` those by version 1; a share of greens has its exact
    95 % binomial interval.
    """
    gated = table[table["status"] != "ungated"]
    parts = {"all": gated} | {use: gated[gated["use"] == use] for use in get_args(Use)}
    return {
        "targets": len(table),
        "gated": len(gated),
        "ungated": len(table) - len(gated),
        "studies": int(gated["study"].nunique()),
        **{name: _totals(part) for name, part in parts.items()},
        "median_fold_error": float(gated["fold_error"].median()) if len(gated) else None,
        "coverage_90": float(gated["covered"].mean()) if len(gated) else None,
    }


def _totals(part: pd.DataFrame) -> dict[str, Any]:
    median = {"median_fold_error": float(part["fold_error"].median())} if len(part) else {}
    return {"targets": len(part), **_counts(part["status"]), "rule_1": _counts(part["status_1"]), **median}


def _counts(states: pd.Series[str]) -> dict[str, Any]:
    from scipy.stats import binomtest

    counts: dict[str, Any] = {name: int((states == name).sum()) for name in ("green", "yellow", "red")}
    if not len(states):
        return counts
    exact = binomtest(counts["green"], len(states)).proportion_ci(0.95, "exact")
    share = counts["green"] / len(states)
    return counts | {"green_share": share, "green_low": float(exact.low), "green_high": float(exact.high)}


def as_json(table: pd.DataFrame) -> dict[str, Any]:
    """The scoreboard as data: ``targets`` and ``summary``; a value that is not finite is null."""
    targets = []
    for row in table.to_dict("records"):
        published = {"value": row["published"], "low": row["published_low"], "high": row["published_high"]}
        targets.append(
            {
                "id": row["id"],
                "ring": row["ring"],
                "use": row["use"],
                "quantity": row["quantity"],
                "published": {**published, "unit": row["unit"], "n": row["n"], "source": row["source"]},
                "simulated": {
                    "value": row["simulated"],
                    "low": row["simulated_low"],
                    "high": row["simulated_high"],
                },
                "fold_error": row["fold_error"],
                "ordering_ok": bool(row["ordering_ok"]),
                "inside": bool(row["inside"]),
                "status": row["status"],
                "status_1": row["status_1"],
            }
        )
    return {"targets": _finite(targets), "summary": _finite(summary(table))}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def interval_of(target: Target) -> tuple[float, float]:
    """The 95 % interval of the published value; both ends are the value where nothing is known of it."""
    if target.low is not None and target.high is not None:
        return target.low, target.high
    reach = NINETY_FIVE * target.standard_error
    return target.value - reach, target.value + reach


def spreads(targets: Iterable[Target]) -> dict[str, tuple[float, bool]]:
    """Target id -> tau of its group of laboratories, and whether it was measured."""
    groups: dict[str, list[Target]] = {}
    for target in targets:
        groups.setdefault(target.laboratories or target.id, []).append(target)
    found = {}
    for members in groups.values():
        spread = tau([member.value for member in members], [member.standard_error for member in members])
        found.update({member.id: spread for member in members})
    return found


def _orders_hold(target: Target, values: Mapping[str, Simulated]) -> bool:
    own = values[target.id].value
    neutral = 1.0 if target.compared == "ratio" else 0.0
    if target.direction == "up" and not own > neutral:
        return False
    if target.direction == "down" and not own < neutral:
        return False
    return all(own > values[other].value for other in target.above)


def simulated(
    targets: Sequence[Target],
    cohort: Cohort,
    without: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> dict[str, Simulated]:
    """Target id -> its simulated counterpart; each world is run once, whoever asks for it."""
    wanted = [(target.quantity, look) for target in targets for look in (target.look, target.other) if look]
    return counterparts(targets, looked_at(wanted, cohort, without, progress))


def counterparts(targets: Sequence[Target], read: Looked) -> dict[str, Simulated]:
    """Target id -> its simulated counterpart, of what was looked at."""
    return {
        target.id: _statistic(
            target, read(target.quantity, target.look), read(target.quantity, target.other) if target.other else None
        )
        for target in targets
    }


def _statistic(target: Target, own: Floats, other: Floats | None) -> Simulated:
    paired = other is None or target.other is None or target.other.world.people == target.world.people
    kept = np.isfinite(own) & (np.isfinite(other) if other is not None and paired else True)
    own = own[kept]
    count = len(own)
    root = np.sqrt(count)
    if target.statistic == "retest" and other is not None:
        r = float(np.corrcoef(own, other[kept])[0, 1])
        return Simulated(r, (1 - r**2) / np.sqrt(count - 2))
    if target.statistic == "sd":
        return Simulated(float(own.std(ddof=1)), float(own.std(ddof=1) / np.sqrt(2 * (count - 1))))
    if target.statistic == "log sd":
        shares = own / other[kept] if other is not None and paired else own
        spread = float(np.log(shares).std(ddof=1))
        return Simulated(spread, spread / np.sqrt(2 * (count - 1)))
    if other is None or target.compared is None:
        return Simulated(float(own.mean()), float(own.std(ddof=1) / root))
    other = other[kept] if paired else other[np.isfinite(other)]
    if target.compared == "change":
        if paired:
            change = own - other
            return Simulated(float(change.mean()), float(change.std(ddof=1) / root))
        error = np.sqrt(own.var(ddof=1) / count + other.var(ddof=1) / len(other))
        return Simulated(float(own.mean() - other.mean()), float(error))
    ratio = float(own.mean() / other.mean())
    if paired:
        linear = (own - ratio * other) / other.mean()
        return Simulated(ratio, float(linear.std(ddof=1) / root))
    parts = own.var(ddof=1) / count / own.mean() ** 2 + other.var(ddof=1) / len(other) / other.mean() ** 2
    return Simulated(ratio, float(abs(ratio) * np.sqrt(parts)))
