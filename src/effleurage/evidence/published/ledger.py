"""The massage ledger: results that massage studies published, and where each was seen.

Its columns are explained in ``massage/codebook.md``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from effleurage.errors import Finding, TargetError
from effleurage.evidence.published.cells import read_rows
from effleurage.evidence.published.results import Result, Study
from effleurage.lab.outcomes.codebook import codebook
from effleurage.protocol.stimuli import catalogue
from effleurage.protocol.tables import fitted, parsed

Entry = Mapping[str, object]

STUDIES, RESULTS = "studies.csv", "results.csv"
LISTS = ("outcomes", "comparators", "techniques")
UNSPECIFIED = "unspecified"
"""The pressure of a result whose source does not tell it."""


@dataclass(frozen=True)
class MeasuredOutcome:
    """What was measured, as studies call it; fields as in ``massage/outcomes.toml``, "" for what there is none of.

    >>> row = ledger().outcomes["pain-rating"]  # its quantity is that of the codebook of outcomes
    >>> row.quantity, row.fit, row.better
    ('pain_rating', 'same', 'down')
    """

    meaning: str
    unit: str = ""
    quantity: str = ""
    fit: Literal["same", "sign", ""] = ""
    near: str = ""
    turn: Literal[1, -1] = 1
    better: Literal["up", "down", ""] = ""
    bundle: bool = False
    parts: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """Quantities that it is or has a part of, or comes nearest to where it is none itself."""
        return self.parts if self.bundle else tuple(filter(None, (self.quantity or self.near,)))


@dataclass(frozen=True)
class Ledger:
    """Studies by id, results in the order of the file, and the closed lists that results name, by word."""

    studies: Mapping[str, Study]
    results: tuple[Result, ...]
    outcomes: Mapping[str, MeasuredOutcome]
    comparators: Mapping[str, Entry]
    techniques: Mapping[str, Entry]

    def study_of(self, result: Result) -> Study:
        """The study that a result is from.

        >>> book = ledger()
        >>> book.study_of(book.results[0]).year
        2010
        """
        return self.studies[result.study]


@cache
def ledger() -> Ledger:
    """The ledger that comes with the package."""
    with as_file(files(__package__).joinpath("massage")) as folder:
        return read_ledger(folder)


def read_ledger(folder: Path) -> Ledger:
    """Read a folder with a ledger. Raises ``TargetError`` with every finding: file, row, column and fix."""
    try:
        lists = {name: _list(folder / f"{name}.toml", name) for name in LISTS}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise TargetError(Finding(str(folder), f"no ledger can be read there ({error})", "See codebook.md.")) from None
    rows = fitted(dict[str, MeasuredOutcome], lists.pop("outcomes"), "outcomes.toml", TargetError)
    outcomes = {id: _coded(id, row) for id, row in rows.items()}
    findings: list[Finding] = []
    studies = list(read_rows(folder / STUDIES, Study, findings, every=True))
    tables: dict[str, set[str]] = {"outcome": {*outcomes}} | {name.removesuffix("s"): {*lists[name]} for name in lists}
    tables["pressure"] = {*catalogue().pressures, UNSPECIFIED}
    if not findings:
        tables["study"] = {study.id for _, study in studies}
    results = list(read_rows(folder / RESULTS, Result, findings, tables, every=True))
    findings += [*_twice(folder / STUDIES, studies), *_twice(folder / RESULTS, results)]
    if findings:
        raise TargetError(findings)
    return Ledger({study.id: study for _, study in studies}, tuple(result for _, result in results), outcomes, **lists)


def _list(path: Path, name: str) -> Mapping[str, Entry]:
    rows: Mapping[str, Entry] = parsed(path.read_text(encoding="utf-8"), path.name, TargetError)[name]
    return rows


def _coded(id: str, row: MeasuredOutcome) -> MeasuredOutcome:
    """With what the codebook of outcomes says of the same id, where the row does not say it itself."""
    coded = codebook().get(id)
    if coded is None:
        return row
    own = {name: getattr(row, name) or getattr(coded, name) for name in ("unit", "quantity", "near")}
    return replace(row, **own, turn=coded.turn)


def _twice(path: Path, rows: Sequence[tuple[int, Study | Result]]) -> Iterator[Finding]:
    count = Counter(row.id for _, row in rows)
    for line, row in rows:
        if count[row.id] > 1:
            yield Finding(f"{path} row {line}, id", f"'{row.id}' is there {count[row.id]} times", "Name it anew.")
