"""The folders of a trial: what a plan gives to whoever runs it, and what a conducted trial leaves behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from effleurage.report.trial.paper import consort_flow, skeleton
from effleurage.report.trial.script import analysis_script
from effleurage.runs.disk import SUMS, write_folder
from effleurage.runs.single import check_folder
from effleurage.trial.conduct.codebook import codebook
from effleurage.trial.conduct.randomisation import allocation
from effleurage.trial.conduct.timetable import as_csv, as_ics, first_day, time_zone
from effleurage.trial.design.design_file import as_yaml
from effleurage.words import csv_text

if TYPE_CHECKING:
    from effleurage.trial.conduct.conduct import Conducted
    from effleurage.trial.plan.plan import Plan

LISTED = 40
"""Persons an arm in the list of allocation of a trial of which neither design nor plan says how many."""


def export_plan(
    plan: Plan, folder: str | Path, start: str | date | None = None, zone: str = "", seed: int = 1
) -> dict[str, Path]:
    """Write all that a trial needs, whole or not at all: where each file lies, by its name.

    ``allocation.csv`` (seeded permuted blocks, for the design's own number, else the largest that the plan asks for),
    ``design.yaml``, ``timetable.csv`` and ``timetable.ics``, ``paper.md``, ``analysis.py``, and ``SHA256SUMS`` of all
    of them. ``start``: day 1 of the timetable, today where it is not said; ``zone``: time zone of the calendar, such
    as ``Europe/Berlin``.

    Raises ``RequestError`` for a folder that is not empty, for a day on which no trial starts and for an unknown zone;
    ``RunError`` where the disk does not let us.

    >>> from tempfile import TemporaryDirectory
    >>> from effleurage.trial.design.design import Arm, Design, Measure
    >>> from effleurage.trial.plan.plan import first_answer
    >>> arms = Arm(name="massage"), Arm(name="rest", kind="rest")
    >>> plan = first_answer(Design(title="a month", arms=arms, outcomes=(Measure(outcome="PSS", worthwhile=3.0),)))
    >>> with TemporaryDirectory() as place:
    ...     sorted(export_plan(plan, Path(place) / "PLAN"))
    ['SHA256SUMS', 'allocation.csv', 'analysis.py', 'design.yaml', 'paper.md', 'timetable.csv', 'timetable.ics']
    """
    folder, design = Path(folder), plan.design
    check_folder(folder)
    time_zone(zone)
    n = design.n or max((numbers.n_per_arm for numbers in plan.planned), default=LISTED)
    return _written(
        folder,
        {
            "allocation.csv": csv_text(allocation(design, n, seed)),
            "design.yaml": as_yaml(design),
            "timetable.csv": as_csv(design),
            "timetable.ics": as_ics(design, first_day(start or date.today()), zone),
            "paper.md": skeleton(design, plan.planned),
            "analysis.py": analysis_script(design),
        },
    )


def export_trial(trial: Conducted, folder: str | Path) -> dict[str, Path]:
    """Write what a conducted trial leaves, whole or not at all: where each file lies, by its name.

    ``data.csv`` and ``persons.csv``, ``codebook.md`` that says what their columns are, ``design.yaml``, ``consort.md``
    and ``analysis.py``, which runs there; ``SHA256SUMS`` of these.

    Raises ``RequestError`` for a folder that is not empty, ``RunError`` where the disk does not let us.
    """
    folder, design = Path(folder), trial.design
    check_folder(folder)
    return _written(
        folder,
        {
            "data.csv": csv_text(trial.data),
            "persons.csv": csv_text(trial.persons),
            "codebook.md": codebook(design),
            "design.yaml": as_yaml(design),
            "analysis.py": analysis_script(design),
            "consort.md": consort_flow(design, trial.persons, trial.data),
        },
    )


def _written(folder: Path, texts: dict[str, str]) -> dict[str, Path]:
    write_folder(folder, texts)
    return {name: folder / name for name in (*texts, SUMS)}
