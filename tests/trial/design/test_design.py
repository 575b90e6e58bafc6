"""A design knows when people are met, and refuses what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from effleurage.errors import ProtocolError
from effleurage.protocol.model import Habits
from effleurage.protocol.times import DAY
from effleurage.trial.design.design import Arm, Design, Kind, Measure, carry_hours
from effleurage.trial.design.words import PEOPLE, settings_of

ARMS = (Arm(name="massage"), Arm(name="rest", kind="rest"))
PSS_FROM_20 = Measure(outcome="pss", intake=20)


def design(**said: Any) -> Design:
    usual: dict[str, Any] = {"title": "x", "arms": ARMS, "outcomes": (Measure(outcome="cortisol"),)}
    return Design(**(usual | said))


def found(**said: Any) -> list[str]:
    with pytest.raises(ProtocolError) as refused:
        design(**said)
    assert all(finding.where and finding.what and finding.fix for finding in refused.value.findings)
    return [str(finding) for finding in refused.value.findings]


def test_what_is_not_said_is_usual() -> None:
    assert Measure(outcome="hrv") == Measure(outcome="RMSSD", instrument="heartbeats", time=840, after=0)
    assert (Measure(outcome="hrv").worthwhile, Measure(outcome="hrv").worthwhile_unit) == (21, "%")
    assert Measure(outcome="hrv", worthwhile=5).worthwhile_unit == ""
    assert Measure(outcome="cortisol", worthwhile=2, worthwhile_unit="nmol/L") == Measure(
        outcome="cortisol", worthwhile=2
    )
    assert Measure(outcome="cortisol", instrument="plasma").worthwhile == 0
    assert Arm(name="x", technique="reflexology").region == "feet" and Arm(name="x").region == "back"
    kinds: tuple[Kind, ...] = ("massage", "light touch", "attention", "rest", "waiting list", "usual care")
    assert [Arm(name="x", kind=kind).therapists for kind in kinds] == [1, 1, 1, 0, 0, 0]


def test_a_design_reads_its_own_dump() -> None:
    one = design(people={"chronic_stress": 1.0}, n=40, layout="crossover")
    assert Design.model_validate(one.model_dump()) == one


def test_when_people_are_met() -> None:
    course = design(sessions=6, outcomes=(Measure(outcome="cortisol"), Measure(outcome="pss"), Measure(outcome="TST")))
    first, last = DAY + 840, 36 * DAY + 840
    assert course.starts[0] == first and course.starts[-1] == last and course.days == 38
    cortisol, pss, sleep = (course.looks(measure) for measure in course.outcomes)
    assert cortisol == (first - 20, last + 70)
    assert pss == sleep == (DAY + 720, 37 * DAY + 720)
    assert course.looks(Measure(outcome="pss", time="15:00"))[0] == 900


def test_every_arm_is_a_protocol_of_the_same_minutes() -> None:
    kinds: tuple[Kind, ...] = ("massage", "light touch", "rest", "attention", "waiting list", "usual care")
    trial = design(arms=tuple(Arm(name=kind, kind=kind) for kind in kinds), sessions=2)
    plans = [trial.protocol(arm) for arm in trial.arms]
    assert {plan.samples for plan in plans} == {trial.looks(trial.outcomes[0])}
    assert [len(plan.sessions) for plan in plans] == [2, 2, 0, 0, 0, 0]
    assert [len(plan.timeline) for plan in plans] == [1, 1, 1, 1, 0, 0]


def test_one_arm_without_a_control_is_allowed() -> None:
    assert design(arms=ARMS[:1]).arms == ARMS[:1]


def test_a_wash_out_outlasts_three_carry_overs() -> None:
    assert carry_hours() == 12
    assert design(layout="crossover", washout=2).washout == 2
    (said,) = found(layout="crossover", washout=1)
    assert said.startswith("washout: 1 d of wash-out; relaxation carries over for 12 h") and "2 days or more" in said
    assert design(washout=0).layout == "parallel"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"arms": ()}, "arms: there is none"),
        ({"arms": ARMS[1:]}, "arms: no arm gets a massage"),
        ({"arms": (ARMS[0], ARMS[0])}, "arms: two arms are called 'massage'"),
        ({"arms": ARMS[:1], "layout": "crossover"}, "layout: a crossover of one arm"),
        ({"arms": (Arm(name="m", technique="swedsh"),)}, "arms, m, technique: 'swedsh' is no technique. Did you mean"),
        ({"arms": (Arm(name="m", pressure="moderat"),)}, "arms, m, pressure: 'moderat' is no pressure"),
        ({"arms": (Arm(name="m", region="bakc"),)}, "arms, m, region: 'bakc' is no region"),
        ({"arms": (Arm(name="m", minutes=500),)}, "arms, m, minutes: 500 min cannot be"),
        ({"arms": (Arm(name="m", expectation=1.2),)}, "arms, m, expectation: expectation 1.2 cannot be"),
        ({"arms": (Arm(name="m", therapists=-1),)}, "arms, m, therapists: -1 cannot be"),
        ({"arms": (Arm(name=" "),)}, "name: the arm has no name"),
        ({"outcomes": ()}, "outcomes: nothing is measured"),
        ({"outcomes": (Measure(outcome="cortsol"),)}, "'cortsol' is never measured here. Did you mean 'cortisol'"),
        ({"outcomes": (Measure(outcome="cortisol", instrument="salva"),)}, "Did you mean 'saliva'"),
        ({"outcomes": (Measure(outcome="pss"), Measure(outcome="PSS"))}, "outcomes, PSS: is measured twice"),
        ({"outcomes": (Measure(outcome="pss", time=3 * 60),)}, "outcomes, PSS, time: is measured at 03:00, while"),
        ({"outcomes": (Measure(outcome="pain", minutes_after=600),)}, "is measured at 01:00, while people are in bed"),
        ({"time": 7 * 60 + 10}, "is measured at 06:50, while people are in bed"),
        ({"outcomes": (Measure(outcome="pss", worthwhile=-1),)}, "outcomes, PSS, worthwhile: -1 is negative"),
        ({"outcomes": (Measure(outcome="pss", worthwhile_unit="kg"),)}, "'kg' is not its unit. Give it in points"),
        ({"outcomes": (Measure(outcome="pss", after=-1),)}, "outcomes, PSS, after: -1 days cannot be"),
        ({"outcomes": (Measure(outcome="pss", posture="seatd"),)}, "Did you mean 'seated'"),
        (
            {"outcomes": (Measure(outcome="pain", intake=4),)},
            "pain NRS, intake: people are not taken in by",
        ),
        ({"outcomes": (Measure(outcome="pss", intake=39),)}, "hardly anybody begins at 39. Give 0 to 38"),
        ({"outcomes": (PSS_FROM_20,), "layout": "crossover"}, "PSS, intake: who is taken in by a first answer"),
        ({"outcomes": (PSS_FROM_20,), "analysis": "change", "reason": "r"}, "compare parallel arms by ancova"),
        ({"outcomes": (PSS_FROM_20, Measure(outcome="pss", after=28))}, "intake: another measurement of it takes in"),
        ({"n": 1}, "n: 1 persons in an arm. 2 at the least"),
        ({"dropout": 1.0}, "dropout: 1 is no share"),
        ({"missing": -0.1}, "missing: -0.1 is no share"),
        ({"adherence": 1.1}, "adherence: 1.1 is no share"),
        ({"therapist_icc": 2}, "therapist_icc: 2 is no share"),
        ({"alpha": 0}, "alpha: 0"),
        ({"power": 1}, "power: 1"),
        ({"sessions": 0}, "sessions: 0 sessions cannot be"),
        ({"sessions": 2000}, "sessions: 2000 sessions cannot be"),
        ({"sessions": 500}, "sessions: the trial lasts 3495 days"),
        ({"every": 0}, "every: 0 days cannot be"),
        ({"washout": -1}, "washout: -1 days cannot be"),
        ({"block": 0}, "block: blocks of 0"),
        ({"time": -5}, "time: a time outside the day"),
        ({"analysis": "change"}, "analysis: the change score needs a reason"),
        ({"people": {"chronic_stres": 1}}, "people: no parameter 'chronic_stres'. Did you mean 'chronic_stress'"),
        ({"people": {"chronic_stress": 9}}, "people: chronic_stress = 9"),
        ({"time": 22 * 60 + 30, "outcomes": (Measure(outcome="pss"),)}, "arms, rest: rest from day 2 22:15"),
    ],
)
def test_a_design_that_cannot_be(said: dict[str, Any], told: str) -> None:
    assert any(told in line for line in found(**said)), found(**said)


def test_everything_wrong_is_said_at_once() -> None:
    assert len(found(arms=(), outcomes=(), n=0, dropout=2, sessions=0)) == 5


def test_habits_decide_who_is_asleep() -> None:
    late = Habits(lights_out="02:00", up="10:00")
    assert design(habits=late, outcomes=(Measure(outcome="pss", time=60),)).habits == late
    assert any("09:00" in line for line in found(habits=late, outcomes=(Measure(outcome="pss", time=9 * 60),)))


def test_people_are_those_of_the_massage_ring() -> None:
    assert settings_of(["stress"]) == {"chronic_stress": 1} and settings_of([""]) == settings_of([]) == {}
    assert settings_of(["older", "cancer"]) == {"chronic_stress": 0.5, "age": 66}
    assert all(settings_of([name]) for name in PEOPLE if name)
