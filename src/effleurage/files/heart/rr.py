"""Readers of RR intervals: text as recorders, apps and archives write it, whole or in pieces.

What is understood is listed in ``rr_layout``. ``read_rr`` gives one recording; ``stream_rr`` gives any length of it in
consecutive pieces, within the memory of one. Nothing is corrected here: artefacts are for ``lab`` to judge.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from os import PathLike
from pathlib import Path

import numpy as np

from effleurage.arrays import Floats
from effleurage.asked import asked
from effleurage.errors import DataError, Finding, RequestError
from effleurage.files.heart.beat_clock import BeatClock, Beats
from effleurage.files.heart.layout import Layout, find_layout
from effleurage.files.heart.peaks import Peaks, are_times
from effleurage.files.heart.rows import RowReader, Unit, offset_in
from effleurage.files.heart.rr_cells import Findings, is_time_of_day
from effleurage.files.heart.units import UNITS, known_unit, ms_in
from effleurage.files.table.text_stream import Block, text_blocks
from effleurage.lab.heart.recording import Recording

MOST_BEATS = 10_000_000
"""Largest recording read as a whole (ours): three months of beats; its arrays and their copies stay under 500 MB."""
FEWEST = 2
"""Intervals without which there is no recording (ours)."""

_KUBIOS_SIGNS = (b"rr interval samples", b"detrending")
_BLOCK_TITLE = re.compile(rb'^[\s",;]*rr interval data', re.IGNORECASE | re.MULTILINE)
_STREAM = "Read it in pieces (stream_rr), or split the file by day."


@dataclass(frozen=True)
class Options:
    """What a person may say about a file. Raises ``RequestError`` for a unit that does not exist."""

    unit: str = "auto"
    first_is_offset: bool | None = None
    column: str | int | None = None

    def __post_init__(self) -> None:
        unit = self.unit if self.unit == "auto" else known_unit(str(self.unit))
        if not unit:
            fix = f"A clock of 250 counts a second is 1/250. Known: {', '.join(UNITS)}"
            raise RequestError(Finding("unit", f"no unit '{str(self.unit)[:40]}'", fix))
        object.__setattr__(self, "unit", unit)


@asked
def read_rr(
    path: str | PathLike[str],
    *,
    unit: str = "auto",
    first_is_offset: bool | None = None,
    column: str | int | None = None,
    most_beats: int = MOST_BEATS,
) -> Recording:
    """The recording in a text file (or .gz) of RR intervals.

    ``unit`` is "ms", "s", "us", a part of a second such as "1/1024", or "auto" (as the header says, else from the
    median); ``first_is_offset`` says whether the first value is the time to the first beat (``None``: where it can be
    no interval); ``column`` names the column of intervals, or counts from 1.
    What was decided, skipped or kept as a gap is in the recording's ``notes``.

    Raises ``DataError`` with every finding for a file that cannot be read, holds anything but intervals, mixes units,
    or holds fewer than ``FEWEST`` or more than ``most_beats``; ``RequestError`` for an unknown unit.

    Example
    -------
    >>> import effleurage as ef
    >>> recording = ef.read_rr(ef.example("heartbeats"))
    >>> len(recording.rr), recording.unit_found
    (383, 'ms')
    """
    rr: list[Floats] = []
    start: list[Floats] = []
    notes: list[str] = []
    beats = 0
    for piece in stream_rr(path, unit=unit, first_is_offset=first_is_offset, column=column):
        beats += len(piece.rr)
        if beats > most_beats:
            what = f"holds more than {most_beats:,} intervals, too many to hold at once"
            raise DataError(Finding(piece.source, what, _STREAM))
        rr.append(piece.rr)
        start.append(piece.start)
        notes += piece.notes
    whole = np.concatenate(rr)
    rr.clear()
    return replace(piece, rr=whole, start=np.concatenate(start), notes=tuple(notes))


def stream_rr(
    path: str | PathLike[str],
    *,
    unit: str = "auto",
    first_is_offset: bool | None = None,
    column: str | int | None = None,
) -> Iterator[Recording]:
    """A recording in consecutive pieces, each of one block of text; starts go on from piece to piece.

    The first piece's notes say how the file is read, the last one's what was seen in all of it. A fault ends the
    pieces with the ``DataError`` that ``read_rr`` would raise, so pieces count only once all have come.
    """
    options = Options(unit, first_is_offset, column)
    name, findings = Path(path).name or str(path), Findings()
    report, blocks = _from_report(text_blocks(path), name)
    first = next(blocks)
    asked = "" if options.unit == "auto" else options.unit
    layout = find_layout(first.lines(), first.first, name, column=options.column, unit=asked, report=report)
    reading = _Reading(layout, options, name, findings)
    waiting: Recording | None = None
    reached = ""
    try:
        for block in chain([first], blocks):
            piece = reading.take(block)
            if findings.full:
                reached = f" up to line {block.last:,}"
                break
            if not findings.count and len(piece.rr):
                if waiting is not None:
                    yield waiting
                waiting = piece
        else:
            piece = reading.finish()
    except DataError as fault:
        for finding in fault.findings:
            findings.add(finding)
    findings.refuse(reached)
    yield piece if waiting is None else _joined(waiting, piece)


class _Reading:
    """One file on its way from blocks to pieces."""

    def __init__(self, layout: Layout, options: Options, name: str, findings: Findings) -> None:
        self._options, self._name, self._findings = options, name, findings
        self._rows = RowReader(layout, name, findings)
        self._unit = Unit(options.unit, layout.unit, name, findings)
        daily = layout.clock is not None and is_time_of_day(layout.clock.reader)
        self._marks = layout.clock.marks if layout.clock else ""
        self._clock = BeatClock(name, findings, daily=daily, beats=bool(self._marks))
        self._peaks: Peaks | None = None
        self._stamped = layout.time is not None
        report = ["from a Kubios report: these RR intervals may be corrected already"] if layout.report else []
        self._notes = [*report, *layout.notes]
        self._read = self._good = 0

    def take(self, block: Block) -> Recording:
        """The piece that a block makes; its notes are those that are new."""
        beats = self._rows.read(block)
        if not self._read and not self._stamped and are_times(beats.rr):
            self._peaks = Peaks(self._name, self._unit, self._findings)
        if self._peaks:
            beats = self._peaks.intervals(beats)
        if not self._unit.found and (beats.rr > 0).any():
            self._notes.append(self._peaks.decide(beats.rr) if self._peaks else self._unit.decide(beats.rr))
        if not self._read and len(beats.rr) and not self._peaks:
            dropped, note = offset_in(beats, ms_in(self._unit.found or "ms"), self._options.first_is_offset)
            self._notes += [note] if note else []
            beats = beats.part(slice(dropped, None))
            self._read += dropped
        self._read += len(beats.rr)
        beats = replace(beats, rr=self._unit.milliseconds(beats))
        return self._piece(beats.ended() if self._marks == "start" else beats)

    def finish(self) -> Recording:
        """What was held back, and the notes on the whole file; faults that only the whole file shows are added."""
        none = np.zeros(0)
        nothing = Beats(none, none.astype(np.int64), None, none if self._stamped else None)
        piece = self._piece(nothing, last=True)
        self._unit.finish()
        drifted = self._clock.drifted(self._unit.found)
        if drifted and (self._clock.drift > 0 or self._options.unit == "auto"):
            self._findings.add(drifted)
        if self._good < FEWEST and not self._findings.count:
            what = f"holds too few RR intervals ({self._good}, in rows: {self._read:,})"
            self._findings.add(Finding(self._name, what, f"Give a recording of {FEWEST} or more intervals."))
        return replace(piece, notes=(*piece.notes, *self._rows.notes(), *self._clock.notes()))

    def _piece(self, beats: Beats, *, last: bool = False) -> Recording:
        rr, start = self._clock.place(beats, last=last)
        self._good += int(np.isfinite(rr).sum())
        notes: tuple[str, ...] = ()
        if len(rr) or last:  # a piece without rows is not handed on, so its notes wait
            notes, self._notes = tuple(self._notes), []
        return Recording(rr, start, self._clock.stop, self._unit.found or "ms", self._name, notes)


def _joined(recording: Recording, next_one: Recording) -> Recording:
    rr, start = np.concatenate([recording.rr, next_one.rr]), np.concatenate([recording.start, next_one.start])
    return replace(next_one, rr=rr, start=start, notes=recording.notes + next_one.notes)


def _from_report(blocks: Iterator[Block], name: str) -> tuple[bool, Iterator[Block]]:
    """Whether a file is a Kubios report, and its blocks; a report's begin at the title of its RR intervals."""
    first = next(blocks)
    head = first.data.lower()
    if not _BLOCK_TITLE.search(head) and not (b"kubios" in head and any(sign in head for sign in _KUBIOS_SIGNS)):
        return False, chain([first], blocks)
    for block in chain([first], blocks):
        if title := _BLOCK_TITLE.search(block.data):
            line = block.first + block.data.count(b"\n", 0, title.start())
            return True, chain([Block(line, block.data[title.start() :])], blocks)
    what = "is a Kubios report without its RR intervals"
    raise DataError(Finding(name, what, "Export it with 'RR interval data', or export the RR list."))
