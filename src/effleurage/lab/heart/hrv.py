"""Heart-rate variability as a laboratory reports it: a table with reasons, notes on the file, and a methods paragraph.

The numbers are those of ``hrv_indices``; here is judged which of them may stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from effleurage.arrays import Floats
from effleurage.errors import DataError, Finding, RequestError, nearest
from effleurage.lab.heart.artefacts import Corrected
from effleurage.lab.heart.breathing import BORDERLINE, INVALID, hf_gate
from effleurage.lab.heart.hrv_words import (
    CONVENTION,
    LEAST_NN_SECONDS,
    LITTLE,
    MOST_CORRECTED,
    MOST_HOLES,
    MUCH,
    RIDDLED,
    methods_paragraph,
    notes_on,
    parameters_of,
)
from effleurage.lab.heart.indices import INDICES, LEAST_NN, LEAST_SECONDS, SLACK, hrv_indices
from effleurage.lab.heart.recording import Recording
from effleurage.lab.heart.spectrum import LF, Welch
from effleurage.lab.heart.windows import SECONDS, Windows, window_rows, windows_of
from effleurage.lab.records import COLUMNS, Measured, tidy

__all__ = ["REPORT_ANYWAY", "hrv_indices", "measure_hrv", "window_rows", "windows_of"]

REPORT_ANYWAY = "report anyway"
"""The only ``override``: HF is given although the breathing forbids it, and the reason says so."""
DOUBLED = 1.6
"""Times both neighbours from which an interval may be two, with a beat missed between (ours)."""
LABELS = tuple(name for name in COLUMNS if name not in ("outcome", "unit", "value", "time", "reason"))

Words = NDArray[np.object_]


@dataclass(frozen=True)
class _Verdict:
    """Values and reasons (W,) of every index; a refused value is NaN, a caution stands beside its value."""

    values: dict[str, Floats]
    reasons: dict[str, Words]

    @classmethod
    def on(cls, values: Mapping[str, Floats]) -> _Verdict:
        return cls(
            {name: values[name].copy() for name in INDICES},
            {name: np.full(len(values[name]), "", dtype=object) for name in INDICES},
        )

    def refuse(self, names: Iterable[str], where: NDArray[np.bool_], why: str | Words) -> None:
        """No value, and why; the first refusal is the one that counts."""
        said = np.broadcast_to(np.asarray(why, dtype=object), where.shape)
        for name in names:
            first = where & ~(np.isnan(self.values[name]) & (self.reasons[name] != ""))
            self.values[name][where], self.reasons[name][first] = np.nan, said[first]

    def caution(self, names: Iterable[str], where: NDArray[np.bool_], why: str | Words) -> None:
        """A word beside a value that stands."""
        said = np.broadcast_to(np.asarray(why, dtype=object), where.shape)
        for name in names:
            for at in np.flatnonzero(where & np.isfinite(self.values[name])):
                self.reasons[name][at] = "; ".join(filter(None, (self.reasons[name][at], said[at])))


def measure_hrv(
    record: ArrayLike | Recording | Corrected | Windows,
    *,
    seconds: float = SECONDS,
    times: ArrayLike | None = None,
    given_breathing: ArrayLike | None = None,
    override: str | None = None,
    settings: Welch | None = None,
    labels: Mapping[str, Any] | None = None,
    begins: ArrayLike = 0.0,
) -> Measured:
    """Heart-rate variability of a record, window by window: measured beats and simulated ones alike.

    ``record`` is a ``Recording``, or intervals in ms: (N,) is cut into windows of ``seconds``, with ``times`` (N,) of
    the beats in s where there is a clock; (W, N) is one window a row; or what ``find_artefacts`` and ``windows_of``
    made. ``given_breathing`` (Hz, one or one a window) of a belt or metronome wins over the estimate. ``labels`` fills
    columns of the table (``participant``, ``condition``, ``posture``, …), one for all or one a window; ``begins`` is
    the minute at which the record, or each row, begins.

    HF is refused where breathing is outside its band, unless ``override`` is ``"report anyway"``. Raises
    ``RequestError`` for an option that does not exist or fit, ``DataError`` where time runs backwards.
    """
    settings = settings or Welch()
    windows = _windows(record, seconds, times)
    _check(override, labels or {}, given_breathing, len(windows.start))
    beats = windows.beats
    found = hrv_indices(
        beats.rr, accepted=beats.accepted, times=beats.time, breathing=given_breathing, settings=settings
    )
    verdict = _judge(found, windows, override, given_breathing)
    read = np.isfinite(found["hf"]) & ~windows.bare
    named, heard = dict(labels or {}), record.notes if isinstance(record, Recording) else ("intervals are taken as ms",)
    if isinstance(record, Recording):
        named = {"participant": record.participant, "session": record.session} | named
    return Measured(
        tidy(_rows(verdict, windows, named, np.asarray(begins, dtype=float))),
        (*heard, *notes_on(windows, verdict.values["breathing_rate"][read], found["breathing_code"][read])),
        methods_paragraph(windows, settings, override is not None, given_breathing is not None),
        parameters_of(windows, settings) | {"override": override},
    )


def _check(override: str | None, labels: Mapping[str, Any], given: ArrayLike | None, count: int) -> None:
    """Refuse options that do not exist or do not fit ``count`` windows, all at once."""
    findings = []
    if override not in (None, REPORT_ANYWAY):
        findings.append(Finding("override", f"'{override}' is not known", f"Only '{REPORT_ANYWAY}' is."))
    for name, value in labels.items():
        if name not in LABELS:
            findings.append(Finding(f"labels, {name}", "no such column", nearest(name, LABELS)))
        elif _is_list(value) and len(value) != count:
            what = f"{len(value)} values for {count} windows"
            findings.append(Finding(f"labels, {name}", what, "Give one for all, or one a window."))
    rates = np.asarray(np.nan if given is None else given, dtype=float)
    if rates.ndim > 1 or rates.size not in (1, count):
        what = f"{rates.size} rates for {count} windows"
        findings.append(Finding("given_breathing", what, "Give one for all, or one a window."))
    if ((rates <= 0) | (rates > 1)).any():
        fix = "Divide breaths a minute by 60; leave NaN where it is not known."
        findings.append(Finding("given_breathing", "is not between 0 and 1 Hz", fix))
    if findings:
        raise RequestError(findings)


def _windows(record: ArrayLike | Recording | Corrected | Windows, seconds: float, times: ArrayLike | None) -> Windows:
    """The record as windows, at least one."""
    if isinstance(record, Windows):
        windows = record
    elif isinstance(record, Recording):
        windows = windows_of(record, seconds)
    elif np.ndim(record.rr if isinstance(record, Corrected) else record) > 1:
        windows = window_rows(record)
    else:
        windows = windows_of(record, seconds, times)
    if not len(windows.start):
        raise DataError(Finding("record", "holds no window", "Give one window a row."))
    return windows


def _judge(values: Mapping[str, Floats], windows: Windows, override: str | None, given: ArrayLike | None) -> _Verdict:
    """Which values may stand; the order of the rules is the order of what the reader should hear first."""
    verdict, every = _Verdict.on(values), tuple(INDICES)
    share = np.round(100 * windows.covered)
    bare = windows.bare
    verdict.refuse(every, windows.covered == 0, "no usable interval")
    doubled = _doubled(windows.beats)
    missed = _each(f"{{:.0f}} % of intervals are about two, {MUCH}: beats are missing", 100 * doubled)
    verdict.refuse(every, doubled > MOST_CORRECTED, missed)
    verdict.refuse(every, bare, _each(f"intervals cover {{:.0f}} % of the window, {LITTLE}", share))
    few = values["nn"] < LEAST_NN
    verdict.refuse(LEAST_NN_SECONDS, few, f"fewer than {LEAST_NN} NN intervals")
    for name, least in LEAST_NN_SECONDS.items():
        brief = values["nn_seconds"] < least
        verdict.refuse((name,), brief, f"less than {least:.0f} s of NN intervals")
    for name, least in LEAST_SECONDS.items():
        brief = values["run_seconds"] < least - SLACK
        if name == "breathing_rate":
            brief &= np.isnan(values[name])
        why = f"{{:.0f}} s without a gap; {INDICES[name][0]} needs {least:.0f} s"
        verdict.refuse((name,), brief, _each(why, values["run_seconds"]))
    powers, holes = ("lf", "hf", "total_power", "lf_hf"), np.round(100 * values["bridged"])
    riddled = values["bridged"] > MOST_HOLES
    verdict.refuse(powers, riddled, _each(f"beats are missing in {{:.0f}} % of the time, {RIDDLED}", holes))
    verdict.caution(
        powers, values["bridged"] > 0, _each("beats are missing in {:.1f} % of the time", 100 * values["bridged"])
    )
    _judge_breathing(verdict, values, override, given)
    verdict.refuse(("ln_rmssd",), values["rmssd"] == 0, "RMSSD is zero")
    verdict.refuse(("lf_hf",), values["hf"] == 0, "HF is zero")
    corrected = windows.beats.corrected()
    much = _each(f"{{:.1f}} % of beats corrected, {MUCH}", 100 * corrected)
    verdict.caution(every, corrected > MOST_CORRECTED, much)
    verdict.caution(("lf_hf",), np.ones(len(few), dtype=bool), CONVENTION)
    return verdict


def _doubled(beats: Corrected) -> Floats:
    """Share of intervals (W,) that are far longer than those on both sides, and still pass for normal.

    So many missed beats widen the thresholds that should find them.
    """
    rr = np.where(beats.accepted, beats.rr, np.nan)
    if rr.shape[1] < 3:
        return np.zeros(len(rr))
    long = rr[:, 1:-1] > DOUBLED * np.maximum(rr[:, :-2], rr[:, 2:])
    return np.asarray(long.sum(axis=1) / np.maximum(beats.accepted.sum(axis=1), 1))


def _judge_breathing(
    verdict: _Verdict, values: Mapping[str, Floats], override: str | None, given: ArrayLike | None
) -> None:
    """No HF without breathing in its band; LF that holds the breathing says so."""
    rate, code = verdict.values["breathing_rate"], values["breathing_code"]
    state, why = hf_gate(rate, code)
    outside, doubtful = state == INVALID, state == BORDERLINE
    if override == REPORT_ANYWAY:
        verdict.caution(("hf", "lf_hf"), outside, _each("reported anyway, invalid: {}", why))
    else:
        verdict.refuse(("hf", "lf_hf"), outside, _each("invalid: {}", why))
    verdict.caution(("hf", "lf_hf"), doubtful, _each("borderline: {}", why))
    inside = (rate >= LF[0]) & (rate < LF[1])
    verdict.caution(("lf",), inside, _each("holds the breathing at {:.2f} Hz", rate))
    verdict.refuse(("breathing_rate",), np.isnan(rate), why)
    if given is not None:
        known = np.isfinite(np.broadcast_to(np.asarray(given, dtype=float), rate.shape))
        verdict.caution(("breathing_rate",), known, "given, not estimated")


def _each(text: str, values: Floats | Words) -> Words:
    """The text with each value in it (W,)."""
    return np.array([text.format(value) for value in values], dtype=object)


def _rows(verdict: _Verdict, windows: Windows, labels: Mapping[str, Any], begins: Floats) -> Iterator[dict[str, Any]]:
    """Rows of the table, window by window."""
    count = len(windows.start)
    minute = windows.start / 60 + begins
    fixed = {"instrument": "RR intervals"} | dict(labels)
    several = {name: value for name, value in fixed.items() if _is_list(value)}
    corrected = 100 * windows.beats.corrected()
    for at in range(count):
        shared = fixed | {name: value[at] for name, value in several.items()} | {"time": minute[at]}
        for name, (outcome, unit) in INDICES.items():
            value, why = verdict.values[name][at], verdict.reasons[name][at]
            yield shared | {"outcome": outcome, "unit": unit, "value": value, "reason": why}
        why = "" if np.isfinite(corrected[at]) else "no beat"
        yield shared | {"outcome": "corrected beats", "unit": "%", "value": corrected[at], "reason": why}


def _is_list(value: Any) -> bool:
    """One value a window, rather than one for all."""
    return isinstance(value, Sequence | np.ndarray) and not isinstance(value, str)
