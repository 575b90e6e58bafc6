"""Hypnograms as text: one stage a line, or a table with a column of stages and perhaps one of times."""

from __future__ import annotations

from datetime import datetime
from os import PathLike
from typing import TYPE_CHECKING

from effleurage.errors import DataError, Finding, short
from effleurage.files.night.epochs import Spans, known_names, spans_of
from effleurage.files.table.cells import at, columns_of, names_in
from effleurage.files.table.delimited import is_missing, plain_name, read_table, refuse
from effleurage.lab.night.hypnograms import LONGEST_EPOCH, night_of_hypnogram
from effleurage.lab.night.nights import Night

if TYPE_CHECKING:
    import pandas as pd

EPOCH_SECONDS = 30.0
"""Length of an epoch where the file gives no times: the rule of the AASM scoring manual."""
IN_BED = (1.0, 16.0)
"""Hours in bed within which 30 s may be taken for an epoch (ours): a nap, and a night of a child or a patient."""
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

    Columns of times, of ends or of lengths (``duration``) say when rows begin and how long each lasts; rows may be
    merged epochs, and none may leave a gap or overlap the next. Without such a column an epoch is ``epoch_seconds`` or
    30 s; with one, ``epoch_seconds`` may not contradict it.
    Numbers: 0 is wake, 1 to 3 N1 to N3; with a 5 in the file 4 is deep sleep and 5 REM (Rechtschaffen & Kales), else
    4 is REM. Raises ``DataError`` naming line and column for words that are no stage, numbers without any 0,
    times that do not fit each other, and epochs that 30 s would make no night (``IN_BED``).
    """
    first, _ = read_table(path, header=False)
    source = str(first.attrs["source"])
    if epoch_seconds is not None and not 0 < epoch_seconds <= LONGEST_EPOCH:
        raise DataError(Finding(source, f"an epoch of {epoch_seconds:g} s", f"Give 0 to {LONGEST_EPOCH:g} s."))
    headed = len(first.columns) > 1 or not _is_stage(first.iloc[0, 0])
    table, notes = read_table(path) if headed else (first, ())
    column, spans = table.columns[0], Spans(epoch_seconds)
    if headed:
        column = _stage_column(table)
        spans = spans_of(table, column, epoch_seconds)
        notes = (*notes, *spans.notes)
    stages, said = _stages(table, column)
    if spans.seconds is None:
        _refuse_guess(len(stages), source)
        said = (*said, f"an epoch is taken to be {EPOCH_SECONDS:g} s")
    night = night_of_hypnogram(
        stages,
        EPOCH_SECONDS if spans.seconds is None else spans.seconds,
        start or spans.start,
        participant=participant,
        session=session,
        condition=condition,
        instrument=instrument,
        where=source,
    )
    return (night,), (*notes, *said)


def _refuse_guess(epochs: int, source: str) -> None:
    """Raise where epochs of the usual length would make no night."""
    hours = epochs * EPOCH_SECONDS / 3600
    if not IN_BED[0] <= hours <= IN_BED[1]:
        lasts = f"{hours:.4g} h" if hours >= 1 else f"{hours * 60:.3g} min"
        what = f"nothing says how long an epoch lasts, and {epochs:,} of {EPOCH_SECONDS:g} s make {lasts} in bed"
        fix = "Say the length in seconds (epoch_seconds=20, --epoch 20)."
        raise DataError(Finding(source, what, fix))


def shows_hypnogram(rows: pd.DataFrame) -> bool:
    """Whether rows of words (the first may be a header) are a hypnogram: one column, or one that holds only stages."""
    first = {plain_name(cell) for cell in rows.iloc[0]}
    if len(rows.columns) == 1 or first & {"stage", *names_in("hypnogram")["stage"]} or _is_annotated(first):
        return True
    known = set(_words())
    for cells in rows.iloc[1:].to_numpy().T:
        found = {plain_name(cell) for cell in set(cells)} - {""}
        if len(found) > 1 and found <= known:
            return True
    return False


def _is_annotated(names: set[str]) -> bool:
    """Whether columns are those of annotations: what, from when, for how long."""
    known = known_names()
    timed = all(names & {field, *known[field]} for field in ("time", "duration"))
    return timed and bool(names & set(names_in("annotations")["stage"]))


def _stage_column(table: pd.DataFrame) -> str:
    names = names_in("hypnogram")["stage"]
    if not {"stage", *names} & set(table.columns) and _is_annotated(set(table.columns)):
        names = names_in("annotations")["stage"]
    found, findings = columns_of(table, {"stage": names}, required=("stage",))
    refuse(findings)
    return found["stage"]


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
