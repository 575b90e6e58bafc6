"""Massage results of somebody else's, from a CSV file, to be asked of the virtual people as ours are.

One row a result. The columns, and what is supplied where one is empty, are in docs/massage-ring.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict

from effleurage.errors import EffleurageError, Finding, TargetError
from effleurage.evidence.published.cells import amount, listed, needed, read_rows
from effleurage.evidence.published.eligibility import Question
from effleurage.evidence.published.ledger import UNSPECIFIED, Ledger, MeasuredOutcome, ledger
from effleurage.evidence.published.results import Direction, Pathway, Result, Study
from effleurage.evidence.ring.arms import arms_of, silent
from effleurage.protocol.model import MOST_DAYS, MOST_PEOPLE
from effleurage.protocol.times import DAY, MOST_TIMES

People = Annotated[int, amount(2, MOST_PEOPLE, whole=True)]


class Told(BaseModel):
    """A row of such a file; ``minutes``, ``sessions``, ``weeks``, ``minutes_after`` are None where nothing is said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    study: Annotated[str, needed("a result of no study", "Name the study: results of one study are kept together.")]
    outcome: Annotated[str, listed("outcome")]
    comparator: Annotated[str, listed("comparator")]
    result: Direction
    n_massage: People
    n_control: People
    technique: Annotated[str, listed("technique")] = ""
    minutes: Annotated[float | None, amount(1, DAY)] = None
    sessions: Annotated[int | None, amount(1, MOST_TIMES, whole=True)] = None
    weeks: Annotated[float | None, amount(0.1, MOST_DAYS // 7)] = None
    pressure: str = UNSPECIFIED
    region: str = UNSPECIFIED
    occasion: Literal["acute", "course", "follow-up", ""] = ""
    minutes_after: Annotated[float | None, amount(0, MOST_DAYS * DAY)] = None
    population: str = ""
    design: Literal["parallel", "crossover"] = "parallel"
    pathway: Pathway = ""
    stressor: str = ""
    stressor_after: Annotated[float | None, amount(0, DAY)] = None
    arm: str = ""

    def as_result(self, name: str) -> Result:
        """As a result of the ledger, called ``name``."""
        course = self.sessions not in (None, 1) or self.weeks is not None
        same = ("study", "arm", "outcome", "comparator", "minutes", "sessions", "weeks", "pressure", "region")
        return Result(
            **{field: getattr(self, field) for field in (*same, "minutes_after")},
            id=name,
            arm_kind="massage",
            technique=self.technique or "massage",
            n_arm=self.n_massage,
            n_comparator=self.n_control,
            occasion=self.occasion or ("course" if course else "acute"),
            pathway=self.pathway or _pathway(self.outcome),
            direction=self.result,
            compared="between-arm",
            provenance="outside",
        )

    def as_question(self, name: str) -> Question:
        """As a question of the ring about the result called ``name``."""
        turn, quantity, fit = _reads(outcomes()[self.outcome])
        result = self.as_result(name)
        return Question(result, quantity, turn, fit, not self.technique, 1.0, self.stressor, self.stressor_after)

    def as_study(self) -> Study:
        """Its study, as this row tells of it."""
        return Study(id=self.study, species="human", age="adult", design=self.design, population=self.population)


def read_results(paths: Sequence[Path]) -> tuple[Ledger, tuple[Question, ...]]:
    """The results of CSV files, as a ledger and as questions.

    Raises ``TargetError`` with every finding: file, row, column and fix.
    """
    findings: list[Finding] = []
    studies: dict[str, Study] = {}
    questions: list[Question] = []
    for path in paths:
        for line, told in read_rows(path, Told, findings, closed_lists()):
            question, study = told.as_question(f"{path.stem} {line}"), told.as_study()
            if studies.setdefault(study.id, study) != study:
                what = f"'{study.id}' has another design or population in a row before"
                findings.append(Finding(f"{path} row {line}, study", what, "Say the same, or name it anew."))
            questions.append(question)
            try:
                arms_of(question, replace(ledger(), studies={study.id: study}))
            except EffleurageError as error:
                where = f"{path} row {line}"
                findings += [Finding(f"{where}, {one.where}", one.what, one.fix) for one in error.findings]
    if not findings and not questions:
        findings.append(Finding(str(paths[0]), "no result is in it", "Give one row a result."))
    if findings:
        raise TargetError(findings)
    return as_ledger(studies, questions), tuple(questions)


def as_ledger(studies: Mapping[str, Study], asked: Sequence[Question]) -> Ledger:
    """A ledger of the results that are asked about, and of their studies."""
    results = tuple(question.result for question in asked)
    return replace(ledger(), studies=studies, results=results, outcomes=outcomes())


def closed_lists() -> Mapping[str, Collection[str]]:
    """The words that a row may have, by column."""
    return {
        "outcome": outcomes().keys(),
        "comparator": {name for name, entry in ledger().comparators.items() if entry["protocol"]},
        "technique": {name for name, entry in ledger().techniques.items() if entry["protocol"]},
    }


@cache
def outcomes() -> Mapping[str, MeasuredOutcome]:
    """Outcomes of our ledger that a virtual person has or comes near, and its quantities by their own names."""
    ours = {
        name: entry for name, entry in ledger().outcomes.items() if not entry.bundle and (entry.quantity or entry.near)
    }
    own = {name: MeasuredOutcome(name, quantity=name, fit="same") for name in silent().readings}
    return {**own, **ours}


def _reads(entry: MeasuredOutcome) -> tuple[int, str, str]:
    return (entry.turn, entry.quantity, entry.fit) if entry.quantity else (entry.turn, entry.near, "near")


def _pathway(outcome: str) -> Pathway:
    """The pathway that our ledger counts an outcome or a quantity to, most often; empty where it has none of it."""
    book = ledger()
    counted = Counter(
        result.pathway for result in book.results if outcome in (result.outcome, book.outcomes[result.outcome].quantity)
    )
    return counted.most_common(1)[0][0] if counted else ""
