"""The numbers of a paper are those of the plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.plan.needs import Size, need
from effleurage.trial.plan.planned import planned

PSS = Measure(outcome="PSS", worthwhile=3.0)
ARMS = (Arm(name="massage"), Arm(name="rest", kind="rest"))
DESIGN = Design(title="x", arms=ARMS, outcomes=(PSS,), dropout=0.2)


def test_a_paper_gets_who_is_to_be_recruited_and_what_they_find() -> None:
    known = need(DESIGN, None, -1, PSS, None)
    found = planned(DESIGN, known, 0)
    assert found is not None and known.worth is not None
    assert found.n_per_arm == known.worth.recruited and found.n_per_arm > (known.worth.analysed or 0)
    assert found.detectable == pytest.approx(3.0, rel=0.02) and found.worthwhile == 3.0
    assert (found.sd, found.r, found.unit, found.against) == (known.sd, known.r, "points", "rest")
    assert found.basis == known.outcome.retest_source


def test_what_is_expected_counts_where_nothing_is_worth_having() -> None:
    known = replace(need(DESIGN, None, -1, PSS, None), worth=None, worthwhile=0.0, effect=-2.0, expected=Size(80, 100))
    found = planned(DESIGN, known, 0)
    assert found is not None and found.n_per_arm == 100 and found.worthwhile == 0.0


def test_without_a_size_or_a_second_arm_there_is_nothing_to_write() -> None:
    known = need(DESIGN, None, -1, PSS, None)
    assert planned(DESIGN, replace(known, worth=Size(None, None)), 0) is None
    alone = DESIGN.model_copy(update={"arms": ARMS[:1]})
    assert planned(alone, need(alone, None, -1, PSS, None), 0) is None
