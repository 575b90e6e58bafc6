"""A run as a folder: trajectories, table and the manifest that says how to make it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effleurage.errors import Finding, RequestError
from effleurage.runs.disk import new_folder
from effleurage.words import csv_text

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

_LONG = 60
"""Letters of an impossible name that are shown."""


def check_folder(folder: Path) -> None:
    """Refuse, before anything is run, a folder that exists with other things in it or cannot be made."""
    if folder.name in ("", ".."):
        raise RequestError(Finding(str(folder), "is no name of a new folder", "Name one, such as ./run."))
    try:
        taken = folder.is_file() or (folder.is_dir() and any(folder.iterdir()))
        possible = _nearest(folder).is_dir()
    except (OSError, ValueError) as error:
        raise _impossible(folder, error) from None
    if taken:
        raise RequestError(Finding(str(folder), "is there already and is not empty", "Choose another folder."))
    if not possible:
        raise RequestError(Finding(str(folder), "cannot be made there", "Choose another place."))


def _nearest(folder: Path) -> Path:
    parent = folder.absolute()
    while not parent.exists():
        parent = parent.parent
    return parent


def check_file(path: Path) -> None:
    """Refuse, before anything is run, a file that cannot be written where it is wanted."""
    try:
        possible = not path.is_dir() and path.absolute().parent.is_dir()
    except (OSError, ValueError) as error:
        raise _impossible(path, error) from None
    if not possible:
        raise RequestError(Finding(str(path), "no file can be written there", "Name a file in a folder that exists."))


def _impossible(path: Path, error: OSError | ValueError) -> RequestError:
    """A name that the system does not take, such as one of more than 255 bytes."""
    name = str(path) if len(str(path)) < _LONG else f"{str(path)[:_LONG]}…"
    what = f"no such name can be ({getattr(error, 'strerror', None) or error})"
    return RequestError(Finding(name, what, "Choose a shorter or plainer name."))


def write_run(folder: Path, worlds: Mapping[str, xr.Dataset], table: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """Write Parquet trajectories, the table as CSV and ``run.json``; whole or not at all.

    Raises ``RunError`` where the disk does not let us.
    """
    with new_folder(folder) as part:
        for name, world in worlds.items():
            world.drop_vars(["status", "beyond"]).to_dataframe().reset_index().to_parquet(
                part / f"{name}.parquet", index=False
            )
        (part / "table.csv").write_text(csv_text(table), encoding="utf-8")
        units = {n: v.attrs["ledger_unit"] for world in worlds.values() for n, v in world.data_vars.items()}
        status = {name: [str(s) for s in world.status.values] for name, world in worlds.items()}
        beyond = {name: [str(s) for s in world.beyond.values] for name, world in worlds.items()}
        sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(part.iterdir())}
        manifest = {**about, "effleurage": version("effleurage"), "units": units, "status": status}
        manifest |= {"beyond": beyond, "sha256": sums}
        (part / "run.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
