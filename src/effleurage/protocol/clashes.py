"""What collides on a timeline: times outside the protocol, visits that overlap, visits in bed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from effleurage.errors import Finding
from effleurage.protocol.times import say
from effleurage.protocol.visits import Dose, Visit

Span = tuple[float, float]


def timeline_faults(
    timeline: Sequence[Visit | Dose], names: Sequence[str], stop: float, nights: Sequence[Span]
) -> list[Finding]:
    """Every collision; spans are minutes since midnight of day 1, ``names`` say where entries stand."""
    named = list(zip(timeline, names, strict=True))
    visits = [(entry, where) for entry, where in named if isinstance(entry, Visit)]
    naps = (entry for entry in timeline if isinstance(entry, Dose) and "in_bed" in entry.reads())
    stays = [*nights, *(span for nap in naps for span in nap.spans())]
    found = [finding for entry, where in named for finding in _outside(entry, where, stop)]
    found += _overlaps(visits)
    found += _in_bed(visits, sorted(stays))
    return found


def _taken(visit: Visit) -> list[Span]:
    """The time a visit takes, arrival included."""
    return [(start - visit.arrival, end) for start, end in visit.spans()]


def _outside(entry: Visit | Dose, where: str, stop: float) -> list[Finding]:
    spans = _taken(entry) if isinstance(entry, Visit) else list(entry.spans())
    found = []
    if spans[0][0] < 0:
        what = f"{entry.kind} or its arrival begins before the start"
        found.append(Finding(where, what, "Begin later, or shorten the arrival."))
    late = next(((start, end) for start, end in spans if end > stop), None)
    if late:
        days = f"{stop / 1440:g}"
        what = f"{entry.kind} of {say(late[0])} runs to {say(late[1])}, after the end of day {days}"
        found.append(Finding(where, what, "Move it, repeat it less often, or give the protocol more days."))
    return found


def _overlaps(visits: Sequence[tuple[Visit, str]]) -> list[Finding]:
    turns = sorted((start, end, row) for row, (visit, _) in enumerate(visits) for start, end in _taken(visit))
    found: dict[tuple[int, int], Finding] = {}
    last_end, last_row = float("-inf"), 0
    for start, end, row in turns:
        pair = (min(row, last_row), max(row, last_row))
        if start < last_end and pair not in found:
            (visit, where), (earlier, other) = visits[row], visits[last_row]
            what = f"{visit.kind} from {say(start)} (arrival included) overlaps the {earlier.kind} of {other}"
            found[pair] = Finding(where, what, "Move one, or write 'arrival 0 min' if the person is there.")
        if end > last_end:
            last_end, last_row = end, row
    return list(found.values())


def _in_bed(visits: Sequence[tuple[Visit, str]], stays: Sequence[Span]) -> list[Finding]:
    """Visits that touch a stay in bed; ``stays`` ascend by start and may overlap."""
    starts = [start for start, _ in stays]
    ends = list(accumulate((end for _, end in stays), max))
    found = []
    for visit, where in visits:
        for start, end in _taken(visit):
            before = bisect_right(starts, end - 1e-9)
            if before and ends[before - 1] > start:
                what = f"{visit.kind} from {say(start)} (arrival included) falls in hours in bed"
                found.append(Finding(where, what, "Move it, or change the habits (lights out, up)."))
                break
    return found
