"""Persons: covariates and own deviations, drawn from the ledger's spreads, each by name.

A person's value is the centre moved by three different things that are never mixed: the person (``between``),
the day and hour (``within``), and what we do not know of the centre itself (``uncertainty``).
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Floats
from effleurage.asked import as_given, check, plain
from effleurage.body.compose import LISTS, Body
from effleurage.body.parameter import Parameter, far
from effleurage.body.units import in_model, shown
from effleurage.engine.program import Program
from effleurage.engine.streams import normals
from effleurage.engine.varying import Varying
from effleurage.errors import MEANT, Finding, RequestError, nearest
from effleurage.people.within import Setting as Setting
from effleurage.people.within import bounded, moved, varying
from effleurage.protocol.model import MOST_PEOPLE, people_faults

_LEAST = 5000.0
"""Bytes that a person takes at the least, in numbers of its own."""
MISSPELT = 0.9
"""Likeness (0-1, of difflib) from which any ledger row is meant, whether people are asked for it or not."""


@dataclass(frozen=True)
class Person:
    """One person: an index that names the person's luck, and values that are set by hand, in the ledger's units.

    Without ``luck`` the person has no deviation of its own and does not vary from day to day and hour to hour. Raises
    ``RequestError`` for an index that is no whole number from 0.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.simulate(ef.example("noto-2010-rest"), ef.Person(7, {"age": 70}), keep=["cortisol"]).person.values
    array([7])
    """

    index: int = 0
    settings: Mapping[str, Setting] = field(default_factory=dict)
    luck: bool = True

    def __post_init__(self) -> None:
        check({"index": (self.index, int), "settings": (self.settings, Mapping[str, Setting])})
        if self.index < 0:
            raise RequestError(Finding("index", f"person {self.index}", "Give 0 or more."))

    @classmethod
    def typical(cls, **settings: Setting) -> Person:
        """The person whom the ledger's own values describe, without luck; ledger rows may be set by hand.

        Example
        -------
        >>> Person.typical(age=70)
        Person(index=0, settings={'age': 70}, luck=False)
        """
        return cls(0, settings, luck=False)


@dataclass(frozen=True)
class Cohort:
    """Many persons. ``persons`` (N,) are indices; ``draws`` (N,) the draw of the uncertain centres, 0 for none.

    ``typical`` persons have no deviation of their own; ``steady`` persons do not vary within themselves.
    ``nudges`` (N,) names, for each person, one ledger row whose centre is moved by one standard deviation of
    its uncertainty; an empty name moves none. ``rows`` stand in for ledger rows of the same name. ``beyond``: on
    settings far from the ledger's own values, which are refused otherwise. Raises ``RequestError`` for persons that are
    no whole numbers from 0, or none.

    Example
    -------
    >>> Cohort.of(3, settings={"age": 70, "pain_load": {"mean": 5, "sd": 2}}).persons
    array([0, 1, 2])
    """

    persons: NDArray[np.int64]
    settings: Mapping[str, Setting] = field(default_factory=dict)
    seed: int = 1
    draws: NDArray[np.int64] | None = None
    typical: bool = False
    steady: bool = False
    nudges: tuple[str, ...] = ()
    rows: Mapping[str, Parameter] = field(default_factory=dict)
    beyond: bool = False

    def __post_init__(self) -> None:
        persons = np.asarray(self.persons)
        if persons.ndim != 1 or not persons.size or persons.dtype.kind not in "iu" or persons.min() < 0:
            what = "persons are whole numbers from 0, at least one of them"
            raise RequestError(Finding("persons", what, "Give such as range(10), or say Cohort.of(10)."))
        object.__setattr__(self, "persons", persons.astype(np.int64))
        object.__setattr__(self, "settings", plain(dict(self.settings)))

    @classmethod
    def of(cls, number: int, seed: int = 1, settings: Mapping[str, Setting] | None = None) -> Cohort:
        """The first ``number`` persons of a seed. Raises ``RequestError`` below one, or beyond ``MOST_PEOPLE``."""
        if not 1 <= number <= MOST_PEOPLE:
            what = f"{number:,} persons" + (f" take {number * _LEAST / 1e9:,.0f} GB of memory" if number > 0 else "")
            raise RequestError(Finding("people", what, f"Ask for 1 to {MOST_PEOPLE:,}."))
        return cls(np.arange(number), dict(settings or {}), seed)

    def constants(self, body: Body, program: Program) -> Floats:
        """Values of all constants (C, N) in the model's units."""
        check_settings(body, self.settings, beyond=self.beyond)
        base = dict(zip(program.constants, program.constant_values, strict=True))
        rows = []
        for name in program.constants:
            row = self.rows.get(name) or body.parameters.get(name)
            if row is None:
                rows.append(np.full(len(self.persons), base[name]))
            else:
                rows.append(self.values(row) * in_model(1.0, row.unit)[0])
        return np.asarray(rows)

    def varying(self, body: Body, program: Program, constants: Floats, minutes: float) -> Varying:
        """How the program's flowing constants move within persons, for so many minutes; nothing, in steady ones."""
        if self.steady or self.typical:
            return Varying.still(program, constants)
        ledger = {**body.parameters, **self.rows}
        rows = [ledger[name] for name in program.flowing.names]
        own = constants[[program.constants.index(row.name) for row in rows]]
        return varying(program.flowing, rows, own, self.persons, self.seed, minutes, self.settings)

    def _luck(self, purpose: str) -> Floats:
        return normals(self.seed, purpose, self.persons)

    def values(self, row: Parameter) -> Floats:
        """Every person's own value of a ledger row (N,), in the row's unit."""
        setting = self.settings.get(row.name)
        number = len(self.persons)
        if isinstance(setting, Mapping):
            own = 0.0 if self.typical else self._luck(f"between {row.name}")
            return bounded(row, setting["mean"] + setting.get("sd", 0.0) * own * np.ones(number))
        if setting is not None:
            return np.full(number, float(setting))
        centre = np.full(number, float(row.value))
        if self.draws is not None and row.uncertainty and not row.covariate:
            centre = moved(row, centre, row.uncertainty * _drawn(self.seed, row.name, self.draws))
            centre = bounded(row, centre)
        if self.nudges:
            nudged = moved(row, centre, np.full(number, row.uncertainty))
            centre = np.where(np.asarray(self.nudges) == row.name, nudged, centre)
        if row.scale == "either" and not self.typical:
            centre = np.where(self._luck(f"between {row.name}") > 0, float(row.high), float(row.low))
        if row.between and not self.typical:
            centre = moved(row, centre, row.between * self._luck(f"between {row.name}"))
        return bounded(row, centre)


