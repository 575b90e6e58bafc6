"""What is said beside saliva outcomes: notes on a table, and a methods paragraph to paste."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from effleurage.lab.saliva import assay
from effleurage.lab.saliva.awakening import LATENT, delays, lateness, response_tubes
from effleurage.lab.saliva.courses import Courses


class Decided(Protocol):
    """The settings that the words speak of."""

    @property
    def analyte(self) -> str:
        """Cortisol or sIgA."""

    @property
    def fluid(self) -> str:
        """Saliva or plasma."""

    @property
    def unit(self) -> str:
        """Of the results."""

    @property
    def late(self) -> float:
        """Minutes of delay that exclude a morning."""

    @property
    def latest(self) -> float:
        """Minutes of delay that are still modelled."""

    @property
    def below(self) -> str:
        """What is done below the detection limit."""

    @property
    def instrument(self) -> str:
        """The collection device."""


def notes_on(courses: Courses, settings: Decided, given: str, cv: float) -> list[str]:
    """Notes on this table: size, missing tubes, late mornings, limits, units, duplicates."""
    n, k = courses.present.shape
    notes = [f"{n} course{'s' * (n != 1)} of up to {k} tubes of {settings.analyte}"]
    gaps = sum(bool(one) for design in courses.designs() for one in design.gaps())
    if gaps:
        notes.append(f"{gaps} of {n} courses lack a tube: their areas and increases are not computed")
    if under := int(courses.below.sum()):
        how = "limit/sqrt(2) is used" if settings.below == "lod/sqrt2" else "taken as missing"
        notes.append(f"{under} tube{'s' * (under != 1)} below the detection limit: {how}")
    if given != settings.unit:
        notes.append(f"converted from {given} to {settings.unit}")
    if np.isfinite(cv):
        notes.append(f"duplicates differ with a CV of {cv:.1f} %; their means are used")
    if settings.analyte == "sIgA":
        if not np.isfinite(courses.flow).all():
            notes.append("without the flow of saliva the secretion rate of sIgA cannot be told from a change of flow")
        notes.append(assay.SALIVETTE)
    else:
        notes += _on_mornings(courses, settings)
    return notes


def _on_mornings(courses: Courses, settings: Decided) -> list[str]:
    mornings = courses.zero != "start"
    if not mornings.any():
        return ["minutes count from the start, not from an awakening: no awakening response is computed"]
    tubes = response_tubes(courses)
    if tubes.sum() < 2:
        return ["fewer than 2 tubes in the hour after awakening: no awakening response is computed"]
    here = courses.only(rows=mornings, tubes=tubes)
    delay = delays(here)[0]
    late = [bool(one) for one in lateness(here, delay, settings.late)]
    known = int(np.isfinite(delay).sum())
    notes = [f"the delay of the first tube is not known on {len(delay) - known} of {len(delay)} mornings"]
    notes = notes if known < len(delay) else []
    if any(late):
        with np.errstate(invalid="ignore"):
            beyond = int((np.abs(delay) > settings.latest).sum())
        notes.append(
            f"{sum(late)} of {known} mornings have a tube more than {settings.late:g} min off: shown as sampled, "
            f"excluded, and modelled ({beyond} start more than {settings.latest:g} min off and are not modelled)"
        )
    return notes


def methods_of(courses: Courses, settings: Decided, given: str) -> str:
    """The methods paragraph of a table."""
    zero = {"awakening": "awakening", "first tube": "the first tube", "start": "the start"}
    froms = " or ".join(zero[one] for one in zero if one in courses.zero)
    kind = {"saliva": "Salivary", "plasma": "Plasma"}[settings.fluid]
    device = f" ({settings.instrument})" if settings.instrument != settings.fluid else ""
    times = "planned" if (courses.timing == "planned").all() else "actual"
    words = [f"{kind} {settings.analyte}{device} is given in {settings.unit}; time is in minutes from {froms}."]
    if settings.analyte == "cortisol" and given != settings.unit:
        words.append(f"Concentrations were converted from {given} (1 ug/dL = {assay.NMOL_PER_UG_DL} nmol/L).")
    if courses.below.any():
        how = {
            "lod/sqrt2": "the limit over the square root of two (Hornung & Reed, 1990)",
            "missing": "missing",
        }[settings.below]
        words.append(f"Values below the detection limit were taken as {how}.")
    if settings.analyte == "sIgA":
        return " ".join([*words, "Secretion rate is concentration (ug/mL) times the flow of saliva (mL/min)."])
    words.append(
        "Areas under the curve with respect to ground (AUCg) and to increase (AUCi, signed) were computed by "
        f"trapezoids at the {times} sampling times (Pruessner et al., 2003); MaxInc is the greatest later sample less "
        "the first."
    )
    if (courses.zero != "start").any() and response_tubes(courses).sum() > 1:
        words.append(
            "The cortisol awakening response is given as the mean increase (MnInc, mean of the later samples less the "
            f"first), as sampled; without mornings with a tube more than {settings.late:g} min off (Stalder et al., "
            "2016); and with the samples estimated at the planned times on the morning's own curve, straight between "
            f"samples and flat for the first {LATENT:g} min after awakening, up to {settings.latest:g} min of delay "
            "(Smyth et al., 2013, 2016)."
        )
    if (courses.zero == "awakening").any() and not response_tubes(courses).all():
        words.append(
            "The diurnal slope is the least squares slope of ln(concentration) on hours since awakening without the "
            "samples of the awakening response, from the waking sample or from the first sample after the response "
            "(Adam & Kumari, 2009)."
        )
    if np.isfinite(courses.clock).any():
        words.append(
            "Where samples surround the clock, M + A cos(2 pi (t - acrophase)/24 h) was fitted by least squares; the "
            "acrophase is a clock time, and in radians the phase p of cos(2 pi t/24 h + p), from -2 pi to 0 "
            "(Cornelissen, 2014)."
        )
    return " ".join(words)
