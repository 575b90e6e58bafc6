"""Units of the ledger, as SBML base units, and the two time units that the model turns into minutes."""

from __future__ import annotations

DEFINITIONS: dict[str, str] = {
    "minute": "60 second",
    "per_minute": "(60 second)^-1",
    "year": "31557600 second",
    "per_year": "(31557600 second)^-1",
    "per_minute_per_year": "(60 second)^-1 * (31557600 second)^-1",
    "mmHg": "133.322 pascal",
    "mmHg_per_year": "133.322 pascal * (31557600 second)^-1",
    "mL": "1e-3 litre",
    "L_per_minute": "litre * (60 second)^-1",
    "ms": "1e-3 second",
    "ms_per_minute": "1e-3 second * (60 second)^-1",
    "ms_per_mmHg": "1e-3 second * (133.322 pascal)^-1",
    "mL_per_minute": "1e-3 litre * (60 second)^-1",
    "mL_per_mmHg": "1e-3 litre * (133.322 pascal)^-1",
    "mL_per_minute_per_mmHg": "1e-3 litre * (60 second)^-1 * (133.322 pascal)^-1",
    "nmol_per_L": "1e-9 mole / litre",
    "nmol_per_L_per_minute": "1e-9 mole / litre * (60 second)^-1",
    "L_per_nmol": "litre * (1e-9 mole)^-1",
    "pg_per_mL": "1e-12 gram * (1e-3 litre)^-1",
    "ug": "1e-6 gram",
    "mg": "1e-3 gram",
    "per_ug": "(1e-6 gram)^-1",
    "pg_per_mL_per_ug": "1e-12 gram * (1e-3 litre)^-1 * (1e-6 gram)^-1",
    "ug_per_minute": "1e-6 gram * (60 second)^-1",
    "ug_per_mL": "1e-6 gram * (1e-3 litre)^-1",
    "pg_per_mL_per_minute": "1e-12 gram * (1e-3 litre)^-1 * (60 second)^-1",
    "mg_per_minute": "1e-3 gram * (60 second)^-1",
    "nmol_per_L_per_mg": "1e-9 mole / litre * (1e-3 gram)^-1",
    "ng_per_kg": "1e-9 gram * kilogram^-1",
    "ng_per_kg_per_minute": "1e-9 gram * kilogram^-1 * (60 second)^-1",
    "celsius": "kelvin",
    "G_per_L": "1e9 item / litre",
    "G_per_L_per_minute": "1e9 item / litre * (60 second)^-1",
}
"""Antimony definitions; ``dimensionless`` and ``lux`` are SBML's own."""

IN_MINUTES: dict[str, tuple[str, float]] = {
    "hour": ("minute", 60.0),
    "day": ("minute", 1440.0),
    "per_hour": ("per_minute", 1.0 / 60.0),
    "per_day": ("per_minute", 1.0 / 1440.0),
    "pg_per_mL_per_hour": ("pg_per_mL_per_minute", 1.0 / 60.0),
}
"""Ledger units that a reader prefers, and the factor with which the model, whose time is minutes, reads them."""

SYMBOLS: dict[str, str] = {
    "dimensionless": "",
    "minute": "min",
    "hour": "h",
    "day": "d",
    "per_minute": "/min",
    "per_hour": "/h",
    "per_day": "/d",
    "per_year": "/year",
    "per_minute_per_year": "/min/year",
    "litre": "L",
    "L_per_minute": "L/min",
    "mmHg_per_year": "mmHg/year",
    "ms_per_minute": "ms/min",
    "ms_per_mmHg": "ms/mmHg",
    "nmol_per_L_per_minute": "nmol/L/min",
    "per_ug": "/µg",
    "pg_per_mL_per_ug": "pg/mL/µg",
    "mL_per_minute": "mL/min",
    "mL_per_mmHg": "mL/mmHg",
    "mL_per_minute_per_mmHg": "mL/min/mmHg",
    "nmol_per_L": "nmol/L",
    "L_per_nmol": "L/nmol",
    "pg_per_mL": "pg/mL",
    "ug": "µg",
    "ug_per_minute": "µg/min",
    "ug_per_mL": "µg/mL",
    "pg_per_mL_per_minute": "pg/mL/min",
    "pg_per_mL_per_hour": "pg/mL/h",
    "mg_per_minute": "mg/min",
    "nmol_per_L_per_mg": "nmol/L/mg",
    "ng_per_kg": "ng/kg",
    "ng_per_kg_per_minute": "ng/kg/min",
    "celsius": "°C",
    "G_per_L": "10⁹/L",
    "G_per_L_per_minute": "10⁹/L/min",
}
"""How a unit is shown; units not named here are shown as they are written."""

KNOWN = frozenset(DEFINITIONS) | frozenset(IN_MINUTES) | {"dimensionless", "lux", "litre"}


def shown(unit: str) -> str:
    """The unit as a reader expects it: ``nmol_per_L`` is ``nmol/L``."""
    return SYMBOLS.get(unit, unit)


_STANDARD = {"minute": "min", "hour": "h", "day": "d", "celsius": "degC", "G": "Gcount", "dimensionless": "1"}


def standard(unit: str) -> str:
    """The unit as unit libraries read it (UDUNITS, pint): ``nmol_per_L`` is ``nmol/L``, ``per_minute`` is ``1/min``.

    Example
    -------
    >>> [standard(unit) for unit in ("nmol_per_L", "per_minute", "dimensionless", "celsius")]
    ['nmol/L', '1/min', '1', 'degC']
    """
    above, *below = f"_{unit}".split("_per_")
    return "/".join(_STANDARD.get(part, part) for part in (above.removeprefix("_") or "dimensionless", *below))


def in_model(value: float, unit: str) -> tuple[float, str]:
    """A ledger value and unit as the model reads them: hours and days become minutes."""
    model_unit, factor = IN_MINUTES.get(unit, (unit, 1.0))
    return value * factor, model_unit
