"""The cortisol awakening response (CAR): its indices, and what a late tube does to them, shown in two ways.

A tube taken late misses the flat start. Three analyses of every morning stand side by side: *as sampled*; *delays
excluded*, where a morning with a tube more than ``late`` minutes off says nothing (Stalder 2016, doi
10.1016/j.psyneuen.2015.10.010); and *delay-modelled*, which estimates the samples at the planned times from those at
the actual times (Smyth 2016, doi 10.1016/j.psyneuen.2016.09.016: delayed samples lie on the same curve, so use them,
up to 15 min).

The model is the morning's own curve, straight between its samples, except that nothing happens in the first 10 min
after waking. A first tube in those 10 min is therefore the waking level; one taken later is followed back along the
line through the morning's first two tubes to minute 10. After the last tube the last line is followed. It assumes that
the time of awakening is right, that cortisol moves in straight lines between tubes, and that the quiet 10 min are the
same for everybody. Beyond 15 min it refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from effleurage.arrays import Bools, Floats
from effleurage.errors import Finding, RequestError
from effleurage.lab.saliva.courses import Courses
from effleurage.lab.saliva.response import Result, either, indices, mean_increase, together

LATENT = 10.0
"""Minutes after waking in which cortisol does not rise (Smyth 2013, doi 10.1016/j.psyneuen.2013.01.008: 10 persons;
26 persons every 5 min, PMID 26318630)."""
LATE = 5.0
"""Minutes off the plan beyond which a tube is late (Stalder 2016; Smyth 2013)."""
LATEST = 15.0
"""Minutes of delay beyond which nothing is modelled (Smyth 2016)."""
WINDOW = 60.0
"""Planned minutes after awakening of the last tube of a CAR (Stalder 2016: 30 to 60)."""
ENOUGH_MORNINGS = 10
"""Mornings from which a schedule may be read (ours); fewer might all be late."""
HALF_HOUR = 30.0
"""Planned minutes of the tube whose rise is given (Wuest 2000: the mean rise is over 30 min)."""
STEP = 5.0
"""Minutes to which a schedule that is read from the mornings is rounded (ours)."""
_UNKNOWN = "the time of awakening was not recorded"
_NO_FIRST = "the time of the first tube is not known"


def with_schedule(courses: Courses, planned: Mapping[str, float] | Sequence[float] | None) -> tuple[Courses, list[str]]:
    """Courses with the planned minutes filled in, and notes on where they come from.

    A plan in the table counts first, then ``planned`` (a number for every label, or by label), then, with ten mornings
    timed from awakening, the median of the first tube and of every interval from it, rounded to 5 min. Otherwise it
    stays unknown. A course without any time is put at its planned minutes, and is then not recorded but planned.

    Raises ``RequestError`` for a plan that does not fit the labels.
    """
    plan = courses.planned.copy()
    plan[courses.timing == "planned"] = courses.minutes[courses.timing == "planned"]
    notes = []
    if planned is not None:
        named = _by_label(courses.labels, planned)
        plan = np.where(np.isnan(plan), named, plan)
    lacking = np.isnan(plan) & courses.present
    mornings = (courses.zero == "awakening") & (courses.timing == "recorded")
    seen = np.where(mornings[:, None], courses.minutes, np.nan)
    if lacking.any():
        read = _usual_schedule(seen)
        use = lacking & np.isfinite(read) & (courses.zero != "start")[:, None]
        if use.any():
            plan = np.where(use, read, plan)
            said = ", ".join(f"{name} {read[at]:g}" for at, name in enumerate(courses.labels) if use[:, at].any())
            notes.append(f"planned minutes are read from the medians of {int(mornings.sum())} mornings: {said}")
    untimed: Bools = np.asarray(np.isnan(courses.minutes).all(axis=1) & np.isfinite(plan).any(axis=1))
    minutes = np.where(untimed[:, None], np.where(courses.present, plan, np.nan), courses.minutes)
    if untimed.any():
        notes.append(f"{int(untimed.sum())} courses have no times of their own: the planned minutes are used")
    timing = np.where(untimed, "planned", courses.timing).astype(object)
    return replace(courses, planned=plan, minutes=minutes, timing=timing), notes


def _usual_schedule(minutes: Floats) -> Floats:
    """Rounded median of the first tube, and of the intervals from it, over mornings (mornings, tubes); NaN of few."""
    found = np.full(minutes.shape[1], np.nan)
    often = np.flatnonzero(np.isfinite(minutes).sum(axis=0) >= ENOUGH_MORNINGS)
    if not len(often):
        return found
    first = minutes[:, often[0]]
    start = float(np.round(np.median(first[np.isfinite(first)]) / STEP) * STEP)
    start = 0.0 if abs(start) <= LATEST else start  # a tube so soon after waking was planned at waking
    for at in often:
        steps = minutes[:, at] - first
        steps = steps[np.isfinite(steps)]
        if len(steps) >= ENOUGH_MORNINGS:
            found[at] = start + np.round(np.median(steps) / STEP) * STEP
    return found


def response_tubes(courses: Courses) -> Bools:
    """Which tubes (tubes,) belong to the CAR: planned within ``WINDOW``, or taken within it where no plan is known."""
    found = np.zeros(len(courses.labels), dtype=bool)
    for at in range(len(found)):
        plan = courses.planned[:, at][np.isfinite(courses.planned[:, at])]
        taken = courses.minutes[:, at][np.isfinite(courses.minutes[:, at])]
        if len(plan):
            found[at] = 0 <= np.median(plan) <= WINDOW
        elif len(taken):
            found[at] = np.median(taken) <= WINDOW + LATEST
    return found


def awakening_response(courses: Courses, unit: str, late: float, latest: float, cautions: list[str]) -> list[Result]:
    """All outcomes of the CAR of n mornings; ``courses`` holds its tubes only, with the planned minutes."""
    delay, off = delays(courses)
    unknown = _unverified(courses, delay)
    start = courses.minutes[:, 0]
    untimed, timed = either(courses.gaps(), courses.order_faults()), courses.clock_faults()
    tardy = lateness(courses, delay, late)
    said = together(cautions, unknown, tardy)
    taken, values = courses.minutes, courses.values
    found = [
        Result.held("CAR delay", "min", delay, start, unknown, [""] * len(delay)),
        Result.held("CAR timing error", "min", off, start, _without_plan(unknown, off), [""] * len(delay)),
    ]
    found += _analysis("", unit, taken, values, courses.planned, untimed, timed, said)
    kept = either(untimed, [f"excluded: {one}" if one else "" for one in tardy])
    found += _analysis(
        " (delays excluded)", unit, taken, values, courses.planned, kept, timed, together(cautions, unknown)
    )
    modelled, refused = at_planned(taken, values, courses.planned, latest)
    refused = either(untimed, unknown, timed, _too_late(delay, latest), refused)
    from_ = together(cautions, [f"modelled from: {one}" if one else "" for one in tardy])
    none = [""] * len(delay)
    return found + _analysis(
        " (delay-modelled)", unit, courses.planned, modelled, courses.planned, refused, none, from_
    )


def delays(courses: Courses) -> tuple[Floats, Floats]:
    """Minutes from awakening to the first tube, and the greatest distance of a tube from its plan (mornings,).

    NaN where the awakening, the actual times or the plan are not known. A negative delay is a tube before waking.
    """
    known = (courses.zero == "awakening") & (courses.timing == "recorded")
    taken = np.where(known[:, None], courses.minutes, np.nan)
    return taken[:, 0], np.abs(taken - courses.planned).max(axis=1)


def lateness(courses: Courses, delay: Floats, late: float) -> list[str]:
    """What is off in a morning, naming the tubes; ``""`` where nothing is by more than ``late`` minutes."""
    distance = courses.minutes - np.where(np.isnan(courses.planned), courses.minutes, courses.planned)
    with np.errstate(invalid="ignore"):
        early_or_late = (np.abs(distance) > late) & np.isfinite(delay)[:, None]
        first = np.abs(delay) > late
    said = [""] * len(delay)
    for row in np.flatnonzero(early_or_late.any(axis=1) | first):
        parts = []
        if first[row]:
            where = "after" if delay[row] > 0 else "before"
            parts.append(f"first tube {abs(delay[row]):.3g} min {where} awakening")
        others = [at for at in np.flatnonzero(early_or_late[row]) if at or not first[row]]
        if others:
            parts.append(", ".join(f"{courses.labels[at]} {distance[row, at]:+.3g} min off the plan" for at in others))
        said[row] = "; ".join(parts) + f" (more than {late:g} min)"
    return said


def at_planned(minutes: Floats, values: Floats, planned: Floats, latest: float) -> tuple[Floats, list[str]]:
    """Values at the planned minutes of mornings (mornings, tubes), by the model of this module; why a row has none.

    ``minutes`` are actual, from awakening, and rise along a row. A row that refuses is NaN.
    """
    whole = np.isfinite(minutes).all(axis=1) & np.isfinite(values).all(axis=1)
    whole &= np.isfinite(planned).all(axis=1) & (np.diff(minutes, axis=1) > 0).all(axis=1)
    whole = np.asarray(whole)
    if minutes.shape[1] < 2 or not whole.any():
        return np.full_like(values, np.nan), ["planned times are not known, or the morning is not whole"] * len(values)
    taken = np.where(whole[:, None], minutes, np.arange(minutes.shape[1], dtype=float))
    level, wanted = np.where(whole[:, None], values, 0.0), np.where(whole[:, None], planned, 0.0)
    found = np.stack([_on_curve(taken, level, wanted[:, at]) for at in range(wanted.shape[1])], axis=1)
    beyond = np.maximum(taken[:, 0] - wanted[:, 0], wanted[:, -1] - taken[:, -1])
    faults = []
    for sound, far, lowest in zip(whole, beyond, found.min(axis=1), strict=True):
        if not sound:
            faults.append("planned times are not known, or the morning is not whole")
        elif far > latest:
            faults.append(f"a planned time is {far:.3g} min outside the morning's own tubes, more than {latest:g} min")
        else:
            faults.append("the morning's own line leads below zero" if lowest < 0 else "")
    sound = np.array([not fault for fault in faults], dtype=bool)
    return np.where(sound[:, None], found, np.nan), faults


def _on_curve(minutes: Floats, values: Floats, wanted: Floats) -> Floats:
    """The morning's own curve (mornings, tubes) at one minute a morning: straight lines, flat before ``LATENT``."""
    rows = np.arange(len(minutes))
    left = np.clip((minutes <= wanted[:, None]).sum(axis=1) - 1, 0, minutes.shape[1] - 2)
    start, stop = minutes[rows, left], minutes[rows, left + 1]
    quiet = stop <= LATENT
    from_, to = (np.where(quiet, at, np.maximum(at, LATENT)) for at in (start, stop))
    share = (np.where(quiet, wanted, np.maximum(wanted, LATENT)) - from_) / (to - from_)
    share = np.where((wanted < minutes[:, 0]) & (minutes[:, 0] <= LATENT), 0.0, share)
    return np.asarray(values[rows, left] + share * (values[rows, left + 1] - values[rows, left]))


