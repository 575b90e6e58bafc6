"""The words of saliva tables: what a column's heading says, and what stands in a cell in place of a number."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from effleurage.errors import short
from effleurage.files.table.delimited import is_missing, number_of, plain_name
from effleurage.lab.saliva.assay import BELOW_LIMIT, UNITS, unit_named

FIELDS = {
    "participant": (
        "participant",
        "participant_id",
        "subject",
        "subject_id",
        "person",
        "proband",
        "vp",
        "vpn",
        "id",
        "pid",
    ),
    "session": ("session", "visit", "sitzung", "termin", "session_id"),
    "day": ("day", "night", "study_day", "morning", "tag", "day_id"),
    "date": ("date", "datum"),
    "condition": ("condition", "group", "arm", "treatment", "bedingung", "gruppe"),
    "sample": (
        "sample",
        "scheduled_sample",
        "tube",
        "sample_id",
        "saliva_sample",
        "sample_label",
        "probe",
        "salivette",
    ),
    "when": ("time", "zeit", "time_min", "minutes", "minute", "min", "time_diff_min", "minuten"),
    "hours": ("hours", "time_h", "hour", "stunden"),
    "clock": (
        "sampling_time",
        "sample_time",
        "time_abs",
        "clock",
        "clock_time",
        "time_of_day",
        "uhrzeit",
        "entnahmezeit",
    ),
    "awakening": (
        "awakening_time",
        "awakening",
        "wake_onset_time",
        "wake_onset",
        "wake_time",
        "wakeup_time",
        "waking_time",
    ),
    "planned": ("planned", "planned_min", "scheduled_min", "planned_time", "soll"),
    "scheduled": ("scheduled_sampling_time", "scheduled_time"),
    "interval": ("expected_interval_min",),
    "unit": ("unit", "units", "einheit"),
    "flow": ("flow", "flow_rate", "flow_ml_min", "saliva_flow", "saliva_flow_ml_min", "flow_rate_ml_min", "flussrate"),
    "volume": ("volume_ml", "saliva_volume_ml", "sample_volume_ml", "vol_ml", "volumen_ml"),
    "collected": ("duration_min", "collection_min", "collection_time_min", "collection_duration_min", "dauer_min"),
    "reporting_type": ("reporting_type",),
}
"""Field -> plain column names (``plain_name``) that people and BioPsyKit, CARWatch and its study manager give it."""
SINCE_AWAKENING = re.compile(r"(after|since|post|from|nach|seit)_(a?wak|wake|aufwach|erwach)|time_diff_min")
"""Names of a column of minutes (or hours) that count from awakening."""
REPLACED = {
    "no sample": "no sample",
    "keine probe": "no sample",
    "not collected": "no sample",
    "empty": "empty tube",
    "leer": "empty tube",
    "insufficient volume": "insufficient volume",
    "insufficient": "insufficient volume",
    "insufficient saliva": "insufficient volume",
    "zu wenig": "insufficient volume",
    "qns": "insufficient volume",
    "lost": "lost",
    "contaminated": "contaminated",
    "blood": "contaminated",
    "<lod": BELOW_LIMIT,
    "< lod": BELOW_LIMIT,
    "<loq": BELOW_LIMIT,
    "< loq": BELOW_LIMIT,
    "bdl": BELOW_LIMIT,
    "n.d.": BELOW_LIMIT,
    "nd": BELOW_LIMIT,
    "not detected": BELOW_LIMIT,
}
"""Words in place of a concentration -> the reason they give, compared without case."""

_ANALYTES = {
    "cortisol": ("cortisol", "cort", "kortisol", "saliva_cortisol", "salivary_cortisol"),
    "sIgA": ("siga", "s_iga", "iga", "secretory_iga", "saliva_iga", "salivary_iga"),
    "": ("concentration", "conc", "value", "konzentration", "result"),
}
_TUBE = re.compile(
    r"(?:(?P<what>s|t|b|c|sample|tube|probe|salivette|time|min|minute)_?)?(?P<sign>minus_|plus_)?(?P<number>\d{1,5})"
    r"(?P<min>_?(?:min|mins|minutes?|minuten))?"
)
_COPY = re.compile(r"a|b|(dup|duplicate|rep|replicate|wdh)_?\d?")
_SIGN = re.compile(r"(^|[\s_(\[])([-−+])(?=\d)")


@dataclass(frozen=True)
class Heading:
    """What a column's heading says. ``analyte`` is "" for an unnamed concentration and ``None`` for none at all."""

    analyte: str | None = None
    unit: str = ""
    label: str = ""
    number: float = math.nan
    minutes: bool | None = None

    @property
    def is_tube(self) -> bool:
        """Whether the column is one tube of a wide table."""
        return bool(self.label)


