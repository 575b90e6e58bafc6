"""A run as a folder: trajectories, table and the manifest that says how to make it again."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from effleurage.errors import Finding, RequestError, RunError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


def check_folder(folder: Path) -> None:
    """Refuse, before anything is run, a folder that exists with other things in it or cannot be made."""
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise RequestError(Finding(str(folder), "is there already and is not empty", "Choose another folder."))
    if not _nearest(folder).is_dir():
        raise RequestError(Finding(str(folder), "cannot be made there", "Choose another place."))


def _nearest(folder: Path) -> Path:
    parent = folder.absolute()
    while not parent.exists():
        parent = parent.parent
    return parent


def check_file(path: Path) -> None:
    """Refuse, before anything is run, a file that cannot be written where it is wanted."""
    if path.is_dir() or not path.absolute().parent.is_dir():
        raise RequestError(Finding(str(path), "no file can be written there", "Name a file in a folder that exists."))


def write_run(folder: Path, worlds: Mapping[str, xr.Dataset], table: pd.DataFrame, about: Mapping[str, Any]) -> None:
    """Write Parquet trajectories, the table as CSV and ``run.json``; whole or not at all.

    Raises ``RunError`` where the disk does not let us.
    """
    part = folder.with_name(f"{folder.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, world in worlds.items():
            world.drop_vars(["status", "beyond"]).to_dataframe().reset_index().to_parquet(
                part / f"{name}.parquet", index=False
            )
        table.to_csv(part / "table.csv", index=False)
        units = {n: v.attrs["units"] for world in worlds.values() for n, v in world.data_vars.items()}
        status = {name: [str(s) for s in world.status.values] for name, world in worlds.items()}
        beyond = {name: [str(s) for s in world.beyond.values] for name, world in worlds.items()}
        sums = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(part.iterdir())}
        manifest = {**about, "effleurage": version("effleurage"), "units": units, "status": status}
        manifest |= {"beyond": beyond, "sha256": sums}
        (part / "run.json").write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if folder.is_dir():
            folder.rmdir()
        part.replace(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise RunError(Finding(str(folder), f"cannot be written ({error.strerror})", "Choose another place.")) from None
