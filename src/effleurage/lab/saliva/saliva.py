"""Saliva outcomes of persons and days: cortisol courses, awakening response and day; sIgA with its secretion rate.

A course is a person's session or day. A missing tube leaves the areas and increases NaN and is named in the reason;
the slope and the cosine are fitted to the tubes that are there, and say which are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Bools
from effleurage.errors import DataError, Finding, RequestError, nearest
from effleurage.lab.records import Measured, tidy
from effleurage.lab.saliva import assay
from effleurage.lab.saliva.awakening import LATE, LATEST, WINDOW, awakening_response, response_tubes, with_schedule
from effleurage.lab.saliva.cosinor import cosinor, cosinor_fault, diurnal_slope
from effleurage.lab.saliva.courses import KEY, Courses, courses_of, lay_out, one_of
from effleurage.lab.saliva.response import Result, indices, slope_between, together
from effleurage.lab.saliva.saliva_words import methods_of, notes_on

if TYPE_CHECKING:
    import pandas as pd

MOST_LATE_START = 5.0
"""Minutes after awakening by which the first tube must be planned for a CAR (ours: the delay that is let pass)."""


@dataclass(frozen=True)
class Settings:
    """What was decided before the numbers: units, detection limit, lateness and the like."""

    analyte: str
    fluid: str
    unit: str
    late: float
    latest: float
    below: str
    slopes: tuple[tuple[str, str], ...]
    instrument: str


def measure_saliva(
    samples: pd.DataFrame,
    *,
    unit: str | None = None,
    planned: Mapping[str, float] | Sequence[float] | None = None,
    lod: float | None = None,
    below: str = "lod/sqrt2",
    late: float = LATE,
    latest: float = LATEST,
    slopes: Sequence[tuple[str, str]] = (),
    instrument: str | None = None,
) -> Measured:
    """Outcomes of tidy samples (``lab.courses.SAMPLE_COLUMNS``, one analyte), one row an outcome of a course.

    ``unit``: of the results (nmol/L for cortisol, mg/L for sIgA); ``planned``: scheduled minutes, by tube or in order;
    ``lod``: detection limit in the samples' unit, for tubes without one of their own; ``below``: ``"lod/sqrt2"`` or
    ``"missing"``; ``late`` and ``latest``: minutes of delay that exclude a morning, and that are no longer modelled;
    ``slopes``: pairs of tubes between which to give the slope; ``instrument``: the collection device, else the fluid.

    Raises ``DataError`` for samples that cannot be (negative, mixed units, a tube twice), naming the rows, and
    ``RequestError`` for options that do not exist.
    """
    _check_options(lod, late, latest)
    table = lay_out(samples)
    analyte, given = one_of(table, "analyte"), one_of(table, "unit")
    if analyte not in assay.FLUIDS[fluid := one_of(table, "fluid")]:
        raise DataError(Finding("fluid", f"{analyte} is not measured in {fluid} here", "Say saliva, if it is."))
    into = unit or next(iter(assay.UNITS[analyte]))
    factor = float(assay.convert(np.ones(1), analyte, given, into)[0])
    settings = Settings(analyte, fluid, into, late, latest, below, tuple(slopes), instrument or fluid)
    table, under, cv = _assayed(table, analyte, given, factor, lod, below)
    courses, planning = with_schedule(courses_of(table, under), planned)
    rows = [row for design in courses.designs() for row in _rows(design, settings)]
    notes = [assay.doubtful_unit(table["concentration"].to_numpy() / factor, analyte, given, fluid), *planning]
    return Measured(
        table=tidy(rows),
        notes=tuple(note for note in [*notes, *notes_on(courses, settings, given, cv)] if note),
        methods=methods_of(courses, settings, given),
        parameters=_parameters(settings, given, lod, courses, cv),
    )


def _check_options(lod: float | None, late: float, latest: float) -> None:
    findings = []
    if lod is not None and not (np.isfinite(lod) and lod > 0):
        findings.append(Finding("lod", f"{lod} is no detection limit", "Give a concentration above zero."))
    for name, minutes in (("late", late), ("latest", latest)):
        if not minutes >= 0:
            findings.append(Finding(name, f"{minutes} are no minutes of delay", "Give zero or more."))
    if findings:
        raise RequestError(findings)


def _assayed(
    table: pd.DataFrame, analyte: str, given: str, factor: float, lod: float | None, below: str
) -> tuple[pd.DataFrame, Bools, float]:
    """The table with duplicates averaged, limits applied and units converted; which rows were below; duplicate CV %."""
    first, second = table["concentration"].to_numpy(float), table["duplicate"].to_numpy(float)
    cv = assay.duplicate_cv(first, second)[1]
    values = np.where(np.isfinite(second) & np.isfinite(first), (first + second) / 2, first)
    values = np.where(np.isnan(first), second, values)
    usual = np.nan if lod is None else lod
    limits = np.where(table["limit"].notna(), table["limit"].to_numpy(float), usual)
    said_so = table["reason"].str.startswith(assay.BELOW_LIMIT).to_numpy(bool)
    reported = np.isfinite(values) | table["limit"].notna().to_numpy() | said_so
    values, under = assay.below_limit(values, np.where(reported, limits, np.nan), below)
    said = [f"below the detection limit of {limit:g} {given}" for limit in limits[under]]
    reasons = table["reason"].to_numpy(object).copy()
    reasons[under] = [old or one for one, old in zip(said, reasons[under], strict=True)]
    return table.assign(concentration=values * factor, reason=reasons), under, cv


def _rows(design: Courses, settings: Settings) -> Iterator[dict[str, Any]]:
    """The table's rows of courses that share their tubes."""
    results = [*_tubes(design, settings)]
    if settings.analyte == "cortisol":
        results += _courses(design, settings)
    keys = design.keys.to_dict("records")
    for at, key in enumerate(keys):
        for result in results:
            yield {
                **key,
                "outcome": result.outcome,
                "instrument": settings.instrument,
                "unit": result.unit,
                "value": result.values[at],
                "time": result.time[at],
                "reason": result.reasons[at],
            }