def signed_name(written: str) -> str:
    """``plain_name`` that keeps a sign: ``-15`` is ``minus_15``, so that it is another column than ``15``."""
    return plain_name(_SIGN.sub(lambda found: found[1] + ("plus_" if found[2] == "+" else "minus_"), written))


def heading_of(written: str) -> Heading:
    """What a heading says: ``cortisol (nmol/l)``, ``siga_mg_l``, ``cort_S3``, ``+30 min``, ``15``.

    ``minutes`` is true where the number is surely minutes, false where it surely counts tubes, ``None`` where it may
    be either.
    """
    brackets = re.search(r"[(\[]([^)\]]*)[)\]]", written)
    unit = next((found for name in UNITS if brackets and (found := unit_named(brackets[1], name))), "")
    rest = written.replace(brackets[0], " ") if brackets and unit else written
    name = signed_name(rest)
    if not unit:
        name, unit = _trailing_unit(name)
    analyte, rest = _analyte(name)
    if analyte is not None and (not rest or _COPY.fullmatch(rest)):
        return Heading(analyte, unit)
    match = _TUBE.fullmatch(rest)
    if not match or (analyte == "" and not match["what"]):
        return Heading(unit=unit)
    value = float(match["number"]) * (-1 if match["sign"] == "minus_" else 1)
    what = match["what"] or ""
    sure = True if match["min"] or match["sign"] or what in ("min", "minute") else None
    if sure is None and what not in ("", "t", "time"):
        sure = False
    shown = what.upper() if len(what) == 1 else what
    return Heading(analyte, unit, f"{shown}{match['number']}", value, sure)


def concentration_of(cell: str) -> tuple[float, float, str]:
    """Value, detection limit and reason of a cell: ``5.3``, ``<0.3``, ``no sample``; NaN for what is not there.

    Raises ``ValueError`` for other words.
    """
    bare = " ".join(cell.split()).casefold()
    if bare in REPLACED:
        return math.nan, math.nan, REPLACED[bare]
    if is_missing(bare):
        return math.nan, math.nan, f"'{short(cell, 12)}' in the table" if bare else "nothing in the table"
    if bare.startswith(("<", "≤")):
        limit = number_of(bare.lstrip("<≤= "))
        if not limit > 0:
            raise ValueError(f"'{short(cell)}' is no detection limit")
        return math.nan, limit, ""
    return number_of(cell), math.nan, ""


def _trailing_unit(name: str) -> tuple[str, str]:
    for analyte, units in UNITS.items():
        for unit in units:
            for form in (plain_name(unit), plain_name(unit).replace("ug", "μg"), plain_name(unit).replace("ug", "mcg")):
                if name.endswith(f"_{form}"):
                    return name.removesuffix(f"_{form}"), unit_named(form, analyte)
    return name, ""


def _analyte(name: str) -> tuple[str | None, str]:
    """The analyte that a name begins with, and the rest of it; (``None``, name) where it begins with none."""
    for analyte, names in _ANALYTES.items():
        for one in sorted(names, key=len, reverse=True):
            if name == one:
                return analyte, ""
            if name.startswith(one) and re.match(r"_|\d", name[len(one) :]):
                return analyte, name[len(one) :].strip("_")
    return None, name
