"""When and how somebody may have been measured: one way where all is said, several where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from effleurage.engine.grid import DAY
from effleurage.lab.instruments.instruments import Instrument
from effleurage.lab.untreated.hours import ABOUT, FARTHEST, LONGEST_REST, Hours
from effleurage.lab.untreated.pair import PARTS, Pair

UP, LIGHTS_OUT = 420.0, 1380.0
"""Usual hours of getting up and of lights out, minutes since midnight, where nothing else is said."""
ROUND = 15.0
"""Clock times are rounded to so many minutes, so that few worlds serve many people (ours); a shorter gap is kept."""
AWAKENING = 90.0
"""Minutes after getting up in which cortisol still answers to awakening (ours)."""
SHORT_NIGHT = 390.0
"""Minutes in bed after which nearly all virtual people sleep until they are woken, as tubes from awakening suppose."""
ROUND_UP = 60.0
"""Hours of getting up likewise; what is measured keeps its distance from getting up."""
POSTURES = ("lying", "seated", "standing")
"""Postures that are held equally possible where a visit's posture is not said and matters."""
USUAL_POSTURE = "supine"
"""The posture of a visit where it is not said and does not matter."""
VISIT = 60.0
"""Minutes between two measurements of one day where only the part of the day is said (ours)."""


@dataclass(frozen=True)
class Habits:
    """What is said of everybody whose row says nothing else; ``resting``: quiet rest in between, None as rows tell."""

    resting: bool | None = None
    up: float = UP
    lights_out: float = LIGHTS_OUT
    posture: str = ""
    rested: float = 0.0


def sides_of(pair: Pair, instrument: Instrument, habits: Habits) -> tuple[Hours, ...]:
    """Every way in which a pair may have been measured, each as likely: postures and hours that are not said.

    Of what the body has not only the days between count.
    """
    if not instrument.lived:
        return (Hours(0.0, 0.0, pair.days_apart),)
    found = []
    for clocks in _clocks(pair):
        hours = _hours(replace(pair, clock_before=clocks[0], clock_after=clocks[1]), habits)
        said = (pair.posture or habits.posture).strip().casefold()
        open_to = POSTURES if hours.resting and instrument.posture and not said else (said or USUAL_POSTURE,)
        if said == ABOUT:  # nobody rests then
            found.append(replace(hours, resting=False, rested=0.0, posture=ABOUT))
            continue
        found += [replace(hours, posture=posture if hours.resting else "") for posture in open_to]
    return tuple(found)


def abreast(ways: Sequence[tuple[Hours, ...]]) -> list[list[Hours]]:
    """The ways of n pairs as sides of n hours each: who has fewer ways than others has each of them more often."""
    most = int(np.lcm.reduce([len(own) for own in ways]))
    return [[own[side % len(own)] for own in ways] for side in range(most)]


def _clocks(pair: Pair) -> list[tuple[float, float]]:
    """Clock times of both measurements: those that are said, or some of the part of the day."""
    if np.isfinite([pair.clock_before, pair.clock_after]).all() or pair.part not in PARTS:
        return [(pair.clock_before, pair.clock_after)]
    apart = 0.0 if pair.days_apart else VISIT
    return [(start, start + apart) for start in PARTS[pair.part]]


def _hours(pair: Pair, habits: Habits) -> Hours:
    """The hours of a pair, without its posture."""
    own = pair.up if np.isfinite(pair.up) else habits.up
    rose = float(np.round(own / ROUND_UP) * ROUND_UP) if np.isfinite(pair.up) else own
    near = pair.days_apart == 0 and pair.clock_after - pair.clock_before <= LONGEST_REST
    rested = pair.rested or habits.rested
    rests = near and (bool(pair.condition) or rested > 0 if habits.resting is None else habits.resting)
    before, after = _times(pair, rose - own, exact=np.isfinite(pair.up) and not rests)
    woken = np.isfinite(pair.up) and 0 <= pair.clock_before - pair.up <= AWAKENING
    out = rose - SHORT_NIGHT if woken else habits.lights_out + (rose - habits.up)
    return Hours(
        before, after, min(pair.days_apart, FARTHEST), rose, float(out % DAY), rests, rested=rested if rests else 0.0
    )


def _times(pair: Pair, shift: float, *, exact: bool) -> tuple[float, float]:
    """Minutes since midnight of both measurements as simulated: two of one day are never of one minute."""
    before, after = pair.clock_before + shift, pair.clock_after + shift
    gap = after - before
    if not exact:
        before, after = float(np.round(before / ROUND) * ROUND), float(np.round(after / ROUND) * ROUND)
        if pair.days_apart == 0:
            after = before + (float(np.round(gap / ROUND) * ROUND) if gap >= ROUND else float(np.round(gap)))
    return before, after if pair.days_apart else max(after, before + 1.0)
