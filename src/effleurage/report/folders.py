"""Results as folders of files: a run with its trajectories, a conducted trial, and what a plan needs before day 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from effleurage.errors import Finding, RequestError
from effleurage.lab.contrast.contrast import Contrast
from effleurage.people.simulate import Twin
from effleurage.people.summary import summary_of
from effleurage.report.trial.export import export_plan, export_trial
from effleurage.runs.single import check_folder, write_run
from effleurage.trial.conduct.conduct import Conducted
from effleurage.trial.plan.plan import Plan


def save(result: Any, folder: Path, *, start: str = "", zone: str = "", seed: int = 1) -> Path:
    """Write a result into a new folder and return it; ``start``, ``zone`` and ``seed`` are those of a plan.

    Raises ``RequestError`` for a folder that is taken or for what has no files, ``RunError`` where the disk refuses.
    """
    import xarray as xr

    check_folder(folder)
    if isinstance(result, Plan):
        export_plan(result, folder, start or None, zone, seed)
    elif isinstance(result, Conducted):
        export_trial(result, folder)
    elif isinstance(result, xr.Dataset):
        write_run(folder, {"trajectory": result}, summary_of(result), dict(result.attrs))
    elif isinstance(result, Twin | Contrast):
        worlds = result.worlds if isinstance(result, Contrast) else result
        table = result.effects if isinstance(result, Contrast) else summary_of(worlds.difference)
        both = {"treated": worlds.treated, "control": worlds.control}
        write_run(folder, both, table, dict(worlds.treated.attrs))
    else:
        what = f"a {type(result).__name__} has no files"
        raise RequestError(
            Finding("", what, "Save a simulated world, a twin, a contrast, a conducted trial or a plan.")
        )
    return folder
