"""Carry out a cohort run: the chunks that are missing, here or on many machines, and then the summary of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from importlib.util import find_spec
from pathlib import Path

from effleurage.engine.threads import side_by_side
from effleurage.engine.whole import write_whole
from effleurage.errors import Finding, RequestError, RunError
from effleurage.people.simulate import Worlds
from effleurage.runs import cluster
from effleurage.runs.asked import Asked
from effleurage.runs.chunks import chunk_folder, foreign_findings, is_done, sweep, write_chunk
from effleurage.runs.cluster import INSTALL
from effleurage.runs.disk import alone, checksum, disk, to_resume
from effleurage.runs.folder import MANIFEST, SUMMARY, asked_of, findings_of, finish, is_finished, manifest_of
from effleurage.runs.memory import few_arenas
from effleurage.runs.tables import summary_of, write_persons, write_summary, write_traces

PERSONS, TRACES = "persons.parquet", "traces.zarr"
Report = Callable[[float], None]
"""Called with the number of chunks that are done, those of earlier sessions included."""
_AT_ONCE = 2
"""One chunk is written while the next is computed; more of them would only take more memory."""
_RUNNING = 0.9
"""Share of a chunk's time after which it is written; it tells the progress and nothing else."""


def carry_out(folder: Path, report: Report = lambda done: None, *, workers: int = 0, scheduler: str = "") -> None:
    """Compute what is missing in a run folder; whatever is finished is kept, however this ends.

    ``workers``: so many processes of this machine; ``scheduler``: the address of a Dask scheduler instead. Without
    either, this process does it. The bits are the same.

    Raises ``RequestError`` for a folder that does not go with its manifest or with what is installed, with every
    finding; ``RunError`` for what happens on the way.
    """
    folder = folder.absolute()
    asked = asked_of(folder)
    with alone(folder):
        with disk(folder):
            sweep(folder)
            findings = findings_of(folder, asked)
        if findings:
            raise RequestError(findings)
        missing = [number for number in range(asked.chunks) if not is_done(folder, number)]
        done = asked.chunks - len(missing)
        report(done)
        if missing:
            check_traces(asked.traces)
        if missing and (workers or scheduler):
            with cluster.client(workers, scheduler, folder) as client:
                for turn, _ in enumerate(cluster.each(client, compute_chunk, folder, missing), 1):
                    report(done + turn)
        elif missing:
            compute = [partial(compute_chunk, str(folder), number) for number in missing]
            side_by_side(compute, lambda share: report(done + share * len(missing)), at_once=_AT_ONCE)
        with disk(folder):
            if missing or not is_finished(folder):
                _sum_up(folder, asked)


def chunks_done(folder: Path, asked: Asked) -> int:
    """How many chunks of a run folder are there."""
    return sum(is_done(folder, number) for number in range(asked.chunks))


def check_traces(wanted: bool) -> None:
    """Raise ``RequestError`` where traces are wanted and cannot be written."""
    if wanted and not find_spec("zarr"):
        fix = f"{INSTALL}; or keep only the summary: --summary-only."
        raise RequestError(Finding("--out", "traces of a cohort need Zarr, which is not installed", fix))


@contextmanager
def _memory(folder: Path, chunk: int) -> Iterator[None]:
    """Whatever does not fit in memory within becomes a ``RunError``."""
    from jax.errors import JaxRuntimeError

    try:
        yield
    except (MemoryError, JaxRuntimeError) as error:
        if isinstance(error, JaxRuntimeError) and "RESOURCE_EXHAUSTED" not in str(error):
            raise
        what = f"memory does not suffice for a chunk of {chunk} persons; finished chunks are kept"
        fix = f"Use fewer workers, then: {to_resume(folder)}; or begin anew with a smaller --chunk."
        raise RunError(Finding(str(folder), what, fix)) from None


def compute_chunk(folder: str, number: int, progress: Report = lambda share: None) -> tuple[int, str]:
    """Compute and write one chunk of a run folder that this machine sees; returns its number and checksum.

    Raises ``RequestError`` where this machine has other versions, ``RunError`` where disk or memory do not suffice.
    """
    place = Path(folder)
    manifest = manifest_of(place)
    with disk(place), _memory(place, manifest["chunk"]):
        asked, worlds = _ready(folder, checksum((place / MANIFEST).read_bytes()))
        cohort = asked.cohort(worlds, number)
        run = worlds.carry_out(cohort, lambda share: progress(_RUNNING * share), remember=False, warn=False)
        found = dict(zip(asked.names, run, strict=True))

        def fill(part: Path) -> None:
            write_persons(part / PERSONS, cohort, worlds, found)
            write_summary(part / SUMMARY, found)
            if asked.traces:
                for name, world in found.items():
                    write_traces(part / TRACES, name, world)

        if manifest_of(place)["proof"] != manifest["proof"]:
            what = "another run has begun there meanwhile"
            raise RunError(Finding(folder, what, "Leave it; this one's folder was taken away."))
        written = write_chunk(place, number, fill, manifest["proof"])
    progress(1.0)
    return number, written


@lru_cache(maxsize=1)
def _ready(folder: str, manifest: str) -> tuple[Asked, Worlds]:
    """What a folder asks for, checked and made ready once a process."""
    few_arenas()
    asked = asked_of(Path(folder))
    return asked, asked.worlds()


def _sum_up(folder: Path, asked: Asked) -> None:
    run = manifest_of(folder)["proof"]
    if foreign := [one for number in range(asked.chunks) for one in foreign_findings(folder, number, run)]:
        raise RunError(foreign)
    table = summary_of((chunk_folder(folder, number) / SUMMARY for number in range(asked.chunks)), asked.worlds())
    write_whole(folder / SUMMARY, table.to_parquet(index=False))
    finish(folder, asked)
