"""The catalogue of stimuli: a therapist's words and the numbers behind them, read from ``stimuli.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from effleurage.errors import Finding, ProtocolError, nearest


@dataclass(frozen=True)
class Number:
    """One number of the catalogue, in ``unit``; ``low`` and ``high`` bound what a protocol may say."""

    value: float
    unit: str
    source: str
    grade: str
    meaning: str
    low: float | None = None
    high: float | None = None
    part_of: str = ""

    def __post_init__(self) -> None:
        """TOML writes 15 for 15.0."""
        object.__setattr__(self, "value", float(self.value))

    def fault(self, name: str, said: float) -> Finding | None:
        """What is wrong with ``said`` (in ``unit``) as a value of ``name``, if anything."""
        low = -float("inf") if self.low is None else self.low
        high = float("inf") if self.high is None else self.high
        if low <= said <= high:
            return None
        unit = "" if self.unit == "dimensionless" else f" {self.unit}"
        what = f"{name} {said:g}{unit} cannot be"
        return Finding(name, what, f"Say {low:g} to {high:g}{unit} ({self.meaning}).")


@dataclass(frozen=True)
class Technique:
    """How hands work: ``flow`` along the skin and ``knead`` of the muscle (0-1), and what it implies."""

    meaning: str
    flow: Number
    knead: Number
    pressure: str
    posture: str = ""
    region: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of stimulus: a visit (with or without hands), or one ``input`` held at a ``strength``.

    ``whole``: the strength is the whole dose, given evenly over the minutes.
    """

    meaning: str
    longest: Number
    visit: bool = False
    hands: bool = False
    technique: str = ""
    input: str = ""
    whole: bool = False
    strength: Number | None = None
    levels: Mapping[str, Number] = field(default_factory=dict)
    units: Mapping[str, float] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def minutes_fault(self, minutes: float) -> Finding | None:
        """What is wrong with a stimulus of this kind that lasts ``minutes``, if anything."""
        if 1 <= minutes <= self.longest.value:
            return None
        return Finding("minutes", f"{minutes:g} min cannot be", f"Say 1 to {self.longest.value:g} min.")


@dataclass(frozen=True)
class Catalogue:
    """All words that a protocol may use, each by its name; ``also`` are other words for such a name."""

    techniques: Mapping[str, Technique]
    pressures: Mapping[str, Number]
    regions: Mapping[str, Number]
    postures: Mapping[str, Number]
    kinds: Mapping[str, Kind]
    visit: Mapping[str, Number]
    usual_posture: str
    also: Mapping[str, str] = field(default_factory=dict)

    def kind_named(self, name: str) -> str | None:
        """The kind's own name for ``name`` (its name or another word for it), or None."""
        return next((own for own, kind in self.kinds.items() if name == own or name in kind.also), None)

    def region_names(self, text: str) -> tuple[str, ...]:
        """The regions in ``back and head and neck``, each once; raises ProtocolError for an unknown one."""
        found: dict[str, None] = {}
        rest = text
        while rest:
            fits = [name for name in self.regions if rest == name or rest.startswith(f"{name} and ")]
            if not fits:
                unknown = rest.split(" and ")[0][:60]
                raise ProtocolError(Finding("region", f"'{unknown}' is no region", nearest(unknown, self.regions)))
            name = max(fits, key=len)
            found[name] = None
            rest = rest[len(name) + len(" and ") :]
        return tuple(found)

    def surface(self, text: str) -> float:
        """Share of the body surface (0-1) of the regions in ``text``; parts of a named whole add nothing."""
        names = self.region_names(text)
        shares = (self.regions[name].value for name in names if self.regions[name].part_of not in names)
        return min(1.0, round(sum(shares), 6))


Row = TypeVar("Row")


def _row(make: Callable[..., Row], where: str, row: Mapping[str, Any]) -> Row:
    try:
        return make(**row)
    except TypeError as fault:
        raise ProtocolError(
            Finding(where, f"incomplete row ({fault})", "Give value, unit, source, grade and meaning.")
        ) from None


def read_catalogue(text: str) -> Catalogue:
    """The catalogue in a TOML text; raises ProtocolError where a row is incomplete."""
    told = tomllib.loads(text)

    def numbers(table: Mapping[str, Any], where: str) -> dict[str, Number]:
        return {name: _row(Number, f"{where}.{name}", row) for name, row in table.items()}

    def technique(name: str, row: Mapping[str, Any]) -> Technique:
        where = f"techniques.{name}"
        own = numbers({key: row[key] for key in ("flow", "knead") if key in row}, where)
        return _row(Technique, where, dict(row) | own)

    def kind(name: str, row: Mapping[str, Any]) -> Kind:
        where = f"kinds.{name}"
        own = numbers({key: row[key] for key in ("longest", "strength") if key in row}, where)
        levels = numbers(row.get("levels", {}), f"{where}.levels")
        return _row(Kind, where, dict(row) | own | {"levels": levels, "also": tuple(row.get("also", ()))})

    return Catalogue(
        techniques={name: technique(name, row) for name, row in told["techniques"].items()},
        pressures=numbers(told["pressures"], "pressures"),
        regions=numbers(told["regions"], "regions"),
        postures=numbers(told["postures"], "postures"),
        kinds={name: kind(name, row) for name, row in told["kinds"].items()},
        visit=numbers({name: row for name, row in told["visit"].items() if name != "posture"}, "visit"),
        usual_posture=told["visit"]["posture"],
        also=told.get("also", {}),
    )


@cache
def catalogue() -> Catalogue:
    """The catalogue that ships with Effleurage."""
    return read_catalogue(files(__package__).joinpath("stimuli.toml").read_text(encoding="utf-8"))
