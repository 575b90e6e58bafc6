"""YAML becomes a design and back; every refusal names its line, field and fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from yaml import safe_dump

from effleurage.errors import ProtocolError
from effleurage.protocol.model import Habits
from effleurage.protocol.stimuli import catalogue
from effleurage.trial.design.design import Arm, Design, Measure
from effleurage.trial.design.design_file import as_yaml, parse_design, read_design
from effleurage.trial.design.endpoints import endpoints
from effleurage.trial.sentence.sentence import read_sentence

EXAMPLE = Path(__file__).parents[3] / "examples" / "trials" / "six-weeks.yaml"
SIX_WEEKS = "60 min weekly x 6 vs quiet rest in stressed adults, cortisol and PSS"
GOOD = """title: A trial
arms:
  - name: massage
    technique: swedish
    minutes: 60 min
  - quiet rest
outcomes:
  - cortisol
  - outcome: hrv
    worthwhile: 10 %
n: 40
layout: crossover
washout: 14 days
dropout: 10 %
people: {chronic stress: 1}
habits:
  lights out: 22:30
time: 16:00
"""


def found(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as refused:
        parse_design(text, "f.yaml")
    assert all(finding.where and finding.fix for finding in refused.value.findings)
    return [str(finding) for finding in refused.value.findings]


def test_everything_said_arrives() -> None:
    assert parse_design(GOOD) == Design(
        title="A trial",
        arms=(Arm(name="massage"), Arm(name="rest", kind="rest")),
        outcomes=(Measure(outcome="cortisol"), Measure(outcome="RMSSD", worthwhile=10, worthwhile_unit="%")),
        n=40,
        layout="crossover",
        washout=14,
        dropout=0.1,
        people={"chronic_stress": 1},
        habits=Habits(lights_out="22:30"),
        time=960,
    )


def test_a_sentence_its_yaml_and_the_same_in_python_are_equal() -> None:
    python = Design(
        title=SIX_WEEKS,
        arms=(Arm(name="massage"), Arm(name="rest", kind="rest")),
        outcomes=(Measure(outcome="cortisol"), Measure(outcome="PSS")),
        people={"chronic_stress": 1.0},
        sessions=6,
    )
    assert read_design(EXAMPLE) == read_sentence(SIX_WEEKS) == python
    assert read_design(str(EXAMPLE)) == parse_design(as_yaml(python))


def test_an_intake_is_read_and_written_where_it_is_said() -> None:
    arms = "title: x\narms: [massage, rest]\noutcomes:\n  - outcome: PSS\n"
    assert parse_design(arms).outcomes[0].intake is None and "intake" not in as_yaml(parse_design(arms))
    taken = parse_design(f"{arms}    intake: 20")
    assert taken.outcomes[0].intake == 20 and parse_design(as_yaml(taken)) == taken
    assert found(f"{arms}    intake: 45")[0].startswith(
        "f.yaml, line 5, outcomes, PSS, intake: hardly anybody begins at 45"
    )


def test_little_is_needed() -> None:
    bare = parse_design("title: x\narms: massage\noutcomes: pain")
    assert bare == Design(title="x", arms=(Arm(name="massage"),), outcomes=(Measure(outcome="pain"),))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("title: A trial", "", "f.yaml, line 2, title: missing. Add a line 'title: A trial'"),
        ("title: A trial", "titel: A trial", "f.yaml, line 1, titel: unknown field 'titel'. Did you mean 'title'"),
        ("n: 40", "n: many", "f.yaml, line 11, n: 'many' is not a whole number"),
        ("n: 40", "n: 1", "f.yaml, line 11, n: 1 persons in an arm"),
        ("n: 40", "n: [40]", "f.yaml, line 11, n: one value is due here"),
        ("n: 40", "n: 40\nn: 50", "f.yaml, line 12, n: 'n' is written twice"),
        ("layout: crossover", "layout: crosover", "f.yaml, line 12, layout: 'crosover' cannot be. Did you mean"),
        ("washout: 14 days", "washout: 1 day", "f.yaml, line 13, washout: 1 d of wash-out"),
        ("dropout: 10 %", "dropout: 120 %", "f.yaml, line 14, dropout: 1.2 is no share"),
        ("n: 40", "n: ٤٠", "f.yaml, line 11, n: '٤٠' is not a whole number"),
        ("dropout: 10 %", "dropout: ١٠ %", "f.yaml, line 14, dropout: '١٠' is not a number"),
        ("dropout: 10 %", "dropout: some", "f.yaml, line 14, dropout: 'some' is not a number"),
        ("dropout: 10 %", "dropout: 1e999", "f.yaml, line 14, dropout: '1e999' is not a number"),
        ("chronic stress: 1", "chronic stres: 1", "f.yaml, line 15, people: no parameter 'chronic_stres'"),
        ("chronic stress: 1", "chronic stress: x", "f.yaml, line 15, people, chronic_stress: 'x' is not a number"),
        ("lights out: 22:30", "light out: 22:30", "f.yaml, line 17, habits: unknown field 'light out'"),
        ("lights out: 22:30", "lights out: 25:00", "f.yaml, line 17, habits, lights_out: there is no 25:00"),
        ("lights out: 22:30", "lights out: 07:00", "habits: lights out and up are the same time"),
        ("time: 16:00", "time: 16", "f.yaml, line 18, time: '16' is not a time of day"),
        ("time: 16:00", "time: 23:30", "f.yaml, line 3, arms, massage: massage from day 2 23:15"),
        (
            "technique: swedish",
            "technique: swedsh",
            "f.yaml, line 4, arms, massage, technique: 'swedsh' is no technique",
        ),
        ("technique: swedish", "technic: swedish", "f.yaml, line 4, arms: unknown field 'technic'. Did you mean"),
        ("minutes: 60 min", "minutes: 500", "f.yaml, line 5, arms, massage, minutes: 500 min cannot be"),
        ("minutes: 60 min", "minutes: long", "f.yaml, line 5, arms, minutes: 'long' is not a number"),
        ("- quiet rest", "- quite rest", "f.yaml, line 6, arms: 'quite rest' is no kind of arm. Did you mean 'quiet"),
        ("- quiet rest", "- massage", "f.yaml, line 3, arms: two arms are called 'massage'"),
        ("- cortisol", "- cortsol", "f.yaml, line 8, outcomes, cortsol: 'cortsol' is never measured here"),
        ("worthwhile: 10 %", "worthwhile: 10 kg", "f.yaml, line 10, outcomes, RMSSD, worthwhile: 'kg' is not"),
        ("worthwhile: 10 %", "time: 03:00", None),
        ("worthwhile: 10 %", "instrument: ear", "f.yaml, line 10, outcomes, hrv, instrument: 'ear' does not measure"),
        ("outcome: hrv", "time: 12:00", "f.yaml, line 9, outcomes: no outcome is named"),
        ("- cortisol", "- [cortisol]", "f.yaml, line 8, outcomes: not a list of 'name: value'"),
    ],
)
def test_each_bad_input_names_line_field_and_fix(old: str, new: str, told: str | None) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    if told is None:  # what is measured minutes after a session keeps no clock time of its own
        assert parse_design(text, "f.yaml").outcomes[1].time == 180
    else:
        assert any(told in line for line in found(text)), found(text)


def test_every_finding_at_once_in_the_order_of_the_file() -> None:
    bad = GOOD.replace("swedish", "swedsh").replace("- cortisol", "- cortsol").replace("n: 40", "n: 0")
    bad = bad.replace("10 %\npeople", "2\npeople").replace("time:", "tim:")
    lines = [int(line.split("line ")[1].split(",")[0]) for line in found(bad)]
    assert lines == [4, 8, 11, 14, 18]


def test_an_empty_file_is_told_what_a_trial_needs() -> None:
    assert found("") == ["f.yaml: the file is empty. Give it a title, arms and outcomes."]
    assert found("- x") == ["f.yaml: not a list of fields. Give it a title, arms and outcomes."]


KINDS = ("massage", "light touch", "rest", "attention", "waiting list", "usual care")
SHARES = st.floats(0, 0.99)
ARMS = st.builds(
    Arm,
    name=st.text(min_size=1, max_size=8).filter(str.strip),
    kind=st.sampled_from(KINDS),
    technique=st.sampled_from(sorted(catalogue().techniques)),
    pressure=st.sampled_from(["", *catalogue().pressures]),
    region=st.sampled_from(["back", "back and legs", "head and neck"]),
    minutes=st.floats(1, 240),
    expectation=st.floats(0, 1),
    therapists=st.integers(0, 5),
)
MEASURES = st.sampled_from(list(endpoints().values())).flatmap(
    lambda row: st.builds(
        Measure,
        outcome=st.just(row.outcome),
        instrument=st.just(row.instrument),
        time=st.floats(540, 1200),
        after=st.integers(0, 9),
        minutes_after=st.floats(0, 60),
        worthwhile=st.floats(0, 1e6),
        worthwhile_unit=st.sampled_from(["", "%", row.unit]),
    )
)
FIELDS: dict[str, Any] = {
    "title": st.text(max_size=30),
    "layout": st.sampled_from(["parallel", "crossover"]),
    "n": st.none() | st.integers(2, 10**6),
    "people": st.dictionaries(st.just("chronic_stress"), st.floats(0, 3)),
    "habits": st.builds(
        Habits, lights_out=st.sampled_from([1380.0, 1410.5, 1440.0]), up=st.sampled_from([360.0, 420.25])
    ),
    "sessions": st.integers(1, 20),
    "every": st.integers(1, 14),
    "time": st.sampled_from([660.0, 720.125, 900.0]),
    "washout": st.integers(2, 90),
    "block": st.integers(1, 9),
    "adherence": st.floats(0, 1),
    "dropout": SHARES,
    "missing": SHARES,
    "therapist_icc": SHARES,
    "estimand": st.sampled_from(["treatment policy", "hypothetical", "while on treatment"]),
    "reason": st.text(max_size=20),
    "alpha": st.floats(0.001, 0.999),
    "power": st.floats(0.001, 0.999),
}


@given(
    st.lists(ARMS, min_size=1, max_size=3), st.lists(MEASURES, min_size=1, max_size=3), st.fixed_dictionaries(FIELDS)
)
@settings(deadline=None)
def test_what_is_written_reads_back_equal(arms: list[Arm], measures: list[Measure], said: dict[str, Any]) -> None:
    try:
        design = Design(arms=tuple(arms), outcomes=tuple(measures), **said)
    except ProtocolError:
        assume(False)
        raise
    assert parse_design(as_yaml(design)) == design


FIELD_NAMES = [name for name in Design.model_fields if name not in ("title",)]


@pytest.mark.parametrize("field", FIELD_NAMES)
@pytest.mark.parametrize(
    "value", ["", "x", "[]", "[[x]]", "{}", "{a: [b]}", "{[a]: b}", "-1", "null", "[{a: b, c: d}]"]
)
def test_any_shape_in_any_field_is_read_or_refused(field: str, value: str) -> None:
    fields = {"title": "x", "arms": "massage", "outcomes": "pain"} | {field: value}
    try:
        read = parse_design("\n".join(f"{name}: {said}" for name, said in fields.items()), "f.yaml")
    except ProtocolError as refused:
        assert all("f.yaml" in finding.where for finding in refused.findings)
    else:
        assert read.title == "x"


SCRAPS = "title: |arms:\n|  - |name: |massage|rest|outcomes:\n|cortisol|[|{|*a|&a |!!int |n: |-1|1e9|10 %|:\n|\t|'|\""
PIECES = st.sampled_from(SCRAPS.split("|"))


@given(st.text() | st.lists(PIECES | st.text(max_size=3), max_size=20).map("".join))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse_design(text, "f.yaml").arms
    except ProtocolError as refused:
        assert refused.findings


NAMES = st.sampled_from(["name", "kind", "technique", "minutes", "outcome", "time", "worthwhile", "lights out", "x"])
LEAVES = st.sampled_from(["", "x", "1", "-1", "14:00", "10 %", "massage", "quiet rest", "cortisol", "hrv"])
NESTS = st.recursive(
    LEAVES | st.integers() | st.none(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["arms", "outcomes", *FIELD_NAMES, "x"]), NESTS, max_size=4))
@settings(deadline=None)
def test_any_nest_is_a_design_or_findings_with_lines(told: dict[str, Any]) -> None:
    try:
        assert parse_design(safe_dump({"title": "t", "arms": "massage", "outcomes": "pain", **told}), "f.yaml").arms
    except ProtocolError as refused:
        assert all(finding.where.startswith("f.yaml, line ") and finding.fix for finding in refused.findings)


def test_an_arm_that_cannot_be_read_is_the_only_thing_wrong() -> None:
    assert found("title: x\narms:\n- massage\n- [rest]\nlayout: crossover\noutcomes: pain") == [
        "f.yaml, line 4, arms: not a list of 'name: value'. Put each on an indented line of its own."
    ]
    (empty,) = found("title: x\narms: [massage, {}]\noutcomes: pain")
    assert empty.startswith("f.yaml, line 2, arms: no kind is said, and '' tells none")


def test_a_name_with_a_comma_still_leads_to_its_line() -> None:
    text = "title: x\noutcomes: pain\narms:\n- name: long, slow\n  minutes: 900\n"
    assert found(text)[0].startswith("f.yaml, line 5, arms, long, slow, minutes: 900 min cannot be")


def test_an_unknown_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="there is no such file"):
        read_design(tmp_path / "none.yaml")


NAMED = "title: x\narms:\n- {name: massage, therapists: 2}\n- %s\noutcomes: cortisol"


@pytest.mark.parametrize(
    ("arm", "kind", "therapists"),
    [
        ("{name: quiet rest, therapists: 2}", "rest", 2),
        ("{name: Quiet rest}", "rest", 0),
        ("{name: light touch, therapists: 3}", "light touch", 3),
        ("{name: sham massage, region: feet}", "light touch", 1),
        ("{name: waiting list}", "waiting list", 0),
        ("{name: no treatment, minutes: 30}", "waiting list", 0),
        ("{name: usual care}", "usual care", 0),
        ("{name: talk}", "attention", 1),
        ("{name: feet, technique: reflexology}", "massage", 1),
        ("{name: hard, pressure: deep}", "massage", 1),
        ("{name: neck, region: neck}", "massage", 1),
        ("{name: rest, kind: massage}", "massage", 1),
    ],
)
def test_an_arm_that_says_no_kind_has_that_of_its_name(arm: str, kind: str, therapists: int) -> None:
    other = parse_design(NAMED % arm).arms[1]
    assert (other.kind, other.therapists) == (kind, therapists)
    assert parse_design(NAMED % arm).arms[0].kind == "massage"


@pytest.mark.parametrize(
    ("arm", "told"),
    [
        ("{name: control, therapists: 2}", "f.yaml, line 4, arms, control: no kind is said, and 'control' tells none"),
        ("{name: music}", "Add its kind, such as 'kind: rest': massage, light touch, rest, attention"),
        ("{minutes: 30}", "f.yaml, line 4, arms: no kind is said"),
        ("{name: quiet rest, technique: swedish}", "f.yaml, line 4, arms, quiet rest: 'quiet rest' has no technique"),
    ],
)
def test_an_arm_of_no_known_kind_is_asked_for_it(arm: str, told: str) -> None:
    (said,) = found(NAMED % arm)
    assert told in said


def test_the_first_arm_of_any_name_is_a_massage() -> None:
    arms = parse_design("title: x\narms: [{name: hands on, minutes: 30}, quiet rest]\noutcomes: cortisol").arms
    assert [arm.kind for arm in arms] == ["massage", "rest"]
