"""Saliva samples as courses: one row a person's day, one column a tube, so that thousands are computed at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from effleurage.arrays import Bools, Floats
from effleurage.errors import SCREEN, DataError, Finding
from effleurage.lab.saliva import assay

if TYPE_CHECKING:
    import pandas as pd


KEY = ("participant", "session", "day", "condition")
"""What a course belongs to."""
SAMPLE_COLUMNS: dict[str, Any] = {
    "participant": "",
    "session": "",
    "day": "",
    "condition": "",
    "sample": "",
    "order": np.nan,
    "minutes": np.nan,
    "zero": "start",
    "timing": "recorded",
    "planned": np.nan,
    "clock": np.nan,
    "analyte": "cortisol",
    "fluid": "saliva",
    "concentration": np.nan,
    "duplicate": np.nan,
    "unit": "",
    "limit": np.nan,
    "flow": np.nan,
    "reason": "",
    "line": np.nan,
}
"""Columns of tidy samples, one row a tube, and what a column that lacks is taken to be.

``minutes``: when the tube was taken, from ``zero`` (``"awakening"``, ``"first tube"`` after an awakening whose time is
not known, or ``"start"`` of a session); ``timing``: whether that was ``"recorded"`` or is only ``"planned"``;
``planned``: the scheduled minutes; ``clock``: minutes after midnight; ``duplicate``: the second determination;
``limit``: the tube's detection limit (the concentration's unit; a tube with one and no value was below it);
``flow``: mL/min; ``line``: the row in its file.
"""
MOST_FLOW = 20.0
"""mL/min that nobody's saliva reaches (ours)."""
ZEROS = ("awakening", "first tube", "start")
TIMINGS = ("recorded", "planned")
_NUMBERS = ("order", "minutes", "planned", "clock", "concentration", "duplicate", "limit", "flow", "line")


@dataclass(frozen=True)
class Courses:
    """n courses of k tubes in order. Arrays are (n, k); NaN where a tube or its time lacks.

    ``present`` is false where the table has no row for a tube that other courses of the condition have.
    """

    keys: pd.DataFrame
    labels: tuple[str, ...]
    present: Bools
    minutes: Floats
    planned: Floats
    clock: Floats
    values: Floats
    flow: Floats
    below: Bools
    reasons: NDArray[np.object_]
    zero: NDArray[np.object_]
    timing: NDArray[np.object_]

    def only(self, rows: Bools | None = None, tubes: Bools | None = None) -> Courses:
        """Some courses, some tubes."""
        n, k = self.present.shape
        rows = np.ones(n, dtype=bool) if rows is None else rows
        tubes = np.ones(k, dtype=bool) if tubes is None else tubes
        grid = np.ix_(rows, tubes)
        arrays = ("present", "minutes", "planned", "clock", "values", "flow", "below", "reasons")
        return Courses(
            keys=self.keys[rows],
            labels=tuple(label for label, kept in zip(self.labels, tubes, strict=True) if kept),
            zero=self.zero[rows],
            timing=self.timing[rows],
            **{name: getattr(self, name)[grid] for name in arrays},
        )

    def designs(self) -> Iterator[Courses]:
        """Courses that should have the same tubes (those of any course of their condition), each set by itself."""
        condition = self.keys["condition"].astype(str).to_numpy()
        wanted = {one: self.present[condition == one].any(axis=0) for one in dict.fromkeys(condition)}
        for tubes in dict.fromkeys(map(tuple, wanted.values())):
            rows = np.array([tuple(wanted[one]) == tubes for one in condition])
            yield self.only(rows, np.array(tubes))

    def gaps(self) -> list[str]:
        """Why a course is not whole, naming every tube without a concentration; ``""`` where it is."""
        faults = [""] * len(self.keys)
        for row in np.flatnonzero(np.isnan(self.values).any(axis=1)):
            said = [self._lack(int(row), int(tube)) for tube in np.flatnonzero(np.isnan(self.values[row]))]
            faults[row] = "; ".join(said)
        return faults

    def clock_faults(self) -> list[str]:
        """Why the times of a course cannot be used, naming the tube; ``""`` where they can."""
        unknown = np.isnan(self.minutes)
        faults = self.order_faults()
        for row in np.flatnonzero(unknown.any(axis=1)):
            said = [self.labels[tube] for tube in np.flatnonzero(unknown[row])]
            faults[row] = faults[row] or f"the time of tube {', '.join(said)} is not known"
        return faults

    def order_faults(self) -> list[str]:
        """Which tube of a course was taken no later than the one before it; ``""`` where none is known to be."""
        faults = [""] * len(self.keys)
        with np.errstate(invalid="ignore"):
            back = np.diff(self.minutes, axis=1) <= 0
        for row, tube in zip(*np.nonzero(back), strict=True):
            before, after = self.minutes[row, tube], self.minutes[row, tube + 1]
            faults[row] = faults[row] or (
                f"tube {self.labels[tube + 1]} ({after:g} min) is not later than tube {self.labels[tube]} "
                f"({before:g} min): a slip, or a clock change?"
            )
        return faults

    def _lack(self, row: int, tube: int) -> str:
        why = self.reasons[row, tube] or ("" if self.present[row, tube] else "not in the table")
        return f"tube {self.labels[tube]} is missing" + (f" ({why})" if why else "")


