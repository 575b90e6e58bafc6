"""Massage results of somebody else's, from a CSV file, to be asked of the virtual people as ours are.

One row a result. The columns, and what is supplied where one is empty, are in docs/massage-ring.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from math import nan
from pathlib import Path

from effleurage.errors import EffleurageError, Finding, ProtocolError, TargetError, nearest, short
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import DIRECTIONS, Ledger, Row, ledger, row_of
from effleurage.evidence.ring.arms import arms_of, silent
from effleurage.protocol.model import MOST_DAYS, MOST_PEOPLE
from effleurage.protocol.nodes import read_text
from effleurage.protocol.times import DAY, MOST_TIMES

NEEDED = ("study", "outcome", "comparator", "result", "n_massage", "n_control")
OPTIONAL = (
    *("technique", "minutes", "sessions", "weeks", "pressure", "region", "occasion", "minutes_after"),
    *("population", "design", "pathway", "arm"),
)
KNOWN = (*NEEDED, *OPTIONAL)
DESIGNS = ("parallel", "crossover")
OCCASIONS = ("acute", "course", "follow-up")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)
_NUMBERS: Mapping[str, tuple[float, float, bool]] = {
    "n_massage": (2, MOST_PEOPLE, True),
    "n_control": (2, MOST_PEOPLE, True),
    "minutes": (1, DAY, False),
    "sessions": (1, MOST_TIMES, True),
    "weeks": (0.1, MOST_DAYS // 7, False),
    "minutes_after": (0, MOST_DAYS * DAY, False),
}
"""What a number may be: least, most, and whether it is whole."""


def read_results(paths: Sequence[Path]) -> tuple[Ledger, tuple[Question, ...]]:
    """The results of CSV files, as a ledger and as questions.

    Raises ``TargetError`` with every finding: file, row, field and fix.
    """
    findings: list[Finding] = []
    rows: list[Row] = []
    studies: dict[str, Row] = {}
    questions: list[Question] = []
    outcomes = _outcomes()
    for path in paths:
        for line, said in _rows(path, findings):
            wrong = [Finding(f"{path} row {line}, {field}", what, fix) for field, what, fix in _wrong(said, outcomes)]
            findings += wrong
            if wrong:
                continue
            row, study = _row(said, f"{path.stem} {line}"), _study(said)
            if studies.setdefault(row["study"], study) != study:
                what = f"'{row['study']}' has another design or population in a row before"
                findings.append(Finding(f"{path} row {line}, study", what, "Say the same, or name it anew."))
            rows.append(row)
            turn, quantity, fit = _reads(outcomes[said["outcome"]])
            questions.append(Question(row, quantity, turn, fit, not said.get("technique"), 1.0))
            try:
                arms_of(questions[-1], replace(ledger(), studies={row["study"]: study}))
            except EffleurageError as error:
                where = f"{path} row {line}"
                findings += [Finding(f"{where}, {one.where}", one.what, one.fix) for one in error.findings]
    book = replace(ledger(), studies=studies, results=tuple(rows), outcomes=outcomes)
    if not findings and not questions:
        findings.append(Finding(str(paths[0]), "no result is in it", "Give one row a result."))
    if findings:
        raise TargetError(findings)
    return book, tuple(questions)


def _rows(path: Path, findings: list[Finding]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line and fields of every row that has all fields, if the columns are those that we know."""
    try:
        reader = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
        columns = next(reader, [])
        findings += [Finding(f"{path}, first row", what, fix) for what, fix in _wrong_columns(columns)]
        if not set(NEEDED) <= set(columns):
            return
        for row in reader:
            if any(row[len(columns) :]):
                what = f"{len(row)} fields under {len(columns)} columns"
                fix = 'Put a field that holds a comma in quotes ("…").'
                findings.append(Finding(f"{path} row {reader.line_num}", what, fix))
            elif any(row):
                said = dict(zip_longest(columns, row[: len(columns)], fillvalue=""))
                yield reader.line_num, {name: value.strip() for name, value in said.items() if name in KNOWN}
    except ProtocolError as refused:
        why = "; ".join(one.what for one in refused.findings)
        findings.append(Finding(str(path), f"cannot be read ({why})", "Give a CSV file in UTF-8."))
    except csv.Error as error:
        what, fix = f"is no row of a CSV file ({error})", "Check its quotes, and the length of its fields."
        findings.append(Finding(f"{path} row {reader.line_num}", what, fix))


