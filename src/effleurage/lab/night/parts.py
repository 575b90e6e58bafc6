"""The parts of one night in minutes, what each rests on, and what no night can have been.

Definitions: the Consensus Sleep Diary (Carney 2012, Sleep 35:287, doi 10.5665/sleep.1642) for TIB, SOL, WASO and TST.
A night is known by field, in minutes on one clock without jumps; NaN is what nobody recorded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

LONGEST_IN_BED = 1440.0
"""Minutes in bed that no single night exceeds (ours)."""
SLACK = 5.0
"""Minutes by which a device's own TST may differ from its clock times (ours; one night in eight of a sleep mat's
summaries leaves 2 min without a stage)."""

_ROUNDING = 1e-6
STAMPS = ("into_bed", "lights_out", "final_awakening", "out_of_bed")
"""Fields that are times, in the order of a night."""
MINUTES = ("minutes_to_sleep", "minutes_awake", "minutes_trying", "minutes_asleep")
"""Fields that are lengths."""
PARTS = {
    "TIB": ("into_bed", "out_of_bed"),
    "SOL": ("minutes_to_sleep",),
    "SPT": ("lights_out", "minutes_to_sleep", "final_awakening"),
    "WASO": ("minutes_awake",),
    "TST": ("minutes_asleep", "lights_out", "minutes_to_sleep", "final_awakening", "minutes_awake"),
    "TASAFA": ("minutes_trying",),
}
"""Part of a night -> the fields it rests on."""
RATIOS = {"se_tib": ("TIB",), "se_dse": ("SOL", "TST", "WASO", "TASAFA"), "sme": ("SPT",)}
"""Sleep efficiency -> the parts that add up to its denominator; TST is above it."""


def parts_of(known: Mapping[str, float]) -> dict[str, float]:
    """Minutes of the night's parts; TST as the instrument states it, else from the diary's definition."""
    period = known["final_awakening"] - known["lights_out"] - known["minutes_to_sleep"]
    stated = known["minutes_asleep"]
    return {
        "TIB": known["out_of_bed"] - known["into_bed"],
        "SOL": known["minutes_to_sleep"],
        "SPT": period,
        "WASO": known["minutes_awake"],
        "TST": stated if math.isfinite(stated) else period - known["minutes_awake"],
        "TASAFA": known["minutes_trying"],
    }


def impossible(known: Mapping[str, float], phrased: Callable[[str], str]) -> Iterator[str]:
    """What cannot have been, a clause each; ``phrased`` writes a stamp. A comparison with NaN says nothing."""
    yield from (f"{name} is {known[name]:g} min, below 0" for name in MINUTES if known[name] < 0)
    yield from (f"{name} is {known[name]:g} min, more than a day" for name in MINUTES if known[name] > LONGEST_IN_BED)
    for early, late in pairwise(name for name in STAMPS if math.isfinite(known[name])):
        if known[late] < known[early]:
            yield f"{late} ({phrased(late)}) is before {early} ({phrased(early)})"
            return
    parts, stated = parts_of(known), known["minutes_asleep"]
    if parts["TIB"] > LONGEST_IN_BED:
        yield f"into_bed to out_of_bed is {parts['TIB'] / 60:.1f} h, more than a day"
    for name, part in (("minutes_to_sleep", "SOL"), ("minutes_awake", "WASO")):
        if parts[part] > parts["TIB"] >= 0:
            yield f"{name} ({parts[part]:g}) is more than the {parts['TIB']:g} min in bed: is it in seconds?"
    if parts["SPT"] < 0 <= known["final_awakening"] - known["lights_out"]:
        yield f"minutes_to_sleep ({parts['SOL']:g}) reaches beyond final_awakening"
    elif parts["WASO"] > parts["SPT"] >= 0:
        yield f"minutes_awake ({parts['WASO']:g}) is more than the {parts['SPT']:g} min of the sleep period"
    if known["minutes_trying"] > known["out_of_bed"] - known["final_awakening"]:
        yield f"minutes_trying ({known['minutes_trying']:g}) reaches beyond out_of_bed"
    if stated > parts["TIB"] + _ROUNDING:
        yield f"minutes_asleep ({stated:g}) is more than the {parts['TIB']:g} min in bed"
    elif stated > parts["SPT"] + _ROUNDING:
        yield f"minutes_asleep ({stated:g}) is more than the {parts['SPT']:g} min of the sleep period"
    elif abs(stated - (parts["SPT"] - parts["WASO"])) > SLACK:
        yield f"minutes_asleep ({stated:g}) is not the sleep period less minutes_awake"


def efficiency_bounds(values: Mapping[str, float], known: Mapping[str, float]) -> str:
    """What ``se_dse`` is at least and at most, where only the time of trying is unknown."""
    base, lie_in = values["SOL"] + values["TST"] + values["WASO"], known["out_of_bed"] - known["final_awakening"]
    if not (math.isfinite(base + lie_in) and base > 0):
        return ""
    low, high = 100 * values["TST"] / (base + lie_in), 100 * values["TST"] / base
    return f" (se_dse is between {low:.1f} and {high:.1f} %)"
