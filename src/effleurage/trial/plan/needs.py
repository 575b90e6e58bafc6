"""How many people an outcome needs: for what is expected, and for what is worth having. And what a number cannot find.

Closed forms on moments of virtual people. The correlation of both measurements comes from the simulated people, or, of
a questionnaire without a counterpart in the body, from published retests; never from a box. A design of one arm gets
no size: a change in one arm is not an effect, so there is nothing that a number of people could find.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import copysign, exp, log, sqrt

from effleurage.statistics.sizes import MOST
from effleurage.trial.design.contrast import TEETH, Contrast, Size
from effleurage.trial.design.design import Design, Measure
from effleurage.trial.design.endpoints import PERCENT, Endpoint, endpoint_of
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.moments import Doubt, Moments, attended, moments

__all__ = ["FARTHEST", "TEETH", "Curve", "Need", "Size", "need"]

Curve = tuple[tuple[int, float], ...]
"""(people an arm, power) at several sizes."""
FARTHEST = MOST
"""People an arm beyond which no size is told."""


@dataclass(frozen=True)
class Need:
    """What an outcome needs, ``against`` one other arm (empty where there is none). Differences are in its unit.

    Always known are the ``usual`` level, the ``sd`` of people (of ln on a log scale), ``r`` between both measurements
    (in a crossover, both periods), and the smallest difference ``worthwhile``, 0 where none is said.

    Whatever else is None or empty where there is no other arm, and what is expected also where no body stands behind
    the outcome. ``effect`` with ``effect_low`` to ``effect_high``, 80 % of what the uncertain numbers allow.
    ``expected``: size for the effect, ``at_best`` and ``at_worst`` for the ends of its range; ``worth``: for
    ``worthwhile``. ``detectable``: the difference that the design's own n finds, where it says one.
    ``expected_curve`` and ``worth_curve``: power for the effect and for the difference worth having. ``contrast``: the
    two arms, on the instrument's scale.
    """

    measure: Measure
    outcome: Endpoint
    usual: float
    sd: float
    r: float
    worthwhile: float
    effect: float | None = None
    effect_low: float | None = None
    effect_high: float | None = None
    expected: Size | None = None
    at_best: Size | None = None
    at_worst: Size | None = None
    worth: Size | None = None
    detectable: float | None = None
    expected_curve: Curve = ()
    worth_curve: Curve = ()
    warning: str = ""
    against: str = ""
    contrast: Contrast | None = None

    @property
    def alike(self) -> bool:
        """Whether the body does the same in both arms."""
        return self.effect == 0

    @property
    def ranged(self) -> bool:
        """Whether it is known how unsure the effect is; in a first answer it is not."""
        return self.effect_low is not None and self.effect_low != self.effect_high

    @property
    def sign_sure(self) -> bool:
        """Whether all that the uncertain numbers allow goes one way."""
        low, high = self.effect_low, self.effect_high
        return low is None or high is None or not low < 0 < high

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

    @property
    def within(self) -> float:
        """SD of a person from period to period of a crossover, on the scale on which the outcome is analysed."""
        return float(self.sd * sqrt(1 - self.r))

    @property
    def decisive(self) -> Size | None:
        """The size that decides how large the trial is: for what is worth having, else for what is expected."""
        return self.worth if self.worth is not None else self.expected

    @property
    def curve(self) -> Curve:
        """Power for the effect, else for the difference worth having."""
        return self.worth_curve if self.effect is None else self.expected_curve

    def never(self, size: Size) -> bool:
        """Whether one of its sizes is beyond reach however many people there are.

        Because the arms are alike, because people cannot move by as much, or because therapists are too few.
        """
        return self.too_few_therapists(size) or (self.cannot_be if size is self.worth else self.alike)

    def too_few_therapists(self, size: Size) -> bool:
        """Whether more people do not help to one of its sizes, and more therapists would."""
        if size.analysed is not None or (self.alike and size is not self.worth):
            return False
        return self.contrast is not None and self.contrast.counts_therapists


def need(design: Design, bank: Bank | None, place: int, measure: Measure, doubt: Doubt | None, other: int = 1) -> Need:
    """The need of one measure; ``place`` is its row in the bank, ``other`` the arm it is compared with.

    Without a bank, or of an outcome that the body has not, it rests on published numbers, and no effect is expected.
    """
    outcome = endpoint_of(measure.outcome, measure.instrument)
    compared = len(design.arms) > 1
    if bank is None or not outcome.simulated:
        taken = outcome.intake(measure.intake)
        usual, sd, r = taken.first, taken.later_sd, taken.r
        alone = Need(measure, outcome, usual, sd, r, worth_at(measure, usual), warning=outcome.warning)
        if not compared:
            return alone
        contrast = Contrast.of(design, sd, r, design.arms[other], attended(design))
        return _compared(alone, contrast, design.arms[other].name)
    known = moments(bank, place, 0, other)
    alone = Need(measure, outcome, known.usual, known.sd, known.r, worth_at(measure, known.usual))
    if not compared:
        return alone
    share = attended(design)
    low, high = (share * end for end in doubt.interval(place)) if doubt else (known.effect, known.effect)
    return _compared(_expecting(alone, known, low, high), known.contrast, design.arms[other].name)


def worth_at(measure: Measure, usual: float) -> float:
    """The difference worth having of a measure in its unit, 0 where none is said, at the usual level."""
    return measure.worthwhile / 100 * abs(usual) if measure.worthwhile_unit == PERCENT else measure.worthwhile


def _expecting(alone: Need, known: Moments, low: float, high: float) -> Need:
    """The same with the effect of virtual people, and what it needs; ``low`` to ``high`` on the instrument's scale."""
    contrast, ends = known.contrast, sorted((abs(low), abs(high)))
    return replace(
        alone,
        effect=known.in_unit(known.effect),
        effect_low=known.in_unit(low),
        effect_high=known.in_unit(high),
        expected=contrast.size(known.effect),
        at_best=contrast.size(ends[1]),
        at_worst=Size(None, None) if low < 0 < high else contrast.size(ends[0]),
        expected_curve=contrast.curve(known.effect),
    )


def _compared(alone: Need, contrast: Contrast, against: str) -> Need:
    """The same with what the difference worth having needs, and what the design's own n finds."""
    found = _found(contrast)
    sized = replace(alone, against=against, contrast=contrast, detectable=found)
    if found is not None and alone.outcome.log:
        sized = replace(sized, detectable=alone.usual * (1 - exp(-found)))
    if not alone.worthwhile:
        return sized
    if alone.cannot_be:
        return replace(sized, worth=Size(None, None))
    worth = alone.worth_scale
    return replace(sized, worth=contrast.size(worth), worth_curve=contrast.curve(worth))


def _found(contrast: Contrast) -> float | None:
    """The difference that the design's own n finds, on the instrument's scale; None where the design says no n."""
    design = contrast.design
    if design.n is None:
        return None
    left = (1 - design.dropout) * (1 - design.missing) ** 2
    if design.estimand == "while on treatment":
        left *= design.adherence
    return contrast.detectable(max(2, int(design.n * left)))
