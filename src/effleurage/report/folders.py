"""Results as folders of files: a run with its trajectories, a conducted trial, and what a plan needs before day 1."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from effleurage.errors import Finding, RequestError
from effleurage.lab.contrast.contrast import Contrast
from effleurage.people.means import means
from effleurage.people.simulate import Twin
from effleurage.report.trial.folder import plan_files, trial_files
from effleurage.runs.disk import write_folder
from effleurage.runs.single import check_folder, write_run
from effleurage.trial.conduct.conduct import Conducted
from effleurage.trial.conduct.timetable import first_day
from effleurage.trial.plan.plan import Plan


def save(result: Any, folder: Path, *, start: str = "", zone: str = "", seed: int = 1) -> Path:
    """Write a result into a new folder and return it; ``start``, ``zone`` and ``seed`` are those of a plan.

    Raises ``RequestError`` for a folder that is taken or for what has no files, ``RunError`` where the disk refuses.
    """
    import xarray as xr

    check_folder(folder)
    if isinstance(result, Plan):
        write_folder(folder, plan_files(result, first_day(start or date.today()), zone, seed))
    elif isinstance(result, Conducted):
        write_folder(folder, trial_files(result))
    elif isinstance(result, xr.Dataset):
        write_run(folder, {"trajectory": result}, means(result), dict(result.attrs))
    elif isinstance(result, Twin | Contrast):
        worlds = result.worlds if isinstance(result, Contrast) else result
        table = result.effects if isinstance(result, Contrast) else means(worlds.difference)
        both = {"treated": worlds.treated, "control": worlds.control}
        write_run(folder, both, table, dict(worlds.treated.attrs))
    else:
        what = f"a {type(result).__name__} has no files"
        raise RequestError(
            Finding("", what, "Save a simulated world, a twin, a contrast, a conducted trial or a plan.")
        )
    return folder
