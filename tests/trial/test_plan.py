"""A plan, from a sentence, from YAML and in Python: the same numbers."""

from __future__ import annotations

import pytest

from effleurage.errors import RequestError
from effleurage.trial.design import Arm, Design, Measure
from effleurage.trial.plan import CONTROLS, Plan, first_answer, plan
from effleurage.trial.planned import planned
from effleurage.trial.reading import as_yaml, parse_design
from effleurage.trial.redesign import redesigned
from effleurage.trial.sentence import read_sentence

SENTENCE = "60 min vs quiet rest in stressed adults, stress and PSS"


@pytest.fixture(scope="module")
def whole() -> Plan:
    return plan(read_sentence(SENTENCE), replicates=100, sizes=(20, 60))


def test_a_sentence_yaml_and_python_give_the_same_numbers() -> None:
    said = read_sentence(SENTENCE)
    written = parse_design(as_yaml(said))
    built = Design(
        title=SENTENCE,
        arms=(Arm(name="massage"), Arm(name="rest", kind="rest")),
        outcomes=(Measure(outcome="stress"), Measure(outcome="pss")),
        people={"chronic_stress": 1.0},
    )
    answers = [first_answer(one) for one in (said, written, built)]
    assert [one.needs for one in answers] == [answers[0].needs] * 3
    assert answers[0].primary.expected is not None


def test_the_whole_plan_answers_everything(whole: Plan) -> None:
    assert [one.n for one in whole.checked] == [20, 60]
    assert {one.control for one in whole.controls} == {arm.name for arm in CONTROLS}
    assert [name for name, _ in whole.clock] == ["VAS stress"]
    assert dict(whole.pilot)["VAS stress"]
    primary = whole.primary
    assert primary.effect is not None
    assert primary.effect_low is not None
    assert primary.effect_high is not None
    assert primary.effect_low < primary.effect < primary.effect_high


def test_less_of_a_control_leaves_more_to_find(whole: Plan) -> None:
    sizes = {one.control: one.need.expected for one in whole.controls}
    care, touch = sizes["usual care"], sizes["light touch"]
    assert care is not None
    assert touch is not None
    assert (care.analysed or 0) < (touch.analysed or 10**9)


def test_a_paper_gets_a_number_for_each_outcome_with_a_size(whole: Plan) -> None:
    (told,) = planned(whole)
    assert told.outcome == "VAS stress"
    assert told.worthwhile == 10
    assert whole.primary.worth is not None
    assert told.n_per_arm == whole.primary.worth.recruited
    assert told.detectable == pytest.approx(10, rel=0.06)


def test_published_trials_are_designed_anew() -> None:
    (found,) = [one for one in redesigned("Buttagat2011") if one.quantity == "anxiety_rating"]
    assert (found.n_massage, found.n_control, found.published) == (18, 18, "down")
    assert 0.1 < found.power < 0.6
    assert found.needed is not None
    assert found.needed > found.n_massage
    assert found.detectable == pytest.approx(0.96, abs=0.03)


@pytest.mark.parametrize(("study", "said"), [("Butagat2011", "Buttagat2011"), ("Mendes2008", "no result")])
def test_a_study_that_cannot_be_is_refused(study: str, said: str) -> None:
    with pytest.raises(RequestError, match=said):
        redesigned(study)
