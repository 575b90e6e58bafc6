"""Hypnograms as text: one stage a line, or a table with a column of stages and perhaps one of times."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from os import PathLike
from typing import TYPE_CHECKING

from effleurage.errors import DataError, Finding
from effleurage.io.cells import at, columns_of, names_in
from effleurage.io.delimited import is_missing, plain_name, read_table, refuse, short
from effleurage.io.stamps import order_of, stamp_of
from effleurage.lab.hypnograms import LONGEST_EPOCH, night_of_hypnogram
from effleurage.lab.nights import Night

if TYPE_CHECKING:
    import pandas as pd

EPOCH_SECONDS = 30.0
"""Length of an epoch where the file gives no times: the rule of the AASM scoring manual."""
NUMBERS = {"0": "wake", "1": "N1", "2": "N2", "3": "N3"} | dict.fromkeys(("-1", "-2", "6", "7", "8", "9"), "?")
"""Numbers of stages on which the AASM's and Rechtschaffen & Kales's numbering agree."""


def read_hypnogram(
    path: str | PathLike[str],
    *,
    epoch_seconds: float | None = None,
    start: datetime | None = None,
    participant: str = "",
    session: str = "",
    condition: str = "",
    instrument: str = "polysomnography",
) -> tuple[tuple[Night, ...], tuple[str, ...]]:
    """The night of a hypnogram file, and notes; the file runs from lights out to lights on.

    A time column gives ``start`` and the length of an epoch; without one the epoch is ``epoch_seconds`` or 30 s.
    Numbers: 0 is wake, 1 to 3 N1 to N3; with a 5 in the file 4 is deep sleep and 5 REM (Rechtschaffen & Kales), else
    4 is REM. Raises ``DataError`` naming line and column for words that are no stage, numbers without any 0, and
    epochs of unequal length.
    """
    first, _ = read_table(path, header=False)
    headed = len(first.columns) > 1 or not _is_stage(first.iloc[0, 0])
    table, notes = read_table(path) if headed else (first, ())
    column = table.columns[0]
    if headed:
        found, findings = columns_of(table, names_in("hypnogram"), required=("stage",))
        refuse(findings)
        column = found["stage"]
        if "time" in found:
            start, epoch_seconds = _times(table, found["time"], start, epoch_seconds)
    stages, said = _stages(table, column)
    if epoch_seconds is None:
        epoch_seconds = EPOCH_SECONDS
        said = (*said, f"an epoch is taken to be {EPOCH_SECONDS:g} s")
    source = str(table.attrs["source"])
    if not 0 < epoch_seconds <= LONGEST_EPOCH:
        raise DataError(Finding(source, f"an epoch of {epoch_seconds:g} s", f"Give 0 to {LONGEST_EPOCH:g} s."))
    night = night_of_hypnogram(
        stages,
        epoch_seconds,
        start,
        participant=participant,
        session=session,
        condition=condition,
        instrument=instrument,
        where=source,
    )
    return (night,), (*notes, *said)


def _is_stage(cell: str) -> bool:
    return is_missing(cell) or plain_name(cell) in _words() or _is_number(cell)


def _words() -> dict[str, str]:
    """Plain word -> stage."""
    return {word: stage for stage, words in names_in("stages").items() for word in (stage, *words)}


def _is_number(cell: str) -> bool:
    bare = cell.strip().removesuffix(".0")
    return bare in NUMBERS or bare in ("4", "5")


def _stages(table: pd.DataFrame, column: str) -> tuple[list[str], tuple[str, ...]]:
    cells = [cell.strip().removesuffix(".0") for cell in table[column]]
    known = _words()
    numbers = {cell for cell in cells if _is_number(cell)}
    coded = dict(NUMBERS) | ({"4": "N3", "5": "R"} if "5" in numbers else {"4": "R"})
    stages, findings = [], []
    for line, cell in zip(table.index, cells, strict=True):
        stage = coded.get(cell) or ("?" if is_missing(cell) else known.get(plain_name(cell), ""))
        stages.append(stage or "?")
        if not stage:
            what = f"'{short(cell, 20)}' is no stage of sleep"
            findings.append(Finding(at(table, line, column), what, "Write W, N1, N2, N3 or R."))
    refuse(findings)
    notes = []
    if numbers and "0" not in numbers:
        what = "stages are numbers, and none is 0 (wake): which number is wake cannot be told"
        raise DataError(Finding(str(table.attrs["source"]), what, "Write stages as W, N1, N2, N3 and R."))
    if numbers:
        how = "4 as deep sleep and 5 as REM" if "5" in numbers else "4 as REM"
        notes.append(f"stages are numbers: 0 is read as wake, 1 to 3 as N1 to N3, {how}")
    if holes := stages.count("?"):
        notes.append(f"{holes} of {len(stages)} epochs are not scored")
    return stages, tuple(notes)


def _times(
    table: pd.DataFrame, column: str, start: datetime | None, epoch_seconds: float | None
) -> tuple[datetime | None, float | None]:
    """Start and epoch length from a column of stamps; what the caller said stays."""
    order = order_of(table[column])
    stamps, findings = [], []
    for line, cell in zip(table.index, table[column], strict=True):
        try:
            stamp = stamp_of(cell, order)
        except ValueError as fault:
            findings.append(Finding(at(table, line, column), str(fault), "Write it as 2024-03-31 23:15:30."))
            continue
        if stamp is None:
            findings.append(Finding(at(table, line, column), "there is no time", "Give the start of every epoch."))
        else:
            stamps.append(stamp)
    refuse(findings)
    if len({stamp.tzinfo is None for stamp in stamps}) > 1:
        what = "some times have an offset and some have none"
        raise DataError(Finding(str(table.attrs["source"]), what, "Write all of them alike."))
    steps = [(late - early).total_seconds() for early, late in pairwise(stamps)]
    epoch = epoch_seconds or (steps[0] if steps else None)
    for line, step in zip(table.index[1:], steps, strict=True):
        if epoch is not None and abs(step - epoch) > 0.5:
            what = f"starts {step:g} s after the epoch before, where an epoch is {epoch:g} s"
            findings.append(Finding(at(table, line, column), what, "Write an epoch nobody scored as '?'."))
    refuse(findings)
    return start or stamps[0], epoch
