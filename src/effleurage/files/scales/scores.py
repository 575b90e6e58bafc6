"""Questionnaire tables: a row a form (``pss_1`` to ``pss_10``, or ``pss10``), or a row an answer."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

from effleurage.errors import Finding, short
from effleurage.files.scales.names import Place, places_of
from effleurage.files.table.cells import at, columns_of, names_in, written
from effleurage.files.table.delimited import plain_name, read_table, refuse
from effleurage.files.table.sheet import Sheet
from effleurage.lab.scales.scales import Answers

if TYPE_CHECKING:
    import pandas as pd

HOW = (
    "Read are PSS, PSQI, STAI, VAS and pain. Name a column like pss_1 to pss_10, pss10, stai_s_1, stai_t, psqi, "
    "psqi_c1, psqi_hours, vas_stress or pain_nrs."
)
"""What a column of scores may be called."""

Read = tuple[tuple[Answers, ...], tuple[str, ...]]


def read_scores(path: str | PathLike[str], *, missing: Sequence[float] = ()) -> Read:
    """The filled-in forms of a wide or long table of scores, and notes.

    Wide: a row a person and session, a column an item or total. Long: a row an answer, with columns ``scale``,
    ``item`` (empty or ``total`` for a total) and ``value``. Names stand in ``columns.toml``. A form without any
    answer is kept, to be NaN with a reason; a total beside items is kept, to be compared. ``missing`` are numbers that
    stand for no answer (99, -99). Raises ``DataError``
    naming line, column and fix.
    """
    table, notes = _without_labels(*read_table(path))
    known = names_in("who") | names_in("clock")
    about, findings = columns_of(table, known)
    long, wrong = columns_of(table, names_in("long"))
    if "value" in long and {"scale", "item"} & set(long):
        refuse(findings + wrong)
        answers, said = _long(table, about | long, frozenset(missing))
    else:
        refuse(findings)
        answers, said = _wide(table, about, frozenset(missing))
    return answers, (*notes, *said)


def _without_labels(table: pd.DataFrame, notes: tuple[str, ...]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The table without the second and third header row of a Qualtrics export: the questions, and their ids."""
    if len(table) < 3 or not table.iloc[1].str.contains('"ImportId"', regex=False).any():
        return table, notes
    lines = " and ".join(str(line) for line in table.index[:2])
    kept = table.iloc[2:]
    kept.attrs = table.attrs
    return kept, (*notes, f"lines {lines} hold the questions and their ids (Qualtrics), not answers: skipped")


def _wide(table: pd.DataFrame, about: Mapping[str, str], missing: frozenset[float]) -> Read:
    rest = [column for column in table.columns if column not in about.values()]
    places, faults = places_of(rest)
    source = str(table.attrs["source"])
    alike: dict[str, list[str]] = {}
    for column, what in faults.items():
        alike.setdefault(what if "PSQI" in what else f"{what}\0{column}", []).append(f"'{written(table, column)}'")
    findings = [
        Finding(f"{source}, column{'s' * (len(which) > 1)} {short(', '.join(which), 200)}", what, _fix(what))
        for what, which in ((key.partition("\0")[0], which) for key, which in alike.items())
    ]
    if not places and not faults:
        there = short(", ".join(written(table, column) for column in table.columns), 200)
        findings.append(Finding(source, f"no column of scores among {there}", _other_layout(table.columns) or HOW))
    taken: dict[Place, str] = {}
    for column, place in places.items():
        if place in taken:
            both = f"'{written(table, taken[place])}' and '{written(table, column)}'"
            findings.append(Finding(source, f"columns {both} say the same", "Keep one of them."))
        taken.setdefault(place, column)
    refuse(findings)
    sheet = Sheet(table, dict(about) | {column: column for column in places})
    values = {column: _answered(sheet, column, missing) for column in places}
    answers: list[Answers] = []
    for turn, line in enumerate(table.index):
        filled = {place: values[column][turn] for column, place in places.items()}
        answers += _forms(filled, _about(sheet, turn) | {"where": at(table, line)})
    refuse(sheet.findings)
    return tuple(answers), (*sheet.notes, *sheet.unused())


