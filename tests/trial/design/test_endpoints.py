"""Outcomes by their words; every number with a source that the claims or the row itself name."""

from __future__ import annotations

import math

import pytest

from effleurage.errors import RequestError
from effleurage.evidence.claims.claims import claims
from effleurage.lab.instruments.instruments import instruments
from effleurage.lab.scales.keys import scales
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.times import DAY
from effleurage.trial.design.endpoints import amount, outcome_of, outcome_words, outcomes

SMALLEST = {claim.smallest for claim in claims() if claim.smallest}


@pytest.mark.parametrize(
    ("said", "outcome", "instrument"),
    [
        ("cortisol", "cortisol", "saliva"),
        ("Plasma  cortisol", "cortisol", "plasma"),
        ("stress", "VAS stress", "questionnaire"),
        ("anxiety", "STAI-S", "questionnaire"),
        ("pain", "pain NRS", "questionnaire"),
        ("blood pressure", "systolic pressure", "cuff"),
        ("hrv", "RMSSD", "heartbeats"),
        ("siga", "sIgA secretion rate", "saliva"),
        ("sleep", "TST", "diary"),
        ("perceived stress", "PSS", "PSS-10"),
        ("PSQI", "PSQI", "PSQI"),
    ],
)
def test_words_name_an_outcome(said: str, outcome: str, instrument: str) -> None:
    row = outcome_of(said)
    assert (row.outcome, row.instrument) == (outcome, instrument)


def test_every_instrument_of_the_laboratory_may_be_named() -> None:
    assert set(instruments()) <= set(outcomes())
    assert {key for key, row in outcomes().items() if not row.simulated} == {("PSS", "PSS-10"), ("PSQI", "PSQI")}


def test_no_word_means_two_things() -> None:
    words = [word for row in outcomes().values() for word in row.words]
    assert len(words) == len(set(words))
    assert all(outcome_words()[word].words.count(word) for word in words)
    assert all(word == word.lower() for word in words)


@pytest.mark.parametrize("key", outcomes(), ids=" ".join)
def test_every_row_is_complete(key: tuple[str, str]) -> None:
    row = outcomes()[key]
    assert 0 < row.time < DAY and row.after >= 0 and row.unit
    assert (row.worthwhile > 0) == bool(row.worthwhile_source) == (row.worthwhile_grade in ("A", "B", "C", "D"))
    assert row.worthwhile_unit in (("", row.unit, "%") if row.worthwhile else ("",))
    assert set(row.unasked) <= set(row.words) and all(outcome_words()[other] != row for other in row.unasked.values())
    if row.simulated:
        assert row.log == (instruments()[key].scale == "log") and math.isnan(row.sd) and not row.warning
    else:
        scale = scales()[row.instrument]
        assert (row.low, row.high) == (scale.low, scale.high) and row.low < row.mean < row.high
        assert 0 < row.sd < row.high - row.low and 0 < row.retest < 1 and not row.log
        assert row.norm_source and row.norm_grade in "ABCD" and row.retest_source and row.retest_grade in "ABCD"
        assert row.near in readouts(whole_body()) and "no counterpart" in row.warning


def test_the_smallest_differences_are_those_of_the_claims() -> None:
    """One fact, two homes, compared; pain has its home in the laboratory."""
    sized = {(one.value, one.unit, one.source, one.grade) for one in SMALLEST}
    for row in outcomes().values():
        if row.worthwhile and row.outcome != "pain NRS":
            assert (row.worthwhile, row.worthwhile_unit, row.worthwhile_source, row.worthwhile_grade) in sized, row


def test_retests_follow_from_the_numbers_that_are_quoted() -> None:
    first, second, change = 7.23, 7.74, 6.317
    assert outcome_of("pss").retest == pytest.approx(
        (first**2 + second**2 - change**2) / (2 * first * second), abs=0.005
    )
    yoga, physiotherapy = (0.35, 0.38, 1.2 / 3.92), (0.34, 0.44, 1.52 / 3.92)
    found = [(a**2 + b**2 - d**2) / (2 * a * b) for a, b, d in (yoga, physiotherapy)]
    assert outcome_of("psqi").retest == pytest.approx(sum(found) / 2, abs=0.015)
    assert outcome_of("psqi").sd == pytest.approx((5.5 - 4.4) / 0.35, abs=0.05)
    men, women = (968, 15.52, 7.44), (1032, 16.14, 7.56)
    mean = sum(n * m for n, m, _ in (men, women)) / 2000
    spread = math.sqrt(sum(n * (s**2 + (m - mean) ** 2) for n, m, s in (men, women)) / 2000)
    assert (outcome_of("pss").mean, outcome_of("pss").sd) == pytest.approx((mean, spread), abs=0.005)


@pytest.mark.parametrize(
    ("said", "instrument", "fix"),
    [
        ("cortsol", "", "Did you mean 'cortisol'"),
        ("cortisol", "salva", "Did you mean 'saliva'"),
        ("PSS", "saliva", "PSS-10"),
        ("", "", "Known:"),
    ],
)
def test_what_is_never_measured_is_refused(said: str, instrument: str, fix: str) -> None:
    with pytest.raises(RequestError, match="never measured|does not measure") as refused:
        outcome_of(said, instrument)
    assert fix.lower() in str(refused.value).lower()


@pytest.mark.parametrize(
    ("number", "unit", "told"),
    [
        ("1", "points", "1 point"),
        ("−1", "points", "−1 point"),
        ("+1", "points", "+1 point"),
        ("2", "points", "2 points"),
        ("1.00", "points", "1.00 points"),
        ("1", "mmHg", "1 mmHg"),
        ("1", "", "1"),
    ],
)
def test_one_point_is_no_points(number: str, unit: str, told: str) -> None:
    assert amount(number, unit) == told
