"""Outcomes by their words; every number with a source that the claims or the row itself name."""

from __future__ import annotations

import math
from dataclasses import asdict

import pytest

from effleurage.errors import RequestError
from effleurage.evidence.claims.claims import claims
from effleurage.lab.instruments.instruments import instruments
from effleurage.lab.outcomes.codebook import meant
from effleurage.lab.scales.keys import scales
from effleurage.people.simulate import readouts, whole_body
from effleurage.protocol.times import DAY
from effleurage.trial.design.endpoints import amount, endpoint_of, endpoint_words, endpoints

SMALLEST = [asdict(claim.smallest) for claim in claims() if claim.smallest]


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
    row = endpoint_of(said)
    assert (row.outcome, row.instrument) == (outcome, instrument)


def test_every_instrument_of_the_laboratory_may_be_named() -> None:
    assert set(instruments()) <= set(endpoints())
    assert {key for key, row in endpoints().items() if not row.simulated} == {("PSS", "PSS-10"), ("PSQI", "PSQI")}


def test_a_word_is_the_first_endpoint_that_is_called_so() -> None:
    ids = [row.id for row in endpoints().values()]
    for word, row in endpoint_words().items():
        assert word == word.lower() and row.id == meant(word, ids)[0]
        assert set(row.unasked) <= set(endpoint_words())
    for row in endpoints().values():
        assert endpoint_of(row.word) == row
        assert all(endpoint_of(other).outcome != row.outcome for other in row.unasked.values())
    assert endpoint_of("sleep").unasked["sleep"] == "psqi" and not endpoint_of("stress").unasked


@pytest.mark.parametrize("key", endpoints(), ids=" ".join)
def test_every_row_is_complete(key: tuple[str, str]) -> None:
    row = endpoints()[key]
    assert 0 < row.time < DAY and row.after >= 0 and row.unit
    assert (row.worthwhile > 0) == bool(row.coded.smallest)
    assert row.worthwhile_unit in (("", row.unit, "%") if row.worthwhile else ("",))
    if row.simulated:
        assert row.log == (instruments()[key].scale == "log") and math.isnan(row.sd) and not row.warning
    else:
        scale, norm = scales()[row.instrument], row.coded.norm
        assert (row.low, row.high) == (scale.low, scale.high) and row.low < row.mean < row.high
        assert 0 < row.sd < row.high - row.low and 0 < row.retest < 1 and not row.log
        assert norm and norm.source and norm.grade in "ABCD" and norm.retest_source and norm.retest_grade
        assert row.near in readouts(whole_body()) and "no counterpart" in row.warning


def test_the_smallest_differences_are_those_of_the_claims() -> None:
    for row in endpoints().values():
        if row.worthwhile and row.outcome != "pain NRS":  # no claim is about pain
            assert row.coded.smallest and asdict(row.coded.smallest) in SMALLEST, row


def test_retests_follow_from_the_numbers_that_are_quoted() -> None:
    first, second, change = 7.23, 7.74, 6.317
    assert endpoint_of("pss").retest == pytest.approx(
        (first**2 + second**2 - change**2) / (2 * first * second), abs=0.005
    )
    yoga, physiotherapy = (0.35, 0.38, 1.2 / 3.92), (0.34, 0.44, 1.52 / 3.92)
    found = [(a**2 + b**2 - d**2) / (2 * a * b) for a, b, d in (yoga, physiotherapy)]
    assert endpoint_of("psqi").retest == pytest.approx(sum(found) / 2, abs=0.015)
    assert endpoint_of("psqi").sd == pytest.approx((5.5 - 4.4) / 0.35, abs=0.05)
    men, women = (968, 15.52, 7.44), (1032, 16.14, 7.56)
    mean = sum(n * m for n, m, _ in (men, women)) / 2000
    spread = math.sqrt(sum(n * (s**2 + (m - mean) ** 2) for n, m, s in (men, women)) / 2000)
    assert (endpoint_of("pss").mean, endpoint_of("pss").sd) == pytest.approx((mean, spread), abs=0.005)


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
        endpoint_of(said, instrument)
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