def _long(table: pd.DataFrame, columns: Mapping[str, str], missing: frozenset[float]) -> Read:
    sheet = Sheet(table, columns)
    values = _answered(sheet, "value", missing)
    turns, named = range(len(table)), "scale" if "scale" in columns else "item"
    heads = [plain_name(f"{sheet.cell(turn, 'scale')} {sheet.cell(turn, 'item')}") for turn in turns]
    places, faults = places_of(dict.fromkeys(heads))
    filled: dict[tuple[str, ...], dict[Place, float]] = {}
    first: dict[tuple[str, ...], int] = {}
    lines: dict[tuple[object, ...], int] = {}
    for turn, line in enumerate(table.index):
        if heads[turn] not in places:
            what = faults.get(heads[turn], f"'{short(heads[turn], 40)}' is no scale or item that is known")
            sheet.fault(turn, named, what, _fix(what))
            continue
        place, who = places[heads[turn]], _about(sheet, turn)
        key = tuple(str(who[name]) for name in names_in("who"))
        if (key, place) in lines:
            what = f"says again what line {lines[key, place]} says"
            sheet.fault(turn, named, what, "Keep one of them, or tell them apart by session or day.")
        lines.setdefault((key, place), line)
        first.setdefault(key, turn)
        filled.setdefault(key, {})[place] = values[turn]
    refuse(sheet.findings)
    answers: list[Answers] = []
    for key, places_filled in filled.items():
        turn = first[key]
        answers += _forms(places_filled, _about(sheet, turn) | {"where": at(table, table.index[turn])})
    return tuple(answers), (*sheet.notes, *sheet.unused())


def _answered(sheet: Sheet, name: str, missing: frozenset[float]) -> list[float]:
    """A column's numbers, NaN where one stands for no answer; a note says how many did."""
    values = sheet.numbers(name)
    gone = sum(value in missing for value in values)
    if gone:
        sheet.notes.append(f"column '{written(sheet.table, sheet.found[name])}': {gone} cells read as no answer")
    return [math.nan if value in missing else value for value in values]


def _about(sheet: Sheet, turn: int) -> dict[str, Any]:
    return sheet.who(turn) | {"time": sheet.clock(turn, "time")}


def _forms(filled: Mapping[Place, float], about: Mapping[str, Any]) -> list[Answers]:
    """One ``Answers`` for every scale of a person and session."""
    forms: dict[tuple[str, str], dict[str, Any]] = {}
    for place, value in filled.items():
        form = forms.setdefault((place.scale, place.rated), {"items": {}, "asked": {}, "total": math.nan})
        if place.asked:
            form["asked"][place.asked] = value
        elif place.item:
            form["items"][place.item] = value
        else:
            form["total"] = value
    return [Answers(scale, rated=rated, **form, **about) for (scale, rated), form in forms.items()]


def _other_layout(columns: Iterable[str]) -> str:
    """The fix where columns hold several sessions; "" where they do not."""
    ends = {match[1] for name in columns if (match := re.fullmatch(r"\w+_(t\d|pre|post|v\d|w\d)", name, re.ASCII))}
    if len(ends) < 2:
        return ""
    return f"Put each of {', '.join(sorted(ends))} into a row of its own: columns id, session, and pss_1 to pss_10."


def _fix(what: str) -> str:
    if "PSQI" in what:
        return (
            "Name components psqi_c1 to psqi_c7; or answers psqi_q2 (minutes), psqi_q4 (hours asleep), "
            "psqi_hours_in_bed, psqi_q5a, psqi_q5_sum (5b to 5j added), psqi_q6, psqi_q7 and psqi_q8_q9_sum, and "
            "delete other questions."
        )
    if "PSS" in what:
        return "Name it by its form: pss4, pss10 or pss14, items pss10_1 to pss10_10."
    if "STAI" in what:
        return "Name it stai_s or stai_t, items stai_s_1 to stai_s_20."
    return HOW