def _drawn(seed: int, name: str, draws: NDArray[np.int64]) -> Floats:
    return np.where(draws > 0, normals(seed, f"uncertainty {name}", draws), 0.0)


def _meant(name: str, body: Body) -> str:
    """What was probably meant by a setting: what persons differ by and are asked for, before any other ledger row."""
    persons = [row.name for row in body.parameters.values() if row.covariate]
    begun = [one for one in persons if one.startswith(f"{name.lower()}_")]
    if len(begun) == 1:
        return f"{MEANT} '{begun[0]}'?"
    told, every = nearest(name, persons), nearest(name, body.parameters, LISTS)
    misspelt = difflib.get_close_matches(name.lower(), body.parameters, n=1, cutoff=MISSPELT)
    return told if told.startswith(MEANT) and not misspelt else every


def check_settings(body: Body, settings: Mapping[str, Setting], *, beyond: bool = False) -> None:
    """Raise ``RequestError`` for every setting that names no ledger row, or lies outside its bounds.

    Within them, what is far from the ledger's own value is refused as well, unless ``beyond``: ten times it or a tenth
    of it, of a row on a linear scale ten of its spreads (or of its value, where that is more).
    """
    findings: list[Finding] = []
    for name, setting in settings.items():
        row = body.parameters.get(name)
        if row is None:
            findings.append(Finding("people", f"no parameter '{name}'", _meant(name, body)))
            continue
        spread = setting if isinstance(setting, Mapping) else {"mean": setting}
        odd = [value for value in spread.values() if not _is_number(value)]
        if "mean" not in spread or odd:
            findings.append(
                Finding(
                    "people", f"{name} = {as_given(odd[0] if odd else setting)}", "Give a number, or {mean: …, sd: …}."
                )
            )
            continue
        findings += people_faults({name: setting})
        mean = spread["mean"]
        if not row.low <= mean <= row.high:
            fix = f"Keep it within {row.low:g} to {row.high:g}." if row.low < row.high else "It is a definition."
            findings.append(Finding("people", f"{name} = {_amount(mean, row)}", fix))
        elif spread.get("sd", 0.0) > row.high - row.low:
            fix = f"People lie within {row.low:g} to {row.high:g}: give a smaller one."
            findings.append(Finding("people", f"{name}: sd {_amount(spread['sd'], row)}", fix))
        elif not beyond and (how := far(row, mean)):
            what = f"{name} = {_amount(mean, row)} is {how} the ledger's {row.value:g}"
            findings.append(Finding("people", what, "Check the unit; where it is meant, say beyond=True, or --beyond."))
    if findings:
        raise RequestError(findings)


def _amount(value: float, row: Parameter) -> str:
    """A value of a ledger row and its unit, as a reader expects it."""
    return f"{value:g} {shown(row.unit)}".rstrip()


def _is_number(value: object) -> bool:
    """Whether it is a finite number, and no whole number too long to be one."""
    try:
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:
        return False
