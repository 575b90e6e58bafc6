"""A whole file: everything wrong said at once with line, field and fix, and never a traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yaml import safe_dump

from effleurage.errors import ProtocolError
from effleurage.protocol.model import Protocol
from effleurage.protocol.reading import parse_protocol, read_protocol
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Strokes, Visit

GOOD = """\
title: A course
about: said in words
days: 56
people:
  number: 200
  chronic_stress: 1
  pain_load: {mean: 5, sd: 1.5}
habits:
  lights out: 22:30
  up: 06:30
timeline:
  - every 7 days from day 3 18:00, 8 times: massage, swedish, moderate pressure, back and neck, 60 min, prone
  - day 5 09:00 to day 20 09:00: chronic stress, strength 1
sample:
  - every 60 min
  - day 3 18:00, 19:00
"""


def test_the_python_shape_is_the_yaml_shape() -> None:
    assert parse_protocol(GOOD) == Protocol(
        title="A course",
        about="said in words",
        days=56,
        people={"number": 200, "chronic_stress": 1, "pain_load": {"mean": 5, "sd": 1.5}},
        habits={"lights_out": "22:30", "up": "06:30"},  # type: ignore[arg-type]
        timeline=(
            Visit(
                when="every 7 days from day 3 18:00, 8 times",  # type: ignore[arg-type]
                minutes=60,
                strokes=Strokes(technique="swedish", pressure="moderate", region="back and neck"),
                posture="prone",
            ),
            Dose(kind="chronic stress", when=When.read("day 5 09:00"), minutes=15 * 1440, strength=1),
        ),
        sample=("every 60 min", "day 3 18:00, 19:00"),
    )


def test_little_is_needed() -> None:
    bare = parse_protocol("title: nothing\ndays: 2\ntimeline:\n")
    assert bare.timeline == () and bare.sample == ("every 60 min",) and bare.habits.lights_out == 1380


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "title: A course",
            "titel: A course",
            "f.yaml, line 1, titel: unknown field 'titel'. Did you mean 'title'?",
        ),
        ("title: A course", "", "f.yaml, line 2, title: missing"),
        ("days: 56", "", "f.yaml, line 1, days: missing"),
        ("days: 56", "days: 2 kg", "f.yaml, line 3, days: '2 kg' is not a whole number"),
        ("days: 56", "days: 0", "f.yaml, line 3, days: 0 days cannot be"),
        ("days: 56", "days: [56]", "f.yaml, line 3, days: one value is due"),
        ("days: 56", "days: 56\ndays: 57", "f.yaml, line 4, days: 'days' is written twice"),
        ("number: 200", "number: 0", "f.yaml, line 5, people, number: not a number of people"),
        ("number: 200", "number: many", "f.yaml, line 5, people, number: 'many' is not a number"),
        ("sd: 1.5", "sd: -1", "f.yaml, line 7, people, pain_load: sd is negative"),
        ("lights out: 22:30", "lights out: 25:00", "f.yaml, line 9, habits, lights out: there is no 25:00"),
        ("lights out: 22:30", "light out: 22:30", "Did you mean 'lights out'"),
        ("lights out: 22:30", "lights out: 06:30", "f.yaml, line 9, habits: lights out and up are the same"),
        ("day 5 09:00 to", "day 0 09:00 to", "f.yaml, line 13, timeline: day 0 cannot be"),
        ("to day 20", "to day 90", "f.yaml, line 13, timeline: chronic stress of day 5 09:00 runs to day 90"),
        ("8 times", "9 times", "f.yaml, line 12, timeline: massage of day 59"),
        ("60 min, prone", "60 mmHg, prone", "f.yaml, line 12, timeline, "),
        ("60 min, prone", "600 min, prone", "f.yaml, line 12, timeline, minutes: 600 min cannot be"),
        ("swedish", "swedsh", "f.yaml, line 12, timeline: 'swedsh' says nothing known about massage"),
        ("strength 1", "strength 5", "f.yaml, line 13, timeline, strength: strength 5 cannot be"),
        (
            "sample:",
            "  - day 10 18:30: rest, 30 min\nsample:",
            "f.yaml, line 14, timeline: rest from day 10 18:15",
        ),
        (
            "sample:",
            "  - day 11 06:00: rest, 30 min\nsample:",
            "f.yaml, line 14, timeline: rest from day 11 05:45",
        ),
        ("sample:", "  - rest\nsample:", "f.yaml, line 14, timeline: not one time and what is done"),
        ("sample:", "  - day 9 10:00: {a: b}\nsample:", "f.yaml, line 14, timeline: one value is due"),
        ("every 60 min", "every 60 mmHg", "f.yaml, line 15, sample: 'mmhg' is not a unit of time"),
        ("day 3 18:00, 19:00", "day 90 18:00", "f.yaml, line 16, sample: day 90 18:00 is after the end"),
    ],
)
def test_each_bad_input_names_line_field_and_fix(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(ProtocolError) as refused:
        parse_protocol(GOOD.replace(old, new), "f.yaml")
    assert any(said in str(finding) for finding in refused.value.findings), str(refused.value)
    assert all(finding.where and finding.fix for finding in refused.value.findings)


def test_every_finding_at_once_in_the_order_of_the_file() -> None:
    bad = GOOD.replace("number: 200", "number: -1").replace("swedish", "swedsh").replace("strength 1", "strength 9")
    bad = bad.replace("title:", "titel:").replace("every 60 min", "every 0 min")
    with pytest.raises(ProtocolError) as refused:
        parse_protocol(bad, "f.yaml")
    lines = [int(finding.where.split("line ")[1].split(",")[0]) for finding in refused.value.findings]
    assert set(lines) == {1, 5, 12, 13, 15} and lines == sorted(lines)


@pytest.mark.parametrize("field", ["people", "habits", "timeline", "sample", "title", "days"])
@pytest.mark.parametrize(
    "value", ["", "x", "[]", "[[x]]", "{}", "{a: [b]}", "{[a]: b}", "-1", "null", "[{a: b, c: d}]"]
)
def test_any_shape_in_any_field_is_read_or_refused(field: str, value: str) -> None:
    fields = {"title": "x", "days": "3"} | {field: value}
    try:
        read = parse_protocol("\n".join(f"{name}: {said}" for name, said in fields.items()), "f.yaml")
    except ProtocolError as refused:
        assert all("f.yaml" in finding.where for finding in refused.findings)
    else:
        assert read.days == 3


SCRAPS = (
    "title: |days: |timeline:\n|  - |day 3 18:00|: |massage|, |60 min|\n|[|{|*a|&a |!!int |every 7 days from |8 times"
    "| to |-1|1e9|sample: |people:\n  |\t|'|\""
)
PIECES = st.sampled_from(SCRAPS.split("|"))


@given(st.text() | st.lists(PIECES | st.text(max_size=3), max_size=30).map("".join))
@example("title: x\ndays: 3\ntimeline: [{day 1 10:00: 'massage, swedish, back, 60 min'}]")
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert parse_protocol(text, "f.yaml").days >= 1
    except ProtocolError as refused:
        assert refused.findings


NAMES = st.sampled_from(["number", "pain_load", "mean", "sd", "lights out", "lights_out", "up", "x", "day 1 10:00"])
LEAVES = st.sampled_from(["", "x", "1", "-1", "22:30", "every 60 min", "day 2 10:00", "rest, 30 min"]) | st.integers()
NESTS = st.recursive(
    LEAVES | st.none(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(NAMES, inside, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["about", "people", "habits", "timeline", "sample", "x"]), NESTS, max_size=4))
def test_any_nest_is_a_protocol_or_findings_with_lines(told: dict[str, Any]) -> None:
    try:
        assert parse_protocol(safe_dump({"title": "t", "days": 3, **told}), "f.yaml").days == 3
    except ProtocolError as refused:
        assert all(finding.where.startswith("f.yaml, line ") and finding.fix for finding in refused.findings)


@given(st.text(alphabet=st.characters(exclude_characters="\n"), max_size=40), st.text(max_size=40))
def test_any_entry_is_read_or_refused(when: str, what: str) -> None:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''").replace("\n", " ") + "'"

    try:
        parsed = parse_protocol(f"title: x\ndays: 3\ntimeline:\n  - {quoted(when)}: {quoted(what)}\n", "f.yaml")
        assert len(parsed.timeline) == 1
    except ProtocolError as refused:
        assert refused.findings


@given(raw=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    file = tmp_path_factory.mktemp("raw") / "f.yaml"
    file.write_bytes(raw)
    try:
        assert read_protocol(file).days >= 1
    except ProtocolError as refused:
        assert all(finding.where.startswith("f.yaml") for finding in refused.findings)


def test_every_number_of_every_spread_that_is_none_is_said() -> None:
    with pytest.raises(ProtocolError) as refused:
        parse_protocol("title: x\ndays: 3\npeople:\n  number: -1\n  pain_load: {mean: a, sd: [1]}\n", "f.yaml")
    assert [str(finding).split(". ")[0] for finding in refused.value.findings] == [
        "f.yaml, line 4, people, number: not a number of people",
        "f.yaml, line 5, people, pain_load: 'a' is not a number",
        "f.yaml, line 5, people, pain_load: one value is due here, not a list",
    ]


def test_a_clash_names_both_places() -> None:
    entries = "  - day 3 18:00: rest, 30 min\n  - day 3 18:10: rest, 30 min\n"
    with pytest.raises(ProtocolError, match="line 5, timeline: rest .* overlaps the rest of f.yaml, line 4, timeline"):
        parse_protocol(f"title: x\ndays: 3\ntimeline:\n{entries}", "f.yaml")


def test_a_timeline_has_an_end() -> None:
    with pytest.raises(ProtocolError, match="f.yaml, line 4, timeline: 1001 entries"):
        parse_protocol("title: x\ndays: 3\ntimeline:\n" + "  - day 3 18:00: rest, 3 min\n" * 1001, "f.yaml")


def test_read_protocol_takes_a_path(tmp_path: Path) -> None:
    file = tmp_path / "course.yaml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_protocol(str(file)) == parse_protocol(GOOD)