def _wrong_columns(columns: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with the first row, and the fix."""
    for name in NEEDED:
        if name not in columns:
            yield f"there is no column '{name}'", f"Give {', '.join(NEEDED)}."
    for name, count in Counter(columns).items():
        if name not in KNOWN:
            yield f"no column is called '{short(name)}'", nearest(name[:60], KNOWN)
        elif count > 1:
            yield f"the column '{name}' is there {count} times", "Keep one of them."


def _wrong(said: Mapping[str, str], outcomes: Mapping[str, Mapping[str, object]]) -> Iterator[tuple[str, str, str]]:
    """Field, what is wrong with it, and the fix."""
    book = ledger()
    known = {
        "outcome": outcomes,
        "comparator": {name for name, entry in book.comparators.items() if entry["protocol"]},
        "technique": {name for name, entry in book.techniques.items() if entry["protocol"]},
        "result": DIRECTIONS,
        "design": DESIGNS,
        "occasion": OCCASIONS,
        "pathway": {row["pathway"] for row in book.results},
    }
    if not said["study"]:
        yield "study", "a result of no study", "Name the study: results of one study are kept together."
    for field, words in known.items():
        value = said.get(field, "")
        if value not in words and (value or field in NEEDED):
            yield field, f"'{short(value)}' is not known" if value else "nothing is said", nearest(value[:60], words)
    for field, (least, most, whole) in _NUMBERS.items():
        text = said.get(field, "")
        number = float(text) if _NUMBER.fullmatch(text) else nan
        if (text or field in NEEDED) and not (least <= number <= most and (number == int(number) or not whole)):
            kind = "whole number" if whole else "number"
            yield field, f"'{short(text)}' cannot be", f"Give a {kind}, {least:g} or more and at most {most:,.0f}."


def _outcomes() -> Mapping[str, Mapping[str, object]]:
    """Outcomes of our ledger that a virtual person has or comes near, and its quantities by their own names."""
    ours = {
        name: entry
        for name, entry in ledger().outcomes.items()
        if not entry.get("bundle") and (entry["quantity"] or entry.get("near"))
    }
    own: dict[str, Mapping[str, object]] = {name: {"quantity": name, "fit": "same"} for name in silent().readings}
    return {**own, **ours}


def _reads(entry: Mapping[str, object]) -> tuple[int, str, str]:
    turn = int(str(entry.get("turn", 1)))
    return (
        (turn, str(entry["quantity"]), str(entry["fit"])) if entry["quantity"] else (turn, str(entry["near"]), "near")
    )


def _row(said: Mapping[str, str], name: str) -> Row:
    course = float(said.get("sessions") or 1) != 1 or said.get("weeks")
    told = {
        "id": name,
        "n_arm": said["n_massage"],
        "n_comparator": said["n_control"],
        "direction": said["result"],
        "technique": said.get("technique") or "massage",
        "occasion": said.get("occasion") or ("course" if course else "acute"),
        "region": said.get("region") or "unspecified",
        "pathway": said.get("pathway") or _pathway(said["outcome"]),
        "compared": "between-arm",
        "provenance": "outside",
        "mirror": "no",
    }
    same = ("study", "outcome", "comparator", "minutes", "sessions", "weeks", "pressure", "minutes_after", "arm")
    return row_of({**{field: said.get(field, "") for field in same}, **told})


def _pathway(outcome: str) -> str:
    """The pathway that our ledger counts an outcome or a quantity to, most often; empty where it has none of it."""
    book = ledger()
    counted = Counter(
        row["pathway"] for row in book.results if outcome in (row["outcome"], book.outcomes[row["outcome"]]["quantity"])
    )
    return counted.most_common(1)[0][0] if counted else ""


def _study(said: Mapping[str, str]) -> Row:
    return {
        "id": said["study"],
        "design": said.get("design") or "parallel",
        "design_words": "",
        "population": said.get("population", ""),
        "n": "",
        "species": "human",
        "age": "adult",
    }
