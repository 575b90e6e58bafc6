"""Phrases in any order become a visit or a dose."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effleurage.errors import ProtocolError
from effleurage.protocol.phrases import read_stimulus
from effleurage.protocol.reading import parse_protocol
from effleurage.protocol.times import When
from effleurage.protocol.visits import Dose, Visit

NOON = When.read("day 2 12:00")
PHRASES = ["massage", "swedish", "moderate pressure", "back and legs", "60 min", "prone", "expectation 0.5"]


def found(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as refused:
        read_stimulus(NOON, None, text)
    return [str(finding) for finding in refused.value.findings]


@given(st.permutations(PHRASES))
def test_order_says_nothing(phrases: list[str]) -> None:
    assert read_stimulus(NOON, None, ", ".join(phrases)) == read_stimulus(NOON, None, ", ".join(PHRASES))


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Swedish massage, back, 60 min", "massage, swedish, back, 60 min"),
        (
            "massage, swedish, moderate, back, legs, 1 h",
            "massage, swedish, moderate pressure, back and legs, 60 min",
        ),
        ("massage, swedish, 30 mmHg, back, 60  MIN", "massage, swedish, 30mmHg, back, 60 min"),
        ("exercise, 30 min, 60 % VO2max", "exercise, 30 min, strength 0.6"),
        ("strain, 600 min", "chronic stress, 10 hours"),
        ("conversation, 30 min", "attention, 30 min"),
        ("massage swedish back 60 min", "massage, swedish, back, 60 min"),
        ("60 min swedish massage of the back", "massage, swedish, back, 60 min"),
        ("massage of back and legs, deep tissue, 1 h", "massage, deep tissue, back, legs, 60 min"),
        ("massage, swedish, full body, half an hour", "massage, swedish, whole body, 30 min"),
        ("massage, swedish, medium pressure, back, 60 mins", "massage, swedish, moderate pressure, back, 60 min"),
        ("rest 45 min lying", "rest, 45 min, lying"),
        ("bright light, 5000 lux, 30 min", "lamp, strength 5000, 30 min"),
        ("15 min mental arithmetic", "arithmetic, 15 min"),
        ("TSST, 20 min", "trier, 20 min"),
        ("trier social stress test, 20 min, strength 0.8", "strength 0.8, tsst, 20 min"),
        ("public speaking, 10 min", "speech, 10 min"),
    ],
)
def test_two_ways_to_say_it(text: str, same: str) -> None:
    assert read_stimulus(NOON, None, text) == read_stimulus(NOON, None, same)


def test_what_is_said_arrives() -> None:
    visit = read_stimulus(NOON, None, "massage, light touch, arm, 20 min, side, arrival 5 min, attention 0.1")
    assert isinstance(visit, Visit) and visit.kind == "light touch"
    assert (visit.minutes, visit.posture, visit.arrival, visit.attention) == (20, "side", 5, 0.1)
    assert read_stimulus(NOON, None, "light touch, arm, 20 min").kind == "light touch"
    rest = read_stimulus(NOON, 45, "rest, lying")
    assert isinstance(rest, Visit) and rest.strokes is None and rest.minutes == 45
    dose = read_stimulus(NOON, None, "exercise, easy, 30 min")
    assert isinstance(dose, Dose) and dose.level == 0.35


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("masage, swedish, back, 60 min", "Did you mean 'massage'"),
        ("massage, swedsh, back, 60 min", "Did you mean 'swedish'"),
        ("massage, swedish, bakc, 60 min", "Did you mean 'back'"),
        ("massage, swedish, lower back, 60 min", "Did you mean 'back'"),
        ("massage without swedish back 60 min", "'massage without swedish back 60 min' is no stimulus. Known:"),
        ("massage, swedish, no back, 60 min", "'no back' says nothing known about massage. Known:"),
        ("massage, swedish, not deep pressure, back, 60 min", "'not deep pressure' says nothing known"),
        ("massage swedish back or legs 60 min", "is no stimulus"),
        ("massage, swedish, back, 30-60 min", "'30-60 min'"),
        ("flight, +8 h", "'flight' is no stimulus. Known: adrenaline infusion"),
        ("massage, swedish, back and shouders, 60 min", "Did you mean 'shoulders'"),
        ("massage, swedish, back", "does not say how long"),
        ("massage, swedish, 60 min", "no region"),
        ("massage, back, 60 min", "no technique"),
        ("massage, swedish, back, 60 mmHg", "does not say how long"),
        ("rest, 60 mmHg", "the unit does not fit"),
        ("massage, swedish, back, 60 min, 2 kg", "the unit does not fit"),
        ("massage, swedish, back, 60", "has no unit"),
        ("massage, swedish, back, -5 min", "-5 min cannot be"),
        ("massage, swedish, back, 241 min", "241 min cannot be"),
        ("massage, swedish, back, 60 min, 30 min", "second time"),
        ("massage, swedish, thai, back, 60 min", "second time"),
        ("massage, swedish, back, 60 min, expectation 2", "expectation 2 cannot be"),
        ("massage, swedish, back, 60 min, expectation 0.5 min", "the unit does not fit"),
        ("massage, swedish, back, 60 min, strength 1", "does not fit"),
        ("massage, swedish, back, 60 min, arrival 10 mmHg", "the unit does not fit"),
        ("massage, swedish, back, 60 min, 500 mmHg", "pressure 500 mmHg cannot be"),
        ("chronic stress, strength 4, 600 min", "strength 4 cannot be"),
        ("exercise, 160 % VO2max, 30 min", "strength 1.6 cannot be"),
        ("exercise, back, 30 min", "says nothing known about exercise"),
        ("exercise, 30 min, attention 0.5", "does not fit"),
        ("massage, rest, 60 min", "two stimuli"),
        ("speach, 10 min", "Did you mean 'speech'"),
        ("arithmetik, 10 min", "Did you mean 'arithmetic'"),
        ("trior, 20 min", "Did you mean 'trier'"),
        ("trier", "Add minutes, such as '20 min'"),
        ("trier, 30 min", "Say 13 to 20 min (5 min speech, 5 min arithmetic; preparing takes the rest)"),
        ("speech, 10 min, strength 2", "strength 2 cannot be"),
        ("speech, hard, 10 min", "says nothing known about speech"),
        ("massage, swedish, back,, 60 min", "empty phrase"),
        ("massage" + ", back" * 40, "41 phrases in one entry"),
        ("", "nothing is said"),
        (",", "nothing is said"),
    ],
)
def test_phrases_that_cannot_be(text: str, said: str) -> None:
    assert any(said in line for line in found(text)), found(text)


def test_every_finding_at_once() -> None:
    assert len(found("massage, swedsh, bakc, -5 min, 2 kg")) == 4
    fields = [line.split(":")[0] for line in found("massage")]
    assert fields == ["minutes", "technique", "region"]


def test_one_slip_is_one_finding() -> None:
    assert len(found("massage, swedsh, back, 60 min")) == 1
    assert len(found("massage, swedish, bakc, 60 min")) == 1


def test_a_list_of_what_is_known_is_whole() -> None:
    (line,) = found("flight, +8 h")
    assert "…" not in line and "vaccine" in line and "light touch" in line


CASES = Path(__file__).parents[3] / "shared" / "cases" / "plan" / "protocol_lines.tsv"
MEANT = {
    1: (2 * 1440 + 1140, 1, 1, 60, "back"),
    2: (2 * 1440 + 1110, 1, 1, 60, "back"),
    3: (2 * 1440 + 1110, 1, 1, 30, "back"),
    4: (2 * 1440 + 1080, 8, 7, 60, "back"),
    5: (2 * 1440 + 1080, 8, 7, 60, "back"),
    11: (2 * 1440 + 1080, 1, 1, 60, "back"),
    13: (2 * 1440 + 1080, 1, 1, 60, "whole body"),
    14: (2 * 1440 + 1080, 1, 1, 60, "back"),
}
"""Shared lines that are understood, counted from 1 -> start, times, days apart, minutes, region. Others are refused."""


@pytest.mark.parametrize("number", range(1, 17))
def test_no_shared_line_is_misread(number: int) -> None:
    if not CASES.exists() and not os.environ.get("CI"):
        pytest.skip("the shared cases are not on this machine")
    line = CASES.read_text(encoding="utf-8").splitlines()[number].split("\t")[0]
    text = f"title: x\ndays: 100\ntimeline:\n  - {line}\n"
    if number not in MEANT:
        with pytest.raises(ProtocolError) as refused:
            parse_protocol(text)
        assert all(finding.where and finding.fix for finding in refused.value.findings)
        return
    (visit,) = parse_protocol(text).timeline
    assert isinstance(visit, Visit) and visit.strokes and visit.strokes.technique == "swedish"
    when = visit.when
    assert (when.start, when.times, when.every, visit.minutes, visit.strokes.region) == MEANT[number]
