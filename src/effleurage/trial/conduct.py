"""One trial conducted on virtual people: the data set that a statistician gets, with everything that goes wrong.

``data.csv`` has a row a planned measurement, ``persons.csv`` a row a person; their columns are those of ``script``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError
from effleurage.evidence.ring import kept_quantities, truth
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.trial.bank import NOBODY, instrument_named, simulated
from effleurage.trial.design import NO_VISIT, Arm, Design
from effleurage.trial.outcomes import outcome_of
from effleurage.trial.randomisation import THEN, allocation
from effleurage.trial.script import DATA_COLUMNS

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from effleurage.engine.threads import Progress
    from effleurage.lab.instruments import Instrument

DROPPED, LOST_TUBE, NEVER = "dropped out", "measurement lost", "no such thing in the simulated body"
PERSON_COLUMNS = ("person", "arm", "sequence", "therapist", "sessions_attended", "dropped_out", "adverse_event")

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Conducted:
    """A conducted trial: ``data`` and ``persons`` as a real one would have them, and ``counts`` for CONSORT by arm."""

    design: Design
    data: pd.DataFrame
    persons: pd.DataFrame
    counts: Mapping[str, Mapping[str, int]]


def conduct(design: Design, n: int, seed: int = 1, progress: Progress | None = None) -> Conducted:
    """Conduct a trial with ``n`` persons an arm (in all, of a crossover).

    Whoever misses the last session is as if nobody had come: what a session leaves is gone within days. Adverse events
    stay empty, since no study of the massage ledger gives a rate. Raises ``RequestError`` for fewer than 2 persons.
    """
    import pandas as pd

    if n < 2:
        raise RequestError(Finding("n", f"{n} persons in an arm", "2 at the least: one person has no spread."))
    listed = allocation(design, n, seed)
    people = np.arange(len(listed))
    last, attended = _attendance(design, len(people), seed)
    dropped = _uniform(seed, "drops out", people) < design.dropout
    therapist = [_therapist(design, arm, place) for place, arm in enumerate(listed["arm"])]
    persons = pd.DataFrame(
        {
            "person": people + 1,
            "arm": listed["arm"],
            "sequence": listed["sequence"],
            "therapist": therapist,
            "sessions_attended": [
                0 if _arm(design, arm).kind in NO_VISIT else int(many)
                for arm, many in zip(listed["arm"], attended, strict=True)
            ],
            "dropped_out": np.where(dropped, "reason not given", ""),
            "adverse_event": "",
        },
        columns=list(PERSON_COLUMNS),
    )
    worlds, cohort = _lives(design, len(people), seed, progress)
    rows: list[dict[str, Any]] = []
    for period in range(len(design.arms) if design.layout == "crossover" else 1):
        given = [_given(row, period) for row in listed.to_dict("records")]
        rows += _measured(design, given, worlds, cohort, persons, last, dropped, period, seed)
    data = pd.DataFrame(rows, columns=list(DATA_COLUMNS)).sort_values(["person", "period"], kind="stable")
    return Conducted(design, data.reset_index(drop=True), persons, _counts(design, persons, data))


def _lives(design: Design, people: int, seed: int, progress: Progress | None) -> tuple[dict[str, xr.Dataset], Cohort]:
    """Everybody's life in every arm, by its name, and without any visit (``""``)."""
    body = simulated(design)
    if not body.outcomes:
        return {}, Cohort.of(people, seed)
    arms = [*design.arms, NOBODY]
    keep = kept_quantities(instrument_named(measure).quantity for measure in body.outcomes)
    lived = Worlds.of([body.protocol(arm) for arm in arms], keep=keep)
    cohort = Cohort.of(people, seed, dict(design.people))
    names = [*(arm.name for arm in design.arms), ""]
    return dict(zip(names, lived.carry_out(cohort, progress), strict=True)), cohort


