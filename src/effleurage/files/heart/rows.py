"""Blocks of lines become rows of RR intervals in ms: cells read, the unit decided, impossible values refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.errors import DataError, Finding
from effleurage.files.heart.beat_clock import LONGEST_GAP, LONGEST_RR, Beats
from effleurage.files.heart.columns import SECONDS_RR, is_no_beat, typical
from effleurage.files.heart.layout import Layout
from effleurage.files.heart.rr_cells import MARKED, Findings, cut, is_aside, numbers, quick, stamps
from effleurage.files.heart.tally import Tally
from effleurage.files.heart.units import MINUTES, MOST_PARTS, SAMPLES, ms_in, shown
from effleurage.files.table.text_stream import Block

PULSE = (30.0, 220.0)
"""Beats a minute (ours): a median here, where none of the units fits, is a pulse and no interval."""

_ALONE = 0.001  # share of lone values of 300 to 2000 s, five minutes to half an hour, that may still be gaps
_MOST = 1e15  # values are cut here, far above any that is not refused, so that none overflows
_FEW, _FEW_OF = 3, 0.05  # so may a few, in a file that is not short
_SAY_RATE = "If a clock's counts stand there, say how many make a second (unit='1/256', --unit 1/256)."
_WRITE_MS = "Write RR intervals in ms, or say which column holds them (column=2, --column 2)"
_SAY_UNIT = "Write all rows in one unit; where gaps are meant, say the unit (unit='s', --unit s)."


@dataclass
class RowReader:
    """Reads blocks of a file by its layout; counts comments and blank lines between rows."""

    layout: Layout
    name: str
    findings: Findings
    asides: int = 0
    blanks: int = 0
    _blank_now: int = 0

    def read(self, block: Block) -> Beats:
        """The rows of a block, intervals (n,) in the file's own unit; what is no row becomes a finding."""
        lines = block.lines()[max(0, self.layout.first - block.first) :]
        first = max(block.first, self.layout.first)
        if self.layout.width == 1 and (values := quick(lines)) is not None:
            return Beats(values, np.arange(first, first + len(values)))
        rows = [(n, line) for n, line in enumerate(lines, first) if self._is_row(line)]
        grid = [(n, cells) for n, line in rows if (cells := self._square(n, cut(line, self.layout.between)))]
        return self._beats(grid)

    def notes(self) -> tuple[str, ...]:
        """What was passed over between rows."""
        told = ((self.asides, "comments"), (self.blanks, "blank lines"))
        return tuple(f"{what} between rows, skipped: {count:,}" for count, what in told if count)

    def _is_row(self, line: str) -> bool:
        if not line.strip():
            self._blank_now += 1
            return False
        if is_aside(line):
            self.asides += 1
            return False
        self.blanks, self._blank_now = self.blanks + self._blank_now, 0
        return True

    def _square(self, line: int, cells: list[str]) -> list[str]:
        """Cells as many as the header has; nothing for a row that is left out."""
        layout = self.layout
        if layout.report or layout.several:
            cells = [*cells, *[""] * (layout.width - len(cells))]
            if layout.report and not cells[layout.rr] and (layout.time is None or not cells[layout.time]):
                return []
        if len(cells) < layout.width or any(cells[layout.width :]):
            what = f"number of fields is {len(cells)}, not {layout.width}"
            fix = "Mend or delete the row; write decimals with a point where commas separate fields."
            self.findings.add(Finding(f"{self.name}, line {line}", what, fix), line)
            return []
        return cells

    def _beats(self, grid: list[tuple[int, list[str]]]) -> Beats:
        layout = self.layout
        if layout.several:
            grid = [(n, cells) for n, row in grid for cells in self._one_by_one(row)]
        line = [n for n, _ in grid]
        where = f"{self.name.replace('{', '(').replace('}', ')')}, line {{}}"
        where += f", field {layout.rr + 1}" if layout.width > 1 and not layout.several else ""
        values = numbers([cells[layout.rr] for _, cells in grid], line, where, self.findings)
        lost = stamp = None
        if layout.lost is not None:
            lost = np.array([cells[layout.lost].casefold() in MARKED for _, cells in grid], bool)
        if layout.time is not None and layout.clock is not None:
            stamp = stamps([cells[layout.time] for _, cells in grid], layout.clock.reader, layout.clock.scale)
        return Beats(values, np.array(line, np.int64), lost, stamp)

    def _one_by_one(self, row: list[str]) -> list[list[str]]:
        """A row for each interval that stands in one, the interval in its place; empty cells at the end are none."""
        places = list(self.layout.several)
        while places and is_no_beat(row[places[-1]]):
            places.pop()
        return [[*row[: self.layout.rr], row[place], *row[self.layout.rr + 1 :]] for place in places]