def sample_order(labels: Sequence[str]) -> list[str]:
    """Labels in numeric order: S9 before S10, -10 before +1."""

    def key(label: str) -> tuple[Any, ...]:
        if re.fullmatch(r"\s*[-+−]?\d+(\.\d+)?( min)?\s*", label):
            return (0, float(label.replace("−", "-").replace(" min", "")), label)
        parts = re.split(r"(\d+)", label.casefold())
        return (1, [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts], label)

    return sorted(dict.fromkeys(labels), key=key)


def lay_out(samples: pd.DataFrame) -> pd.DataFrame:
    """Samples with every column of ``SAMPLE_COLUMNS``, typed; those that lack are filled.

    Raises ``DataError`` where a column that has no default is absent, a number is not one, or a tube stands twice.
    """
    import pandas as pd

    absent = [name for name in ("participant", "sample", "concentration", "unit") if name not in samples]
    if absent or not len(samples):
        what = f"no column {', '.join(absent)}" if absent else "no sample"
        raise DataError(Finding("samples", what, "Give a row a tube: participant, sample, concentration, unit."))
    table = pd.DataFrame(
        {name: samples.get(name, usual) for name, usual in SAMPLE_COLUMNS.items()},
        index=samples.index,
    )
    table.attrs = dict(samples.attrs)
    for name in _NUMBERS:
        try:
            table[name] = pd.to_numeric(table[name]).astype(float)
        except (TypeError, ValueError) as fault:
            raise DataError(Finding(f"samples, column '{name}'", str(fault), "Write numbers.")) from None
    for name in ("sample", "zero", "timing", "analyte", "fluid", "unit", "reason"):
        words = table[name].where(table[name].notna(), SAMPLE_COLUMNS[name]).to_numpy(object)
        table[name] = np.array([*map(str, words), None], dtype=object)[:-1]
    for name in KEY:
        table[name] = table[name].astype(object).where(table[name].notna(), "")
    _check(table)
    if table["order"].isna().any():
        place = {label: number for number, label in enumerate(sample_order(list(table["sample"])))}
        table["order"] = table["sample"].map(place).astype(float)
    return table


def whereabouts(table: pd.DataFrame, rows: NDArray[Any]) -> list[str]:
    """``cortisol.csv, line 7``, else the row of the table (from 1), of rows by place."""
    lines = table["line"].to_numpy()
    file = f"{table.attrs['source']}, " if table.attrs.get("source") else ""
    return [file + (f"line {lines[row]:.0f}" if np.isfinite(lines[row]) else f"row {row + 1}") for row in rows]


def name_rows(table: pd.DataFrame, rows: NDArray[Any], what: str, fix: str, lines: int = SCREEN) -> list[Finding]:
    """A finding for each of the rows (by place), in at most so many lines, of which the last counts the rest."""
    tubes = table["sample"].to_numpy()
    people = table["participant"].to_numpy()
    shown = rows if len(rows) <= lines else rows[: lines - 1]
    found = [
        Finding(f"{where}, {people[row]}, tube {tubes[row]}", what, fix)
        for row, where in zip(shown, whereabouts(table, shown), strict=True)
    ]
    if len(rows) > len(shown):
        left = len(rows) - len(shown)
        found.append(Finding("", f"{left:,} more like these", "Mend the first ones and read again.", left))
    return found