def _tubes(design: Courses, settings: Settings) -> Iterator[Result]:
    """Concentrations, and for sIgA secretion rates, tube by tube."""
    for at, label in enumerate(design.labels):
        tube = design.only(tubes=np.arange(len(design.labels)) == at)
        faults, cautions = tube.gaps(), _below(tube)
        values, time = tube.values[:, 0], tube.minutes[:, 0]
        name = settings.analyte
        yield Result.held(f"{name} {label}", settings.unit, values, time, faults, cautions)
        if name == "sIgA":
            in_mg = assay.convert(values, name, settings.unit, "mg/L")
            rate = assay.secretion_rate(in_mg, tube.flow[:, 0])
            lack = ["" if known else f"no flow for tube {label}" for known in np.isfinite(tube.flow[:, 0])]
            yield Result.held("sIgA secretion rate " + label, "ug/min", rate, time, together(faults, lack), cautions)


def _courses(design: Courses, settings: Settings) -> Iterator[Result]:
    """Cortisol: whole course, awakening response, day; what the design has no tubes for is left out."""
    mornings = design.zero != "start"
    window = response_tubes(design) & mornings.any()
    if len(design.labels) > 1 and not (mornings.all() and window.all()):
        yield from _whole(design, settings)
    for pair in settings.slopes:
        yield _slope(design, pair, settings.unit)
    if window.any() and _starts_at_waking(design.only(tubes=window)):
        here = design.only(tubes=window)
        if window.sum() > 1:
            off = ["" if one else "minutes do not count from an awakening" for one in mornings]
            for one in awakening_response(here, settings.unit, settings.late, settings.latest, _below(here)):
                yield Result.held(one.outcome, one.unit, one.values, one.time, off, one.reasons)
    yield from _day(design, window, settings.unit)


def _whole(design: Courses, settings: Settings) -> Iterator[Result]:
    cautions = together(_below(design), ["" if one == "recorded" else "planned times" for one in design.timing])
    untimed = [one or two for one, two in zip(design.gaps(), design.order_faults(), strict=True)]
    yield from indices(
        "cortisol {}",
        settings.unit,
        design.minutes,
        design.values,
        untimed=untimed,
        timed=design.clock_faults(),
        cautions=cautions,
    )