class Unit:
    """The unit of a file's intervals: asked for, or decided on its first block; makes milliseconds of all blocks."""

    def __init__(self, asked: str, written: str, name: str, findings: Findings) -> None:
        self.found = ""
        self._asked, self._written, self._name, self._findings = asked, written, name, findings
        self._odd, self._before, self._rows = Tally(), False, 0

    @property
    def is_said(self) -> bool:
        """Whether a person or the header says the unit."""
        return self._asked != "auto" or bool(self._written)

    def write(self, unit: str) -> None:
        """Take a unit as if the header said it."""
        self._written = unit

    def decide(self, values: Floats) -> str:
        """Decide from values (n,), some above 0, of which the first may be an offset; the note that says how.

        Raises ``DataError`` where the values are in no unit of intervals, or in another than the header says.
        """
        positive = values[1:][values[1:] > 0] if (values[1:] > 0).any() else values[values > 0]
        median = typical(positive)
        seems = next((unit for unit in ("s", "ms", "us") if _fits(median, unit)), "")
        if self._asked != "auto":
            self.found = self._asked
            odd = (
                f", though the median of {_plain(median)} looks like {seems}"
                if seems and not _fits(median, self.found)
                else ""
            )
            return f"RR intervals read in {shown(self.found)}, as asked{odd}"
        self._doubt(median, seems)
        if self._written and not _fits(median, self._written) and (seems or self._written not in ("s", "ms")):
            what = f"the header says {shown(self._written)}, but the median of {_plain(median)} looks like "
            fix = f"Say the unit (unit='{seems}', --unit {seems})." if seems else f"{_WRITE_MS}."
            raise DataError(Finding(self._name, what + (seems or "another unit"), fix))
        self.found = self._written or (seems if seems != "us" else "")
        if not self.found:
            raise DataError(self._neither(median))
        how = "said by the header; " if self._written and self._written != seems else ""
        seen = f"{how}the median of the first {len(values):,} is {_plain(median)}"
        return f"RR intervals are in {shown(self.found)} ({seen})"

    def _doubt(self, median: float, seems: str) -> None:
        """Raise where the header's word is none that makes ms; a number in it is a clock where nothing else fits."""
        if self._written == SAMPLES:
            what = f"the header says samples (the median is {_plain(median)}), and not how many there are in a second"
            raise DataError(Finding(self._name, what, _SAY_RATE))
        if self._written == MINUTES:
            fix = "Write RR intervals in ms (minutes times 60,000), below a title that says so ('RR (ms)')."
            if seems:
                fix += f" If they are in {seems}, say so (unit='{seems}', --unit {seems})."
            what = f"the header says minutes (the median is {_plain(median)}), which are no unit of RR intervals"
            raise DataError(Finding(self._name, what, fix))
        if self._written.isdecimal():
            clock = f"1/{self._written}"
            if seems or not _fits(median, clock):
                other = seems or "ms"
                what = f"the header's {self._written} may be a clock's {shown(clock)} or a mere number"
                what += f" (the median is {_plain(median)})"
                fix = f"Say the unit (unit='{clock}' or '{other}', --unit {clock} or --unit {other})."
                raise DataError(Finding(self._name, what, fix))
            self._written = clock

    def milliseconds(self, beats: Beats) -> Floats:
        """Intervals (n,) in ms; a negative one, or one in the other unit, becomes a finding."""
        values, line = beats.rr, beats.line
        self._rows += len(values)
        for place in np.flatnonzero(values < 0):
            what = f"a negative RR interval ({values[place]:.6g})"
            fix = "Delete the row, or write NaN where a beat was missed."
            self._findings.add(Finding(f"{self._name}, line {line[place]}", what, fix), int(line[place]))
        low, high = SECONDS_RR
        if self.found == "ms":
            other = (values >= low) & (values <= high)
            for place in np.flatnonzero(other):
                self._mixed(int(line[place]), float(values[place]))
        elif self.found == "s" and len(values):
            other = (values >= low * 1000) & (values <= high * 1000)
            pair = other & (np.append(self._before, other[:-1]) | np.append(other[1:], False))
            for place in np.flatnonzero(pair):
                self._mixed(int(line[place]), float(values[place]))
            self._odd.add(line[other & ~pair])
            self._before = bool(other[-1])
        return np.minimum(values, _MOST) * ms_in(self.found or "ms")

    def finish(self) -> None:
        """A finding where values in the other unit were too many to be gaps; whoever says the unit is believed."""
        gaps = max(_ALONE * self._rows, min(_FEW, _FEW_OF * self._rows))
        if self._asked == "auto" and self._odd.count > gaps:
            what = f"values that look like ms in a file of seconds: {self._odd.count:,}"
            self._findings.add(Finding(f"{self._name}, {self._odd.where()}", what, _SAY_UNIT))

    def _mixed(self, line: int, value: float) -> None:
        other = "s" if self.found == "ms" else "ms"
        what = f"{value:.6g} looks like {other} in a file of {self.found}"
        self._findings.add(Finding(f"{self._name}, line {line}", what, "Write all rows in one unit."), line)

    def _neither(self, median: float) -> Finding:
        what = f"the median of {_plain(median)} is neither an RR interval in s (0.3 to 2) nor in ms (300 to 2000)"
        if PULSE[0] <= median <= 2 * PULSE[1]:
            what += "; it may be a pulse a minute, or a count of samples"
            return Finding(self._name, what, f"Export RR intervals, not heart rate. {_SAY_RATE}")
        if _fits(median, "us"):
            fix = "If they are microseconds, say so (unit='us', --unit us); else say which column holds RR intervals."
        elif 1 < median < 2 * MOST_PARTS:
            fix = f"{_WRITE_MS}. {_SAY_RATE}"
        else:
            fix = f"{_WRITE_MS}."
        return Finding(self._name, what, fix)


