"""What people ask of a measured file in one call: read it, measure it, and keep the notes of both.

Every function takes the path of a file, or what its reader made of one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from effleurage.arrays import Floats
from effleurage.asked import OWN_WORDS, a_kind, asked
from effleurage.engine.threads import Progress
from effleurage.errors import Finding, RequestError
from effleurage.files.heart.rr import read_rr
from effleurage.files.night.diary import Nights, read_nights
from effleurage.files.pairs import read_pairs
from effleurage.files.saliva.tubes import read_saliva
from effleurage.files.scales.scores import Read, read_scores
from effleurage.lab.heart.hrv import measure_hrv as hrv_of
from effleurage.lab.heart.recording import Recording
from effleurage.lab.night.nights import Night, measure_nights
from effleurage.lab.records import Measured
from effleurage.lab.saliva.saliva import measure_saliva as saliva_of
from effleurage.lab.scales.scales import Answers, measure_scales
from effleurage.lab.untreated.change import Compared
from effleurage.lab.untreated.change import compare as held
from effleurage.lab.untreated.pair import Pair
from effleurage.lab.untreated.sides import LIGHTS_OUT, UP, Habits
from effleurage.people.cohort import Setting
from effleurage.protocol.times import DAY, clock

if TYPE_CHECKING:
    import pandas as pd

    from effleurage.lab.scales.keys import Coding

File = str | os.PathLike[str]


@asked
def measure_hrv(
    recording: File | Recording | Sequence[float] | Floats,
    *,
    unit: str = "auto",
    column: str | int | None = None,
    first_is_offset: bool | None = None,
    window: float = 300.0,
    breathing: float | None = None,
    posture: str = "",
    participant: str = "",
) -> Measured:
    """Heart-rate variability, window by window: of a file, of what ``read_rr`` made of one, or of intervals in ms.

    ``window`` in seconds; ``breathing``: rate in Hz from a belt or a pacer, which wins over the estimate; ``posture``
    and ``participant`` fill the table's columns. Of a file alone: ``unit`` of its intervals, ``"ms"``, ``"s"``,
    ``"us"``, a part of a second such as ``"1/1024"``, or ``"auto"``; ``column``: its name, or its place from 1;
    ``first_is_offset``: whether the first value is the time to the first beat, by default where it can be no interval.

    Raises ``DataError`` for a file that cannot be read, ``RequestError`` for an option that does not fit.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.measure_hrv(ef.example("heartbeats"), posture="supine")
    >>> row = found.to_frame().set_index("outcome").loc["RMSSD"]
    >>> f"{row.value:.0f} {row.unit}"
    '18 ms'
    """
    notes: tuple[str, ...] = ()
    labels = {"participant": participant, "posture": posture}
    if isinstance(recording, str | os.PathLike):
        name = Path(recording).name
        recording = read_rr(recording, unit=unit, column=column, first_is_offset=first_is_offset)
        labels["participant"] = participant or name.split(".")[0]
        notes = recording.notes
    found = hrv_of(recording, seconds=window, given_breathing=breathing, labels=labels)
    return replace(found, notes=tuple(dict.fromkeys((*notes, *found.notes))))


@asked
def measure_saliva(
    samples: Annotated[File | pd.DataFrame | tuple[pd.DataFrame, tuple[str, ...]], OWN_WORDS],
    *,
    unit: str | None = None,
    analyte: str | None = None,
    zero: str | None = None,
    reporting_type: str | None = None,
    lod: float | None = None,
    zone: str | None = None,
) -> Measured:
    """Outcomes of salivary cortisol or IgA, of a file or of what ``read_saliva`` made of one.

    ``lod``: detection limit in the samples' unit. Of a file alone: ``unit`` where it does not say it, such as
    ``"nmol/L"``; ``analyte``: ``"cortisol"`` or ``"sIgA"``, where the headings leave a choice; ``zero``:
    ``"awakening"`` or ``"start"``, what minutes count from; ``reporting_type``: which of several ways in which times
    were reported; ``zone``: such as ``"Europe/Berlin"``, for clock times with dates.

    Raises ``DataError`` for a file that cannot be read, ``RequestError`` for an option that does not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.measure_saliva(ef.example("saliva"))
    >>> sorted(set(found.to_frame().participant))
    ['A', 'B']
    """
    options = {"unit": unit, "analyte": analyte, "zero": zero, "reporting_type": reporting_type, "zone": zone}
    table, notes = _read(samples, lambda path: read_saliva(path, **options))  # type: ignore[arg-type]
    return _noted(saliva_of(table, lod=lod), notes)


@asked
def measure_sleep(
    nights: Annotated[File | Sequence[Night] | Nights, OWN_WORDS],
    *,
    dated: Literal["morning", "evening"] | None = None,
    epoch: float | None = None,
    zone: str | None = None,
) -> Measured:
    """Eight outcomes a night, of a diary, a device's summary or a hypnogram, or of what ``read_sleep`` made of one.

    ``dated``: which date a plain column ``date`` holds; ``epoch``: seconds of a hypnogram's epoch; ``zone``: such as
    ``Europe/Berlin``, for nights in which the clocks change. Raises ``DataError`` for a file that cannot be read.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.measure_sleep(ef.example("nights")).to_frame()
    >>> float(found[found.outcome == "TST"].value.iloc[0])
    435.0
    """
    several, notes = _read(nights, lambda path: read_nights(path, dated=dated, epoch_seconds=epoch), Night)
    return _noted(measure_nights(several, zone=zone), notes)


@asked
def measure_scale(
    answers: Annotated[File | Sequence[Answers] | Read, OWN_WORDS],
    *,
    form: str | None = None,
    coding: Mapping[str, Coding] | None = None,
    missing: Sequence[float] = (),
    already_reversed: bool = False,
    boundary: str = "pittsburgh",
) -> Measured:
    """Totals of questionnaires (PSS, PSQI, STAI, VAS, pain), of a file or of what ``read_scale`` made of one.

    ``form`` of the STAI: Y or X; ``coding``: how answers are coded where they do not tell, ``{"PSS": (1, 5)}``;
    ``missing``: numbers that stand for no answer; ``boundary`` of the PSQI: pittsburgh or printed. Raises ``DataError``
    for a file that cannot be read, ``RequestError`` for a scale or coding that does not exist.

    Example
    -------
    >>> import effleurage as ef
    >>> found = ef.measure_scale(ef.example("scores")).to_frame()
    >>> [float(value) for value in found.value]
    [15.0, 26.0]
    """
    several, notes = _read(answers, lambda path: read_scores(path, missing=missing), Answers)
    found = measure_scales(
        several, form=form, codings=coding or {}, boundary=boundary, already_reversed=already_reversed
    )
    return _noted(found, notes)


@asked
def compare(
    pairs: Annotated[File | Sequence[Pair] | tuple[tuple[Pair, ...], tuple[str, ...]], OWN_WORDS],
    *,
    resting: bool | None = None,
    up: str | float = UP,
    lights_out: str | float = LIGHTS_OUT,
    posture: str = "",
    when: str = "",
    rested: float = 0.0,
    usual: Mapping[str, float] | None = None,
    settings: Mapping[str, Setting] | None = None,
    seed: int = 1,
    progress: Progress | None = None,
) -> Compared:
    """Hold two measurements of each person against what untreated people would show at the same hours.

    ``pairs``: a file, or what ``read_pairs`` made of one. ``resting``: untreated people rest quietly in between, or
    live an ordinary day; by default as the file's hours and conditions say. ``up`` and ``lights_out``: ``"07:00"``, or
    minutes since midnight. ``posture`` of the visits; ``when``: the part of the day, ``"morning"``, where a file has no
    clock; minutes ``rested`` before the first measurement. ``usual``:
    what is usual of these people: ``{"age": years, "pain": 0-10, "stress": 0-100, "sleep": minutes a night}``. All of
    these hold where a row says nothing else. ``settings``: ledger rows of the virtual people. ``progress`` is called
    with the share that is done, 0 to 1.

    Raises ``DataError`` for a file that cannot be read, ``RequestError`` for what has neither a simulated counterpart
    nor a published course.

    Example
    -------
    >>> import effleurage as ef
    >>> ef.compare(ef.example("two-visits")).to_frame()["where"].isin(["below", "within", "above", ""]).all()
    np.True_
    """
    several, notes = _read(pairs, partial(read_pairs, part=when), Pair)
    wakes, sleeps = _minute("up", up), _minute("lights_out", lights_out)
    habits = Habits(resting, wakes, sleeps, posture, rested)
    found = held(several, habits, usual=usual, settings=settings, seed=seed, progress=progress)
    return replace(found, notes=(*notes, *found.notes))


@asked
def read_sleep(path: File, *, dated: Literal["morning", "evening"] | None = None, epoch: float | None = None) -> Nights:
    """The nights of a diary, a device's summary or a hypnogram, told by its columns; and notes on the reading.

    ``dated``: which date a plain column ``date`` holds; ``epoch``: seconds of a hypnogram's epoch, by default as its
    times say. Raises ``DataError`` naming line, column and fix.

    Example
    -------
    >>> import effleurage as ef
    >>> nights, notes = ef.read_sleep(ef.example("nights"))
    >>> len(nights)
    3
    """
    return read_nights(path, dated=dated, epoch_seconds=epoch)


@asked
def read_scale(path: File, *, missing: Sequence[float] = ()) -> Read:
    """The filled-in forms of a table of scores, wide or long, and notes on the reading.

    ``missing``: numbers that stand for no answer, such as 99. Raises ``DataError`` naming line, column and fix.

    Example
    -------
    >>> import effleurage as ef
    >>> forms, notes = ef.read_scale(ef.example("scores"))
    >>> forms[0].scale
    'PSS-10'
    """
    return read_scores(path, missing=missing)


def _read(given: Any, read: Callable[[File], Any], kind: type | None = None) -> tuple[Any, tuple[str, ...]]:
    """What a reader made of a file, and its notes: read now, or given as the reader gave it, with or without notes.

    ``kind``: of what a reader makes several; None of a table.
    """
    if isinstance(given, str | os.PathLike):
        given = read(given)
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], tuple):
        several, notes = given
    else:
        several, notes = given, ()
    if not (hasattr(several, "columns") if kind is None else _holds(several, kind)):
        what = f"{a_kind(given)} is no file, and nothing that a reader made of one"
        raise RequestError(Finding("", what, "Give the path of a file."))
    return several, notes


def _holds(several: Any, kind: type) -> bool:
    return isinstance(several, list | tuple) and all(isinstance(part, kind) for part in several)


def _minute(name: str, time: str | float) -> float:
    """Minutes since midnight of a time of day."""
    minute = clock(time) if isinstance(time, str) else time
    if not 0 <= minute <= DAY:
        raise RequestError(
            Finding(name, f"{minute:g} min after midnight is not in the day", "Give 0 to 1440, or '07:00'.")
        )
    return minute


def _noted(measured: Measured, notes: Sequence[str]) -> Measured:
    return replace(measured, notes=(*notes, *measured.notes))
