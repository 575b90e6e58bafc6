"""The files of a trial: of a conducted one, its data and the script that analyses them; of a plan, those for day 1."""

from __future__ import annotations

from datetime import date

from effleurage.report.trial.paper import consort_flow, skeleton
from effleurage.report.trial.planned import planned
from effleurage.report.trial.script import analysis_script
from effleurage.trial.conduct.codebook import codebook
from effleurage.trial.conduct.conduct import Conducted
from effleurage.trial.conduct.randomisation import allocation
from effleurage.trial.conduct.timetable import as_csv, as_ics
from effleurage.trial.design.design_file import as_yaml
from effleurage.trial.plan.plan import Plan

USUAL_N = 40
"""Persons in each arm of an allocation list where neither the design nor the plan says how many."""


def trial_files(conducted: Conducted) -> dict[str, str]:
    """Name and text of every file of a conducted trial; ``analysis.py`` runs beside the others."""
    design = conducted.design
    return {
        "data.csv": conducted.data.to_csv(index=False),
        "persons.csv": conducted.persons.to_csv(index=False),
        "codebook.md": codebook(design),
        "design.yaml": as_yaml(design),
        "analysis.py": analysis_script(design),
        "consort.md": consort_flow(design, conducted.persons, conducted.data),
    }


def plan_files(plan: Plan, start: date, zone: str = "", seed: int = 1) -> dict[str, str]:
    """Name and text of every file of a plan, with ``start`` as day 1 of its calendar, in a time ``zone`` or in none."""
    design, plans = plan.design, planned(plan)
    n = design.n or max((one.n_per_arm for one in plans), default=USUAL_N)
    return {
        "allocation.csv": allocation(design, n, seed).to_csv(index=False),
        "design.yaml": as_yaml(design),
        "timetable.csv": as_csv(design),
        "timetable.ics": as_ics(design, start, zone),
        "paper.md": skeleton(design, plans),
        "analysis.py": analysis_script(design),
    }