def _plain(value: float) -> str:
    """Four digits of a number, without a power of ten where it is no monster."""
    short = float(f"{value:.4g}")
    return f"{short:.15g}" if 1e-4 <= abs(short) < _MOST else f"{short:g}"


def _fits(median: float, unit: str) -> bool:
    """Whether a median in some unit is that of intervals between beats."""
    return SECONDS_RR[0] <= median * ms_in(unit) / 1000 <= SECONDS_RR[1]


def offset_in(beats: Beats, per_unit: float, asked: bool | None) -> tuple[int, str]:
    """How many rows at the start are no intervals but an offset to the first beat (0 or 1), and a note.

    Day-long records of PhysioNet begin with the minutes from the switch-on to the first beat. Unless ``asked``, a
    first value that no interval can be (over 2 s) is taken for that. ``per_unit`` makes ms of the file's unit.
    """
    first = float(beats.rr[0]) * per_unit if len(beats.rr) else float("nan")
    if asked is False or not first > 0:
        return 0, ""
    if asked or LONGEST_RR < first <= LONGEST_GAP * 1000:
        how = "as asked" if asked else "too long for an RR interval; first_is_offset=False keeps it as a gap"
        return 1, f"line {beats.line[0]}: {first / 1000:.6g} s dropped as the offset to the first beat ({how})"
    return 0, ""
