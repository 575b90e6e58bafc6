"""How many people an outcome needs: for what is expected, and for what is worth having. And what a number cannot find.

Closed forms on moments of virtual people. The correlation of both measurements comes from the simulated people, or, of
a questionnaire without a counterpart in the body, from published retests; never from a box. A design of one arm gets
no size: a change in one arm is not an effect, so there is nothing that a number of people could find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import copysign, log

from effleurage.trial.design.contrast import TEETH, Contrast, Size
from effleurage.trial.design.design import Design, Measure
from effleurage.trial.design.endpoints import PERCENT, Outcome, outcome_of
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.moments import Doubt, Moments, attended, moments

__all__ = ["TEETH", "Need", "Size", "need"]


@dataclass(frozen=True)
class Need:
    """What an outcome needs, ``against`` one other arm (empty where there is none). Differences are in its unit.

    None where no body stands behind it, and where there is no other arm. ``effect`` with ``effect_low`` to
    ``effect_high``, 80 % of what the uncertain numbers allow. ``usual`` level, ``sd`` of people (of ln on a log scale),
    ``r`` between both measurements (in a crossover, both periods). ``expected``: size for the effect, ``at_best`` and
    ``at_worst`` for the ends of its range; ``worth``: for ``worthwhile``. ``detectable``: the difference that the
    design's own n finds, where it says one. ``curve``: (n, power) for the effect, else for ``worthwhile``.
    ``contrast``: the two arms, on the instrument's scale.
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
    against: str = ""
    contrast: Contrast | None = None

    @property
    def cannot_be(self) -> bool:
        """Whether people are too near the end of the scale to move by the difference worth having."""
        return self.worthwhile > self.outcome.room(self.usual, self.effect or -1)

    @property
    def worth_scale(self) -> float:
        """The difference worth having, on the scale on which the outcome is analysed and on the side of the effect."""
        if not (self.outcome.log and self.worthwhile):
            return self.worthwhile
        return abs(log(max(1 + copysign(self.worthwhile / self.usual, self.effect or -1), 1e-3)))


def need(design: Design, bank: Bank | None, place: int, measure: Measure, doubt: Doubt | None, other: int = 1) -> Need:
    """The need of one measure; ``place`` is its row in the bank, ``other`` the arm it is compared with."""
    outcome = outcome_of(measure.outcome, measure.instrument)
    if not outcome.simulated or bank is None:
        return _published(design, measure, outcome, other)
    known = moments(bank, place, 0, other)
    worthwhile = worth_at(measure, known.usual)
    alone = Need(
        measure=measure,
        outcome=outcome,
        usual=known.usual,
        sd=known.sd,
        r=known.r,
        effect=None,
        effect_low=None,
        effect_high=None,
        expected=None,
        at_best=None,
        at_worst=None,
        worthwhile=worthwhile,
        worth=None,
        detectable=None,
        curve=(),
        warning="",
    )
    return alone if len(design.arms) < 2 else _sized(alone, design, known, place, doubt, other)


def _sized(alone: Need, design: Design, known: Moments, place: int, doubt: Doubt | None, other: int) -> Need:
    """The same with everything that a comparison says."""
    contrast, effect = known.contrast, known.effect
    share = attended(design)
    low, high = (share * end for end in doubt.interval(place)) if doubt else (effect, effect)
    ends = sorted((abs(low), abs(high)))
    scale = known.on_scale(alone.worthwhile) if alone.worthwhile else 0.0
    found = _found(design, contrast)
    sized = replace(
        alone,
        effect=known.in_unit(effect),
        effect_low=known.in_unit(low),
        effect_high=known.in_unit(high),
        expected=contrast.size(effect),
        at_best=contrast.size(ends[1]),
        at_worst=Size(None, None) if low < 0 < high else contrast.size(ends[0]),
        worth=contrast.size(scale) if scale else None,
        detectable=None if found is None else abs(known.in_unit(-found)),
        curve=contrast.curve(effect),
        against=design.arms[other].name,
        contrast=contrast,
    )
    return _reachable(sized)


def _reachable(sized: Need) -> Need:
    """The same without a number of people for a difference that cannot be."""
    return replace(sized, worth=Size(None, None)) if sized.worth and sized.cannot_be else sized


def _found(design: Design, contrast: Contrast) -> float | None:
    """The difference that the design's n finds, on the instrument's scale."""
    if design.n is None:
        return None
    left = (1 - design.dropout) * (1 - design.missing) ** 2
    if design.estimand == "while on treatment":
        left *= design.adherence
    return contrast.detectable(max(2, int(design.n * left)))


def worth_at(measure: Measure, usual: float) -> float:
    """The difference worth having of a measure in its unit, 0 where none is said, at the usual level."""
    return measure.worthwhile / 100 * abs(usual) if measure.worthwhile_unit == PERCENT else measure.worthwhile


def _published(design: Design, measure: Measure, outcome: Outcome, other: int) -> Need:
    """Closed forms on published numbers: no effect is expected of what no body stands behind."""
    worthwhile = worth_at(measure, outcome.mean)
    alone = len(design.arms) < 2
    contrast = None if alone else Contrast.of(design, outcome.sd, outcome.retest, design.arms[other], attended(design))
    possible = 0 < worthwhile <= outcome.room(outcome.mean, -1)
    found = Need(
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
        worth=contrast.size(worthwhile) if contrast and worthwhile else None,
        detectable=_found(design, contrast) if contrast else None,
        curve=contrast.curve(worthwhile) if contrast and possible else (),
        warning=outcome.warning,
        against="" if alone else design.arms[other].name,
        contrast=contrast,
    )
    return _reachable(found)
