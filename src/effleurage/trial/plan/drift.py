"""What changes in an outcome while nobody is massaged, beside what changes in the arms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from effleurage.arrays import Floats
from effleurage.lab.untreated.course import WEEK
from effleurage.trial.design.design import Design, Measure
from effleurage.trial.design.endpoints import endpoint_of
from effleurage.trial.lives.bank import Bank
from effleurage.trial.plan.needs import Need


@dataclass(frozen=True)
class Drift:
    """Changes of an outcome from before to after, in per cent of its first level.

    By the ``clock`` alone, without any visit; in the ``massage`` arm; in the ``control`` arm, None where there is none.
    ``added``: what massage adds to the control, or to no visit where there is no control; from ``added_low`` to
    ``added_high`` where it is known how unsure that is, else thrice the same.
    """

    clock: float
    massage: float
    control: float | None
    added: float
    added_low: float
    added_high: float


def drift(bank: Bank, place: int, need: Need, other: int | None) -> Drift:
    """That of the outcome in row ``place`` of a bank, whose need against arm ``other`` is known; None without one."""
    clock, massage = by_the_clock(bank, place), _change(bank, place, bank.second[0, place])
    control = None if other is None else _change(bank, place, bank.second[other, place])
    if control is None or need.effect is None:
        return Drift(clock, massage, control, *[massage - clock] * 3)
    ends = (need.effect, need.effect_low, need.effect_high)
    added = ((100 + control) * float(need.effect if end is None else end) / need.usual for end in ends)
    return Drift(clock, massage, control, *added)


def untreated(design: Design, measure: Measure) -> float:
    """Mean change of a questionnaire that the body has not, in its unit, of those who are taken in: in every arm."""
    outcome, (first, second) = endpoint_of(measure.outcome, measure.instrument), design.looks(measure)
    began = outcome.intake(measure.intake).first
    return outcome.course.mean_change((second - first) / WEEK, first=began)


def by_the_clock(bank: Bank, place: int) -> float:
    """Mean change without any visit, in per cent of the first level: nobody was massaged."""
    return _change(bank, place, bank.second[-1, place])


def _change(bank: Bank, place: int, after: Floats) -> float:
    back = bank.instruments[place].back
    before = back(bank.first[place])
    return float(100 * np.nanmean(back(after) - before) / np.nanmean(before))
