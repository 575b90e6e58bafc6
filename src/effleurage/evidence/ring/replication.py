"""Published studies repeated many times: where their means may fall at their own n, how likely their pattern is.

Each repetition has other people and another draw of every uncertain number, so a range holds both chance and ignorance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.engine.threads import Progress, side_by_side
from effleurage.evidence.ring.replay import CRITICAL_T, ReplayedArm, ReplayedStudy, Shown, shipped_protocol, studies
from effleurage.lab.heart.virtual import READS, window_index
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import simulate

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

REPEATS = 100
"""Repetitions of a study behind a range or a chance."""
_PAIRED = "Noto 2010"
_PATTERN = "Diego & Field 2009"


@dataclass(frozen=True)
class Pattern:
    """How often ``n`` people an arm show what a study published: ``arms`` one by one, and all of them at once (0-1)."""

    study: str
    n: int
    arms: Mapping[str, float]
    all: float


def ranges(seed: int = 1) -> pd.DataFrame:
    """Where a mean change of the paired study may fall: one row an arm and outcome, then massage less rest.

    ``low`` to ``high`` hold 95 of 100 repetitions, percent of the mean before; ``inside`` says whether the published
    value lies there, or, of a published null, whether the range holds zero.
    """
    import pandas as pd

    study = next(one for one in studies() if one.name == _PAIRED)
    worlds = _carried_out(study, seed)
    rows, percents = [], {}
    for arm, (world, _) in worlds.items():
        for outcome in _arm(study, arm).outcome:
            percent = _percent(world, outcome, study.n)
            percents[arm, outcome.label] = percent
            rows.append(_row(study.name, arm, outcome, percent))
    rest, massage = study.arm
    for outcome in massage.outcome:
        other = next(one for one in rest.outcome if one.label == outcome.label)
        both = None if outcome.percent is None or other.percent is None else outcome.percent - other.percent
        percent = percents[massage.name, outcome.label] - percents[rest.name, outcome.label]
        apart = replace(outcome, percent=both, direction="not reported")
        rows.append(_row(study.name, "massage less rest", apart, percent))
    return pd.DataFrame(rows)


def pattern(seed: int = 1) -> Pattern:
    """The chance that high-frequency power goes up under moderate and down under light pressure, as published."""
    study = next(one for one in studies() if one.name == _PATTERN)
    shown = {}
    for arm, (world, cohort) in _carried_out(study, seed).items():
        outcome = _arm(study, arm).outcome[0]
        before, after = (
            np.log(window_index(world, "hf", float(np.mean(window)), cohort))
            for window in (outcome.before, outcome.after)
        )
        change = (after - before).reshape(REPEATS, study.n)
        t = change.mean(axis=1) / (change.std(axis=1, ddof=1) / np.sqrt(study.n))
        shown[arm] = t > CRITICAL_T if outcome.direction == "up" else t < -CRITICAL_T
    return Pattern(
        study.name,
        study.n,
        {arm: float(seen.mean()) for arm, seen in shown.items()},
        float(np.mean(np.logical_and.reduce(list(shown.values())))),
    )


def _carried_out(study: ReplayedStudy, seed: int) -> dict[str, tuple[xr.Dataset, Cohort]]:
    """Every arm with REPEATS groups of people, each group with its own draw of what is uncertain."""
    people = Cohort(np.arange(REPEATS * study.n), seed=seed, draws=np.repeat(np.arange(1, REPEATS + 1), study.n))

    def arm(name: str, protocol: str, quantities: tuple[str, ...], progress: Progress) -> tuple[xr.Dataset, Cohort]:
        plan = shipped_protocol(protocol)
        asked = {key: value for key, value in plan.people.items() if key != "number"}
        cohort = replace(people, settings=asked)
        return simulate(plan, cohort, keep=quantities, progress=progress), cohort

    jobs = []
    for one in study.arm:
        quantities = tuple(dict.fromkeys([*READS, *(outcome.quantity for outcome in one.outcome)]))
        jobs.append(partial(arm, one.name, one.protocol, quantities))
    return dict(zip((one.name for one in study.arm), side_by_side(jobs), strict=True))


def _arm(study: ReplayedStudy, name: str) -> ReplayedArm:
    return next(arm for arm in study.arm if arm.name == name)


def _percent(world: xr.Dataset, outcome: Shown, n: int) -> Floats:
    """Mean change in percent of the mean before (REPEATS,)."""
    values = world[outcome.quantity]
    before, after = (
        values.sel(time=slice(window[0] - 1e-6, window[1] + 1e-6)).mean("time").values.reshape(-1, n)
        for window in (outcome.before, outcome.after)
    )
    return np.asarray(100 * np.nanmean(after - before, axis=1) / np.nanmean(before, axis=1))


def _row(study: str, arm: str, outcome: Shown, percent: Floats) -> dict[str, Any]:
    low, high = np.quantile(percent, [0.025, 0.975])
    null, said = outcome.direction == "none", outcome.percent
    value = 0.0 if null else said
    return {
        "study": study,
        "arm": arm,
        "outcome": outcome.label,
        "published": "no significant change" if null else "not reported" if said is None else f"{said:+.0f} %",
        "low": float(low),
        "high": float(high),
        "inside": None if value is None else bool(low <= value <= high),
    }
