"""Massage results of somebody else's, from a CSV file, to be asked of the virtual people as ours are.

One row a result. The columns, and what is supplied where one is empty, are in docs/massage-ring.md.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from effleurage.errors import EffleurageError, Finding, TargetError, nearest
from effleurage.evidence.arms import arms_of, silent
from effleurage.evidence.eligibility import Question
from effleurage.evidence.ledger import DIRECTIONS, Ledger, Row, ledger, row_of

NEEDED = ("study", "outcome", "comparator", "result", "n_massage", "n_control")
OPTIONAL = (
    *("technique", "minutes", "sessions", "weeks", "pressure", "region", "occasion", "minutes_after"),
    *("population", "design", "pathway", "arm"),
)
DESIGNS = ("parallel", "crossover")
OCCASIONS = ("acute", "course", "follow-up")
_NUMBERS = {"n_massage": 2.0, "n_control": 2.0, "minutes": 1.0, "sessions": 1.0, "weeks": 0.1, "minutes_after": 0.0}


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
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            known = (*NEEDED, *OPTIONAL)
            findings += [
                Finding(f"{path}, first row", f"there is no column '{name}'", f"Give {', '.join(NEEDED)}.")
                for name in NEEDED
                if name not in columns
            ]
            findings += [
                Finding(f"{path}, first row", f"no column is called '{name}'", nearest(name, known))
                for name in columns
                if name not in known
            ]
            if set(NEEDED) <= set(columns):
                for line, row in enumerate(reader, 2):
                    if any(value for value in row.values()):
                        yield line, {name: (row[name] or "").strip() for name in columns if name in known}
    except (OSError, UnicodeDecodeError) as error:
        findings.append(Finding(str(path), f"cannot be read ({error})", "Give a CSV file in UTF-8."))


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
            yield field, f"'{value}' is not known" if value else "nothing is said", nearest(value, words)
    for field, least in _NUMBERS.items():
        text = said.get(field, "")
        try:
            if text and float(text) >= least:
                continue
        except ValueError:
            pass
        if text or field in NEEDED:
            yield field, f"'{text}' cannot be", f"Give a number, {least:g} or more."


def _outcomes() -> Mapping[str, Mapping[str, object]]:
    """Outcomes of our ledger that a virtual person has or comes near, and its quantities by their own names."""
    ours = {
        name: entry
        for name, entry in ledger().outcomes.items()
        if not entry.get("bundle") and (entry["quantity"] or entry.get("near"))
    }
    own: dict[str, Mapping[str, object]] = {name: {"quantity": name, "fit": "same"} for name in silent()["readings"]}
    return {**own, **ours}


def _reads(entry: Mapping[str, object]) -> tuple[int, str, str]:
    turn = int(str(entry.get("turn", 1)))
    return (
        (turn, str(entry["quantity"]), str(entry["fit"])) if entry["quantity"] else (turn, str(entry["near"]), "near")
    )


def _row(said: Mapping[str, str], name: str) -> Row:
    course = said.get("sessions") not in (None, "", "1") or said.get("weeks")
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
