"""The same trial against other controls: what the comparison leaves to find, and how many people that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from effleurage.trial.design.design import NO_VISIT, Arm, Design, Measure
from effleurage.trial.lives.bank import Bank, bank
from effleurage.trial.plan.needs import Need, need

CONTROLS = (
    Arm(name="quiet rest", kind="rest"),
    Arm(name="light touch", kind="light touch"),
    Arm(name="attention", kind="attention"),
    Arm(name="usual care", kind="usual care"),
)
"""What a massage may be compared with, for the comparison of controls."""


@dataclass(frozen=True)
class Against:
    """What an outcome needs against one control, which the design may have or not."""

    control: str
    need: Need

    @property
    def outcome(self) -> str:
        """The outcome's name."""
        return self.need.measure.outcome


def against_controls(needs: Sequence[Need], lives: Bank, seed: int = 1) -> Mapping[Measure, tuple[Against, ...]]:
    """Each outcome of a bank against every one of the CONTROLS.

    ``needs``: what is answered already, against the arms of the design; it is the answer for a control that the design
    has. The other controls are lived through by the same people.
    """
    own = {control.name: _own(lives.design, control) for control in CONTROLS}
    others = controlled(lives, [control for control in CONTROLS if not own[control.name]], seed)
    answered = {(known.measure, known.against): known for known in needs}
    found = {}
    for place, measure in enumerate(lives.design.outcomes):
        needed = {name: answered[measure, arm] for name, arm in own.items() if arm}
        for number, control in enumerate(others.design.arms[1:], 1):
            needed[control.name] = need(others.design, others, place, measure, None, number)
        found[measure] = tuple(Against(name, needed[name]) for name in own)
    return found


def controlled(lives: Bank, controls: Sequence[Arm], seed: int) -> Bank:
    """The first arm against other controls, in the lives of the same people and measured at the same times.

    Only visits that nobody has lived through are lived; a control without any is the life that is there already.
    """
    design, massage = lives.design, lives.design.arms[0]
    as_long = {"minutes": massage.minutes, "region": massage.region}
    arms = [control.model_copy(update=as_long) for control in controls]
    visited = [arm for arm in arms if arm.kind not in NO_VISIT]
    second, nobody = {}, lives.second[-1]
    if visited:
        longer = [arm for arm in design.arms if arm.minutes > massage.minutes]  # the last measurement waits for them
        lived = bank(design.model_copy(update={"arms": (*visited, *longer)}), lives.people, seed)
        second = {arm.name: lived.second[place] for place, arm in enumerate(visited)}
    ends = [lives.second[0], *(second.get(arm.name, nobody) for arm in arms), nobody]
    return replace(lives, design=design.model_copy(update={"arms": (massage, *arms)}), second=np.stack(ends))


def _own(design: Design, control: Arm) -> str:
    """The arm of a design, after the first, that gets what a control gets; empty where none does."""
    alike = NO_VISIT if control.kind in NO_VISIT else (control.kind,)
    return next((arm.name for arm in design.arms[1:] if arm.kind in alike), "")