def _measured(
    design: Design,
    given: list[str],
    worlds: Mapping[str, xr.Dataset],
    cohort: Cohort,
    persons: pd.DataFrame,
    last: NDArray[np.bool_],
    dropped: NDArray[np.bool_],
    period: int,
    seed: int,
) -> list[dict[str, Any]]:
    """Rows of ``data.csv`` of one period."""
    rows = []
    kept = simulated(design).outcomes
    for number, measure in enumerate(design.outcomes):
        outcome = outcome_of(measure.outcome, measure.instrument)
        looks = design.looks(measure)
        for occasion, minute in zip(("before", "after"), looks, strict=True):
            purpose = f"{number} {occasion} {period}"
            values = np.full(len(given), np.nan)
            if measure in kept:
                values = _values(design, given, worlds, cohort, last, outcome.reader, minute, occasion, purpose)
            lost = _uniform(seed, f"missing {purpose}", cohort.persons) < design.missing
            gone = dropped & ((occasion == "after") | (period > 0))
            for place, person in enumerate(persons.to_dict("records")):
                why = NEVER if measure not in kept else DROPPED if gone[place] else LOST_TUBE if lost[place] else ""
                rows.append(
                    {
                        "person": person["person"],
                        "arm": given[place],
                        "sequence": person["sequence"],
                        "therapist": _therapist(design, given[place], place),
                        "period": period + 1,
                        "outcome": outcome.outcome,
                        "instrument": outcome.instrument,
                        "unit": outcome.unit,
                        "occasion": occasion,
                        "minute": minute + period * _period(design),
                        "value": np.nan if why else float(values[place]),
                        "missing": why,
                    }
                )
    return rows


def _values(
    design: Design,
    given: list[str],
    worlds: Mapping[str, xr.Dataset],
    cohort: Cohort,
    last: NDArray[np.bool_],
    reader: Instrument | None,
    minute: float,
    occasion: str,
    purpose: str,
) -> Floats:
    """Reported numbers of everybody in the arm that was given (N,)."""
    if reader is None:
        return np.full(len(given), np.nan)
    came = [name if here or occasion == "before" else "" for name, here in zip(given, last, strict=True)]
    every = {name: reader.back(truth(worlds[name], reader, minute, cohort)) for name in dict.fromkeys(came)}
    true = np.array([every[name][place] for place, name in enumerate(came)])
    moved = reader.back(reader.transformed(true) + _shift(design, given, true, reader, occasion, cohort))
    true = np.where(np.isfinite(moved), moved, true)
    return reader.reported(true, cohort.seed, cohort.persons, purpose)


def _shift(design: Design, given: list[str], true: Floats, reader: Instrument, occasion: str, cohort: Cohort) -> Floats:
    """What the therapist adds to those who were massaged, on the instrument's scale (N,)."""
    massage = design.arms[0]
    if occasion == "before" or massage.therapists < 2 or not design.therapist_icc:
        return np.zeros(len(given))
    spread = float(np.nanstd(reader.transformed(true), ddof=1)) * np.sqrt(design.therapist_icc)
    own = spread * normals(cohort.seed, f"therapists {reader.outcome}", np.arange(massage.therapists))
    mine = np.array([name == massage.name for name in given])
    return np.where(mine, own[np.arange(len(given)) % massage.therapists], 0.0)


def _attendance(design: Design, people: int, seed: int) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Whether each came to the last session (N,), and to how many of all (N,)."""
    came = np.array(
        [_uniform(seed, f"attends {turn}", np.arange(people)) < design.adherence for turn in range(design.sessions)]
    )
    return came[-1], came.sum(axis=0)


def _counts(design: Design, persons: pd.DataFrame, data: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Allocated, began, lost and analysed persons of the first outcome, by arm (or sequence)."""
    found = {}
    key = "sequence" if design.layout == "crossover" else "arm"
    first = data[(data["outcome"] == data["outcome"].iloc[0]) & data["value"].notna()]
    whole = first.groupby("person")["occasion"].nunique()
    for name, group in persons.groupby(key, sort=False):
        analysed = group["person"].isin(whole.index[whole == 2])
        found[str(name)] = {
            "allocated": len(group),
            "attended no session": int((group["sessions_attended"] == 0).sum()) if _visited(design, str(name)) else 0,
            "dropped out": int((group["dropped_out"] != "").sum()),
            "analysed": int(analysed.sum()),
        }
    return found


def _visited(design: Design, name: str) -> bool:
    return all(arm.name != name or arm.kind not in NO_VISIT for arm in design.arms)


def _given(row: Mapping[str, Any], period: int) -> str:
    return str(row["sequence"]).split(THEN)[period] if row["sequence"] else str(row["arm"])


def _arm(design: Design, name: str) -> Arm:
    return next(arm for arm in design.arms if arm.name == name)


def _therapist(design: Design, arm: str, place: int) -> str:
    many = _arm(design, arm).therapists
    return f"{arm} {place % many + 1}" if many else ""


def _period(design: Design) -> float:
    return float((design.days + design.washout) * 1440)


def _uniform(seed: int, purpose: str, people: NDArray[np.int64]) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(normals(seed, f"conduct {purpose}", people)))
