"""Carry out every target and hold it against the rule; the table that comes out is the scoreboard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.body.parameter import Parameter
from effleurage.engine.threads import Progress, side_by_side
from effleurage.evidence.norms.rule import distance, fold, status, tau
from effleurage.evidence.norms.targets import Look, Target, World
from effleurage.lab.heart.virtual import INDICES, READS, window_index
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import simulate
from effleurage.statistics.intervals import NINETY, NINETY_FIVE

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

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
    progress: Callable[[float], None] | None = None,
    rows: Mapping[str, Parameter] | None = None,
    without: Iterable[str] = (),
) -> pd.DataFrame:
    """The scoreboard: one row a target with published, simulated, whether orders hold, and the status.

    ``status`` is ``ungated`` for what was verified nowhere. ``tau`` says how much laboratories were taken to
    differ, ``tau_measured`` whether that was measured. ``rows`` stand in for ledger rows of the same name;
    ``without`` switches arrows off.
    """
    import pandas as pd

    cohort = replace(Cohort.of(people, seed), rows=dict(rows or {}))
    found = simulated(targets, cohort, tuple(without), progress)
    differ = spreads(targets)
    board = []
    for target in targets:
        own = found[target.id]
        spread, measured = differ[target.id]
        apart = distance(target.value, target.standard_error, own.value, own.error, spread)
        holds = _orders_hold(target, found)
        judged = status(apart, fold(target.value, own.value), holds)
        low, high = _interval(target)
        board.append(
            {
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
                "fold_error": fold(target.value, own.value),
                "distance": apart,
                "tau": spread,
                "tau_measured": measured,
                "ordering_ok": holds,
                "inside": bool(low <= own.value <= high),
                "covered": bool(apart <= NINETY),
                "status": judged if target.seen != "-" else "ungated",
                "study": target.study,
                "source": target.source,
                "seen": target.seen,
                "note": target.note,
            }
        )
    return pd.DataFrame(board)


def summary(table: pd.DataFrame) -> dict[str, Any]:
    """Totals of a scoreboard, fit and predict always apart, each share with its exact 95 % binomial interval."""
    gated = table[table["status"] != "ungated"]
    parts = {"all": gated, "fit": gated[gated["use"] == "fit"], "predict": gated[gated["use"] == "predict"]}
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
    from scipy.stats import binomtest

    counts = {name: int((part["status"] == name).sum()) for name in ("green", "yellow", "red")}
    if not len(part):
        return {"targets": 0, **counts}
    exact = binomtest(counts["green"], len(part)).proportion_ci(0.95, "exact")
    return {
        "targets": len(part),
        **counts,
        "green_share": counts["green"] / len(part),
        "green_low": float(exact.low),
        "green_high": float(exact.high),
        "median_fold_error": float(part["fold_error"].median()),
    }


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
            }
        )
    return {"targets": _finite(targets), "summary": _finite(summary(table))}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _interval(target: Target) -> tuple[float, float]:
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


def _orders_hold(target: Target, values: dict[str, Simulated]) -> bool:
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
    progress: Callable[[float], None] | None = None,
) -> dict[str, Simulated]:
    """Target id -> its simulated counterpart; each world is run once, whoever asks for it."""
    wanted = [(target.quantity, look) for target in targets for look in (target.look, target.other) if look]
    read = looked_at(wanted, cohort, without, progress)
    return {
        target.id: _statistic(
            target, read(target.quantity, target.look), read(target.quantity, target.other) if target.other else None
        )
        for target in targets
    }


def looked_at(
    wanted: Iterable[tuple[str, Look]],
    cohort: Cohort,
    without: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Callable[[str, Look], Floats]:
    """A reader of (quantity, look): one number a person (N,). Each world is run once, whoever asks for it."""
    looks: dict[str, tuple[World, list[tuple[str, Look]]]] = {}
    for quantity, look in wanted:
        key = json.dumps(look.world.model_dump(), sort_keys=True)
        looks.setdefault(key, (look.world, []))[1].append((quantity, look))

    def carried_out(world: World, wanted: list[tuple[str, Look]], report: Progress) -> xr.Dataset:
        minutes = sorted({minute for _, look in wanted for minute in look.minutes()})
        asked = dict.fromkeys(quantity for quantity, _ in wanted)
        quantities = tuple(dict.fromkeys(one for name in asked for one in (READS if name in INDICES else (name,))))
        protocol = world.protocol().only_at(minutes)
        return simulate(protocol, cohort, without=without, keep=quantities, progress=report)

    worlds = dict(zip(looks, side_by_side([partial(carried_out, *w) for w in looks.values()], progress), strict=True))

    def read(quantity: str, look: Look) -> Floats:
        world = worlds[json.dumps(look.world.model_dump(), sort_keys=True)]
        minutes = np.asarray(look.minutes())
        if quantity in INDICES:
            people = replace(cohort, settings={**look.world.people, **cohort.settings})
            values = np.array([window_index(world, INDICES[quantity], minute, people) for minute in minutes])
        else:
            values = world[quantity].values[np.searchsorted(world.time.values, minutes - 1e-6)]
        return _measured(values, minutes, look)

    return read


def _measured(values: Floats, minutes: Floats, look: Look) -> Floats:
    """One number a person (N,) of values (minutes, N)."""
    if look.measure == "mean":
        return np.asarray(values.mean(axis=0))
    if look.measure == "peak":
        return np.asarray(values.max(axis=0))
    if look.measure == "trough":
        return np.asarray(values.min(axis=0))
    place = values.argmax(axis=0) if look.measure == "time of peak" else values.argmin(axis=0)
    return np.asarray(minutes[place] - minutes[0])


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
