"""One trial conducted on virtual people: the data set that a statistician gets, with everything that goes wrong.

``data.csv`` has a row a planned measurement, ``persons.csv`` a row a person; their columns are those of ``script``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.asked import afford
from effleurage.engine.streams import normals
from effleurage.errors import Finding, RequestError
from effleurage.evidence.ring.respond import kept_quantities
from effleurage.lab.instruments.read import report, sampled, truth
from effleurage.lab.untreated.course import WEEK
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.protocol.times import DAY
from effleurage.shown import Shown
from effleurage.trial.conduct.answers import answers
from effleurage.trial.conduct.codebook import DATA_COLUMNS
from effleurage.trial.conduct.consort import PERSON_COLUMNS, UNKNOWN_HARM
from effleurage.trial.conduct.randomisation import THEN, allocation
from effleurage.trial.design import therapists
from effleurage.trial.design.design import NO_VISIT, Arm, Design, Measure
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.trial.design.people import differing
from effleurage.trial.lives.bank import FEW, NOBODY, Bank, bank, instrument_named, simulated
from effleurage.trial.plan.moments import people_sd, within

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from effleurage.engine.threads import Progress
    from effleurage.lab.instruments.instruments import Instrument

_OF_A_PERSON = 5000.0
"""Bytes that the rows of a person take in the tables of a trial."""
DROPPED, LOST_TUBE = "dropped out", "measurement lost"


@dataclass(frozen=True)
class Conducted(Shown):
    """A conducted trial: ``data`` and ``persons`` as a real one would have them, and ``counts`` for CONSORT by arm."""

    design: Design
    data: pd.DataFrame
    persons: pd.DataFrame
    counts: Mapping[str, Mapping[str, int]]


def conduct(design: Design, n: int, seed: int = 1, progress: Progress | None = None) -> Conducted:
    """Conduct a trial with ``n`` persons an arm (in all, of a crossover).

    Whoever misses the last session is as if nobody had come: what a session leaves is gone within days. The periods of
    a crossover are different days: every measurement has a day's luck of its own, as in the trials behind a plan. An
    outcome without a counterpart in the body goes through its course without treatment, the same in every arm.
    Adverse events are not simulated, since no study of the massage ledger gives a rate. Raises ``RequestError`` for
    fewer than 2 persons.
    """
    import pandas as pd

    if n < 2:
        raise RequestError(Finding("n", f"{n} persons in an arm", "2 at the least: one person has no spread."))
    afford("n", "persons in an arm", n, len(design.arms) * _OF_A_PERSON)
    listed = allocation(design, n, seed)
    people = np.arange(len(listed))
    last, attended = _attendance(design, len(people), seed)
    dropped = _uniform(seed, "drops out", people) < design.dropout
    turn = _turns(design, list(listed["arm"]))
    therapist = [_therapist(design, arm, place) for place, arm in zip(turn, listed["arm"], strict=True)]
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
            "adverse_event": UNKNOWN_HARM,
        },
        columns=list(PERSON_COLUMNS),
    )
    lived = _lives(design, len(people), seed, progress)
    rows: list[dict[str, Any]] = []
    for period in range(len(design.arms) if design.layout == "crossover" else 1):
        given = [_given(row, period) for row in listed.to_dict("records")]
        rows += _measured(design, given, lived, persons, last, dropped, period)
    data = pd.DataFrame(rows, columns=list(DATA_COLUMNS)).sort_values(["person", "period"], kind="stable")
    return Conducted(design, data.reset_index(drop=True), persons, _counts(design, persons, data))


@dataclass(frozen=True)
class _Lives:
    """Everybody's life in every arm, by its name, and without any visit (``""``); ``few`` lives as those of a plan.

    From the plan's lives come the spreads of a day and of a therapist, so that a small trial is conducted as planned.
    """

    worlds: Mapping[str, xr.Dataset]
    cohort: Cohort
    few: Bank | None

    def spreads(self, measure: Measure) -> tuple[float, float]:
        """SD of a person from day to day, and of people, on the instrument's scale."""
        if self.few is None:
            return 0.0, 0.0
        place = self.few.design.outcomes.index(measure)
        return within(self.few, place), people_sd(self.few, place)


