"""Throughput of our heart-rate variability against NeuroKit2's, at equal values: ``python bench/hrv.py``.

10,000 five-minute windows are simulated. NeuroKit2 (``hrv_time`` and ``hrv_frequency``, one window a call, as it is
made) gets the first ``SUBSET`` of them, ``hrv_indices`` gets all. Values must agree before anything is timed. Both run
in this process, in turns, ``ROUNDS`` rounds of about as long for both; the median of the rounds' ratios counts, so
that a busy machine is busy for both.

Where the definitions differ, and what is done about it:

* ``hrv_frequency`` joins the intervals by a quadratic spline and has no argument to change that; here its own
  ``intervals_process`` is handed ``method="cubic"``, which it knows. What the quadratic spline gives is printed.
* ``normalize=False``: by default NeuroKit2's powers are no ms². ``interpolation_rate=4``: by default 100 Hz, which
  takes it longer and moves the powers by less than the spline does.
* It takes half the record as Welch segment: 150 s here, as ours. It takes off the mean, not the line, and adds up
  bins from the lower edge up to, not with, the upper: our ``AS_NEUROKIT``. What our own settings give is printed.
* Its grid ends with the first sample behind the last beat, ours with the last sample before it. Windows are stretched
  by less than 0.5 % so that a sample falls on the last beat and both have the same 1,200 samples.
* NeuroKit2 does not look for breathing, so ours is told it and does not look either.
* pNN50: it divides by the number of intervals, we by the number of differences.
"""

from __future__ import annotations

import functools
import importlib
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from effleurage.engine.streams import normals
from effleurage.lab.heart.indices import hrv_indices
from effleurage.lab.heart.spectrum import AS_NEUROKIT

WINDOWS = 10_000
SUBSET = 100
ROUNDS = 40
THEIRS, OURS = 5, 1000
LASTING = 299.75 - 1e-9
PAIRS = {"rmssd": "HRV_RMSSD", "sdnn": "HRV_SDNN", "mean_rr": "HRV_MeanNN", "pnn50": "HRV_pNN50"}
POWERS = {"lf": "HRV_LF", "hf": "HRV_HF"}


def simulate(windows: int) -> tuple[np.ndarray, np.ndarray]:
    """Intervals in ms (windows, beats), NaN behind the end, and the breathing in them, Hz (windows,).

    Two rhythms and noise on hearts of 60 to 83 a minute.
    """
    who = np.arange(windows)
    traits = [normals(1, f"bench {name}", who) for name in ("rate", "lf", "hf", "breathing")]
    mean = 860 + 70 * np.clip(traits[0], -2, 2)
    slow, fast = (25 * np.exp(0.4 * trait) for trait in traits[1:3])
    breathing = 0.25 + 0.03 * np.clip(traits[3], -2, 2)
    at, beats = np.zeros(windows), []
    for beat in range(460):
        rr = mean + slow * np.sin(2 * np.pi * 0.1 * at) + fast * np.sin(2 * np.pi * breathing * at + 1)
        rr += 8 * normals(1, f"bench beat {beat}", who)
        beats.append(rr)
        at = at + rr / 1000
    table = np.stack(beats, axis=1)
    since = np.cumsum(table, axis=1) - table[:, :1]
    inside = since <= 1000 * (LASTING + 0.4)
    lasting = np.where(inside, since, 0.0).max(axis=1)
    table = np.where(inside, table, np.nan)
    table[:, 1:] *= (1000 * LASTING / lasting)[:, None]
    return table[:, : int(inside.sum(axis=1).max())], breathing


def neurokit(nk: Any, row: np.ndarray) -> dict[str, float]:
    """What NeuroKit2 makes of one window."""
    rr = row[np.isfinite(row)]
    beats = {"RRI": rr, "RRI_Time": np.cumsum(rr) / 1000}
    found: dict[str, float] = nk.hrv_time(beats).iloc[0].to_dict()
    found |= nk.hrv_frequency(beats, normalize=False, interpolation_rate=4).iloc[0].to_dict()
    return found


