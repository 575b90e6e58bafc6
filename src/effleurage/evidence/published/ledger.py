"""The massage ledger: results that massage studies published, and where each was seen.

Its columns are explained in ``massage/codebook.md``.
"""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from math import isfinite
from pathlib import Path

from effleurage.errors import Finding, TargetError, nearest

Row = Mapping[str, str]
Entry = Mapping[str, object]

DIRECTIONS = ("up", "none", "down")
PROVENANCES = ("abstract", "table", "memory")
NUMBERS = (
    "n",
    "baseline_mean",
    "baseline_sd",
    "post_mean",
    "post_sd",
    "percent_change",
    "d",
    "low",
    "high",
    "value",
    "p",
)
STUDIES, RESULTS = "studies.csv", "results.csv"
TOLD = (
    *("group", "arm", "comparator_words", "n_arm", "n_comparator", "minutes", "sessions", "weeks", "dose_words"),
    *("pressure", "pressure_inferred", "region", "pathway", "minutes_after", "timepoint_words", "occasion", "note"),
    *("outcome_words", "unit", "n_words", "n_inferred", "interval_of", "value_kind", "p_bound", "p_words", "mirror_of"),
)
"""Columns that tell what was done and when; a result of another source may leave them empty."""
_WORDS = "id study arm_kind comparator technique outcome percent_of direction direction_inferred compared provenance"
_COLUMNS = {STUDIES: ("id", "species", "age", "design"), RESULTS: (*_WORDS.split(), "mirror", *NUMBERS)}


@dataclass(frozen=True)
class Ledger:
    """Studies by id, results in the order of the file, and the closed lists that results name, by word."""

    studies: Mapping[str, Row]
    results: tuple[Row, ...]
    outcomes: Mapping[str, Entry]
    comparators: Mapping[str, Entry]
    techniques: Mapping[str, Entry]


def row_of(said: Mapping[str, str]) -> Row:
    """A result with every column; what is not said is empty."""
    return {**dict.fromkeys((*_COLUMNS[RESULTS], *TOLD), ""), "pressure_inferred": "no", **said}


@cache
def ledger() -> Ledger:
    """The ledger that comes with the package."""
    with as_file(files(__package__).joinpath("massage")) as folder:
        return read_ledger(folder)


def read_ledger(folder: Path) -> Ledger:
    """Read a folder with a ledger. Raises ``TargetError`` with every finding: file, row, field and fix."""
    try:
        lists = {
            name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))[name]
            for name in ("outcomes", "comparators", "techniques")
        }
        studies, results = _rows(folder / STUDIES), _rows(folder / RESULTS)
    except (OSError, ValueError, KeyError, csv.Error) as error:
        raise TargetError(Finding(str(folder), f"no ledger can be read there ({error})", "See codebook.md.")) from None
    findings = [*_twice(STUDIES, studies), *_twice(RESULTS, results)]
    known = {row["id"]: row for row in studies}
    for line, row in enumerate(results, 2):
        where = f"{RESULTS} row {line}"
        findings += [Finding(f"{where}, {field}", what, fix) for field, what, fix in _wrong(row, known, lists)]
    if findings:
        raise TargetError(findings)
    return Ledger(known, tuple(results), **lists)


def _rows(path: Path) -> list[dict[str, str]]:
    """Rows of a table. Raises ``ValueError`` where columns that are read are missing, or a row is short."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for line, row in enumerate(rows, 2):
        missing = [name for name in _COLUMNS[path.name] if row.get(name) is None]
        if missing:
            raise ValueError(f"{path.name} row {line} has no {', '.join(missing)}")
    return rows


def _twice(name: str, rows: list[dict[str, str]]) -> Iterator[Finding]:
    count = Counter(row["id"] for row in rows)
    for line, row in enumerate(rows, 2):
        if count[row["id"]] > 1:
            yield Finding(f"{name} row {line}, id", f"'{row['id']}' is there {count[row['id']]} times", "Name it anew.")


def _wrong(row: Row, studies: Mapping[str, Row], lists: Mapping[str, Mapping[str, Entry]]) -> Iterator[tuple[str, ...]]:
    """Field, what is wrong with it and the fix."""
    if not row["comparator"]:
        yield "comparator", "an arm is compared with nothing", "Say 'baseline' for a change within the arm."
    named = {"study": studies, **{name.removesuffix("s"): entries for name, entries in lists.items()}}
    for field, entries in named.items():
        if row[field] not in entries and (row[field] or field != "comparator"):
            yield field, f"'{row[field]}' is not known", nearest(row[field], entries)
    for field, words in (("direction", DIRECTIONS), ("provenance", PROVENANCES)):
        if row[field] not in words:
            yield field, f"'{row[field]}' is none of {', '.join(words)}", "Choose one."
    for field in NUMBERS:
        if row[field] and _number(row[field]) is None:
            yield field, f"'{row[field]}' is no number", "Give a number, or leave it empty."
    for field in ("baseline_sd", "post_sd"):
        size = _number(row[field])
        if size is not None and size <= 0:
            yield field, f"a standard deviation of {size:g}", "Give a positive one, or leave it empty."
    if row["percent_change"] and not row["percent_of"]:
        yield "percent_of", "a percentage of nothing", "Say what it is a percentage of: baseline or comparator."
    low, high = _number(row["low"]), _number(row["high"])
    if low is not None and high is not None and low > high:
        yield "low", f"the interval ends ({high:g}) before it begins ({low:g})", "Change them over."
    people = _number(row["n"])
    if people is not None and people < 1:
        yield "n", f"{people:g} people", "Give how many there were."


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