def one_of(table: pd.DataFrame, column: str) -> str:
    """The one value of a column. Raises ``DataError`` where there are several, naming the rows, or none."""
    values = list(dict.fromkeys(table[column]))
    if len(values) > 1:
        usual = str(table[column].mode()[0])
        odd = np.flatnonzero((table[column] != usual).to_numpy())
        what = f"the {column} is not '{usual}' as elsewhere" if usual else f"the {column} is given here only"
        raise DataError(name_rows(table, odd, what, f"Give one {column} a table; convert or split it."))
    if not values[0]:
        fix = "Say which it is: it is never guessed from the numbers."
        raise DataError(Finding(f"samples, column '{column}'", f"the {column} is not given", fix))
    return str(values[0])


def courses_of(table: pd.DataFrame, below: Bools) -> Courses:
    """The courses of a table from ``lay_out``; ``below`` says which rows lie below the detection limit."""
    row = table.groupby(list(KEY), sort=False, dropna=False).ngroup().to_numpy()
    first = np.unique(row, return_index=True)[1]
    rank = table.groupby("sample")["order"].min().sort_values(kind="stable")
    tube = table["sample"].map({label: place for place, label in enumerate(rank.index)}).to_numpy(int)
    shape = (len(first), len(rank))

    def grid(values: NDArray[Any], empty: object, kind: type) -> NDArray[Any]:
        made: NDArray[Any] = np.full(shape, empty, dtype=kind)
        made[row, tube] = values
        return made

    numbers = {
        name: grid(table[name].to_numpy(float), np.nan, float) for name in ("minutes", "planned", "clock", "flow")
    }
    return Courses(
        keys=table.iloc[first][list(KEY)].reset_index(drop=True),
        labels=tuple(map(str, rank.index)),
        present=grid(np.ones(len(table), dtype=bool), False, bool),
        values=grid(table["concentration"].to_numpy(float), np.nan, float),
        below=grid(below, False, bool),
        reasons=grid(table["reason"].to_numpy(object), "", object),
        zero=table["zero"].to_numpy(object)[first],
        timing=table["timing"].to_numpy(object)[first],
        **numbers,
    )


def _check(table: pd.DataFrame) -> None:
    """Raise ``DataError`` with everything that cannot be, by row: words, names, tubes twice, concentrations, flows."""
    kinds: list[tuple[NDArray[Any], str, str]] = []

    def say(wrong: Any, what: str, fix: str) -> None:
        if len(rows := np.flatnonzero(np.asarray(wrong))):
            kinds.append((rows, what, fix))

    for name, known in (
        ("zero", ZEROS),
        ("timing", TIMINGS),
        ("analyte", tuple(assay.UNITS)),
        ("fluid", tuple(assay.FLUIDS)),
    ):
        say(~table[name].isin(known), f"{name} is none of {', '.join(known)}", "Write one of them.")
    say(table["sample"].str.strip() == "", "the tube has no name", "Name every sample.")
    say(
        table.duplicated([*KEY, "sample"]),
        "the tube stands twice for this person, session, day and condition",
        "Keep one, or tell the days apart.",
    )
    most = _most(table)
    shown = f"{most.min():g} {table['unit'].iloc[0]}"
    for name in ("concentration", "duplicate"):
        say(table[name] < 0, f"the {name} is negative", "Correct it, or leave it empty.")
        say(table[name] > most, f"the {name} is more than {shown}", "Correct the value or the unit.")
    say((table["flow"] < 0) | (table["flow"] > MOST_FLOW), f"no flow of 0 to {MOST_FLOW:g} mL/min", "Correct the flow.")
    if kinds:
        lines = max(2, SCREEN // len(kinds))
        raise DataError([finding for kind in kinds for finding in name_rows(table, *kind, lines)])


def _most(table: pd.DataFrame) -> Floats:
    """The most that each row's fluid can hold of the analyte, in the row's unit; infinite where that is not known."""
    kinds = table[["fluid", "analyte", "unit"]]
    place = kinds.groupby(list(kinds.columns), sort=False).ngroup().to_numpy()
    most = [
        assay.FLUIDS[fluid][analyte][-1] / assay.UNITS[analyte][unit]
        if analyte in assay.FLUIDS.get(fluid, {}) and unit in assay.UNITS[analyte]
        else np.inf
        for fluid, analyte, unit in kinds.drop_duplicates().itertuples(index=False)
    ]
    return np.asarray(np.array(most, dtype=float)[place])
