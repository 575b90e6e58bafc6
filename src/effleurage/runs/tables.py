"""The tables of a cohort run: who the persons of a chunk are, their summary, and the summary of everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from effleurage.arrays import Floats
from effleurage.people.cohort import Cohort
from effleurage.people.simulate import Worlds
from effleurage.people.summary import QUANTILES, Summary

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

DIFFERENCE = "difference"
"""The world that is treated - control, person by person."""
_PLACE = ("world", "quantity", "time")
_PLAIN = ("n", "lost", "mean", "m2", "low", "high")


def write_persons(path: Path, cohort: Cohort, worlds: Worlds, summed: Mapping[str, xr.Dataset]) -> None:
    """Write the persons of a chunk: index, covariates and whatever is set with a spread, and what became of them.

    ``status`` in each world is ``ok``, or from which minute the states were not finite; ``beyond`` names the limit of
    life that was passed, and is empty for whoever passed none.
    """
    import pandas as pd

    rows = worlds.body.parameters
    own = [name for name, row in rows.items() if row.covariate or isinstance(cohort.settings.get(name), Mapping)]
    status = {f"status_{name}": world.status.values.astype(str) for name, world in summed.items()}
    beyond = {f"beyond_{name}": world.beyond.values.astype(str) for name, world in summed.items()}
    table = {"person": cohort.persons, **{name: cohort.values(rows[name]) for name in own}, **status, **beyond}
    pd.DataFrame(table).to_parquet(path, index=False)


def write_summary(path: Path, worlds: Mapping[str, xr.Dataset]) -> None:
    """Write the summary of a chunk, a row a world, quantity and time, so that ``read_summary`` reads it again."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = next(iter(worlds.values()))
    names, time = [str(name) for name in first.data_vars], first.time.values
    places = [(world, name) for world in _summarised(worlds) for name in names]
    summary = Summary.of(values for name in _summarised(worlds) for values in _values(worlds, name))
    table: dict[str, Any] = {
        "world": pa.array(np.repeat([world for world, _ in places], len(time))).dictionary_encode(),
        "quantity": pa.array(np.repeat([name for _, name in places], len(time))).dictionary_encode(),
        "time": np.tile(time, len(places)),
        **{name: getattr(summary, name) for name in _PLAIN},
    }
    ends, bins = summary.by_cell()
    table["bins"] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(bins, pa.int32()))
    table["counts"] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(summary.counts))
    pq.write_table(pa.table(table), path, compression="zstd")


def write_traces(path: Path, world: str, traced: xr.Dataset) -> None:
    """Write what was recorded of a chunk's persons in one world, a Zarr group of its own.

    Bits of like weight lie together before they are packed: that takes a third of the time and less room.
    """
    from zarr.codecs import BloscCodec

    packed = BloscCodec(cname="lz4", clevel=1, shuffle="bitshuffle")
    traces = traced.drop_vars(["status", "beyond"])
    encoding = {name: {"compressors": [packed]} for name in traces.data_vars}
    traces.to_zarr(path, group=world, mode="a", zarr_format=3, consolidated=False, encoding=encoding)


def _summarised(worlds: Mapping[str, xr.Dataset]) -> tuple[str, ...]:
    return (*worlds, DIFFERENCE) if len(worlds) == 2 else tuple(worlds)


def _values(worlds: Mapping[str, xr.Dataset], name: str) -> Iterator[Floats]:
    """(time, person) of every quantity of a world."""
    if name in worlds:
        yield from (values.values for values in worlds[name].data_vars.values())
    else:
        treated, control = worlds.values()
        yield from (treated[name].values - control[name].values for name in treated.data_vars)


def read_summary(path: Path) -> tuple[pd.DataFrame, Summary]:
    """World, quantity and time of every cell, and the summary of a chunk."""
    import pyarrow.parquet as pq

    table = pq.read_table(path)
    bins, counts = (table[name].combine_chunks() for name in ("bins", "counts"))
    plain = {name: table[name].to_numpy() for name in _PLAIN}
    ends, flat = bins.offsets.to_numpy(), bins.values.to_numpy()
    summary = Summary.from_cells(**plain, ends=ends, bins=flat, counts=counts.values.to_numpy())
    return table.select(_PLACE).to_pandas(), summary


def summary_of(paths: Iterable[Path], worlds: Worlds) -> pd.DataFrame:
    """The summary of everybody, from those of the chunks in their order; one of them is held at a time."""
    import pandas as pd

    where = None

    def parts() -> Iterator[Summary]:
        nonlocal where
        for path in paths:
            where, part = read_summary(path)
            yield part

    whole = reduce(Summary.merged, parts())
    units = {name: row.unit for name, row in worlds.body.quantities.items()}
    table = pd.DataFrame(where).astype({"world": str, "quantity": str})
    table.insert(2, "unit", table["quantity"].map(units))
    table["people"], table["lost"] = whole.n, whole.lost
    table["mean"], table["sd"], table["low"] = whole.average, whole.sd, whole.low
    for share, row in zip(QUANTILES, whole.quantiles(), strict=True):
        table[f"q{100 * share:02.0f}"] = row
    table["high"] = whole.high
    return table