def _analysis(
    which: str,
    unit: str,
    minutes: Floats,
    values: Floats,
    planned: Floats,
    untimed: list[str],
    timed: list[str],
    cautions: list[str],
) -> list[Result]:
    start = minutes[:, 0]
    found = [Result.held(f"CAR MnInc{which}", unit, mean_increase(values), start, untimed, cautions)]
    found += indices(f"CAR {{}}{which}", unit, minutes, values, untimed=untimed, timed=timed, cautions=cautions)
    half_hour = np.abs(planned - HALF_HOUR) <= STEP / 2
    if half_hour.any():
        rise = np.where(half_hour, values, 0.0).sum(axis=1) - values[:, 0]
        lack = ["" if any(row) else "no tube is planned at +30 min" for row in half_hour]
        found.append(Result.held(f"CAR rise to +30{which}", unit, rise, start, either(untimed, lack), cautions))
    return found


def _unverified(courses: Courses, delay: Floats) -> list[str]:
    """Why the delay of a morning is not known."""
    woke, recorded = courses.zero == "awakening", courses.timing == "recorded"
    said = []
    for one, timed, known in zip(woke, recorded, np.isfinite(delay), strict=True):
        why = "only the planned times are known" if not timed else _UNKNOWN if not one else _NO_FIRST
        said.append("" if known else why)
    return said


