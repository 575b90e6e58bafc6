"""The same trial against other controls: the answer where the design has it, the same people where not."""

from __future__ import annotations

import numpy as np

from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.lives.bank import Bank, bank, instrument_named
from effleurage.trial.plan.controls import CONTROLS, _own, against_controls, controlled
from effleurage.trial.plan.needs import need

STRESS = Measure(outcome="stress")


def test_a_control_of_the_design_under_another_name_is_not_lived_again() -> None:
    design = Design(
        title="x", arms=(Arm(name="massage"), Arm(name="attention", kind="waiting list")), outcomes=(STRESS,)
    )
    assert [_own(design, control) for control in CONTROLS] == ["", "", "", "attention"]


def test_other_controls_are_the_same_people_at_the_same_times() -> None:
    """As they would be answered for in a trial of their own; whoever gets no visit is not lived through again."""
    design = Design(
        title="x", arms=(Arm(name="massage"), Arm(name="long", kind="rest", minutes=90)), outcomes=(STRESS,)
    )
    lives = bank(design, 16)
    found = controlled(lives, [control for control in CONTROLS if control.kind != "rest"], 1)
    assert [arm.name for arm in found.design.arms] == ["massage", "light touch", "attention", "usual care"]
    touch = Arm(name="touch", kind="light touch")
    own = bank(design.model_copy(update={"arms": (*design.arms, touch)}), 16)
    np.testing.assert_allclose(found.second[[0, 1, 3]], own.second[[0, 2, 3]], rtol=1e-9)
    assert (found.first == lives.first).all() and (found.second[-1] == lives.second[-1]).all()


def test_where_the_design_has_every_control_nothing_is_lived() -> None:
    arms = (Arm(name="massage"), *(replaced(control) for control in CONTROLS))
    design = Design(title="x", arms=arms, outcomes=(STRESS,))
    first = np.linspace(30.0, 70.0, 32)[None]
    lives = Bank(design, (instrument_named(STRESS),), first, np.stack([first - away for away in (9, 5, 7, 4, 0, 0)]))
    needs = [need(design, lives, 0, STRESS, None, other) for other in range(1, len(arms))]
    found = against_controls(needs, lives)[STRESS]
    assert [against.control for against in found] == [control.name for control in CONTROLS]
    assert [against.need for against in found] == needs
    assert {against.outcome for against in found} == {"VAS stress"}


def replaced(control: Arm) -> Arm:
    return control.model_copy(update={"name": f"our {control.name}"})
