"""Who came, who left, what befell them and who is analysed: the flow of participants, as CONSORT asks for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from effleurage.errors import DataError, Finding
from effleurage.trial.conduct.codebook import DATA_COLUMNS, readings
from effleurage.trial.conduct.randomisation import THEN, sequences
from effleurage.trial.design.design import NO_VISIT, Design
from effleurage.words import in_markdown

if TYPE_CHECKING:
    import pandas as pd

TO_WRITE = "*To be written by the investigators.*"
NO_HARM = "none"
UNKNOWN_HARM = "not simulated"
"""What a file of virtual people says of adverse events: no study gives a rate, so none is drawn, and none is denied."""
PERSON_COLUMNS = ("person", "arm", "sequence", "therapist", "sessions_attended", "dropped_out", "adverse_event")
"""Of ``persons.csv``: one row a person; ``dropped_out`` is a reason or empty, ``adverse_event`` a text, or empty or
``none`` for nothing: an arm is counted once anybody's are told."""


def consort_flow(design: Design, persons: pd.DataFrame | None = None, data: pd.DataFrame | None = None) -> str:
    """The flow of participants as a table, a column an arm (a sequence of a crossover).

    persons, data: as in ``persons.csv`` and ``data.csv``; without them the counts are left to be written. Analysed is
    who has what the analysis needs: both measurements; in a crossover the last ones of two periods.

    Raises ``DataError`` where a column is missing.
    """
    crossover = design.layout == "crossover"
    names = [THEN.join(one) for one in sequences(design)] if crossover else [arm.name for arm in design.arms]
    key = "sequence" if crossover else "arm"
    rows: dict[str, list[str]] = {"Allocated": [], "Attended a session": [], "Dropped out": [], "Adverse events": []}
    if persons is not None:
        _require(persons, PERSON_COLUMNS, "persons.csv")
        names = [*names, *sorted(set(persons[key]) - set(names))]
        without = {arm.name for arm in design.arms if arm.kind in NO_VISIT and not crossover}
        for name in names:
            mine = persons[persons[key] == name]
            rows["Allocated"].append(str(len(mine)))
            came = str(int((mine["sessions_attended"].astype(float) > 0).sum()))
            rows["Attended a session"].append("no visit" if name in without else came)
            rows["Dropped out"].append(_counted(mine["dropped_out"]))
            rows["Adverse events"].append(_harms(persons["adverse_event"], mine["adverse_event"]))
    for reading in readings(design):
        label = f"Analysed: {reading['outcome']} ({reading['instrument']}), {reading['when']}"
        rows[label] = [] if data is None else [str(len(_analysed(design, data, reading, key, name))) for name in names]
    head = ["", *map(in_markdown, names)]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for label, cells in rows.items():
        lines.append(f"| {' | '.join([line_of(label), *map(line_of, cells or ['to be counted'] * len(names))])} |")
    before = f"Assessed for eligibility, excluded and why, declined: {TO_WRITE} Where the laboratory wrote the files, "
    table = "\n".join(lines)
    return f"## Flow of participants (CONSORT 2025)\n\n{before}the people counted are virtual.\n\n{table}"


def _analysed(design: Design, data: pd.DataFrame, reading: dict[str, object], key: str, name: str) -> set[object]:
    """Persons of an arm or a sequence who have what the analysis of one outcome needs."""
    _require(data, DATA_COLUMNS, "data.csv")
    which = (data["outcome"] == reading["outcome"]) & (data["instrument"] == reading["instrument"])
    mine = data[which & (data[key] == name)].sort_values("minute", kind="stable")
    mine = mine[mine.groupby(["person", "period", "occasion"]).cumcount() == reading["place"]]
    told = mine["missing"].fillna("").astype(str).str.strip() == ""
    mine = mine[told & mine["value"].notna()]
    crossover = design.layout == "crossover"
    need = {"after"} if crossover and design.analysis == "ancova" else {"before", "after"}
    whole: dict[object, int] = {}
    for (person, _), rows in mine.groupby(["person", "period"]):
        whole[person] = whole.get(person, 0) + (need <= set(rows["occasion"]))
    return {person for person, periods in whole.items() if periods >= 1 + crossover}


def _require(table: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    if absent := [column for column in columns if column not in table.columns]:
        raise DataError(Finding(name, f"the column {', '.join(absent)} is missing", "Write it as 'conduct' does."))


def _counted(reasons: pd.Series[str]) -> str:
    """``3 (2 moved, 1 ill)`` of a column that holds reasons or nothing."""
    said = reasons.fillna("").astype(str).str.strip()
    counts = said[said != ""].value_counts()
    often = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    told = ", ".join(f"{count} {in_markdown(reason)}" for reason, count in often)
    return f"{counts.sum()} ({told})" if told else "0"


def _harms(every: pd.Series[str], mine: pd.Series[str]) -> str:
    """Adverse events of an arm; where nobody's are told, that they are to be recorded, never that there were none."""
    told = every.fillna("").astype(str).str.strip()
    if (told == UNKNOWN_HARM).any():
        return f"{UNKNOWN_HARM}; to be recorded"
    if (told == "").all():
        return "to be recorded"
    own = mine.fillna("").astype(str).str.strip()
    return _counted(own.where(own.str.lower() != NO_HARM, ""))


def line_of(text: str) -> str:
    """Text on one line, fit for a cell of a table; what is fit already stays so."""
    return re.sub(r"(?<!\\)\|", r"\\|", " ".join(text.split()))
