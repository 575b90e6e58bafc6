"""How many people an outcome needs: for what is expected, and for what is worth having. And what a number cannot find.

Closed forms on moments of virtual people. The correlation of both measurements comes from the simulated people, or, of
a questionnaire without a counterpart in the body, from published retests; never from a box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from effleurage.evidence.sizes import MOST, crossover_pairs, design_effect, detectable, per_arm, power_of
from effleurage.trial.bank import Bank
from effleurage.trial.design import Design, Measure
from effleurage.trial.moments import Doubt, Moments, moments
from effleurage.trial.outcomes import PERCENT, Outcome, outcome_of

TEETH = (10, 20, 40, 80, 120, 160, 240, 320, 480)
"""Sizes of a power curve."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Size:
    """Persons ``analysed`` in each arm (pairs, in a crossover), and ``recruited`` to keep them; None beyond reach."""

    analysed: int | None
    recruited: int | None


@dataclass(frozen=True)
class Need:
    """What an outcome needs. Differences are in the outcome's unit; None where no body stands behind it.

    ``effect`` with ``effect_low`` to ``effect_high``, 80 % of what the uncertain numbers allow. ``usual`` level, ``sd``
    of people (of ln on a log scale), ``r`` between both measurements. ``expected``: size for the effect, ``at_best``
    and ``at_worst`` for the ends of its range; ``worth``: for ``worthwhile``. ``detectable``: the difference that the
    design's own n finds, where it says one. ``curve``: (n, power) for the effect, else for ``worthwhile``.
    """

    measure: Measure
    outcome: Outcome
    usual: float
    sd: float
    r: float
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    expected: Size | None
    at_best: Size | None
    at_worst: Size | None
    worthwhile: float
    worth: Size | None
    detectable: float | None
    curve: tuple[tuple[int, float], ...]
    warning: str


def need(design: Design, bank: Bank | None, place: int, measure: Measure, doubt: Doubt | None, other: int = 1) -> Need:
    """The need of one measure; ``place`` is its row in the bank, ``other`` the arm it is compared with."""
    outcome = outcome_of(measure.outcome, measure.instrument)
    if not outcome.simulated or bank is None:
        return _published(design, measure, outcome)
    known = moments(bank, place, 0, other)
    kept = design.adherence if design.estimand == "treatment policy" else 1.0
    effect = kept * known.effect
    low, high = (kept * end for end in doubt.interval(place)) if doubt else (effect, effect)
    worthwhile = _worthwhile(measure, known.usual)
    ends = sorted((abs(low), abs(high)))
    within = design.layout == "crossover"
    spread, r = (_within(bank, place), None) if within else (known.sd, known.r)
    straddles = low < 0 < high
    scale = known.on_scale(worthwhile) if worthwhile else 0.0
    return Need(
        measure=measure,
        outcome=outcome,
        usual=known.usual,
        sd=known.sd,
        r=known.r,
        effect=known.in_unit(effect),
        effect_low=known.in_unit(low),
        effect_high=known.in_unit(high),
        expected=size(design, abs(effect) / spread, r),
        at_best=size(design, ends[1] / spread, r),
        at_worst=Size(None, None) if straddles else size(design, ends[0] / spread, r),
        worthwhile=worthwhile,
        worth=size(design, scale / spread, r) if scale else None,
        detectable=_found(design, known, spread, r),
        curve=curve(design, abs(effect) / spread, r),
        warning="",
    )


def size(design: Design, d: float, r: float | None) -> Size:
    """Persons for a difference of ``d`` SDs, with what therapists, drop-out and missing tubes cost.

    The design's therapists share however many people there are, so their cost grows with the size, and beyond some size
    more people add nothing.
    """
    if d <= 0 or not np.isfinite(d):
        return Size(None, None)

    def enough(n: int) -> bool:
        found = power_of(n, d, r=r, alpha=design.alpha, design_effect=_clustered(design, n, r))
        return float(found) >= design.power

    if design.layout == "crossover":
        n = crossover_pairs(d / np.sqrt(2), period=True, alpha=design.alpha, power=design.power)
    else:
        n = per_arm(d, r=r, alpha=design.alpha, power=design.power)
    if n is None:
        return Size(None, None)
    low, high = n - 1, n
    while design.layout != "crossover" and not enough(high):
        low, high = high, 2 * high
        if high > MOST:
            return Size(None, None)
    while low + 1 < high and design.layout != "crossover":
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    n = high
    left = (1 - design.dropout) * (1 - design.missing) ** 2
    if design.estimand == "while on treatment":
        left *= design.adherence
    return Size(n, ceil(n / left) if left > 0 else None)


def curve(design: Design, d: float, r: float | None, teeth: Sequence[int] = TEETH) -> tuple[tuple[int, float], ...]:
    """Power at several sizes."""
    power = [power_of(n, d, r=r, alpha=design.alpha, design_effect=_clustered(design, n, r)) for n in teeth]
    return tuple(zip(teeth, (float(one) for one in power), strict=True))


def _clustered(design: Design, n: int, r: float | None) -> float:
    """Factor on the variance of the massage arm where several therapists share it."""
    many = design.arms[0].therapists
    if many < 2 or n <= many or design.layout == "crossover":
        return 1.0
    return float(design_effect(n / many, design.therapist_icc, r=r))


def _found(design: Design, known: Moments, spread: float, r: float | None) -> float | None:
    """The difference that the design's n finds, in the outcome's unit."""
    if design.n is None:
        return None
    left = max(2, int(design.n * (1 - design.dropout) * (1 - design.missing) ** 2))
    found = detectable(left, r=r, alpha=design.alpha, power=design.power, design_effect=_clustered(design, left, r))
    return abs(known.in_unit(-float(found) * spread))


def _within(bank: Bank, place: int) -> float:
    """SD of a difference within persons, over the square root of two: a crossover of n pairs is a trial of n an arm."""
    from effleurage.trial.replicates import within

    return float(np.hypot(within(bank, place), bank.instruments[place].noise))


def _worthwhile(measure: Measure, usual: float) -> float:
    return measure.worthwhile / 100 * abs(usual) if measure.worthwhile_unit == PERCENT else measure.worthwhile


def _published(design: Design, measure: Measure, outcome: Outcome) -> Need:
    """Closed forms on published numbers: no effect is expected of what no body stands behind."""
    worthwhile = _worthwhile(measure, outcome.mean)
    r = None if design.layout == "crossover" else outcome.retest
    spread = outcome.sd * float(np.sqrt(1 - outcome.retest)) if design.layout == "crossover" else outcome.sd
    found = None
    if design.n is not None:
        left = max(2, int(design.n * (1 - design.dropout) * (1 - design.missing) ** 2))
        inflated = _clustered(design, left, r)
        found = outcome.sd * float(
            detectable(left, r=r, alpha=design.alpha, power=design.power, design_effect=inflated)
        )
    d = worthwhile / spread
    return Need(
        measure=measure,
        outcome=outcome,
        usual=outcome.mean,
        sd=outcome.sd,
        r=outcome.retest,
        effect=None,
        effect_low=None,
        effect_high=None,
        expected=None,
        at_best=None,
        at_worst=None,
        worthwhile=worthwhile,
        worth=size(design, d, r) if d > 0 else None,
        detectable=found,
        curve=curve(design, d, r) if d > 0 else (),
        warning=outcome.warning,
    )