@contextmanager
def cubic() -> Iterator[None]:
    """NeuroKit2's ``hrv_frequency`` with its own interpolation told to be cubic."""
    inner: Any = importlib.import_module("neurokit2.hrv.hrv_frequency")
    as_made = inner.intervals_process
    inner.intervals_process = functools.partial(as_made, method="cubic")
    try:
        yield
    finally:
        inner.intervals_process = as_made


def in_turns(jobs: dict[str, Callable[[int], object]]) -> dict[str, list[float]]:
    """Seconds that each job takes in each round; a round is a moment, so that a busy machine is busy for both."""
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(ROUNDS):
        for name, job in jobs.items():
            begin = time.perf_counter()
            job(turn)
            taken[name].append(time.perf_counter() - begin)
    return taken


def share(table: np.ndarray, turn: int, rows: int) -> np.ndarray:
    """The next ``rows`` rows of a table for a round, from the top again at the end."""
    begin = turn * rows % len(table)
    return table[begin : begin + rows]


def say(line: str) -> None:
    """One line to the terminal."""
    sys.stdout.write(line + "\n")


def largest_difference(nk: Any, table: np.ndarray) -> float:
    """The largest relative difference between any index of theirs and ours on these windows; prints each."""
    quadratic = [neurokit(nk, row) for row in table]
    with cubic():
        theirs = [neurokit(nk, row) for row in table]
    ours, own = hrv_indices(table, settings=AS_NEUROKIT), hrv_indices(table)
    worst = 0.0
    say(f"NeuroKit2 {nk.__version__}, {len(table)} windows: largest relative difference")
    for name, column in (PAIRS | POWERS).items():
        value = np.array([found[column] for found in theirs])
        if name == "pnn50":
            value = value * ours["nn"] / (ours["nn"] - 1)
        difference = float(np.max(abs(ours[name] - value) / np.maximum(value, 1e-9)))
        worst = max(worst, difference)
        line = f"  {name:8s} {difference:.1e}"
        if name in POWERS:
            other = np.median(np.array([found[column] for found in quadratic]) / value - 1)
            line += f"   median with its quadratic spline {100 * other:+.2f} %"
            line += f", with our own settings {100 * np.median(own[name] / value - 1):+.2f} %"
        say(line)
    return worst


def ratio_of_speed(nk: Any, table: np.ndarray, breathing: np.ndarray) -> float:
    """How many times as many windows a second we make; prints what each takes."""
    with cubic():
        taken = in_turns(
            {
                "theirs": lambda turn: [neurokit(nk, row) for row in share(table, turn, THEIRS)],
                "ours": lambda turn: hrv_indices(
                    share(table, turn, OURS), breathing=share(breathing, turn, OURS), settings=AS_NEUROKIT
                ),
            }
        )
    theirs, ours = np.array(taken["theirs"]) / THEIRS, np.array(taken["ours"]) / OURS
    for name, each in (("theirs", theirs), ("ours", ours)):
        say(f"{name}: best {1e6 * each.min():,.1f} µs a window, median {1e6 * np.median(each):,.1f} µs")
    passes = ROUNDS * OURS // WINDOWS
    say(f"all {WINDOWS:,} windows, {passes} times: {sum(taken['ours']) / passes:.2f} s each")
    ratio = float(np.median(theirs / ours))
    say(f"ours is {ratio:.0f} times as fast (of the best rounds: {theirs.min() / ours.min():.0f})")
    return ratio


def main() -> int:
    """Compare values, then time; 0 if all agree and we are 200 times as fast."""
    table, breathing = simulate(WINDOWS)
    hrv_indices(table[:SUBSET])  # whatever is loaded at first use
    try:
        import neurokit2 as nk
    except ImportError:
        begin = time.perf_counter()
        hrv_indices(table, breathing=breathing)
        rate = WINDOWS / (time.perf_counter() - begin)
        say(f"ours: {rate:,.0f} windows a second. NeuroKit2 is not installed here, so there is nothing")
        say("to compare with. Install neurokit2==0.2.13 in an environment of its own, and come again.")
        return 0
    warnings.simplefilter("ignore")
    if largest_difference(nk, table[:SUBSET]) > 1e-6:
        say("values differ: nothing is timed")
        return 1
    return 0 if ratio_of_speed(nk, table, breathing) >= 200 else 1


if __name__ == "__main__":
    sys.exit(main())
