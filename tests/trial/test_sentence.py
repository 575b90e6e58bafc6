"""A sentence becomes a design; what is not understood is listed and never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effleurage.errors import ProtocolError
from effleurage.trial.design import COMPARATORS, PEOPLE, Arm, Design, Measure, kind_of, settings_of
from effleurage.trial.outcomes import outcome_words
from effleurage.trial.sentence import read_sentence, understood

SIX_WEEKS = "60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS"
REST = Arm(name="rest", kind="rest")


def found(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as refused:
        read_sentence(text)
    assert all(finding.where and finding.fix for finding in refused.value.findings)
    return [str(finding) for finding in refused.value.findings]


def notes(text: str) -> str:
    return "\n".join(understood(text).notes)


def test_a_sentence_is_the_same_design_as_in_python() -> None:
    assert read_sentence(SIX_WEEKS) == Design(
        title=SIX_WEEKS,
        arms=(Arm(name="massage"), REST),
        outcomes=(Measure(outcome="cortisol"), Measure(outcome="PSS")),
        people={"chronic_stress": 1.0},
        sessions=6,
        every=7,
    )


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("weekly x 6 vs rest, pain", {"sessions": 6, "every": 7}),
        ("6 weekly sessions vs rest, pain", {"sessions": 6, "every": 7}),
        ("six sessions vs rest, pain", {"sessions": 6, "every": 7}),
        ("weekly for 6 weeks vs rest, pain", {"sessions": 6, "every": 7}),
        ("twice a week for 6 weeks vs rest, pain", {"sessions": 12, "every": 4}),
        ("3 times a week for 2 weeks vs rest, pain", {"sessions": 6, "every": 2}),
        ("2x/week for 3 weeks vs rest, pain", {"sessions": 6, "every": 4}),
        ("daily x 5 vs rest, pain", {"sessions": 5, "every": 1}),
        ("every 3 days x8 vs rest, pain", {"sessions": 8, "every": 3}),
        ("every other day for 10 days vs rest, pain", {"sessions": 5, "every": 2}),
        ("fortnightly x 3 vs rest, pain", {"sessions": 3, "every": 14}),
        ("single vs rest, pain", {"sessions": 1, "every": 7}),
        ("60 min vs rest, pain, n 40", {"n": 40}),
        ("60 min vs rest, pain, n=40", {"n": 40}),
        ("40 per arm, 60 min vs rest, pain", {"n": 40}),
        ("60 min vs rest, pain, 80 people in all", {"n": 40}),
        ("crossover, 60 min vs rest, pain, 40 in all", {"n": 40, "layout": "crossover"}),
        ("cross-over of 60 min vs rest, pain, washout 2 weeks", {"layout": "crossover", "washout": 14}),
        ("60 min at 16:00 vs rest, pain", {"time": 960}),
        ("60 min vs rest, pain, at 4 pm", {"time": 960}),
        ("60 min vs rest in students, pain", {"people": {"age": 23}}),
        ("60 min vs rest in adults with anxiety, pain", {"people": {"chronic_stress": 1}}),
        ("60 min vs rest in chronic back pain, pain", {"people": {"pain_load": 5}}),
        ("60 min vs rest in healthy adults, pain", {"people": {}}),
        ("60 min vs rest in older adults with cancer, pain", {"people": {"age": 66, "chronic_stress": 0.5}}),
        ("60 min for hypertension vs rest, pain", {"people": {"systolic_rest": 140, "diastolic_rest": 88}}),
    ],
)
def test_what_is_said_of_the_trial(text: str, fields: dict[str, Any]) -> None:
    design = read_sentence(text)
    assert {name: getattr(design, name) for name in fields} == fields
    assert design.arms[1:] == (REST,) and design.outcomes == (Measure(outcome="pain NRS"),)


@pytest.mark.parametrize(
    ("text", "arms"),
    [
        (
            "30-minute swedish massage of back and legs, moderate pressure, vs quiet rest, pain",
            [
                Arm(name="massage", pressure="moderate", region="back and legs", minutes=30),
                Arm(name="rest", kind="rest", region="back and legs", minutes=30),
            ],
        ),
        ("deep tissue against light touch, pain", [{"technique": "deep tissue"}, {"kind": "light touch"}]),
        ("1 h compared with attention and waitlist, pain", [{}, {"kind": "attention"}, {"kind": "waiting list"}]),
        ("half an hour vs usual care, pain", [{"minutes": 30}, {"kind": "usual care", "minutes": 30}]),
        ("60 min vs 30 min rest, pain", [{}, {"kind": "rest", "minutes": 30}]),
        ("60 min vs rest, light touch, pain", [{}, {"kind": "rest"}, {"kind": "light touch"}]),
        (
            "moderate pressure vs light pressure massage, pain",
            [{"pressure": "moderate"}, {"name": "light pressure", "pressure": "light"}],
        ),
        ("thai vs shiatsu, pain", [{"technique": "thai"}, {"name": "shiatsu", "technique": "shiatsu"}]),
        ("60 min vs 30 min massage, pain", [{}, {"name": "30 min", "minutes": 30}]),
        ("light touch vs rest, pain", [{"kind": "light touch"}, {"kind": "rest"}]),
        ("reflexology vs rest, pain", [{"technique": "reflexology", "region": "feet"}, {"kind": "rest"}]),
        ("lymphatic drainage, pain", [{"technique": "lymph drainage"}]),
    ],
)
def test_what_is_said_of_the_arms(text: str, arms: list[Any]) -> None:
    made = []
    for arm in arms:
        kind = arm.get("kind", "massage") if isinstance(arm, dict) else ""
        made.append(Arm(**({"name": kind} | arm)) if isinstance(arm, dict) else arm)
    assert read_sentence(text).arms == tuple(made)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("60 min vs rest on sleep and psqi", ["TST", "PSQI"]),
        ("60 min vs rest measuring hrv, siga and stress", ["RMSSD", "sIgA secretion rate", "VAS stress"]),
        ("60 min vs rest, plasma cortisol and acth", ["cortisol", "ACTH"]),
        ("60 min vs rest in stressed adults, stress and anxiety", ["VAS stress", "STAI-S"]),
        ("60 min vs rest in adults with pain on back pain", ["pain NRS"]),
        ("60 min vs rest, pain, pain", ["pain NRS"]),
    ],
)
def test_what_is_measured(text: str, names: list[str]) -> None:
    assert [measure.outcome for measure in read_sentence(text).outcomes] == names


def test_plasma_is_said() -> None:
    assert read_sentence("60 min vs rest, plasma cortisol").outcomes[0].instrument == "plasma"


def test_what_was_assumed_or_left_out_is_told() -> None:
    assert "diastolic pressure was not asked" in notes("60 min vs rest, blood pressure")
    assert "not asked" not in notes("60 min vs rest, blood pressure and diastolic")
    assert "no comparator is said: one arm" in notes("60 min, pain")
    assert "no counterpart in the simulated body" in notes(SIX_WEEKS)
    assert "not said and assumed: swedish, back, at 14:00" in notes(SIX_WEEKS)
    assert "2 times a week is every 4 days" in notes("twice a week x 4 vs rest, pain")
    assert "differs from massage by the visit too" in notes("60 min vs waiting list, pain")
    assert understood("60 min swedish of the back vs rest at 14:00, pain").notes == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "nothing is said"),
        ("x" * 501, "501 characters"),
        ("60 min vs rest, cortsol", "'cortsol': is not understood. Did you mean 'cortisol'"),
        ("swedsh vs rest, pain", "Did you mean 'swedish'"),
        ("60 min vs quite rest, pain", "Did you mean 'quiet'"),
        ("60 min vs rest in strssed adults, pain", "Did you mean 'stressed'"),
        ("masage vs rest, pain", "Did you mean 'massage'"),
        ("60 min vs rest in martians, pain", "'martians': is not understood"),
        ("60 min without rest, pain", "'without': is not understood"),
        ("60 min vs rest", "nothing is measured"),
        ("60 min, pain vs", "nothing is said after 'vs'"),
        ("rest vs massage, pain", "'rest': is a comparison, and no 'vs' is before it. Say 'vs rest'"),
        ("60 min vs rest, pain, attention and swedish", "'swedish': stands after a comparison"),
        ("60 min vs rest, back, pain", "'back': stands after a comparison"),
        ("60 min vs rest, back pain", "'back pain': may be the people, or what is measured"),
        ("60 min 30 min vs rest, pain", "says minutes a second time"),
        ("thai swedish vs rest, pain", "says technique a second time"),
        ("60 min vs thai shiatsu, pain", "says technique a second time"),
        ("60 min weekly daily x 6 vs rest, pain", "says how often a second time"),
        ("weekly twice a week x 6 vs rest, pain", "how often is said twice"),
        ("weekly vs rest, pain", "how often, but not how many sessions"),
        ("weekly x 6 for 8 weeks vs rest, pain", "56 days hold 8 sessions so far apart, not 6"),
        ("weekly for 3 days vs rest, pain", "3 days hold 0 sessions"),
        ("0 times a week x 2 vs rest, pain", "none cannot be"),
        ("every 0 days x 2 vs rest, pain", "none cannot be"),
        ("9 times a week x 2 vs rest, pain", "more than one session a day"),
        ("40 vs rest, pain", "'40': a number of what"),
        ("60 min vs rest, pain, 81 in all", "81 people in all do not make 2 equal arms"),
        ("60 min vs rest, pain, n 1", "n: 1 persons in an arm"),
        ("60 min vs rest, pain, at 13 pm", "there is no 13 pm"),
        ("60 min vs rest, pain, at 25:00", "there is no 25:00"),
        ("at 23:30 vs rest, pain", "while people are in bed"),
        ("500 min vs rest, pain", "arms, massage, minutes: 500 min cannot be"),
        ("60 min vs 30 min, pain", "minutes of what, after 'vs'"),
        ("crossover vs rest, pain, washout 1 day", "washout: 1 d of wash-out"),
        ("crossover, pain", "layout: a crossover of one arm"),
    ],
)
def test_what_cannot_be_understood_is_refused(text: str, told: str) -> None:
    assert any(told in line for line in found(text)), found(text)


def test_every_slip_is_listed_once_in_one_refusal() -> None:
    lines = found("swedsh masage weekly x 6 vs quite rest in strssed adults, cortsol and cortsol and PSS, 40")
    assert [line.split("'")[1] for line in lines] == ["swedsh", "masage", "quite", "strssed", "cortsol", "40"]


@pytest.mark.parametrize("word", [word for words in COMPARATORS.values() for word in words])
def test_every_word_for_a_comparator_is_known(word: str) -> None:
    assert read_sentence(f"60 min vs {word}, pss").arms[1].kind == kind_of(word)


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in PEOPLE.items() for word in words])
def test_every_word_for_people_is_known(name: str, word: str) -> None:
    assert read_sentence(f"60 min vs rest in {word}, pss").people == settings_of([name])


@pytest.mark.parametrize("word", outcome_words())
def test_every_word_for_an_outcome_is_known(word: str) -> None:
    row = outcome_words()[word]
    (measure,) = read_sentence(f"60 min vs rest, {word}").outcomes
    assert (measure.outcome, measure.instrument) == (row.outcome, row.instrument)


SCRAPS = (
    "60 min|weekly|x 6|vs|rest|in|stressed|,|cortisol|and|pss|n|40|per arm|at|16:00|every|days|0|light|touch|pressure|"
)
SCRAPS += (
    "back|pain|crossover|washout|for|weeks|twice a week|half an hour|massage|on|with|in all|shiatsu|single|-|%|½|'"
)


@given(st.text(max_size=80) | st.lists(st.sampled_from(SCRAPS.split("|")), max_size=14).map(" ".join))
@settings(deadline=None)
def test_any_text_is_a_design_or_refused(text: str) -> None:
    try:
        assert read_sentence(text).outcomes
    except ProtocolError as refused:
        assert refused.findings
