"""``simulate`` for cohorts in a folder of chunks: its options, its progress and its table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.progress import TextColumn, TimeElapsedColumn

from effleurage.cli import terminal
from effleurage.cli.ends import INTERRUPTED
from effleurage.cli.terminal import right
from effleurage.errors import Finding, RequestError
from effleurage.people.life import in_words
from effleurage.protocol.nodes import read_text
from effleurage.report.numbers import human, interval, unit_of
from effleurage.runs.asked import CHUNK, Asked
from effleurage.runs.carry_out import carry_out, check_traces, chunks_done
from effleurage.runs.cluster import check_workers
from effleurage.runs.disk import to_resume
from effleurage.runs.folder import SUMMARY, asked_of, manifest_of, same_protocol
from effleurage.runs.folder import begin as make
from effleurage.runs.open import beyond_life

Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="QUANTITY", help="Record this quantity, by default every read-out; repeatable."),
]
SummaryOnly = Annotated[bool, typer.Option("--summary-only", help="Write no traces, only the summary.")]
Chunk = Annotated[int | None, typer.Option(help="People computed and written together; by default 1024.")]
Single = Annotated[bool, typer.Option("--single", help="Compute in 32 bits: faster, but small twin differences drown.")]
Workers = Annotated[int, typer.Option(help="Processes of this machine, one thread each.")]
Scheduler = Annotated[str, typer.Option(metavar="ADDRESS", help="A Dask scheduler instead, e.g. tcp://host:8786.")]
Resume = Annotated[Path | None, typer.Option(metavar="DIR", help="Finish a run that was begun with --out.")]

_QUIET = 60.0
"""Seconds between lines about progress where stderr is no terminal."""


@dataclass(frozen=True)
class Options:
    """What can only be said of a cohort run."""

    keep: list[str]
    summary_only: bool
    chunk: int | None
    workers: int
    scheduler: str
    single: bool = False

    @property
    def any(self) -> bool:
        """Whether any of them was said."""
        return self.chunk is not None or any((self.keep, self.summary_only, self.workers, self.scheduler, self.single))

    def recorded(self) -> dict[str, Any]:
        """What is recorded of the people, as ``Asked`` takes it."""
        return {
            "keep": tuple(self.keep),
            "chunk": CHUNK if self.chunk is None else self.chunk,
            "traces": not self.summary_only,
            "precision": "single" if self.single else "double",
        }

    def check(self) -> None:
        """Raise ``RequestError`` for what does not go together."""
        findings: list[Finding] = []
        try:
            check_workers(self.workers)
        except RequestError as refused:
            findings += refused.findings
        if self.workers and self.scheduler:
            findings.append(Finding("--workers", "a scheduler has workers of its own", "Say one of the two."))
        if findings:
            raise RequestError(findings)


def begin(folder: Path | None, asked: Asked, options: Options, as_json: bool) -> None:
    """Make the folder of a cohort run and carry it out."""
    options.check()
    if folder is None:
        raise RequestError(Finding("--out", "a cohort run needs a folder", "Say --out DIR."))
    check_traces(asked.traces)
    make(folder, asked)
    _carry_out(folder, asked, options, as_json)


def resume(folder: Path, protocol: Path | None, options: Options, fixed: dict[str, object], as_json: bool) -> None:
    """Finish a cohort run; ``fixed`` are options that were said although the folder knows them."""
    options.check()
    known = {
        "--keep": options.keep,
        "--summary-only": options.summary_only,
        "--chunk": options.chunk,
        "--single": options.single,
        **fixed,
    }
    said = [name for name, value in known.items() if value]
    if said:
        raise RequestError([Finding(name, f"{folder} knows it already", "Leave it out.") for name in said])
    asked = asked_of(folder)
    if protocol:
        same_protocol(folder, read_text(protocol), str(protocol))
    _carry_out(folder, asked, options, as_json)


def _carry_out(folder: Path, asked: Asked, options: Options, as_json: bool) -> None:
    try:
        with progress(asked.title, asked.chunks) as report:
            carry_out(folder, report, workers=options.workers, scheduler=options.scheduler)
    except KeyboardInterrupt:
        kept = f"{chunks_done(folder, asked)} of {asked.chunks} chunks are kept"
        terminal.message(f"effleurage: stopped; {kept}. Go on with: {to_resume(folder)}")
        raise typer.Exit(INTERRUPTED) from None
    cpus = manifest_of(folder)["cpus"]
    if len(cpus) > 1:
        terminal.message(f"effleurage: chunks come from {len(cpus)} types of processor, so their last bits may differ")
    table = at_the_end(pd.read_parquet(folder / SUMMARY))
    if lost := int(table["lost"].max()):
        terminal.message(
            f"effleurage: {lost} of {asked.people} people left out, states not finite; see status_… in persons.parquet"
        )
    passed = beyond_life(folder)
    if told := in_words(passed, asked.people):
        terminal.message(f"effleurage: {told}")
    if as_json:
        about = {
            "title": asked.title,
            "folder": str(folder),
            "people": asked.people,
            "chunks": asked.chunks,
            "beyond_life": len(passed),
        }
        terminal.as_json({**about, "quantities": terminal.records(table)})
    else:
        _table(table, f"{asked.title}: {asked.people} people")
        terminal.message(f"every time is in {folder / SUMMARY}")


def at_the_end(summary: pd.DataFrame) -> pd.DataFrame:
    """The last time of a summary: the twin difference where there is one."""
    last = summary[summary["time"] == summary["time"].max()]
    return last[last["world"] == last["world"].iloc[-1]].reset_index(drop=True)


def _table(table: pd.DataFrame, title: str) -> None:
    """The summary of a cohort at one time, of one world or of the difference between two."""
    differs = set(table["world"]) == {"difference"}
    said = "treated - control, person by person" if differs else "everybody"
    columns = ("quantity", *right("mean", "median", "middle half", "9 in 10"), "unit")
    rows = (
        (
            row["quantity"],
            human(row["mean"], signed=differs),
            human(row["q50"], signed=differs),
            interval(row["q25"], row["q75"]),
            interval(row["q05"], row["q95"]),
            unit_of(row["unit"]),
        )
        for row in table.to_dict("records")
    )
    terminal.table(columns, rows, f"{title}\n{said}, at the end")


@contextmanager
def progress(title: str, chunks: int) -> Iterator[Callable[[float], None]]:
    """How far a cohort run is: a bar on a terminal, else a line a minute."""
    clock = Clock(chunks)
    with terminal.bar(title, chunks, TextColumn("{task.fields[told]}"), TimeElapsedColumn(), told="") as move:
        told = time.monotonic()

        def report(done: float) -> None:
            nonlocal told
            words = clock.words(done, now := time.monotonic())
            if move:
                move(completed=done, told=words)
            elif now - told > _QUIET:
                told = now
                terminal.message(f"{title}: {words}")

        yield report


class Clock:
    """How long a run still takes, judged by the chunks of this session alone."""

    def __init__(self, chunks: int) -> None:
        self._chunks = chunks
        self._first: tuple[float, float] | None = None

    def words(self, done: float, now: float) -> str:
        """``done`` chunks at ``now``, seconds of any clock: how many, and how long for the rest."""
        self._first = self._first or (done, now)
        before, began = self._first
        told = f"{int(done)} of {self._chunks} chunks"
        if done >= self._chunks:
            return f"{told}, summing up"
        if done - before < 1:
            return f"{told}, time left known after the first"
        return f"{told}, {lasting((now - began) / (done - before) * (self._chunks - done))} left"


def lasting(seconds: float) -> str:
    """About how long: ``40 s``, ``12 min``, ``2 h 10 min``, ``3 d 4 h``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours < 24 else f"{hours // 24} d {hours % 24} h"