def _slope(design: Courses, pair: tuple[str, str], unit: str) -> Result:
    for label in pair:
        if label not in design.labels:
            raise RequestError(Finding("slopes", f"no tube '{label}'", nearest(label, design.labels)))
    ends = design.only(tubes=np.isin(design.labels, pair))
    places = [ends.labels.index(label) for label in pair]
    values = slope_between(ends.minutes, ends.values, *places)
    faults = [one or two for one, two in zip(ends.gaps(), ends.clock_faults(), strict=True)]
    faults = [
        one or ("" if np.isfinite(value) else "no time passes between the tubes")
        for one, value in zip(faults, values, strict=True)
    ]
    name = f"cortisol slope {pair[0]} to {pair[1]}"
    return Result.held(name, f"{unit}/min", values, ends.minutes[:, 0], faults, _below(ends))


def _day(design: Courses, window: Bools, unit: str) -> Iterator[Result]:
    """Slope and cosine of the day, where the design has tubes beyond the awakening response."""
    without = [f"fitted without: {one}" if one else "" for one in design.gaps()]
    cautions = together(_below(design), without)
    start = design.minutes[:, 0]
    order = design.order_faults()
    if (design.zero == "awakening").any() and not window.all():
        woke = np.where(design.zero == "awakening", 0.0, np.nan)[:, None]
        later = np.where((design.minutes > WINDOW) & ~window, design.minutes, np.nan) + woke
        waking = np.where((np.abs(design.minutes) <= LATEST) & _planned_first(design), design.minutes, np.nan) + woke
        anchored = np.where(np.isfinite(waking), waking, later)
        lack = ["" if np.isfinite(one).any() else "no tube at waking" for one in waking * design.values]
        for anchor, times, missing in (("from waking", anchored, lack), ("after the CAR", later, [""] * len(lack))):
            values, faults = diurnal_slope(times, design.values)
            faults = [one or two or three for one, two, three in zip(order, missing, faults, strict=True)]
            yield Result.held(f"cortisol diurnal slope ({anchor})", f"ln({unit})/h", values, start, faults, cautions)
    faults = cosinor_fault(design.clock, design.values)
    if not all(faults):
        fit = cosinor(design.clock, design.values)
        flat = ["the course is flat: no peak" if np.isnan(one) else "" for one in fit["acrophase"]]
        for outcome, what, key in _COSINE:
            why = [
                one or (two if key in ("acrophase", "radians") else "") for one, two in zip(faults, flat, strict=True)
            ]
            yield Result.held(f"cortisol {outcome}", what or unit, fit[key], start, why, cautions)


_COSINE = (
    ("mesor", "", "mesor"),
    ("amplitude", "", "amplitude"),
    ("acrophase", "h", "acrophase"),
    ("acrophase, radians", "rad", "radians"),
)


def _planned_first(design: Courses) -> Bools:
    """Where a tube is the waking one (courses, tubes): planned at 0, or without a plan the first."""
    first = np.zeros_like(design.present)
    first[:, 0] = True
    return np.where(np.isfinite(design.planned), np.abs(design.planned) <= MOST_LATE_START, first)


def _starts_at_waking(design: Courses) -> bool:
    plan = design.planned[:, 0][np.isfinite(design.planned[:, 0])]
    return not len(plan) or float(np.median(plan)) <= MOST_LATE_START


def _below(courses: Courses) -> list[str]:
    """Which tubes of a course lie below the detection limit."""
    said = [""] * len(courses.below)
    replaced = courses.below & np.isfinite(courses.values)
    for row in np.flatnonzero(replaced.any(axis=1)):
        tubes = ", ".join(courses.labels[at] for at in np.flatnonzero(replaced[row]))
        said[row] = f"tube {tubes} below the detection limit: taken as limit/sqrt(2)"
    return said


def _parameters(settings: Settings, given: str, lod: float | None, courses: Courses, cv: float) -> dict[str, Any]:
    plans = {
        label: sorted(set(courses.planned[np.isfinite(courses.planned[:, at]), at].tolist()))
        for at, label in enumerate(courses.labels)
    }
    return {
        "analyte": settings.analyte,
        "fluid": settings.fluid,
        "unit given": given,
        "unit": settings.unit,
        "nmol/L in one ug/dL": assay.NMOL_PER_UG_DL,
        "detection limit": lod,
        "below the limit": settings.below,
        "late after (min)": settings.late,
        "modelled to (min)": settings.latest,
        "planned (min)": {label: plan[0] if len(plan) == 1 else plan for label, plan in plans.items() if plan},
        "duplicate CV (%)": cv,
        "instrument": settings.instrument,
        "courses by": KEY,
    }
