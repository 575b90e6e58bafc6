"""The massage ledger: results that massage studies published, and where each was seen.

Its columns are explained in ``massage/codebook.md``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

from effleurage.errors import Finding, TargetError
from effleurage.evidence.published.cells import read_rows
from effleurage.evidence.published.results import Result, Study
from effleurage.protocol.stimuli import catalogue

Entry = Mapping[str, object]

STUDIES, RESULTS = "studies.csv", "results.csv"
LISTS = ("outcomes", "comparators", "techniques")
UNSPECIFIED = "unspecified"
"""The pressure of a result whose source does not tell it."""


@dataclass(frozen=True)
class Ledger:
    """Studies by id, results in the order of the file, and the closed lists that results name, by word."""

    studies: Mapping[str, Study]
    results: tuple[Result, ...]
    outcomes: Mapping[str, Entry]
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
        lists: dict[str, Mapping[str, Entry]] = {
            name: tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))[name] for name in LISTS
        }
    except (OSError, ValueError, KeyError) as error:
        raise TargetError(Finding(str(folder), f"no ledger can be read there ({error})", "See codebook.md.")) from None
    findings: list[Finding] = []
    studies = list(read_rows(folder / STUDIES, Study, findings, every=True))
    tables: dict[str, set[str]] = {name.removesuffix("s"): {*lists[name]} for name in LISTS}
    tables["pressure"] = {*catalogue().pressures, UNSPECIFIED}
    if not findings:
        tables["study"] = {study.id for _, study in studies}
    results = list(read_rows(folder / RESULTS, Result, findings, tables, every=True))
    findings += [*_twice(folder / STUDIES, studies), *_twice(folder / RESULTS, results)]
    if findings:
        raise TargetError(findings)
    return Ledger({study.id: study for _, study in studies}, tuple(result for _, result in results), **lists)


def _twice(path: Path, rows: Sequence[tuple[int, Study | Result]]) -> Iterator[Finding]:
    count = Counter(row.id for _, row in rows)
    for line, row in rows:
        if count[row.id] > 1:
            yield Finding(f"{path} row {line}, id", f"'{row.id}' is there {count[row.id]} times", "Name it anew.")