def _without_plan(unknown: list[str], off: Floats) -> list[str]:
    lack = "the planned time, or the actual time, of a tube is not known"
    return [why or ("" if np.isfinite(one) else lack) for why, one in zip(unknown, off, strict=True)]


def _too_late(delay: Floats, latest: float) -> list[str]:
    with np.errstate(invalid="ignore"):
        far = np.abs(delay) > latest
    sides = ["after" if one > 0 else "before" for one in delay]
    return [
        f"first tube {abs(one):.3g} min {side} awakening: not modelled beyond {latest:g} min" if much else ""
        for one, side, much in zip(delay, sides, far, strict=True)
    ]


def _by_label(labels: Sequence[str], planned: Mapping[str, float] | Sequence[float]) -> Floats:
    names = ", ".join(labels[:12])
    if isinstance(planned, Mapping):
        if strange := [name for name in planned if name not in labels]:
            raise RequestError(Finding("planned", f"no tube '{strange[0]}'", f"The tubes are: {names}."))
        return np.array([planned.get(label, np.nan) for label in labels], dtype=float)
    if len(planned) != len(labels):
        what = f"{len(planned)} planned times for {len(labels)} tubes"
        raise RequestError(Finding("planned", what, f"Give one for each of: {names}."))
    if not all(one < two for one, two in pairwise(planned)):
        raise RequestError(Finding("planned", "the planned times do not rise", f"Give them in the order {names}."))
    return np.asarray(planned, dtype=float)
