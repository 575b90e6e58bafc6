"""Open a finished cohort run: tables now, traces when they are asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effleurage.asked import asked
from effleurage.errors import Finding, RequestError
from effleurage.runs.carry_out import PERSONS, TRACES, check_traces
from effleurage.runs.chunks import chunk_folder, is_done
from effleurage.runs.disk import to_resume
from effleurage.runs.folder import SUMMARY, asked_of, findings_of, is_finished, manifest_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class CohortRun:
    """A finished run: manifest, ``summary`` with a row a world, quantity and time, ``persons`` with a row each.

    ``worlds`` are trajectories (time, person) by name, read from disk chunk by chunk as they are used; empty where
    only the summary was kept.
    """

    about: Mapping[str, Any]
    summary: pd.DataFrame
    persons: pd.DataFrame
    worlds: Mapping[str, xr.Dataset]


def beyond_life(folder: Path) -> list[tuple[int, str]]:
    """Who of a finished run passed a limit of life in any world, and where first, in the order of the people."""
    import pandas as pd

    asked = asked_of(folder, same_version=False)
    columns = [f"beyond_{name}" for name in asked.names]
    found: list[tuple[int, str]] = []
    for number in range(asked.chunks):
        persons = pd.read_parquet(chunk_folder(folder, number) / PERSONS, columns=["person", *columns])
        passed = persons[(persons[columns] != "").any(axis=1)]
        found += [(int(row[0]), next(where for where in row[1:] if where)) for row in passed.itertuples(index=False)]
    return found


@asked
def open_run(folder: str | os.PathLike[str], *, verify: bool = True) -> CohortRun:
    """Open a run folder of this or another version of ours.

    ``verify``: take all checksums again first, which reads everything once. Raises ``RequestError`` with every
    finding, also where the run is not finished.

    Example
    -------
    >>> import tempfile, effleurage as ef
    >>> folder = tempfile.mkdtemp() + "/run"
    >>> made = ef.run_cohort(folder, ef.example("noto-2010-rest"), 3, keep=["cortisol"], traces=False)
    >>> ef.open_run(folder).summary.equals(made.summary)
    True
    """
    import pandas as pd

    folder = Path(folder).absolute()
    asked = asked_of(folder, same_version=False)
    findings = findings_of(folder, asked) if verify else []
    chunks = [chunk_folder(folder, number) for number in range(asked.chunks)]
    missing = sum(not is_done(folder, number) for number in range(asked.chunks))
    if missing or not is_finished(folder):
        what = f"is not finished: {asked.chunks - missing} of {asked.chunks} chunks are there"
        findings.append(Finding(str(folder), what, f"Finish it: {to_resume(folder)}"))
    if findings:
        raise RequestError(findings)
    worlds: dict[str, xr.Dataset] = {}
    if asked.traces:
        import xarray as xr

        check_traces(True)
        for name in asked.names:
            parts = [xr.open_zarr(chunk / TRACES, group=name, consolidated=False, chunks={}) for chunk in chunks]
            worlds[name] = xr.concat(
                parts, "person", data_vars="minimal", coords="minimal", compat="override", join="override"
            )
    persons = pd.concat([pd.read_parquet(chunk / PERSONS) for chunk in chunks], ignore_index=True)
    return CohortRun(manifest_of(folder), pd.read_parquet(folder / SUMMARY), persons, worlds)