def _lives(design: Design, people: int, seed: int, progress: Progress | None) -> _Lives:
    body = simulated(design)
    cohort = Cohort.of(people, seed, differing(design.people))
    if not body.outcomes:
        return _Lives({}, cohort, None)
    arms = [*design.arms, NOBODY]
    readings = [(instrument_named(measure), minute) for measure in body.outcomes for minute in design.looks(measure)]
    keep = kept_quantities(instrument.quantity for instrument, _ in readings)
    lived = Worlds.of([sampled(body.protocol(arm), readings) for arm in arms], keep=keep)
    names = [*(arm.name for arm in design.arms), ""]
    worlds = dict(zip(names, lived.carry_out(cohort, progress), strict=True))
    planned = design.layout == "crossover" or any(therapists.team(arm) for arm in design.arms)
    return _Lives(worlds, cohort, bank(body, FEW, seed) if planned else None)


def _measured(
    design: Design,
    given: list[str],
    lived: _Lives,
    persons: pd.DataFrame,
    last: NDArray[np.bool_],
    dropped: NDArray[np.bool_],
    period: int,
) -> list[dict[str, Any]]:
    """Rows of ``data.csv`` of one period."""
    rows = []
    seed, people = lived.cohort.seed, lived.cohort.persons
    for number, measure in enumerate(design.outcomes):
        outcome = endpoint_of(measure.outcome, measure.instrument)
        looks = design.looks(measure)
        for occasion, minute in zip(("before", "after"), looks, strict=True):
            purpose = f"{number} {occasion} {period}"
            if outcome.simulated:
                came = [name if here or occasion == "before" else "" for name, here in zip(given, last, strict=True)]
                values = _values(design, measure, came, given, lived, minute, occasion, purpose)
            else:
                weeks = (minute - looks[0] + period * _period(design)) / WEEK
                values = answers(outcome, seed, people, weeks, measure.intake)
            lost = _uniform(seed, f"missing {purpose}", people) < design.missing
            gone = dropped & ((occasion == "after") | (period > 0))
            for place, (person, turn) in enumerate(zip(persons.to_dict("records"), _turns(design, given), strict=True)):
                why = DROPPED if gone[place] else LOST_TUBE if lost[place] else ""
                rows.append(
                    {
                        "person": person["person"],
                        "arm": given[place],
                        "sequence": person["sequence"],
                        "therapist": _therapist(design, given[place], turn),
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
    measure: Measure,
    came: list[str],
    given: list[str],
    lived: _Lives,
    minute: float,
    occasion: str,
    purpose: str,
) -> Floats:
    """Reported numbers of everybody in the arm that they came to (N,), with the luck of the day and the therapist."""
    reader, cohort = instrument_named(measure), lived.cohort
    every = {name: truth(lived.worlds[name], reader, minute, cohort) for name in dict.fromkeys(came)}
    state = np.array([every[name][place] for place, name in enumerate(came)])
    day, people = lived.spreads(measure)
    if design.layout == "crossover":
        state = state + day * normals(cohort.seed, f"conduct day {purpose}", cohort.persons)
    if occasion == "after":
        state = state + _shift(design, given, came, reader, people, cohort)
    luck = normals(cohort.seed, f"instrument {reader.outcome} {reader.instrument} {purpose}", cohort.persons)
    return report(reader, state, luck)


def _shift(
    design: Design, given: list[str], came: list[str], reader: Instrument, people: float, cohort: Cohort
) -> Floats:
    """What the therapist adds to those who came to an arm that several share, on the instrument's scale (N,)."""
    added, turn = np.zeros(len(given)), np.array(_turns(design, given))
    for arm in design.arms:
        if many := therapists.team(arm):
            luck = normals(cohort.seed, f"therapists {reader.outcome} {arm.name}", np.arange(many))
            own = therapists.spread(design, people) * luck
            added += np.where(np.array(came) == arm.name, own[turn % many], 0.0)
    return added


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


def _turns(design: Design, given: list[str]) -> list[int]:
    """How many of an arm came before each of its persons, who take turns between its therapists."""
    if design.layout == "crossover":
        return [int(turn) for turn in np.arange(len(given)) // 2]
    before: dict[str, int] = {}
    return [before.update({arm: before.get(arm, -1) + 1}) or before[arm] for arm in given]


def _therapist(design: Design, arm: str, turn: int) -> str:
    many = _arm(design, arm).therapists
    return f"{arm} {turn % many + 1}" if many else ""


def _period(design: Design) -> float:
    return float((design.days + design.washout) * DAY)


def _uniform(seed: int, purpose: str, people: NDArray[np.int64]) -> Floats:
    from scipy.special import ndtr

    return np.asarray(ndtr(normals(seed, f"conduct {purpose}", people)))
