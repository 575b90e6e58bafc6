"""The ledger: every number of the body with its unit, its three spreads, its source and its grade.

A system is a pair of text files: equations (``.ant``, Antimony) and rows (``.toml``). No row, no number.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from effleurage.body.parameter import Parameter, holds_people
from effleurage.errors import BodyError, Finding, misfits, nearest

GRADES = {
    "A": "measured in people, more than once",
    "B": "measured in people, once or as part of a fit",
    "C": "inferred, or sign measured and size assumed",
    "D": "assumed",
}
SCALES = ("log", "linear", "either")
SETTLES = ("mean", "phase")
_PLACE = {"name": "a name", "system": "a system"}
"""What a row is given by where it stands."""


@dataclass(frozen=True)
class Quantity:
    """A variable that an equation of its own system defines.

    ``rest`` is where it starts, and what others read of it when an arrow is switched off: a number in
    ``unit``, or an expression in parameters. ``readout``: a laboratory may read it. ``vital``: no living
    person passes ``low`` or ``high``, and whoever does is named. ``settle``: so
    slow that its settled value is found by balancing a day, never by waiting: a ``"mean"`` or a ``"phase"``.
    """

    name: str
    system: str
    unit: str
    rest: float | str
    low: float
    high: float
    meaning: str
    readout: bool = False
    vital: bool = False
    settle: str = ""


@dataclass(frozen=True)
class Input:
    """A quantity that the protocol sets from outside; ``rest`` where nothing is done."""

    name: str
    system: str
    unit: str
    rest: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True)
class System:
    """A pair of text files: equations, and the rows that give them numbers and units."""

    name: str
    title: str
    about: str
    equations: str
    inputs: Mapping[str, Input]
    quantities: Mapping[str, Quantity]
    parameters: Mapping[str, Parameter]


Row = TypeVar("Row", Parameter, Quantity, Input)


def read_system(folder: Path, name: str) -> System:
    """Read ``<folder>/<name>.ant`` and ``.toml``.

    Raises ``BodyError`` with every row that lacks a source, a unit or a spread, named by file and row.
    """
    table_path = folder / f"{name}.toml"
    try:
        table = tomllib.loads(table_path.read_text(encoding="utf-8"))
        equations = (folder / f"{name}.ant").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BodyError(
            Finding(str(error.filename), "file not found", f"A system is two files: {name}.ant and {name}.toml.")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BodyError(Finding(table_path.name, f"not TOML ({error})", "Mend the line.")) from None
    findings: list[Finding] = []
    inputs = _rows(Input, table, "inputs", table_path.name, name, findings)
    quantities = _rows(Quantity, table, "quantities", table_path.name, name, findings)
    parameters = _rows(Parameter, table, "parameters", table_path.name, name, findings)
    for parameter in parameters.values():
        findings += _judge(parameter, table_path.name)
    findings += [
        Finding(f"{table_path.name}, quantities.{row.name}", f"settle '{row.settle}'", nearest(row.settle, SETTLES))
        for row in quantities.values()
        if row.settle and row.settle not in SETTLES
    ]
    if findings:
        raise BodyError(findings)
    title, about = str(table.get("title", name)), str(table.get("about", ""))
    return System(name, title, about, equations, inputs, quantities, parameters)


def _rows(
    kind: type[Row], table: Mapping[str, Any], section: str, file: str, system: str, findings: list[Finding]
) -> dict[str, Row]:
    """The rows of a section, by name; what is wrong with the others is added to ``findings``."""
    rows: dict[str, Row] = {}
    for name, row in table.get(section, {}).items():
        faults = _misfits(kind, row, f"{file}, {section}.{name}")
        findings += faults
        if not faults:
            rows[name] = kind(name=name, system=system, **row)
    return rows


def _misfits(kind: type[Row], row: Any, where: str) -> list[Finding]:
    """What a row lacks, holds that nobody knows, or holds in another kind than is due."""
    if not isinstance(row, dict):
        return [Finding(where, "is no row", "Write {value = …, unit = …, …}.")]
    own = {field.name for field in fields(kind)} - _PLACE.keys()
    findings = [Finding(where, f"unknown field '{key}'", nearest(key, own)) for key in sorted(row.keys() - own)]
    said = {key: value for key, value in row.items() if key in own and value != ""}
    try:
        plain = json.dumps({**_PLACE, **said}, default=str)
        _checked(kind).validate_json(plain, strict=True)  # type: ignore[arg-type]
    except ValidationError as refused:
        for fault in refused.errors():
            key = str(fault["loc"][0])
            if fault["type"] == "missing":
                findings.append(Finding(where, f"no {key}", f"Give the row a {key}: no row, no number."))
            else:
                findings += misfits([fault], kind, lambda loc: f"{where}, {loc[0]}")
    return findings


@cache
def _checked(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _judge(row: Parameter, file: str) -> list[Finding]:
    where = f"{file}, parameters.{row.name}"
    findings = []
    if row.grade not in GRADES:
        findings.append(Finding(where, f"grade '{row.grade}'", f"Use one of {', '.join(GRADES)}."))
    if row.source == "assumed" and row.grade != "D":
        findings.append(
            Finding(where, f"assumed, and grade {row.grade}", "What nobody has measured is D; or say its source.")
        )
    if row.scale not in SCALES:
        findings.append(Finding(where, f"scale '{row.scale}'", f"Use one of {', '.join(SCALES)}."))
    spreads = (row.between, row.within_day, row.within_hour, row.uncertainty)
    if any(spread < 0 for spread in spreads):
        findings.append(Finding(where, "a spread is negative", "Spreads are standard deviations, ≥ 0."))
    if min(row.day_time, row.hour_time) <= 0 or row.pulses < 0:
        findings.append(Finding(where, "a time that is not positive", "Times are minutes, above 0."))
    if row.scale == "log" and row.value <= 0:
        findings.append(
            Finding(where, f"value {row.value} on the log scale", 'Give a positive value, or scale = "linear".')
        )
    if not findings and not row.low <= row.value <= row.high:
        what = f"value {row.value:g} outside its bounds, {row.low:g} to {row.high:g}"
        findings.append(Finding(where, what, "Mend one of them."))
    elif not findings and not holds_people(row):
        what = f"bounds {row.low:g} to {row.high:g} leave out more than 5 % of people"
        findings.append(Finding(where, what, "Widen them, or make between smaller."))
    return findings
